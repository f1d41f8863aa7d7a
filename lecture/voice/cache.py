"""A cache of speech on disk, by a digest of its inputs."""

from __future__ import annotations

import hashlib
import json
import math
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock

from lecture.files import atomic_write, checksum, file_version, is_unchanged
from lecture.model import FrozenModel
from lecture.timeline import SpokenWord
from lecture.voice.sound import read_wav, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lecture.voice.sound import Samples, Sound

__all__ = ["SoundCache", "StoredSound"]

_GAIN_VERSION = "2"  # of the loudness measurement
_SPEECH_VERSION = "4"  # of trimming and of the file formats


class _SoundRecord(FrozenModel):
    sha256: str
    version: tuple[int, int, int]
    samples: int
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True, slots=True)
class StoredSound:
    """Cached speech of a line: a mono WAV file of 16 bits at `lecture.voice.sound.RATE`."""

    path: Path
    samples: int
    """Number of samples."""
    words: tuple[SpokenWord, ...] = ()
    """Words with their times, if the voice knows them."""

    def read(self) -> Samples:
        """Return the samples."""
        return read_wav(self.path)


class SoundCache:
    """A folder of speech with checksums; damaged files count as missing.

    Several processes may use the same folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, identity: Mapping[str, str], make: Callable[[], Sound]) -> StoredSound:
        """Return cached speech by all its inputs, or call `make` and store its result.

        The sound that `make` returns has `lecture.voice.sound.RATE`.
        """
        content = json.dumps({"made as": _SPEECH_VERSION, **identity}, sort_keys=True)
        path = self._folder / f"{_key(content)}.wav"
        found = _load(path)
        if found is not None:
            return found
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock"):
            found = _load(path)  # another process may have stored it in the meantime
            if found is not None:
                return found
            sound = make()
            with atomic_write(path) as temporary:
                write_wav(temporary, sound.samples)
            record = _SoundRecord(
                sha256=checksum(path),
                version=file_version(path),
                samples=len(sound.samples),
                words=sound.words,
            )
            with atomic_write(_record_file(path)) as temporary:
                temporary.write_text(record.model_dump_json(), encoding="utf-8")
        return StoredSound(path, len(sound.samples), sound.words)

    def gain(self, sounds: Sequence[StoredSound], measure: Callable[[], float]) -> float:
        """Return the cached gain of sounds, or call `measure`, which is slow, and store its result.

        The names of the sounds are digests of their inputs, so they identify the gain.
        """
        content = "\n".join([_GAIN_VERSION, *sorted(sound.path.name for sound in sounds)])
        path = self._folder / f"{_key(content)}.gain"
        try:
            gain = float(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            gain = math.nan
        if not (math.isfinite(gain) and gain > 0):
            gain = measure()
            with FileLock(self._folder / ".lock"), atomic_write(path) as temporary:
                temporary.write_text(repr(gain), encoding="ascii")
        return gain


def _key(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _record_file(path: Path) -> Path:
    return path.with_suffix(".json")


def _load(path: Path) -> StoredSound | None:
    with suppress(OSError, ValueError):
        record = _SoundRecord.model_validate_json(_record_file(path).read_bytes())
        if is_unchanged(path, record.version, record.sha256):
            return StoredSound(path, record.samples, record.words)
    return None
