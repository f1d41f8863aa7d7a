"""A pulse of light that travels along the chain."""

from __future__ import annotations

from manim import Circle, VGroup

from lecture.kit.layout import Point

__all__ = ["PULSE_Z", "Pulse"]

# Radius as a share of the whole, and opacity, of each layer of the glow.
_LAYERS = ((1.0, 0.12), (0.62, 0.25), (0.34, 1.0))


PULSE_Z = 5
"""Height at which a pulse passes: above the bodies of a chain, and below its letters."""


class Pulse(VGroup):
    """A glowing dot: a bright core in two fainter rings.

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
