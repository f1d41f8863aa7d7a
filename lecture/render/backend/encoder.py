"""Encode the frames of one beat as a segment."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import av
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from lecture.render.backend.color import tag
from lecture.render.backend.encoding import Encoding
from lecture.render.backend.h264 import frame_number_bits, with_frame_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from av.packet import Packet
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from lecture.formats import FrameFormat
    from lecture.render.backend.canvas import Canvas
    from lecture.render.backend.rectangles import Rectangle

__all__ = ["SegmentEncoder"]

_KEY_DISTANCE = 250  # frames from one key frame of H.264 to the next, as x264 has it


class SegmentEncoder:
    """Encodes frames as a video in memory, which begins with a key frame.

    In H.264, a picture that is held is encoded once. Then the stream gets pictures that repeat the
    one before, as x264 would make them.

    `canvas` holds the last encoded frame, to which changes are relative.
    """

    def __init__(self, size: FrameFormat, encoding: Encoding, canvas: Canvas) -> None:
        self._size = size
        self._encoding = encoding
        self._canvas = canvas
        self._file = io.BytesIO()
        codec = encoding.value
        form = {".mp4": "mp4", ".webm": "webm", ".mov": "mov"}[codec.suffix]
        self._container = av.open(self._file, "w", format=form)
        self._stream = self._container.add_stream(
            codec.name, rate=size.fps, options=dict(codec.options)
        )
        _set_format(self._stream, size, codec.pixel_format)
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
        for index in range(repeat):
            self._container.mux(self._packets(is_held=index > 0 or not parts))
            self.frames += 1

    def _packets(self, *, is_held: bool) -> list[Packet[Any]]:
        """Encode the frame of the canvas."""
        frame = self._canvas.frame
        frame.pts, frame.time_base = self.frames, self._tick
        if self._encoding is not Encoding.H264:
            return self._stream.encode(frame)
        since_key = self.frames % _KEY_DISTANCE
        if since_key and is_held:
            return [self._packet(_repetition(self._size).picture, since_key)]
        frame.pict_type = PictureType.NONE if since_key else PictureType.I
        [packet] = self._stream.encode(frame)
        # The frame number of x264 does not count repeated frames.
        return [self._packet(bytes(packet), since_key) if since_key else packet]

    def _packet(self, picture: bytes, since_key: int) -> Packet[Any]:
        """Return a packet of the current frame with its frame number."""
        bits = _repetition(self._size).number_bits
        packet = av.Packet(with_frame_number(picture, since_key, bits))
        packet.pts = packet.dts = self.frames
        packet.time_base, packet.stream = self._tick, self._stream
        return packet

    def finish(self) -> bytes:
        """End the video and return the file."""
        self._container.mux(self._stream.encode())
        self._container.close()
        return self._file.getvalue()


class _Repetition(NamedTuple):
    """A picture that repeats the one before, and the length of frame numbers in its stream."""

    picture: bytes
    number_bits: int


@cache
def _repetition(size: FrameFormat) -> _Repetition:
    """Return what x264 makes of the second of two equal frames.

    Their grey is what is predicted where there is no neighbour, so the first picture has no error
    that the second could correct.
    """
    codec = Encoding.H264.value
    encoder = VideoCodecContext.create(codec.name, "w")
    _set_format(encoder, size, codec.pixel_format)
    encoder.time_base, encoder.framerate = Fraction(1, size.fps), Fraction(size.fps)
    encoder.options = dict(codec.options)
    encoder.flags |= Flags.global_header  # parameter sets in `extradata`, as in MP4
    frame = av.VideoFrame(size.width, size.height, codec.pixel_format)
    for plane in frame.planes:
        plane.update(bytes([128]) * plane.buffer_size)
    for pts in range(2):
        frame.pts = pts
        [packet] = encoder.encode(frame)
    return _Repetition(bytes(packet), frame_number_bits(encoder.extradata or b""))


def _set_format(
    video: VideoStream | VideoCodecContext, size: FrameFormat, pixel_format: str
) -> None:
    video.width, video.height, video.pix_fmt = size.width, size.height, pixel_format
    tag(video)
