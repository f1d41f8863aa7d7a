"""Colour of videos: sRGB pixels as Y'CbCr of BT.709 in limited range, and the tags that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.codeccontext import VideoCodecContext
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream

__all__ = ["tag", "to_yuv"]

# The fast conversion of swscale rounds chroma down, by half a level on average; this one rounds it
# to the nearest level and takes no longer.
_ROUNDED = Interpolation.BILINEAR | Interpolation.BITEXACT
# FFmpeg converts the end of a row with the beginning of the next, if a row is no multiple of 32
# bytes; several threads then overwrite what another one has converted. There is a process for each
# core anyway.
_THREADS = 1


def tag(video: VideoStream | VideoCodecContext | VideoFrame) -> None:
    """Tag a stream or a frame with BT.709, limited range and the transfer function of sRGB.

    The transfer function is that of the pixels, not that of BT.709: browsers show the same for
    both, but FFmpeg repeats it in a PNG of a frame, and browsers adapt the colours of that PNG.
    """
    video.color_primaries = ColorPrimaries.BT709
    video.color_trc = ColorTrc.IEC61966_2_1
    video.colorspace = Colorspace.ITU709
    video.color_range = ColorRange.MPEG


def to_yuv(frame: VideoFrame, pixel_format: str, converter: VideoReformatter) -> VideoFrame:
    """Convert a frame in RGB or RGBA to a pixel format of a video, and tag the result.

    Parameters
    ----------
    frame
        The frame.
    pixel_format
        Name of a Y'CbCr format of FFmpeg.
    converter
        A converter for frames of this size and format, which keeps its tables.
    """
    converted = converter.reformat(
        frame,
        format=pixel_format,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=_ROUNDED,
        threads=_THREADS,
    )
    tag(converted)
    return converted
