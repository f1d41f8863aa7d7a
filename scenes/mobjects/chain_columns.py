"""Coordinates of the layers of a chain, shared by all mobjects aligned with them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from lecture.kit.layout import DOWNWARDS, RIGHTWARDS, Flow, Region, frame, is_portrait

__all__ = [
    "CHAIN_X",
    "FIRST_ROW_Y",
    "ChainColumns",
    "ChainLayout",
    "chain_layout",
    "chain_rows",
]

_INPUT_RADIUS = 0.31
_COST_SIZE = (0.8, 0.66)
_END_PER_SPACING = 0.6  # leaves space for arrows between dense rows
_WIDEST_SPACING, _HIGHEST_ROW = 2.2, 2.8
_LARGEST_RADIUS, _RADIUS_PER_COLUMN = 0.475, 0.24  # leaves space for the names of weights
_LARGEST_RADIUS_IN_ROWS, _RADIUS_PER_ROW = 0.4, 0.29  # leaves space for the activations
_BETWEEN_LABELS = 0.12


@dataclass(frozen=True)
class ChainColumns:
    """Coordinates of the layers along a chain.

    They are x-coordinates where the chain runs to the right, and negated y-coordinates where it
    runs down (see `lecture.kit.layout.Flow`).

    Examples
    --------
    >>> columns = ChainColumns.across(-6.2, 6.1, depth=6)
    >>> len(columns.neuron_x), round(columns.spacing, 3)
    (6, 1.757)
    >>> rows = ChainColumns.down(Region(left=-3, right=3, bottom=-6, top=4), depth=3)
    >>> [round(-along, 2) for along in (rows.input_x, *rows.neuron_x, rows.cost_x)]
    [3.69, 1.35, -0.99, -3.33, -5.67]
    """

    input_x: float
    neuron_x: tuple[float, ...]
    cost_x: float
    spacing: float
    flow: Flow = RIGHTWARDS

    @classmethod
    def across(
        cls, left: float, right: float, depth: int, widest: float = _WIDEST_SPACING
    ) -> ChainColumns:
        """Distribute `depth` layers between an input at `left` and a cost at `right`.

        A short chain is centred, with `widest` between its columns.
        """
        spacing = min((right - left) / (depth + 1), widest)
        start = (left + right - spacing * (depth + 1)) / 2
        neurons = tuple(start + spacing * layer for layer in range(1, depth + 1))
        return cls(start, neurons, start + spacing * (depth + 1), spacing)

    @classmethod
    def in_frame(cls, depth: int) -> ChainColumns:
        """Distribute `depth` layers over the width of the frame."""
        bounds = frame()
        return cls.across(bounds.left + _INPUT_RADIUS, bounds.right - _COST_SIZE[0] / 2, depth)

    @classmethod
    def down(cls, region: Region, depth: int) -> ChainColumns:
        """Distribute `depth` layers over the height of `region`, the input at its top."""
        first, last = _INPUT_RADIUS - region.top, -region.bottom - _COST_SIZE[1] / 2
        rows = cls.across(first, last, depth, widest=_HIGHEST_ROW)
        return replace(rows, flow=DOWNWARDS)

    def labelled(self, widest: float) -> list[int]:
        """Return the layers, from 1, whose labels fit side by side, from both ends inwards.

        `widest` is the greatest width of a label in units.

        Examples
        --------
        >>> columns = ChainColumns.across(-6.2, 6.1, depth=12)
        >>> columns.labelled(0.6), columns.labelled(1.2)
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 3, 5, 8, 10, 12])
        """
        depth = len(self.neuron_x)
        step = 1 if self.flow.down else max(1, math.ceil((widest + _BETWEEN_LABELS) / self.spacing))
        left = range(1, (depth + 1) // 2 + 1, step)
        right = (depth + 1 - layer for layer in left)
        return sorted({*left, *(layer for layer in right if layer - left[-1] >= step)})

    @property
    def end_scale(self) -> float:
        """Scale of the input and the cost, at most 1; smaller in dense chains."""
        space = _END_PER_SPACING * self.spacing / _COST_SIZE[1]
        return min(1.0, space if self.flow.down else self.radius / _INPUT_RADIUS)

    @property
    def input_radius(self) -> float:
        """Radius of the input."""
        return _INPUT_RADIUS * self.end_scale

    @property
    def cost_size(self) -> tuple[float, float]:
        """Width and height of the cost."""
        return _COST_SIZE[0] * self.end_scale, _COST_SIZE[1] * self.end_scale

    @property
    def radius(self) -> float:
        """Radius of a neuron."""
        if self.flow.down:
            return min(_LARGEST_RADIUS_IN_ROWS, _RADIUS_PER_ROW * self.spacing)
        return min(_LARGEST_RADIUS, _RADIUS_PER_COLUMN * self.spacing)


CHAIN_X = -1.9
"""The x-coordinate of a vertical chain; activations are to its left."""

FIRST_ROW_Y = 5.0
"""Height of the headline below the title in portrait."""

_CHAIN_TOP = 4.3


def chain_rows(depth: int) -> ChainColumns:
    """Return the rows of a chain of `depth` layers, from the headline to the bottom margin."""
    bounds = frame()
    return ChainColumns.down(Region(bounds.left, bounds.right, bounds.bottom, _CHAIN_TOP), depth)


_CHAIN_Y, _CARDS_Y = 1.36, 0.0
_WIDE_ROW = 1.12  # least spacing of rows for cards with a formula
_CARDS_X, _COMPACT_CARDS_X = -0.55, -0.82


@dataclass(frozen=True)
class ChainLayout:
    """Position of the chain and of the cards of its factors, the same in all scenes.

    `chain` and `cards` are y-coordinates, in portrait x-coordinates.
    """

    columns: ChainColumns
    chain: float
    cards: float


def chain_layout(depth: int) -> ChainLayout:
    """Return the layout of a chain of `depth` layers in the current frame."""
    if not is_portrait():
        return ChainLayout(ChainColumns.in_frame(depth), _CHAIN_Y, _CARDS_Y)
    rows = chain_rows(depth)
    cards = _CARDS_X if rows.spacing >= _WIDE_ROW else _COMPACT_CARDS_X
    return ChainLayout(rows, CHAIN_X, cards)
