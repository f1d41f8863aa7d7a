"""Join the films of scenes to one video, packet by packet: nothing is encoded again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import av
import srt

from lecture.files import published
from lecture.jobs import RenderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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


def join_videos(
    films: Sequence[Path], output: Path, *, fps: int, title: str = "", author: str = ""
) -> Joined:
    """Join films of one format, in the order given; the result is decoded to the end once.

    The films' sound, if they have any, is left out.

    Parameters
    ----------
    films
        The films, all encoded with the same settings.
    output
        The video's place, which is taken only when the video is whole and can be decoded.
    fps
        The frames a second that the films were drawn at.
    title, author
        Noted in the file, where they are not empty.

    Raises
    ------
    RenderError
        The films differ in format, or the result cannot be decoded.
    """
    try:
        with published(output) as draft:
            joined = _mux(films, draft, Fraction(fps), {"title": title, "artist": author})
            decoded = _decoded_frames(draft)
            if decoded != joined.frames:
                raise RenderError(f"{decoded} of the {joined.frames} frames can be decoded")
    except av.FFmpegError as error:
        raise RenderError(f"cannot join the scenes to {output}: {error}") from error
    return joined


def _mux(films: Sequence[Path], output: Path, rate: Fraction, notes: dict[str, str]) -> Joined:
    orders = [_order(film, rate) for film in films]
    # Decoding begins so many frames before showing does, because some frames are decoded before
    # others that are shown earlier.
    lead = max(place - shown for order in orders for place, shown in enumerate(order))
    # faststart puts the index before the pictures, so that players need not fetch the end first.
    options = {"movflags": "+faststart"}
    with av.open(output, "w", format="mp4", options=options) as container:
        container.metadata.update({name: text for name, text in notes.items() if text})
        with av.open(films[0]) as first:
            stream = container.add_stream_from_template(first.streams.video[0])
            form = _form(first)
        parts: list[Part] = []
        for film, order in zip(films, orders, strict=True):
            start = sum(part.frames for part in parts)
            with av.open(film) as source:
                if _form(source) != form:
                    raise RenderError(f"{film} differs in format from {films[0]}")
                for place, (packet, shown) in enumerate(zip(_packets(source), order, strict=True)):
                    packet.time_base = 1 / rate
                    packet.pts, packet.dts = start + shown, start + place - lead
                    packet.duration = 1
                    packet.stream = stream
                    container.mux(packet)
            parts.append(Part(start / rate, len(order)))
        return Joined(tuple(parts), stream.width, stream.height, rate)


def _order(film: Path, rate: Fraction) -> list[int]:
    """Tell which frame each packet of a film shows.

    manim joins a scene's animations by times in microseconds, which puts some frames a few
    thousandths of a frame beside their time; they are put back onto it.
    """
    with av.open(film) as source:
        base = source.streams.video[0].time_base or Fraction(0)
        order = [round((packet.pts or 0) * base * rate) for packet in _packets(source)]
    if not order or sorted(order) != list(range(len(order))):
        raise RenderError(f"{film} does not have {rate} frames in each of its seconds")
    return order


def _packets(source: InputContainer) -> Iterator[VideoPacket]:
    for packet in source.demux(source.streams.video[0]):
        if packet.pts is not None:  # but for the empty packet that ends a film
            yield packet


def _form(source: InputContainer) -> tuple[object, ...]:
    """Tell all that must be alike for packets of two films to share one stream."""
    video = source.streams.video[0]
    context = video.codec_context
    return (context.name, video.width, video.height, context.pix_fmt, context.extradata)


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
