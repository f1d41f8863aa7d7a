"""Curves of what was measured step after step, drawn as the steps go by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import RIGHT, Animation, Dot, Line, ManimColor, VGroup, VMobject
from numpy.typing import ArrayLike, NDArray

from lecture.kit.layout import Region, at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT
from lecture.kit.theme import theme

__all__ = ["EpochCounter", "HistoryPlot", "RevealHistory"]

_LABEL_SIZE = 20.0
_TICK = 0.06


class HistoryPlot(VGroup):
    """Axes, and curves over the steps 0, 1, 2, ... that can be drawn up to any step.

    Parameters
    ----------
    heights
        Height of each curve at each step as a share of the axis, shape (curves, steps).
    colors
        One a curve.
    region
        Where the plot stands.
    x_ticks
        Steps that the horizontal axis names.
    y_ticks
        Height, as a share of the axis, and text of each label of the vertical axis.

    Attributes
    ----------
    axes : VGroup
        What stands still.
    marker : VGroup
        The curves and the dots at their ends, which :meth:`reveal` draws; put on the screen on
        its own.

    Examples
    --------
    >>> plot = HistoryPlot([[0.0, 1.0, 0.5]], ["#FFFFFF"], Region(0, 2, 0, 1), [0, 2], [(0, "0")])
    >>> plot.reveal(1.5).heads[0].get_center().round(3).tolist()
    [1.5, 0.75, 0.0]
    """

    def __init__(
        self,
        heights: ArrayLike,
        colors: Sequence[str | ManimColor],
        region: Region,
        x_ticks: Sequence[int],
        y_ticks: Sequence[tuple[float, str]],
    ) -> None:
        shares = np.clip(np.asarray(heights, dtype=np.float64), 0.0, 1.0)
        self.region = region
        self.steps = shares.shape[1] - 1
        self._corners = [self._placed(curve) for curve in shares]
        self.axes = self._axes(x_ticks, y_ticks)
        self.curves = VGroup(*(VMobject(color=c, stroke_width=4) for c in colors))
        self.heads = VGroup(*(Dot(radius=0.07, color=c) for c in colors))
        self._full = [
            np.array(VMobject().set_points_as_corners(corners).points) for corners in self._corners
        ]
        self.marker = VGroup(self.curves, self.heads)
        super().__init__(self.axes)
        self.reveal(0.0)

    def point(self, step: float, height: float) -> NDArray[np.float64]:
        """Return the point of the screen for a step and a height as a share of the axis."""
        return at(
            self.region.left + step / self.steps * self.region.width,
            self.region.bottom + height * self.region.height,
        )

    def reveal(self, step: float) -> HistoryPlot:
        """Draw the curves from step 0 to `step`, which need not be whole."""
        whole = min(math.floor(step), self.steps - 1)
        for curve, head, corners, full in zip(
            self.curves, self.heads, self._corners, self._full, strict=True
        ):
            end = corners[whole] + (step - whole) * (corners[whole + 1] - corners[whole])
            last = np.linspace(corners[whole], end, 4)
            curve.points = np.concatenate([full[: 4 * whole], last])
            head.move_to(end)
        return self

    def level(self, height: float, color: str) -> VMobject:
        """Return a thin line across the plot at a height given as a share of the axis."""
        ends = (self.point(0, height), self.point(self.steps, height))
        return Line(*ends, color=color, stroke_width=2)

    def _placed(self, heights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([self.point(step, height) for step, height in enumerate(heights)])

    def _axes(self, x_ticks: Sequence[int], y_ticks: Sequence[tuple[float, str]]) -> VGroup:
        grid = VGroup(*(self.level(height, theme().grid) for height, _ in y_ticks))
        lines = VGroup(self.level(0.0, theme().secondary))
        labels = VGroup()
        for step in x_ticks:
            foot = self.point(step, 0.0)
            lines.add(Line(foot, foot - at(0, _TICK), color=theme().secondary, stroke_width=2))
            labels.add(_label(f"{step}", "center", foot - at(0, 0.26)))
        for height, text in y_ticks:
            labels.add(_label(text, "right", self.point(0, height) - at(0.14, 0)))
        return VGroup(grid, lines, labels).set_z_index(-1)


def _label(text: str, align: Any, point: NDArray[np.float64]) -> LiveNumber:
    label = LiveNumber(font_size=_LABEL_SIZE, color=theme().secondary, align=align, name="tick")
    return label.set_text(text).place(point)


class EpochCounter(VGroup):
    """A word and the number of the step that a plot has reached, below its axis.

    Examples
    --------
    >>> EpochCounter("epoch", Region(0, 2, 0, 1)).number.text
    '0'
    """

    def __init__(self, word: str, region: Region) -> None:
        spot = at(region.center[0] + 0.3, region.bottom - 0.68)
        beside = spot - at(0.15, 0.0)
        text = text_at(word, beside, edge=RIGHT, font_size=24, color=theme().secondary)
        self.number = LiveNumber(0, COUNT, font_size=24, align="left", name="epoch").place(spot)
        super().__init__(text, self.number)


class RevealHistory(Animation):
    """Draw the curves of a plot from one step to another."""

    def __init__(self, plot: HistoryPlot, start: float, end: float, **options: Any) -> None:
        self.plot, self.start, self.end = plot, start, end
        super().__init__(plot.marker, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Draw the curves up to the step that belongs to `alpha`."""
        share = self.rate_func(alpha)
        self.plot.reveal(self.start + share * (self.end - self.start))
