"""A pulse of light that travels along the chain."""

from __future__ import annotations

from manim import Circle, VGroup

from lecture.kit.layout import Point

__all__ = ["PULSE_Z", "Pulse"]

_LAYERS = ((1.0, 0.12), (0.62, 0.25), (0.34, 1.0))  # relative radius, opacity

PULSE_Z = 5
"""z index of a pulse: above the circles of a chain, and below their letters."""


class Pulse(VGroup):
    """A glowing dot: an opaque core and two transparent rings.

    Parameters
    ----------
    color
        Colour of the dot.
    radius
        Radius of the outer ring in units.
    center
        Position; the origin by default.

    Examples
    --------
    >>> len(Pulse("#56B4E9"))
    3
    """

    def __init__(self, color: str, *, radius: float = 0.26, center: Point | None = None) -> None:
        rings = (
            Circle(radius=radius * share, stroke_width=0).set_fill(color, opacity=opacity)
            for share, opacity in _LAYERS
        )
        super().__init__(*rings)
        if center is not None:
            self.move_to(center)
        self.set_z_index(PULSE_Z)
