"""Frames of a segment: decoding, posters, last frames and loop errors."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

import av
import numpy as np
from av.codec.context import CodecContext
from av.video.reformatter import Interpolation

from lecture.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from av.container import InputContainer
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = [
    "closing_frame",
    "decode_frames",
    "frames_at",
    "is_empty",
    "last_frame",
    "loop_error",
    "poster_frame",
]

_TILE = 16  # pixels
# By default, swscale is off by two levels of 255; with full chroma and accurate rounding by none.
_ACCURATE = Interpolation.BILINEAR | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND
_CLEARED = 0.5  # below this share of the usual ink, a frame has been cleared
_EMPTY = 0.005  # share of ink of an empty frame
_FADED_IN = 0.75  # share of strong ink of a frame that is no longer pale
_SAMPLED_EVERY = 8  # frames


def decode_frames(path: Path, *, key_frames_only: bool = False) -> Iterator[av.VideoFrame]:
    """Yield the frames of a segment, with their alpha channel if it has one.

    Parameters
    ----------
    path
        Segment.
    key_frames_only
        Decode only key frames, which is much faster.
    """
    with av.open(path.absolute()) as container:
        stream = container.streams.video[0]
        if stream.codec_context.name == "vp9":
            # FFmpeg's own decoder ignores the alpha channel: https://trac.ffmpeg.org/ticket/8344
            yield from _decode_by_libvpx(container, key_frames_only=key_frames_only)
            return
        stream.thread_type = "AUTO"
        if key_frames_only:
            stream.codec_context.skip_frame = "NONKEY"
        yield from container.decode(stream)


def _decode_by_libvpx(
    container: InputContainer, *, key_frames_only: bool
) -> Iterator[av.VideoFrame]:
    decoder = CodecContext.create("libvpx-vp9", "r")
    stream = container.streams.video[0]
    for packet in container.demux(stream):
        if packet.size == 0 or (key_frames_only and not packet.is_keyframe):
            continue
        for frame in decoder.decode(packet):
            frame.time_base = packet.time_base or stream.time_base
            yield frame
    yield from decoder.decode(None)


def _pixels(frame: av.VideoFrame) -> NDArray[np.uint8]:
    has_alpha = any(component.is_alpha for component in frame.format.components)
    pixels = frame.to_ndarray(format="rgba" if has_alpha else "rgb24", interpolation=_ACCURATE)
    return np.asarray(pixels, dtype=np.uint8)


def _ink(pixels: NDArray[np.uint8], *, strong: bool = False) -> float:
    """Return the share of pixels that are opaque or, in an opaque picture, unlike the corner.

    Examples
    --------
    >>> picture = np.zeros((4, 8, 3), dtype=np.uint8)
    >>> picture[:2] = 50
    >>> picture[0, 0] = 0
    >>> _ink(picture), _ink(picture, strong=True)
    (0.46875, 0.0)
    """
    if pixels.shape[2] == 4:
        return float((pixels[..., 3] > (128 if strong else 16)).mean())
    difference = np.abs(pixels.astype(np.int16) - pixels[0, 0].astype(np.int16)).max(axis=2)
    return float((difference > (64 if strong else 24)).mean())


def poster_frame(path: Path) -> Image:
    """Return the poster of a segment: its first frame that shows something.

    A later frame would give away what the beat is about to show, and the picture would jump back
    when the video starts.
    """
    first = shown = None
    most = 0.0
    for frame in decode_frames(path):
        pixels = _pixels(frame)
        ink = _ink(pixels)
        if first is None:
            first = pixels
            if ink >= _EMPTY:
                return _image(first)
        if ink < _EMPTY:
            continue
        if shown is None:
            shown, most = pixels, 2 * ink
        # What fades in is not to be pale; but nothing may be added to it.
        if ink > most:
            break
        if _ink(pixels, strong=True) >= _FADED_IN * ink:
            return _image(pixels)
    if first is None:
        raise RenderError(f"{path} has no frames")
    return _image(first if shown is None else shown)


def frames_at(path: Path, indices: Collection[int]) -> list[Image]:
    """Return the frames of a segment with some indices, in order."""
    frames = enumerate(islice(decode_frames(path), max(indices, default=-1) + 1))
    return [_image(_pixels(frame)) for index, frame in frames if index in indices]


def last_frame(path: Path) -> Image:
    """Return the last frame of a segment."""
    return _image(_last_pixels(path))


def closing_frame(path: Path) -> Image:
    """Return the frame that shows what a segment comes to.

    It is the last frame, unless the beat ends by clearing the screen: then it is the frame with the
    most ink.
    """
    end = _last_pixels(path)
    usual = max(_ink(_pixels(frame)) for frame in decode_frames(path, key_frames_only=True))
    if _ink(end) >= max(_CLEARED * usual, _EMPTY):
        return _image(end)
    sampled = islice(decode_frames(path), 0, None, _SAMPLED_EVERY)
    return _image(max([end, *map(_pixels, sampled)], key=_ink))


def is_empty(picture: Image) -> bool:
    """Return whether a picture shows nothing but its background."""
    return _ink(np.asarray(picture)) < _EMPTY


def _image(pixels: NDArray[np.uint8]) -> Image:
    from PIL import Image  # noqa: PLC0415  (takes a while)

    return Image.fromarray(pixels)


def _last_pixels(path: Path) -> NDArray[np.uint8]:
    return _pixels(_last_frame(path))


def _last_frame(path: Path) -> av.VideoFrame:
    with av.open(path.absolute()) as container:
        stream = container.streams.video[0]
        if stream.codec_context.name != "vp9" and stream.duration is not None:
            # Decode only from the last key frame on.
            container.seek(stream.duration, stream=stream)
            (frame,) = deque(container.decode(stream), maxlen=1)
            return frame
    (frame,) = deque(decode_frames(path), maxlen=1)
    return frame


def loop_error(path: Path) -> float:
    """Return the difference between the last and the first frame, from 0 to 1.

    It is the mean difference in the tile of 16 by 16 pixels with the greatest one: a small object
    that jumps counts as much as a large one, and the noise of the encoding hardly counts.
    """
    first = last = None
    for frame in decode_frames(path):
        first = first or frame
        last = frame
    if first is None or last is None:
        raise RenderError(f"{path} has no frames")
    return _largest_tile(np.abs(_pixels(first).astype(np.int16) - _pixels(last)).mean(axis=2))


def _largest_tile(difference: NDArray[np.float64]) -> float:
    rows, columns = (-(-size // _TILE) for size in difference.shape)
    padded = np.zeros((rows * _TILE, columns * _TILE))
    padded[: difference.shape[0], : difference.shape[1]] = difference
    tiles = padded.reshape(rows, _TILE, columns, _TILE).mean(axis=(1, 3))
    return float(tiles.max() / 255)
