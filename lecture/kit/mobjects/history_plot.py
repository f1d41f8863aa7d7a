"""Curves over training steps, drawn as the steps go by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import RIGHT, Dot, Line, ManimColor, VGroup, VMobject
from numpy.typing import ArrayLike, NDArray

from lecture.kit.animations import Drive
from lecture.kit.layout import Region, at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT
from lecture.kit.theme import theme

__all__ = ["EpochCounter", "HistoryPlot", "RevealHistory"]

_LABEL_SIZE = 30.0
_TICK = 0.06


class HistoryPlot(VGroup):
    """Axes, and curves over the steps 0, 1, 2, ... that :meth:`reveal` draws up to any step.

    Parameters
    ----------
    heights
        Heights as fractions of the vertical axis, clipped to 0 to 1, shape (curves, steps).
    colors
        Colours of the curves.
    region
        Region between the axes; labels are left of it and below.
    x_ticks
        Labelled steps of the horizontal axis.
    y_ticks
        Height, as a fraction of the axis, and text of each label of the vertical axis.

    Attributes
    ----------
    axes : VGroup
        Axes, grid lines and labels.
    marker : VGroup
        The curves and the dots at their ends. It is not a submobject: add it separately.

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
        clipped = np.clip(np.asarray(heights, dtype=np.float64), 0.0, 1.0)
        self.region = region
        self.steps = clipped.shape[1] - 1
        self._corners = [
            np.array([self.point(step, height) for step, height in enumerate(curve)])
            for curve in clipped
        ]
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
        """Return the point of a step and a height, a fraction of the vertical axis."""
        return self.region.point(step / self.steps, height)

    def reveal(self, step: float) -> HistoryPlot:
        """Draw the curves from step 0 to `step`, which may be fractional."""
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
        """Return a horizontal line at `height`, a fraction of the vertical axis."""
        ends = (self.point(0, height), self.point(self.steps, height))
        return Line(*ends, color=color, stroke_width=2)

    def _axes(self, x_ticks: Sequence[int], y_ticks: Sequence[tuple[float, str]]) -> VGroup:
        grid = VGroup(*(self.level(height, theme().grid) for height, _ in y_ticks))
        lines = VGroup(self.level(0.0, theme().secondary))
        labels = VGroup()
        for step in x_ticks:
            foot = self.point(step, 0.0)
            lines.add(Line(foot, foot - at(0, _TICK), color=theme().secondary, stroke_width=2))
            labels.add(_label(f"{step}", "center", foot - at(0, 0.3)))
        for height, text in y_ticks:
            labels.add(_label(text, "right", self.point(0, height) - at(0.14, 0)))
        return VGroup(grid, lines, labels).set_z_index(-1)


def _label(text: str, align: Any, point: NDArray[np.float64]) -> LiveNumber:
    label = LiveNumber(font_size=_LABEL_SIZE, color=theme().secondary, align=align, name="tick")
    return label.set_text(text).place(point)


class EpochCounter(VGroup):
    """A word and the number of the current epoch, below the axis of a plot.

    Parameters
    ----------
    word
        Label in front of the number, Typst markup.
    region
        Region of the plot.

    Attributes
    ----------
    number : LiveNumber
        The number of the epoch.

    Examples
    --------
    >>> EpochCounter("epoch", Region(0, 2, 0, 1)).number.text
    '0'
    """

    def __init__(self, word: str, region: Region) -> None:
        point = at(region.center[0] + 0.3, region.bottom - 0.8)
        end = point - at(0.15, 0.0)
        text = text_at(word, end, edge=RIGHT, font_size=30, color=theme().secondary)
        self.number = LiveNumber(0, COUNT, font_size=30, align="left", name="epoch").place(point)
        super().__init__(text, self.number)


class RevealHistory(Drive):
    """Draw the curves of a history plot.

    Parameters
    ----------
    plot
        The plot.
    start, end
        First and last step, also between two steps.
    **options
        Passed to :class:`manim.Animation`.
    """

    def __init__(self, plot: HistoryPlot, start: float, end: float, **options: Any) -> None:
        super().__init__(plot.marker, plot.reveal, start, end, **options)
