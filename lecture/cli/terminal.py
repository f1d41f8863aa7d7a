"""Plain text for terminals and for files that catch what a command prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["columns", "counted", "duration"]


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


def counted(count: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "scene"), counted(3, "chunk")
    ('1 scene', '3 chunks')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def duration(seconds: float) -> str:
    """Format a duration; fractions are shown below ten seconds.

    Examples
    --------
    >>> duration(112), duration(4.2), duration(59.7), duration(3661)
    ('1 min 52 s', '4.2 s', '1 min 0 s', '61 min 1 s')
    """
    if round(seconds, 1) < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
