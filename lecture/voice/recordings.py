"""Recordings of the lecturer: a folder with a WAV file for each line."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lecture.config.issues import did_you_mean
from lecture.voice.loudness import decibels
from lecture.voice.sound import RATE, SoundError, read_sound, trimmed, within_full_scale

if TYPE_CHECKING:
    from collections.abc import Set
    from pathlib import Path

    from lecture.voice.sound import Samples, Voice

__all__ = ["RECORDED", "Recordings", "recording_name"]

RECORDED = "recorded"

_SILENT = -55.0  # dBFS; the noise of a muted microphone is below
_SHORTEST = 0.25  # seconds
_FASTEST, _SLOWEST = 150.0, 2.0  # characters a second; usual are about 15
_WINDOW = RATE // 20  # samples, 50 ms


def recording_name(scene: str, beat: str, key: str) -> str:
    """Return the file name of the recording of a line.

    Examples
    --------
    >>> recording_name("BackwardPass", "the_log_axis", "ruler")
    'BackwardPass.the_log_axis.ruler.wav'
    """
    parts = [re.sub(r"[^\w-]+", "_", part) for part in (scene, beat, key) if part]
    return ".".join([*parts, "wav"])


@dataclass(frozen=True)
class Recordings:
    """A folder of recordings.

    Parameters
    ----------
    folder
        Folder of WAV files named by `recording_name`.
    fallback
        Voice for lines without a recording; ``None`` if each line needs one.
    """

    folder: Path
    fallback: Voice | None = None

    def path(self, scene: str, beat: str, key: str) -> Path:
        """Return the path of the recording of a line."""
        return self.folder / recording_name(scene, beat, key)

    def missing(self, path: Path, expected: Set[str]) -> str:
        """Return the message for a missing recording, with a similar name of an unexpected file."""
        names = [found.name for found in self.folder.glob("*.[wW][aA][vV]")]
        unexpected = [name for name in names if name not in expected]
        return f"{path} is missing{did_you_mean(path.name, unexpected)}"


def load_recording(path: Path, text: str) -> Samples:
    """Return the speech of a recording, without the silence around it.

    Raises `SoundError` if the file cannot be read, is silent, or is too short or too long for the
    spoken text.
    """
    samples = read_sound(path)
    seconds = len(samples) / RATE
    if _loudest(samples) < _SILENT:
        raise SoundError(f"is silent ({seconds:.1f} s); record it again")
    speech = trimmed(samples)
    seconds = len(speech) / RATE
    shortest, longest = max(_SHORTEST, len(text) / _FASTEST), 5 + len(text) / _SLOWEST
    if not shortest <= seconds <= longest:
        raise SoundError(
            f"holds {seconds:.2f} s of speech for {len(text)} characters; "
            f"allowed: {shortest:.2f} to {longest:.0f} s"
        )
    return within_full_scale(speech)


def _loudest(samples: Samples) -> float:
    """Return the RMS level of the loudest window, in dBFS."""
    windows = [samples[start : start + _WINDOW] for start in range(0, len(samples), _WINDOW)]
    levels = [float(np.sqrt(np.mean(np.square(part, dtype=np.float64)))) for part in windows]
    return decibels(max(levels, default=0.0))


def recording_identity(path: Path, text: str) -> dict[str, str]:
    """Return the inputs of a recording's speech: the file's content, and the text's length."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"engine": RECORDED, "content": digest, "characters": str(len(text))}
