"""Many products of factors at once: their logarithms against the number of factors."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import Animation, Line, VGroup, VMobject
from numpy.typing import NDArray

from scenes.layout import Point, Region, at
from scenes.mobjects.live_number import LiveNumber
from scenes.numbers import PLAIN, power_of_ten
from scenes.theme import theme

__all__ = ["FanLines", "ProductFan", "SpreadFan"]

_TICK = 0.06


class FanLines(VGroup):
    """The lines of one family, drawn up to some number of factors.

    All chains are subpaths of one shape, so that a family costs no more than a single line.

    Attributes
    ----------
    chains, median : VMobject
        The lines of the chains, and a bolder one for their median.
    """

    def __init__(
        self, corners: NDArray[np.float64], median: NDArray[np.float64], color: str
    ) -> None:
        self._corners, self._median = corners, median
        self.chains = VMobject(stroke_width=1.6, color=color).set_stroke(opacity=0.5)
        self.median = VMobject(stroke_width=5, color=color)
        super().__init__(self.chains, self.median)
        self.reach(1.0)

    def reach(self, share: float) -> FanLines:
        """Draw the lines over the first `share` of the factors."""
        count = max(share, 1e-3) * (self._corners.shape[1] - 1)
        for shape, corners in ((self.chains, self._corners), (self.median, self._median[None])):
            shape.points = _polylines(_cut(corners, count))
        return self


def _cut(corners: NDArray[np.float64], count: float) -> NDArray[np.float64]:
    """Return the lines up to a number of segments that need not be whole."""
    whole = min(int(count), corners.shape[1] - 2)
    share = count - whole
    end = (1 - share) * corners[:, whole] + share * corners[:, whole + 1]
    return np.concatenate([corners[:, : whole + 1], end[:, None]], axis=1)


def _polylines(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Bezier points of polylines, shape (lines, corners, 3), one after the other."""
    shares = np.array([0.0, 1 / 3, 2 / 3, 1.0])[:, None]
    start, end = corners[:, :-1, None], corners[:, 1:, None]
    return np.asarray(((1 - shares) * start + shares * end).reshape(-1, 3))


class ProductFan(VGroup):
    """Axes for log10 of a product against the number of its factors, and families of lines.

    Parameters
    ----------
    layers
        Largest number of factors.
    low, high
        Exponents at the ends of the vertical axis.
    tick
        Decades between its labels.
    region
        Where it stands.

    Attributes
    ----------
    axes : VGroup
        Axes and labels; the horizontal axis stands at a product of 1.

    Examples
    --------
    >>> fan = ProductFan(10, low=-6, high=6, tick=6, region=Region(0, 10, -6, 6))
    >>> fan.point(5, -3.0).tolist()
    [5.0, -3.0, 0.0]
    >>> lines = fan.lines(np.zeros((4, 11)), "#FFFFFF").reach(0.5)
    >>> float(lines.median.get_right()[0]), len(lines.chains.get_subpaths())
    (5.0, 4)
    """

    def __init__(self, layers: int, low: int, high: int, tick: int, region: Region) -> None:
        self.layers, self.low, self.high, self.region = layers, low, high, region
        self.axes = self._axes(tick)
        super().__init__(self.axes)

    def point(self, count: float, exponent: float) -> Point:
        """Return the point of the screen for a number of factors and a product."""
        up = (exponent - self.low) / (self.high - self.low)
        return at(
            self.region.left + count / self.layers * self.region.width,
            self.region.bottom + up * self.region.height,
        )

    def lines(self, log10: NDArray[np.float64], color: str) -> FanLines:
        """Return the lines of a family, shape (chains, layers + 1), and of its median."""
        median = np.median(log10, axis=0)
        return FanLines(self._corners(log10), self._corners(median[None])[0], color)

    def _corners(self, log10: NDArray[np.float64]) -> NDArray[np.float64]:
        height = self.region.height / (self.high - self.low)
        xs = np.linspace(self.region.left, self.region.right, self.layers + 1)
        ys = self.region.bottom + (np.clip(log10, self.low, self.high) - self.low) * height
        return np.stack([np.broadcast_to(xs, ys.shape), ys, np.zeros_like(ys)], axis=-1)

    def _axes(self, tick: int) -> VGroup:
        color = theme().secondary
        marks = VGroup(
            Line(self.point(0, self.low), self.point(0, self.high)),
            Line(self.point(0, 0), self.point(self.layers, 0)),
        )
        labels = VGroup()
        for exponent in range(-(-self.low // tick) * tick, self.high + 1, tick):
            spot = self.point(0, exponent)
            marks.add(Line(spot - at(_TICK, 0), spot + at(_TICK, 0)))
            label = LiveNumber(font_size=22, color=color, align="right", name="tick")
            labels.add(label.set_text(power_of_ten(exponent)).place(spot - at(0.16, 0)))
        for count in range(10, self.layers + 1, 10):
            spot = self.point(count, self.low)
            marks.add(Line(spot, spot + at(0, 2 * _TICK)))
            label = LiveNumber(float(count), PLAIN, font_size=22, color=color, name="tick")
            labels.add(label.place(spot - at(0, 0.2)))
        marks.add(Line(self.point(0, self.low), self.point(self.layers, self.low)))
        return VGroup(marks.set_stroke(color, width=2), labels)


class SpreadFan(Animation):
    """Draw the lines of a family from the first factor to the last."""

    def __init__(self, lines: FanLines, **options: Any) -> None:
        self.lines = lines
        super().__init__(lines, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Draw the lines as far as `alpha` says."""
        self.lines.reach(self.rate_func(alpha))
