"""The sizes and frame rates of a render."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

__all__ = ["FrameFormat", "Quality"]


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """The size of a frame and how many there are in a second.

    Parameters
    ----------
    width, height
        In pixels.
    fps
        Frames a second.

    Examples
    --------
    >>> str(FrameFormat(854, 480, 15))
    '854x480, 15 frames/s'
    """

    width: int
    height: int
    fps: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}, {self.fps} frames/s"

    def at(self, fps: int | None) -> FrameFormat:
        """Change the frames a second, unless none are given.

        Parameters
        ----------
        fps
            Frames a second, or ``None`` to keep what there is.
        """
        return self if fps is None else replace(self, fps=fps)

    def portrait(self) -> FrameFormat:
        """Turn the frame so that it stands, as on a phone.

        Examples
        --------
        >>> str(FrameFormat(854, 480, 15).portrait())
        '480x854, 15 frames/s'
        """
        short, long = sorted((self.width, self.height))
        return replace(self, width=short, height=long)


class Quality(Enum):
    """The qualities that manim has, by the letters it gives them."""

    l = FrameFormat(854, 480, 15)  # noqa: E741  (manim's own letter)
    m = FrameFormat(1280, 720, 30)
    h = FrameFormat(1920, 1080, 60)
    p = FrameFormat(2560, 1440, 60)
    k = FrameFormat(3840, 2160, 60)
