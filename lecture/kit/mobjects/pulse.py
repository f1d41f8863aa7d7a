"""A pulse of light that travels along the chain."""

from __future__ import annotations

from typing import Self

from manim import Circle, VGroup

from lecture.kit.layout import Point

__all__ = ["PULSE_Z", "Pulse"]

_RINGS = ((16.0, 0.25), (6.0, 1.0))  # stroke width, opacity
_WEAKEST = 0.35

PULSE_Z = 5
"""z index of a pulse: above the circles of a chain, and below their letters."""


class Pulse(VGroup):
    """A glowing ring; what it encircles stays visible.

    Parameters
    ----------
    color
        Colour of the ring.
    radius
        Radius in units.
    center
        Position; the origin by default.

    Attributes
    ----------
    strength : float
        Relative width of the line, from 0 to 1.

    Examples
    --------
    >>> pulse = Pulse("#56B4E9").encircle([1.0, 0.0, 0.0], 0.5)
    >>> round(pulse.radius, 6), pulse.get_center().round(6).tolist()
    (0.5, [1.0, 0.0, 0.0])
    """

    def __init__(self, color: str, *, radius: float = 0.26, center: Point | None = None) -> None:
        self.strength = 1.0
        rings = (
            Circle(radius=radius, color=color, stroke_width=width, stroke_opacity=opacity)
            for width, opacity in _RINGS
        )
        super().__init__(*rings)
        if center is not None:
            self.move_to(center)
        self.set_z_index(PULSE_Z)

    @property
    def radius(self) -> float:
        """Current radius in units."""
        return float(self[0].width) / 2

    def encircle(self, center: Point, radius: float) -> Self:
        """Move the ring to `center`, with a radius in units."""
        return self.scale(radius / self.radius).move_to(center)

    def weaken(self, strength: float) -> Self:
        """Set the relative width of the line: 1 for a new pulse, 0 for the thinnest line."""
        self.strength = strength
        for ring, (width, _) in zip(self, _RINGS, strict=True):
            ring.set_stroke(width=width * (_WEAKEST + (1 - _WEAKEST) * strength))
        return self
