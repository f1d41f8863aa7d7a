"""Recordings of the lecturer: a folder with a sound file for each line."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lecture.config.issues import did_you_mean
from lecture.errors import VoiceInputError
from lecture.files import checksum, name_part
from lecture.voice.choose import RECORDED
from lecture.voice.loudness import decibels
from lecture.voice.sound import RATE, SoundError, read_sound, trimmed, within_full_scale

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from lecture.timeline import SceneTimeline
    from lecture.voice.sound import Samples, Voice

__all__ = ["SUFFIXES", "Recordings", "recording_name", "unused_recordings"]

SUFFIXES = (
    ".wav",
    ".m4a",
    ".mp3",
    ".flac",
    ".ogg",
    ".opus",
    ".aac",
    ".aif",
    ".aiff",
    ".caf",
    ".webm",
)
"""Suffixes of recordings, in lower or upper case; FFmpeg recognizes the format by the content."""

_SILENT = -55.0  # dBFS; the noise of a muted microphone is below
_SHORTEST = 0.25  # seconds
_FASTEST, _SLOWEST = 150.0, 2.0  # characters a second; usual are about 15
_WINDOW = RATE // 20  # samples, 50 ms


def recording_name(scene: str, beat: str, key: str) -> str:
    """Return the file name of the recording of a line, without a suffix.

    Examples
    --------
    >>> recording_name("BackwardPass", "the_log_axis", "ruler")
    'BackwardPass.the_log_axis.ruler'
    """
    # The class name of a scene, in capitals, comes first; beats and keys are in snake case.
    parts = [name_part(scene), *(name_part(part, cased=False) for part in (beat, key) if part)]
    return ".".join(parts)


@dataclass(frozen=True)
class Recordings:
    """A folder of recordings.

    Parameters
    ----------
    folder
        Folder of sound files named by `recording_name`, with one of `SUFFIXES`.
    fallback
        Voice for lines without a recording; ``None`` if each line needs one.
    """

    folder: Path
    fallback: Voice | None = None

    @cached_property
    def files(self) -> Mapping[str, Sequence[Path]]:
        """The sound files by their names without a suffix, as the folder was at the first use."""
        found: dict[str, list[Path]] = defaultdict(list)
        try:
            paths = sorted(self.folder.iterdir())
        except OSError as error:
            message = f"--recordings: {self.folder} cannot be read: {error.strerror}"
            raise VoiceInputError([message]) from error
        for path in paths:
            # macOS stores names decomposed, and files of its own beside those on other disks.
            if path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
                found[unicodedata.normalize("NFC", path.stem)].append(path)
        return dict(found)

    def missing(self, name: str, expected: Collection[str]) -> str:
        """Return the message for a missing recording, with a similar name of an unexpected file."""
        unexpected = [
            path.name
            for stem, paths in self.files.items()
            if stem not in expected
            for path in paths
        ]
        return f"{self.folder / name}.wav is missing{did_you_mean(f'{name}.wav', unexpected)}"


def unused_recordings(
    recordings: Recordings, records: Sequence[SceneTimeline], other_scenes: Collection[str] = ()
) -> list[str]:
    """Return a warning for each file that has the name of no line.

    Parameters
    ----------
    recordings
        The folder.
    records
        Timelines of the scenes.
    other_scenes
        Further scenes, whose recordings may be in the same folder.
    """
    names = {
        recording_name(record.name, line.beat, line.key)
        for record in records
        for line in record.lines
    }
    missing = names - recordings.files.keys()
    return [
        f"{path} is not used: no line has its name{did_you_mean(name, missing)}"
        for name, paths in recordings.files.items()
        if name not in names and name.partition(".")[0] not in map(name_part, other_scenes)
        for path in paths
    ]


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
    return {"engine": RECORDED, "content": checksum(path), "characters": str(len(text))}
