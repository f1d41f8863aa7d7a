"""The films of a scene's beats, as they come out of its renderer one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.render.backend.canvas import YuvCanvas
from lecture.render.backend.encoder import SegmentEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lecture.formats import FrameFormat
    from lecture.render.backend.encoding import Encoding
    from lecture.render.backend.rectangles import Rectangle

__all__ = ["LastSectionReached", "SectionSplitter", "Segment"]

WHOLE = "whole"
"""Name of the beat of a scene that has none."""

_OPENING = "opening"  # what comes before a first beat
_AUTOCREATED = "autocreated"  # manim's name for what comes before the first section


class LastSectionReached(Exception):  # noqa: N818  (it is no error)
    """All that was wanted has been filmed."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The film of a beat.

    Parameters
    ----------
    index, name
        The beat, counted from 0.
    start, frames
        Its first frame, counted from the scene's, and how many it has.
    film
        The file; empty where only the frames were counted.
    wanted
        Whether the beat is one of those that are wanted.
    """

    index: int
    name: str
    start: int
    frames: int
    film: bytes
    wanted: bool


class SectionSplitter:
    """Takes the frames of a scene and makes a film of each beat.

    Parameters
    ----------
    size
        Size and rate of the frames.
    encoding
        How films are encoded; ``None`` to count frames only.
    wanted
        Which beats, counted from 0, the end left out; the others are gone through without
        drawing them. Without an end, to the last.
    publish
        Takes each beat when it ends, wanted or not.
    """

    def __init__(
        self,
        size: FrameFormat,
        encoding: Encoding | None,
        wanted: tuple[int, int | None],
        publish: Callable[[Segment], None],
    ) -> None:
        self._size = size
        self._encoding = encoding
        self._first, self._end = wanted
        self._publish = publish
        self._name = WHOLE
        self._index = 0
        self._start = 0
        self._count = 0
        self._encoder: SegmentEncoder | None = None
        self.ended = False
        opaque = encoding is not None and not encoding.transparent
        self._canvas = YuvCanvas(size.width, size.height) if opaque else None

    @property
    def drawing(self) -> bool:
        """Whether the pictures of the current beat are wanted."""
        return self._encoding is not None and self._wanted

    @property
    def _wanted(self) -> bool:
        return self._index >= self._first and (self._end is None or self._index < self._end)

    @property
    def beat(self) -> str:
        """The name of the current beat."""
        return self._name

    @property
    def frames(self) -> int:
        """How many frames there have been in all, drawn or not."""
        return self._start + self._count

    def begin(self, name: str) -> None:
        """Begin a beat; one that had no frame is forgotten.

        Parameters
        ----------
        name
            Its name.

        Raises
        ------
        ReelEnd
            It is not wanted, nor is any after it.
        """
        if self._name == WHOLE:
            self._name = _OPENING
        self._finish()
        self._name = WHOLE if name == _AUTOCREATED else name
        if self._end is not None and self._index >= self._end:
            self.ended = True
            raise LastSectionReached

    def write(
        self, pixels: NDArray[np.uint8], parts: Sequence[Rectangle], *, repeat: int = 1
    ) -> None:
        """Take a picture of a beat that is wanted.

        Parameters
        ----------
        pixels
            RGBA as Cairo paints it.
        parts
            Where it differs from the picture before.
        repeat
            For how many frames it stands.
        """
        if self._encoding is None or not repeat:
            return
        if self._encoder is None:
            self._encoder = SegmentEncoder(self._size, self._encoding, self._canvas)
        self._encoder.write(pixels, parts, repeat=repeat)

    def count(self, frames: int) -> None:
        """Take note of frames, whether they were drawn or not."""
        self._count += frames

    def finish(self) -> None:
        """Finish the last beat."""
        self._finish()

    def _finish(self) -> None:
        if not self._count:
            return
        film = self._encoder.finish() if self._encoder is not None else b""
        self._encoder = None
        segment = Segment(self._index, self._name, self._start, self._count, film, self._wanted)
        self._start += self._count
        self._count = 0
        self._index += 1
        self._publish(segment)
