"""Plain text for terminals and for files that catch what a command prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["columns"]


def columns(rows: Sequence[Sequence[str]], *, left: int = 0) -> str:
    """Set rows in columns, each as wide as its widest cell.

    Parameters
    ----------
    rows
        Rows of cells, all of the same number.
    left
        How many columns from the first have their cells at the left; the others have them at
        the right.

    Examples
    --------
    >>> print(columns([("a", "1"), ("bcd", "20")], left=1))
    a     1
    bcd  20
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
