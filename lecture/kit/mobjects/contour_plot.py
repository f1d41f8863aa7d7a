"""A plot of a function of two variables: its contour lines, seen from above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
from contourpy import LineType, contour_generator
from manim import VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Point, Region

__all__ = ["ContourPlot"]

Array = NDArray[np.float64]
Span = tuple[float, float]

_SAMPLES = 161  # of each axis; the lines are smooth at 1080p


class ContourPlot(VGroup):
    """Lines of equal height of a function of two variables.

    Parameters
    ----------
    function
        Vectorized function of `x` and `y`.
    x_span, y_span
        Ranges of the axes, ``(low, high)``; lines end at the edges.
    region
        Region of the plot.
    levels
        Heights of the lines; the function takes each of them somewhere in the ranges.
    color
        Colour of the lines.

    Attributes
    ----------
    lines : list of VMobject
        The lines of each level, in the order of the levels.

    Raises
    ------
    ValueError
        The function does not take one of the levels.

    Examples
    --------
    >>> plot = ContourPlot(
    ...     lambda x, y: x * x + y * y, (-2, 2), (-2, 2), Region(0, 8, 0, 8), [1.0], "#FFFFFF"
    ... )
    >>> plot.point(1, 0).tolist()
    [6.0, 4.0, 0.0]
    >>> round(float(plot.lines[0].width), 2)
    4.0
    """

    def __init__(
        self,
        function: Callable[[Array, Array], Array],
        x_span: Span,
        y_span: Span,
        region: Region,
        levels: Sequence[float],
        color: str,
    ) -> None:
        self.function, self.x_span, self.y_span, self.region = function, x_span, y_span, region
        x, y = (np.linspace(*span, _SAMPLES) for span in (x_span, y_span))
        heights = function(*np.meshgrid(x, y))
        contours = contour_generator(x, y, heights, line_type=LineType.Separate)
        # With this type, the lines of a level are a list of arrays.
        found = [cast("list[Array]", contours.lines(level)) for level in levels]
        self.lines = [
            self._line(curves, level, color) for curves, level in zip(found, levels, strict=True)
        ]
        super().__init__(*self.lines)

    def point(self, x: float, y: float) -> Point:
        """Return the point of the frame for the coordinates `x` and `y`."""
        right = (x - self.x_span[0]) / (self.x_span[1] - self.x_span[0])
        up = (y - self.y_span[0]) / (self.y_span[1] - self.y_span[0])
        return self.region.point(right, up)

    def _line(self, curves: Sequence[Array], level: float, color: str) -> VMobject:
        if not curves:
            spans = f"{self.x_span} and {self.y_span}"
            raise ValueError(f"levels: the function does not take {level:g} in the ranges {spans}")
        line = VMobject(color=color, stroke_width=2.5)
        for curve in curves:
            corners = [self.point(x, y) for x, y in curve]
            line.start_new_path(corners[0])
            line.add_points_as_corners(corners[1:])
        return line
