"""Outlines of single characters, compiled once by Typst and reused by all numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lecture.kit.layout import at
from lecture.kit.manim_internals import UNITS_PER_POINT, svg_width
from lecture.kit.numbers import FROM_SUPERSCRIPT, RAISED
from lecture.kit.typeset import (
    EXPONENT_RISES,
    EXPONENT_SCALE,
    baseline_height,
    escape,
    prose,
)

__all__ = ["Glyph", "glyph", "line_height", "set_line"]

_COMPILED_AT = 48.0

_SPACES = {" ": 2.5, "\u202f": 1.25}  # in points of the 10 pt font
_RISES = tuple(10 * rise for rise in (0.0, *EXPONENT_RISES))  # in points of the 10 pt font

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Glyph:
    """The outline of a character in a font of size 1.

    Parameters
    ----------
    points
        Bézier control points in units, shape (n, 3); the origin is at the left on the baseline.
    advance
        Distance to the origin of the next character, in units.
    """

    points: Points
    advance: float


@lru_cache(maxsize=512)
def glyph(character: str) -> Glyph:
    """Return the outline of a character, compiled by Typst on the first call."""
    size = _COMPILED_AT
    if character in _SPACES:
        return Glyph(np.zeros((0, 3)), _SPACES[character] * UNITS_PER_POINT)
    mobject = prose(escape(character), font_size=size, track_baselines=True)
    width = svg_width(mobject)
    parts = [part for part in mobject.submobjects if len(part.points)]
    if width is None or not parts:
        raise ValueError(f"no outline for the character {character!r} in Typst's fonts")
    corner = mobject.get_baseline_frame(parts[0])[0]
    origin = at(corner[0], baseline_height(mobject))
    points = np.concatenate([part.points for part in parts]) - origin
    points.flags.writeable = False
    return Glyph(points / size, width * UNITS_PER_POINT)


@lru_cache(maxsize=4096)
def set_line(text: str) -> tuple[Points, float]:
    """Return the points and the length, in units, of a line of text in a font of size 1.

    Superscript digits and minus signs are scaled down from the ordinary ones and raised; so is the
    exponent of ``10^(b·10ⁿ)``. Its own exponent is raised above it and stays legible, for it is not
    scaled down again.

    Examples
    --------
    >>> points, length = set_line("3.9")
    >>> points.shape[1], bool(0 < length < 0.05)
    (3, True)
    """
    outlines: list[Points] = []
    x = 0.0
    for character, level in _levels(text):
        shape = glyph(character)
        scale = EXPONENT_SCALE if level else 1.0
        outlines.append(shape.points * scale + at(x, _RISES[level] * UNITS_PER_POINT))
        x += shape.advance * scale
    points = np.concatenate(outlines) if outlines else np.zeros((0, 3))
    points.flags.writeable = False
    return points, x


@lru_cache(maxsize=4096)
def line_height(text: str) -> float:
    """Return the height, in units, of the outlines of a line of text in a font of size 1.

    Examples
    --------
    >>> line_height("10⁻⁵") > line_height("10") > line_height("−") > line_height("") == 0.0
    True
    """
    points, _ = set_line(text)
    return float(np.ptp(points[:, 1])) if len(points) else 0.0


def _levels(text: str) -> Iterator[tuple[str, int]]:
    """Yield the characters to draw, each with the number of times that it is raised."""
    # The pattern has one group, so every second part is an exponent.
    for index, part in enumerate(RAISED.split(text)):
        for character in part:
            plain = character.translate(FROM_SUPERSCRIPT)
            yield plain, index % 2 + (plain != character)
