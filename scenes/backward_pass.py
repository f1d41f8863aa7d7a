"""Scene BackwardPass: the gradient travels from the cost to layer 1, one factor a neuron."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    Typst,
    VGroup,
)

from lecture.kit.animations import CountMagnitude
from lecture.kit.layout import Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.numbers import FACTOR, RATIO
from lecture.kit.theme import theme
from lecture.kit.typeset import fit, formula, prose
from scenes.data.chain_readings import dcost_dy_text, running_products, speed_ratio
from scenes.mobjects.backward_pass import AxisName, bracket, level, span, staircase
from scenes.mobjects.chain_columns import CHAIN_X, FIRST_ROW_Y, ChainColumns, chain_rows
from scenes.mobjects.factor_card import FactorCards
from scenes.mobjects.gradient_bars import BendAxis, GradientBars, GrowBar
from scenes.mobjects.neuron_chain import NeuronChain
from scenes.scene import GradientScene
from scenes.symbols import activation_symbol

__all__ = ["BackwardLayout", "BackwardPass", "backward_layout"]

_LONGEST_REST = 24.0  # seconds
_INVISIBLE = 0.03  # units: less than two pixel rows at 480p


class BackwardPass(GradientScene):
    """Multiply the factors from the cost to layer 1 and draw a bar for each gradient."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.start_at_the_cost()
        self.factor_by_factor()
        self.where_did_the_bars_go()
        self.the_log_axis()
        self.read_it_off()

    def prepare(self) -> None:
        """Compute the backward pass and create the mobjects."""
        spec = self.spec.chain
        self.chain = spec.build()
        self.trace = self.chain.backward(spec.input, spec.target, cost=spec.cost)
        self.products = running_products(self.trace)
        self.layout = backward_layout(self.chain.depth)
        columns = self.layout.columns
        self.drawn = NeuronChain(
            self.chain, self.chain.forward(spec.input), self.layout.chain, columns
        ).fill_all()
        self.cards = FactorCards(self.trace, columns, self.chain.activation, self.layout.cards)
        self.bars = GradientBars(
            self.trace.sign_grad_w, self.trace.log10_abs_grad_w, columns, self.layout.bars
        )
        self.bars.growth[:] = 0.0
        self.bars.bend(0.0)
        self.pulse = Pulse(theme().gradient, center=self.drawn.arrow_list[-1].get_center())

    def start_at_the_cost(self) -> None:
        """Show the chain after the forward pass, and dC/dy."""
        dcost_dy = dcost_dy_text(self.trace)
        self.beat("start_at_the_cost", dcost_dy=dcost_dy)
        with self.narrate("question"):
            self.play(
                FadeIn(self.title_of(symbol=activation_symbol(self.chain.activation))), run_time=0.6
            )
            self.play(FadeIn(self.drawn), run_time=0.9)
            slots = (FadeIn(card.slot) for card in reversed(self.cards.cards))
            self.play(LaggedStart(*slots, lag_ratio=0.15), run_time=0.9)
            if len(self.cards.headings):
                self.play(FadeIn(self.cards.headings), run_time=0.5)
        with self.narrate("seed", dcost_dy=dcost_dy):
            self.play(FadeIn(self.pulse, scale=0.3), run_time=0.6)
            self.product = LiveNumber(font_size=36, align="left", name="running")
            self.product.set_text(dcost_dy).place(self.layout.product)
            self.product_name = self.name_product("y")
            self.play(FadeIn(self.product_name), FadeIn(self.product), run_time=0.7)
            self.axis_name = AxisName(self.label("linear_scale"), self.bars)
            self.play(FadeIn(self.bars.linear_axis), FadeIn(self.axis_name), run_time=0.8)
        self.add(self.bars)

    def name_product(self, quantity: str) -> Typst:
        """Return the label of the running product, such as ``∂C/∂a_2 =``."""
        name = formula(f"partial C \\/ partial {quantity} =", font_size=34, color=theme().gradient)
        return name.next_to(self.layout.product, LEFT, buff=0.2)

    def factor_by_factor(self) -> None:
        """Multiply the factors from the last layer to the first."""
        self.beat("factor_by_factor")
        depth = self.chain.depth
        with self.narrate("first", factor=self.cards.card(depth).value.text):
            self.multiply(depth, time_scale=1.35)
        others = range(depth - 1, 0, -1)
        time_scale = min(1.0, _LONGEST_REST / (3.1 * len(others)))
        with self.narrate("rest"):
            for layer in others:
                self.multiply(layer, time_scale=time_scale)
        with self.narrate("arrived"):
            self.play(FadeOut(self.pulse, scale=0.3), run_time=0.5)

    def multiply(self, layer: int, *, time_scale: float) -> None:
        """Multiply the running product by the factor of a layer, and grow the layer's bar."""
        card = self.cards.card(layer)
        self.play(
            self.pulse.animate.move_to(self.drawn.neuron_point(layer)),
            run_time=0.6 * time_scale,
        )
        self.play(
            card.animate.glow(), FadeIn(card.content, shift=0.15 * DOWN), run_time=0.5 * time_scale
        )
        multiplier = self.multiplier(layer)
        target = self.product.get_right() + (0.25 + multiplier.width / 2) * RIGHT
        self.play(multiplier.animate.move_to(target), run_time=0.6 * time_scale)
        before = self.product_name
        self.product_name = self.name_product("w_1" if layer == 1 else f"a_{layer - 1}")
        self.play(
            CountMagnitude(self.product, self.products[layer], self.products[layer - 1], FACTOR),
            FadeOut(multiplier, shift=0.4 * LEFT),
            FadeOut(before),
            FadeIn(self.product_name),
            run_time=0.7 * time_scale,
        )
        self.play(GrowBar(self.bars, layer), run_time=0.4 * time_scale)
        self.play(
            FadeIn(self.bars.values[layer - 1]), card.animate.light(), run_time=0.3 * time_scale
        )

    def multiplier(self, layer: int) -> LiveNumber:
        """Return a copy of the factor on a card, with a multiplication sign."""
        value = self.cards.card(layer).value
        copy = LiveNumber(font_size=28, color=theme().gradient, name=f"times_factor_{layer}")
        return copy.set_text(f"× {value.text}").move_to(value)

    def where_did_the_bars_go(self) -> None:
        """Bracket the bars that are too small to see on the linear axis."""
        self.beat("where_did_the_bars_go")
        tall = self.bars.linear_heights * self.bars.extent
        zero = self.trace.sign_grad_w == 0
        hidden = (tall < _INVISIBLE) & ~zero
        self.mark, key = VGroup(), "visible"
        if zero.any():
            key = "dead" if zero.all() else "zero"
            self.mark = bracket(self.bars, np.flatnonzero(zero), self.label("zero"))
        elif hidden.any():
            key = "invisible"
            self.mark = bracket(self.bars, np.flatnonzero(hidden), self.label("too_small"))
        with self.narrate(key):
            if len(self.mark):
                self.play(Create(self.mark[0]), run_time=0.8)
            if len(self.mark) > 1:
                self.play(FadeIn(self.mark[1]), run_time=0.5)

    def the_log_axis(self) -> None:
        """Switch to the logarithmic axis and trace the tops of the bars."""
        self.beat("the_log_axis")
        self.ratio = speed_ratio(self.trace)
        new_name = self.axis_name.renamed(self.label("log_scale"))
        dead = self.ratio.trend == "dead"
        with self.narrate("dead" if dead else "ruler"):
            self.play(
                FadeOut(self.bars.linear_axis, self.axis_name.scale_name, self.mark), run_time=0.5
            )
            self.play(FadeIn(self.bars.log_axis, new_name), run_time=0.5)
            self.play(BendAxis(self.bars, 0.0, 1.0), run_time=1.2)
        self.stairs = staircase(self.bars, self.trace.sign_grad_w != 0)
        if dead:
            return
        with self.narrate(self.ratio.trend):
            self.play(Create(self.stairs), run_time=1.2)

    def read_it_off(self) -> None:
        """Compare the slowest layer with the fastest."""
        ratio = self.ratio
        self.beat("read_it_off")
        values = {"slow": str(ratio.slow), "fast": str(ratio.fast), "ratio": self.ratio_text()}
        with self.narrate(ratio.verdict, **values) as seconds:
            end = float(self.time) + seconds
            self.play(FadeOut(self.stairs, self.product, self.product_name), run_time=0.5)
            if ratio.verdict == "slower":
                self.show_ratio(values, end)

    def ratio_text(self) -> str:
        """Return the speed of the fastest layer divided by that of the slowest."""
        return RATIO.from_log10(1.0, self.ratio.log10) if np.isfinite(self.ratio.log10) else "0"

    def show_ratio(self, values: dict[str, str], end: float) -> None:
        """Show the ratio, as an arrow between the two bars and a headline, until time `end`."""
        levels = [level(self.bars, layer) for layer in (self.ratio.slow, self.ratio.fast)]
        self.play(*(Create(line) for line in levels), run_time=0.7)
        arrow = span(self.bars, self.ratio.slow, self.ratio.fast)
        headline = fit(prose(self.label("slower", **values), font_size=30), frame().width)
        headline.move_to(self.layout.headline, aligned_edge=LEFT)
        self.play(FadeIn(arrow), run_time=0.5)
        self.play(FadeIn(headline), run_time=0.6)
        self.wait(max(0.2, end - float(self.time) - 0.9))
        self.play(FadeOut(*levels, arrow), run_time=0.6)


_CHAIN_Y, _CARDS_Y = 1.36, 0.0
_BARS_TOP, _BARS_BOTTOM = -0.85, -3.34
_HEADLINE_Y = 2.5
_PRODUCT_X = 3.2

_WIDE_ROW = 1.12  # least spacing of rows for cards with a formula
_CARDS_X, _COMPACT_CARDS_X = -0.55, -0.82
_BARS_LEFT, _COMPACT_BARS_LEFT = 0.5, 0.0
_ROOM_FOR_VALUES = 1.0
_PORTRAIT_PRODUCT_X = -1.5


@dataclass(frozen=True)
class BackwardLayout:
    """Positions of the scene's parts.

    `chain` and `cards` are y-coordinates, in portrait x-coordinates; `product` and `headline` are
    left ends.
    """

    columns: ChainColumns
    chain: float
    cards: float
    bars: Region
    product: Point
    headline: Point


def backward_layout(depth: int) -> BackwardLayout:
    """Return the layout of a chain of `depth` layers in the current frame."""
    return _portrait(depth) if is_portrait() else _landscape(depth)


def _landscape(depth: int) -> BackwardLayout:
    columns = ChainColumns.in_frame(depth)
    half = 0.5 * columns.spacing
    left, right = columns.neuron_x[0] - half, columns.neuron_x[-1] + half
    return BackwardLayout(
        columns,
        chain=_CHAIN_Y,
        cards=_CARDS_Y,
        bars=Region(left, right, _BARS_BOTTOM, _BARS_TOP),
        product=at(_PRODUCT_X, _HEADLINE_Y),
        headline=at(frame().left, _HEADLINE_Y),
    )


def _portrait(depth: int) -> BackwardLayout:
    rows = chain_rows(depth)
    half = 0.5 * rows.spacing
    top, bottom = half - rows.neuron_x[0], -half - rows.neuron_x[-1]
    wide = rows.spacing >= _WIDE_ROW
    left = _BARS_LEFT if wide else _COMPACT_BARS_LEFT
    return BackwardLayout(
        rows,
        chain=CHAIN_X,
        cards=_CARDS_X if wide else _COMPACT_CARDS_X,
        bars=Region(left, frame().right - _ROOM_FOR_VALUES, bottom, top),
        product=at(_PORTRAIT_PRODUCT_X, FIRST_ROW_Y),
        headline=at(frame().left, FIRST_ROW_Y),
    )
