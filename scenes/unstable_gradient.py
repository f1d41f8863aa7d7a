"""Scene UnstableGradient: random chains vanish, explode or, rarely, stay balanced.

The scene draws sigmoid chains of its own, independent of the spec.
"""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    Dot,
    DoubleArrow,
    FadeIn,
    FadeOut,
    Indicate,
    VGroup,
    linear,
)

from lecture.kit.animations import Drive
from lecture.kit.layout import Point, at, is_portrait
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, PLAIN, RATIO, WEIGHT, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula
from mathcore import Chain
from scenes.data.chain_readings import magnitudes
from scenes.data.unstable_gradient import (
    DEEPEST,
    DRAWS,
    ODDS_SEED,
    READ_AT,
    TOLERANCE,
    Family,
    FamilyName,
    balanced_std,
    families,
    odds_of_balance,
    one_walk,
    range_so_far,
)
from scenes.mobjects.balance_dial import BalanceDial, DialDots, Survivors
from scenes.mobjects.neuron_chain import NeuronChain
from scenes.mobjects.unstable_gradient import (
    NestedProduct,
    ProductFan,
    SpreadFan,
    unstable_layout,
)
from scenes.scene import GradientScene

__all__ = ["UnstableGradient"]

_NESTED = 4
_LAYERS, _CHAINS, _LARGE_STD, _SEED = 30, 40, 20.0, 11
_LOW, _HIGH, _TICK = -36, 20, 12
_DOTS, _READ_PLAIN_AT, _WALK_SEED = 200, 3, 4
_RADIUS, _REACH = 2.4, 5
_PERCENT = NumberFormat(notation="plain", significant=2)
_RARE = NumberFormat(notation="plain", significant=1)
_SHARE = NumberFormat(notation="ratio")
_SLOW_STEPS = 3
_AXIS_NAME_BELOW = 0.55
_LAW_RIGHT = 1.25  # from the left edge of a family's name to its weights
_REST, _AFTER_QUESTION = 1.5, 2.0  # seconds


class UnstableGradient(GradientScene):
    """Nest the factors of later layers, and compare three families of random chains."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.nested_products()
        self.three_fates()
        self.the_odds_of_balance()
        self.the_real_problem()

    def prepare(self) -> None:
        """Draw the random chains."""
        self.layout = unstable_layout(_NESTED)
        self.families = families(_LAYERS, _CHAINS, _LARGE_STD, _SEED)
        self.odds = odds_of_balance(DEEPEST, TOLERANCE, DRAWS, ODDS_SEED, _DOTS)
        self.walk = one_walk(DEEPEST, _WALK_SEED)
        # The first number of layers with speeds that are not within the tolerance.
        self.left_at = 1 + int(np.argmax(range_so_far(self.walk) > np.log10(TOLERANCE)))

    def nested_products(self) -> None:
        """Box the product of each layer of a short chain, from the last to the first."""
        self.beat("nested_products", layers=str(_NESTED))

        def name_of(layer: int) -> str:
            return self.label("receives", layer=str(layer))

        drawn, pulse = self.short_chain()
        rows = [float(self.short.neuron_point(layer)[1]) for layer in range(1, _NESTED + 1)]
        nested = NestedProduct(
            _NESTED, "sigmoid", name_of, self.layout.nested, rows if is_portrait() else None
        )
        with self.narrate("last", layers=str(_NESTED)):
            self.show_title()
            self.play(FadeIn(drawn), run_time=0.8)
            self.play(FadeIn(pulse, scale=0.5), run_time=0.4)
            self.receive(nested, 0, pulse)
        with self.narrate("wrap"):
            for index in range(1, _NESTED):
                self.receive(nested, index, pulse)
            self.play(FadeIn(nested.head, shift=0.2 * RIGHT), FadeOut(pulse), run_time=0.7)
        self.wait(_REST)
        self.nested = VGroup(nested, drawn)

    def short_chain(self) -> tuple[VGroup, Pulse]:
        """Return a chain without numbers, and a ring around its cost."""
        chain = Chain(np.ones(_NESTED))
        self.short = NeuronChain(
            chain, chain.forward(1.0), self.layout.chain, self.layout.chain_columns
        )
        short = self.short
        drawn = VGroup(
            short.input_node, short.arrows, *short.neurons, short.cost_node, short.weight_labels
        )
        return drawn, short.ring(_NESTED + 1, theme().gradient)

    def receive(self, nested: NestedProduct, index: int, pulse: Pulse) -> None:
        """Move the gradient back by one layer and box the layer's product."""
        self.play(self.short.send(pulse, _NESTED - index, run_time=0.5))
        self.play(FadeIn(nested.terms[index], shift=0.3 * LEFT), run_time=0.3)
        self.play(FadeIn(nested.boxes[index]), run_time=0.4)

    def three_fates(self) -> None:
        """Draw the products of three families of random chains."""
        typical = {family.name: self.typical(family) for family in self.families}
        self.beat(
            "three_fates",
            large=PLAIN(_LARGE_STD),
            balanced=WEIGHT(balanced_std()),
            layers=str(_LAYERS),
            typical_vanishing=typical["vanishing"],
            typical_exploding=typical["exploding"],
            typical_balanced=typical["balanced"],
        )
        region = self.layout.fan
        self.fan = ProductFan(_LAYERS, _LOW, _HIGH, _TICK, region)
        below = at(region.center[0], region.bottom - _AXIS_NAME_BELOW)
        axis = text_at(self.label("axis"), below, font_size=30, color=theme().secondary)
        product = formula("abs(product_j w_j sigma'(h_j))", font_size=30, color=theme().gradient)
        product.move_to(self.layout.product, aligned_edge=LEFT)
        self.fan_axis = VGroup(self.fan, axis, product)
        colors: dict[FamilyName, str] = {
            "exploding": theme().warning,
            "balanced": theme().ink,
            "vanishing": theme().vanishing,
        }
        self.fans = {
            family.name: self.fan.lines(family.log10, colors[family.name])
            for family in self.families
        }
        self.names = {
            family.name: self.name(family, colors[family.name], index)
            for index, family in enumerate(self.families)
        }
        values = {
            "large": PLAIN(_LARGE_STD),
            "balanced": WEIGHT(balanced_std()),
            "layers": str(_LAYERS),
        }
        with self.narrate("vanishing", **values):
            self.play(FadeOut(self.nested), run_time=0.4)
            self.play(FadeIn(self.fan_axis), run_time=0.6)
            self.at_word(values["layers"])
            self.spread("vanishing")
        with self.narrate("exploding", **values):
            self.at_word(values["large"])
            self.spread("exploding")
        with self.narrate("balanced", **values):
            self.spread("balanced")
        self.wait(_REST)

    def spread(self, family: FamilyName) -> None:
        """Draw the lines of a family, then its name."""
        self.play(SpreadFan(self.fans[family]), run_time=1.5, rate_func=linear)
        self.play(FadeIn(self.names[family]), run_time=0.4)

    @staticmethod
    def typical(family: Family) -> str:
        """Return the geometric mean of a factor."""
        return WEIGHT.from_log10(1.0, family.log10_typical)

    def name(self, family: Family, color: str, index: int) -> VGroup:
        """Return the name of a family, its typical factor, and its weights."""
        end = float(self.fan.point(_LAYERS, float(family.median[-1]))[1])
        left, y = self.layout.name_at(index, end)
        words = text_at(self.label(family.name), at(left, y), edge=LEFT, font_size=30, color=color)
        number = LiveNumber(font_size=30, align="left", name=f"typical_{family.name}")
        number.set_text(self.typical(family))
        deviation = PLAIN(family.std) if family.std.is_integer() else WEIGHT(family.std)
        start = "w, b" if family.name == "vanishing" else "w"
        scale = "1" if family.std == 1 else f'"{deviation}"^2'
        law = formula(
            f"{start} tilde.op cal(N)(0, {scale})",
            font_size=30,
            color=theme().secondary,
            track_baselines=True,
        )
        row = Row("times", number, font_size=30, color=theme().ink).start_at(at(left, y - 0.62))
        Row(law).start_at(at(left + _LAW_RIGHT, y - 0.62))
        return VGroup(words, row, law)

    def the_odds_of_balance(self) -> None:
        """Follow one chain that balances on average, then count many, layer by layer."""
        tuned = 100 * self.odds.tuned
        self.beat(
            "the_odds_of_balance",
            deepest=str(DEEPEST),
            tolerance=PLAIN(TOLERANCE),
            ratios=magnitudes(range_so_far(self.walk)[: self.left_at], RATIO),
            shown=COUNT(_DOTS),
            draws=COUNT(DRAWS),
            read_at=str(READ_AT),
            middle=_SHARE(float(tuned[READ_AT - 1])),
            last=_SHARE(float(tuned[-1])),
            few=str(_READ_PLAIN_AT),
            plain=_RARE(100 * float(self.odds.plain[_READ_PLAIN_AT - 1])),
        )
        center = self.layout.dial
        self.dial = BalanceDial(self.walk, _REACH, center, _RADIUS, np.log10(TOLERANCE))
        self.follow_one()
        survivors, fixed = self.odds_plot()
        tolerance = PLAIN(TOLERANCE)
        with self.narrate("count", tolerance=tolerance):
            self.play(FadeOut(self.one_only), run_time=0.5)
            aside = self.layout.dial_aside - center
            self.play(self.gauge.animate.shift(aside), run_time=0.7)
            survivors.to(1.0)
            self.play(FadeIn(survivors.dots, fixed[0]), run_time=0.7)
            self.play(FadeIn(fixed[1], survivors.marker), run_time=0.7)
            self.play(FadeIn(survivors.layers, survivors.share), run_time=0.5)
        self.wait(_AFTER_QUESTION)
        self.add(survivors)
        read_at = str(READ_AT)
        middle, last = _PERCENT(tuned[READ_AT - 1]), _RARE(tuned[-1])
        readings = VGroup()
        with self.narrate("middle", at=read_at, middle=middle, deepest=str(DEEPEST), last=last):
            self.count_to(survivors, 1, READ_AT, seconds=2.6)
            readings.add(self.reading(survivors.plot, READ_AT, middle, at(0.2, 0.34)))
            self.play(FadeIn(readings[-1]), run_time=0.5)
            self.count_to(survivors, READ_AT, DEEPEST, seconds=2.6)
            readings.add(self.reading(survivors.plot, DEEPEST, last, at(-0.75, 0.34)))
            self.play(FadeIn(readings[-1]), run_time=0.5)
        self.wait(_REST)
        readings.add(self.plain_start(survivors.plot))
        self.wait(_REST)
        self.odds_group = VGroup(self.gauge, survivors, *fixed, readings)

    def follow_one(self) -> None:
        """Turn the needle of one chain until its speeds do not fit into the band."""
        dial, (x, y, _) = self.dial, self.layout.dial
        ratio = formula("v_j \\/ v_L", font_size=34, color=theme().gradient)
        ratio.move_to(at(x, y - 0.6))
        words = text_at(self.label("band"), at(x, y - 1.35), font_size=30)
        swatch = dial.swatch().next_to(words, LEFT, buff=0.25)
        band = VGroup(swatch, words).shift(0.42 * RIGHT)
        counts = VGroup()
        left = x - 2.9
        points = at(left, y - 2.05), at(x - 0.6, y - 2.05)
        if is_portrait():
            points = at(left, y - 2.05), at(left, y - 2.7)
        quantities = (("layers", dial.layers), ("ratio", dial.ratio))
        for (key, number), point in zip(quantities, points, strict=True):
            name = text_at(self.label(key), point, edge=LEFT, color=theme().secondary)
            number.place(at(float(name.get_right()[0]) + 0.2, point[1]))
            counts.add(name, number)
        self.gauge = VGroup(dial.face, dial.hub, ratio)
        fan = (self.fan_axis, *self.fans.values(), *self.names.values())
        with self.narrate("needle"):
            self.play(FadeOut(*fan), run_time=0.5)
            self.play(FadeIn(dial.face, dial.hub, dial.pointer), run_time=0.7)
            self.play(FadeIn(ratio, counts), run_time=0.6)
            # Without the band, which would be added with all that moves.
            parts = VGroup(dial.pointer, dial.layers, dial.ratio, dial.hub)
            self.at_word(self.label("needle"))
            for step in range(_SLOW_STEPS):
                self.turn(parts, step)
        with self.narrate("leaves", tolerance=PLAIN(TOLERANCE), left=str(self.left_at)):
            self.play(FadeIn(dial.band, band), run_time=0.7)
            for step in range(_SLOW_STEPS, self.left_at - 1):
                self.turn(dial.moving, step)
        self.wait(_REST)
        self.one_only = VGroup(dial.band, dial.pointer, band, counts)

    def turn(self, parts: VGroup, step: int) -> None:
        """Turn the needle to the next layer."""
        self.play(Drive(parts, self.dial.turn_to, step, step + 1), run_time=0.5)

    def count_to(self, survivors: Survivors, start: int, end: int, *, seconds: float) -> None:
        """Add layers to all chains, and count those in balance."""
        count = Drive(survivors, survivors.to, start, end, rate_func=linear)
        self.play(count, run_time=seconds)

    def odds_plot(self) -> tuple[Survivors, tuple[VGroup, VGroup]]:
        """Return the dots with their curve, and the texts of the dial and of the plot."""
        region, depths = self.layout.odds, self.odds.depths.astype(float)
        shares = 100 * self.odds.tuned
        plot = FunctionPlot(
            lambda n: np.interp(n, depths, shares),
            (1.0, DEEPEST),
            (0.0, 100.0),
            region,
            theme().ink,
        )
        self.dial.turn_to(0.0)
        dots = DialDots(self.dial, self.odds.sample)
        survivors = Survivors(dots, plot, shares, _SHARE)
        dial = self.layout.dial if is_portrait() else self.layout.dial_aside
        sample = self.label("sample", shown=COUNT(_DOTS), draws=COUNT(DRAWS))
        below = VGroup(text_at(sample, dial + 1.35 * DOWN, color=theme().secondary))
        swatch = Dot(at(region.left - 0.2, region.top + 0.6), radius=0.08, color=theme().gradient)
        texts = VGroup(plot.axes, swatch)
        positions = {
            "share": (at(region.left + 0.05, region.top + 0.6), theme().ink, survivors.share),
            "layers": (
                at(region.right - 1.9, region.bottom - 0.85),
                theme().secondary,
                survivors.layers,
            ),
        }
        for key, (point, color, number) in positions.items():
            name = text_at(self.label(key), point, edge=LEFT, font_size=30, color=color)
            number.place(at(float(name.get_right()[0]) + 0.2, point[1]))
            texts.add(name)
        name = text_at(self.label("balanced"), plot.point(6.3, 74), edge=LEFT, color=theme().ink)
        texts.add(name)
        return survivors, (below, texts)

    @staticmethod
    def reading(plot: FunctionPlot, layers: int, share: str, aside: Point) -> VGroup:
        """Return a dot on the curve with the share in balance."""
        point = plot.point(layers, plot.value(layers))
        number = LiveNumber(align="left", name=f"share_at_{layers}").set_text(f"{share} %")
        return VGroup(Dot(point, radius=0.07, color=theme().ink), number.place(point + aside))

    def plain_start(self, other: FunctionPlot) -> VGroup:
        """Add the curve of the ordinary initialisation, and return what was added."""
        depths, shares = self.odds.depths.astype(float), 100 * self.odds.plain
        color = theme().vanishing
        plot = FunctionPlot(
            lambda n: np.interp(n, depths, shares),
            other.x_span,
            other.y_span,
            other.region,
            color,
        )
        share = _RARE(shares[_READ_PLAIN_AT - 1])
        reading = self.reading(plot, _READ_PLAIN_AT, share, at(0.15, 0.28))
        reading.set_color(color)
        name = text_at(self.label("plain"), plot.point(6.3, 58), edge=LEFT, color=color)
        law = formula("w, b tilde.op cal(N)(0, 1)", font_size=30, color=color)
        law.move_to(plot.point(7.3, 44), aligned_edge=LEFT)
        with self.narrate("plain", share=share, few=str(_READ_PLAIN_AT)):
            self.play(FadeIn(name, law), run_time=0.5)
            self.play(Create(plot.curve), run_time=1.6, rate_func=linear)
            self.play(FadeIn(reading), run_time=0.5)
        return VGroup(plot.curve, name, law, reading)

    def the_real_problem(self) -> None:
        """Show the three families again, with an arrow from exploding to vanishing."""
        self.beat("the_real_problem")
        lines = [self.fans[f.name] for f in self.families]
        names = [self.names[f.name] for f in self.families]
        ends = [
            self.fan.point(_LAYERS, float(self.families[k].median[-1])) + 0.16 * RIGHT
            for k in (0, -1)
        ]
        arrow = DoubleArrow(*ends, buff=0, color=theme().ink, stroke_width=4, tip_length=0.18)
        headline = text_at(self.label("headline"), self.layout.headline, edge=LEFT, font_size=34)
        with self.narrate("faces"):
            self.play(FadeOut(self.odds_group), run_time=0.5)
            self.play(FadeIn(self.fan_axis, *lines), run_time=0.8)
            self.play(FadeIn(*names), run_time=0.5)
            self.play(FadeIn(arrow), run_time=0.6)
            self.at_word(self.label("unstable"))
            self.play(FadeIn(headline, shift=0.1 * UP), run_time=0.6)
        with self.narrate("speeds"):
            self.at_word(self.label("different"))
            self.play(Indicate(arrow, scale_factor=1.15, color=theme().ink), run_time=1.0)
        self.wait(_REST)
