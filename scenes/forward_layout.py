"""Where the parts of the scene ForwardPass stand, in a frame that lies and in one that stands."""

from __future__ import annotations

from dataclasses import dataclass

from scenes.layout import Region, frame, is_portrait
from scenes.mobjects import ChainColumns
from scenes.portrait import CHAIN_X, chain_rows

__all__ = ["ForwardLayout", "forward_layout"]

_CHAIN_Y = 1.36


@dataclass(frozen=True)
class ForwardLayout:
    """Where the parts of the scene stand.

    Parameters
    ----------
    columns
        Where the layers stand, along the chain.
    chain
        Where the chain stands across it.
    rows, plot
        Where the formulas and the curve stand.
    """

    columns: ChainColumns
    chain: float
    rows: Region
    plot: Region


def forward_layout(depth: int) -> ForwardLayout:
    """Place a chain of `depth` layers in the frame that is in force."""
    room = frame()
    if is_portrait():
        return ForwardLayout(
            chain_rows(depth),
            chain=CHAIN_X,
            rows=Region(-0.65, room.right, 0.2, 3.9),
            plot=Region(-0.3, room.right - 0.4, -5.6, -1.5),
        )
    return ForwardLayout(
        ChainColumns.in_frame(depth),
        chain=_CHAIN_Y,
        rows=Region(room.left, 0.4, room.bottom, -0.65),
        plot=Region(1.7, room.right - 0.3, room.bottom + 0.35, -0.6),
    )
