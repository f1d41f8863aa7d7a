"""The product a (1 - a) as the area of a rectangle in a unit square."""

from __future__ import annotations

import numpy as np
from manim import DashedLine, Dot, Line, Rectangle, VGroup, VMobject

from scenes.layout import Region, at
from scenes.mobjects.live_number import LiveNumber
from scenes.mobjects.row import Row
from scenes.numbers import NumberFormat
from scenes.theme import theme

__all__ = ["SplitSquare"]

_SIDE = NumberFormat(decimals=3, notation="fixed")
_AREA = NumberFormat(decimals=4, notation="fixed")
_SIZE = 26.0


class SplitSquare(VGroup):
    """A rectangle with sides `a` and `1 - a` whose corner slides down a square's diagonal.

    Parameters
    ----------
    region
        Where the unit square stands; the sides are written below and left of it, the area above.

    Attributes
    ----------
    frame_of_one : VGroup
        The unit square and its diagonal, which stand still.
    moving : VGroup
        The rectangle, its corner and the three numbers.
    sides, area : list of LiveNumber, LiveNumber
        The values.

    Examples
    --------
    >>> split = SplitSquare(Region(0, 1, 0, 1)).to(0.5)
    >>> split.area.text, split.corner.get_center().tolist()
    ('0.2500', [0.5, 0.5, 0.0])
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        outline = VMobject(color=theme().secondary, stroke_width=2)
        corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
        outline.set_points_as_corners([self._point(x, y) for x, y in corners])
        diagonal = DashedLine(
            self._point(0, 1), self._point(1, 0), color=theme().secondary, dash_length=0.1
        ).set_stroke(width=2)
        self.frame_of_one = VGroup(outline, diagonal)
        self.face = Rectangle(width=1.0, height=1.0)
        self.face.set_stroke(width=0).set_fill(theme().slope, opacity=0.3)
        self._unit_face = np.array(self.face.points) + at(0.5, 0.5)
        self.edges = [
            Line(color=theme().signal, stroke_width=5),
            Line(color=theme().ink, stroke_width=5),
        ]
        self.corner = Dot(radius=0.085, color=theme().ink).set_z_index(3)
        self.sides = [
            LiveNumber(0.5, _SIDE, font_size=_SIZE, color=color, align="left", name=name)
            for name, color in (("a", theme().signal), ("one_minus_a", theme().ink))
        ]
        self.side_rows = [
            Row("a =", self.sides[0], font_size=_SIZE, color=theme().signal),
            Row("1 - a =", self.sides[1], font_size=_SIZE, color=theme().ink),
        ]
        self.area = LiveNumber(
            0.25, _AREA, font_size=32, color=theme().slope, align="left", name="area"
        )
        self.area_row = Row("a (1 - a) =", self.area, font_size=32, color=theme().slope)
        self.area_row.start_at(at(region.center[0] - self.area_row.width / 2, region.top + 0.3))
        self.moving = VGroup(self.face, *self.edges, self.corner, *self.side_rows, self.area_row)
        super().__init__(self.frame_of_one, self.moving)
        self.to(0.5)

    def to(self, a: float) -> SplitSquare:
        """Give the rectangle the sides `a` and `1 - a`, and show them and its area."""
        rest = 1.0 - a
        room = self.region
        self.face.points = self._unit_face * at(a * room.width, rest * room.height)
        self.face.shift(at(room.left, room.bottom))
        self.edges[0].put_start_and_end_on(self._point(0, 0), self._point(max(a, 1e-6), 0))
        self.edges[1].put_start_and_end_on(self._point(0, 0), self._point(0, max(rest, 1e-6)))
        self.corner.move_to(self._point(a, rest))
        for number, value in zip(self.sides, (a, rest), strict=True):
            number.set_value(value)
        below, beside = self.side_rows
        below.start_at(self._point(a / 2, 0) - at(below.width / 2, 0.34))
        beside.end_at(self._point(0, rest / 2) - at(0.2, 0.09))
        self.area.set_value(a * rest)
        return self

    def _point(self, x: float, y: float) -> np.ndarray:
        return at(
            self.region.left + x * self.region.width, self.region.bottom + y * self.region.height
        )
