"""Where the layers of a chain stand, for everything that aligns with them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lecture.kit.layout import DOWNWARDS, RIGHTWARDS, Flow, Region, frame

__all__ = ["CHAIN_X", "FIRST_ROW_Y", "ChainColumns", "chain_rows"]


_INPUT_RADIUS = 0.31
_COST_SIZE = (0.8, 0.66)
_END_PER_SPACING = 0.6  # rows are close: the ends of the chain must leave room for arrows
_WIDEST_SPACING, _HIGHEST_ROW = 2.2, 2.8
_LARGEST_RADIUS = 0.475
_LARGEST_RADIUS_BELOW_EACH_OTHER = 0.4  # or their values would have no room to the left
_RADIUS_PER_SPACING = 0.29


@dataclass(frozen=True)
class ChainColumns:
    """The coordinates along a chain that everything belonging to a layer is aligned with.

    They are x-coordinates where the chain runs to the right, as it does unless said otherwise.
    Where it runs downwards, layers stand in rows, and the same numbers count downwards: they are
    the negative of y (see `lecture.kit.layout.Flow`).

    Parameters
    ----------
    input_x, cost_x
        Where the input and the cost stand.
    neuron_x
        Where the neuron of each layer stands.
    spacing
        Distance between neighbouring columns, or rows.
    flow
        Which way the chain runs.

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
        """Spread `depth` layers between an input at `left` and a cost at `right`.

        A short chain keeps together and stands in the middle, `widest` between its columns.
        """
        spacing = min((right - left) / (depth + 1), widest)
        start = (left + right - spacing * (depth + 1)) / 2
        neurons = tuple(start + spacing * layer for layer in range(1, depth + 1))
        return cls(start, neurons, start + spacing * (depth + 1), spacing)

    @classmethod
    def in_frame(cls, depth: int) -> ChainColumns:
        """Spread `depth` layers over the width of the frame."""
        room = frame()
        return cls.across(room.left + _INPUT_RADIUS, room.right - _COST_SIZE[0] / 2, depth)

    @classmethod
    def down(cls, region: Region, depth: int) -> ChainColumns:
        """Spread `depth` layers over the height of `region`, the input at its top."""
        first, last = _INPUT_RADIUS - region.top, -region.bottom - _COST_SIZE[1] / 2
        rows = cls.across(first, last, depth, widest=_HIGHEST_ROW)
        return replace(rows, flow=DOWNWARDS)

    @property
    def end_scale(self) -> float:
        """How large the input and the cost are drawn, up to 1; smaller in rows that are close."""
        return min(1.0, _END_PER_SPACING * self.spacing / _COST_SIZE[1]) if self.flow.down else 1.0

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
        """Radius of a neuron at this spacing."""
        largest = _LARGEST_RADIUS_BELOW_EACH_OTHER if self.flow.down else _LARGEST_RADIUS
        return min(largest, _RADIUS_PER_SPACING * self.spacing)


CHAIN_X = -1.95
"""Where the chain runs: activations have room to its left."""

FIRST_ROW_Y = 5.0
"""The line below the title, for a headline."""

_CHAIN_TOP = 4.3


def chain_rows(depth: int) -> ChainColumns:
    """Return the rows of a chain of `depth` layers, from below the headline down to the margin."""
    room = frame()
    return ChainColumns.down(Region(room.left, room.right, room.bottom, _CHAIN_TOP), depth)
