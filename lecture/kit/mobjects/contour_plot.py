"""A plot of a function of two variables: its contour lines, seen from above."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from manim import ImplicitFunction, VGroup, VMobject

from lecture.kit.layout import Point, Region

__all__ = ["ContourPlot"]

Span = tuple[float, float]

# Of the search for a line: smooth at 1080p, in a tenth of the time of manim's defaults.
_DEPTH, _CELLS = 4, 300


class ContourPlot(VGroup):
    """Lines of equal height of a function of two variables.

    Parameters
    ----------
    function
        Function of `x` and `y`.
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
        function: Callable[[float, float], float],
        x_span: Span,
        y_span: Span,
        region: Region,
        levels: Sequence[float],
        color: str,
    ) -> None:
        self.function, self.x_span, self.y_span, self.region = function, x_span, y_span, region
        self.lines = [self._line(level, color) for level in levels]
        super().__init__(*self.lines)

    def point(self, x: float, y: float) -> Point:
        """Return the point of the frame for the coordinates `x` and `y`."""
        right = (x - self.x_span[0]) / (self.x_span[1] - self.x_span[0])
        up = (y - self.y_span[0]) / (self.y_span[1] - self.y_span[0])
        return self.region.point(right, up)

    def _line(self, level: float, color: str) -> VMobject:
        # In fractions of the ranges, so that cells are as fine in a narrow range as in a wide one.
        def height(right: float, up: float) -> float:
            x = self.x_span[0] + right * (self.x_span[1] - self.x_span[0])
            y = self.y_span[0] + up * (self.y_span[1] - self.y_span[0])
            return self.function(x, y) - level

        try:
            line = ImplicitFunction(
                height, (0, 1), (0, 1), min_depth=_DEPTH, max_quads=_CELLS, color=color
            )
        except IndexError:  # manim takes the first of no lines
            spans = f"{self.x_span} and {self.y_span}"
            message = f"levels: the function does not take {level:g} in the ranges {spans}"
            raise ValueError(message) from None
        line.set_stroke(width=2.5)
        line.points = line.points * [self.region.width, self.region.height, 0.0] + [
            self.region.left,
            self.region.bottom,
            0.0,
        ]
        return line
