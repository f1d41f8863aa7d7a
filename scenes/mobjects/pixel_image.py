"""A small grey image made of squares."""

from __future__ import annotations

import numpy as np
from manim import ManimColor, VGroup, VMobject
from numpy.typing import ArrayLike, NDArray

from lecture.kit.layout import Point, at
from lecture.kit.theme import mix, theme

__all__ = ["PixelImage", "squares"]

_LEVELS = 16
# Side of a square, as a share of a pixel: with gaps, or overlapping, so that no gap shows.
_SIDE, _CLOSED_SIDE = 0.94, 1.03


def squares(centers: NDArray[np.float64], side: float) -> NDArray[np.float64]:
    """Return the control points of squares at `centers`, shape (n, 3), for one mobject."""
    half = 0.5 * side
    corners = [at(x, y) for x, y in ((1, 1), (-1, 1), (-1, -1), (1, -1), (1, 1))]
    outline = VMobject().set_points_as_corners([half * corner for corner in corners]).points
    return (np.asarray(centers)[:, None, :] + outline[None, :, :]).reshape(-1, 3)


class PixelImage(VGroup):
    """An image of grey levels from 0 (background) to 1 (`color`), one mobject for each level.

    `levels` has the shape (rows, columns), top row first; `size` is the length of the longer side.
    Without a `grid`, the pixels have no gaps, and one square is behind them: images of many pixels
    are drawn several times faster.

    Examples
    --------
    >>> image = PixelImage([[0.0, 1.0], [0.5, 1.0]], size=2.0)
    >>> len(image), image.pixel, image.spot(0, 1).tolist()
    (3, 1.0, [0.5, 0.5, 0.0])
    """

    def __init__(
        self,
        levels: ArrayLike,
        size: float,
        *,
        center: Point | None = None,
        color: str | ManimColor | None = None,
        grid: bool = True,
    ) -> None:
        self.levels = np.asarray(levels, dtype=np.float64)
        self.pixel = size / max(self.levels.shape)
        self.middle = at(0.0, 0.0) if center is None else center
        strongest = ManimColor(color if color is not None else theme().ink).to_hex()
        steps = np.rint(np.clip(self.levels, 0.0, 1.0) * _LEVELS).astype(int)
        self._side = _SIDE if grid else _CLOSED_SIDE
        parts = [
            self._part(steps == step, step / _LEVELS, strongest)
            for step in np.unique(steps)
            if grid or step
        ]
        super().__init__(*([] if grid else [self._behind()]), *parts)

    def spot(self, row: float, column: float) -> Point:
        """Return the centre of a pixel, before any shift of the image."""
        rows, columns = self.levels.shape
        x = (column - (columns - 1) / 2) * self.pixel
        return self.middle + at(x, ((rows - 1) / 2 - row) * self.pixel)

    def _behind(self) -> VMobject:
        square = VMobject(stroke_width=0)
        square.points = squares(np.array([self.middle]), max(self.levels.shape) * self.pixel)
        return square.set_fill(theme().panel, opacity=1.0)

    def _part(self, chosen: NDArray[np.bool_], level: float, strongest: str) -> VMobject:
        centers = np.array([self.spot(row, column) for row, column in np.argwhere(chosen)])
        part = VMobject(stroke_width=0)
        part.points = squares(centers, self._side * self.pixel)
        return part.set_fill(mix(theme().panel, strongest, level), opacity=1.0)
