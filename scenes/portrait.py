"""What the scenes share in a frame that stands: the chain runs down its left side."""

from __future__ import annotations

from scenes.layout import Region, frame
from scenes.mobjects import ChainColumns

__all__ = ["CHAIN_X", "FIRST_ROW_Y", "chain_rows"]

CHAIN_X = -1.95
"""Where the chain runs: activations have room to its left."""

FIRST_ROW_Y = 5.0
"""The line below the title, for a headline."""

_CHAIN_TOP = 4.3


def chain_rows(depth: int) -> ChainColumns:
    """Return the rows of a chain of `depth` layers, from below the headline down to the margin."""
    room = frame()
    return ChainColumns.down(Region(room.left, room.right, room.bottom, _CHAIN_TOP), depth)
