"""A plot of a function, with a dot that slides along the curve."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import numpy as np
from manim import DashedLine, Dot, Line, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Region, at, move_inside
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import PLAIN
from lecture.kit.theme import theme

__all__ = ["FunctionPlot", "round_ticks"]

Function = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Span = tuple[float, float]

_SAMPLES = 241
_TICK = 0.06
_LABEL_SIZE = 30.0
_BETWEEN_LABELS = 0.1
_MOST_TICKS = 5  # intervals of the horizontal axis


def round_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return about `most` round numbers from `low` to `high`, for ticks.

    Parameters
    ----------
    low, high
        Range of the axis; `high` is greater than `low`.
    most
        Number of intervals; there is at most one tick more.

    Examples
    --------
    >>> round_ticks(-5, 5)
    [-4.0, -2.0, 0.0, 2.0, 4.0]
    """
    raw = (high - low) / most
    decade = 10.0 ** math.floor(math.log10(raw))
    step = next(n * decade for n in (1, 2, 5, 10) if n * decade >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [float(n * step) for n in range(first, last + 1)]


class FunctionPlot(VGroup):
    """Axes, the curve of a function, and a dot on it with guide lines to the axes.

    Parameters
    ----------
    function
        Vectorized function of one variable.
    x_span, y_span
        Ranges of the axes, ``(low, high)``; the curve is clipped to them.
    region
        Region of the plot.
    color
        Colour of the curve.
    y_labels
        Position of the labels of the vertical axis: beside the ``"axis"``, beside the ``"left"``
        edge of the plot, or ``"none"`` for no labels.

    Attributes
    ----------
    axes : VGroup
        Axes with ticks and labels.
    curve : VMobject
        The curve.
    marker : VGroup
        The dot and its guide lines, moved by :meth:`slide_to`. It is not a submobject: add it
        separately.

    Examples
    --------
    >>> plot = FunctionPlot(np.tanh, (-2, 2), (-1, 1), Region(-2, 2, -1, 1), "#FFFFFF")
    >>> plot.point(2, 1).tolist()
    [2.0, 1.0, 0.0]
    >>> plot.slide_to(1.0).dot.get_center().round(4).tolist()
    [1.0, 0.7616, 0.0]
    """

    def __init__(
        self,
        function: Function,
        x_span: Span,
        y_span: Span,
        region: Region,
        color: str,
        *,
        y_labels: Literal["axis", "left", "none"] = "axis",
    ) -> None:
        self.function = function
        self._y_labels = y_labels
        self.x_span, self.y_span, self.region = x_span, y_span, region
        self.axes = self._axes()
        self.curve = self._curve(color)
        self.dot = Dot(radius=0.085, color=theme().ink).set_z_index(3)
        self.guides = VGroup(*(Line(color=theme().secondary, stroke_width=2) for _ in range(2)))
        self.marker = VGroup(self.guides, self.dot)
        super().__init__(self.axes, self.curve)
        self.slide_to(min(max(0.0, x_span[0]), x_span[1]))

    def point(self, x: float, y: float) -> NDArray[np.float64]:
        """Return the point of the frame for the coordinates `x` and `y`."""
        right = (x - self.x_span[0]) / (self.x_span[1] - self.x_span[0])
        up = (y - self.y_span[0]) / (self.y_span[1] - self.y_span[0])
        return self.region.point(right, up)

    def value(self, x: float) -> float:
        """Return the value of the function at `x`."""
        return float(self.function(np.array([x]))[0])

    def slide_to(self, x: float) -> FunctionPlot:
        """Move the dot to `x` on the curve, and its guide lines with it."""
        y = self.value(x)
        point = self.point(x, y)
        self.dot.move_to(point)
        # The offsets keep a guide of length zero from having no direction.
        self.guides[0].put_start_and_end_on(self.point(x, self._axis_y), point + at(0, 1e-6))
        self.guides[1].put_start_and_end_on(self.point(self._axis_x, y), point + at(1e-6, 0))
        return self

    def level(self, y: float, color: str) -> DashedLine:
        """Return a dashed horizontal line at `y`, as wide as the plot."""
        return DashedLine(
            self.point(self.x_span[0], y),
            self.point(self.x_span[1], y),
            color=color,
            dash_length=0.1,
            stroke_width=3,
        )

    @property
    def _axis_y(self) -> float:
        """The y of the horizontal axis: 0, or the nearest edge."""
        return min(max(0.0, self.y_span[0]), self.y_span[1])

    @property
    def _axis_x(self) -> float:
        return min(max(0.0, self.x_span[0]), self.x_span[1])

    def _axes(self) -> VGroup:
        color = theme().secondary
        lines = VGroup(
            Line(
                self.point(self.x_span[0], self._axis_y), self.point(self.x_span[1], self._axis_y)
            ),
            Line(
                self.point(self._axis_x, self.y_span[0]), self.point(self._axis_x, self.y_span[1])
            ),
        )
        ticks, names = self._x_ticks()
        labels, grid = VGroup(*names), VGroup()
        for x in ticks:
            point = self.point(x, self._axis_y)
            lines.add(Line(point + at(0, _TICK), point - at(0, _TICK)))
        for y in round_ticks(*self.y_span, most=3):
            point = self.point(self._axis_x, y)
            lines.add(Line(point + at(_TICK, 0), point - at(_TICK, 0)))
            if y != self._axis_y and self._y_labels != "none":
                edge = self._axis_x if self._y_labels == "axis" else self.x_span[0]
                labels.add(self._label(y, "right").place(self.point(edge, y) - at(0.16, 0)))
                if self._y_labels == "left":
                    grid.add(Line(self.point(edge, y), self.point(self.x_span[1], y)))
        lines.set_stroke(color, width=2).add_to_back(*grid.set_stroke(theme().grid, width=2))
        return VGroup(lines, labels)

    def _x_ticks(self) -> tuple[list[float], list[LiveNumber]]:
        """Return the ticks of the horizontal axis, and their labels; fewer if these are wide."""
        for most in range(_MOST_TICKS, 0, -1):
            ticks = round_ticks(*self.x_span, most=most)
            labels = [self._x_label(x) for x in ticks if x != self._axis_x or self._axis_x != 0]
            gaps = (float(b.get_left()[0] - a.get_right()[0]) for a, b in pairwise(labels))
            if min(gaps, default=math.inf) >= _BETWEEN_LABELS:
                break
        return ticks, labels

    def _x_label(self, x: float) -> LiveNumber:
        # On the side of the axis where the curve, and so the dot, is not.
        side = 1 if self.value(x) < self._axis_y else -1
        label = self._label(x, "center")
        label.place(self.point(x, self._axis_y) + at(0, 0.3 * side))
        move_inside(label)
        return label

    @staticmethod
    def _label(value: float, align: Literal["center", "right"]) -> LiveNumber:
        color = theme().secondary
        return LiveNumber(
            value, PLAIN, font_size=_LABEL_SIZE, color=color, align=align, name="tick"
        )

    def _curve(self, color: str) -> VMobject:
        xs = np.linspace(*self.x_span, _SAMPLES)
        ys = np.clip(self.function(xs), *self.y_span)
        curve = VMobject(color=color, stroke_width=5)
        return curve.set_points_as_corners([self.point(x, y) for x, y in zip(xs, ys, strict=True)])
