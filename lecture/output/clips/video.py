"""Clips as videos: the packets of a segment, with or without sound."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np
from av.video.frame import PictureType

from lecture.output.clips.frames import decode_frames
from lecture.output.video.assemble import write_clip
from lecture.output.video.mux import sound_packets
from lecture.output.video.packets import add_copied_stream
from lecture.output.video.soundtrack import beat_samples
from lecture.render.backend.color import tag
from lecture.render.backend.encoding import Encoding
from lecture.voice.sound import RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from av.audio.stream import AudioStream
    from av.packet import Packet

    from lecture.output.clips.select import BeatClip
    from lecture.voice.narration import SpokenLecture
    from lecture.voice.sound import Samples

__all__ = ["write_parts", "write_video"]

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


def write_parts(
    clip: BeatClip, outputs: Sequence[Path], starts: Sequence[int], spoken: SpokenLecture | None
) -> None:
    """Write the segment of a beat in parts, each of which ends with the first frame of the next.

    Segments have key frames at their starts only, so the frames are encoded again.

    Parameters
    ----------
    clip
        The beat, with an MP4 segment.
    outputs
        Paths of the parts.
    starts
        Indices of their first frames.
    spoken
        The speech of the lecture; ``None`` for parts with no sounds but those of the scene.

    Raises
    ------
    RenderError
        The segment or a part cannot be decoded.
    VoiceError
        The speech is longer than its line.
    """
    sound, fps = _sound(clip, spoken), clip.scene.fps
    ends = [*starts[1:], clip.beat.frames]
    with tempfile.TemporaryDirectory(prefix="lecture-parts-") as folder:
        paths = [Path(folder) / output.name for output in outputs]
        lasts = [min(end, clip.beat.frames - 1) for end in ends]
        _encode_parts(clip, paths, list(zip(starts, lasts, strict=True)))
        for path, output, start, end, last in zip(paths, outputs, starts, ends, lasts, strict=True):
            heard = None
            if sound is not None:
                # The frame of the next part is silent.
                heard = sound[start * RATE // fps : end * RATE // fps]
                missing = (last + 1 - start) * RATE // fps - len(heard)
                heard = np.pad(heard, (0, max(0, missing)))
            write_clip([path], output, fps, sound=heard)


def _encode_parts(clip: BeatClip, paths: Sequence[Path], ranges: Sequence[tuple[int, int]]) -> None:
    """Encode ranges of frames, each with its last, with the settings of segments."""
    codec, fps = Encoding.H264.value, clip.scene.fps
    with ExitStack() as stack:
        writers = []
        for path in paths:
            container = stack.enter_context(av.open(path.absolute(), "w"))
            stream = container.add_stream(codec.name, rate=fps, options=dict(codec.options))
            stream.width, stream.height = clip.scene.width, clip.scene.height
            stream.pix_fmt = codec.pixel_format
            tag(stream)
            writers.append((container, stream))
        for index, frame in enumerate(decode_frames(clip.segment)):
            frame.pict_type = PictureType.NONE  # else it stays what it was in the segment
            frame.time_base = Fraction(1, fps)
            for (container, stream), (first, last) in zip(writers, ranges, strict=True):
                if first <= index <= last:
                    frame.pts = index - first
                    container.mux(stream.encode(frame))
        for container, stream in writers:
            container.mux(stream.encode(None))


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
        packets: list[Packet[Any]] = list(
            chain.from_iterable(sound_packets(speech, [sound], len(sound)))
        )
        for packet in source.demux(pictures):
            if packet.dts is not None:  # the empty packet that ends the stream
                packet.stream = stream
                packets.append(packet)
        for packet in sorted(packets, key=lambda packet: (packet.dts or 0) * packet.time_base):
            target.mux(packet)
