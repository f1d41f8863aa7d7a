"""The lecturer's own voice: a folder of WAV files, one a line."""

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

    from lecture.voice.protocol import Voice
    from lecture.voice.sound import Samples

__all__ = ["RECORDED", "Recordings", "recording_name"]

RECORDED = "recorded"

_SILENT = -55.0  # dB below full scale; a microphone that was switched off gives no more
_SHORTEST = 0.25  # seconds
_FASTEST, _SLOWEST = 150.0, 2.0  # characters a second; people read aloud at about 15
_WINDOW = RATE // 20


def recording_name(scene: str, beat: str, key: str) -> str:
    """Name the file that holds the recording of a line.

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
        Holds a WAV file for each line, named by `recording_name`.
    fallback
        Speaks the lines that have no recording; ``None`` where each must have one.
    """

    folder: Path
    fallback: Voice | None = None

    def path(self, scene: str, beat: str, key: str) -> Path:
        """Return where the recording of a line should be."""
        return self.folder / recording_name(scene, beat, key)

    def missing(self, path: Path, wanted: Set[str]) -> str:
        """Say that a recording is missing, and which file that nobody wanted might be it."""
        others = [found.name for found in self.folder.glob("*.[wW][aA][vV]")]
        spare = [name for name in others if name not in wanted]
        return f"{path} is missing{did_you_mean(path.name, spare)}"


def load_recording(path: Path, text: str) -> Samples:
    """Read a recording and cut the silence around it.

    Parameters
    ----------
    path
        The file, of any rate, one or more channels and any width of sample.
    text
        What is said in it, to judge its length by.

    Raises
    ------
    SoundError
        It cannot be read, is silent, or cannot be a recording of `text`.
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
    """Return the level of the loudest twentieth of a second, in dB below full scale."""
    windows = [samples[at : at + _WINDOW] for at in range(0, len(samples), _WINDOW)]
    levels = [float(np.sqrt(np.mean(np.square(part, dtype=np.float64)))) for part in windows]
    return decibels(max(levels, default=0.0))


def recording_identity(path: Path, text: str) -> dict[str, str]:
    """Return what a recording's speech depends on: the file's content, and the text's length."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"engine": RECORDED, "content": digest, "characters": str(len(text))}
