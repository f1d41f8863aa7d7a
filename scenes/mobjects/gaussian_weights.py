"""Mobjects of the scene GaussianWeights: a histogram with a grain for each draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from manim import VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.mobjects.value_axis import ValueAxis

__all__ = ["Grains", "Heap", "heap"]

Array = NDArray[np.float64]

_FILLED = 0.86  # side of a grain, as a share of its cell
_FALL = 0.09  # duration of the fall of a grain, as a share of the rain
_CORNERS = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5]])


def _unit_square() -> Array:
    """Return a square of side 1 as four cubic Bézier curves, shape (16, 3)."""
    share = np.linspace(0.0, 1.0, 4)[:, None]
    sides = [a + share * (b - a) for a, b in pairwise(_CORNERS)]
    return np.hstack([np.concatenate(sides), np.zeros((16, 1))])


@dataclass(frozen=True)
class Heap:
    """Positions of the grains of a histogram, shape (n, 2), and the size of their cells."""

    spots: Array
    width: float
    height: float


def heap(
    values: Array, axis: ValueAxis, *, bins: int, columns: int, height: float | None = None
) -> Heap:
    """Stack grains over equal bins of the axis, `columns` abreast, in the order of the draws.

    Values beyond the axis go to the outermost bins. Grains are squares unless `height` is given.

    Examples
    --------
    >>> from lecture.kit.layout import Region
    >>> axis = ValueAxis(0.0, 2.0, Region(0, 2, 0, 1), "w")
    >>> heap(np.array([0.2, 1.5, 0.7]), axis, bins=2, columns=1).spots.tolist()
    [[0.5, 0.5], [1.5, 0.5], [0.5, 1.5]]
    """
    width = axis.region.width / bins / columns
    height = width if height is None else height
    share = (values - axis.low) / (axis.high - axis.low)
    index = np.clip(np.floor(share * bins).astype(int), 0, bins - 1)
    order = np.argsort(index, kind="stable")
    rank = np.empty(len(values), dtype=int)
    starts = np.searchsorted(index[order], np.arange(bins))
    rank[order] = np.arange(len(values)) - starts[index[order]]
    x = axis.region.left + (index * columns + rank % columns + 0.5) * width
    y = axis.region.bottom + (rank // columns + 0.5) * height
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
        self._square = _unit_square()
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
        spots = start.spots + share * (end.spots - start.spots)
        width = start.width + share * (end.width - start.width)
        height = start.height + share * (end.height - start.height)
        return self.spread(Heap(spots, width, height))

    def _draw(self, heap: Heap, shown: NDArray[np.bool_]) -> Grains:
        square = self._square * np.array([heap.width, heap.height, 1.0]) * _FILLED
        for shape, mask in ((self.lit, self.chosen), (self.rest, ~self.chosen)):
            centers = heap.spots[mask & shown]
            corners = np.repeat(square[None], len(centers), axis=0)
            corners[:, :, :2] += centers[:, None, :]
            shape.points = corners.reshape(-1, 3)
        return self
