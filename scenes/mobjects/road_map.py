"""The road map of the lecture: five icons, of which one can be lit."""

from __future__ import annotations

import numpy as np
from manim import RIGHT, Circle, DashedLine, Dot, Line, RoundedRectangle, VGroup, VMobject

from lecture.kit.layout import Point, at
from lecture.kit.theme import theme

__all__ = ["STATIONS", "RoadMap"]

STATIONS = {
    "LayersOfAbstraction": 1,
    "DeepNetsStall": 1,
    "ForwardPass": 2,
    "GradientAsProduct": 2,
    "BackwardPass": 2,
    "SigmaPrime": 3,
    "GaussianWeights": 3,
    "VanishingProduct": 4,
    "ExplodingGradient": 4,
    "UnstableGradient": 5,
    "WhatHelps": 5,
}
"""The icon, from 1, that each scene belongs to; for a scene without one, all are lit."""

_WIDTH, _HEIGHT, _GAP = 2.0, 1.4, 0.25
_DIM = 0.3


class RoadMap(VGroup):
    """Five icons in a row: layers at two speeds, a product, its factor, its fate, its balance.

    Parameters
    ----------
    width
        Width of the row in units.
    lit
        The icon that is lit, from 1; ``None`` for all.

    Attributes
    ----------
    icons : list of VGroup
        The icons with their frames, in order.

    Examples
    --------
    >>> road_map = RoadMap(5.0, lit=2)
    >>> [round(float(icon[0].get_stroke_opacity()), 1) for icon in road_map.icons]
    [0.3, 1.0, 0.3, 0.3, 0.3]
    """

    def __init__(self, width: float, lit: int | None = None) -> None:
        draw = (_two_speeds, _product, _factor, _fate, _balance)
        self.icons = [_framed(drawing()) for drawing in draw]
        super().__init__(*self.icons)
        self.arrange(RIGHT, buff=_GAP)
        self.scale(width / self.width, scale_stroke=True)
        if lit is not None:
            for number, icon in enumerate(self.icons, start=1):
                if number != lit:
                    icon.fade(1 - _DIM)


def _framed(drawing: VGroup) -> VGroup:
    card = RoundedRectangle(width=_WIDTH, height=_HEIGHT, corner_radius=0.15)
    card.set_stroke(theme().secondary, width=3).set_fill(theme().panel, opacity=0.0)
    return VGroup(card, drawing)


def _line(points: list[Point], color: str, width: float = 5) -> VMobject:
    return VMobject(stroke_color=color, stroke_width=width).set_points_as_corners(points)


def _two_speeds() -> VGroup:
    """Return two tracks: on one a dot has hardly started, on the other it has arrived."""
    tracks = VGroup()
    for y, x, color in ((0.3, -0.6, theme().vanishing), (-0.3, 0.65, theme().gradient)):
        tracks.add(Line(at(-0.7, y), at(0.7, y), color=theme().grid, stroke_width=5))
        tracks.add(Line(at(-0.7, y), at(x, y), color=color, stroke_width=5))
        tracks.add(Dot(at(x, y), radius=0.11, color=color))
    return tracks


def _product() -> VGroup:
    """Return three neurons in a row."""
    xs = (-0.62, 0.0, 0.62)
    circles = [
        Circle(radius=0.2, color=theme().signal, stroke_width=4).move_to(at(x, 0)) for x in xs
    ]
    arrows = [
        Line(at(a + 0.22, 0), at(b - 0.22, 0), color=theme().secondary, stroke_width=4)
        for a, b in ((xs[0], xs[1]), (xs[1], xs[2]))
    ]
    return VGroup(*circles, *arrows)


def _factor() -> VGroup:
    """Return the bell of the slope of the sigmoid below a dashed line."""
    xs = np.linspace(-0.75, 0.75, 41)
    ys = 0.8 / np.cosh(4 * xs) ** 2 - 0.45
    bell = _line([at(float(x), float(y)) for x, y in zip(xs, ys, strict=True)], theme().slope)
    bound = DashedLine(at(-0.75, 0.42), at(0.75, 0.42), color=theme().ink, stroke_width=3)
    return VGroup(bell, bound)


def _fate() -> VGroup:
    """Return a staircase that descends."""
    corners = [at(-0.75, 0.45)]
    for step in range(1, 6):
        corners += [at(-0.75 + 0.3 * step, 0.45 - 0.225 * (step - 1))]
        corners += [at(-0.75 + 0.3 * step, 0.45 - 0.225 * step)] if step < 5 else []
    return VGroup(_line(corners, theme().vanishing))


def _balance() -> VGroup:
    """Return three ways out of one point: up, level and down."""
    start = at(-0.7, 0.0)
    ends = ((0.7, 0.5, theme().warning), (0.7, 0.0, theme().ink), (0.7, -0.5, theme().vanishing))
    return VGroup(
        *(Line(start, at(x, y), color=color, stroke_width=5) for x, y, color in ends),
        Dot(start, radius=0.09, color=theme().ink),
    )
