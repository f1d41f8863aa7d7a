"""A tangent that slides along a curve while its slope draws a second curve below."""

from __future__ import annotations

import numpy as np
from manim import Dot, Line, VGroup, VMobject
from numpy.typing import NDArray

from scenes.layout import at
from scenes.mobjects.function_plot import FunctionPlot
from scenes.theme import theme

__all__ = ["SlopeSweep"]

_HALF_TANGENT = 1.5  # in the variable of the plots
_SAMPLES = 301
_DASH, _PERIOD = 0.1, 0.18
_AREA_OPACITY = 0.12


class SlopeSweep(VGroup):
    """Dot and tangent on the upper curve, the slope so far on the lower one, a guide between.

    Parameters
    ----------
    curve
        Plot of a function, above.
    slope
        Plot of its derivative over the same span, below; its own curve need not be on the screen.

    Attributes
    ----------
    h : float
        Where the tangent touches now.
    reach : float
        How far to the right the slope has been drawn.
    trace, area, guide, tangent : VMobject
        The slope so far, the area below it, the dashed line between the dots, the tangent.

    Examples
    --------
    >>> from scenes.layout import Region
    >>> above = FunctionPlot(np.square, (0, 2), (0, 4), Region(0, 2, 1, 2), "#FFFFFF")
    >>> below = FunctionPlot(lambda x: 2 * x, (0, 2), (0, 4), Region(0, 2, -1, 0), "#FFFFFF")
    >>> sweep = SlopeSweep(above, below).to(1.0)
    >>> sweep.slope_dot.get_center().round(6).tolist()
    [1.0, -0.5, 0.0]
    """

    def __init__(self, curve: FunctionPlot, slope: FunctionPlot) -> None:
        self.curve, self.slope = curve, slope
        self._xs = np.linspace(*slope.x_span, _SAMPLES)
        self._heights = slope.function(self._xs)
        color = theme().slope
        self.area = VMobject(stroke_width=0).set_fill(color, opacity=_AREA_OPACITY)
        self.trace = VMobject(color=color, stroke_width=5)
        self.guide = VMobject(color=theme().secondary, stroke_width=2)
        self.tangent = Line(color=color, stroke_width=4)
        self.curve_dot = Dot(radius=0.085, color=theme().ink).set_z_index(3)
        self.slope_dot = self.curve_dot.copy()
        self.h = self.reach = curve.x_span[0]
        super().__init__(
            self.area, self.trace, self.guide, self.tangent, self.curve_dot, self.slope_dot
        )
        self.to(self.h)

    def to(self, h: float) -> SlopeSweep:
        """Let the tangent touch at `h`; the slope stays drawn as far as the tangent has been."""
        self.h = h
        self.reach = max(self.reach, h)
        steepness = self.slope.value(h)
        top = self.curve.point(h, self.curve.value(h))
        foot = self.slope.point(h, steepness)
        self.curve_dot.move_to(top)
        self.slope_dot.move_to(foot)
        self.guide.points = _dashes(top, foot)
        self._place_tangent(h, steepness)
        self._draw_slope()
        return self

    def _place_tangent(self, h: float, steepness: float) -> None:
        low, high = self.curve.x_span
        ends = max(low, h - _HALF_TANGENT), min(high, h + _HALF_TANGENT)
        height = self.curve.value(h)
        self.tangent.put_start_and_end_on(
            *(self.curve.point(x, height + steepness * (x - h)) for x in ends)
        )

    def _draw_slope(self) -> None:
        low = self.slope.x_span[0]
        # A trace of no length has no points to draw, so it keeps a hair's breadth.
        reach = max(self.reach, low + 1e-6)
        done = self._xs < reach
        xs = np.append(self._xs[done], reach)
        ys = np.append(self._heights[done], self.slope.value(reach))
        corners = np.array([self.slope.point(x, y) for x, y in zip(xs, ys, strict=True)])
        self.trace.set_points_as_corners(corners)
        base = [self.slope.point(reach, 0.0), self.slope.point(low, 0.0), corners[0]]
        self.area.set_points_as_corners(np.vstack([corners, *base]))


def _dashes(top: NDArray[np.float64], foot: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a vertical dashed line as Bezier points; the dashes hang from its upper end."""
    starts = np.arange(top[1], foot[1], -_PERIOD)
    if not len(starts):
        return np.zeros((0, 3))
    ends = np.maximum(starts - _DASH, foot[1])
    points = np.empty((len(starts), 4, 3))
    points[...] = at(top[0], 0.0)
    points[:, :, 1] = starts[:, None] + np.linspace(0, 1, 4) * (ends - starts)[:, None]
    return points.reshape(-1, 3)
