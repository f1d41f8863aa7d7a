"""Encode the frames of one beat as a segment."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from lecture.render.backend.canvas import YuvCanvas
from lecture.render.backend.color import tag, to_yuv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lecture.formats import FrameFormat
    from lecture.render.backend.encoding import Encoding
    from lecture.render.backend.rectangles import Rectangle

__all__ = ["SegmentEncoder"]


class SegmentEncoder:
    """Encodes frames as a video in memory, which begins with a key frame.

    `canvas` holds the last encoded frame, to which changes are relative; ``None`` for an encoding
    with transparency.
    """

    def __init__(self, size: FrameFormat, encoding: Encoding, canvas: YuvCanvas | None) -> None:
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
        self._pixel_format = codec.pixel_format
        self._converter = VideoReformatter()
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
        if self._canvas is None:
            frame = av.VideoFrame.from_ndarray(_straight(pixels), format="rgba")
            frame = to_yuv(frame, self._pixel_format, self._converter)
        else:
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


def _straight(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return straight alpha, as video formats expect, for premultiplied alpha.

    Examples
    --------
    >>> _straight(np.array([[[50, 0, 100, 100]]], np.uint8)).tolist()
    [[[128, 0, 255, 100]]]
    """
    opacity = pixels[..., 3:].astype(np.uint16)
    colours = pixels[..., :3] * np.uint16(255) + opacity // 2
    straight = np.minimum(colours // np.maximum(opacity, 1), 255).astype(np.uint8)
    return np.concatenate([straight, pixels[..., 3:]], axis=2)
