"""Films of beats on disk, found by the key of their scene.

Each scene has a folder named by its key; each beat a film and beside it a note with its record and
the film's checksum. The note is written last, so that a film with a note is whole: a process may be
killed at any moment. What is damaged all the same is noticed, and counts as not there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from lecture.files import atomic_write
from lecture.render.tasks import RenderedBeat, RenderResult
from lecture.timeline import Beat, Line, RenderedScene, SceneTimeline

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from lecture.render.tasks import SceneRenderSpec

__all__ = ["DEFAULT_LIMIT", "RenderCache", "size_of"]

DEFAULT_LIMIT = 8 * 1024**3
"""How many bytes a store may hold before it forgets what was not used for the longest time."""

_FILMS, _REHEARSALS = "films", "rehearsals"


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    index: int
    sha256: str
    record: Beat
    lines: tuple[Line, ...]


class RenderCache:
    """A folder of films.

    Parameters
    ----------
    folder
        Where it lies; made when something is put there.
    suffix
        How names of films end.
    """

    def __init__(self, folder: Path, suffix: str = ".mp4") -> None:
        self.folder = folder
        self._suffix = suffix

    def put(self, key: str, beat: RenderedBeat) -> None:
        """Keep the film of a beat.

        Parameters
        ----------
        key
            The key of its scene.
        beat
            The beat, with its film.
        """
        place = self._place(key)
        place.mkdir(parents=True, exist_ok=True)
        with atomic_write(self._film(key, beat.index)) as draft:
            draft.write_bytes(beat.film)
        note = _Note(
            index=beat.index,
            sha256=hashlib.sha256(beat.film).hexdigest(),
            record=beat.record,
            lines=beat.lines,
        )
        with atomic_write(self._note(key, beat.index)) as draft:
            draft.write_text(note.model_dump_json(), encoding="utf-8")

    def end(self, key: str, beats: int) -> None:
        """Keep in mind how many beats a scene has, once it ran to its end."""
        with atomic_write(self._place(key) / "beats") as draft:
            draft.write_text(str(beats), encoding="ascii")

    def count(self, key: str) -> int | None:
        """Return how many beats a scene has, where it ran to its end before."""
        try:
            return int((self._place(key) / "beats").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def missing(self, key: str) -> list[int] | None:
        """Name the beats whose films are not there or damaged; ``None`` where the end is unknown.

        Parameters
        ----------
        key
            The key of the scene.
        """
        count = self.count(key)
        if count is None:
            return None
        return [index for index in range(count) if self._kept(key, index) is None]

    def present(self, key: str) -> list[int]:
        """Name the beats from the first on whose films are there and whole, up to a gap."""
        index = 0
        while self._kept(key, index) is not None:
            index += 1
        return list(range(index))

    def filmed(self, key: str, view: SceneRenderSpec) -> RenderedScene:
        """Return a scene whose films are all there, and mark them as used.

        Parameters
        ----------
        key
            The key of the scene.
        view
            The scene.

        Raises
        ------
        OSError
            A film was removed or damaged since it was looked for.
        """
        os.utime(self._place(key))
        indices = range(self.count(key) or 0)
        notes = [self._must(key, index) for index in indices]
        beats = tuple(RenderedBeat(note.index, note.record, note.lines) for note in notes)
        record = RenderResult(beats, last=True).record(view)
        return RenderedScene(record, tuple(self._film(key, index) for index in indices))

    def forget(self, key: str) -> None:
        """Forget the films of a scene."""
        shutil.rmtree(self._place(key), ignore_errors=True)

    def keep_rehearsal(self, key: str, record: SceneTimeline) -> None:
        """Keep what a scene says."""
        place = self.folder / _REHEARSALS
        place.mkdir(parents=True, exist_ok=True)
        with atomic_write(place / f"{key}.json") as draft:
            draft.write_text(record.model_dump_json(), encoding="utf-8")

    def rehearsal(self, key: str) -> SceneTimeline | None:
        """Return what a scene says, where that is known."""
        file = self.folder / _REHEARSALS / f"{key}.json"
        try:
            record = SceneTimeline.model_validate_json(file.read_bytes())
        except (OSError, ValidationError):
            return None
        os.utime(file)
        return record

    def shrink(self, limit: int, spare: Collection[str] = ()) -> int:
        """Forget scenes that were not used for the longest time until the rest is small enough.

        Parameters
        ----------
        limit
            In bytes.
        spare
            Keys of scenes that are not to be forgotten.

        Returns
        -------
        int
            How many bytes were freed.
        """
        films = (self.folder / _FILMS).glob("*")
        places = [p for p in films if p.is_dir() and not p.is_symlink()]
        sizes = {place: size_of(place) for place in places}
        excess, freed = sum(sizes.values()) - limit, 0
        for place in sorted(places, key=lambda place: place.stat().st_mtime):
            if freed >= excess:
                break
            if place.name.partition(".")[0] not in spare:
                shutil.rmtree(place, ignore_errors=True)
                freed += sizes[place]
        return freed

    def size(self) -> int:
        """Return how many bytes the store holds."""
        return size_of(self.folder)

    def _kept(self, key: str, index: int) -> _Note | None:
        film = self._film(key, index)
        with suppress(OSError, ValidationError):
            note = _Note.model_validate_json(self._note(key, index).read_bytes())
            if hashlib.sha256(film.read_bytes()).hexdigest() == note.sha256:
                return note
        return None

    def _must(self, key: str, index: int) -> _Note:
        kept = self._kept(key, index)
        if kept is None:
            raise OSError(f"{self._film(key, index)} was removed or changed while it was used")
        return kept

    def _place(self, key: str) -> Path:
        return self.folder / _FILMS / key

    def _film(self, key: str, index: int) -> Path:
        return self._place(key) / f"{index:03}{self._suffix}"

    def _note(self, key: str, index: int) -> Path:
        return self._place(key) / f"{index:03}.json"


def size_of(folder: Path) -> int:
    """Return how many bytes the files in a folder hold.

    Parameters
    ----------
    folder
        Looked through with all that is in it; links are not followed.
    """
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            if file.is_file() and not file.is_symlink():
                total += file.stat().st_size
    return total
