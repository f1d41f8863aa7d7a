"""Rectangles of pixels, and a small cover of many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Rectangle", "cover", "total_area"]

_MOST = 8
_GRID = 16  # pixels; a multiple of the periods of dithering and of chroma


class Rectangle(NamedTuple):
    """Columns `left` to `right` and rows `top` to `bottom`, without the ends.

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
        """Number of pixels."""
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
        """Return True if both share a pixel.

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
        """Return the smallest rectangle that contains both."""
        return Rectangle(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def on_grid(self, width: int, height: int) -> Rectangle:
        """Return the rectangle widened to cells of 16 pixels, within a frame.

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
    """Return at most eight disjoint rectangles on the grid that cover `parts` within a frame.

    Examples
    --------
    >>> cover([Rectangle(1, 1, 9, 9), Rectangle(12, 3, 20, 9), Rectangle(90, 90, 95, 95)], 96, 96)
    [Rectangle(left=0, top=0, right=32, bottom=16), Rectangle(left=80, top=80, right=96, bottom=96)]
    """
    cells: list[Rectangle] = []
    for cell in dict.fromkeys(part.on_grid(width, height) for part in parts):
        if cell.right <= cell.left or cell.bottom <= cell.top:
            continue
        _add(cells, cell)
        while len(cells) > _MOST:
            _join_cheapest(cells)
    return cells


def _add(cells: list[Rectangle], new: Rectangle) -> None:
    """Add `new`, joined with all rectangles that it meets."""
    for index, old in enumerate(cells):
        if old.meets(new):
            del cells[index]
            _add(cells, old.union(new))
            return
    cells.append(new)


def _join_cheapest(cells: list[Rectangle]) -> None:
    """Join the two rectangles whose union adds the fewest pixels."""
    pairs = [(a, b) for a in range(len(cells)) for b in range(a)]
    a, b = min(
        pairs,
        key=lambda pair: (
            cells[pair[0]].union(cells[pair[1]]).area - cells[pair[0]].area - cells[pair[1]].area
        ),
    )
    first, second = cells.pop(a), cells.pop(b)  # b < a, so the first pop leaves b in place
    _add(cells, first.union(second))


def total_area(parts: Sequence[Rectangle]) -> int:
    """Return the number of pixels of disjoint rectangles.

    Examples
    --------
    >>> total_area([Rectangle(0, 0, 2, 2), Rectangle(4, 4, 5, 5)])
    5
    """
    return sum(part.area for part in parts)
