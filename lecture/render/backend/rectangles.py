"""Rectangles of pixels, and how few of them cover what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Rectangle", "cover", "total_area"]

_MOST = 8
_GRID = 16  # pixels; also keeps the patterns of dithering and of chroma where they are


class Rectangle(NamedTuple):
    """Columns `left` to `right` and rows `top` to `bottom`, the ends left out.

    Examples
    --------
    >>> Rectangle(0, 0, 4, 2).area
    8
    """

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """How many pixels it has."""
        return (self.right - self.left) * (self.bottom - self.top)

    @property
    def rows(self) -> slice:
        """The rows, as an index."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """The columns, as an index."""
        return slice(self.left, self.right)

    def meets(self, other: Rectangle) -> bool:
        """Tell whether the two share a pixel.

        Examples
        --------
        >>> Rectangle(0, 0, 4, 4).meets(Rectangle(4, 0, 8, 4))
        False
        """
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def union(self, other: Rectangle) -> Rectangle:
        """Return the smallest rectangle that holds both."""
        return Rectangle(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def on_grid(self, width: int, height: int) -> Rectangle:
        """Widen it to whole cells of 16 pixels, within a frame.

        Examples
        --------
        >>> Rectangle(17, -3, 18, 20).on_grid(100, 100)
        Rectangle(left=16, top=0, right=32, bottom=32)
        """
        return Rectangle(
            max(0, self.left // _GRID * _GRID),
            max(0, self.top // _GRID * _GRID),
            min(width, -(-self.right // _GRID) * _GRID),
            min(height, -(-self.bottom // _GRID) * _GRID),
        )


def cover(parts: Iterable[Rectangle], width: int, height: int) -> list[Rectangle]:
    """Cover rectangles with few ones, which lie on the grid and do not meet each other.

    Parameters
    ----------
    parts
        What to cover; those outside the frame or without a pixel count for nothing.
    width, height
        Of the frame.

    Returns
    -------
    list of Rectangle
        At most eight.

    Examples
    --------
    >>> cover([Rectangle(1, 1, 9, 9), Rectangle(12, 3, 20, 9), Rectangle(90, 90, 95, 95)], 96, 96)
    [Rectangle(left=0, top=0, right=32, bottom=16), Rectangle(left=80, top=80, right=96, bottom=96)]
    """
    kept: list[Rectangle] = []
    for part in parts:
        cell = part.on_grid(width, height)
        if cell.right <= cell.left or cell.bottom <= cell.top:
            continue
        _take_in(kept, cell)
        while len(kept) > _MOST:
            _join_cheapest(kept)
    return kept


def _take_in(kept: list[Rectangle], new: Rectangle) -> None:
    """Add `new`, joined with all that it meets."""
    while True:
        met = next((index for index, old in enumerate(kept) if old.meets(new)), None)
        if met is None:
            kept.append(new)
            return
        new = new.union(kept.pop(met))


def _join_cheapest(kept: list[Rectangle]) -> None:
    """Join the two rectangles whose union adds the fewest pixels."""
    pairs = [(a, b) for a in range(len(kept)) for b in range(a)]
    a, b = min(
        pairs,
        key=lambda pair: (
            kept[pair[0]].union(kept[pair[1]]).area - kept[pair[0]].area - kept[pair[1]].area
        ),
    )
    first, second = kept.pop(a), kept.pop(b)  # b < a, so the first pop leaves b in place
    _take_in(kept, first.union(second))


def total_area(parts: Sequence[Rectangle]) -> int:
    """Return how many pixels rectangles have that do not meet each other.

    Examples
    --------
    >>> total_area([Rectangle(0, 0, 2, 2), Rectangle(4, 4, 5, 5)])
    5
    """
    return sum(part.area for part in parts)
