"""The packets of several films as those of one: nothing is encoded again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeAlias

import av

from lecture.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    VideoPacket: TypeAlias = Packet[VideoStream]

__all__ = ["Joined", "Part", "SegmentConcatenator"]


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


class SegmentConcatenator:
    """Films of one format, to be shown one after the other.

    Parameters
    ----------
    films
        The films, all encoded with the same settings.
    rate
        The frames a second that they were drawn at.

    Raises
    ------
    RenderError
        A film does not have that many frames a second.
    """

    def __init__(self, segments: Sequence[Path], rate: Fraction) -> None:
        if not segments:
            raise RenderError("there is no film to join")
        self._segments = segments
        self._written: list[bytes] = []
        self._orders = [_order(segment, rate) for segment in segments]
        self.rate = rate
        with av.open(segments[0]) as first:
            self._form = _form(first)
            video = first.streams.video[0]
            width, height = video.width, video.height
        parts: list[Part] = []
        start = 0
        for order in self._orders:
            parts.append(Part(start / rate, len(order)))
            start += len(order)
        self.joined = Joined(tuple(parts), width, height, rate)

    def add_stream(self, container: OutputContainer) -> VideoStream:
        """Make room in a container for the packets."""
        with av.open(self._segments[0]) as first:
            return container.add_stream_from_template(first.streams.video[0])

    def packets(self, stream: VideoStream) -> Iterator[VideoPacket]:
        """Walk through all packets, timed as those of one film, in the order of decoding.

        Raises
        ------
        RenderError
            A film differs in format from the first.
        """
        # Decoding begins so many frames before showing does, because some frames are decoded
        # before others that are shown earlier.
        lead = max(place - shown for order in self._orders for place, shown in enumerate(order))
        start = 0
        for segment, order in zip(self._segments, self._orders, strict=True):
            with av.open(segment) as source:
                if _form(source) != self._form:
                    raise RenderError(f"{segment} differs in format from {self._segments[0]}")
                for place, (packet, shown) in enumerate(zip(_packets(source), order, strict=True)):
                    packet.time_base = 1 / self.rate
                    packet.pts, packet.dts = start + shown, start + place - lead
                    packet.duration = 1
                    packet.stream = stream
                    self._written.append(sha256(packet).digest())
                    yield packet
            start += len(order)

    def check(self, video: Path) -> None:
        """Compare each packet of a finished video with what was written, and decode key frames.

        Decoding all frames would show no more, and takes as long as rendering them: the packets
        are as the encoder made them, and the first frame of each film is decoded.

        Parameters
        ----------
        video
            The finished file.

        Raises
        ------
        RenderError
            A packet is missing or differs, or the first frame of a film cannot be decoded.
        """
        with av.open(video) as container:
            stream = container.streams.video[0]
            read = [sha256(packet).digest() for packet in _packets(container)]
            damaged = sum(found != made for found, made in zip_longest(read, self._written))
            if damaged:
                raise RenderError(
                    "frames missing or damaged in the written video: "
                    f"{damaged} of {self.joined.frames}; check the disk and run the command again"
                )
            # Or damaged pictures would be patched up from their neighbours, and nobody told.
            stream.codec_context.options = {"err_detect": "explode"}
            for part in self.joined.parts:
                container.seek(int(part.start / (stream.time_base or 1)), stream=stream)
                picture = next(container.decode(stream), None)
                if picture is None or not picture.key_frame:
                    raise RenderError(f"the picture at {float(part.start):.1f} s cannot be decoded")


def _order(segment: Path, rate: Fraction) -> list[int]:
    """Tell which frame each packet of a film shows.

    manim joins a scene's animations by times in microseconds, which puts some frames a few
    thousandths of a frame beside their time; they are put back onto it.
    """
    with av.open(segment) as source:
        base = source.streams.video[0].time_base or Fraction(0)
        order = [round((packet.pts or 0) * base * rate) for packet in _packets(source)]
    if not order or sorted(order) != list(range(len(order))):
        raise RenderError(f"{segment} does not have {rate} frames in each of its seconds")
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
