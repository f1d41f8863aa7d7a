"""Geometry of the frame: aspect ratio, margins, regions, and the direction of chains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import RIGHT, Mobject, config
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
    "move_inside",
    "set_frame",
]

_SHORT_SIDE, _LONG_SIDE = 8.0, 8.0 * 16 / 9

Point = NDArray[np.float64]
"""A point in manim's units: x, y, and z = 0."""


def at(x: float, y: float) -> Point:
    """Return the point ``[x, y, 0]``."""
    return np.array([x, y, 0.0])


@dataclass(frozen=True)
class Region:
    """A rectangle of the frame.

    Parameters
    ----------
    left, right
        x of its sides, in manim's units.
    bottom, top
        y of its sides, in manim's units.

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
        """Width in units."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in units."""
        return self.top - self.bottom

    def point(self, right: float, up: float) -> Point:
        """Return the point at fractions of the width and the height, from the lower left corner.

        Examples
        --------
        >>> Region(left=-2, right=2, bottom=0, top=1).point(0.75, 0.5).tolist()
        [1.0, 0.5, 0.0]
        """
        return at(self.left + right * self.width, self.bottom + up * self.height)

    @property
    def center(self) -> Point:
        """Center point."""
        return at((self.left + self.right) / 2, (self.bottom + self.top) / 2)

    @property
    def top_left(self) -> Point:
        """Upper left corner."""
        return at(self.left, self.top)

    @property
    def top_right(self) -> Point:
        """Upper right corner."""
        return at(self.right, self.top)


@dataclass(frozen=True)
class Flow:
    """Direction of a chain: to the right in landscape frames, downwards in portrait frames.

    Converts between points and chain coordinates: `along` the chain, and `across`, which is up
    for a chain to the right, and to the right for a chain downwards.

    Parameters
    ----------
    down
        True for a chain that runs downwards.

    Examples
    --------
    >>> Flow().point(1.0, 2.0).tolist(), Flow(down=True).point(1.0, 2.0).tolist()
    ([1.0, 2.0, 0.0], [2.0, -1.0, 0.0])
    """

    down: bool = False

    def point(self, along: float, across: float) -> Point:
        """Return the point at chain coordinates."""
        return at(across, -along) if self.down else at(along, across)

    def along(self, point: Point) -> float:
        """Return the coordinate of a point along the chain."""
        return float(-point[1] if self.down else point[0])

    def before(self, distance: float) -> Point:
        """Return a shift by `distance` to the side of the activations: up, or to the left."""
        return at(-distance, 0.0) if self.down else at(0.0, distance)


RIGHTWARDS, DOWNWARDS = Flow(), Flow(down=True)


def is_portrait() -> bool:
    """Return True if the frame is higher than wide."""
    return float(config.frame_height) > float(config.frame_width)


def set_frame(aspect: str) -> None:
    """Set the orientation of manim's frame and pixels; no change if they already have it.

    Manim's config is global, so each scene sets its own orientation.

    Parameters
    ----------
    aspect
        ``"16:9"`` or ``"9:16"``.
    """
    portrait = aspect == "9:16"
    if portrait != is_portrait():
        sides = (_SHORT_SIDE, _LONG_SIDE) if portrait else (_LONG_SIDE, _SHORT_SIDE)
        config.frame_width, config.frame_height = sides
    pixels = int(config.pixel_width), int(config.pixel_height)
    if (pixels[1] > pixels[0]) != portrait:
        config.pixel_height, config.pixel_width = pixels


def frame() -> Region:
    """Return the frame without its margins: 0.6 units left and right, 0.45 above and below."""
    x, y = float(config.frame_width) / 2 - 0.6, float(config.frame_height) / 2 - 0.45
    return Region(left=-x, right=x, bottom=-y, top=y)


def move_inside(mobject: Mobject) -> None:
    """Shift a mobject into the margins at the left and the right of the frame.

    Parameters
    ----------
    mobject
        The mobject; it changes in place.
    """
    bounds = frame()
    shift = max(0.0, bounds.left - float(mobject.get_left()[0]))
    shift -= max(0.0, float(mobject.get_right()[0]) - bounds.right)
    mobject.shift(shift * RIGHT)
