"""Mobjects of the scene LayersOfAbstraction: filters over an image, and a folded curve."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from manim import Animation, Circle, Line, ManimColor, Square, VGroup, VMobject
from numpy.typing import ArrayLike, NDArray

from lecture.kit.layout import Point, Region, at
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.theme import theme
from scenes.mobjects.pixel_image import PixelImage, squares

__all__ = [
    "FilterRow",
    "Fold",
    "FoldingPlot",
    "Pieces",
    "ShowPieces",
    "SweepFilter",
    "dots",
    "shape_lines",
    "strokes",
]


class Pieces(VMobject):
    """Equal shapes in one mobject; `outlines` has the shape (pieces, control points, 3).

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
        """Number of pieces."""
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
    """Return a dot at each of `centers`, shape (n, 3)."""
    outline = np.array(Circle(radius=radius).points)
    middle = np.asarray(centers, dtype=np.float64).reshape(-1, 1, 3)
    pieces = Pieces(middle + outline[None], stroke_width=0)
    pieces.set_fill(color, opacity=1.0)
    return pieces


def strokes(
    centers: ArrayLike, *, angle: float, length: float, color: str | ManimColor, width: float = 5
) -> Pieces:
    """Return a short line at each of `centers`, shape (n, 3), all at the same `angle`."""
    half = 0.5 * length * at(math.cos(angle), math.sin(angle))
    outline = np.linspace(-half, half, 4)
    middle = np.asarray(centers, dtype=np.float64).reshape(-1, 1, 3)
    return Pieces(middle + outline[None], color=color, stroke_width=width)


class ShowPieces(Animation):
    """Show pieces one after the other."""

    def __init__(self, pieces: Pieces, **options: Any) -> None:
        self.pieces = pieces
        super().__init__(pieces, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the pieces up to `alpha`."""
        self.pieces.show_up_to(round(self.rate_func(alpha) * self.pieces.count))


_FILTER_SIZE, _MAP_SIZE = 0.72, 1.0


class FilterRow(VGroup):
    """A filter, the map of its responses (`answers`), and a line along its edges (`mark`).

    `cover`, not a submobject, hides the pixels of the map that are not yet computed.
    """

    def __init__(
        self,
        kernel: NDArray[np.float64],
        responses: NDArray[np.float64],
        angle: float,
        center: Point,
    ) -> None:
        self.kernel = PixelImage(
            0.5 + 0.5 * kernel, _FILTER_SIZE, center=center, color=theme().weight
        )
        middle = center + at(1.25, 0)
        self.answers = PixelImage(responses, _MAP_SIZE, center=middle, color=theme().signal)
        pixels = [self.answers.spot(*pixel) for pixel in np.ndindex(responses.shape)]
        outlines = squares(np.array(pixels), 1.05 * self.answers.pixel)
        self.cover = Pieces(outlines.reshape(len(pixels), -1, 3), stroke_width=0)
        self.cover.set_fill(theme().panel, opacity=1.0)
        half = 0.24 * at(np.cos(angle), np.sin(angle))
        end = center + at(2.15, 0)
        self.mark = Line(end - half, end + half, color=theme().signal, stroke_width=6)
        super().__init__(self.kernel, self.answers, self.mark)


class SweepFilter(Animation):
    """Move a window over an image, row by row, and uncover the map of responses."""

    def __init__(self, window: Square, image: PixelImage, cover: Pieces, **options: Any) -> None:
        self.window, self.image, self.cover = window, image, cover
        super().__init__(VGroup(window, cover), **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Move the window to the pixel at `alpha`."""
        done = round(self.rate_func(alpha) * self.cover.count)
        columns = self.image.levels.shape[1]
        row, column = divmod(min(done, self.cover.count - 1), columns)
        self.window.move_to(self.image.spot(row, column))
        self.cover.show_from(done)


def shape_lines(corners: Sequence[tuple[float, float]], center: Point, size: float) -> VGroup:
    """Return the lines between the corners of a shape, given in a square of side 1 around 0."""
    points = [center + size * at(x, y) for x, y in corners]
    ends = itertools.pairwise(points)
    return VGroup(*(Line(*pair, color=theme().signal, stroke_width=6) for pair in ends))


class FoldingPlot(FunctionPlot):
    """Axes over the unit square, and a curve given by its values at equally spaced inputs.

    Examples
    --------
    >>> plot = FoldingPlot([0.0, 1.0, 0.0], Region(0, 2, 0, 1), "#FFFFFF")
    >>> plot.draw([0.0, 0.5, 1.0]).peaks([0.0, 1.0, 0.0]).count
    1
    """

    def __init__(self, values: ArrayLike, region: Region, color: str) -> None:
        unit = (0.0, 1.0)
        super().__init__(lambda x: 0.0 * x, unit, unit, region, color)
        self.draw(values)

    def draw(self, values: ArrayLike) -> FoldingPlot:
        """Draw the curve through other values."""
        self.curve.set_points_as_corners(self._points(np.asarray(values, dtype=np.float64)))
        return self

    def peaks(self, values: ArrayLike) -> Pieces:
        """Return a dot at each local maximum of a curve."""
        shares = np.asarray(values, dtype=np.float64)
        rising = np.diff(shares) > 0
        indices = np.flatnonzero(rising[:-1] & ~rising[1:]) + 1
        return dots(self._points(shares)[indices], radius=0.08, color=theme().ink)

    def _points(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        inputs = np.linspace(0.0, 1.0, len(values))
        return np.array([self.point(x, y) for x, y in zip(inputs, values, strict=True)])


class Fold(Animation):
    """Interpolate the curve of a plot between two sets of values."""

    def __init__(self, plot: FoldingPlot, start: ArrayLike, end: ArrayLike, **options: Any) -> None:
        self.plot = plot
        self.start, self.end = np.asarray(start), np.asarray(end)
        super().__init__(plot.curve, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Draw the curve at `alpha`."""
        share = self.rate_func(alpha)
        self.plot.draw((1 - share) * self.start + share * self.end)
