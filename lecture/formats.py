"""Frame sizes and frame rates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

__all__ = ["FrameFormat", "Quality"]


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """Size and rate of the frames of a video.

    Parameters
    ----------
    width, height
        Pixels.
    fps
        Frames per second.

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
        """Return the format with another frame rate; ``None`` returns it unchanged."""
        return self if fps is None else replace(self, fps=fps)

    def portrait(self) -> FrameFormat:
        """Return the format in portrait orientation.

        Examples
        --------
        >>> str(FrameFormat(854, 480, 15).portrait())
        '480x854, 15 frames/s'
        """
        short, long = sorted((self.width, self.height))
        return replace(self, width=short, height=long)


class Quality(Enum):
    """Manim's quality presets, by manim's letters."""

    l = FrameFormat(854, 480, 15)  # noqa: E741  (manim's letter)
    m = FrameFormat(1280, 720, 30)
    h = FrameFormat(1920, 1080, 60)
    p = FrameFormat(2560, 1440, 60)
    k = FrameFormat(3840, 2160, 60)
