"""Mobjects of WhatHelps: layer speeds as stairs, pictures of the changed neurons, the layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from manim import (
    Arrow,
    Circle,
    CurvedArrow,
    Line,
    ManimColor,
    VGroup,
    VMobject,
)
from numpy.typing import ArrayLike

from lecture.kit.layout import Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.live_number import Align, LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.numbers import COUNT, power_of_ten
from lecture.kit.theme import theme
from mathcore import sigmoid

__all__ = ["HelpLayout", "StairPanel", "changed_neuron", "help_layout"]

_DECADES = 5
_POWER_SIZE, _COUNT_SIZE = 33.0, 30.0  # an exponent has two thirds of its power's size
_BRACKET, _CAP = 0.17, 0.08


class StairPanel(VGroup):
    """Grid lines every five decades, for stairs from the last layer at the right to layer 1.

    The ends of `scale` are multiples of five decades.

    Examples
    --------
    >>> panel = StairPanel(MagnitudeScale(-10, 0, 0.0), 2, Region(0, 2, 0, 1), labelled=False)
    >>> stairs = panel.stairs([-10.0, 0.0], "#FFFFFF")
    >>> stairs.get_start().round(3).tolist(), stairs.get_end().round(3).tolist()
    ([2.0, 1.0, 0.0], [0.0, 0.0, 0.0])
    """

    def __init__(
        self, scale: MagnitudeScale, depth: int, region: Region, *, labelled: bool
    ) -> None:
        self.scale_of_axis, self.layers, self.region = scale, depth, region
        lines, labels = VGroup(), VGroup()
        for exponent in range(scale.low, scale.high + 1, _DECADES):
            left, right = self.point(0, exponent), self.point(depth, exponent)
            line = Line(left, right, color=theme().grid, stroke_width=2)
            lines.add(line.set_stroke(theme().secondary if exponent == 0 else theme().grid))
            if labelled:
                label = self._tick(_POWER_SIZE, "right", power_of_ten(exponent))
                labels.add(label.place(left - at(0.12, 0)))
        for layer in (1, depth):
            foot = self.point(layer - 0.5, scale.low) - at(0, 0.3)
            labels.add(self._tick(_COUNT_SIZE, "center", COUNT(layer)).place(foot))
        super().__init__(lines, labels)
        self.set_z_index(-1)

    def point(self, steps: float, log10: float) -> Point:
        """Return the point for a magnitude, `steps` layers from the left edge."""
        height = self.scale_of_axis.logarithmic(np.array([log10]))[0]
        return self.region.point(steps / self.layers, float(height))

    def stairs(self, log10: ArrayLike, color: str | ManimColor, width: float = 4) -> VMobject:
        """Return stairs through the magnitudes of layers L, L - 1, ..., 1, given from layer 1."""
        corners = []
        for layer, level in reversed(list(enumerate(np.asarray(log10), start=1))):
            corners += [self.point(layer, float(level)), self.point(layer - 1, float(level))]
        return VMobject(color=color, stroke_width=width).set_points_as_corners(corners)

    def bracket(self, log10: ArrayLike) -> VGroup:
        """Return a bracket at the right from the slowest to the fastest layer."""
        levels = np.asarray(log10)
        low, high = (
            self.point(self.layers, float(level)) + at(_BRACKET, 0)
            for level in (levels.min(), levels.max())
        )
        caps = (Line(end - at(_CAP, 0), end + at(_CAP, 0)) for end in (low, high))
        return VGroup(Line(low, high), *caps).set_stroke(theme().ink, width=3)

    @staticmethod
    def _tick(size: float, align: Align, text: str) -> LiveNumber:
        label = LiveNumber(font_size=size, color=theme().secondary, align=align, name="tick")
        return label.set_text(text)


def changed_neuron(key: str) -> VGroup:
    """Return a picture of what a remedy changes, about 2 units wide and 0.9 high.

    Parameters
    ----------
    key
        Key of the remedy; what was before is drawn in the colour of secondary parts.

    Examples
    --------
    >>> bool(changed_neuron("shortcut").height < 1.0)
    True
    """
    drawings: dict[str, Callable[[], VGroup]] = {
        "activation": _kink,
        "initialisation": _wider_bell,
        "shortcut": _bypass,
        "normalisation": _centring,
    }
    return drawings[key]()


def _line(x: ArrayLike, y: ArrayLike, color: str, width: float = 4) -> VMobject:
    points = [at(float(a), float(b)) for a, b in zip(np.asarray(x), np.asarray(y), strict=True)]
    return VMobject(color=color, stroke_width=width).set_points_as_corners(points)


def _neuron(radius: float) -> Circle:
    circle = Circle(radius=radius, color=theme().signal, stroke_width=3.5)
    return circle.set_fill(theme().signal, opacity=0.15)


def _kink() -> VGroup:
    """Draw a neuron with a sigmoid, and with a rectifier."""
    x = np.linspace(-1.0, 1.0, 40)
    before = _line(0.3 * x, 0.44 * (np.asarray(sigmoid(5.0 * x)) - 0.5), theme().secondary)
    after = _line([-0.3, 0.0, 0.3], [-0.22, -0.22, 0.22], theme().signal, width=5)
    return VGroup(_neuron(0.44), before, after)


def _bell(center: float, std: float, height: float, color: str) -> VMobject:
    x = np.linspace(-1.0, 1.0, 80)
    return _line(x, height * np.exp(-0.5 * ((x - center) / std) ** 2) - 0.42, color)


def _axis() -> Line:
    return Line(at(-1.0, -0.42), at(1.0, -0.42), color=theme().secondary, stroke_width=2)


def _wider_bell() -> VGroup:
    """Draw the densities of narrow and of wide weights, of the same area."""
    narrow, wide = 0.18, 0.34
    before = _bell(0.0, narrow, 0.86, theme().secondary)
    return VGroup(_axis(), before, _bell(0.0, wide, 0.86 * narrow / wide, theme().weight))


def _bypass() -> VGroup:
    """Draw a neuron with its connections, and an arrow past it."""
    y = -0.18
    ends = ((-1.0, -0.27), (0.27, 1.0))
    through = (Line(at(a, y), at(b, y), color=theme().secondary, stroke_width=3) for a, b in ends)
    past = CurvedArrow(
        at(-0.8, y), at(0.8, y), angle=-0.6 * np.pi, color=theme().signal, tip_length=0.17
    )
    return VGroup(*through, _neuron(0.27).shift(at(0, y)), past.set_stroke(width=5))


def _centring() -> VGroup:
    """Draw a distribution off centre, and moved to the centre at another width."""
    mark = Line(at(0.35, -0.42), at(0.35, 0.44), color=theme().secondary, stroke_width=2)
    before, after = (
        _bell(-0.6, 0.14, 0.7, theme().secondary),
        _bell(0.35, 0.22, 0.7, theme().signal),
    )
    move = Arrow(
        at(-0.45, 0.32), at(0.2, 0.32), buff=0, color=theme().secondary, stroke_width=4
    ).set_z_index(1)
    return VGroup(_axis(), mark, before, after, move)


@dataclass(frozen=True)
class HelpLayout:
    """Positions of the scene's parts.

    `big` and `panels` are regions of stairs, `labelled` the panels with labels of their axis, and
    `ratio` the right end of the ratio of a single chain.
    """

    big: Region
    panels: tuple[Region, Region, Region, Region]
    labelled: tuple[int, ...]
    ratio: Point


def help_layout() -> HelpLayout:
    """Return the layout for the current frame.

    Examples
    --------
    >>> len({panel.top for panel in help_layout().panels})
    1
    """
    left, right = frame().left, frame().right
    if is_portrait():
        columns = (left + 1.05, 0.2), (0.75, right - 0.25)
        rows = (0.3, 2.1), (-5.4, -3.6)
        a, b, c, d = (Region(*column, *row) for row in rows for column in columns)
        return HelpLayout(
            big=Region(left + 1.15, right - 0.4, -5.6, 3.5),
            panels=(a, b, c, d),
            labelled=(0, 2),
            ratio=at(right, 4.9),
        )
    start, stop, between = left + 1.1, right - 0.25, 0.5
    width = (stop - start - 3 * between) / 4
    starts = (start + index * (width + between) for index in range(4))
    a, b, c, d = (Region(x, x + width, -2.3, 0.35) for x in starts)
    return HelpLayout(
        big=Region(left + 1.15, right - 0.4, -2.6, 1.8),
        panels=(a, b, c, d),
        labelled=(0,),
        ratio=at(right, 2.4),
    )
