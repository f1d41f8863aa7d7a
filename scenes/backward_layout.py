"""Where the parts of the scene BackwardPass stand, in a frame that lies and in one that stands."""

from __future__ import annotations

from dataclasses import dataclass

from scenes.layout import Point, Region, at, frame, is_portrait
from scenes.mobjects import ChainColumns
from scenes.portrait import CHAIN_X, FIRST_ROW_Y, chain_rows

__all__ = ["BackwardLayout", "backward_layout"]

_CHAIN_Y, _CARDS_Y = 1.36, 0.0
_BARS_TOP, _BARS_BOTTOM = -0.85, -3.34
_HEADLINE_Y = 2.5
_PRODUCT_X = 3.2

_WIDE_ROW = 1.12  # from here on a row has room for a card with its formula
_CARDS_X, _COMPACT_CARDS_X = -0.55, -0.82
_BARS_LEFT, _COMPACT_BARS_LEFT = 0.5, 0.0
_ROOM_FOR_VALUES = 1.0
_PORTRAIT_PRODUCT_X = -1.5


@dataclass(frozen=True)
class BackwardLayout:
    """Where the parts of the scene stand.

    Parameters
    ----------
    columns
        Where the layers stand, along the chain.
    chain, cards
        Where the chain and the cards stand across it.
    bars
        Where the axis of the bars stands.
    product
        Where the running product begins; its name stands left of it.
    headline
        The left end of the headline.
    """

    columns: ChainColumns
    chain: float
    cards: float
    bars: Region
    product: Point
    headline: Point


def backward_layout(depth: int) -> BackwardLayout:
    """Place a chain of `depth` layers in the frame that is in force."""
    return _standing(depth) if is_portrait() else _lying(depth)


def _lying(depth: int) -> BackwardLayout:
    columns = ChainColumns.in_frame(depth)
    half = 0.5 * columns.spacing
    left, right = columns.neuron_x[0] - half, columns.neuron_x[-1] + half
    return BackwardLayout(
        columns,
        chain=_CHAIN_Y,
        cards=_CARDS_Y,
        bars=Region(left, right, _BARS_BOTTOM, _BARS_TOP),
        product=at(_PRODUCT_X, _HEADLINE_Y),
        headline=at(frame().left, _HEADLINE_Y),
    )


def _standing(depth: int) -> BackwardLayout:
    rows = chain_rows(depth)
    half = 0.5 * rows.spacing
    top, bottom = half - rows.neuron_x[0], -half - rows.neuron_x[-1]
    wide = rows.spacing >= _WIDE_ROW
    left = _BARS_LEFT if wide else _COMPACT_BARS_LEFT
    return BackwardLayout(
        rows,
        chain=CHAIN_X,
        cards=_CARDS_X if wide else _COMPACT_CARDS_X,
        bars=Region(left, frame().right - _ROOM_FOR_VALUES, bottom, top),
        product=at(_PORTRAIT_PRODUCT_X, FIRST_ROW_Y),
        headline=at(frame().left, FIRST_ROW_Y),
    )
