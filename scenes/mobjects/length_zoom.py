"""Mobject of the scene VanishingProduct: a zoom from a step down to a proton."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from manim import LEFT, Circle, Dot, Ellipse, Line, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Point, at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.readout import Readout
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import in_words

__all__ = ["LengthList", "LengthZoom", "length_card"]

_UNIT_PER_DIAMETER = 0.6
_RINGS = 3
_ROW_STEP = 0.6
_FORMAT = NumberFormat(notation="plain", significant=2)
_SMALL, _LARGE = 0.08, 1.22  # diameters, relative to that of the view, that are invisible
_SHARP, _FULL = 0.16, 1.0  # diameters between which nothing fades
_ARROW_FADES, _ARROW_GONE = 1.0, 1.7
_HEAD, _HEAD_WIDTH, _SHAFT = 0.32, 0.34, 0.08


class LengthZoom(VGroup):
    """Things of different widths around one point, and the steps of the layers, to scale.

    Parameters
    ----------
    things
        Widths in metres; the keys select the drawings.
    steps
        Common logarithms of the steps of the layers in metres, drawn as arrows.
    middle
        Fixed point of the zoom.
    radius
        Radius of the view; larger things fade out.

    Examples
    --------
    >>> view = LengthZoom({"step": 1.0, "hair": 8e-5}, np.array([-1.0, 0.0]), at(0, 0), 2.0)
    >>> view.zoom_to(-1.0).length_of(0.1) == view.unit
    True
    """

    def __init__(
        self,
        things: Mapping[str, float],
        steps: NDArray[np.float64],
        middle: Point,
        radius: float,
    ) -> None:
        self.widths, self.steps = dict(things), steps
        self.middle, self.radius = middle, radius
        self.unit = _UNIT_PER_DIAMETER * 2 * radius
        self.things = {key: _drawing(key) for key in things}
        self._shapes = {
            key: [(part, part.points.copy()) for part in thing.family_members_with_points()]
            for key, thing in self.things.items()
        }
        self.rings = VGroup(
            *(Circle(color=theme().secondary, stroke_width=1.5) for _ in range(_RINGS))
        )
        self._ring = self.rings[0].points.copy()
        self.arrows = VGroup(
            *(VMobject(stroke_width=0).set_fill(theme().gradient, opacity=1.0) for _ in steps)
        )
        super().__init__(self.rings, *self.things.values(), self.arrows.set_z_index(2))
        self.zoom_to(float(steps[-1]))

    def zoom_to(self, log10: float) -> LengthZoom:
        """Draw ``10**log10`` metres as :attr:`unit` units."""
        self.log10 = log10
        for key, parts in self._shapes.items():
            diameter = self.length_of(self.widths[key])
            # manim cannot draw coordinates that are too large.
            drawn = min(diameter, 4 * self.radius)
            for part, points in parts:
                part.points = points * drawn + self.middle
            self.things[key].set_stroke(opacity=self.visibility(key))
        top = math.floor(log10) + 1
        for ring, exponent in zip(self.rings, range(top, top - _RINGS, -1), strict=True):
            diameter = self.length_of(10.0**exponent)
            ring.points = self._ring * min(diameter, 4 * self.radius) / 2 + self.middle
            ring.set_stroke(opacity=self._opacity(diameter))
        for arrow, step in zip(self.arrows, self.steps, strict=True):
            self._draw_arrow(arrow, self.unit * 10.0 ** min(float(step) - log10, 1.0))
        return self

    def length_of(self, metres: float) -> float:
        """Return the length in units in which a length in metres is drawn."""
        return float(self.unit * 10.0 ** (math.log10(metres) - self.log10))

    def visibility(self, key: str) -> float:
        """Return the opacity of a thing, from 0 to 1."""
        return self._opacity(self.length_of(self.widths[key]))

    def _opacity(self, diameter: float) -> float:
        share = diameter / (2 * self.radius)
        return float(np.interp(share, (_SMALL, _SHARP, _FULL, _LARGE), (0.0, 1.0, 1.0, 0.0)))

    def _draw_arrow(self, arrow: VMobject, length: float) -> None:
        """Draw an arrow about the centre; its head is smaller if it is short."""
        share = length / self.unit
        opacity = np.interp(share, (0.0, 0.02, _ARROW_FADES, _ARROW_GONE), (0.0, 1.0, 1.0, 0.0))
        arrow.set_fill(opacity=float(opacity))
        length = min(length, _ARROW_GONE * self.unit)
        size = min(1.0, length / (2 * _HEAD))
        end, neck = length / 2, length / 2 - _HEAD * size
        shaft, head = _SHAFT * size / 2, _HEAD_WIDTH * size / 2
        outline = (
            (-end, shaft),
            (neck, shaft),
            (neck, head),
            (end, 0.0),
            (neck, -head),
            (neck, -shaft),
            (-end, -shaft),
            (-end, shaft),
        )
        arrow.set_points_as_corners([self.middle + at(x, y) for x, y in outline])


class LengthList(VGroup):
    """Names and widths of the things in a view; those that it shows are highlighted.

    Parameters
    ----------
    view
        The view.
    names
        Names of the things.
    unit
        Symbol of the metre.
    left, right
        Left and right end of the first row.
    """

    def __init__(
        self, view: LengthZoom, names: Mapping[str, str], unit: str, left: Point, right: Point
    ) -> None:
        self.view = view
        self.rows: dict[str, VGroup] = {}
        for index, (key, name) in enumerate(names.items()):
            down = at(0.0, -_ROW_STEP * index)
            number = LiveNumber(font_size=30, align="right", name=f"width_{key}")
            number.set_text(f"{_FORMAT(view.widths[key])} {unit}").place(right + down)
            self.rows[key] = VGroup(text_at(name, left + down, edge=LEFT), number)
        super().__init__(*self.rows.values())
        self.refresh()

    def refresh(self) -> LengthList:
        """Highlight the things that the view shows now."""
        for key, row in self.rows.items():
            row.set_color(theme().ink if self.view.visibility(key) > 0 else theme().secondary)
        return self


def _drawing(key: str) -> VGroup:
    """Return the drawing of a thing of width 1 about the origin."""
    drawing = {"step": _feet, "hair": _hair, "virus": _virus, "atom": _atom, "proton": _proton}[key]
    return drawing().set_fill(opacity=0).set_stroke(theme().ink, width=3)


def _feet() -> VGroup:
    """Return two footprints at a distance of 1."""
    return VGroup(
        *(
            VGroup(
                Ellipse(width=0.16, height=0.08).shift(at(x + 0.03, y)),
                Ellipse(width=0.07, height=0.06).shift(at(x - 0.1, y)),
            )
            for x, y in ((-0.5, 0.16), (0.5, -0.16))
        )
    )


def _hair() -> VGroup:
    """Return a cross section with its core."""
    return VGroup(Circle(radius=0.5), Circle(radius=0.44), Circle(radius=0.12))


def _virus() -> VGroup:
    """Return a shell with spikes."""
    angles = np.linspace(0.0, 2 * math.pi, 12, endpoint=False)
    spikes = (Line(_polar(0.38, angle), _polar(0.47, angle)) for angle in angles)
    tips = (Circle(radius=0.03).shift(_polar(0.47, angle)) for angle in angles)
    return VGroup(Circle(radius=0.38), *spikes, *tips)


def _atom() -> VGroup:
    """Return the shells of a cloud."""
    return VGroup(*(Circle(radius=radius) for radius in (0.5, 0.38, 0.26, 0.14)))


def _proton() -> VGroup:
    """Return a sphere with three quarks."""
    quarks = (
        Dot(_polar(0.22, angle), radius=0.1)
        for angle in (math.pi / 2, math.pi * 7 / 6, math.pi * 11 / 6)
    )
    return VGroup(Circle(radius=0.5), *quarks)


def _polar(radius: float, angle: float) -> Point:
    """Return a point at a distance from the origin."""
    return at(radius * math.cos(angle), radius * math.sin(angle))


def length_card(layer: str, moves: str) -> Readout:
    """Return a card with the number of a layer and the length of its step, by their names."""
    rows: list[tuple[str, str, LiveNumber | None]] = []
    for key, name, color in (("layer", layer, theme().ink), ("moves", moves, theme().gradient)):
        number = LiveNumber(0, COUNT, font_size=30, align="right", name=key)
        rows.append((in_words(name), color, number))
    return Readout(rows, width=3.6)
