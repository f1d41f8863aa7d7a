"""Scene BackwardPass: the gradient travels from the cost to layer 1, one factor a neuron."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    Transform,
    Typst,
    VGroup,
)

from lecture.kit.animations import CountMagnitude
from lecture.kit.layout import Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import FACTOR, GRADIENT, LEAST_ROUNDED, RATIO
from lecture.kit.theme import theme
from lecture.kit.typeset import FONT_FLOOR, fit, formula, prose
from scenes.data.chain_readings import (
    dcost_dy_text,
    listed,
    received_text,
    running_products,
    slopes_in_logs,
    speed_ratio,
)
from scenes.mobjects.backward_pass import (
    AxisName,
    bracket,
    branch_line,
    branch_row,
    level,
    span,
    staircase,
    step_arrows,
)
from scenes.mobjects.chain_columns import FIRST_ROW_Y, ChainColumns, chain_layout
from scenes.mobjects.factor_card import FactorCards
from scenes.mobjects.gradient_bars import BendAxis, GradientBars, GrowBar
from scenes.mobjects.neuron_chain import EndLabels, NeuronChain
from scenes.scene import GradientScene
from scenes.symbols import activation_symbol

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BackwardLayout", "BackwardPass", "backward_layout"]

_LONGEST_EXPONENTS = 1 - LEAST_ROUNDED, LEAST_ROUNDED - 1
_LONGEST_REST = 9.5  # seconds
_REST = 1.6  # seconds after a reveal
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
        self.the_update()

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
        region = self.layout.bars
        if columns.flow.down:  # cards with long numbers take room from the bars beside them
            cards_end = max(float(card.get_right()[0]) for card in self.cards.cards)
            region = replace(region, left=max(region.left, cards_end + _BESIDE_CARDS))
        self.bars = GradientBars(
            self.trace.sign_grad_w, self.trace.log10_abs_grad_w, columns, region
        )
        self.bars.growth[:] = 0.0
        self.bars.bend(0.0)
        self.ends = EndLabels(self.drawn, self.trace)

    def start_at_the_cost(self) -> None:
        """Show the chain after the forward pass, and dC/dy."""
        dcost_dy = dcost_dy_text(self.trace)
        self.beat("start_at_the_cost", dcost_dy=dcost_dy)
        contents = VGroup(*(card.light().content for card in self.cards.cards))
        slots = [card.slot for card in self.cards.cards]
        # The last picture of the scene before: the chain and all factors.
        self.add(self.drawn, self.ends, *slots, contents, self.cards.headings)
        with self.narrate("question"):
            self.show_title(self.title_of(symbol=activation_symbol(self.chain.activation)))
            self.play(FadeOut(contents), run_time=0.6)
            dimmed = [card.copy().darken() for card in self.cards.cards]
            changes = [Transform(*pair) for pair in zip(slots, dimmed, strict=True)]
            changes.reverse()
            self.at_word(self.label("backwards"))
            self.play(LaggedStart(*changes, lag_ratio=0.15), run_time=0.9)
        with self.narrate("seed", dcost_dy=dcost_dy):
            self.pulse = self.drawn.ring(self.chain.depth + 1, theme().gradient)
            self.play(FadeIn(self.pulse, scale=1.2), run_time=0.6)
            self.at_word(self.label("derivative"))
            self.product = LiveNumber(font_size=36, align="left", name="running")
            self.product.set_text(dcost_dy).place(self.layout.product)
            self.product_name = self.name_product("y")
            self.play(FadeIn(self.product_name), FadeIn(self.product), run_time=0.7)
            self.axis_name = AxisName(self.label("linear_scale"), self.bars)
            self.play(FadeIn(self.bars.linear_axis), FadeIn(self.axis_name), run_time=0.8)
        self.add(self.bars)
        self.wait(_REST)

    def name_product(self, quantity: str) -> Typst:
        """Return the label of the running product, such as ``∂C/∂a_2 =``."""
        name = formula(f"partial C \\/ partial {quantity} =", font_size=34, color=theme().gradient)
        return name.next_to(self.layout.product, LEFT, buff=0.2)

    def factor_by_factor(self) -> None:
        """Multiply the factors from the last layer to the first."""
        depth = self.chain.depth
        trace, backwards = self.trace, range(depth, 0, -1)
        slopes = np.transpose(slopes_in_logs(trace, self.chain.activation)).tolist()
        gradients = np.transpose([trace.sign_grad_w, trace.log10_abs_grad_w]).tolist()
        self.beat(
            "factor_by_factor",
            symbol=activation_symbol(self.chain.activation),
            factors=listed(self.cards.card(layer).text for layer in backwards),
            products=listed(FACTOR.from_log10(*self.products[j - 1]) for j in backwards),
            slopes=listed(FACTOR.from_log10(*slopes[j - 1]) for j in backwards),
            received=listed(received_text(trace, layer) for layer in backwards),
            gradients=listed(GRADIENT.from_log10(*gradients[j - 1]) for j in backwards),
        )
        with self.narrate("first", factor=self.cards.card(depth).text):
            self.cross(depth, time_scale=1.2)
        with self.narrate("branch"):
            self.drop(depth, time_scale=1.4)
        others = range(depth - 1, 0, -1)
        time_scale = min(1.0, _LONGEST_REST / (3.6 * len(others)))
        for key, layers in zip(("rest", "signs"), _in_turn(others), strict=True):
            if not layers:
                continue
            with self.narrate(key):
                for layer in layers:
                    self.cross(layer, time_scale=time_scale)
                    self.drop(layer, time_scale=time_scale)
        self.play(FadeOut(self.pulse, scale=0.3), run_time=0.5)
        self.wait(_REST)

    def cross(self, layer: int, *, time_scale: float) -> None:
        """Multiply the running product by the factor of a layer."""
        card = self.cards.card(layer)
        self.play(self.drawn.send(self.pulse, layer, run_time=0.5 * time_scale))
        self.play(card.animate.glow(), FadeIn(card.content), run_time=0.5 * time_scale)
        multiplier = self.multiplier(layer)
        # The number is without a name until it has arrived at its next value.
        self.play(FadeOut(self.product_name), FadeIn(multiplier), run_time=0.4 * time_scale)
        self.play(
            CountMagnitude(self.product, self.products[layer], self.products[layer - 1], FACTOR),
            self.drawn.send(self.pulse, layer, strength=self.strength_of_pulse(layer - 1)),
            run_time=0.6 * time_scale,
        )
        self.product_name = self.name_product("w_1" if layer == 1 else f"a_{layer - 1}")
        self.play(FadeOut(multiplier), FadeIn(self.product_name), run_time=0.3 * time_scale)

    def drop(self, layer: int, *, time_scale: float) -> None:
        """Show the gradient of a layer's own weight, which branches off the product."""
        branch = self.branch(layer)
        self.play(FadeIn(branch), run_time=0.4 * time_scale)
        self.play(GrowBar(self.bars, layer), run_time=0.4 * time_scale)
        self.play(
            FadeIn(self.bars.values[layer - 1]),
            self.cards.card(layer).animate.light(),
            run_time=0.3 * time_scale,
        )
        self.play(FadeOut(branch), run_time=0.2 * time_scale)

    def branch(self, layer: int) -> VGroup:
        """Return the line from a card to its bar and, where there is room, the product for it."""
        return VGroup(
            branch_line(self.bars, self.layout.cards, layer),
            branch_row(self.trace, self.products[layer], layer, self.layout.headline),
        )

    def strength_of_pulse(self, index: int) -> float:
        """Return the strength of the pulse for a running product, by its logarithm."""
        logs = np.array([log10 for _, log10 in self.products])
        finite = logs[np.isfinite(logs)]
        if not np.isfinite(logs[index]) or np.ptp(finite) == 0:
            return 1.0
        return float((logs[index] - finite.min()) / np.ptp(finite))

    def multiplier(self, layer: int) -> LiveNumber:
        """Return the factor of a layer with a multiplication sign, right of the product.

        Where there is no room for the factor, which its card shows too, it is left out.
        """
        text = self.cards.card(layer).text
        copy = LiveNumber(
            font_size=36, color=theme().gradient, align="left", name=f"times_factor_{layer}"
        )
        ends = [self.products[layer], self.products[layer - 1]]
        low, high = sorted(log10 for _, log10 in ends)
        # Between its ends, the product may have a longer exponent.
        longest = [(ends[0][0], x) for x in _LONGEST_EXPONENTS if -np.inf < low < x < high < np.inf]
        widest = max(
            LiveNumber.width_of(FACTOR.from_log10(sign, log10), 36)
            for sign, log10 in (*ends, *longest)
        )
        copy.set_text(f"× {text}").place(self.layout.product + (widest + 0.2) * RIGHT)
        if copy.get_right()[0] > frame().right:
            copy.set_text("×")
        return copy

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
            self.at_word(self.label("step"))
            self.play(BendAxis(self.bars, 0.0, 1.0), run_time=1.2)
        self.stairs = staircase(self.bars, self.trace.sign_grad_w != 0)
        if not dead:
            with self.narrate(self.ratio.trend):
                self.at_word(self.label("staircase"))
                self.play(Create(self.stairs), run_time=1.2)
        self.wait(_REST)

    def read_it_off(self) -> None:
        """Compare the slowest layer with the fastest."""
        ratio = self.ratio
        values = {"slow": str(ratio.slow), "fast": str(ratio.fast), "ratio": self.ratio_text()}
        self.beat("read_it_off", slow=values["slow"], fast=values["fast"])
        self.ratio_marks = VGroup()
        with self.narrate(ratio.verdict, **values):
            self.play(FadeOut(self.stairs, self.product, self.product_name), run_time=0.5)
            if ratio.verdict == "slower":
                self.show_ratio(values)
        self.wait(_REST)

    def ratio_text(self) -> str:
        """Return the speed of the fastest layer divided by that of the slowest."""
        return RATIO.from_log10(1.0, self.ratio.log10) if np.isfinite(self.ratio.log10) else "0"

    def show_ratio(self, values: dict[str, str]) -> None:
        """Show the ratio, as an arrow between the two bars and a headline."""
        levels = [level(self.bars, layer) for layer in (self.ratio.slow, self.ratio.fast)]
        self.play(*(Create(line) for line in levels), run_time=0.7)
        arrow = span(self.bars, self.ratio.slow, self.ratio.fast)
        text = self.label("slower", **values)
        headline = fit(prose(text, font_size=36), frame().width)
        if headline.font_size < FONT_FLOOR:  # with a long exponent
            headline = prose(text.replace("* ", "* \\ "), font_size=FONT_FLOOR)
        headline.move_to(self.layout.headline, aligned_edge=LEFT)
        self.play(FadeIn(arrow), run_time=0.5)
        self.play(FadeIn(headline), run_time=0.6)
        self.ratio_marks = VGroup(*levels, arrow, headline)

    def the_update(self) -> None:
        """Show the step of each weight in true proportion."""
        self.beat("the_update")
        rule = formula("w_j <- w_j - eta thin partial C \\/ partial w_j", font_size=36)
        rule.move_to(self.layout.headline, aligned_edge=LEFT)
        arrows = step_arrows(self.trace, self.layout.columns, self.layout.cards)
        with self.narrate("rule"):
            self.play(FadeOut(self.ratio_marks), FadeOut(self.cards), run_time=0.5)
            self.at_word(self.label("against"))
            self.play(FadeIn(rule), run_time=0.6)
        with self.narrate("steps"):
            self.at_word(self.label("steps"))
            if arrows:
                entrances = (FadeIn(arrow) for arrow in arrows)
                self.play(LaggedStart(*entrances, lag_ratio=0.3), run_time=1.6)
        self.wait(_REST)


def _in_turn(layers: range) -> tuple[Sequence[int], ...]:
    """Divide layers into two runs, the first not shorter than the second."""
    half = -(-len(layers) // 2)
    return layers[:half], layers[half:]


_BARS_TOP, _BARS_BOTTOM = -0.85, -3.34
_HEADLINE_Y = 2.56
_PRODUCT_X = 2.8

_WIDE_ROW = 1.12  # least spacing of rows for cards with a formula
_BARS_LEFT, _COMPACT_BARS_LEFT = 0.5, 0.0
_ROOM_FOR_VALUES = 1.5
_PORTRAIT_PRODUCT_X = -1.5
_BESIDE_CARDS = 0.08


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
    chain = chain_layout(depth)
    columns = chain.columns
    half = 0.5 * columns.spacing
    left, right = columns.neuron_x[0] - half, columns.neuron_x[-1] + half
    return BackwardLayout(
        columns,
        chain=chain.chain,
        cards=chain.cards,
        bars=Region(left, right, _BARS_BOTTOM, _BARS_TOP),
        product=at(_PRODUCT_X, _HEADLINE_Y),
        headline=at(frame().left, _HEADLINE_Y),
    )


def _portrait(depth: int) -> BackwardLayout:
    chain = chain_layout(depth)
    rows = chain.columns
    half = 0.5 * rows.spacing
    top, bottom = half - rows.neuron_x[0], -half - rows.neuron_x[-1]
    wide = rows.spacing >= _WIDE_ROW
    left = _BARS_LEFT if wide else _COMPACT_BARS_LEFT
    return BackwardLayout(
        rows,
        chain=chain.chain,
        cards=chain.cards,
        bars=Region(left, frame().right - _ROOM_FOR_VALUES, bottom, top),
        product=at(_PORTRAIT_PRODUCT_X, FIRST_ROW_Y),
        headline=at(frame().left, FIRST_ROW_Y),
    )
