"""Encode the frames of one beat as a segment."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import av

from lecture.render.backend.color import tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lecture.formats import FrameFormat
    from lecture.render.backend.canvas import Canvas
    from lecture.render.backend.encoding import Encoding
    from lecture.render.backend.rectangles import Rectangle

__all__ = ["SegmentEncoder"]


class SegmentEncoder:
    """Encodes frames as a video in memory, which begins with a key frame.

    `canvas` holds the last encoded frame, to which changes are relative.
    """

    def __init__(self, size: FrameFormat, encoding: Encoding, canvas: Canvas) -> None:
        codec = encoding.value
        self._canvas = canvas
        self._file = io.BytesIO()
        form = {".mp4": "mp4", ".webm": "webm", ".mov": "mov"}[codec.suffix]
        self._container = av.open(self._file, "w", format=form)
        stream = self._container.add_stream(codec.name, rate=size.fps, options=dict(codec.options))
        stream.width, stream.height = size.width, size.height
        stream.pix_fmt = codec.pixel_format
        tag(stream)
        self._stream = stream
        self._tick = Fraction(1, size.fps)
        self.frames = 0

    def write(
        self, pixels: NDArray[np.uint8], parts: Sequence[Rectangle], *, repeat: int = 1
    ) -> None:
        """Encode a frame.

        Parameters
        ----------
        pixels
            RGBA with premultiplied alpha, as Cairo paints, of shape (height, width, 4).
        parts
            Disjoint rectangles that hold all changes since the frame before.
        repeat
            Number of times that the frame is shown.
        """
        self._canvas.update(pixels, parts)
        frame = self._canvas.frame
        frame.time_base = self._tick
        for _ in range(repeat):
            frame.pts = self.frames
            self.frames += 1
            for packet in self._stream.encode(frame):
                self._container.mux(packet)

    def finish(self) -> bytes:
        """End the video and return the file."""
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()
        return self._file.getvalue()
