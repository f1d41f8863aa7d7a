"""Axes with whole numbers along one side and decades up the other, and polylines over them."""

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

_LABEL_SIZE = 22.0
_DECADE_TICKS = 7


class DecadePlot(VGroup):
    """Axes for magnitudes against a count: decades upwards, from `low` to `high`.

    Parameters
    ----------
    most
        The count at the right end; the left end is 0.
    low, high
        Exponents at the lower and the upper edge.
    region
        Where the plot stands; the labels stand left of it and below.

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
            labels.add(label.place(self.point(count, low) - at(0.0, 0.26)))
        grid.set_stroke(theme().grid, width=2).set_z_index(-1)
        super().__init__(grid, labels)

    def point(self, count: float, log10: float) -> Point:
        """Return where a magnitude stands, given its common logarithm."""
        x, y = self.places(np.array([count]), np.array([log10]))[0]
        return at(float(x), float(y))

    def places(self, counts: Array, log10: Array) -> Array:
        """Return x and y on the screen of many magnitudes, along a new last axis."""
        right = counts / self.most
        up = (np.maximum(log10, self.low) - self.low) / (self.high - self.low)
        x = self.region.left + right * self.region.width
        y = self.region.bottom + up * self.region.height
        return np.stack(np.broadcast_arrays(x, y), axis=-1)


class Polylines(VMobject):
    """Many polylines with as many corners each, drawn as one shape, from their first corner on.

    Parameters
    ----------
    corners
        Corners on the screen, shape (lines, corners, 2).
    color, opacity, thickness
        How they are drawn.

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
        """Draw the lines up to corner number `reach`, from 0, which may lie between two."""
        self.reached = float(np.clip(reach, 0.0, self.corners.shape[1] - 1))
        whole = int(np.ceil(self.reached))
        shown = np.array(self.corners[:, : whole + 1])
        shown[:, -1] = self.tips()
        starts, ends = shown[:, :-1, None, :], shown[:, 1:, None, :]
        curves = starts + np.linspace(0.0, 1.0, 4)[:, None] * (ends - starts)
        flat = curves.reshape(-1, 2)
        self.points = np.hstack([flat, np.zeros((len(flat), 1))])
        return self

    def tips(self) -> Array:
        """Return where the lines end now, shape (lines, 2)."""
        before = min(int(self.reached), self.corners.shape[1] - 2)
        share = self.reached - before
        here, there = self.corners[:, before], self.corners[:, before + 1]
        return np.asarray(here + share * (there - here))
