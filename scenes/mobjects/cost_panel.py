"""The cost: its curve over the output, the target, and the value that the chain reaches."""

from __future__ import annotations

import numpy as np
from manim import DOWN, UP, DashedLine, VGroup

from mathcore import BackwardTrace, cost
from scenes.layout import Region, at
from scenes.mobjects.function_plot import FunctionPlot
from scenes.mobjects.live_number import LiveNumber
from scenes.mobjects.neuron_panel import NARROW
from scenes.mobjects.row import Row
from scenes.numbers import ACTIVATION_VALUE, PLAIN
from scenes.theme import theme
from scenes.typeset import formula

__all__ = ["COST_FORMULAS", "CostPanel"]

COST_FORMULAS = {
    "squared": "C = (y - t)^2",
    "half_squared": "C = 1 \\/ 2 (y - t)^2",
    "cross_entropy": "C = -t ln y - (1 - t) ln(1 - y)",
}
"""How each cost is written in Typst's math mode."""

_ROW_SIZE = 32.0
_ROW_STEP = 0.85


class CostPanel(VGroup):
    """The curve of the cost over the output, and its formula with the numbers of the chain.

    Parameters
    ----------
    trace
        The pass whose output, target and cost are shown.
    name
        Name of the cost.
    rows_region, plot_region
        Where the formula and the curve stand.

    Attributes
    ----------
    plot : FunctionPlot
        The curve; its dot slides to the output.
    labels, target_mark, rows : VGroup
        The names of the axes, a dashed line at the target, the formula and its numbers.
    value : LiveNumber
        The cost.
    """

    def __init__(
        self, trace: BackwardTrace, name: str, rows_region: Region, plot_region: Region
    ) -> None:
        y, target = float(trace.y), float(trace.target)
        self.plot = self._plot(name, y, target, plot_region)
        self.labels = self._labels()
        self.target_mark = self._target_mark(target)
        self.value = LiveNumber(
            float(trace.cost),
            ACTIVATION_VALUE,
            font_size=_ROW_SIZE,
            color=theme().cost,
            align="left",
            name="cost",
        )
        symbol = Row(COST_FORMULAS[name], font_size=_ROW_SIZE)
        parts = self._substituted(name, y, target)
        narrow = rows_region.width < NARROW
        if narrow and parts:
            lines = [
                Row("=", *parts[:-1], font_size=_ROW_SIZE),
                Row("=", self.value, font_size=_ROW_SIZE),
            ]
        else:
            lines = [Row("=", *parts, self.value, font_size=_ROW_SIZE)]
        for place, row in enumerate((symbol, *lines)):
            if narrow:
                row.fit(rows_region.width)
            row.start_at(rows_region.top_left - at(0.0, 0.4 + place * _ROW_STEP))
        self.rows = VGroup(symbol, *lines)
        super().__init__(self.plot, self.labels, self.target_mark, self.rows)

    @staticmethod
    def _plot(name: str, y: float, target: float, region: Region) -> FunctionPlot:
        function = cost(name)
        if name == "cross_entropy":
            span = (1e-3, 1 - 1e-3)
            span = (min(span[0], y), max(span[1], y)) if 0 < y < 1 else span
        else:
            room = max(1.0, abs(y - target)) * 0.35
            span = (min(0.0, y, target), max(1.0, y, target))
            span = (span[0] - room, span[1] + room)
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
    def _substituted(name: str, y: float, target: float) -> tuple[str | LiveNumber, ...]:
        """Return the parts of the squared costs with numbers put in; none for the cross-entropy."""
        if name == "cross_entropy":
            return ()
        output = LiveNumber(
            y, ACTIVATION_VALUE, font_size=_ROW_SIZE, color=theme().signal, name="y"
        )
        wanted = LiveNumber(abs(target), PLAIN, font_size=_ROW_SIZE, name="target")
        lead = ("1 \\/ 2",) if name == "half_squared" else ()
        sign = "-" if target >= 0 else "+"
        return (*lead, "(", output, sign, wanted, ")^2", "=")
