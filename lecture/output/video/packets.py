"""Concatenate the packets of segments without encoding them again."""

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

__all__ = ["Joined", "Part", "SegmentConcatenator", "add_copied_stream"]


@dataclass(frozen=True, slots=True)
class Part:
    """The range of a segment in the joined video: its start in seconds and its frames."""

    start: Fraction
    frames: int


@dataclass(frozen=True, slots=True)
class Joined:
    """The joined video.

    Parameters
    ----------
    parts
        One for each segment, in order.
    width, height
        Size of the frames, in pixels.
    rate
        Frames per second.
    """

    parts: tuple[Part, ...]
    width: int
    height: int
    rate: Fraction

    @property
    def frames(self) -> int:
        """Number of frames."""
        return sum(part.frames for part in self.parts)

    @property
    def seconds(self) -> Fraction:
        """Duration in seconds."""
        return self.frames / self.rate


class SegmentConcatenator:
    """Segments to be joined into one video stream.

    Parameters
    ----------
    segments
        Segments that were encoded with the same settings.
    rate
        Frames per second.

    Raises
    ------
    RenderError
        There is no segment, or a segment has another frame rate.
    """

    def __init__(self, segments: Sequence[Path], rate: Fraction) -> None:
        if not segments:
            raise RenderError("there is no segment to join")
        self._segments = segments
        self._written: list[bytes] = []
        self._orders = [_frame_order(segment, rate) for segment in segments]
        self.rate = rate
        with av.open(segments[0].absolute()) as first:
            self._parameters = _codec_parameters(first)
            video = first.streams.video[0]
            width, height = video.width, video.height
        parts: list[Part] = []
        start = 0
        for order in self._orders:
            parts.append(Part(start / rate, len(order)))
            start += len(order)
        self.joined = Joined(tuple(parts), width, height, rate)

    def add_stream(self, container: OutputContainer) -> VideoStream:
        """Add a stream for the packets to a container."""
        with av.open(self._segments[0].absolute()) as first:
            return add_copied_stream(container, first.streams.video[0])

    def packets(self, stream: VideoStream) -> Iterator[VideoPacket]:
        """Yield the packets of all segments in decoding order, timed as one stream.

        Raises
        ------
        RenderError
            A segment was encoded with other settings than the first.
        """
        # With B-frames, decoding begins some frames before presentation.
        lead = max(index - frame for order in self._orders for index, frame in enumerate(order))
        start = 0
        for segment, order in zip(self._segments, self._orders, strict=True):
            with av.open(segment.absolute()) as source:
                if _codec_parameters(source) != self._parameters:
                    raise RenderError(f"{segment} differs in format from {self._segments[0]}")
                for index, (packet, frame) in enumerate(zip(_packets(source), order, strict=True)):
                    packet.time_base = 1 / self.rate
                    packet.pts, packet.dts = start + frame, start + index - lead
                    packet.duration = 1
                    packet.stream = stream
                    self._written.append(sha256(packet).digest())
                    yield packet
            start += len(order)

    def check(self, video: Path) -> None:
        """Compare a written video with the packets, and decode the first frame of each segment.

        Decoding every frame would find no more faults and take as long as the render: packets are
        copied as they are.

        Raises
        ------
        RenderError
            A packet is missing or differs, or a frame cannot be decoded.
        """
        with av.open(video.absolute()) as container:
            stream = container.streams.video[0]
            read = [sha256(packet).digest() for packet in _packets(container)]
            damaged = sum(found != made for found, made in zip_longest(read, self._written))
            if damaged:
                raise RenderError(
                    "frames missing or damaged in the written video: "
                    f"{damaged} of {self.joined.frames}; check the disk and run the command again"
                )
            # By default FFmpeg conceals damaged frames and reports no error.
            stream.codec_context.options = {"err_detect": "explode"}
            for part in self.joined.parts:
                container.seek(int(part.start / (stream.time_base or 1)), stream=stream)
                frame = next(container.decode(stream), None)
                if frame is None or not frame.key_frame:
                    raise RenderError(f"the frame at {float(part.start):.1f} s cannot be decoded")


def add_copied_stream(container: OutputContainer, source: VideoStream) -> VideoStream:
    """Add a stream for the packets of another container of the same format."""
    stream = container.add_stream_from_template(source)
    # PyAV clears the tag, and FFmpeg then takes the first one of the codec: that of ProRes 422 HQ
    # for ProRes 4444. Players choose their decoder by it.
    stream.codec_context.codec_tag = source.codec_context.codec_tag
    return stream


def _frame_order(segment: Path, rate: Fraction) -> list[int]:
    """Return the frame number of each packet of a segment.

    manim rounds the times of frames to microseconds; the numbers are exact again.
    """
    with av.open(segment.absolute()) as source:
        base = source.streams.video[0].time_base or Fraction(0)
        order = [round((packet.pts or 0) * base * rate) for packet in _packets(source)]
    if not order or sorted(order) != list(range(len(order))):
        raise RenderError(f"{segment} does not have {rate} frames in each of its seconds")
    return order


def _packets(source: InputContainer) -> Iterator[VideoPacket]:
    """Yield the video packets, without the empty packet that ends the stream."""
    return (packet for packet in source.demux(source.streams.video[0]) if packet.pts is not None)


def _codec_parameters(source: InputContainer) -> tuple[object, ...]:
    """Return the parameters that packets of one stream share."""
    video = source.streams.video[0]
    context = video.codec_context
    return (context.name, video.width, video.height, context.pix_fmt, context.extradata)
