"""Animations of the shared mobjects that change them in place, without rebuilding anything."""

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
    """Let a number run through ``function(t)`` while ``t`` goes from `start` to `end`."""

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
        """Show the value that belongs to `alpha`."""
        share = self.rate_func(alpha)
        self.number.set_value(self.function(self.start + share * (self.end - self.start)))


class CountMagnitude(Animation):
    """Let a number run from one magnitude to another in equal factors.

    Both are given as sign and common logarithm, so that no value is too small. The sign changes
    at once; to or from an exact zero the number jumps at the end.
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
        """Show the magnitude that belongs to `alpha`."""
        share = self.rate_func(alpha)
        sign, log10 = self.end
        if share < 1:
            finite = math.isfinite(self.start[1]) and math.isfinite(log10)
            between = self.start[1] + share * (log10 - self.start[1]) if finite else 0.0
            sign, log10 = (sign, between) if finite else self.start
        self.number.set_text(self.number_format.from_log10(sign, log10))


class Drive(Animation):
    """Call ``setter(value)`` while the value runs from `start` to `end`.

    `mobject` must hold everything that the setter moves: what it leaves out is drawn once, as a
    picture that stands still.
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
        """Set the value that belongs to `alpha`."""
        share = self.rate_func(alpha)
        self.setter(self.start + share * (self.end - self.start))


class SlideAlong(Animation):
    """Slide the dot of a plot along its curve."""

    def __init__(self, plot: FunctionPlot, start: float, end: float, **options: Any) -> None:
        self.plot, self.start, self.end = plot, start, end
        super().__init__(plot.marker, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Put the dot where it belongs at `alpha`."""
        share = self.rate_func(alpha)
        self.plot.slide_to(self.start + share * (self.end - self.start))
