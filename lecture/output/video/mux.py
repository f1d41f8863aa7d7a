"""Write MP4: the packets of films as they are, sound, captions, chapters and tags."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from lecture.errors import RenderError
from lecture.output.video.packets import Joined, SegmentConcatenator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from av.subtitles.stream import SubtitleStream

    from lecture.output.video.captions import Cue
    from lecture.voice.sound import Samples

__all__ = ["Chapter", "Soundtrack", "sound_length", "write_mp4"]

_RATE = 48_000
_BIT_RATE = 96_000  # for one channel of speech, more than enough
_MILLI = Fraction(1, 1000)

# What a caption looks like where the player does not decide: white, at the bottom. The track must
# describe a style, or strict players ignore it; only the names of the columns are fixed.
_CAPTION_STYLE = b"""[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, BackColour, Alignment
Style: Default,Arial,16,&Hffffff,&H0,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a video that players can jump to.

    Parameters
    ----------
    title
        What it is called.
    start, end
        Seconds from the beginning.
    """

    title: str
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """The sound of a video, in pieces that follow each other.

    Parameters
    ----------
    pieces
        Mono samples from -1 to 1, at 48,000 a second; `sound_length` of them in all.
    """

    pieces: Iterable[Samples]


def sound_length(seconds: Fraction) -> int:
    """Return how many samples last for `seconds`."""
    return round(seconds * _RATE)


def write_mp4(
    temporary: Path,
    segments: Sequence[Path],
    fps: int,
    *,
    tags: Mapping[str, str],
    sound: Soundtrack | None = None,
    captions: Sequence[Cue] = (),
    chapters: Sequence[Chapter] = (),
    language: str = "eng",
) -> Joined:
    """Write one video of several films, and check it against what was written.

    Every packet of video is compared, the first frame of each film and all sound are decoded.

    The films' own sound, if they have any, is left out. The same input gives the same bytes.

    Parameters
    ----------
    draft
        Where to write.
    films
        All encoded with the same settings.
    fps
        The frames a second that they were drawn at.
    tags
        Noted in the file, such as ``title`` and ``artist``, where they are not empty.
    sound
        ``None`` for a video without.
    captions
        In order, without overlap; no track is written for none.
    chapters
        In order.
    language
        Of sound and captions, as ISO 639-2.

    Raises
    ------
    RenderError
        The films differ in format, or the result is incomplete, damaged or cannot be decoded.
    """
    try:
        concatenator = SegmentConcatenator(segments, Fraction(fps))
        # faststart puts the index before the pictures, so that players need not fetch the end
        # first.
        options = {"movflags": "+faststart"}
        with av.open(temporary, "w", format="mp4", options=options) as container:
            container.metadata.update({name: text for name, text in tags.items() if text})
            container.set_chapters([_entry(*each) for each in enumerate(chapters)])
            tracks: list[Iterator[Packet[Any]]] = [
                concatenator.packets(concatenator.add_stream(container))
            ]
            length = sound_length(concatenator.joined.seconds)
            if sound is not None:
                stream = _sound_stream(container, language)
                tracks.append(_sound_packets(stream, sound.pieces, length))
            if captions:
                track = _caption_stream(container, language)
                tracks.append(_caption_packets(track, captions, concatenator.joined.seconds))
            container.start_encoding()
            for packet in merge(*tracks, key=_decoding_time):
                container.mux(packet)
        concatenator.check(temporary)
        if sound is not None:
            _check_sound(temporary, length)
    except av.FFmpegError as error:
        raise RenderError(f"cannot join the films: {error.strerror}") from error
    return concatenator.joined


def _entry(number: int, chapter: Chapter) -> Any:
    return {
        "id": number,
        "start": round(chapter.start / _MILLI),
        "end": round(chapter.end / _MILLI),
        "time_base": _MILLI,
        "metadata": {"title": chapter.title},
    }


def _decoding_time(packet: Packet[Any]) -> Fraction:
    return (packet.dts or 0) * packet.time_base


def _sound_stream(container: OutputContainer, language: str) -> AudioStream:
    stream = container.add_stream("aac", rate=_RATE, layout="mono")
    stream.bit_rate = _BIT_RATE
    stream.metadata["language"] = language
    return stream


def _sound_packets(
    stream: AudioStream, pieces: Iterable[Samples], length: int
) -> Iterator[Packet[Any]]:
    start = 0
    for samples in _even(pieces, stream.codec_context.frame_size or 1024):
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = _RATE, start, Fraction(1, _RATE)
        start += len(samples)
        yield from stream.encode(frame)
    if start != length:
        raise RenderError(f"the sound has {start} samples, the pictures last for {length}")
    yield from stream.encode(None)


def _even(pieces: Iterable[Samples], size: int) -> Iterator[Samples]:
    """Cut sound into pieces of one size, of which only the last may be shorter."""
    rest = np.zeros(0, np.float32)
    for piece in pieces:
        rest = np.concatenate([rest, piece])
        whole = len(rest) // size * size
        yield from np.split(rest[:whole], whole // size) if whole else ()
        rest = rest[whole:]
    if len(rest):
        yield rest


def _caption_stream(container: OutputContainer, language: str) -> SubtitleStream:
    stream = container.add_stream("mov_text")
    stream.codec_context.subtitle_header = _CAPTION_STYLE
    stream.time_base = _MILLI
    stream.metadata["language"] = language
    return stream


def _caption_packets(
    stream: SubtitleStream, captions: Sequence[Cue], seconds: Fraction
) -> Iterator[Packet[Any]]:
    """Fill the whole time: where nothing is said, with captions that are empty."""
    until = 0
    for cue in captions:
        start, end = round(cue.start / _MILLI), round(cue.end / _MILLI)
        if start > until:
            yield _caption_packet(stream, "", until, start)
        yield _caption_packet(stream, cue.text, start, end)
        until = end
    if until < (last := round(seconds / _MILLI)):
        yield _caption_packet(stream, "", until, last)


def _caption_packet(stream: SubtitleStream, text: str, start: int, end: int) -> Packet[Any]:
    content = text.encode()
    packet: Packet[Any] = av.Packet(struct.pack(">H", len(content)) + content)
    packet.pts = packet.dts = start
    packet.duration = end - start
    packet.time_base = _MILLI
    packet.stream = stream
    return packet


def _check_sound(temporary: Path, length: int) -> None:
    with av.open(temporary) as container:
        heard = sum(frame.samples for frame in container.decode(audio=0))
    if heard < length:
        raise RenderError(f"{heard} of the {length} samples of sound can be decoded")
