"""What is asked of a process that draws a scene, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from scenes.catalogue import SceneEntry

__all__ = [
    "FrameFormat",
    "Quality",
    "RenderError",
    "SceneFilm",
    "SceneJob",
    "SceneStills",
    "Still",
]


class RenderError(RuntimeError):
    """A render that failed; its text is one or a few lines for the person who asked for it."""


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

    def upright(self) -> FrameFormat:
        """Turn the frame so that it stands, as on a phone.

        Examples
        --------
        >>> str(FrameFormat(854, 480, 15).upright())
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


@dataclass(frozen=True, slots=True)
class SceneJob:
    """One scene to draw.

    Parameters
    ----------
    scene
        Which one.
    format
        Size and rate of the frames.
    folder
        A folder of the scene's own, for its film, its captions, its formulas and its log.
    spec_file
        The lecture's file, or ``None`` for the defaults.
    stills
        Whether to draw only the last frame of each beat, instead of a film.
    """

    scene: SceneEntry
    format: FrameFormat
    folder: Path
    spec_file: Path | None = None
    stills: bool = False

    @property
    def log(self) -> Path:
        """Where all that the process says is kept."""
        return self.folder / f"{self.scene.name}.log"


@dataclass(frozen=True, slots=True)
class SceneFilm:
    """A scene, drawn.

    Parameters
    ----------
    video
        The film.
    captions
        Its subcaptions, where it has any.
    frames
        How many frames were drawn.
    """

    video: Path
    captions: Path | None
    frames: int


@dataclass(frozen=True, slots=True)
class Still:
    """The last frame of a beat.

    Parameters
    ----------
    beat
        The name of the beat.
    picture
        The frame, as PNG.
    """

    beat: str
    picture: Path


@dataclass(frozen=True, slots=True)
class SceneStills:
    """A scene, of which only the last frame of each beat was drawn.

    Parameters
    ----------
    stills
        The frames, in the order of the beats.
    seconds
        How long the whole scene would run.
    """

    stills: tuple[Still, ...]
    seconds: float
