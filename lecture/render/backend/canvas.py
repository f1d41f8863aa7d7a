"""Frames for the encoder of which only the changed rectangles are converted."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from lecture.render.backend.color import tag, to_yuv
from lecture.render.backend.rectangles import Rectangle, cover, total_area

if TYPE_CHECKING:
    from collections.abc import Sequence

    from av.video.plane import VideoPlane
    from numpy.typing import NDArray

    from lecture.formats import FrameFormat
    from lecture.render.backend.encoding import Encoding

__all__ = ["AlphaCanvas", "Canvas", "YuvCanvas", "canvas_for"]

_PIXEL_FORMAT = "yuv420p"
# Above this share of the frame, one conversion costs less than several.
_LARGEST_SHARE = 0.6
# Pixels around a rectangle whose chroma may change with it, and those that the converter needs to
# see around these; a multiple of its periods, which are 2 pixels for chroma and 8 in a row.
_REACH, _SURROUNDINGS = 2, 8
_MOST_CONVERTERS = 64  # one for each size of a rectangle


class Canvas(Protocol):
    """The last frame for the encoder, to which changes are relative."""

    frame: av.VideoFrame

    def update(self, pixels: NDArray[np.uint8], parts: Sequence[Rectangle]) -> None:
        """Convert the changed parts of a frame; the result is that of a conversion of all.

        Parameters
        ----------
        pixels
            The frame in RGBA with premultiplied alpha, of shape (height, width, 4).
        parts
            Disjoint rectangles that hold all changes since the last update.
        """


def canvas_for(encoding: Encoding, size: FrameFormat) -> Canvas:
    """Return a canvas for segments of an encoding."""
    if encoding.transparent:
        return AlphaCanvas(size.width, size.height, encoding.value.pixel_format)
    return YuvCanvas(size.width, size.height)


class AlphaCanvas:
    """A frame with an alpha channel, which is straight, as video formats expect."""

    def __init__(self, width: int, height: int, pixel_format: str) -> None:
        self.frame = av.VideoFrame(width, height, pixel_format)
        self._pixel_format = pixel_format
        self._straight = av.VideoFrame(width, height, "rgba")
        rows = _rows(self._straight.planes[0])
        self._pixels = rows[:height, : 4 * width].reshape(height, width, 4)
        self._converter = VideoReformatter()

    def update(self, pixels: NDArray[np.uint8], parts: Sequence[Rectangle]) -> None:
        """Convert the changed parts of a frame."""
        height, width = pixels.shape[:2]
        for part in cover(parts, width, height):
            place = part.rows, part.columns
            self._pixels[place] = _straight(pixels[place])
        self.frame = to_yuv(self._straight, self._pixel_format, self._converter)


def _straight(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return straight alpha for premultiplied alpha.

    Examples
    --------
    >>> _straight(np.array([[[50, 0, 100, 100]]], np.uint8)).tolist()
    [[[128, 0, 255, 100]]]
    """
    opacity = pixels[..., 3:].astype(np.uint16)
    colours = pixels[..., :3] * np.uint16(255) + opacity // 2
    straight = np.minimum(colours // np.maximum(opacity, 1), 255).astype(np.uint8)
    return np.concatenate([straight, pixels[..., 3:]], axis=2)


class YuvCanvas:
    """A frame in planar YUV 4:2:0, of even width and height, that is updated in parts."""

    def __init__(self, width: int, height: int) -> None:
        self.frame = av.VideoFrame(width, height, _PIXEL_FORMAT)
        tag(self.frame)
        self._whole = av.VideoFrame(width, height, "rgba")
        self._planes = _planes(self.frame)
        self._converters: OrderedDict[tuple[int, int], VideoReformatter] = OrderedDict()
        self._everything = Rectangle(0, 0, width, height)

    def update(self, pixels: NDArray[np.uint8], parts: Sequence[Rectangle]) -> None:
        """Convert the changed parts of a frame."""
        if total_area(parts) > _LARGEST_SHARE * self._everything.area:
            self._convert_all(pixels)
            return
        for part in cover(parts, self._everything.right, self._everything.bottom):
            self._convert(pixels, part)

    def _convert_all(self, pixels: NDArray[np.uint8]) -> None:
        self._copy(self._converted(pixels), self._everything, self._everything)

    def _convert(self, pixels: NDArray[np.uint8], part: Rectangle) -> None:
        """Convert a part with its surroundings, and copy all that may have changed."""
        around = self._grown(part, _SURROUNDINGS)
        converted = self._converted(pixels[around.rows, around.columns])
        self._copy(converted, around, self._grown(part, _REACH))

    def _grown(self, part: Rectangle, margin: int) -> Rectangle:
        return Rectangle(
            max(0, part.left - margin),
            max(0, part.top - margin),
            min(self._everything.right, part.right + margin),
            min(self._everything.bottom, part.bottom + margin),
        )

    def _converted(self, pixels: NDArray[np.uint8]) -> av.VideoFrame:
        height, width = pixels.shape[:2]
        key = (width, height)
        converter = self._converters.pop(key, None) or VideoReformatter()
        self._converters[key] = converter
        if len(self._converters) > _MOST_CONVERTERS:
            self._converters.popitem(last=False)
        whole = key == (self._everything.right, self._everything.bottom)
        source = self._whole if whole else av.VideoFrame(width, height, "rgba")
        plane = source.planes[0]
        _rows(plane)[:height, : 4 * width].reshape(height, width, 4)[:] = pixels
        return to_yuv(source, _PIXEL_FORMAT, converter)

    def _copy(self, converted: av.VideoFrame, around: Rectangle, part: Rectangle) -> None:
        for plane, (target, source) in enumerate(
            zip(self._planes, _planes(converted), strict=True)
        ):
            step = 2 if plane else 1
            rows = slice(part.top // step, -(-part.bottom // step))
            columns = slice(part.left // step, -(-part.right // step))
            top, left = around.top // step, around.left // step
            target[rows, columns] = source[
                rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
            ]


def _planes(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    """Return the planes of a frame as arrays that share its memory."""
    return [_rows(plane)[: plane.height, : plane.width] for plane in frame.planes]


def _rows(plane: VideoPlane) -> NDArray[np.uint8]:
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
