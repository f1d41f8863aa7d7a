"""Scene UnstableGradient: random chains vanish, explode or, rarely, stay balanced.

The scene draws sigmoid chains of its own, independent of the spec.
"""

from __future__ import annotations

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    UP,
    Create,
    DoubleArrow,
    FadeIn,
    FadeOut,
    VGroup,
    VMobject,
    linear,
)

from lecture.kit.layout import Region, at, frame
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import PLAIN, RATIO, WEIGHT, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, in_words
from mathcore import Chain
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
)
from scenes.mobjects.neuron_chain import NeuronChain
from scenes.mobjects.unstable_gradient import (
    BalanceDial,
    NestedProduct,
    ProductFan,
    SpreadFan,
    SwingNeedle,
)
from scenes.scene import GradientScene

__all__ = ["UnstableGradient"]

_NESTED, _NESTED_Y, _SHORT_Y = 4, -1.4, 1.75
_LAYERS, _CHAINS, _LARGE_STD, _SEED = 30, 40, 20.0, 11
_LOW, _HIGH, _TICK = -36, 20, 12
_FAN = Region(-5.7, 2.4, -2.6, 2.4)
_NAMES_X = 2.75
_WALK_SEED = 4
_DIAL, _RADIUS, _REACH = at(-3.5, -1.15), 2.2, 3
_ODDS = Region(1.5, 6.2, -2.3, 1.35)
_PERCENT = NumberFormat(notation="plain", significant=2)
_RARE = NumberFormat(notation="plain", significant=1)
_SLOW_STEPS = 3
_AFTER_QUESTION = 2.0  # seconds


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
        self.families = families(_LAYERS, _CHAINS, _LARGE_STD, _SEED)
        self.odds = odds_of_balance(DEEPEST, TOLERANCE, DRAWS, ODDS_SEED)
        self.walk = one_walk(DEEPEST, _WALK_SEED)

    def nested_products(self) -> None:
        """Box the product of each layer of a short chain, from the last to the first."""
        self.beat("nested_products", layers=str(_NESTED))

        def name_of(layer: int) -> str:
            return self.label("receives", layer=str(layer))

        nested = NestedProduct(_NESTED, "sigmoid", name_of, at(0.0, _NESTED_Y))
        drawn, pulse = self.short_chain()
        with self.narrate("last", layers=str(_NESTED)):
            self.show_title()
            self.play(FadeIn(drawn), run_time=0.8)
            self.play(FadeIn(pulse, scale=0.3), run_time=0.4)
            self.receive(nested, 0, pulse)
        with self.narrate("wrap", before=str(_NESTED - 1)):
            for index in range(1, _NESTED):
                self.receive(nested, index, pulse)
        with self.narrate("contains"):
            self.play(FadeIn(nested.head, shift=0.2 * RIGHT), FadeOut(pulse), run_time=0.7)
        self.nested = VGroup(nested, drawn)

    def short_chain(self) -> tuple[VGroup, Pulse]:
        """Return a chain without numbers, and a pulse at its cost."""
        chain = Chain(np.ones(_NESTED))
        self.short = NeuronChain(chain, chain.forward(1.0), y=_SHORT_Y)
        short = self.short
        drawn = VGroup(
            short.input_node, short.arrows, *short.neurons, short.cost_node, short.weight_labels
        )
        return drawn, Pulse(theme().gradient, center=short.cost_node.get_center())

    def receive(self, nested: NestedProduct, index: int, pulse: Pulse) -> None:
        """Move the gradient back by one layer and box the layer's product."""
        layer = _NESTED - index
        self.play(pulse.animate.move_to(self.short.neuron_point(layer)), run_time=0.5)
        self.play(FadeIn(nested.terms[index], shift=0.3 * LEFT), run_time=0.5)
        self.play(FadeIn(nested.boxes[index]), run_time=0.6)

    def three_fates(self) -> None:
        """Draw the products of three families of random chains."""
        self.beat("three_fates", large=PLAIN(_LARGE_STD), balanced=WEIGHT(balanced_std()))
        self.fan = ProductFan(_LAYERS, _LOW, _HIGH, _TICK, _FAN)
        below = at(_FAN.center[0], frame().bottom + 0.2)
        axis = text_at(self.label("axis"), below, font_size=30, color=theme().secondary)
        product = formula("abs(product_j w_j sigma'(h_j))", font_size=30, color=theme().gradient)
        product.move_to(at(_FAN.left + 0.3, _FAN.top - 0.2), aligned_edge=LEFT)
        self.fan_axis = VGroup(self.fan, axis, product)
        colors: dict[FamilyName, str] = {
            "exploding": theme().warning,
            "balanced": theme().weight,
            "vanishing": theme().vanishing,
        }
        self.fans = {
            family.name: self.fan.lines(family.log10, colors[family.name])
            for family in self.families
        }
        self.names = {f.name: self.name(f, colors[f.name]) for f in self.families}
        values = {
            "large": PLAIN(_LARGE_STD),
            "balanced": WEIGHT(balanced_std()),
            "layers": str(_LAYERS),
            "chains": str(_CHAINS),
        }
        with self.narrate("vanishing", **values):
            self.play(FadeOut(self.nested), run_time=0.5)
            self.play(FadeIn(self.fan_axis), run_time=0.7)
            self.spread("vanishing")
        with self.narrate("exploding", **values):
            self.spread("exploding")
        with self.narrate("balanced", **values):
            self.spread("balanced")

    def spread(self, family: FamilyName) -> None:
        """Draw the lines of a family, then its name."""
        self.play(SpreadFan(self.fans[family]), run_time=2.0, rate_func=linear)
        self.play(FadeIn(self.names[family]), run_time=0.5)

    def name(self, family: Family, color: str) -> VGroup:
        """Return the name of a family and its typical factor, beside the ends of its lines."""
        number = LiveNumber(font_size=30, align="left", name=f"typical_{family.name}")
        number.set_text(WEIGHT.from_log10(1.0, family.log10_typical))
        row = Row("abs(w_j sigma'(h_j)) tilde.op", number, font_size=30, color=theme().ink)
        end = self.fan.point(_LAYERS, float(family.median[-1]))
        above = at(_NAMES_X, end[1] + 0.22)
        words = text_at(self.label(family.name), above, edge=LEFT, font_size=30, color=color)
        return VGroup(words, row.start_at(at(_NAMES_X, end[1] - 0.28)))

    def the_odds_of_balance(self) -> None:
        """Follow a balanced chain layer by layer, and plot the share of balanced chains."""
        self.beat("the_odds_of_balance", deepest=str(DEEPEST), tolerance=PLAIN(TOLERANCE))
        self.dial = BalanceDial(self.walk, _REACH, _DIAL, _RADIUS, np.log10(TOLERANCE))
        rows = self.dial_rows()
        plot, plain, names = self.odds_plot()
        fan = (self.fan_axis, *self.fans.values(), *self.names.values())
        with self.narrate("needle"):
            self.play(FadeOut(*fan), run_time=0.5)
            gauge = VGroup(self.dial.face, self.dial.moving, rows)
            aside = gauge.get_center()[0] * LEFT
            self.play(FadeIn(gauge.shift(aside)), run_time=0.7)
            for step in range(_SLOW_STEPS):
                swing = SwingNeedle(self.dial, self.layers, self.ratio, step, step + 1)
                self.play(swing, run_time=0.8)
        with self.narrate("count", draws=PLAIN(DRAWS), tolerance=PLAIN(TOLERANCE)):
            self.play(gauge.animate.shift(-aside), run_time=0.7)
            self.play(FadeIn(plot.axes, *names[:2]), run_time=0.6)
            self.play(
                SwingNeedle(self.dial, self.layers, self.ratio, _SLOW_STEPS, DEEPEST - 1),
                Create(plot.curve),
                run_time=4.5,
                rate_func=linear,
            )
        self.wait(_AFTER_QUESTION)
        shares = {
            "middle": _PERCENT(100 * self.odds.tuned[READ_AT - 1]),
            "last": _RARE(100 * self.odds.tuned[-1]),
        }
        with self.narrate("tuned", at=str(READ_AT), deepest=str(DEEPEST), **shares):
            self.play(FadeIn(names[2]), run_time=0.5)
        self.plain_start(plain, names[3])
        self.odds_group = VGroup(self.dial, rows, plot, plain, names)

    def dial_rows(self) -> VGroup:
        """Return the number of layers and the ratio of their speeds, below the dial."""
        self.layers = LiveNumber(font_size=30, align="left", name="layers").set_text("1")
        self.ratio = LiveNumber(1.0, RATIO, font_size=30, align="left", name="speed_ratio")
        rows = VGroup(
            Row(f"{in_words(self.label('layers'))} =", self.layers, font_size=30),
            Row(f"{in_words(self.label('ratio'))} =", self.ratio, font_size=30),
        )
        for index, row in enumerate(rows):
            row.start_at(at(_DIAL[0] - _RADIUS, _DIAL[1] - 0.8 - 0.6 * index))
        return rows

    def odds_plot(self) -> tuple[FunctionPlot, VMobject, VGroup]:
        """Return the share of balanced chains over the depth, for both initialisations."""
        depths, odds = self.odds.depths.astype(float), self.odds

        def drawn(shares: np.ndarray, color: str) -> FunctionPlot:
            return FunctionPlot(
                lambda n: np.interp(n, depths, shares), (1.0, DEEPEST), (0.0, 1.0), _ODDS, color
            )

        plot, plain = drawn(odds.tuned, theme().weight), drawn(odds.plain, theme().vanishing)
        texts = (
            ("share", theme().ink, at(_ODDS.left - 0.3, _ODDS.top + 0.55)),
            ("layers", theme().secondary, at(_ODDS.right - 0.9, _ODDS.bottom - 0.55)),
            ("tuned", theme().weight, plot.point(6.6, 0.45)),
            ("plain", theme().vanishing, plot.point(4.2, 0.065)),
        )
        names = VGroup()
        for key, color, point in texts:
            names.add(text_at(self.label(key), point, edge=LEFT, font_size=30, color=color))
        return plot, plain.curve, names

    def plain_start(self, curve: VMobject, name: VMobject) -> None:
        """Add the curve of the ordinary initialisation."""
        share = _RARE(100 * self.odds.plain[2])
        with self.narrate("plain", share=share):
            self.play(Create(curve), run_time=1.2, rate_func=linear)
            self.play(FadeIn(name), run_time=0.5)

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
        beside = at(_NAMES_X, self.fan.point(0, -15.5)[1])
        headline = text_at(self.label("headline"), beside, edge=LEFT, font_size=34)
        with self.narrate("faces"):
            self.play(FadeOut(self.odds_group), run_time=0.5)
            self.play(FadeIn(self.fan_axis, *lines), run_time=0.8)
            self.play(FadeIn(*names), run_time=0.5)
            self.play(FadeIn(arrow), run_time=0.6)
        with self.narrate("speeds"):
            self.play(FadeIn(headline, shift=0.1 * UP), run_time=0.6)
