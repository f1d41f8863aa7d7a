"""Animated GIF and WebP pictures, scaled and resampled."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.filter import Graph

from lecture.errors import RenderError
from lecture.output.clips.frames import decode_frames

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.filter.context import FilterContext

__all__ = ["write_gif", "write_webp"]


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
    with av.open(output, "w", format="gif", options={"loop": "0" if loop else "-1"}) as container:
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
        if stream is None:
            raise RenderError(f"{segment} has no frames")
        container.mux(stream.encode(None))


def write_webp(segment: Path, output: Path, *, width: int, fps: int, loop: bool) -> None:
    """Write a segment as animated WebP; equal frames become one, of a longer duration.

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
    for frame in _filtered(segment, _scale(width, fps)):
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
        quality=80,
        method=4,
    )


def _palette(segment: Path, width: int, fps: int) -> av.VideoFrame:
    (palette,) = _filtered(segment, [*_scale(width, fps), ("palettegen", "")])
    return palette


def _in_palette(
    segment: Path, palette: av.VideoFrame, width: int, fps: int
) -> Iterator[av.VideoFrame]:
    # Dithering would put noise on flat colours and make still parts flicker.
    chain = [*_scale(width, fps), ("paletteuse", "dither=none:diff_mode=rectangle")]
    return _filtered(segment, chain, palette)


def _scale(width: int, fps: int) -> list[tuple[str, str]]:
    return [("fps", str(fps)), ("scale", f"{width}:-1:flags=lanczos")]


def _filtered(
    segment: Path, chain: list[tuple[str, str]], palette: av.VideoFrame | None = None
) -> Iterator[av.VideoFrame]:
    """Filter the frames of a segment; the palette is the second input of the last filter."""
    graph = Graph()  # referenced for the whole loop, because its filters do not keep it alive
    source = sink = None
    for frame in decode_frames(segment):
        if source is None or sink is None:
            source, sink = _build(graph, frame, chain, palette)
        source.push(frame)
        yield from _pull(sink)
    if source is None or sink is None:
        raise RenderError(f"{segment} has no frames")
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
    return graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        time_base=frame.time_base or Fraction(1, 1),
    )


def _pull(sink: FilterContext) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.VideoFrame):
            yield frame
