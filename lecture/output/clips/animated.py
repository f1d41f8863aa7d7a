"""Animated GIF and WebP pictures, scaled and resampled."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.filter import Graph

from lecture.errors import RenderError
from lecture.output.clips.frames import decode_frames

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.filter.context import FilterContext
    from numpy.typing import NDArray

__all__ = ["write_gif", "write_webp"]

_SAMPLED_EVERY = 3  # rows and columns whose colours are counted
_COUNTED = 4096  # colours, at most


def write_gif(segment: Path, output: Path, *, width: int, fps: int, loop: bool) -> None:
    """Write a segment as GIF, with a palette made of its colours.

    Parameters
    ----------
    segment
        Segment without transparency.
    output
        Path of the picture.
    width
        Pixels; the height keeps the aspect ratio.
    fps
        Frames per second. GIF stores durations in hundredths of a second; rounding errors do not
        add up.
    loop
        Repeat for ever; otherwise the last frame stays.
    """
    palette = _palette(segment, width, fps)
    with av.open(
        output.absolute(), "w", format="gif", options={"loop": "0" if loop else "-1"}
    ) as container:
        stream = None
        for frame in _in_palette(segment, palette, width, fps):
            if stream is None:
                stream = container.add_stream("gif", rate=fps)
                stream.width, stream.height = frame.width, frame.height
                stream.pix_fmt = frame.format.name
                stream.codec_context.time_base = Fraction(1, 100)
            frame.pts = round((frame.time or 0) * 100)
            frame.time_base = Fraction(1, 100)
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode(None))


def write_webp(segment: Path, output: Path, *, width: int, fps: int, loop: bool) -> None:
    """Write a segment as animated WebP, with a palette; equal frames become one, held longer.

    The picture is lossless: the lossy format has Y'CbCr of BT.601 with half the chroma, and shows
    flat colours several levels off, for as many bytes.

    Parameters
    ----------
    segment
        Segment without transparency.
    output
        Path of the picture.
    width
        Pixels; the height keeps the aspect ratio.
    fps
        Frames per second.
    loop
        Repeat for ever; otherwise the last frame stays.
    """
    from PIL import Image  # noqa: PLC0415  (takes a while)

    pictures: list[Image.Image] = []
    starts: list[float] = []
    count = 0
    palette = _palette(segment, width, fps)
    for frame in _in_palette(segment, palette, width, fps):
        picture = Image.fromarray(frame.to_ndarray(format="rgb24"))
        if not pictures or picture.tobytes() != pictures[-1].tobytes():
            pictures.append(picture)
            starts.append(count / fps)
        count += 1
    ends = [*starts[1:], count / fps]
    pictures[0].save(
        output,
        format="WEBP",
        save_all=True,
        append_images=pictures[1:],
        # Differences of rounded times: rounding errors do not add up.
        duration=[
            round(end * 1000) - round(start * 1000) for start, end in zip(starts, ends, strict=True)
        ],
        loop=0 if loop else 1,
        lossless=True,
        quality=40,  # of the compression, as of `method`; more takes longer and saves little
        method=2,
        kmin=0,  # no key frames but the first
        kmax=0,
    )


def _palette(segment: Path, width: int, fps: int) -> av.VideoFrame:
    """Make a palette of the colours of a segment, which holds the colours of flat areas exactly."""
    counts: Counter[int] = Counter()

    def counted() -> Iterator[av.VideoFrame]:
        for frame in _filtered(decode_frames(segment), _scale(width, fps)):
            sampled = frame.to_ndarray()[::_SAMPLED_EVERY, ::_SAMPLED_EVERY].astype(np.int32)
            packed = sampled @ np.array([1 << 16, 1 << 8, 1], np.int32)
            colours, times = np.unique(packed, return_counts=True)
            counts.update(dict(zip(colours.tolist(), times.tolist(), strict=True)))
            yield frame

    palette = next(_filtered(counted(), [("palettegen", "")]), None)
    if palette is None:
        raise RenderError(f"{segment} has no frames")
    entries = np.asarray(palette.to_ndarray(format="rgba"), dtype=np.uint8)
    frequent = [divmod(colour, 1 << 16) for colour, _ in counts.most_common(_COUNTED)]
    colours = np.array([(red, *divmod(rest, 1 << 8)) for red, rest in frequent], np.uint8)
    exact = av.VideoFrame.from_ndarray(_with_exact(entries, colours), format="rgba")
    return exact.reformat(format=palette.format.name)


def _with_exact(entries: NDArray[np.uint8], colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put the first colours, unless they are almost equal, in place of the nearest entries.

    At most half of the opaque entries are replaced. Entries of FFmpeg are means of similar colours,
    and differ from each of them.

    Examples
    --------
    >>> entries = np.array([[[97, 0, 0, 255], [9, 9, 9, 255], [0, 0, 0, 0]]], np.uint8)
    >>> colours = np.array([[100, 0, 0], [101, 1, 0], [50, 50, 0]], np.uint8)
    >>> _with_exact(entries, colours).tolist()
    [[[100, 0, 0, 255], [9, 9, 9, 255], [0, 0, 0, 0]]]
    """
    made = entries.copy()
    opaque = made[made[..., 3] == 255]
    exact = np.zeros(len(opaque), dtype=bool)
    for colour in colours:
        distances = np.abs(opaque[:, :3].astype(np.int16) - colour).max(axis=1)
        if distances[exact].min(initial=256) <= 1:
            continue
        if 2 * exact.sum() >= len(opaque):
            break
        nearest = np.where(exact, 256, distances).argmin()
        opaque[nearest, :3] = colour
        exact[nearest] = True
    made[made[..., 3] == 255] = opaque
    return made


def _in_palette(
    segment: Path, palette: av.VideoFrame, width: int, fps: int
) -> Iterator[av.VideoFrame]:
    # Dithering would put noise on flat colours and make still parts flicker.
    chain = [*_scale(width, fps), ("paletteuse", "dither=none:diff_mode=rectangle")]
    return _filtered(decode_frames(segment), chain, palette)


def _scale(width: int, fps: int) -> list[tuple[str, str]]:
    # Without the last two flags, swscale is off by some levels of 255.
    flags = "lanczos+full_chroma_int+accurate_rnd"
    return [("fps", str(fps)), ("scale", f"{width}:-1:flags={flags}"), ("format", "rgb24")]


def _filtered(
    frames: Iterator[av.VideoFrame],
    chain: list[tuple[str, str]],
    palette: av.VideoFrame | None = None,
) -> Iterator[av.VideoFrame]:
    """Filter frames; the palette is the second input of the last filter."""
    graph = Graph()  # referenced for the whole loop, because its filters do not keep it alive
    source = sink = None
    for frame in frames:
        if source is None or sink is None:
            source, sink = _build(graph, frame, chain, palette)
        source.push(frame)
        yield from _pull(sink)
    if source is not None and sink is not None:
        source.push(None)
        yield from _pull(sink)


def _build(
    graph: Graph, frame: av.VideoFrame, chain: list[tuple[str, str]], palette: av.VideoFrame | None
) -> tuple[FilterContext, FilterContext]:
    filters = [graph.add(name, arguments or None) for name, arguments in chain]
    source, sink = _buffer(graph, frame), graph.add("buffersink")
    graph.link_nodes(source, *filters, sink)
    if palette is None:
        graph.configure()
        return source, sink
    colours = _buffer(graph, palette)
    colours.link_to(filters[-1], 0, 1)
    graph.configure()
    colours.push(palette)
    colours.push(None)
    return source, sink


def _buffer(graph: Graph, frame: av.VideoFrame) -> FilterContext:
    # `Graph.add_buffer` of PyAV 18 cannot name the matrix and the range of the frames.
    base = frame.time_base or Fraction(1, 1)
    return graph.add(
        "buffer",
        f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}"
        f":time_base={base.numerator}/{base.denominator}"
        f":colorspace={int(frame.colorspace)}:range={int(frame.color_range)}",
    )


def _pull(sink: FilterContext) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.VideoFrame):
            yield frame
