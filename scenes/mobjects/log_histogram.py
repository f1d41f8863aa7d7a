"""A histogram of magnitudes on a logarithmic axis, split at a magnitude of 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import Animation, Line, VGroup, VMobject
from numpy.typing import NDArray

from scenes.layout import Point, Region, at
from scenes.mobjects.live_number import LiveNumber
from scenes.numbers import power_of_ten
from scenes.theme import theme

__all__ = ["LogHistogram", "RaiseHistogram"]

_TICK = 0.06


class LogHistogram(VGroup):
    """Bars over the common logarithm, in one colour below 0 and in another from 0 on.

    Parameters
    ----------
    log10
        The data. What lies beyond the axis is counted in its outermost bar.
    low, high
        Exponents at the ends of the axis.
    bins_per_decade
        Number of bars a decade.
    region
        Where it stands; the tallest bar fills its height.

    Attributes
    ----------
    below, above : VMobject
        The bars on the two sides, one shape each.
    axis : VGroup
        Base line and labels.
    shares : numpy.ndarray
        Share of the data in each bar.

    Examples
    --------
    >>> data = np.array([-1.5, -0.5, -0.4, 0.5])
    >>> LogHistogram(data, -2, 1, 1, Region(-3, 3, -1, 1), tick_every=1).shares.tolist()
    [0.25, 0.5, 0.25]
    """

    def __init__(
        self,
        log10: NDArray[np.float64],
        low: int,
        high: int,
        bins_per_decade: int,
        region: Region,
        tick_every: int = 5,
    ) -> None:
        self.low, self.high, self.region = low, high, region
        self.edges = np.linspace(low, high, (high - low) * bins_per_decade + 1)
        counts, _ = np.histogram(np.clip(log10, low, high), self.edges)
        self.shares = counts / len(log10)
        self._tall = self.shares / self.shares.max() * region.height
        self.below = VMobject(stroke_width=0).set_fill(theme().vanishing, opacity=0.8)
        self.above = VMobject(stroke_width=0).set_fill(theme().warning, opacity=1.0)
        self.axis = self._axis(tick_every)
        super().__init__(self.below, self.above)
        self.grow(1.0)

    def point(self, exponent: float, height: float = 0.0) -> Point:
        """Return the point of the screen at an exponent, `height` units above the axis."""
        share = (exponent - self.low) / (self.high - self.low)
        return at(self.region.left + share * self.region.width, self.region.bottom + height)

    def grow(self, share: float) -> LogHistogram:
        """Show the bars grown by `share` of their height."""
        cut = int(np.searchsorted(self.edges[:-1], -1e-9))
        self._draw(self.below, range(cut), share)
        self._draw(self.above, range(cut, len(self._tall)), share)
        return self

    def _draw(self, shape: VMobject, bins: range, share: float) -> None:
        """Set all bars of one colour as subpaths of one shape."""
        gap = 0.1 * (self.edges[1] - self.edges[0])
        shape.clear_points()
        for place in bins:
            left = self.point(self.edges[place] + gap)
            right = self.point(self.edges[place + 1] - gap)
            up = at(0.0, self._tall[place] * share + 1e-6)
            shape.start_new_path(left)
            shape.add_points_as_corners([left + up, right + up, right, left])

    def _axis(self, every: int) -> VGroup:
        color = theme().secondary
        marks = VGroup(Line(self.point(self.low), self.point(self.high)))
        labels = VGroup()
        first = -(-self.low // every) * every
        for exponent in range(first, self.high + 1, every):
            spot = self.point(exponent)
            marks.add(Line(spot + at(0, _TICK), spot - at(0, _TICK)))
            label = LiveNumber(font_size=22, color=color, name="tick")
            labels.add(label.set_text(power_of_ten(exponent)).place(spot - at(0, 0.28)))
        return VGroup(marks.set_stroke(color, width=2), labels)


class RaiseHistogram(Animation):
    """Let the bars of a histogram grow to their heights."""

    def __init__(self, histogram: LogHistogram, **options: Any) -> None:
        self.histogram = histogram
        super().__init__(histogram, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Give the bars the heights that belong to `alpha`."""
        self.histogram.grow(self.rate_func(alpha))
