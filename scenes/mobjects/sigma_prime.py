"""Mobjects of the scene SigmaPrime: a sliding tangent, a chain's dots, a(1 − a) as an area."""

from __future__ import annotations

import numpy as np
from manim import DashedLine, Dot, Line, Rectangle, Triangle, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Region, at
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.row import Row
from lecture.kit.numbers import NumberFormat
from lecture.kit.theme import theme

__all__ = ["SIDE", "ChainDots", "SlopeSweep", "SplitSquare"]

_HALF_TANGENT = 1.5  # in units of h
_SAMPLES = 301
_DASH, _PERIOD = 0.1, 0.18
_AREA_OPACITY = 0.12
_RISE = 0.25  # duration of the rise of a dot, as a share of that of all


class SlopeSweep(VGroup):
    """A tangent on a curve, and the part of its derivative drawn so far, on a plot below.

    Both plots have the same span; the curve of the lower one need not be on the screen.

    Examples
    --------
    >>> from lecture.kit.layout import Region
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
        """Move the tangent to `h`; the slope stays drawn up to the largest `h` so far."""
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
        # A trace of length 0 would have no points.
        reach = max(self.reach, low + 1e-6)
        done = self._xs < reach
        xs = np.append(self._xs[done], reach)
        ys = np.append(self._heights[done], self.slope.value(reach))
        corners = np.array([self.slope.point(x, y) for x, y in zip(xs, ys, strict=True)])
        self.trace.set_points_as_corners(corners)
        base = [self.slope.point(reach, 0.0), self.slope.point(low, 0.0), corners[0]]
        self.area.set_points_as_corners(np.vstack([corners, *base]))


def _dashes(top: NDArray[np.float64], foot: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a vertical dashed line as Bézier points, with dashes that start at its top."""
    starts = np.arange(top[1], foot[1], -_PERIOD)
    if not len(starts):
        return np.zeros((0, 3))
    ends = np.maximum(starts - _DASH, foot[1])
    points = np.empty((len(starts), 4, 3))
    points[...] = at(top[0], 0.0)
    points[:, :, 1] = starts[:, None] + np.linspace(0, 1, 4) * (ends - starts)[:, None]
    return points.reshape(-1, 3)


class ChainDots(VGroup):
    """Dots that rise from the axis of a plot to its curve, in the order of the layers.

    A layer beyond the span of the plot has an arrowhead at that end of the axis instead.

    Parameters
    ----------
    plot
        The plot of the slope.
    h
        Weighted inputs of the layers.

    Examples
    --------
    >>> from lecture.kit.layout import Region
    >>> bell = FunctionPlot(lambda h: 1 - h * h, (-1, 1), (0, 1), Region(-1, 1, 0, 1), "#FFFFFF")
    >>> dots = ChainDots(bell, np.array([0.5, 7.0])).rise(1.0)
    >>> dots.dots[0].get_center().tolist(), len(dots.arrowheads)
    ([0.5, 0.75, 0.0], 1)
    """

    def __init__(self, plot: FunctionPlot, h: NDArray[np.float64]) -> None:
        self.plot = plot
        low, high = plot.x_span
        self.inside = [float(value) for value in h if low <= value <= high]
        color = theme().signal
        # Translucent, since the inputs of layers are often nearly equal.
        dot = Dot(radius=0.09, color=color, fill_opacity=0.4, stroke_width=2).set_z_index(3)
        self.dots = [dot.copy() for _ in self.inside]
        self.stems = [Line(color=color, stroke_width=2) for _ in self.inside]
        sides = [float(np.sign(value)) for value in h if not low <= value <= high]
        self.arrowheads = [self._arrowhead(side) for side in sorted(set(sides))]
        super().__init__(*self.stems, *self.dots, *self.arrowheads)
        self.rise(0.0)

    def _arrowhead(self, side: float) -> Triangle:
        end = self.plot.point(self.plot.x_span[0 if side < 0 else 1], 0.0)
        head = Triangle(color=theme().signal, stroke_width=0).set_fill(theme().signal, opacity=1.0)
        head.scale_to_fit_height(0.2).rotate(-side * np.pi / 2)
        return head.move_to(end + at(0.12 * side, 0.0)).set_z_index(3)

    def rise(self, progress: float) -> ChainDots:
        """Move the dots to their heights at `progress` (0 to 1); each starts after the last."""
        delays = np.linspace(0.0, 1.0 - _RISE, max(len(self.inside), 1))
        for h, dot, stem, delay in zip(self.inside, self.dots, self.stems, delays, strict=False):
            share = float(np.clip((progress - delay) / _RISE, 0.0, 1.0))
            foot, top = self.plot.point(h, 0.0), self.plot.point(h, self.plot.value(h))
            dot.move_to(foot + share * (top - foot))
            stem.put_start_and_end_on(foot, foot + max(share, 1e-6) * (top - foot))
        return self


SIDE = NumberFormat(decimals=3, notation="fixed")
_AREA = NumberFormat(decimals=4, notation="fixed")
_SIZE = 30.0


class SplitSquare(VGroup):
    """A rectangle with sides `a` and `1 - a` whose corner slides along a square's diagonal.

    The region holds the unit square; the sides are labelled below and left of it, the area above.

    Examples
    --------
    >>> split = SplitSquare(Region(0, 1, 0, 1)).to(0.5)
    >>> split.area.text, split.corner.get_center().tolist()
    ('0.2500', [0.5, 0.5, 0.0])
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        outline = VMobject(color=theme().secondary, stroke_width=2)
        corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
        outline.set_points_as_corners([self._point(x, y) for x, y in corners])
        diagonal = DashedLine(
            self._point(0, 1), self._point(1, 0), color=theme().secondary, dash_length=0.1
        ).set_stroke(width=2)
        self.unit_square = VGroup(outline, diagonal)
        self.face = Rectangle(width=1.0, height=1.0)
        self.face.set_stroke(width=0).set_fill(theme().slope, opacity=0.3)
        self._unit_face = np.array(self.face.points) + at(0.5, 0.5)
        self.edges = [
            Line(color=theme().signal, stroke_width=5),
            Line(color=theme().ink, stroke_width=5),
        ]
        self.corner = Dot(radius=0.085, color=theme().ink).set_z_index(3)
        self.sides = [
            LiveNumber(0.5, SIDE, font_size=_SIZE, color=color, align="left", name=name)
            for name, color in (("a", theme().signal), ("one_minus_a", theme().ink))
        ]
        self.side_rows = [
            Row("a =", self.sides[0], font_size=_SIZE, color=theme().signal),
            Row("1 - a =", self.sides[1], font_size=_SIZE, color=theme().ink),
        ]
        self.area = LiveNumber(
            0.25, _AREA, font_size=32, color=theme().slope, align="left", name="area"
        )
        self.area_row = Row("a (1 - a) =", self.area, font_size=32, color=theme().slope)
        self.area_row.start_at(at(region.center[0] - self.area_row.width / 2, region.top + 0.3))
        self.moving = VGroup(self.face, *self.edges, self.corner, *self.side_rows, self.area_row)
        super().__init__(self.unit_square, self.moving)
        self.to(0.5)

    def to(self, a: float) -> SplitSquare:
        """Set the sides `a` and `1 - a`, and the numbers."""
        rest = 1.0 - a
        region = self.region
        self.face.points = self._unit_face * at(a * region.width, rest * region.height)
        self.face.shift(at(region.left, region.bottom))
        self.edges[0].put_start_and_end_on(self._point(0, 0), self._point(max(a, 1e-6), 0))
        self.edges[1].put_start_and_end_on(self._point(0, 0), self._point(0, max(rest, 1e-6)))
        self.corner.move_to(self._point(a, rest))
        for number, value in zip(self.sides, (a, rest), strict=True):
            number.set_value(value)
        below, beside = self.side_rows
        below.start_at(self._point(a / 2, 0) - at(below.width / 2, 0.34))
        beside.end_at(self._point(0, rest / 2) - at(0.15, 0.09))
        self.area.set_value(a * rest)
        return self

    def _point(self, x: float, y: float) -> np.ndarray:
        return at(
            self.region.left + x * self.region.width, self.region.bottom + y * self.region.height
        )
