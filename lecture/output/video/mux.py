"""Mux MP4: the packets of segments, sound, captions, chapters and tags."""

from __future__ import annotations

import struct
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from fractions import Fraction
from heapq import merge
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import av

from lecture.errors import RenderError
from lecture.files import cut_utf8
from lecture.output.video.packets import Joined, SegmentConcatenator
from lecture.voice.sound import RATE, mono_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from av.subtitles.stream import SubtitleStream

    from lecture.output.video.captions import Cue
    from lecture.voice.sound import Samples

__all__ = ["sound_length", "sound_packets", "write_mp4"]

T = TypeVar("T")

_BIT_RATE = 96_000  # ample for one channel of speech
# The default coder of FFmpeg takes twice as long, and at this rate its error in the speech of the
# lecture is 10 dB larger.
_AAC = {"aac_coder": "fast"}
_MILLI = Fraction(1, 1000)
_AHEAD = 4  # pieces of sound, such as scenes

# White at the bottom, unless the player has its own style. Strict players ignore tracks without a
# style.
_CAPTION_STYLE = b"""[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, BackColour, Alignment
Style: Default,Arial,16,&Hffffff,&H0,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def sound_length(seconds: Fraction) -> int:
    """Return the number of samples of a duration in seconds."""
    return round(seconds * RATE)


def write_mp4(
    temporary: Path,
    segments: Sequence[Path],
    fps: int,
    *,
    tags: Mapping[str, str],
    sound: Iterable[Samples] | None = None,
    captions: Sequence[Cue] = (),
    chapters: Sequence[Cue] = (),
    language: str = "eng",
) -> Joined:
    """Join segments into one video, and check what was written.

    All packets are compared; the first frame of each segment and all sound are decoded.

    Sound in the segments is left out. The same input gives the same bytes.

    Parameters
    ----------
    temporary
        Path of the file.
    segments
        Segments that were encoded with the same settings.
    fps
        Frames per second.
    tags
        Metadata such as ``title`` and ``artist``; empty values are left out.
    sound
        Consecutive arrays with `sound_length` samples in all; ``None`` for a silent video.
    captions
        Cues in order, without overlap; an empty sequence adds no track.
    chapters
        Chapters in order.
    language
        Language of sound and captions, as ISO 639-2.

    Raises
    ------
    RenderError
        The segments differ in format, or the video is incomplete, damaged or cannot be decoded.
    """
    try:
        concatenator = SegmentConcatenator(segments, Fraction(fps))
        options = {"movflags": "+faststart"}  # the index first, for playback during the download
        with av.open(temporary.absolute(), "w", format="mp4", options=options) as container:
            container.metadata.update({name: text for name, text in tags.items() if text})
            container.set_chapters(
                [_chapter_entry(number, chapter) for number, chapter in enumerate(chapters)]
            )
            tracks: list[Iterator[Packet[Any]]] = [
                concatenator.packets(concatenator.add_stream(container))
            ]
            length = sound_length(concatenator.joined.seconds)
            if sound is not None:
                stream = _sound_stream(container, language)
                # Sound is mixed, encoded and muxed at the same time.
                encoded = _ahead(sound_packets(stream, _ahead(sound), length))
                tracks.append(chain.from_iterable(encoded))
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
        raise RenderError(f"cannot join the segments: {error.strerror}") from error
    return concatenator.joined


def _chapter_entry(number: int, chapter: Cue) -> Any:
    # MP4 stores the length of a title in one byte, and FFmpeg cuts it in the middle of a letter.
    title = cut_utf8(chapter.text, 255)
    return {
        "id": number,
        "start": round(chapter.start / _MILLI),
        "end": round(chapter.end / _MILLI),
        "time_base": _MILLI,
        "metadata": {"title": title},
    }


def _decoding_time(packet: Packet[Any]) -> Fraction:
    return (packet.dts or 0) * packet.time_base


def _sound_stream(container: OutputContainer, language: str) -> AudioStream:
    stream = container.add_stream("aac", rate=RATE, layout="mono", options=_AAC)
    stream.bit_rate = _BIT_RATE
    stream.metadata["language"] = language
    return stream


def sound_packets(
    stream: AudioStream, pieces: Iterable[Samples], length: int
) -> Iterator[list[Packet[Any]]]:
    """Encode `length` samples, and yield the packets that the codec gives for each piece.

    PyAV converts the samples to the format and the frame size of the codec.

    Raises
    ------
    RenderError
        The pieces have another number of samples.
    """
    start = 0
    for piece in filter(len, pieces):
        yield stream.encode(mono_frame(piece, start=start))
        start += len(piece)
    if start != length:
        raise RenderError(f"the sound has {start} samples, the video needs {length}")
    yield stream.encode(None)


def _ahead(items: Iterable[T]) -> Iterator[T]:
    """Yield items that a thread makes while the ones before are used."""
    iterator = iter(items)
    with ThreadPoolExecutor(1) as thread:
        waiting = deque(thread.submit(next, iterator) for _ in range(_AHEAD))
        with suppress(StopIteration):
            while True:
                item = waiting.popleft().result()
                waiting.append(thread.submit(next, iterator))
                yield item


def _caption_stream(container: OutputContainer, language: str) -> SubtitleStream:
    stream = container.add_stream("mov_text")
    stream.codec_context.subtitle_header = _CAPTION_STYLE
    stream.time_base = _MILLI
    stream.metadata["language"] = language
    return stream


def _caption_packets(
    stream: SubtitleStream, captions: Sequence[Cue], seconds: Fraction
) -> Iterator[Packet[Any]]:
    """Yield the captions, and empty ones in between: a track may not have gaps."""
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
    content = cut_utf8(text, 0xFFFF).encode()  # the length has two bytes
    packet: Packet[Any] = av.Packet(struct.pack(">H", len(content)) + content)
    packet.pts = packet.dts = start
    packet.duration = end - start
    packet.time_base = _MILLI
    packet.stream = stream
    return packet


def _check_sound(temporary: Path, length: int) -> None:
    with av.open(temporary.absolute()) as container:
        decoded = sum(frame.samples for frame in container.decode(audio=0))
    if decoded < length:
        raise RenderError(f"{decoded} of {length} samples of the sound can be decoded")
