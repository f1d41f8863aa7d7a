"""Clips as videos: the packets of a beat's film as they are, with or without a voice."""

from __future__ import annotations

import shutil
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np

from lecture.output.video.assemble import write_clip
from lecture.output.video.soundtrack import beat_samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.packet import Packet

    from lecture.output.clips.select import BeatClip
    from lecture.voice.narration import SpokenLecture
    from lecture.voice.sound import Samples

__all__ = ["write_video"]

_SOUND = {".webm": "libopus", ".mov": "pcm_s16le"}
_RATE = 48_000
_PIECE = 960  # samples, the size that Opus takes


def write_video(clip: BeatClip, output: Path, spoken: SpokenLecture | None = None) -> None:
    """Make a video of a beat's film, without encoding its pictures again.

    Parameters
    ----------
    clip
        The beat.
    output
        The file to write, ``.mp4``, ``.webm`` or ``.mov`` as the film is.
    spoken
        The speech of the lecture; ``None`` for a clip without sound.

    Raises
    ------
    RenderError
        The film or the clip cannot be decoded.
    VoiceError
        The speech does not fit the film.
    """
    sound = beat_samples(clip.scene, clip.beat_place, spoken)[0] if spoken is not None else None
    if output.suffix == ".mp4":
        write_clip([clip.segment], output, clip.scene.fps, sound=sound)
    elif sound is None:
        shutil.copyfile(clip.segment, output)
    else:
        _add_sound(clip.segment, output, sound)


def _add_sound(segment: Path, output: Path, sound: Samples) -> None:
    with av.open(segment) as source, av.open(output, "w") as target:
        pictures = source.streams.video[0]
        stream = target.add_stream_from_template(pictures)
        if "alpha_mode" in pictures.metadata:
            # Without it nobody looks for the alpha channel of a WebM.
            stream.metadata["alpha_mode"] = pictures.metadata["alpha_mode"]
        codec = _SOUND[output.suffix]
        voice = cast("AudioStream", target.add_stream(codec, rate=_RATE, layout="mono"))
        packets: list[Packet[Any]] = list(_sound_packets(voice, sound))
        for packet in source.demux(pictures):
            if packet.dts is not None:  # but for the empty packet that ends a film
                packet.stream = stream
                packets.append(packet)
        for packet in sorted(packets, key=lambda packet: (packet.dts or 0) * packet.time_base):
            target.mux(packet)


def _sound_packets(stream: AudioStream, sound: Samples) -> Iterator[Packet[Any]]:
    resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=_RATE)
    for start in range(0, len(sound), _PIECE):
        piece = np.ascontiguousarray(sound[np.newaxis, start : start + _PIECE], np.float32)
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = _RATE, start, Fraction(1, _RATE)
        for converted in resampler.resample(frame):
            yield from stream.encode(converted)
    yield from stream.encode(None)
