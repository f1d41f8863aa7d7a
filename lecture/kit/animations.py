"""Animations that change the kit's mobjects in place."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from manim import Animation, Mobject, smooth

from lecture.kit.layout import Point
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.numbers import TIMES_TEN, NumberFormat

__all__ = ["Count", "CountMagnitude", "Drive", "SlideAlong", "Travel", "in_steps"]

_SMALL_PULSE = 0.13
_OPEN = 0.28  # share of a journey in which a pulse opens or closes


def in_steps(count: int) -> Callable[[float], float]:
    """Return a rate function for `count` moves of equal length, each with its own start and stop.

    Parameters
    ----------
    count
        Number of moves; at least 1.

    Examples
    --------
    >>> rate = in_steps(4)
    >>> [round(rate(alpha), 3) for alpha in (0.0, 0.1, 0.125, 0.25, 0.75, 1.0)]
    [0.0, 0.066, 0.125, 0.25, 0.75, 1.0]
    """

    def rate(alpha: float) -> float:
        step = math.floor(alpha * count)
        return (step + float(smooth(alpha * count - step))) / count

    return rate


class Count(Animation):
    """Show the values ``function(t)`` while ``t`` runs from `start` to `end`.

    Between two ends without a power of ten, small values are in fixed notation: on its way from 0
    to 0.1, a number takes no more room than at its ends.

    Parameters
    ----------
    number
        The number to change.
    start, end
        Range of ``t``.
    function
        Maps ``t`` to the value; the identity by default.
    **options
        Passed to :class:`manim.Animation`.
    """

    def __init__(
        self,
        number: LiveNumber,
        start: float,
        end: float,
        function: Callable[[float], float] = float,
        **options: Any,
    ) -> None:
        self.number, self.start, self.end, self.function = number, start, end, function
        self._fixed = _fixed_between(number, function(start), function(end))
        super().__init__(number, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the value at `alpha`."""
        share = self.rate_func(alpha)
        # The sum may miss the end by a rounding error, which a format can show.
        between = self.start + share * (self.end - self.start)
        value = self.function(self.end if share == 1 else between)
        self.number.set_value(value)
        if self._fixed and abs(value) < 1 and TIMES_TEN in self.number.text:
            self.number.set_text(self._fixed(value))


def _fixed_between(number: LiveNumber, start: float, end: float) -> NumberFormat | None:
    """Return the fixed notation of the format of a number whose ends have no power of ten."""
    written = number.number_format
    if not isinstance(written, NumberFormat) or TIMES_TEN in written(start) + written(end):
        return None
    return replace(written, notation="fixed")


class CountMagnitude(Animation):
    """Change a number geometrically from one magnitude to another.

    The sign changes at the start. A change from or to zero takes place at the end.

    Parameters
    ----------
    number
        The number to change.
    start, end
        Sign and common logarithm of the magnitude, which may exceed the range of a float.
    number_format
        Format of the values.
    **options
        Passed to :class:`manim.Animation`.
    """

    def __init__(
        self,
        number: LiveNumber,
        start: tuple[float, float],
        end: tuple[float, float],
        number_format: NumberFormat,
        **options: Any,
    ) -> None:
        self.number, self.start, self.end = number, start, end
        self.number_format = number_format
        super().__init__(number, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the magnitude at `alpha`."""
        share = self.rate_func(alpha)
        sign, log10 = self.end
        if share < 1:
            finite = math.isfinite(self.start[1]) and math.isfinite(log10)
            between = self.start[1] + share * (log10 - self.start[1]) if finite else 0.0
            sign, log10 = (sign, between) if finite else self.start
        self.number.set_text(self.number_format.from_log10(sign, log10))


class Drive(Animation):
    """Call ``setter(value)`` for each frame while the value runs from `start` to `end`.

    Parameters
    ----------
    mobject
        Contains every mobject that the setter changes; manim draws all others as static.
    setter
        Changes the mobject.
    start, end
        Range of the value.
    **options
        Passed to :class:`manim.Animation`.
    """

    def __init__(
        self,
        mobject: Mobject,
        setter: Callable[[float], object],
        start: float,
        end: float,
        **options: Any,
    ) -> None:
        self.setter, self.start, self.end = setter, start, end
        super().__init__(mobject, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the value at `alpha`."""
        share = self.rate_func(alpha)
        self.setter(self.start + share * (self.end - self.start))


class SlideAlong(Drive):
    """Slide the dot of a function plot along its curve.

    Parameters
    ----------
    plot
        The plot; its `marker` must be in the scene.
    start, end
        First and last x of the dot.
    **options
        Passed to :class:`manim.Animation`.
    """

    def __init__(self, plot: FunctionPlot, start: float, end: float, **options: Any) -> None:
        super().__init__(plot.marker, plot.slide_to, start, end, **options)


class Travel(Animation):
    """Move a pulse to another node: the ring closes, travels as a small ring, and opens there.

    On its way it is small enough to pass between the labels of an arrow. A pulse that is there
    already changes its radius and strength only.

    Parameters
    ----------
    pulse
        The pulse.
    center, radius
        Ring at the end, in units.
    strength
        Relative width of the line at the end, from 0 to 1; unchanged by default.
    **options
        Passed to :class:`manim.Animation`.
    """

    def __init__(
        self,
        pulse: Pulse,
        center: Point,
        radius: float,
        *,
        strength: float | None = None,
        **options: Any,
    ) -> None:
        self.pulse = pulse
        self.end = (np.asarray(center, dtype=float), radius)
        self.end_strength = strength
        super().__init__(pulse, **options)

    def begin(self) -> None:
        """Read the current ring, and compute the small rings inside both ends."""
        start, radius = self.pulse.get_center(), self.pulse.radius
        end, end_radius = self.end
        self.start_strength = self.pulse.strength
        way = end - start
        step = way / (float(np.linalg.norm(way)) or 1.0)
        small = min(_SMALL_PULSE, radius, end_radius)
        if not way.any():  # the ring stays open
            small = end_radius
        self._stops = (0.0, _OPEN, 1.0 - _OPEN, 1.0)
        # Inside the ring at either end, so that it covers nothing beside the node.
        leaving, arriving = (radius - small) * step, (end_radius - small) * step
        self._centers = (start, start + leaving, end - arriving, end)
        self._radii = (radius, small, small, end_radius)
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the ring at `alpha`."""
        share = self.rate_func(alpha)
        x, y = (
            float(np.interp(share, self._stops, [point[axis] for point in self._centers]))
            for axis in (0, 1)
        )
        radius = float(np.interp(share, self._stops, self._radii))
        self.pulse.encircle(np.array([x, y, 0.0]), radius)
        if self.end_strength is not None:
            change = self.end_strength - self.start_strength
            self.pulse.weaken(self.start_strength + share * change)
