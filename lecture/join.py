"""Join the films of scenes to one video, packet by packet: nothing is encoded again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import av
import srt

from lecture.files import published
from lecture.jobs import RenderError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from pathlib import Path

    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

__all__ = ["Joined", "Part", "join_captions", "join_videos"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the joined video.

    Parameters
    ----------
    start
        When it begins, in seconds.
    frames
        How many frames it has.
    """

    start: Fraction
    frames: int


@dataclass(frozen=True, slots=True)
class Joined:
    """What the joined video holds.

    Parameters
    ----------
    parts
        Its parts, one for each film, in their order.
    width, height
        Of a frame, in pixels.
    rate
        Frames a second.
    """

    parts: tuple[Part, ...]
    width: int
    height: int
    rate: Fraction

    @property
    def frames(self) -> int:
        """How many frames there are in all."""
        return sum(part.frames for part in self.parts)

    @property
    def seconds(self) -> Fraction:
        """How long it runs."""
        return self.frames / self.rate


def join_videos(films: Sequence[Path], output: Path, *, title: str, author: str) -> Joined:
    """Join films of one format, in the order given; the result is decoded to the end once.

    The files' sound, if they have any, is left out.

    Parameters
    ----------
    films
        The films; each must be encoded with the same settings and at a constant rate.
    output
        The video's place, which is taken only when the video is whole and can be decoded.
    title, author
        Noted in the file, where they are not empty.

    Raises
    ------
    RenderError
        The films differ in format, or the result could not be decoded.
    """
    with published(output) as draft:
        joined = _mux(films, draft, {"title": title, "artist": author})
        decoded = _decoded_frames(draft)
        if decoded != joined.frames:
            raise RenderError(
                f"the joined video cannot be trusted: {decoded} of {joined.frames} frames decode"
            )
    return joined


def _mux(films: Sequence[Path], output: Path, notes: dict[str, str]) -> Joined:
    # faststart puts the index before the pictures, so that players need not fetch the end first.
    options = {"movflags": "+faststart"}
    with av.open(output, "w", format="mp4", options=options) as container:
        container.metadata.update({name: text for name, text in notes.items() if text})
        with av.open(films[0]) as first:
            template = first.streams.video[0]
            stream = container.add_stream_from_template(template)
            form, rate = _form(template), _rate(template)
            stream.time_base = template.time_base
        parts: list[Part] = []
        for film in films:
            start = sum(part.frames for part in parts) / rate
            with av.open(film) as source:
                if _form(source.streams.video[0]) != form:
                    raise RenderError(f"{film} differs in format from {films[0]}")
                parts.append(Part(start, _copy(source, container, stream, start, rate)))
        return Joined(tuple(parts), stream.width, stream.height, rate)


def _copy(
    source: InputContainer,
    container: OutputContainer,
    stream: VideoStream,
    start: Fraction,
    rate: Fraction,
) -> int:
    video = source.streams.video[0]
    base = _time_base(video)
    ticks = 1 / rate / base
    # Films begin with frames that are decoded before time zero: shift by exact frames alone, so
    # that the order of decoding goes on without a gap or a step back from film to film.
    offset = start / base
    if offset.denominator != 1 or ticks.denominator != 1:
        raise RenderError(f"{source.name} is not timed in whole frames")
    frames = 0
    for packet in source.demux(video):
        if packet.dts is None or packet.pts is None:
            continue  # the empty packet that ends the film
        packet.pts += offset.numerator
        packet.dts += offset.numerator
        packet.duration = ticks.numerator
        packet.stream = stream
        container.mux(packet)
        frames += 1
    return frames


def _time_base(video: VideoStream) -> Fraction:
    if video.time_base is None:
        raise RenderError("a film has no time base")
    return video.time_base


def _rate(video: VideoStream) -> Fraction:
    if not video.average_rate:
        raise RenderError("a film has no frame rate")
    return video.average_rate


def _form(video: VideoStream) -> tuple[object, ...]:
    """Tell all that must be alike for packets of two films to share one stream."""
    context = video.codec_context
    return (
        context.name,
        video.width,
        video.height,
        context.pix_fmt,
        context.extradata,
        video.average_rate,
        video.time_base,
    )


def _decoded_frames(path: Path) -> int:
    with av.open(path) as container:
        container.streams.video[0].thread_type = "AUTO"
        return sum(1 for _ in container.decode(video=0))


def join_captions(captions: Sequence[Path | None], parts: Sequence[Part], output: Path) -> None:
    """Join the scenes' subcaptions, each moved to where its scene begins.

    Parameters
    ----------
    captions
        The SubRip files, ``None`` for a scene that has none.
    parts
        Where the scenes begin.
    output
        The joined file; where no scene has captions, one of an earlier run is removed, which
        would speak of another video.
    """
    joined: list[srt.Subtitle] = []
    for file, part in zip(captions, parts, strict=True):
        if file is None:
            continue
        shift = timedelta(seconds=float(part.start))
        for line in srt.parse(file.read_text(encoding="utf-8")):
            line.start += shift
            line.end += shift
            joined.append(line)
    if not joined:
        output.unlink(missing_ok=True)
        return
    with published(output) as draft:
        draft.write_text(srt.compose(joined), encoding="utf-8")
