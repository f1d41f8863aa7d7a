"""The first layer of a network that sees: filters, and what they answer to an image."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import Animation, Line, Square, VGroup
from numpy.typing import NDArray

from scenes.layout import Point, at
from scenes.mobjects.pixel_image import PixelImage, squares
from scenes.mobjects.strokes import Pieces
from scenes.theme import theme

__all__ = ["FilterRow", "SweepFilter", "shape_lines"]

_FILTER_SIZE, _MAP_SIZE = 0.72, 1.0


class FilterRow(VGroup):
    """A filter, the map of its answers, and the direction that it answers to.

    Attributes
    ----------
    kernel, answers : PixelImage
        The filter (bright counts for, dark against) and the map.
    cover : Pieces
        Hides the pixels of the map that have not been computed yet.
    mark : Line
        A line in the direction of the edges that the filter answers to.
    """

    def __init__(
        self, kernel: NDArray[np.float64], responses: NDArray[np.float64], angle: float, spot: Point
    ) -> None:
        self.kernel = PixelImage(
            0.5 + 0.5 * kernel, _FILTER_SIZE, center=spot, color=theme().weight
        )
        middle = spot + at(1.25, 0)
        self.answers = PixelImage(responses, _MAP_SIZE, center=middle, color=theme().signal)
        pixels = [self.answers.spot(*place) for place in np.ndindex(responses.shape)]
        outlines = squares(np.array(pixels), 1.05 * self.answers.pixel)
        self.cover = Pieces(outlines.reshape(len(pixels), -1, 3), stroke_width=0)
        self.cover.set_fill(theme().panel, opacity=1.0)
        half = 0.24 * at(np.cos(angle), np.sin(angle))
        end = spot + at(2.15, 0)
        self.mark = Line(end - half, end + half, color=theme().signal, stroke_width=6)
        super().__init__(self.kernel, self.answers, self.mark)


class SweepFilter(Animation):
    """Move a window over an image, row by row, while the map of answers fills in."""

    def __init__(self, window: Square, image: PixelImage, cover: Pieces, **options: Any) -> None:
        self.window, self.image, self.cover = window, image, cover
        super().__init__(VGroup(window, cover), **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Put the window on the pixel that belongs to `alpha`."""
        done = round(self.rate_func(alpha) * self.cover.count)
        columns = self.image.levels.shape[1]
        row, column = divmod(min(done, self.cover.count - 1), columns)
        self.window.move_to(self.image.spot(row, column))
        self.cover.show_from(done)


def shape_lines(corners: Sequence[tuple[float, float]], spot: Point, size: float) -> VGroup:
    """Return the lines from corner to corner of a shape, given in a square of side 1 around 0.

    Examples
    --------
    >>> len(shape_lines([(0, 0), (1, 0), (0, 1)], at(0, 0), 1.0))
    2
    """
    places = [spot + size * at(x, y) for x, y in corners]
    ends = itertools.pairwise(places)
    return VGroup(*(Line(*pair, color=theme().signal, stroke_width=6) for pair in ends))
