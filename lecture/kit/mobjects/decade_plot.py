"""A plot with a linear horizontal axis and a logarithmic vertical axis, and polylines for it."""

from __future__ import annotations

import numpy as np
from manim import Line, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Point, Region, at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.magnitude_axis import tick_step
from lecture.kit.numbers import COUNT, power_of_ten
from lecture.kit.theme import theme

__all__ = ["DecadePlot", "Polylines"]

Array = NDArray[np.float64]

_LABEL_SIZE = 30.0
_DECADE_TICKS = 7


class DecadePlot(VGroup):
    """Axes for magnitudes by count: whole numbers from 0 to the right, powers of ten upwards.

    Parameters
    ----------
    most
        Count at the right edge.
    low, high
        Exponents at the lower and the upper edge.
    region
        Region of the plot; labels are left of it and below.

    Examples
    --------
    >>> plot = DecadePlot(30, -36, 0, Region(-3, 3, -2, 2))
    >>> plot.point(15, -18).tolist()
    [0.0, 0.0, 0.0]
    """

    def __init__(self, most: int, low: int, high: int, region: Region) -> None:
        self.most, self.low, self.high, self.region = most, low, high, region
        color = theme().secondary
        step = tick_step(high - low, _DECADE_TICKS)
        step = 6 if step == 10 and (high - low) % 6 == 0 else step
        grid, labels = VGroup(), VGroup()
        for exponent in range(high, low - 1, -step):
            start = self.point(0, exponent)
            grid.add(Line(start, self.point(most, exponent)))
            label = LiveNumber(font_size=_LABEL_SIZE, color=color, align="right", name="tick")
            labels.add(label.set_text(power_of_ten(exponent)).place(start - at(0.12, 0.0)))
        for count in range(0, most + 1, tick_step(most, 6)):
            label = LiveNumber(count, COUNT, font_size=_LABEL_SIZE, color=color, name="tick")
            labels.add(label.place(self.point(count, low) - at(0.0, 0.3)))
        grid.set_stroke(theme().grid, width=2).set_z_index(-1)
        super().__init__(grid, labels)

    def point(self, count: float, log10: float) -> Point:
        """Return the point of a count and of the common logarithm of a magnitude."""
        x, y = self.places(np.array([count]), np.array([log10]))[0]
        return at(float(x), float(y))

    def places(self, counts: Array, log10: Array) -> Array:
        """Return x and y of counts and logarithms, which broadcast, along a new last axis."""
        heights = (np.maximum(log10, self.low) - self.low) / (self.high - self.low)
        x = self.region.left + counts / self.most * self.region.width
        y = self.region.bottom + heights * self.region.height
        return np.stack(np.broadcast_arrays(x, y), axis=-1)


class Polylines(VMobject):
    """Polylines with equally many corners, drawn as one mobject up to any corner.

    Parameters
    ----------
    corners
        x and y of the corners, shape (lines, corners, 2).
    color
        Colour of the strokes.
    opacity
        Opacity of the strokes, from 0 to 1.
    thickness
        Stroke width in manim's units of stroke width.

    Examples
    --------
    >>> line = Polylines(np.array([[[0.0, 0.0], [1.0, 2.0], [2.0, 0.0]]]), "#FFFFFF")
    >>> line.draw_to(1.5).tips().tolist()
    [[1.5, 1.0]]
    """

    def __init__(
        self, corners: Array, color: str, *, opacity: float = 1.0, thickness: float = 4.0
    ) -> None:
        self.corners = corners
        super().__init__(stroke_color=color, stroke_width=thickness, stroke_opacity=opacity)
        self.reached = float(corners.shape[1] - 1)
        self.draw_to(self.reached)

    def draw_to(self, reach: float) -> Polylines:
        """Draw the lines up to the corner with the index `reach`, which may be fractional."""
        self.reached = float(np.clip(reach, 0.0, self.corners.shape[1] - 1))
        last = int(np.ceil(self.reached))
        corners = np.array(self.corners[:, : last + 1])
        corners[:, -1] = self.tips()
        starts, ends = corners[:, :-1, None, :], corners[:, 1:, None, :]
        curves = starts + np.linspace(0.0, 1.0, 4)[:, None] * (ends - starts)
        flat = curves.reshape(-1, 2)
        self.points = np.hstack([flat, np.zeros((len(flat), 1))])
        return self

    def tips(self) -> Array:
        """Return the current ends of the lines, shape (lines, 2)."""
        index = min(int(self.reached), self.corners.shape[1] - 2)
        start, end = self.corners[:, index], self.corners[:, index + 1]
        return np.asarray(start + (self.reached - index) * (end - start))
