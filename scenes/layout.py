"""The parts of the frame that scenes share: its margins, and rows at fixed heights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import config
from numpy.typing import NDArray

__all__ = ["Point", "Region", "at", "frame"]

Point = NDArray[np.float64]
"""A point of the screen: x, y and a z of 0, in manim's units."""


def at(x: float, y: float) -> Point:
    """Return the point of the screen at `x` and `y`."""
    return np.array([x, y, 0.0])


@dataclass(frozen=True)
class Region:
    """A rectangle of the screen, in manim's units.

    Examples
    --------
    >>> Region(left=-2, right=2, bottom=0, top=1).width
    4
    """

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        """Distance between the left and the right edge."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Distance between the lower and the upper edge."""
        return self.top - self.bottom

    @property
    def center(self) -> Point:
        """The middle of the region."""
        return at((self.left + self.right) / 2, (self.bottom + self.top) / 2)

    @property
    def top_left(self) -> Point:
        """The upper left corner."""
        return at(self.left, self.top)

    @property
    def top_right(self) -> Point:
        """The upper right corner."""
        return at(self.right, self.top)


def frame() -> Region:
    """Return where marks may stand: the frame less 0.6 units left and right, 0.45 above and below.

    The size is looked up at call time, since it depends on the aspect of the video.
    """
    x, y = float(config.frame_width) / 2 - 0.6, float(config.frame_height) / 2 - 0.45
    return Region(left=-x, right=x, bottom=-y, top=y)
