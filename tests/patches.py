"""Patches of flat colours: drawn by a scene of `small_scenes.py`, and measured in its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from lecture.palette import DARK, LIGHT

if TYPE_CHECKING:
    from numpy.typing import NDArray


_GREYS = ("#000000", "#404040", "#808080", "#C0C0C0", "#FFFFFF")
_SATURATED = ("#FF0000", "#FFFF00", "#00FF00", "#00FFFF", "#0000FF", "#FF00FF")
_SKIN = ("#FFDBAC", "#C68642", "#8D5524")
_THEMES = (
    DARK.panel,
    *DARK.text_roles.values(),
    LIGHT.background,
    *LIGHT.text_roles.values(),
)

COLORS = ("#2E8B57", *_GREYS, *_SATURATED, *_SKIN, *_THEMES)
COLUMNS, ROWS = 7, 5
BACKGROUND = DARK.background
SHARE = 0.8  # of the width and the height of a cell; the rest shows the background
TOLERANCE = 2  # levels of 255


def rgb(color: str) -> tuple[int, int, int]:
    """Return the levels of a colour given as ``#RRGGBB``.

    Examples
    --------
    >>> rgb("#2E8B57")
    (46, 139, 87)
    """
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue


def centres() -> Iterator[tuple[str, float, float]]:
    """Yield each colour with the centre of its patch, from 0 to 1 rightwards and downwards."""
    for number, color in enumerate(COLORS):
        row, column = divmod(number, COLUMNS)
        yield color, (column + 0.5) / COLUMNS, (row + 0.5) / ROWS


def draw(width: int, height: int, *, opacity: float = 1.0) -> NDArray[np.uint8]:
    """Draw the patches, blended with an opaque background, as RGBA."""
    pixels = np.full((height, width, 4), (*rgb(BACKGROUND), 255), np.uint8)
    half_width, half_height = SHARE * width / COLUMNS / 2, SHARE * height / ROWS / 2
    for color, x, y in centres():
        rows = slice(round(y * height - half_height), round(y * height + half_height))
        columns = slice(round(x * width - half_width), round(x * width + half_width))
        blended = opacity * np.array(rgb(color)) + (1 - opacity) * np.array(rgb(BACKGROUND))
        pixels[rows, columns, :3] = np.rint(blended)
    return pixels


def errors(picture: NDArray[np.uint8], background: str | None = BACKGROUND) -> dict[str, int]:
    """Return the error of each colour in a picture of the patches, in levels of 255.

    Parameters
    ----------
    picture
        RGB or RGBA, of shape (height, width, 3 or 4).
    background
        Colour between the patches; ``None`` if it is not measured.
    """
    height, width = picture.shape[:2]
    measured = {
        color: _error(picture, color, round(x * width), round(y * height))
        for color, x, y in centres()
    }
    if background is not None:
        measured[f"background {background}"] = _error(picture, background, width // COLUMNS, 2)
    return measured


def _error(picture: NDArray[np.uint8], color: str, x: int, y: int) -> int:
    around = picture[y - 1 : y + 2, x - 1 : x + 2, :3].astype(int)
    return int(np.abs(around - rgb(color)).max())
