"""The parts of the frame that scenes share: its shape and margins, and which way chains run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import config
from numpy.typing import NDArray

__all__ = [
    "DOWNWARDS",
    "RIGHTWARDS",
    "Flow",
    "Point",
    "Region",
    "at",
    "frame",
    "is_portrait",
    "set_frame",
]

_SHORT_SIDE, _LONG_SIDE = 8.0, 8.0 * 16 / 9

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


@dataclass(frozen=True)
class Flow:
    """Which way a chain runs, so that one drawing serves frames that lie and frames that stand.

    A place is given by how far `along` the chain it is, and where `across`. Along is to the
    right and across is upwards, or, where the chain runs `down`, along is downwards (the
    negative y) and across is to the right.

    Examples
    --------
    >>> Flow().point(1.0, 2.0).tolist(), Flow(down=True).point(1.0, 2.0).tolist()
    ([1.0, 2.0, 0.0], [2.0, -1.0, 0.0])
    """

    down: bool = False

    def point(self, along: float, across: float) -> Point:
        """Return the point of the screen."""
        return at(across, -along) if self.down else at(along, across)

    def along(self, point: Point) -> float:
        """Return how far along the chain a point of the screen is."""
        return float(-point[1] if self.down else point[0])

    def before(self, distance: float) -> Point:
        """Return the shift by `distance` to the side of activations: upwards, or to the left."""
        return at(-distance, 0.0) if self.down else at(0.0, distance)


RIGHTWARDS, DOWNWARDS = Flow(), Flow(down=True)


def is_portrait() -> bool:
    """Tell whether the frame stands, as on a phone."""
    return float(config.frame_height) > float(config.frame_width)


def set_frame(aspect: str) -> None:
    """Give manim's frame the shape of `aspect`, ``"16:9"`` or ``"9:16"``.

    A frame that has it already stays as it is. The settings are those of the whole process, so
    this is done for every scene: one that lies must not inherit the frame of one that stands.
    """
    portrait = aspect == "9:16"
    if portrait != is_portrait():
        sides = (_SHORT_SIDE, _LONG_SIDE) if portrait else (_LONG_SIDE, _SHORT_SIDE)
        config.frame_width, config.frame_height = sides
    pixels = int(config.pixel_width), int(config.pixel_height)
    if (pixels[1] > pixels[0]) != portrait:
        config.pixel_height, config.pixel_width = pixels


def frame() -> Region:
    """Return where marks may stand: the frame less 0.6 units left and right, 0.45 above and below.

    The size is looked up at call time, since it depends on the aspect of the video.
    """
    x, y = float(config.frame_width) / 2 - 0.6, float(config.frame_height) / 2 - 0.45
    return Region(left=-x, right=x, bottom=-y, top=y)
