"""Sound as arrays: reading and writing it, one rate for all of it, and where speech begins in it.

Everywhere else in this package, sound is mono at 48,000 samples a second (`RATE`).
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.audio.frame import AudioFrame

__all__ = [
    "LONGEST",
    "RATE",
    "Samples",
    "Sound",
    "SoundError",
    "read_sound",
    "read_wav",
    "resampled",
    "trimmed",
    "within_full_scale",
    "write_wav",
]

RATE = 48_000
LONGEST = 120.0  # seconds of one line; nobody speaks a line for longer

Samples: TypeAlias = NDArray[np.float32]

_HOP = RATE // 200  # 5 ms, in which speech is loud or not
_BELOW_SPEECH = 10 ** (-38 / 20)  # quieter than this beside the speech itself counts as silence
_HEARD = 10 ** (-22 / 20)  # what is surely heard as the speech's beginning
_ABOVE_NOISE = 10 ** (6 / 20)
_LEAD, _TAIL = 6, 16  # hops that are kept before the first one that is not silent, and after
_LONGEST_LEAD = 6  # hops before the first one that is heard: a soft consonant must not come late


class SoundError(ValueError):
    """A file whose sound cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound as a voice gives it.

    Parameters
    ----------
    samples
        Shape (n,), from -1 to 1.
    rate
        Samples a second.
    """

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def read_sound(path: Path) -> Samples:
    """Read a file of any sound format, rate and number of channels.

    Raises
    ------
    SoundError
        It is no sound, or too long, or holds values that are no numbers.
    """
    try:
        with av.open(path) as container:
            if not container.streams.audio:
                raise SoundError("holds no sound")
            samples = _collected(container.decode(container.streams.audio[0]))
    except (av.FFmpegError, OSError) as error:
        raise SoundError(f"cannot be read as sound: {error.strerror or error}") from error
    if not np.isfinite(samples).all():
        raise SoundError("holds values that are not numbers")
    return samples


def _collected(frames: Iterator[AudioFrame]) -> Samples:
    resampler = av.AudioResampler(format="fltp", rate=RATE)
    chunks: list[Samples] = []
    taken = 0
    for frame in frames:
        frame.pts = None  # a gap or a jump in the time stamps is not filled
        chunks += _mixed(resampler.resample(frame))
        taken = sum(map(len, chunks))
        if taken > LONGEST * RATE:
            raise SoundError(f"is longer than {LONGEST:.0f} seconds")
    if taken:
        chunks += _mixed(resampler.resample(None))
    return np.concatenate(chunks).astype(np.float32) if chunks else np.zeros(0, np.float32)


def _mixed(frames: Sequence[AudioFrame]) -> list[Samples]:
    """Mix channels to one by their mean; ffmpeg's own way would make two alike louder."""
    return [frame.to_ndarray().mean(axis=0, dtype=np.float32) for frame in frames]


def resampled(sound: Sound) -> Samples:
    """Bring sound to `RATE`.

    Examples
    --------
    >>> len(resampled(Sound(np.zeros(24_000, np.float32), 24_000))) == RATE
    True
    """
    if sound.rate == RATE or not len(sound.samples):
        return sound.samples
    samples = np.ascontiguousarray(sound.samples, dtype=np.float32)
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="flt", layout="mono")
    frame.sample_rate = sound.rate
    return _collected(iter([frame]))


def trimmed(samples: Samples) -> Samples:
    """Cut the silence before the speech and behind it, but for at most 30 and 80 ms.

    What is silent is judged beside the speech, and beside the noise of the room where there is
    some. Silence alone comes back empty.
    """
    hops = len(samples) // _HOP
    if not hops:
        return samples[:0]
    energy = np.square(samples[: hops * _HOP].reshape(hops, _HOP), dtype=np.float64)
    level = np.sqrt(energy.mean(axis=1))
    speech, noise = np.percentile(level, 95), np.percentile(level, 5)
    if not speech:
        speech = level.max()
    threshold = speech * _BELOW_SPEECH
    if noise < speech / 4:  # or what sounds all the time is no noise, but the sound itself
        threshold = max(threshold, noise * _ABOVE_NOISE)
    loud = np.flatnonzero(level > threshold)
    if not len(loud):
        return samples[:0]
    heard = np.flatnonzero(level > max(threshold, speech * _HEARD))
    first = max(0, int(loud[0]) - _LEAD, int(heard[0]) - _LONGEST_LEAD if len(heard) else 0)
    last = int(loud[-1]) + 1 + _TAIL
    return samples[first * _HOP : last * _HOP]


def within_full_scale(samples: Samples) -> Samples:
    """Turn sound down that passes full scale, which would be cut off where it is stored.

    Examples
    --------
    >>> within_full_scale(np.array([0.5, -2.0], np.float32)).tolist()
    [0.25, -1.0]
    """
    return samples / np.float32(max(1.0, float(np.abs(samples).max(initial=0.0))))


def write_wav(path: Path, samples: Samples) -> None:
    """Write mono WAV of 16 bits at `RATE`; the same samples give the same bytes."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def read_wav(path: Path) -> Samples:
    """Read what `write_wav` wrote.

    Raises
    ------
    SoundError
        It is not such a file.
    """
    try:
        with wave.open(str(path), "rb") as file:
            form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            content = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise SoundError(f"cannot be read: {error}") from error
    if form != (1, 2, RATE):
        raise SoundError("has another format")
    return np.frombuffer(content, "<i2").astype(np.float32) / np.float32(32767)
