"""Scene VanishingProduct: the products of random chains lose a decade a layer."""

from __future__ import annotations

import math

import numpy as np
from manim import (
    DOWN,
    RIGHT,
    Create,
    FadeIn,
    FadeOut,
    GrowArrow,
    Indicate,
    LaggedStart,
    Line,
    VGroup,
    VMobject,
    linear,
)

from lecture.kit.animations import Drive
from lecture.kit.layout import at
from lecture.kit.mobjects.decade_plot import DecadePlot, Polylines
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.mobjects.readout import Readout
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, FACTOR, GRADIENT, PLAIN, WEIGHT, NumberFormat, power_of_ten
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, in_words, prose
from scenes.data.chain_readings import listed, magnitudes
from scenes.data.vanishing_product import LENGTHS, draw_products, typical_steps
from scenes.mobjects.length_zoom import LengthList, LengthZoom, length_card
from scenes.mobjects.vanishing_product import (
    FactorHistogram,
    RaiseBars,
    count_weight,
    factor_arrows,
    hang_from_one,
    powers_line,
    product_layout,
    shift_in_turn,
    sum_rule,
    weight_card,
)
from scenes.scene import GradientScene

__all__ = ["VanishingProduct"]

_CHAINS, _LENGTH, _SEED = 60, 30, 2
_DEPTH, _MANY, _STEP_SEED = 16, 20_000, 2
_WEIGHTS = 10
_ARROWS = 6
_LIGHTEST, _FLAT, _HEAVIEST = 1.0, 4.0, 5.5
_TILT_LOW, _TILT_HIGH = -20, 5
_DECADES = NumberFormat(decimals=3, notation="fixed")
_PERCENT = NumberFormat(decimals=1, notation="fixed")
_FACTOR = NumberFormat(decimals=3)
_UNDER_PLOT = 0.68
_SECONDS_A_LAYER = 0.25
_REST = 1.5  # seconds
_SLOW_FACTORS = 3  # multiplied one by one


class VanishingProduct(GradientScene):
    """Plot the products of random chains, their median, and its decrease as lengths."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.one_chain()
        self.many_chains()
        self.the_slope()
        self.log_sum()
        self.feel_it()
        self.escape()

    def prepare(self) -> None:
        """Draw the chains and create the plot and its lines."""
        self.drawn = draw_products(_CHAINS, _LENGTH, _SEED)
        products = self.drawn.products
        self.layout = product_layout()
        low = 6 * math.floor(float(products.min()) / 6)
        self.plot = DecadePlot(_LENGTH, low, 0, self.layout.plot)
        counts = np.arange(_LENGTH + 1.0)
        corners = self.plot.places(counts, products)
        self.first = Polylines(corners[:1], theme().ink, thickness=4)
        self.fan = Polylines(corners[1:], theme().vanishing, opacity=0.45, thickness=2)
        middle = self.plot.places(counts, self.drawn.median[None])
        self.median = Polylines(middle, theme().gradient, thickness=7)
        self.tip = Pulse(theme().gradient, radius=0.22)
        product = formula("abs(product_(j=2)^(n+1) w_j sigma'(h_j))", font_size=30)
        self.names = VGroup(self.count_name(self.plot), product.move_to(self.layout.product))

    def count_name(self, plot: DecadePlot) -> VMobject:
        """Return the label of the horizontal axis."""
        region = plot.region
        point = at(region.center[0], region.bottom - _UNDER_PLOT)
        return text_at(self.label("count"), point, color=theme().secondary)

    def one_chain(self) -> None:
        """Multiply the factors of one chain, the first three slowly."""
        factors, products = self.drawn.factors[0], self.drawn.products[0]
        self.beat(
            "one_chain",
            length=COUNT(_LENGTH),
            factors=magnitudes(factors[:_SLOW_FACTORS]),
            products=magnitudes(products[: _SLOW_FACTORS + 1]),
            factor=magnitudes(factors[-1:]),
            product=magnitudes(products[-1:]),
        )
        numbers = [
            LiveNumber(0, form, font_size=30, align="right", name=name)
            for name, form in (("n", COUNT), ("factor", _FACTOR), ("product", _FACTOR))
        ]
        texts = ("n", "abs(w sigma'(h))", in_words(self.label("product")))
        colors = (theme().secondary, theme().gradient, theme().ink)
        rows = list(zip(texts, ("", *colors[1:]), numbers, strict=True))
        rows[0] = ("n", theme().ink, numbers[0])
        self.card = Readout(rows, width=3.5, font_size=30).move_to(self.layout.card)
        self.walking = VGroup(self.first, self.tip, self.card)
        self.walk_to(0.0)
        with self.narrate("question"):
            self.show_title()
            self.play(FadeIn(self.plot, self.names), run_time=0.8)
        with self.narrate("multiply", length=COUNT(_LENGTH)):
            self.play(FadeIn(self.tip, self.card), run_time=0.5)
            for count in range(_SLOW_FACTORS):
                self.walk(count, count + 1, seconds=0.5)
            self.walk(_SLOW_FACTORS, _LENGTH, seconds=1.9)
        with self.narrate("ceiling"):
            self.play(FadeOut(self.tip), run_time=0.3)
            self.ceiling = powers_line(self.plot, _LENGTH, self.drawn.log10_ceiling)
            self.at_word(self.label("powers"))
            self.play(Create(self.ceiling[0]), run_time=0.9)
            self.play(FadeIn(self.ceiling[1]), run_time=0.4)
        self.wait(_REST)

    def walk(self, start: float, end: float, *, seconds: float) -> None:
        """Multiply further factors of the first chain."""
        drive = Drive(self.walking, self.walk_to, start, end, rate_func=linear)
        self.play(drive, run_time=seconds)

    def walk_to(self, reach: float) -> None:
        """Show the product of the first `reach` factors of the first chain."""
        self.first.draw_to(reach)
        x, y = self.first.tips()[0]
        self.tip.move_to(at(float(x), float(y)))
        count = int(reach + 1e-9)
        n, factor, product = self.card.numbers
        n.set_value(count)
        if count:
            log10 = float(self.drawn.factors[0, count - 1])
            factor.set_text(_FACTOR.from_log10(1.0, log10))
        else:
            factor.set_text("")
        product.set_text(_FACTOR.from_log10(1.0, float(self.drawn.products[0, count])))

    def many_chains(self) -> None:
        """Draw the other chains."""
        chains = COUNT(_CHAINS)
        first = self.drawn.first_gradient(_MANY, _STEP_SEED)
        self.beat(
            "many_chains",
            chains=chains,
            length=COUNT(_LENGTH),
            mean=_PERCENT(first.mean),
            spread=_PERCENT(first.spread),
        )
        ends = self.drawn.products[:, -1]
        largest = power_of_ten(math.ceil(float(ends.max())))
        self.fan.draw_to(0.0)
        with self.narrate("draw", chains=chains, largest=largest):
            self.play(FadeOut(self.card), run_time=0.4)
            self.at_word(chains)
            drive = Drive(self.fan, self.fan.draw_to, 0.0, float(_LENGTH))
            self.play(drive, self.first.animate.set_stroke(width=2, opacity=0.6), run_time=2.3)
        self.wait(_REST)

    def the_slope(self) -> None:
        """Draw the median and its slope, and the cards about them."""
        decades = _DECADES(self.drawn.decades_per_layer)
        percent = _PERCENT(100 * self.drawn.share_all_below_one(_WEIGHTS))
        median = GRADIENT.from_log10(1.0, float(self.drawn.median[-1]))
        plain = _DECADES(self.drawn.decades_without_biases)
        self.beat(
            "the_slope",
            decades=decades,
            percent=percent,
            weights=COUNT(_WEIGHTS),
            plain=plain,
            median=median,
        )
        self.median.draw_to(0.0)
        cards = [self.value_card("median", median), self.value_card("decades", decades)]
        points = self.layout.slope_cards
        self.slope_notes = VGroup(
            *(card.move_to(point) for card, point in zip(cards, points, strict=True))
        )
        self.stair, lengths = self.steps()
        with self.narrate("median", **lengths):
            self.play(
                self.fan.animate.set_stroke(opacity=0.22),
                Drive(self.median, self.median.draw_to, 0.0, float(_LENGTH)),
                run_time=1.6,
            )
            self.play(FadeIn(cards[0]), run_time=0.5)
            self.at_word(lengths["fallen"])
            self.play(Create(self.stair[0]), run_time=1.0)
            self.play(FadeIn(self.stair[1:]), run_time=0.4)
        with self.narrate("decade", decades=decades):
            self.play(Indicate(self.median, scale_factor=1.0, color=theme().ink), run_time=1.2)
            self.at_word(decades)
            self.play(FadeIn(cards[1]), run_time=0.5)
        self.wait(_REST)

    def value_card(self, key: str, shown: str) -> Readout:
        """Return a card with a value and its label."""
        row = key, in_words(self.label(key)), theme().gradient, shown
        return Readout.of_texts([row], width=3.6)

    def steps(self) -> tuple[VGroup, dict[str, str]]:
        """Return a right angle below the median, ten layers across, and both lengths."""
        start, end = _LENGTH // 3, 2 * _LENGTH // 3
        levels = [float(self.drawn.median[n]) for n in (start, end)]
        corners = [(start, levels[0]), (start, levels[1]), (end, levels[1])]
        line = VMobject(color=theme().ink, stroke_width=4)
        line.set_points_as_corners([self.plot.point(n, log10) for n, log10 in corners])
        fallen = _PERCENT(levels[0] - levels[1])
        layers = COUNT(end - start)
        name = prose(self.label("stair", layers=layers, decades=fallen))
        # Left of the median, which passes the corner on the right.
        name.next_to(self.plot.point(end - 1, levels[1]), DOWN, buff=0.12, aligned_edge=RIGHT)
        return VGroup(line, name), {"fallen": fallen, "layers": layers}

    def log_sum(self) -> None:
        """Let the factors of a chain drop as arrows, and collect those of all chains."""
        drawn, layout = self.drawn, self.layout
        here, long = (_DECADES(mean) for mean in (drawn.mean_log10, -drawn.decades_per_layer))
        factors = COUNT(drawn.factors.size)
        self.beat(
            "log_sum",
            here=here,
            long=long,
            natural=_DECADES(drawn.mean_log),
            factors=factors,
            at_rest=_DECADES(drawn.mean_log_at_rest),
        )
        first = drawn.factors[0, :_ARROWS]
        plot = DecadePlot(_ARROWS, math.floor(float(drawn.factors.min())), 0, layout.sums)
        count, rule = self.count_name(plot), sum_rule().move_to(layout.rule)
        arrows = factor_arrows(plot, first)
        histogram = FactorHistogram(drawn.factors, plot, *layout.histogram)
        name = formula("log_10 abs(w sigma'(h))", color=theme().gradient)
        name.move_to(layout.histogram_name)
        with self.narrate("log"):
            self.play(
                FadeOut(self.plot, self.names, self.first, self.fan, self.median, self.stair),
                FadeOut(self.ceiling, self.slope_notes),
                run_time=0.5,
            )
            self.play(FadeIn(rule), run_time=0.6)
            self.play(FadeIn(plot, count), run_time=0.5)
            grow = (GrowArrow(arrow) for arrow in arrows)
            self.at_word(self.label("sum"))
            self.play(LaggedStart(*grow, lag_ratio=0.8), run_time=2.2)
        line = histogram.mean_line(drawn.mean_log10)
        cards = [self.value_card("here", here), self.value_card("long", long)]
        for card, point in zip(cards, layout.sum_cards, strict=True):
            card.move_to(point)
        with self.narrate("mean", long=long):
            ghosts = [arrow.copy() for arrow in arrows]
            self.add(*ghosts)
            self.play(*(ghost.animate.set_opacity(0.35) for ghost in ghosts), run_time=0.3)
            up = hang_from_one(plot, first)
            self.play(shift_in_turn(arrows, up), run_time=0.7)
            self.play(FadeIn(histogram.axis, name), run_time=0.5)
            across = [(histogram.x - float(arrow.get_x())) * RIGHT for arrow in arrows]
            self.play(shift_in_turn(arrows, across), run_time=0.7)
            self.play(RaiseBars(histogram), FadeOut(*arrows), run_time=0.7)
            self.play(Create(line), run_time=0.5)
            self.play(FadeIn(cards[0]), run_time=0.4)
            self.at_word(long)
            self.play(FadeIn(cards[1]), run_time=0.5)
        self.wait(_REST)
        self.sum_parts = VGroup(
            plot, count, rule, *ghosts, histogram, histogram.axis, name, line, *cards
        )

    def feel_it(self) -> None:
        """Show the weight updates of the layers as lengths, next to things of that size."""
        self.steps_log10 = typical_steps(_DEPTH, _MANY, _STEP_SEED)
        depth = COUNT(_DEPTH)
        self.beat(
            "feel_it",
            depth=depth,
            lengths=listed(map(GRADIENT, LENGTHS.values())),
            first=WEIGHT.from_log10(1.0, float(self.steps_log10[-1])),
            last=WEIGHT.from_log10(1.0, float(self.steps_log10[0])),
        )
        self.play(FadeOut(self.sum_parts), run_time=0.6)
        self.make_zoom()
        with self.narrate("metre", depth=depth):
            self.play(FadeIn(self.zoom), run_time=0.7)
            self.play(FadeIn(self.length_card), run_time=0.5)
            self.play(FadeIn(self.things), run_time=0.5)
        with self.narrate("tenfold"):
            last = _DEPTH - 1.0
            moving = VGroup(self.zoom, self.length_card, self.things)
            drive = Drive(moving, self.descend_to, 0.0, last, rate_func=linear)
            self.play(drive, run_time=_SECONDS_A_LAYER * last)
        with self.narrate("proton"):
            mark = self.zoom.things["proton"]
            self.play(Indicate(self.zoom.arrows[0], scale_factor=1.15, color=theme().ink))
            self.at_word(self.label("proton"))
            self.play(Indicate(mark, scale_factor=1.0, color=theme().gradient), run_time=1.2)
        self.wait(_REST)

    def make_zoom(self) -> None:
        """Create the view of the lengths, their list and the card of the layer."""
        middle, radius = self.layout.zoom
        self.zoom = LengthZoom(LENGTHS, self.steps_log10, middle, radius)
        names = {key: self.label(key) for key in LENGTHS}
        self.things = LengthList(self.zoom, names, self.label("unit"), *self.layout.things)
        card_names = [self.label(name) for name in ("layer", "moves")]
        self.length_card = length_card(*card_names).move_to(self.layout.length_card)
        self.descend_to(0.0)

    def descend_to(self, reach: float) -> None:
        """Zoom to the layer `reach` layers before the last."""
        steps = self.steps_log10[::-1]
        self.zoom.zoom_to(float(np.interp(reach, np.arange(_DEPTH), steps)))
        self.things.refresh()
        back = int(reach + 1e-9)
        layer, length = self.length_card.numbers
        layer.set_value(_DEPTH - back)
        length.set_text(f"{WEIGHT.from_log10(1.0, float(steps[back]))} {self.label('unit')}")

    def escape(self) -> None:
        """Tilt the line of the powers of ``|w|/4`` upwards by raising the weight."""
        weights = (_LIGHTEST, _FLAT, _HEAVIEST)
        self.beat(
            "escape",
            most=PLAIN(_HEAVIEST),
            weights=listed(map(WEIGHT, weights)),
            bounds=listed(FACTOR(weight / 4) for weight in weights),
        )
        plot = DecadePlot(_LENGTH, _TILT_LOW, _TILT_HIGH, self.layout.plot)
        below, name = powers_line(plot, _LENGTH, self.drawn.log10_ceiling), self.count_name(plot)
        line = Line(stroke_width=6)
        label = formula("(abs(w) \\/ 4)^n")
        card = weight_card(_LIGHTEST).move_to(self.layout.weight)
        moving = VGroup(line, label)

        def tilt(to: float) -> None:
            end = plot.point(_LENGTH, _LENGTH * math.log10(to / 4))
            line.put_start_and_end_on(plot.point(0, 0), end)
            line.set_color(theme().warning if to > 4 else theme().vanishing)
            label.next_to(end, RIGHT, buff=0.15)

        tilt(_LIGHTEST)
        with self.narrate("argument"):
            self.play(FadeOut(self.zoom, self.length_card, self.things), run_time=0.6)
            self.play(FadeIn(plot, name), run_time=0.6)
            self.play(Create(below[0]), run_time=0.8)
            self.play(FadeIn(below[1]), run_time=0.4)
            self.play(FadeIn(line, card), run_time=0.6)
        with self.narrate("tilt", flat=PLAIN(_FLAT), most=PLAIN(_HEAVIEST)):
            self.at_word(self.label("tilts"))
            turns = (
                Drive(line, tilt, _LIGHTEST, _FLAT),
                *count_weight(card, _LIGHTEST, _FLAT),
            )
            self.play(*turns, run_time=2.0)
            self.play(FadeIn(label), run_time=0.5)
            self.at_word(PLAIN(_HEAVIEST))
            turns = (
                Drive(moving, tilt, _FLAT, _HEAVIEST),
                *count_weight(card, _FLAT, _HEAVIEST),
            )
            self.play(*turns, run_time=1.6)
        self.wait(_REST)
