"""Mobjects of the scene GaussianWeights: a histogram with a grain for each draw, and its axis."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from manim import DashedLine, Dot, Line, Rectangle, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Region, at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import PLAIN
from lecture.kit.theme import theme

__all__ = ["Bins", "Grains", "Heap", "MovingAxis", "Ticks", "View", "heap"]

Array = NDArray[np.float64]

_FILLED = 0.86  # side of a grain, as a share of its cell
_FALL = 0.09  # duration of the fall of a grain, as a share of the rain
_CORNERS = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5))


@dataclass(frozen=True)
class View:
    """A linear scale of values: the x of 0, and the units of length for a value of 1.

    Examples
    --------
    >>> View.over(Region(-2, 2, 0, 1), 0.0, 4.0).x_of(3.0)
    1.0
    """

    origin: float
    unit: float

    @classmethod
    def over(cls, region: Region, low: float, high: float) -> View:
        """Return the scale with `low` at the left of the region and `high` at its right."""
        unit = region.width / (high - low)
        return cls(region.left - low * unit, unit)

    def x_of(self, value: float) -> float:
        """Return the x of a value."""
        return self.origin + value * self.unit

    def toward(self, other: View, share: float) -> View:
        """Return the scale at a share of the way to another."""
        return View(
            self.origin + share * (other.origin - self.origin),
            self.unit + share * (other.unit - self.unit),
        )


@dataclass(frozen=True)
class Bins:
    """Equal bins from `low` to `high`, each with `columns` grains abreast."""

    low: float
    high: float
    width: float
    columns: int


@dataclass(frozen=True)
class Heap:
    """Positions of the grains of a histogram, shape (n, 2), and the size of their cells."""

    spots: Array
    width: float
    height: float

    def toward(self, other: Heap, share: float) -> Heap:
        """Return the heap at a share of the way to another."""
        return Heap(
            self.spots + share * (other.spots - self.spots),
            self.width + share * (other.width - self.width),
            self.height + share * (other.height - self.height),
        )


def heap(
    values: Array, view: View, base: float, bins: Bins, *, height: float | None = None
) -> Heap:
    """Stack grains from the y `base` over the bins of a scale, in the order of the draws.

    Values beyond the bins go to the outermost ones. Grains are squares unless `height` is given.

    Examples
    --------
    >>> values, view = np.array([0.2, 1.5, 0.7]), View(0.0, 1.0)
    >>> heap(values, view, 0.0, Bins(0.0, 2.0, width=1.0, columns=1)).spots.tolist()
    [[0.5, 0.5], [1.5, 0.5], [0.5, 1.5]]
    """
    width, columns = bins.width * view.unit / bins.columns, bins.columns
    height = width if height is None else height
    count = round((bins.high - bins.low) / bins.width)
    index = np.clip(np.floor((values - bins.low) / bins.width).astype(int), 0, count - 1)
    order = np.argsort(index, kind="stable")
    rank = np.empty(len(values), dtype=int)
    starts = np.searchsorted(index[order], np.arange(count))
    rank[order] = np.arange(len(values)) - starts[index[order]]
    x = view.x_of(bins.low) + (index * columns + rank % columns + 0.5) * width
    y = base + (rank // columns + 0.5) * height
    return Heap(np.column_stack([x, y]), width, height)


class Grains(VGroup):
    """Small squares, drawn as two mobjects so that moving them is fast: `lit` and `rest`.

    The mask `chosen` selects the grains of `lit`.

    Examples
    --------
    >>> grains = Grains(Heap(np.array([[0.0, 0.0], [1.0, 0.0]]), 0.5, 0.5), "#FFFFFF")
    >>> grains.rain(0.0, top=3.0).lit.get_num_points(), grains.rain(1.0, top=3.0).landed
    (0, 2)
    """

    def __init__(self, heap: Heap, color: str) -> None:
        self.heap = heap
        self.chosen = np.ones(len(heap.spots), dtype=bool)
        self.landed = len(heap.spots)
        outline = VMobject().set_points_as_corners([at(x, y) for x, y in _CORNERS])
        self._square = outline.points
        self.lit = VMobject(stroke_width=0).set_fill(color, opacity=0.9)
        self.rest = VMobject(stroke_width=0).set_fill(color, opacity=0.9)
        super().__init__(self.rest, self.lit)
        self.spread(heap)

    def spread(self, heap: Heap) -> Grains:
        """Draw all grains at the positions of a heap."""
        self.heap = heap
        return self._draw(heap, np.ones(len(heap.spots), dtype=bool))

    def choose(self, chosen: NDArray[np.bool_]) -> Grains:
        """Divide the grains between the two mobjects."""
        self.chosen = chosen
        return self.spread(self.heap)

    def rain(self, progress: float, *, top: float) -> Grains:
        """Show the grains falling one by one from the height `top`, at `progress` (0 to 1)."""
        spots = self.heap.spots.copy()
        begin = np.linspace(0.0, 1.0 - _FALL, len(spots))
        fallen = np.clip((progress - begin) / _FALL + 1e-9, 0.0, 1.0)
        spots[:, 1] = top + (spots[:, 1] - top) * fallen**2
        self.landed = int(np.count_nonzero(fallen >= 1.0))
        return self._draw(replace(self.heap, spots=spots), fallen > 1e-6)

    def between(self, start: Heap, end: Heap, share: float) -> Grains:
        """Draw the grains interpolated between two heaps."""
        return self.spread(start.toward(end, share))

    def fold(self, start: Heap, end: Heap, hinge: float, share: float) -> Grains:
        """Draw the grains while those left of the x `hinge` swing over it, as a page is turned."""
        between = start.toward(end, share)
        left = start.spots[:, 0] < hinge
        reach = (1 - share) * (hinge - start.spots[:, 0]) + share * (end.spots[:, 0] - hinge)
        turned = hinge - np.cos(np.pi * share) * reach
        between.spots[left, 0] = turned[left]
        return self.spread(between)

    def _draw(self, heap: Heap, shown: NDArray[np.bool_]) -> Grains:
        square = self._square * np.array([heap.width, heap.height, 1.0]) * _FILLED
        for shape, mask in ((self.lit, self.chosen), (self.rest, ~self.chosen)):
            centers = heap.spots[mask & shown]
            corners = np.repeat(square[None], len(centers), axis=0)
            corners[:, :, :2] += centers[:, None, :]
            shape.points = corners.reshape(-1, 3)
        return self


_TICK, _LABEL_DROP, _LABEL_SIZE = 0.06, 0.3, 30.0
_FADE = 0.25  # units beyond the end of the axis, where ticks fade
_DOT = 0.09


class Ticks(VGroup):
    """Ticks with labels at given values, which are hidden beyond the ends of a region."""

    def __init__(self, values: list[float], region: Region) -> None:
        self.values, self.region = values, region
        color = theme().secondary
        top = at(0.0, region.bottom)
        self.lines = [Line(top, top - at(0, _TICK), color=color, stroke_width=2) for _ in values]
        self.labels = [
            LiveNumber(value, PLAIN, font_size=_LABEL_SIZE, color=color, name="tick")
            for value in values
        ]
        super().__init__(*self.lines, *self.labels)

    def to(self, view: View) -> None:
        """Move the ticks to their values."""
        for value, line, label in zip(self.values, self.lines, self.labels, strict=True):
            foot = at(view.x_of(value), self.region.bottom)
            opacity = float(np.clip(1 - (foot[0] - self.region.right) / _FADE, 0.0, 1.0))
            line.move_to(foot - at(0.0, _TICK / 2)).set_stroke(opacity=opacity)
            label.place(foot - at(0.0, _LABEL_DROP)).set_fill(opacity=opacity)


class MovingAxis:
    """The parts of an axis whose scale changes: ticks, a band, its right edge, and a hinge at 0.

    Each part is added to the scene when it is needed; :meth:`to` moves them all.

    Parameters
    ----------
    region
        Region whose lower edge is the axis.

    Attributes
    ----------
    negative, whole, quarters : Ticks
        Ticks at negative numbers, at 0 to 4, and at the quarters below 1.

    Examples
    --------
    >>> axis = MovingAxis(Region(-4, 4, 0, 1))
    >>> axis.to(View.over(axis.region, 0.0, 4.0), low=0.0, high=1.0)
    >>> axis.edge.get_center()[0].round(6), axis.hinge.get_center()[0].round(6)
    (np.float64(-2.0), np.float64(-4.0))
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        base, top = region.bottom, region.top
        self.line = Line(region.point(0, 0), region.point(1, 0), color=theme().secondary)
        self.line.set_stroke(width=2)
        self.negative = Ticks([-4.0, -3.0, -2.0, -1.0], region)
        self.whole = Ticks([0.0, 1.0, 2.0, 3.0, 4.0], region)
        self.quarters = Ticks([0.25, 0.5, 0.75], region)
        self.band = Rectangle(width=1.0, height=top - base)
        self.band.set_stroke(width=0).set_fill(theme().weight, opacity=0.14).set_z_index(-1)
        ends = at(0.0, base), at(0.0, top)
        self.edge = DashedLine(*ends, color=theme().ink, dash_length=0.1, stroke_width=3)
        pin = Line(*ends, color=theme().ink, stroke_width=4)
        knobs = (Dot(end, radius=_DOT, color=theme().ink) for end in ends)
        self.hinge = VGroup(pin, *knobs).set_z_index(3)

    def to(self, view: View, *, low: float, high: float) -> None:
        """Move every part to a scale, with the band from `low` to `high`."""
        for ticks in (self.negative, self.whole, self.quarters):
            ticks.to(view)
        left, right = view.x_of(low), view.x_of(high)
        self.band.stretch_to_fit_width(right - left)
        middle = (self.region.bottom + self.region.top) / 2
        self.band.move_to(at((left + right) / 2, middle))
        self.edge.move_to(at(right, middle))
        self.hinge.move_to(at(view.origin, middle))
