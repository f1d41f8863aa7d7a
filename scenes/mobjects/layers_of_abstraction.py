"""Many short lines, or many dots, as one mobject that can be shown in part."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np
from manim import Animation, Circle, ManimColor, VMobject
from numpy.typing import ArrayLike, NDArray

from scenes.layout import at

__all__ = ["Pieces", "ShowPieces", "dots", "strokes"]


class Pieces(VMobject):
    """Equal pieces, each the same number of control points, in one mobject.

    Parameters
    ----------
    outlines
        Control points of the pieces, shape (pieces, points, 3).

    Examples
    --------
    >>> row = dots([[0, 0, 0], [1, 0, 0]], radius=0.1, color="#FFFFFF")
    >>> row.count, round(float(row.show_from(1).get_left()[0]), 3)
    (2, 0.9)
    """

    def __init__(self, outlines: NDArray[np.float64], **options: Any) -> None:
        super().__init__(**options)
        self._outlines = np.asarray(outlines, dtype=np.float64)
        self.show_up_to(self.count)

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return len(self._outlines)

    def show_up_to(self, end: int) -> Self:
        """Show the pieces before `end` only."""
        self.points = self._outlines[:end].reshape(-1, 3).copy()
        return self

    def show_from(self, start: int) -> Self:
        """Show the pieces from `start` on only."""
        self.points = self._outlines[start:].reshape(-1, 3).copy()
        return self


def dots(centers: ArrayLike, *, radius: float, color: str | ManimColor) -> Pieces:
    """Return a dot around each of `centers`, shape (n, 3)."""
    outline = np.array(Circle(radius=radius).points)
    middle = np.asarray(centers, dtype=np.float64).reshape(-1, 1, 3)
    pieces = Pieces(middle + outline[None], stroke_width=0)
    pieces.set_fill(color, opacity=1.0)
    return pieces


def strokes(
    centers: ArrayLike, *, angle: float, length: float, color: str | ManimColor, width: float = 5
) -> Pieces:
    """Return a short line around each of `centers`, shape (n, 3), all at the same `angle`."""
    half = 0.5 * length * at(math.cos(angle), math.sin(angle))
    outline = np.linspace(-half, half, 4)
    middle = np.asarray(centers, dtype=np.float64).reshape(-1, 1, 3)
    return Pieces(middle + outline[None], color=color, stroke_width=width)


class ShowPieces(Animation):
    """Show the pieces one after the other, or with ``hide=True`` take them away so."""

    def __init__(self, pieces: Pieces, *, hide: bool = False, **options: Any) -> None:
        self.pieces, self.hide = pieces, hide
        super().__init__(pieces, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Show as many pieces as belong to `alpha`."""
        number = round(self.rate_func(alpha) * self.pieces.count)
        if self.hide:
            self.pieces.show_from(number)
        else:
            self.pieces.show_up_to(number)
