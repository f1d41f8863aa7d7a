"""Backward pass: the gradient crosses the chain from the cost, one factor a neuron."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    DashedLine,
    DoubleArrow,
    FadeIn,
    FadeOut,
    LaggedStart,
    Typst,
    VGroup,
    VMobject,
)

from scenes.animations import BendAxis, CountMagnitude, GrowBar
from scenes.layout import Region, at, frame
from scenes.lecture_scene import LectureScene
from scenes.mobjects import FactorCards, GradientBars, LiveNumber, NeuronChain, Pulse
from scenes.numbers import FACTOR, RATIO
from scenes.readings import running_products, speed_ratio
from scenes.symbols import activation_symbol
from scenes.theme import theme
from scenes.typeset import formula, prose

__all__ = ["BackwardPass"]

_CHAIN_Y, _CARDS_Y = 1.36, 0.0
_BARS_TOP, _BARS_BOTTOM = -0.85, -3.34
_HEADLINE_Y = 2.5
_PRODUCT_X = 3.2
_LONGEST_REST = 24.0
_INVISIBLE = 0.03  # units: under two lines of a 480p picture


class BackwardPass(LectureScene):
    """The running product travels from the cost to the first layer, and bars record gradients."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.start_at_the_cost()
        self.factor_by_factor()
        self.where_did_the_bars_go()
        self.the_log_axis()
        self.read_it_off()

    def prepare(self) -> None:
        """Compute the pass and make what it is drawn with."""
        spec = self.spec.chain
        self.chain = spec.build()
        self.trace = self.chain.backward(spec.input, spec.target, cost=spec.cost)
        self.products = running_products(self.trace)
        self.drawn = NeuronChain(self.chain, self.chain.forward(spec.input), y=_CHAIN_Y).fill_all()
        columns = self.drawn.columns
        self.cards = FactorCards(self.trace, columns, self.chain.activation, y=_CARDS_Y)
        half = 0.5 * columns.spacing
        self.bars_region = Region(
            columns.neuron_x[0] - half, columns.neuron_x[-1] + half, _BARS_BOTTOM, _BARS_TOP
        )
        self.bars = GradientBars(
            self.trace.sign_grad_w, self.trace.log10_abs_grad_w, columns, self.bars_region
        )
        self.bars.growth[:] = 0.0
        self.bars.bend(0.0)
        self.pulse = Pulse(theme().gradient, center=self.drawn.cost_node.get_center())

    def start_at_the_cost(self) -> None:
        """Show the chain after the forward pass, and the derivative that starts the way back."""
        dcost_dy = FACTOR(float(self.trace.dcost_dy))
        self.beat("start_at_the_cost", dcost_dy=dcost_dy)
        with self.tell("question"):
            self.play(
                FadeIn(self.title_of(symbol=activation_symbol(self.chain.activation))), run_time=0.6
            )
            self.play(FadeIn(self.drawn), run_time=0.9)
            slots = (FadeIn(card.slot) for card in reversed(self.cards.cards))
            self.play(LaggedStart(*slots, lag_ratio=0.15), run_time=0.9)
            if len(self.cards.headings):
                self.play(FadeIn(self.cards.headings), run_time=0.5)
        with self.tell("seed", dcost_dy=dcost_dy):
            self.play(FadeIn(self.pulse, scale=0.3), run_time=0.6)
            self.product = LiveNumber(
                float(self.trace.dcost_dy), FACTOR, font_size=36, align="left", name="running"
            ).place(at(_PRODUCT_X, _HEADLINE_Y))
            self.product_name = self.name_product("y")
            self.play(FadeIn(self.product_name), FadeIn(self.product), run_time=0.7)
            axis_name = self.axis_name("linear_scale")
            self.play(FadeIn(self.bars.linear_axis), FadeIn(axis_name), run_time=0.8)
        self.scale_name = axis_name[1]
        self.add(self.bars)

    def name_product(self, quantity: str) -> Typst:
        """Return what stands before the running product: the derivative that it is now."""
        name = formula(f"partial C \\/ partial {quantity} =", font_size=34, color=theme().gradient)
        return name.next_to(at(_PRODUCT_X, _HEADLINE_Y), LEFT, buff=0.2)

    def axis_name(self, scale: str) -> VGroup:
        """Return what the bars show, and the name of their scale below it, right of the bars."""
        left = self.bars_region.right + 0.12
        room = frame().right - left
        size = 34 if room > 1.0 else 30
        quantity = formula("abs((partial C) / (partial w_j))", font_size=size)
        name = prose(self.label(scale), font_size=20, color=theme().secondary)
        # Chains of many layers leave a narrow column; a name of two words takes two lines there.
        if name.width > room:
            wrapped = self.label(scale).replace(" ", " \\ ")
            name = prose(wrapped, font_size=20, color=theme().secondary)
        x = left + min(room, 1.6) / 2
        quantity.move_to(at(x, _BARS_TOP - 0.42))
        return VGroup(quantity, name.next_to(quantity, DOWN, buff=0.2))

    def factor_by_factor(self) -> None:
        """Multiply the factors, from the last layer to the first."""
        self.beat("factor_by_factor")
        depth = self.chain.depth
        with self.tell("first", factor=self.cards.card(depth).value.text):
            self.multiply(depth, pace=1.35)
        others = range(depth - 1, 0, -1)
        pace = min(1.0, _LONGEST_REST / (3.1 * len(others)))
        with self.tell("rest"):
            for layer in others:
                self.multiply(layer, pace=pace)
        with self.tell("arrived"):
            self.play(FadeOut(self.pulse, scale=0.3), run_time=0.5)

    def multiply(self, layer: int, *, pace: float) -> None:
        """Cross one neuron: light its card, multiply the product, let its bar grow."""
        card = self.cards.card(layer)
        self.play(self.pulse.animate.move_to(self.drawn.neuron_point(layer)), run_time=0.6 * pace)
        self.play(card.animate.glow(), FadeIn(card.content, shift=0.15 * DOWN), run_time=0.5 * pace)
        multiplier = self.multiplier(layer)
        target = self.product.get_right() + (0.25 + multiplier.width / 2) * RIGHT
        self.play(multiplier.animate.move_to(target), run_time=0.6 * pace)
        before = self.product_name
        self.product_name = self.name_product("w_1" if layer == 1 else f"a_{layer - 1}")
        self.play(
            CountMagnitude(self.product, self.products[layer], self.products[layer - 1], FACTOR),
            FadeOut(multiplier, shift=0.4 * LEFT),
            FadeOut(before),
            FadeIn(self.product_name),
            run_time=0.7 * pace,
        )
        self.play(GrowBar(self.bars, layer), run_time=0.4 * pace)
        self.play(FadeIn(self.bars.values[layer - 1]), card.animate.light(), run_time=0.3 * pace)

    def multiplier(self, layer: int) -> LiveNumber:
        """Return a copy of the factor on a card, with a multiplication sign, ready to fly."""
        value = self.cards.card(layer).value
        copy = LiveNumber(font_size=28, color=theme().gradient, name=f"times_factor_{layer}")
        return copy.set_text(f"× {value.text}").move_to(value)

    def where_did_the_bars_go(self) -> None:
        """Point at the bars that the linear axis does not show."""
        self.beat("where_did_the_bars_go")
        tall = self.bars.linear_heights * self.bars_region.height
        zero = self.trace.sign_grad_w == 0
        hidden = (tall < _INVISIBLE) & ~zero
        key = "zero" if zero.any() else "invisible" if hidden.any() else "visible"
        self.mark = self.bracket(np.flatnonzero(hidden | zero)) if key != "visible" else VGroup()
        with self.tell(key):
            if len(self.mark):
                self.play(Create(self.mark[0]), run_time=0.8)
            if len(self.mark) > 1:
                self.play(FadeIn(self.mark[1]), run_time=0.5)

    def bracket(self, layers: np.ndarray) -> VGroup:
        """Return a bracket over the first run of neighbouring `layers`, with a label if it fits."""
        breaks = np.flatnonzero(np.diff(layers) > 1)
        last = int(layers[breaks[0]]) if breaks.size else int(layers[-1])
        columns = self.drawn.columns
        half = 0.42 * columns.spacing
        left, right = columns.neuron_x[int(layers[0])] - half, columns.neuron_x[last] + half
        low, high = _BARS_BOTTOM + 0.36, _BARS_BOTTOM + 0.5
        line = VMobject(color=theme().secondary, stroke_width=3).set_points_as_corners(
            [at(x, y) for x, y in ((left, low), (left, high), (right, high), (right, low))]
        )
        text = prose(self.label("too_small"), font_size=24, color=theme().ink)
        if text.width > right - left:
            return VGroup(line)
        return VGroup(line, text.next_to(line, UP, buff=0.15))

    def the_log_axis(self) -> None:
        """Change the ruler under the bars, and trace the staircase that appears."""
        self.beat("the_log_axis")
        self.ratio = speed_ratio(self.trace)
        new_name = prose(self.label("log_scale"), font_size=20, color=theme().secondary)
        if self.scale_name.height > 1.5 * new_name.height:
            wrapped = self.label("log_scale").replace(" ", " \\ ")
            new_name = prose(wrapped, font_size=20, color=theme().secondary)
        new_name.move_to(self.scale_name, aligned_edge=UP)
        with self.tell("ruler"):
            self.play(FadeOut(self.bars.linear_axis, self.scale_name, self.mark), run_time=0.5)
            self.play(FadeIn(self.bars.log_axis, new_name), run_time=0.5)
            self.play(BendAxis(self.bars, 0.0, 1.0), run_time=1.2)
        self.stairs = self.staircase()
        with self.tell(self.ratio.trend):
            self.play(Create(self.stairs), run_time=1.2)

    def staircase(self) -> VMobject:
        """Return a line over the tops of the bars, from the last layer to the first."""
        half = 0.5 * self.drawn.columns.spacing
        corners = []
        for x, height in zip(
            reversed(self.drawn.columns.neuron_x), reversed(self.bars.heights), strict=True
        ):
            y = _BARS_BOTTOM + height * self.bars_region.height
            corners += [at(x + half, y), at(x - half, y)]
        line = VMobject(color=theme().gradient, stroke_width=3)
        return line.set_points_as_corners(corners)

    def read_it_off(self) -> None:
        """Compare the slowest layer with the fastest."""
        ratio = self.ratio
        self.beat("read_it_off")
        values = {"slow": str(ratio.slow), "fast": str(ratio.fast), "ratio": self.ratio_text()}
        with self.tell(ratio.verdict, **values):
            self.play(FadeOut(self.stairs, self.product, self.product_name), run_time=0.5)
            if ratio.verdict == "slower":
                self.show_ratio(values)

    def ratio_text(self) -> str:
        """Return how many times slower the slowest layer is."""
        return RATIO.from_log10(1.0, self.ratio.log10) if np.isfinite(self.ratio.log10) else "0"

    def show_ratio(self, values: dict[str, str]) -> None:
        """Span the two bars with an arrow, and say the ratio in a headline."""
        levels = [self.level(layer) for layer in (self.ratio.slow, self.ratio.fast)]
        self.play(*(Create(line) for line in levels), run_time=0.7)
        x = self.bars_region.right - 0.1
        ends = [at(x, line.get_center()[1]) for line in levels]
        arrow = DoubleArrow(*ends, buff=0, color=theme().ink, stroke_width=4, tip_length=0.18)
        headline = prose(self.label("slower", **values), font_size=30)
        headline.move_to(at(frame().left, _HEADLINE_Y), aligned_edge=LEFT)
        self.play(FadeIn(arrow), run_time=0.5)
        self.play(FadeIn(headline), run_time=0.6)
        self.play(FadeOut(*levels, arrow), run_time=0.6)

    def level(self, layer: int) -> DashedLine:
        """Return a dashed line at the top of the bar of `layer`, to the right end of the axis."""
        y = _BARS_BOTTOM + self.bars.heights[layer - 1] * self.bars_region.height
        x = self.drawn.columns.neuron_x[layer - 1]
        return DashedLine(
            at(x, y),
            at(self.bars_region.right, y),
            color=theme().ink,
            stroke_width=2,
            dash_length=0.1,
        )
