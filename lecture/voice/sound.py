"""Sound as arrays: voices return it, files are read and written, silence is trimmed.

Except for the sound of voices, all sound is mono with 48,000 samples per second (`RATE`).
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from av.audio.frame import AudioFrame

    from lecture.timeline import SpokenWord

__all__ = [
    "MAX_SECONDS",
    "RATE",
    "Samples",
    "Sound",
    "SoundError",
    "Voice",
    "mono_frame",
    "read_sound",
    "read_wav",
    "resampled",
    "speech_span",
    "trimmed",
    "within_full_scale",
    "write_wav",
]

RATE = 48_000
MAX_SECONDS = 120.0  # of a line

Samples: TypeAlias = NDArray[np.float32]

_HOP = RATE // 200  # samples, 5 ms
# Levels relative to the speech: silence is below the first, clear speech above the second.
_SILENCE = 10 ** (-38 / 20)
_CLEAR = 10 ** (-22 / 20)
_ABOVE_NOISE = 10 ** (6 / 20)  # level of speech relative to the noise of the room
_LEAD, _TAIL = 6, 16  # hops of silence that stay before and after the speech
_MAX_SOFT_LEAD = 6  # hops before clear speech; a longer soft start would make the line late
_MIX_WINDOW = RATE // 2  # samples that are mixed down alike


class SoundError(ValueError):
    """Sound cannot be read or used; the message is the predicate of a sentence."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound from a voice: mono samples from -1 to 1, and their number per second."""

    samples: Samples
    rate: int
    words: tuple[SpokenWord, ...] = ()
    """Words with their times from the start of the sound, if the voice knows them."""

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / self.rate


class Voice(Protocol):
    """Makes speech from text. Models are loaded by the first call of `speak`."""

    @property
    def name(self) -> str:
        """Name for the option ``--voice``."""

    @property
    def identity(self) -> Mapping[str, str]:
        """Engine, version and settings: all inputs of the speech except the wording."""

    def wording(self, text: str) -> str:
        """Return `text` with the markup of the engine."""

    def speak(self, wording: str) -> Sound:
        """Return the speech for a wording; any error is reported together with the line."""


def read_sound(path: Path, seconds: float | None = None) -> Samples:
    """Return the sound of a file of any format, rate and number of channels.

    By default the whole sound is returned, which must not be longer than `MAX_SECONDS`; else its
    first `seconds`. Raises `SoundError` if the file has no sound, is too long, or has samples that
    are not finite.
    """
    try:
        with av.open(path.absolute()) as container:
            if not container.streams.audio:
                raise SoundError("has no sound")
            samples = _mixed_down(container.decode(container.streams.audio[0]), seconds)
    except (av.FFmpegError, OSError) as error:
        raise SoundError(f"cannot be read as sound: {error.strerror or error}") from error
    if not np.isfinite(samples).all():
        raise SoundError("has samples that are not numbers")
    return samples


def _mixed_down(frames: Iterator[AudioFrame], seconds: float | None = None) -> Samples:
    """Return one channel at `RATE`, or its first `seconds`."""
    most = None if seconds is None else round(seconds * RATE)
    # FFmpeg's own downmix makes two identical channels louder than one.
    resampler = av.AudioResampler(format="fltp", rate=RATE)
    chunks: list[Samples] = []
    count = 0
    for frame in frames:
        frame.pts = None  # do not fill gaps between time stamps
        chunks += _channels(resampler.resample(frame))
        count = sum(chunk.shape[1] for chunk in chunks)
        if most is not None and count >= most:
            break
        if most is None and count > MAX_SECONDS * RATE:
            raise SoundError(f"is longer than {MAX_SECONDS:.0f} seconds")
    if count:
        chunks += _channels(resampler.resample(None))
    if not chunks:
        return np.zeros(0, np.float32)
    return _mean_channel(np.concatenate(chunks, axis=1)[:, :most])


def _channels(frames: Sequence[AudioFrame]) -> list[Samples]:
    return [frame.to_ndarray().astype(np.float32, copy=False) for frame in frames]


def _mean_channel(channels: Samples) -> Samples:
    """Return the mean of the channels, or the loudest channel where they cancel each other."""
    mean: Samples = channels.mean(axis=0, dtype=np.float32)
    loudest: Samples = max(channels, key=lambda channel: float(np.dot(channel, channel)))
    starts = np.arange(0, len(mean), _MIX_WINDOW)
    energy, reference = (np.add.reduceat(np.square(x), starts) for x in (mean, loudest))
    # One channel next to silent ones has this energy in the mean; only cancelling gives less.
    cancel = energy < 0.8 * reference / len(channels) ** 2
    if not cancel.any():
        return mean
    weight = np.interp(np.arange(len(mean)), starts + _MIX_WINDOW / 2, cancel).astype(np.float32)
    return mean + weight * (loudest - mean)


def resampled(sound: Sound) -> Samples:
    """Return the samples of a sound at `RATE`.

    Examples
    --------
    >>> len(resampled(Sound(np.zeros(24_000, np.float32), 24_000))) == RATE
    True
    """
    if sound.rate == RATE or not len(sound.samples):
        return sound.samples
    return _mixed_down(iter([mono_frame(sound.samples, sound.rate)]))


def mono_frame(samples: Samples, rate: int = RATE, *, start: int = 0) -> AudioFrame:
    """Return a frame of FFmpeg with the samples from `start` on of a sound of one channel.

    Examples
    --------
    >>> frame = mono_frame(np.zeros(480, np.float32), start=96)
    >>> frame.samples, frame.sample_rate, frame.pts
    (480, 48000, 96)
    """
    channel = np.ascontiguousarray(samples[np.newaxis], np.float32)
    frame = av.AudioFrame.from_ndarray(channel, format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
    return frame


def trimmed(samples: Samples) -> Samples:
    """Return speech without the silence around it, except 30 ms before and 80 ms after.

    The threshold is relative to the speech and to the noise of the room. The result for silence is
    empty.
    """
    return samples[speech_span(samples)]


def speech_span(samples: Samples) -> slice:
    """Return the samples that `trimmed` keeps."""
    hops = len(samples) // _HOP
    if not hops:
        return slice(0)
    energy = np.square(samples[: hops * _HOP].reshape(hops, _HOP), dtype=np.float64)
    level = np.sqrt(energy.mean(axis=1))
    speech, noise = np.percentile(level, 95), np.percentile(level, 5)
    if not speech:
        speech = level.max()
    threshold = speech * _SILENCE
    if noise < speech / 4:  # otherwise the speech has no pauses that would reveal the noise
        threshold = max(threshold, noise * _ABOVE_NOISE)
    loud = np.flatnonzero(level > threshold)
    if not len(loud):
        return slice(0)
    clear = np.flatnonzero(level > max(threshold, speech * _CLEAR))
    first = max(0, int(loud[0]) - _LEAD, int(clear[0]) - _MAX_SOFT_LEAD if len(clear) else 0)
    last = int(loud[-1]) + 1 + _TAIL
    return slice(first * _HOP, last * _HOP)


def within_full_scale(samples: Samples) -> Samples:
    """Return sound scaled down to full scale if it is louder, as WAV files would clip it.

    Examples
    --------
    >>> within_full_scale(np.array([0.5, -2.0], np.float32)).tolist()
    [0.25, -1.0]
    """
    return samples / np.float32(max(1.0, float(np.abs(samples).max(initial=0.0))))


def write_wav(path: Path, samples: Samples) -> None:
    """Write a mono WAV file of 16 bits at `RATE`; the same samples give the same bytes."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def read_wav(path: Path) -> Samples:
    """Return the samples of a file that `write_wav` has written; else raise `SoundError`."""
    try:
        with wave.open(str(path), "rb") as file:
            wav_format = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            content = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise SoundError(f"cannot be read: {error}") from error
    if wav_format != (1, 2, RATE):
        raise SoundError("has another format")
    return np.frombuffer(content, "<i2").astype(np.float32) / np.float32(32767)
