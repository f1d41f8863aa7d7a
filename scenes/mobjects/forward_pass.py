"""Mobjects of the scene ForwardPass: the formulas of a neuron, and the cost."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, UP, DashedLine, VGroup

from lecture.kit.layout import Region, at, is_portrait
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.row import Row
from lecture.kit.numbers import FACTOR, MINUS, PLAIN, WEIGHT
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, prose
from mathcore import BackwardTrace, Chain, ForwardTrace, activation, cost
from scenes.data.chain_readings import a_text, activation_format, cost_text, h_text
from scenes.symbols import activation_name, activation_symbol

__all__ = ["COST_FORMULAS", "NARROW", "CostPanel", "NeuronPanel", "NeuronRows"]

_ROW_SIZE = 32.0
_ROW_STEP = 0.72
_NARROW_ROW_STEP = 0.95
NARROW = 5.0
"""Width below which a formula and its result take two lines."""

_PLAIN_RANGE = 4.0


class NeuronRows(VGroup):
    """Lines for a layer: the weighted input, its numbers, and the activation.

    In a narrow region the numbers take two lines, and longer lines are scaled down.
    """

    def __init__(self, chain: Chain, trace: ForwardTrace, layer: int, region: Region) -> None:
        biased = bool(np.any(chain.biases != 0))
        before = "x" if layer == 1 else f"a_{layer - 1}"
        bias = f" + b_{layer}" if biased else ""
        symbol = Row(f"h_{layer} = w_{layer} {before}{bias}", font_size=_ROW_SIZE)
        parts = (*_product(chain, trace, layer), *(_bias(chain, layer) if biased else ()))
        value = _number(h_text(trace, layer), f"h_{layer}")
        narrow = region.width < NARROW
        if narrow:
            lines = [Row("=", *parts, font_size=_ROW_SIZE), Row("=", value, font_size=_ROW_SIZE)]
        else:
            lines = [Row("=", *parts, "=", value, font_size=_ROW_SIZE)]
        letter = activation_symbol(chain.activation)
        self.activation_value = LiveNumber(
            float(trace.h[layer - 1]),
            activation_format(chain.activation, trace, layer),
            font_size=_ROW_SIZE,
            color=theme().signal,
            align="left",
            name=f"a_{layer}",
        )
        self.activation = Row(
            f"a_{layer} = {letter}(h_{layer}) =", self.activation_value, font_size=_ROW_SIZE
        )
        top = region.top_left
        step = _NARROW_ROW_STEP if narrow else _ROW_STEP
        for index, row in enumerate((symbol, *lines, self.activation)):
            if narrow:
                row.fit(region.width)
            row.start_at(top - at(0.0, 0.3 + index * step))
        self.weighted_input = VGroup(symbol, VGroup(*lines))
        super().__init__(self.weighted_input, self.activation)


def _number(text: str, name: str, color: str | None = None) -> LiveNumber:
    return LiveNumber(font_size=_ROW_SIZE, color=color, align="left", name=name).set_text(text)


def _product(chain: Chain, trace: ForwardTrace, layer: int) -> tuple[str | LiveNumber, ...]:
    """Return the parts of ``w_j · a_{j-1}``, with brackets around a negative activation."""
    weight = LiveNumber(
        float(chain.weights[layer - 1]),
        WEIGHT,
        font_size=_ROW_SIZE,
        color=theme().weight,
        name=f"w_{layer}",
    )
    first = layer == 1
    text = PLAIN(float(trace.x)) if first else a_text(trace, layer - 1)
    before = _number(
        text,
        "x" if first else f"a_{layer - 1}",
        theme().ink if first else theme().signal,
    )
    return (weight, "dot", "(", before, ")") if text.startswith(MINUS) else (weight, "dot", before)


def _bias(chain: Chain, layer: int) -> tuple[str | LiveNumber, ...]:
    bias = float(chain.biases[layer - 1])
    size = LiveNumber(abs(bias), FACTOR, font_size=_ROW_SIZE, name=f"b_{layer}")
    return ("-" if bias < 0 else "+", size)


class NeuronPanel(VGroup):
    """The curve of the activation, over all weighted inputs of the chain."""

    def __init__(self, chain: Chain, trace: ForwardTrace, region: Region) -> None:
        reach = max(_PLAIN_RANGE, 1.15 * float(np.abs(trace.h).max()))
        samples = activation(chain.activation).value(np.linspace(-reach, reach, 201))
        low, high = min(0.0, float(samples.min())), float(samples.max())
        self.plot = FunctionPlot(
            lambda h: np.asarray(activation(chain.activation).value(h)),
            (-reach, reach),
            (low, high),
            region,
            theme().signal,
        )
        name = chain.activation
        letter = activation_symbol(name)
        title = (
            formula(f"{letter}(h)", font_size=30, color=theme().signal)
            if name == "sigmoid"
            else prose(
                f"${letter}(h)$, {activation_name(name)}", font_size=26, color=theme().signal
            )
        )
        title.move_to(region.top_left, aligned_edge=UP + LEFT)
        if is_portrait():  # the plot is so narrow that the title would touch its axis
            title.shift((title.height + 0.25) * UP)
        axis_name = formula("h", font_size=26, color=theme().secondary)
        axis_name.next_to(self.plot.point(reach, max(0.0, low)), buff=0.15)
        super().__init__(self.plot, title, axis_name)


COST_FORMULAS = {
    "squared": "C = (y - t)^2",
    "half_squared": "C = 1 \\/ 2 (y - t)^2",
    "cross_entropy": "C = -t ln y - (1 - t) ln(1 - y)",
}
"""Formula of each cost in Typst's math mode."""

_COST_ROW_STEP = 0.85


class CostPanel(VGroup):
    """The curve of the cost over the output, and its formula with the numbers of the chain."""

    def __init__(
        self, trace: BackwardTrace, name: str, rows_region: Region, plot_region: Region
    ) -> None:
        y, target = float(trace.y), float(trace.target)
        self.plot = self._plot(name, y, target, plot_region)
        self.labels = self._labels()
        self.target_mark = self._target_mark(target)
        self.value = _number(cost_text(trace), "cost", theme().cost)
        symbol = Row(COST_FORMULAS[name], font_size=_ROW_SIZE)
        parts = self._substituted(name, trace)
        narrow = rows_region.width < NARROW
        if narrow and parts:
            lines = [
                Row("=", *parts[:-1], font_size=_ROW_SIZE),
                Row("=", self.value, font_size=_ROW_SIZE),
            ]
        else:
            lines = [Row("=", *parts, self.value, font_size=_ROW_SIZE)]
        for index, row in enumerate((symbol, *lines)):
            if narrow:
                row.fit(rows_region.width)
            row.start_at(rows_region.top_left - at(0.0, 0.4 + index * _COST_ROW_STEP))
        self.rows = VGroup(symbol, *lines)
        super().__init__(self.plot, self.labels, self.target_mark, self.rows)

    @staticmethod
    def _plot(name: str, y: float, target: float, region: Region) -> FunctionPlot:
        function = cost(name)
        if name == "cross_entropy":
            span = (1e-3, 1 - 1e-3)
            span = (min(span[0], y), max(span[1], y)) if 0 < y < 1 else span
        else:
            margin = max(1.0, abs(y - target)) * 0.35
            span = (min(0.0, y, target), max(1.0, y, target))
            span = (span[0] - margin, span[1] + margin)
        top = max(float(function.value(np.array(span), target).max()), 1e-9)
        return FunctionPlot(
            lambda ys: np.asarray(function.value(ys, target)),
            span,
            (0.0, top),
            region,
            theme().cost,
        )

    def _labels(self) -> VGroup:
        axis = formula("y", font_size=26, color=theme().secondary)
        axis.next_to(self.plot.point(self.plot.x_span[1], 0.0), buff=0.15)
        return VGroup(axis)

    def _target_mark(self, target: float) -> VGroup:
        foot, head = self.plot.point(target, 0.0), self.plot.point(target, self.plot.y_span[1])
        line = DashedLine(foot, head + 0.1 * DOWN, color=theme().secondary, dash_length=0.08)
        name = formula("t", font_size=26).next_to(head, UP, buff=0.05)
        return VGroup(line, name)

    @staticmethod
    def _substituted(name: str, trace: BackwardTrace) -> tuple[str | LiveNumber, ...]:
        """Return the parts of a squared cost with numbers; none for the cross-entropy."""
        if name == "cross_entropy":
            return ()
        target = float(trace.target)
        output = _number(a_text(trace, len(trace.a)), "y", theme().signal)
        target_number = LiveNumber(abs(target), PLAIN, font_size=_ROW_SIZE, name="target")
        lead = ("1 \\/ 2",) if name == "half_squared" else ()
        sign = "-" if target >= 0 else "+"
        return (*lead, "(", output, sign, target_number, ")^2", "=")
