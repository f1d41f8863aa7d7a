"""Animations that change the kit's mobjects in place."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from manim import Animation, Mobject

from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import NumberFormat

__all__ = ["Count", "CountMagnitude", "Drive", "SlideAlong"]


class Count(Animation):
    """Show the values ``function(t)`` while ``t`` runs from `start` to `end`.

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
        super().__init__(number, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the value at `alpha`."""
        share = self.rate_func(alpha)
        # The sum may miss the end by a rounding error, which a format can show.
        between = self.start + share * (self.end - self.start)
        self.number.set_value(self.function(self.end if share == 1 else between))


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
    """Slide the dot of a function plot along its curve, from the x `start` to `end`."""

    def __init__(self, plot: FunctionPlot, start: float, end: float, **options: Any) -> None:
        super().__init__(plot.marker, plot.slide_to, start, end, **options)
