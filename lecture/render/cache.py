"""Rendered segments on disk, found by the cache key of their scene.

Each scene has a folder named after its key; each beat a segment and a record of it with the
segment's checksum. The record is written last, so a segment with a record is complete even if the
process was killed at any moment. A damaged segment counts as missing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import ValidationError

from lecture.files import atomic_write
from lecture.model import FrozenModel
from lecture.render.tasks import RenderedBeat, RenderResult
from lecture.timeline import Beat, Line, RenderedScene, SceneTimeline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from lecture.render.tasks import SceneRenderSpec

__all__ = ["DEFAULT_LIMIT", "SEGMENTS_FOLDER", "TIMELINES_FOLDER", "RenderCache", "size_of"]

DEFAULT_LIMIT = 8 * 1024**3
"""Bytes that a cache may hold before the segments that were used longest ago are removed."""

SEGMENTS_FOLDER, TIMELINES_FOLDER = "segments", "timelines"


class _SegmentRecord(FrozenModel):
    index: int
    sha256: str
    record: Beat
    lines: tuple[Line, ...]


class RenderCache:
    """A folder of rendered segments and of timelines.

    Parameters
    ----------
    folder
        The cache folder, created when something is stored.
    suffix
        Suffix of the names of segments.
    """

    def __init__(self, folder: Path, suffix: str = ".mp4") -> None:
        self.folder = folder
        self._suffix = suffix

    def store(self, key: str, beat: RenderedBeat) -> None:
        """Store the segment of a beat of the scene with the cache key `key`."""
        self._scene_folder(key).mkdir(parents=True, exist_ok=True)
        with atomic_write(self._segment(key, beat.index)) as temporary:
            temporary.write_bytes(beat.data)
        record = _SegmentRecord(
            index=beat.index,
            sha256=hashlib.sha256(beat.data).hexdigest(),
            record=beat.record,
            lines=beat.lines,
        )
        with atomic_write(self._record(key, beat.index)) as temporary:
            temporary.write_text(record.model_dump_json(), encoding="utf-8")

    def store_beat_count(self, key: str, beats: int) -> None:
        """Store the number of beats of a scene that ran to its end."""
        self._scene_folder(key).mkdir(parents=True, exist_ok=True)
        with atomic_write(self._scene_folder(key) / "beats") as temporary:
            temporary.write_text(str(beats), encoding="ascii")

    def beat_count(self, key: str) -> int | None:
        """Return the number of beats of a scene; ``None`` unless it once ran to its end."""
        try:
            return int((self._scene_folder(key) / "beats").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def missing(self, key: str, chosen: Iterable[int] | None = None) -> list[int] | None:
        """Return the beats without an intact segment; ``None`` if their number is unknown.

        `chosen` are the indices of the beats that count; ``None`` for all.
        """
        if chosen is None:
            count = self.beat_count(key)
            if count is None:
                return None
            chosen = range(count)
        return [index for index in chosen if self._intact(key, index) is None]

    def present(self, key: str) -> int:
        """Return the number of intact segments from the first beat up to a missing one."""
        index = 0
        while self._intact(key, index) is not None:
            index += 1
        return index

    def fetch(self, key: str, render_spec: SceneRenderSpec) -> RenderedScene:
        """Return a scene with all its segments, and mark them as used.

        Raises
        ------
        OSError
            A segment was removed or damaged since `missing` was called.
        """
        os.utime(self._scene_folder(key))
        indices = range(self.beat_count(key) or 0)
        records = [self._require(key, index) for index in indices]
        beats = tuple(RenderedBeat(found.index, found.record, found.lines) for found in records)
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
            beats[index] = RenderedBeat(index, found.record, found.lines)
        with suppress(FileNotFoundError):  # nothing is chosen
            os.utime(self._scene_folder(key))
        record = RenderResult(tuple(beats), last=True).timeline(render_spec)
        return RenderedScene(record, tuple(self._segment(key, beat.index) for beat in beats))

    def invalidate(self, key: str) -> None:
        """Remove the segments of a scene."""
        shutil.rmtree(self._scene_folder(key), ignore_errors=True)

    def store_timeline(self, key: str, timeline: SceneTimeline) -> None:
        """Store the timeline of a scene."""
        folder = self.folder / TIMELINES_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(folder / f"{key}.json") as temporary:
            temporary.write_text(timeline.model_dump_json(), encoding="utf-8")

    def fetch_timeline(self, key: str) -> SceneTimeline | None:
        """Return the timeline of a scene, if it is cached."""
        file = self.folder / TIMELINES_FOLDER / f"{key}.json"
        try:
            timeline = SceneTimeline.model_validate_json(file.read_bytes())
        except (OSError, ValidationError):
            return None
        os.utime(file)
        return timeline

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

    def _intact(self, key: str, index: int) -> _SegmentRecord | None:
        with suppress(OSError, ValidationError):
            record = _SegmentRecord.model_validate_json(self._record(key, index).read_bytes())
            content = self._segment(key, index).read_bytes()
            if hashlib.sha256(content).hexdigest() == record.sha256:
                return record
        return None

    def _require(self, key: str, index: int) -> _SegmentRecord:
        record = self._intact(key, index)
        if record is None:
            raise OSError(f"{self._segment(key, index)} was removed or changed during the render")
        return record

    def _scene_folder(self, key: str) -> Path:
        return self.folder / SEGMENTS_FOLDER / key

    def _segment(self, key: str, index: int) -> Path:
        return self._scene_folder(key) / f"{index:03}{self._suffix}"

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
