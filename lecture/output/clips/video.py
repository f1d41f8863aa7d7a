"""Clips as videos: the packets of a segment, with or without sound."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, cast

import av

from lecture.output.video.assemble import write_clip
from lecture.output.video.mux import sound_packets
from lecture.output.video.packets import add_copied_stream
from lecture.output.video.soundtrack import beat_samples
from lecture.voice.sound import RATE

if TYPE_CHECKING:
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.packet import Packet

    from lecture.output.clips.select import BeatClip
    from lecture.voice.narration import SpokenLecture
    from lecture.voice.sound import Samples

__all__ = ["write_video"]

_CODECS = {".webm": "libopus", ".mov": "pcm_s16le"}


def write_video(clip: BeatClip, output: Path, spoken: SpokenLecture | None = None) -> None:
    """Write the segment of a beat as a clip, without encoding its frames again.

    Parameters
    ----------
    clip
        The beat.
    output
        Path of the clip, with the suffix of the segment.
    spoken
        The speech of the lecture; ``None`` for a clip with no sounds but those of its scene.

    Raises
    ------
    RenderError
        The segment or the clip cannot be decoded.
    VoiceError
        The speech is longer than its line.
    """
    sound = _sound(clip, spoken)
    if output.suffix == ".mp4":
        write_clip([clip.segment], output, clip.scene.fps, sound=sound)
    elif sound is None:
        shutil.copyfile(clip.segment, output)
    else:
        _add_sound(clip.segment, output, sound)


def _sound(clip: BeatClip, spoken: SpokenLecture | None) -> Samples | None:
    """Return the speech and the sounds of a beat; ``None`` if it has neither."""
    if spoken is None and not clip.scene.sounds:
        return None
    samples, _ = beat_samples(clip.scene, clip.beat_index, spoken)
    return samples if spoken is not None or samples.any() else None


def _add_sound(segment: Path, output: Path, sound: Samples) -> None:
    with av.open(segment.absolute()) as source, av.open(output.absolute(), "w") as target:
        pictures = source.streams.video[0]
        stream = add_copied_stream(target, pictures)
        if "alpha_mode" in pictures.metadata:
            # Without this tag, players ignore the alpha channel of WebM.
            stream.metadata["alpha_mode"] = pictures.metadata["alpha_mode"]
        codec = _CODECS[output.suffix]
        speech = cast("AudioStream", target.add_stream(codec, rate=RATE, layout="mono"))
        packets: list[Packet[Any]] = list(sound_packets(speech, [sound], len(sound)))
        for packet in source.demux(pictures):
            if packet.dts is not None:  # the empty packet that ends the stream
                packet.stream = stream
                packets.append(packet)
        for packet in sorted(packets, key=lambda packet: (packet.dts or 0) * packet.time_base):
            target.mux(packet)
