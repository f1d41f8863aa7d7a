"""Mobjects of the scene ForwardPass: the formulas of a neuron, and the cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from manim import DOWN, LEFT, UP, DashedLine, MathTypst, VGroup
from numpy.typing import NDArray

from lecture.kit.layout import Region, at, is_portrait
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.row import Part, Row
from lecture.kit.numbers import FACTOR, MINUS, PLAIN, WEIGHT
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, prose
from mathcore import BackwardTrace, Chain, ForwardTrace, activation, cost
from scenes.data.chain_readings import a_text, cost_text, h_text
from scenes.symbols import activation_name, activation_symbol

__all__ = ["CostPanel", "NeuronPanel", "NeuronRows"]

_NARROW = 5.0  # width below which a formula and its result take two lines
_ROW_SIZE, _NARROW_ROW_SIZE = 40.0, 34.0
_ROW_STEP, _NARROW_ROW_STEP = 0.85, 0.75

_PLAIN_RANGE = 4.0


def _stack(rows: Iterable[Row], region: Region) -> None:
    """Move rows below each other, from the top of a region."""
    step = _ROW_STEP if region.width >= _NARROW else _NARROW_ROW_STEP
    for index, row in enumerate(rows):
        row.start_at(region.top_left - at(0.0, 0.4 + index * step))


def _in_lines(parts: Sequence[Part], value: LiveNumber, size: float, width: float) -> list[Row]:
    """Return numbers and their result in one line, in two, or the result alone, as they fit."""
    choices: list[list[tuple[Part, ...]]] = [
        [("=", *parts, "=", value)],
        [("=", *parts), ("=", value)],
        [("=", value)],
    ]
    for lines in choices[width < _NARROW if parts else 2 :]:
        rows = [Row(*line, font_size=size) for line in lines]
        if max(row.width for row in rows) <= width:
            break
    return rows


def _size_in(region: Region) -> float:
    return _ROW_SIZE if region.width >= _NARROW else _NARROW_ROW_SIZE


class NeuronRows(VGroup):
    """Lines for a layer: the weighted input, its numbers, and the activation.

    A bias of zero is grey. In a narrow region, or where they are too wide for one line, the numbers
    take two lines; where these are too wide as well, only the weighted input is shown. The function
    is left out where the activation is too wide.
    """

    def __init__(self, chain: Chain, trace: ForwardTrace, layer: int, region: Region) -> None:
        size = self._size = _size_in(region)
        before = "x" if layer == 1 else f"a_{layer - 1}"
        bias = float(chain.biases[layer - 1])
        color = theme().secondary if bias == 0 else theme().ink
        letter = _colored(f"b_{layer}", size, color)
        self.symbol = Row(
            f"h_{layer} = w_{layer} {before}", _colored("+", size, color), letter, font_size=size
        )
        parts = (*self._product(chain, trace, layer), *self._bias(bias, layer, color))
        value = self._number(h_text(trace, layer), f"h_{layer}")
        self.numbers = VGroup(*_in_lines(parts, value, size, region.width))
        value = self._number(a_text(trace, layer), f"a_{layer}", theme().signal)
        function = f"{activation_symbol(chain.activation)}(h_{layer}) ="
        for name in (f"a_{layer} = {function}", f"a_{layer} ="):
            self.activation = Row(name, value, font_size=size)
            if self.activation.width <= region.width:
                break
        super().__init__(self.symbol, self.numbers, self.activation)
        _stack((self.symbol, *self.numbers, self.activation), region)

    def _number(self, text: str, name: str, color: str | None = None) -> LiveNumber:
        return LiveNumber(font_size=self._size, color=color, name=name).set_text(text)

    def _product(
        self, chain: Chain, trace: ForwardTrace, layer: int
    ) -> tuple[str | LiveNumber, ...]:
        """Return the parts of ``w_j · a_{j-1}``, with brackets around a negative activation."""
        weight = LiveNumber(
            float(chain.weights[layer - 1]),
            WEIGHT,
            font_size=self._size,
            color=theme().weight,
            name=f"w_{layer}",
        )
        if layer > 1:
            before = self._number(a_text(trace, layer - 1), f"a_{layer - 1}", theme().signal)
        else:
            before = self._number(PLAIN(float(trace.x)), "x")
        negative = before.text.startswith(MINUS)
        return (weight, "dot", "(", before, ")") if negative else (weight, "dot", before)

    def _bias(self, bias: float, layer: int, color: str) -> tuple[MathTypst | LiveNumber, ...]:
        number = LiveNumber(abs(bias), FACTOR, font_size=self._size, color=color, name=f"b_{layer}")
        return _colored("-" if bias < 0 else "+", self._size, color), number


def _colored(text: str, size: float, color: str) -> MathTypst:
    return formula(text, font_size=size, color=color, track_baselines=True)


def _beside(left: float, plot_in: Callable[[Region], FunctionPlot], region: Region) -> FunctionPlot:
    """Return the plot in a region, narrowed where its labels would reach beyond `left`."""
    plot = plot_in(region)
    beyond = left - float(plot.get_left()[0])
    return plot_in(replace(region, left=region.left + beyond)) if beyond > 0 else plot


class NeuronPanel(VGroup):
    """The curve of the activation, over all weighted inputs of the chain.

    Its labels do not reach beyond `left`.
    """

    def __init__(self, chain: Chain, trace: ForwardTrace, region: Region, left: float) -> None:
        reach = max(_PLAIN_RANGE, 1.15 * float(np.abs(trace.h).max()))
        samples = activation(chain.activation).value(np.linspace(-reach, reach, 201))
        low, high = min(0.0, float(samples.min())), float(samples.max())
        self.plot = _beside(
            left,
            lambda inside: FunctionPlot(
                lambda h: np.asarray(activation(chain.activation).value(h)),
                (-reach, reach),
                (low, high),
                inside,
                theme().signal,
                y_labels="left",  # beside the axis, the dot would touch them
            ),
            region,
        )
        name = chain.activation
        letter = activation_symbol(name)
        title = (
            formula(f"{letter}(h)", font_size=30, color=theme().signal)
            if name == "sigmoid"
            else prose(
                f"${letter}(h)$, {activation_name(name)}", font_size=30, color=theme().signal
            )
        )
        title.move_to(region.top_left, aligned_edge=UP + LEFT)
        if is_portrait():  # the plot is so narrow that the title would touch its axis
            title.shift((title.height + 0.25) * UP)
        axis_name = formula("h", font_size=30, color=theme().secondary)
        axis_name.next_to(self.plot.point(reach, max(0.0, low)), buff=0.15)
        super().__init__(self.plot, title, axis_name)


_COST_FORMULAS = {
    "squared": ("C = (y - t)^2",),
    "half_squared": ("C = 1 \\/ 2 (y - t)^2",),
    "cross_entropy": ("C = -t ln y", "- (1 - t) ln(1 - y)"),
}  # in parts that fit into a narrow region


class CostPanel(VGroup):
    """The curve of the cost over the output, and its formula with the numbers of the chain.

    The labels of the curve do not reach beyond `left`.
    """

    def __init__(
        self,
        trace: BackwardTrace,
        name: str,
        rows_region: Region,
        plot_region: Region,
        left: float,
    ) -> None:
        target = float(trace.target)
        self.plot = _beside(left, partial(self._plot, name, trace), plot_region)
        self.labels = self._labels()
        self.target_mark = self._target_mark(target)
        size = _size_in(rows_region)
        value = LiveNumber(font_size=size, color=theme().cost, name="cost")
        value.set_text(cost_text(trace))
        symbols = _COST_FORMULAS[name]
        lines = [symbols] if rows_region.width >= _NARROW else [(symbol,) for symbol in symbols]
        numbers = _in_lines(self._substituted(name, trace, size), value, size, rows_region.width)
        rows = [*(Row(*line, font_size=size) for line in lines), *numbers]
        _stack(rows, rows_region)
        self.rows = VGroup(*rows)
        super().__init__(self.plot, self.labels, self.target_mark, self.rows)

    @staticmethod
    def _plot(name: str, trace: BackwardTrace, region: Region) -> FunctionPlot:
        function, y, target = cost(name), float(trace.y), float(trace.target)
        if name == "cross_entropy":
            span = (1e-3, 1 - 1e-3)
            span = (min(span[0], y), max(span[1], y)) if 0 < y < 1 else span
        else:
            margin = max(1.0, abs(y - target)) * 0.35
            span = (min(0.0, y, target), max(1.0, y, target))
            span = (span[0] - margin, span[1] + margin)
        top = max(float(function.value(np.array(span), target).max()), 1e-9)

        def curve(ys: NDArray[np.float64]) -> NDArray[np.float64]:
            # The cost of an output that rounds to 0 or 1 is finite, that of the rounded one is not.
            costs = np.where(ys == y, float(trace.cost), function.value(ys, target))
            return np.minimum(costs, top)

        return FunctionPlot(
            curve,
            span,
            (0.0, top),
            region,
            theme().cost,
            y_labels="left" if y < 0 else "axis",  # where the dot does not touch them
        )

    def _labels(self) -> VGroup:
        axis = formula("y", font_size=30, color=theme().secondary)
        axis.next_to(self.plot.point(self.plot.x_span[1], 0.0), buff=0.15)
        return VGroup(axis)

    def _target_mark(self, target: float) -> VGroup:
        foot, head = self.plot.point(target, 0.0), self.plot.point(target, self.plot.y_span[1])
        line = DashedLine(foot, head + 0.1 * DOWN, color=theme().secondary, dash_length=0.08)
        name = formula("t", font_size=30).next_to(head, UP, buff=0.05)
        return VGroup(line, name)

    @staticmethod
    def _substituted(name: str, trace: BackwardTrace, size: float) -> tuple[str | LiveNumber, ...]:
        """Return the parts of a squared cost with numbers; none for the cross-entropy."""
        if name == "cross_entropy":
            return ()
        target = float(trace.target)
        output = LiveNumber(font_size=size, color=theme().signal, name="y")
        output.set_text(a_text(trace, len(trace.a)))
        target_number = LiveNumber(abs(target), PLAIN, font_size=size, name="target")
        lead = ("1 \\/ 2",) if name == "half_squared" else ()
        sign = "-" if target >= 0 else "+"
        return (*lead, "(", output, sign, target_number, ")^2")
