"""Scene VanishingProduct: the products of random chains lose a decade a layer."""

from __future__ import annotations

import math

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    DashedLine,
    Dot,
    FadeIn,
    FadeOut,
    Indicate,
    VGroup,
    VMobject,
    linear,
)

from lecture.kit.animations import Drive
from lecture.kit.layout import Region, at, frame
from lecture.kit.mobjects.decade_plot import DecadePlot, Polylines
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.mobjects.readout import Readout
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, GRADIENT, WEIGHT, NumberFormat, power_of_ten
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, in_words, prose
from scenes.data.vanishing_product import LENGTHS, draw_products, typical_steps
from scenes.mobjects.vanishing_product import LengthRuler
from scenes.scene import GradientScene

__all__ = ["VanishingProduct"]

_CHAINS, _LENGTH, _SEED = 60, 30, 2
_DEPTH, _MANY, _STEP_SEED = 16, 20_000, 2
_WEIGHTS = 10
_DECADES = NumberFormat(decimals=3, notation="fixed")
_PERCENT = NumberFormat(decimals=1, notation="fixed")
_FACTOR = NumberFormat(decimals=3)
_BOTTOM, _TOP = -2.85, 2.05
_CARD_X, _CARD_Y = 4.65, 1.25
_FIRST_Y, _CARD_STEP, _LAST_CARD_Y = 1.65, 0.71, -1.02
_RULER_Y, _LAYERS_TOP = -2.3, 2.1


class VanishingProduct(GradientScene):
    """Plot the products of random chains, their median, and its decrease as lengths."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.one_chain()
        self.many_chains()
        self.the_slope()
        self.feel_it()

    def prepare(self) -> None:
        """Draw the chains and create the plot and its lines."""
        self.drawn = draw_products(_CHAINS, _LENGTH, _SEED)
        products = self.drawn.products
        bounds = frame()
        low = 6 * math.floor(float(products.min()) / 6)
        self.plot = DecadePlot(_LENGTH, low, 0, Region(bounds.left + 0.95, 2.7, _BOTTOM, _TOP))
        counts = np.arange(_LENGTH + 1.0)
        corners = self.plot.places(counts, products)
        self.first = Polylines(corners[:1], theme().ink, thickness=4)
        self.fan = Polylines(corners[1:], theme().vanishing, opacity=0.45, thickness=2)
        middle = self.plot.places(counts, self.drawn.median[None])
        self.median = Polylines(middle, theme().gradient, thickness=7)
        self.tip = Pulse(theme().gradient, radius=0.22)
        names = VGroup(
            text_at(
                self.label("count"),
                at(self.plot.region.center[0], _BOTTOM - 0.55),
                font_size=30,
                color=theme().secondary,
            ),
            formula("abs(product_(j=2)^(n+1) w_j sigma'(h_j))", font_size=30),
        )
        names[1].move_to(at(_CARD_X, -2.1))
        self.names = names

    def one_chain(self) -> None:
        """Multiply the factors of one chain, the first three slowly."""
        self.beat("one_chain", length=COUNT(_LENGTH))
        numbers = [
            LiveNumber(0, form, font_size=30, align="right", name=name)
            for name, form in (("n", COUNT), ("factor", _FACTOR), ("product", _FACTOR))
        ]
        texts = ("n", "abs(w sigma'(h))", in_words(self.label("product")))
        colors = (theme().secondary, theme().gradient, theme().ink)
        rows = list(zip(texts, ("", *colors[1:]), numbers, strict=True))
        rows[0] = ("n", theme().ink, numbers[0])
        self.card = Readout(rows, width=3.5, font_size=30).move_to(at(_CARD_X, _CARD_Y))
        self.walking = VGroup(self.first, self.tip, self.card)
        self.walk_to(0.0)
        with self.narrate("question"):
            self.show_title()
            self.play(FadeIn(self.plot, self.names), run_time=0.8)
        with self.narrate("multiply", length=COUNT(_LENGTH)):
            self.play(FadeIn(self.tip, self.card), run_time=0.5)
            for count in range(3):
                self.walk(count, count + 1, seconds=0.6)
            self.walk(3, _LENGTH, seconds=2.6)
        with self.narrate("ceiling"):
            self.play(FadeOut(self.tip), run_time=0.3)
            self.ceiling = self.dashes()
            self.play(Create(self.ceiling[0]), run_time=0.9)
            self.play(FadeIn(self.ceiling[1]), run_time=0.4)

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

    def dashes(self) -> VGroup:
        """Return the dashed line of the powers of 1/4, and its label."""
        end = self.plot.point(_LENGTH, _LENGTH * self.drawn.log10_ceiling)
        line = DashedLine(
            self.plot.point(0, 0), end, color=theme().warning, stroke_width=4, dash_length=0.12
        )
        name = formula("(1 \\/ 4)^n", font_size=30, color=theme().warning)
        return VGroup(line, name.next_to(end, RIGHT, buff=0.15))

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
        with self.narrate("draw", chains=chains):
            self.play(FadeOut(self.card), run_time=0.4)
            drive = Drive(self.fan, self.fan.draw_to, 0.0, float(_LENGTH))
            self.play(drive, self.first.animate.set_stroke(width=2, opacity=0.6), run_time=3.0)
        with self.narrate("all_fall", length=COUNT(_LENGTH), largest=largest):
            self.wait(1.0)
            self.play(Indicate(self.fan, scale_factor=1.0, color=theme().ink), run_time=1.5)

    def the_slope(self) -> None:
        """Draw the median and its slope, and the cards that explain it."""
        decades = _DECADES(self.drawn.decades_per_layer)
        percent = _PERCENT(100 * self.drawn.share_all_below_one(_WEIGHTS))
        median = GRADIENT.from_log10(1.0, float(self.drawn.median[-1]))
        self.beat(
            "the_slope",
            decades=decades,
            percent=percent,
            weights=COUNT(_WEIGHTS),
            mean_log=_DECADES(self.drawn.mean_log),
            at_rest=_DECADES(self.drawn.mean_log_at_rest),
            plain=_DECADES(self.drawn.decades_without_biases),
        )
        self.median.draw_to(0.0)
        cards = self.slope_cards(median, decades, percent)
        with self.narrate("median", length=COUNT(_LENGTH), median=median):
            self.play(
                self.fan.animate.set_stroke(opacity=0.22),
                Drive(self.median, self.median.draw_to, 0.0, float(_LENGTH)),
                run_time=1.6,
            )
            self.play(FadeIn(cards[0]), run_time=0.5)
        with self.narrate("decade", decades=decades):
            self.stair = self.steps()
            self.play(Create(self.stair[0]), run_time=1.0)
            self.play(FadeIn(self.stair[1:]), run_time=0.4)
            self.play(FadeIn(cards[1]), run_time=0.5)
        with self.narrate("not_each", percent=percent, weights=COUNT(_WEIGHTS)):
            self.play(FadeIn(cards[2]), run_time=0.6)
        with self.narrate("mean_log"):
            self.play(FadeIn(cards[3]), run_time=0.6)
        self.slope_notes = VGroup(*cards)

    def slope_cards(self, median: str, decades: str, percent: str) -> list[Readout]:
        """Return cards: final median, decades a layer, all weights below 1, mean logarithm."""
        below = f"{in_words(self.label('all_below', weights=COUNT(_WEIGHTS)))} abs(w) < 1"
        rows = (
            ("median", in_words(self.label("median")), theme().gradient, median),
            ("decades", in_words(self.label("decades")), theme().gradient, decades),
            ("all_below", below, theme().weight, f"{percent} %"),
            (
                "mean_log",
                "EE ln abs(w sigma'(h))",
                theme().gradient,
                _DECADES(self.drawn.mean_log),
            ),
        )
        cards = []
        for index, (name, text, color, shown) in enumerate(rows):
            number = LiveNumber(font_size=30, align="right", name=name).set_text(shown)
            card = Readout([(text, color, number)], width=3.5, font_size=30)
            # The last card is below the label of the ceiling.
            y = _FIRST_Y - index * _CARD_STEP if index < len(rows) - 1 else _LAST_CARD_Y
            cards.append(card.move_to(at(_CARD_X, y)))
        return cards

    def steps(self) -> VGroup:
        """Return a right angle below the median: ten layers across, and its decades down."""
        start, end = _LENGTH // 3, 2 * _LENGTH // 3
        levels = [float(self.drawn.median[n]) for n in (start, end)]
        corners = [(start, levels[0]), (start, levels[1]), (end, levels[1])]
        line = VMobject(color=theme().ink, stroke_width=4)
        line.set_points_as_corners([self.plot.point(n, log10) for n, log10 in corners])
        along = self.label("along", layers=COUNT(end - start))
        down = self.label("down", decades=_PERCENT(levels[0] - levels[1]))
        names = [prose(text, font_size=30) for text in (along, down)]
        names[0].next_to(line.get_corner(DOWN + LEFT), DOWN, buff=0.12, aligned_edge=LEFT)
        names[1].next_to(line.get_corner(DOWN + LEFT) + 0.45 * UP, LEFT, buff=0.15)
        return VGroup(line, *names)

    def feel_it(self) -> None:
        """Show the weight updates of the layers as lengths, next to objects of that size."""
        self.steps_log10 = typical_steps(_DEPTH, _MANY, _STEP_SEED)
        length = 10.0 ** float(self.steps_log10[0])
        depth = COUNT(_DEPTH)
        self.beat("feel_it", depth=depth)
        self.play(
            FadeOut(self.plot, self.names, self.first, self.fan, self.median, self.stair),
            FadeOut(self.ceiling, self.slope_notes),
            run_time=0.6,
        )
        self.make_ruler()
        with self.narrate("metre", depth=depth):
            self.play(FadeIn(self.ruler), run_time=0.7)
            self.play(FadeIn(self.length_card, self.walker), run_time=0.6)
        with self.narrate("tenfold"):
            self.play(self.descend(0.0, _DEPTH - 1.0), run_time=4.2)
        key = "proton" if length < LENGTHS["proton"] else "small"
        with self.narrate(key, length=GRADIENT(length)):
            mark = self.ruler.lines[self.label("proton")]
            self.play(mark.animate.set_stroke(theme().ink, width=5), run_time=0.6)
            self.play(Indicate(self.walker, scale_factor=1.8, color=theme().gradient))
            self.wait(1.5)
            self.play(Indicate(mark, scale_factor=1.0, color=theme().gradient), run_time=1.2)
        with self.narrate("escape"):
            self.wait(0.2)

    def descend(self, start: float, end: float) -> Drive:
        """Return the animation from `start` to `end` layers before the last."""
        moving = VGroup(self.path, self.stops, self.walker, self.length_card)
        return Drive(moving, self.descend_to, start, end, rate_func=linear)

    def descend_to(self, reach: float) -> None:
        """Show the layer `reach` layers before the last."""
        self.path.draw_to(reach)
        x, y = self.path.tips()[0]
        self.walker.move_to(at(float(x), float(y)))
        back = int(reach + 1e-9)
        self.stops[: back + 1].set_opacity(1.0)
        layer, length = self.length_card.numbers
        layer.set_value(_DEPTH - back)
        log10 = float(self.steps_log10[_DEPTH - 1 - back])
        length.set_text(f"{WEIGHT.from_log10(1.0, log10)} {self.label('unit')}")

    def make_ruler(self) -> None:
        """Create the ruler, the path of the layers and the card."""
        bounds, steps = frame(), self.steps_log10
        levels = np.linspace(_RULER_Y + 0.3, _LAYERS_TOP, _DEPTH)
        low = 4 * math.floor(float(steps.min()) / 4)
        things = {self.label(key): length for key, length in LENGTHS.items()}
        self.ruler = LengthRuler(
            low,
            bounds.left + 0.6,
            bounds.right - 0.9,
            _RULER_Y,
            things,
            lambda log10: float(np.interp(log10, steps, levels)),
            self.label("unit"),
        )
        x = np.array([self.ruler.x_of(float(log10)) for log10 in steps])
        corners = np.stack([x, levels], axis=-1)[::-1]
        self.path = Polylines(corners[None], theme().gradient, thickness=4)
        self.stops = VGroup(
            *(Dot(at(*corner), radius=0.075, color=theme().gradient) for corner in corners)
        ).set_opacity(0.0)
        self.walker = Pulse(theme().gradient, radius=0.24)
        rows: list[tuple[str, str, LiveNumber | None]] = []
        for name, color in (("layer", theme().ink), ("moves", theme().gradient)):
            number = LiveNumber(0, COUNT, font_size=30, align="right", name=name)
            rows.append((in_words(self.label(name)), color, number))
        self.length_card = Readout(rows, width=3.3).move_to(at(-4.0, 1.5))
        self.descend_to(0.0)
