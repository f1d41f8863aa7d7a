"""Split the frames of a scene at its sections and encode a segment for each beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.render.backend.canvas import canvas_for
from lecture.render.backend.encoder import SegmentEncoder
from lecture.timeline import OPENING, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lecture.formats import FrameFormat
    from lecture.render.backend.encoding import Encoding
    from lecture.render.backend.rectangles import Rectangle

__all__ = ["SceneEnded", "SectionSplitter", "Segment"]


class SceneEnded(BaseException):
    """Ends a scene before its end: no error, so that the scene does not handle it as one.

    manim's own `EndSceneEarlyException` ends ``construct`` only: ``tear_down`` would still run.
    """


@dataclass(frozen=True, slots=True)
class Segment:
    """A beat that has ended.

    `data` is its encoded video, empty if its frames were only counted; `wanted` is true for the
    beats of the task.
    """

    index: int
    name: str
    start: int
    frames: int
    data: bytes
    wanted: bool


class SectionSplitter:
    """Takes the frames of a scene and encodes a segment for each beat.

    Parameters
    ----------
    size
        Size and rate of the frames.
    encoding
        Encoding of the segments; ``None`` to count frames only.
    wanted
        Indices of the first beat to encode and of the beat after the last; ``None`` for the
        scene's end. The frames of other beats are counted only.
    on_segment
        Called with each beat when it ends.
    """

    def __init__(
        self,
        size: FrameFormat,
        encoding: Encoding | None,
        wanted: tuple[int, int | None],
        on_segment: Callable[[Segment], None],
    ) -> None:
        self._size = size
        self._encoding = encoding
        self._first, self._end = wanted
        self._on_segment = on_segment
        self._name: str | None = None  # before the first beat
        self._index = 0
        self._start = 0
        self._count = 0
        self._encoder: SegmentEncoder | None = None
        self.ended = False
        self._canvas = canvas_for(encoding, size) if encoding is not None else None

    @property
    def encodes(self) -> bool:
        """True if the frames of a beat are encoded, not counted only."""
        return self._encoding is not None

    @property
    def drawing(self) -> bool:
        """True if the frames of the current beat are encoded."""
        return self.encodes and self._wanted

    @property
    def _wanted(self) -> bool:
        return self._index >= self._first and (self._end is None or self._index < self._end)

    @property
    def beat(self) -> str:
        """Name of the current beat."""
        return WHOLE if self._name is None else self._name

    @property
    def frames(self) -> int:
        """Number of frames so far, drawn or not."""
        return self._start + self._count

    def current(self) -> Segment | None:
        """Return the current beat up to now, without video; ``None`` if it has no frame yet."""
        if not self._count:
            return None
        return Segment(self._index, self.beat, self._start, self._count, b"", self._wanted)

    def begin(self, name: str) -> None:
        """Begin a beat; a beat without frames is dropped.

        Raises
        ------
        SceneEnded
            Neither this beat nor a later one is wanted.
        """
        if self._name is None:
            self._name = OPENING
        self.finish()
        self._name = name
        if self._end is not None and self._index >= self._end:
            self.ended = True
            raise SceneEnded

    def write(
        self, pixels: NDArray[np.uint8], parts: Sequence[Rectangle], *, repeat: int = 1
    ) -> None:
        """Encode a picture of the current beat.

        Parameters
        ----------
        pixels
            RGBA as Cairo paints it.
        parts
            The rectangles that differ from the picture before.
        repeat
            Number of frames that show the picture.
        """
        if self._encoding is None or self._canvas is None or not repeat:
            return
        if self._encoder is None:
            self._encoder = SegmentEncoder(self._size, self._encoding, self._canvas)
        self._encoder.write(pixels, parts, repeat=repeat)

    def count(self, frames: int) -> None:
        """Count frames, drawn or not."""
        self._count += frames

    def finish(self) -> None:
        """End the current beat."""
        if not self._count:
            return
        data = self._encoder.finish() if self._encoder is not None else b""
        self._encoder = None
        segment = Segment(self._index, self.beat, self._start, self._count, data, self._wanted)
        self._start += self._count
        self._count = 0
        self._index += 1
        self._on_segment(segment)
