"""Mobjects of Recap: five small pictures in frames, and the layout of the scene."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from manim import Arrow, Circle, DashedLine, Dot, Line, RoundedRectangle, VGroup, VMobject

from lecture.kit.layout import Point, at, frame, is_portrait
from lecture.kit.theme import theme
from mathcore import sigmoid_prime
from scenes.data.recap import RecapNumbers

__all__ = ["RecapLayout", "drawings", "picture_frame", "recap_layout"]

_WIDTH, _HEIGHT = 2.25, 1.6
_DOTS = (20, 10)  # columns and rows
_REACH = 5.0  # of the bell, in units of h


def picture_frame() -> RoundedRectangle:
    """Return the frame of a picture.

    Examples
    --------
    >>> round(float(picture_frame().width), 2)
    2.25
    """
    card = RoundedRectangle(width=_WIDTH, height=_HEIGHT, corner_radius=0.15)
    return card.set_stroke(theme().secondary, width=2.5)


def drawings(numbers: RecapNumbers) -> tuple[VGroup, ...]:
    """Return the five pictures, each smaller than its frame and centred at the origin.

    They show speeds of layers, a chain, the slope of the sigmoid, products of random chains, and
    the share of chains in balance.

    Examples
    --------
    >>> from scenes.data.recap import recap_numbers
    >>> all(d.width < 2.25 and d.height < 1.6 for d in drawings(recap_numbers()))
    True
    """
    return (
        _speeds(numbers),
        _chain(),
        _slope(numbers),
        _products(numbers),
        _share(numbers),
    )


def _curve(points: list[Point], color: str, width: float) -> VMobject:
    return VMobject(stroke_color=color, stroke_width=width).set_points_as_corners(points)


def _speeds(numbers: RecapNumbers) -> VGroup:
    """Draw a lane for each layer, with a runner in proportion to its speed."""
    left, right = -0.85, 0.85
    lanes = VGroup()
    for speed, y in zip(numbers.speeds, np.linspace(0.5, -0.5, len(numbers.speeds)), strict=True):
        x = left + float(speed) * (right - left)
        lanes.add(Line(at(left, y), at(right, y), color=theme().grid, stroke_width=2.5))
        lanes.add(Line(at(left, y), at(x, y), color=theme().gradient, stroke_width=5))
        lanes.add(Dot(at(x, y), radius=0.09, color=theme().gradient))
    return lanes


def _chain() -> VGroup:
    """Draw neurons, and arrows from the last one back to the first."""
    places = np.linspace(-0.85, 0.85, 4)
    neurons = (
        Circle(radius=0.17, color=theme().signal, stroke_width=3.5).move_to(at(float(x), 0.0))
        for x in places
    )
    arrows = (
        Arrow(
            at(float(b) - 0.2, 0.0),
            at(float(a) + 0.2, 0.0),
            buff=0,
            color=theme().gradient,
            stroke_width=4,
            max_tip_length_to_length_ratio=0.6,
            tip_length=0.12,
        )
        for a, b in pairwise(places)
    )
    return VGroup(*neurons, *reversed(list(arrows)))


def _slope(numbers: RecapNumbers) -> VGroup:
    """Draw the slope of the sigmoid below the line at its peak."""
    low, high = -0.5, 0.45
    h = np.linspace(-_REACH, _REACH, 61)
    heights = np.asarray(sigmoid_prime(h)) / numbers.peak
    bell = _curve(
        [
            at(0.9 * float(x) / _REACH, low + float(y) * (high - low))
            for x, y in zip(h, heights, strict=True)
        ],
        theme().slope,
        5,
    )
    bound = DashedLine(at(-0.9, high), at(0.9, high), color=theme().ink, stroke_width=2.5)
    axis = Line(at(-0.9, low), at(0.9, low), color=theme().secondary, stroke_width=2)
    return VGroup(axis, bell, bound)


def _products(numbers: RecapNumbers) -> VGroup:
    """Draw the products of all chains on a logarithmic axis, and their mean slope."""
    count = numbers.products.shape[1] - 1
    low, high = float(numbers.products.min()), float(numbers.products.max())

    def point(n: float, log10: float) -> Point:
        return at(-0.9 + 1.8 * n / count, -0.6 + 1.2 * (log10 - low) / (high - low))

    lines = VGroup(
        *(
            _curve([point(n, float(y)) for n, y in enumerate(chain)], theme().vanishing, 1.0)
            for chain in numbers.products
        )
    ).set_stroke(opacity=0.6)
    mean = Line(point(0, 0.0), point(count, -numbers.decades * count))
    return VGroup(lines, mean.set_stroke(theme().ink, width=4))


def _share(numbers: RecapNumbers) -> VGroup:
    """Draw a grid of dots, of which the share in balance is bright."""
    columns, rows = _DOTS
    bright = round(numbers.share * columns * rows)
    order = np.random.default_rng(0).permutation(columns * rows)
    dots = VGroup()
    for index in range(columns * rows):
        column, row = index % columns, index // columns
        center = at(0.095 * (column - (columns - 1) / 2), 0.12 * (row - (rows - 1) / 2))
        lit = order[index] < bright
        color = theme().ink if lit else theme().grid
        dots.add(Dot(center, radius=0.05 if lit else 0.035, color=color))
    return dots


@dataclass(frozen=True)
class RecapLayout:
    """Positions of the scene's parts.

    `frames` has the centres of the five frames, `numbers` and `labels` those of what stands beside
    or below each, and `sources` the centre of a card with sources.
    """

    frames: tuple[Point, ...]
    numbers: tuple[Point, ...]
    labels: tuple[Point, ...]
    sources: Point


def recap_layout() -> RecapLayout:
    """Return the layout for the current frame.

    Examples
    --------
    >>> len(recap_layout().frames)
    5
    """
    left, right = frame().left, frame().right
    if is_portrait():
        heights = [4.0 - 1.8 * index for index in range(5)]
        frames = tuple(at(left + _WIDTH / 2 + 0.4, y) for y in heights)
        x = (left + _WIDTH + 0.4 + right) / 2
        return RecapLayout(
            frames=frames,
            numbers=tuple(at(x, y + 0.22) for y in heights),
            labels=tuple(at(x, y - 0.55) for y in heights),
            sources=at(0.0, -5.2),
        )
    columns = np.linspace(left + _WIDTH / 2, right - _WIDTH / 2, 5)
    return RecapLayout(
        frames=tuple(at(float(x), 1.7) for x in columns),
        numbers=tuple(at(float(x), 0.2) for x in columns),
        labels=tuple(at(float(x), -0.8) for x in columns),
        sources=at(0.0, -2.3),
    )
