"""Rendered segments on disk, found by the cache key of their scene.

Each scene has a folder named after its key; each beat a segment, copies of its sounds, and a record
with their checksums. The record is written last, so a segment with a record is complete even if the
process was killed at any moment. A segment counts as missing if it or a copy is damaged, or if a
file or a variable that its scene had read by the end of the beat has changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import ValidationError

from lecture.files import atomic_write, checksum, file_version, is_unchanged
from lecture.model import FrozenModel
from lecture.render.dependencies import NO_DEPENDENCIES, Dependencies
from lecture.render.tasks import RenderedBeat, RenderResult
from lecture.timeline import Beat, Line, RenderedScene, SceneSound, SceneTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from lecture.render.tasks import SceneRenderSpec

__all__ = ["DEFAULT_LIMIT", "SEGMENTS_FOLDER", "TIMELINES_FOLDER", "RenderCache", "size_of"]

DEFAULT_LIMIT = 8 * 1024**3
"""Bytes that a cache may hold before the segments that were used longest ago are removed."""

SEGMENTS_FOLDER, TIMELINES_FOLDER = "segments", "timelines"


class _SegmentRecord(FrozenModel):
    index: int
    sha256: str
    version: tuple[int, int, int]
    record: Beat
    lines: tuple[Line, ...]
    sounds: tuple[SceneSound, ...] = ()
    states: tuple[str, str]
    dependencies: Dependencies


class _SceneEnd(FrozenModel):
    """The number of beats of a scene that ran to its end."""

    beats: int
    dependencies: Dependencies


class _TimelineRecord(FrozenModel):
    timeline: SceneTimeline
    dependencies: Dependencies


class RenderCache:
    """A folder of rendered segments and of timelines.

    Parameters
    ----------
    folder
        The cache folder, created when something is stored.
    suffix
        Suffix of the names of segments.
    is_current
        Returns True if the dependencies of a cached result have not changed since.
    verify
        Compare the checksums of all segments; else only of those whose size, time or inode differ
        from the record.
    """

    def __init__(
        self,
        folder: Path,
        suffix: str = ".mp4",
        is_current: Callable[[Dependencies], bool] = lambda _: True,
        *,
        verify: bool = False,
    ) -> None:
        self.folder = folder
        self._verify = verify
        self._suffix = suffix
        self._is_current = is_current

    def store(self, key: str, beat: RenderedBeat) -> None:
        """Store the segment of a beat of the scene with the cache key `key`."""
        self._scene_folder(key).mkdir(parents=True, exist_ok=True)
        with atomic_write(self._segment(key, beat.index)) as temporary:
            temporary.write_bytes(beat.data)
        for sha256, content in beat.sound_files.items():
            with atomic_write(self._sound(key, beat.index, sha256)) as temporary:
                temporary.write_bytes(content)
        record = _SegmentRecord(
            index=beat.index,
            sha256=hashlib.sha256(beat.data).hexdigest(),
            version=file_version(self._segment(key, beat.index)),
            record=beat.record,
            lines=beat.lines,
            sounds=beat.sounds,
            states=beat.states,
            dependencies=beat.dependencies,
        )
        with atomic_write(self._record(key, beat.index)) as temporary:
            temporary.write_text(record.model_dump_json(), encoding="utf-8")

    def store_beat_count(
        self, key: str, beats: int, dependencies: Dependencies = NO_DEPENDENCIES
    ) -> None:
        """Store the number of beats of a scene that ran to its end."""
        end = _SceneEnd(beats=beats, dependencies=dependencies)
        self._scene_folder(key).mkdir(parents=True, exist_ok=True)
        with atomic_write(self._end_file(key)) as temporary:
            temporary.write_text(end.model_dump_json(), encoding="utf-8")

    def missing(self, key: str, chosen: Iterable[int] | None = None) -> list[int] | None:
        """Return the beats without a valid segment; ``None`` if their number is unknown.

        `chosen` are the indices of the beats that count; ``None`` for all.
        """
        if chosen is None:
            end = self._end(key)
            if end is None or not self._is_current(end.dependencies):
                return None
            chosen = range(end.beats)
        return [index for index in chosen if not self._is_valid(key, index)]

    def present(self, key: str) -> int:
        """Return the number of valid segments from the first beat up to a missing one."""
        index = 0
        while self._is_valid(key, index):
            index += 1
        return index

    def discontinuity(self, key: str, chosen: Iterable[int] | None = None) -> str | None:
        """Return the name of a beat that does not begin as the beat before it ended, if any does.

        They were rendered by runs of the scene that differ. `chosen` are the indices of the beats
        that count; ``None`` for all.
        """
        if chosen is None:
            end = self._end(key)
            chosen = range(end.beats if end is not None else 0)
        records: dict[int, _SegmentRecord] = {}
        for index in chosen:
            with suppress(OSError, ValidationError):
                records[index] = self._read_record(key, index)
        for index, record in records.items():
            following = records.get(index + 1)
            if following is not None and record.states[1] != following.states[0]:
                return following.record.name
        return None

    def fetch(self, key: str, render_spec: SceneRenderSpec) -> RenderedScene:
        """Return a scene with all its segments, and mark them as used.

        Changes of files during the render do not count.

        Raises
        ------
        OSError
            A segment was removed or damaged since `missing` was called.
        """
        os.utime(self._scene_folder(key))
        end = self._end(key)
        indices = range(end.beats if end is not None else 0)
        beats = tuple(self._beat(key, index) for index in indices)
        timeline = RenderResult(beats, last=True).timeline(render_spec)
        return RenderedScene(timeline, tuple(self._segment(key, index) for index in indices))

    def fetch_beats(
        self, key: str, render_spec: SceneRenderSpec, timeline: SceneTimeline, chosen: Iterable[int]
    ) -> RenderedScene | None:
        """Return a scene of which some beats have segments, and mark them as used.

        The other beats are those of `timeline`, without lines. ``None`` if the beats are others
        than those of `timeline`, or missing.
        """
        beats = [RenderedBeat(index, beat) for index, beat in enumerate(timeline.beats)]
        for index in chosen:
            found = self._intact(key, index)
            if found is None or found.record.name != beats[index].record.name:
                return None
            beats[index] = self._beat(key, index)
        with suppress(FileNotFoundError):  # nothing is chosen
            os.utime(self._scene_folder(key))
        record = RenderResult(tuple(beats), last=True).timeline(render_spec)
        return RenderedScene(record, tuple(self._segment(key, beat.index) for beat in beats))

    def invalidate(self, key: str) -> None:
        """Remove the segments of a scene."""
        shutil.rmtree(self._scene_folder(key), ignore_errors=True)

    def store_timeline(
        self, key: str, timeline: SceneTimeline, dependencies: Dependencies = NO_DEPENDENCIES
    ) -> None:
        """Store the timeline of a scene."""
        record = _TimelineRecord(timeline=timeline, dependencies=dependencies)
        file = self._timeline_file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(file) as temporary:
            temporary.write_text(record.model_dump_json(), encoding="utf-8")

    def fetch_timeline(self, key: str) -> SceneTimeline | None:
        """Return the timeline of a scene, if it is cached and valid."""
        record = self._timeline(key)
        if record is None or not self._is_current(record.dependencies):
            return None
        os.utime(self._timeline_file(key))
        return record.timeline

    def known_dependencies(self, key: str, timeline_key: str) -> Dependencies:
        """Return what earlier runs of a scene depended on, whether it has changed or not."""
        end, timeline = self._end(key), self._timeline(timeline_key)
        known = [found.dependencies for found in (end, timeline) if found is not None]
        return Dependencies(
            files={name: state for one in known for name, state in one.files.items()},
            listings={name: state for one in known for name, state in one.listings.items()},
            variables={name: state for one in known for name, state in one.variables.items()},
        )

    def prune(self, limit: int, pinned: Collection[str] = ()) -> int:
        """Remove the scenes that were used longest ago until the segments fit into `limit` bytes.

        Parameters
        ----------
        limit
            Bytes.
        pinned
            Cache keys of scenes that stay.

        Returns
        -------
        int
            Bytes that were freed.
        """
        found = (self.folder / SEGMENTS_FOLDER).glob("*")
        folders = [path for path in found if path.is_dir() and not path.is_symlink()]
        sizes = {folder: size_of(folder) for folder in folders}
        excess, freed = sum(sizes.values()) - limit, 0
        for folder in sorted(folders, key=lambda folder: folder.stat().st_mtime):
            if freed >= excess:
                break
            if folder.name not in pinned:
                shutil.rmtree(folder, ignore_errors=True)
                freed += sizes[folder]
        return freed

    def _end(self, key: str) -> _SceneEnd | None:
        with suppress(OSError, ValidationError):
            return _SceneEnd.model_validate_json(self._end_file(key).read_bytes())
        return None

    def _timeline(self, key: str) -> _TimelineRecord | None:
        with suppress(OSError, ValidationError):
            return _TimelineRecord.model_validate_json(self._timeline_file(key).read_bytes())
        return None

    def _is_valid(self, key: str, index: int) -> bool:
        record = self._intact(key, index)
        return record is not None and self._is_current(record.dependencies)

    def _intact(self, key: str, index: int) -> _SegmentRecord | None:
        with suppress(OSError, ValidationError):
            record, segment = self._read_record(key, index), self._segment(key, index)
            intact = all(self._has_sound(key, index, sound) for sound in record.sounds)
            if intact and is_unchanged(segment, record.version, record.sha256, verify=self._verify):
                return record
        return None

    def _read_record(self, key: str, index: int) -> _SegmentRecord:
        return _SegmentRecord.model_validate_json(self._record(key, index).read_bytes())

    def _has_sound(self, key: str, index: int, sound: SceneSound) -> bool:
        return sound.sha256 == checksum(self._sound(key, index, sound.sha256))

    def _beat(self, key: str, index: int) -> RenderedBeat:
        found = self._intact(key, index)
        if found is None:
            raise OSError(f"{self._segment(key, index)} was removed or changed during the render")
        sounds = tuple(
            sound.model_copy(update={"file": self._sound(key, index, sound.sha256)})
            for sound in found.sounds
        )
        return RenderedBeat(found.index, found.record, found.lines, sounds=sounds)

    def _timeline_file(self, key: str) -> Path:
        return self.folder / TIMELINES_FOLDER / f"{key}.json"

    def _end_file(self, key: str) -> Path:
        return self._scene_folder(key) / "beats"

    def _scene_folder(self, key: str) -> Path:
        return self.folder / SEGMENTS_FOLDER / key

    def _segment(self, key: str, index: int) -> Path:
        return self._scene_folder(key) / f"{index:03}{self._suffix}"

    def _sound(self, key: str, index: int, sha256: str) -> Path:
        return self._scene_folder(key) / f"{index:03}-{sha256[:16]}.sound"

    def _record(self, key: str, index: int) -> Path:
        return self._scene_folder(key) / f"{index:03}.json"


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder and its subfolders, without following links."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            if file.is_file() and not file.is_symlink():
                total += file.stat().st_size
    return total
