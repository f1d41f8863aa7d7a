"""A dial on a logarithmic scale: its needle shows a product, an arc how far it has swung."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from manim import Animation, Dot, Line, VGroup, VMobject
from numpy.typing import NDArray

from scenes.layout import Point, at
from scenes.mobjects.live_number import LiveNumber
from scenes.numbers import COUNT, RATIO, power_of_ten
from scenes.theme import theme

__all__ = ["BalanceDial", "SwingNeedle"]

_TICK = 0.14
_ARC_AT = 0.86
_SAMPLES = 41


class BalanceDial(VGroup):
    """A half circle from ``10**-reach`` to ``10**reach``.

    Parameters
    ----------
    log10
        The value after each step, the first before any.
    reach
        Decades on either side.
    center, radius
        Where it stands.
    tolerance
        Common logarithm of the swing that still counts as balance.

    Attributes
    ----------
    face : VGroup
        The half circle with its labels.
    needle, arc : VMobject
        The needle, and what it has covered so far: green while in balance.
    moving : VGroup
        What :meth:`turn_to` moves.

    Examples
    --------
    >>> dial = BalanceDial(np.array([0.0, 1.5, -1.5]), 3, at(0.0, 0.0), 2.0, tolerance=1.0)
    >>> dial.turn_to(1.0).swing, dial.turn_to(2.0).swing
    (1.5, 3.0)
    """

    def __init__(
        self,
        log10: NDArray[np.float64],
        reach: int,
        center: Point,
        radius: float,
        tolerance: float,
    ) -> None:
        self.log10, self.reach, self.radius = log10, reach, radius
        self.tolerance = tolerance
        self.hub = Dot(center, radius=0.1, color=theme().ink)
        self.face = self._face()
        self.needle = Line(color=theme().ink, stroke_width=5)
        self.arc = VMobject(stroke_width=14)
        self.moving = VGroup(self.arc, self.needle, self.hub)
        self.swing = 0.0
        super().__init__(self.face, self.moving)
        self.turn_to(0.0)

    def turn_to(self, step: float) -> BalanceDial:
        """Show the value after `step` steps, which need not be whole."""
        whole = min(int(step), len(self.log10) - 1)
        passed = self.log10[: whole + 1]
        value = float(np.interp(step, np.arange(len(self.log10)), self.log10))
        low, high = min(float(passed.min()), value), max(float(passed.max()), value)
        self.swing = high - low
        self.needle.put_start_and_end_on(self.hub.get_center(), self._at(value, 0.98))
        exponents = np.linspace(low - 0.02, high + 0.02, _SAMPLES)
        self.arc.set_points_as_corners([self._at(e, _ARC_AT) for e in exponents])
        held = self.swing <= self.tolerance
        self.arc.set_stroke(theme().weight if held else theme().warning, opacity=0.8)
        return self

    def _at(self, exponent: float, share: float) -> Point:
        angle = math.pi / 2 * (1 - float(np.clip(exponent / self.reach, -1.0, 1.0)))
        # From the hub, so that the dial can be moved as a whole.
        center = self.hub.get_center()
        return np.asarray(center + share * self.radius * at(math.cos(angle), math.sin(angle)))

    def _face(self) -> VGroup:
        color = theme().secondary
        rim = VMobject(color=color, stroke_width=3)
        rim.set_points_as_corners(
            [self._at(e, 1.0) for e in np.linspace(-self.reach, self.reach, 121)]
        )
        marks, labels = VGroup(rim), VGroup()
        for exponent in range(-self.reach, self.reach + 1):
            inner = 1.0 - _TICK / self.radius
            marks.add(
                Line(
                    self._at(exponent, inner), self._at(exponent, 1.0), color=color, stroke_width=2
                )
            )
            label = LiveNumber(font_size=22, color=color, name="tick")
            outside = 1.0 + 0.32 / self.radius
            labels.add(label.set_text(power_of_ten(exponent)).place(self._at(exponent, outside)))
        return VGroup(marks, labels)


class SwingNeedle(Animation):
    """Swing the needle over some steps, and let a count and the swing follow.

    Parameters
    ----------
    dial
        The dial.
    count, ratio
        Numbers for the layers so far, and for the largest over the smallest value.
    start, end
        Steps.
    """

    def __init__(
        self,
        dial: BalanceDial,
        count: LiveNumber,
        ratio: LiveNumber,
        start: float,
        end: float,
        **options: Any,
    ) -> None:
        self.dial, self.count, self.ratio = dial, count, ratio
        self.start, self.end = start, end
        super().__init__(VGroup(dial.moving, count, ratio), **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the step that belongs to `alpha`."""
        step = self.start + self.rate_func(alpha) * (self.end - self.start)
        self.dial.turn_to(step)
        self.count.set_text(COUNT(1 + math.floor(step + 1e-9)))
        self.ratio.set_text(RATIO.from_log10(1.0, self.dial.swing))
