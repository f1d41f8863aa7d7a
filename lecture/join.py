"""Join the films of scenes to one video, packet by packet: nothing is encoded again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

import av
import srt

from lecture.files import published
from lecture.jobs import RenderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction
    from pathlib import Path

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    VideoPacket: TypeAlias = Packet[VideoStream]

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
    try:
        with published(output) as draft:
            joined = _mux(films, draft, {"title": title, "artist": author})
            decoded = _decoded_frames(draft)
            if decoded != joined.frames:
                raise RenderError(f"{decoded} of the {joined.frames} frames can be decoded")
    except av.FFmpegError as error:
        raise RenderError(f"cannot join the scenes to {output}: {error}") from error
    return joined


def _mux(films: Sequence[Path], output: Path, notes: dict[str, str]) -> Joined:
    timings = [_timing(film) for film in films]
    lead = max(timing.lead for timing in timings)
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
        for film, timing in zip(films, timings, strict=True):
            start = sum(part.frames for part in parts)
            with av.open(film) as source:
                if _form(source.streams.video[0]) != form:
                    raise RenderError(f"{film} differs in format from {films[0]}")
                for packet in _moved(source, start, lead, timing.ticks):
                    packet.stream = stream
                    container.mux(packet)
            parts.append(Part(start / rate, timing.frames))
        return Joined(tuple(parts), stream.width, stream.height, rate)


@dataclass(frozen=True, slots=True)
class _Timing:
    """How the frames of a film follow each other.

    Decoding may have to begin ``lead`` frames before showing does, because some frames are
    decoded before others that are shown earlier.
    """

    frames: int
    ticks: int
    lead: int


def _timing(film: Path) -> _Timing:
    with av.open(film) as source:
        video = source.streams.video[0]
        ticks = 1 / _rate(video) / _time_base(video)
        times = [packet.pts or 0 for packet in _packets(source)]
    step = ticks.numerator
    if ticks.denominator != 1 or sorted(times) != [place * step for place in range(len(times))]:
        raise RenderError(f"{film} is not timed in whole frames")
    lead = max((place - time // step for place, time in enumerate(times)), default=0)
    return _Timing(len(times), step, lead)


def _packets(source: InputContainer) -> Iterator[VideoPacket]:
    for packet in source.demux(source.streams.video[0]):
        if packet.pts is not None:  # but for the empty packet that ends a film
            yield packet


def _moved(source: InputContainer, start: int, lead: int, ticks: int) -> Iterator[VideoPacket]:
    """Move packets to where their film starts.

    Times of decoding are counted anew, one frame a packet, so that they only go up from film to
    film: each film's own begin before its start, where the film before is not yet at its end.
    """
    for place, packet in enumerate(_packets(source), start=start):
        packet.pts = (packet.pts or 0) + start * ticks
        packet.dts = (place - lead) * ticks
        packet.duration = ticks
        yield packet


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
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        # Or damaged pictures would be patched up from their neighbours, and nobody told.
        video.codec_context.options = {"err_detect": "explode"}
        return sum(1 for _ in container.decode(video))


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
