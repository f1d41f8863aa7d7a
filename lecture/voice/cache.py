"""Speech that was made before, kept on disk by what it was made from."""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING

from filelock import FileLock

from lecture.files import atomic_write
from lecture.voice.sound import SoundError, read_wav, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lecture.voice.sound import Samples

__all__ = ["SoundCache", "StoredSound"]

_LEVELLED_AS = "1"  # changes with the way in which loudness is measured
_MADE_AS = "2"  # changes with the way in which speech is trimmed and stored


class StoredSound:
    """A line's speech on disk.

    Parameters
    ----------
    path
        A WAV file: mono, 16 bits, at `lecture.voice.sound.RATE`.
    samples
        How many there are.
    """

    __slots__ = ("path", "samples")

    def __init__(self, path: Path, samples: int) -> None:
        self.path = path
        self.samples = samples

    def read(self) -> Samples:
        """Read the samples."""
        return read_wav(self.path)


class SoundCache:
    """A folder of speech, each under the digest of all that it depends on.

    An entry is used only when its checksum is right; a damaged one is made again. Two processes
    may use one folder.

    Parameters
    ----------
    folder
        Where it is kept; made when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, identity: Mapping[str, str], make: Callable[[], Samples]) -> StoredSound:
        """Return speech from the folder, or make it and keep it there.

        Parameters
        ----------
        identity
            All that the speech depends on.
        make
            Makes it.
        """
        key = hashlib.sha256(
            json.dumps({"made as": _MADE_AS, **identity}, sort_keys=True).encode()
        ).hexdigest()[:32]
        place = self._folder / f"{key}.wav"
        found = _sound_at(place)
        if found is not None:
            return found
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock"):
            found = _sound_at(place)  # another process may have made it in the meantime
            if found is not None:
                return found
            samples = make()
            with atomic_write(place) as temporary:
                write_wav(temporary, samples)
                checksum = hashlib.sha256(temporary.read_bytes()).hexdigest()
            with atomic_write(_checksum_of(place)) as temporary:
                temporary.write_text(checksum, encoding="ascii")
        return StoredSound(place, len(samples))

    def gain(self, sounds: Sequence[StoredSound], measure: Callable[[], float]) -> float:
        """Return the gain that brings sounds to the lecture's loudness, or measure it.

        Measuring takes longer than all else where nothing has changed.

        Parameters
        ----------
        sounds
            From this folder; their names tell what they hold.
        measure
            Measures it.
        """
        names = "\n".join(sorted(sound.path.name for sound in sounds))
        key = hashlib.sha256(f"{_LEVELLED_AS}\n{names}".encode()).hexdigest()[:32]
        place = self._folder / f"{key}.gain"
        try:
            gain = float(place.read_text(encoding="ascii"))
        except (OSError, ValueError):
            gain = math.nan
        if not (math.isfinite(gain) and gain > 0):
            gain = measure()
            with FileLock(self._folder / ".lock"), atomic_write(place) as temporary:
                temporary.write_text(repr(gain), encoding="ascii")
        return gain


def _checksum_of(place: Path) -> Path:
    return place.with_suffix(".sha256")


def _sound_at(place: Path) -> StoredSound | None:
    try:
        expected = _checksum_of(place).read_text(encoding="ascii")
        if hashlib.sha256(place.read_bytes()).hexdigest() != expected:
            return None
        return StoredSound(place, len(read_wav(place)))
    except (OSError, UnicodeDecodeError, SoundError):
        return None
