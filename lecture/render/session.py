"""Render scenes: reuse cached segments, and have workers render the missing ones."""

from __future__ import annotations

import shutil
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from lecture.files import RESULTS_FOLDER
from lecture.render.cache import DEFAULT_LIMIT, RenderCache
from lecture.render.estimates import FrameTimes, beat_frames
from lecture.render.keys import scene_key, timeline_key
from lecture.render.partition import MissingRange, missing_ranges, partition
from lecture.render.tasks import RenderMode, RenderResult, RenderTask
from lecture.timeline import RenderedScene, SceneTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from lecture.render.tasks import ProgressDisplay, SceneRenderSpec

__all__ = ["LOCK_FILE", "WORK_FOLDER", "Executor", "RenderSession"]

LOCK_FILE, WORK_FOLDER = ".lock", "work"

_LOGS = 20  # logs of failed tasks that stay, as error messages name them


class Executor(Protocol):
    """Runs render tasks: in processes of this machine, or on the workers of a cluster."""

    @property
    def workers(self) -> int:
        """Number of tasks that run at the same time."""

    @property
    def shares_disk(self) -> bool:
        """True if workers can write to the cache; else results carry the segments."""

    def submit(self, task: RenderTask) -> Future[RenderResult]:
        """Run a task as soon as a worker is free; the future raises `RenderError` if it fails."""


@dataclass(frozen=True, slots=True)
class _Missing:
    """A range of missing beats and the scene that it belongs to."""

    render_spec: SceneRenderSpec
    key: str
    beats: MissingRange


@dataclass(frozen=True, slots=True)
class RenderSession:
    """Renders scenes into a cache.

    Parameters
    ----------
    folder
        The cache folder, which also holds the work directories.
    executor
        Opens the executor; called only if there is work.
    display
        Shows the progress.
    force
        Render cached scenes again.
    limit
        Bytes of segments that the cache may hold.
    """

    folder: Path
    executor: Callable[[], AbstractContextManager[Executor]]
    display: ProgressDisplay
    force: bool = False
    limit: int = DEFAULT_LIMIT
    _rendered_scenes: list[str] = field(default_factory=list)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the cache folder; wait for another process that holds the lock."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / LOCK_FILE)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            self.display.step(f"another process uses {self.folder}; waiting for its end")
            lock.acquire()
        try:
            _clear_work(self.folder / WORK_FOLDER)
            yield
        finally:
            lock.release()

    @property
    def rendered_scenes(self) -> tuple[str, ...]:
        """Names of the scenes of which the last call of `render` rendered a part."""
        return tuple(self._rendered_scenes)

    def dry_run(self, render_specs: Sequence[SceneRenderSpec]) -> list[SceneTimeline]:
        """Return the timelines of scenes, stepping the scenes that have none in the cache.

        Raises
        ------
        RenderError
            A scene failed.
        """
        cache = RenderCache(self.folder)
        keys = [timeline_key(render_spec) for render_spec in render_specs]
        known = {key: found for key in keys if (found := cache.fetch_timeline(key)) is not None}
        tasks = [
            self._task(render_spec, key, "timeline", mode=RenderMode.TIMELINE)
            for key, render_spec in dict(zip(keys, render_specs, strict=True)).items()
            if key not in known
        ]
        if tasks:
            self.display.dry_run(len(tasks))
            with self.executor() as executor:
                for task, result in self._run(executor, tasks):
                    known[task.key] = result.timeline(task.render_spec)
                    cache.store_timeline(task.key, known[task.key])
        return [known[key] for key in keys]

    def stills(self, render_specs: Sequence[SceneRenderSpec]) -> list[RenderResult]:
        """Draw the last frame of each beat.

        Parameters
        ----------
        render_specs
            The scenes.

        Returns
        -------
        list of RenderResult
            One for each scene; the data of its beats is PNG.

        Raises
        ------
        RenderError
            A scene failed.
        """
        tasks = [
            self._task(render_spec, "", f"still-{index}", mode=RenderMode.LAST_FRAMES)
            for index, render_spec in enumerate(render_specs)
        ]
        drawn: dict[int, RenderResult] = {}
        self.display.begin({task.title: 1.0 for task in tasks}, len(tasks))
        with self.executor() as executor:
            for task, result in self._run(executor, tasks):
                drawn[tasks.index(task)] = result
                self.display.done(task.title)
        return [drawn[index] for index in range(len(tasks))]

    def render(self, render_specs: Sequence[SceneRenderSpec]) -> list[RenderedScene]:
        """Render scenes, reusing cached segments.

        Raises
        ------
        RenderError
            A scene failed.
        OSError
            The cache cannot be read or written.
        """
        self.display.step("checking the cache", brief=True)
        keys = [scene_key(render_spec) for render_spec in render_specs]
        scenes = list(zip(render_specs, keys, strict=True))
        if self.force:
            for render_spec, key in scenes:
                self._cache(render_spec).invalidate(key)
        missing = self._missing(dict(zip(keys, render_specs, strict=True)))
        self._rendered_scenes[:] = sorted({part.render_spec.scene.name for part in missing})
        if missing:
            self._render_missing(missing)
            self.display.step("checking the segments", brief=True)
            RenderCache(self.folder).prune(self.limit, pinned=keys)
        return [self._cache(render_spec).fetch(key, render_spec) for render_spec, key in scenes]

    def _cache(self, render_spec: SceneRenderSpec) -> RenderCache:
        return RenderCache(self.folder, render_spec.encoding.suffix)

    def _missing(self, scenes: dict[str, SceneRenderSpec]) -> list[_Missing]:
        frame_times = FrameTimes.load(self.folder)
        found: list[_Missing] = []
        for key, render_spec in scenes.items():
            cache = self._cache(render_spec)
            timeline = cache.fetch_timeline(timeline_key(render_spec))
            name = render_spec.scene.name
            frames = beat_frames(render_spec, timeline)
            estimates = [frame_times.estimate(name, count) for count in frames]
            missing = cache.missing(key)
            # The check of a segment reads it whole, for its checksum.
            present = cache.present(key) if missing is None else 0
            ranges = missing_ranges(missing, present, estimates)
            found += [_Missing(render_spec, key, beats) for beats in ranges]
        return found

    def _render_missing(self, missing: Sequence[_Missing]) -> None:
        self.display.step("starting the workers", brief=True)
        with self.executor() as executor:
            chunks = partition([part.beats for part in missing], executor.workers)
            tasks = [
                (self._chunk(part, beats, executor), beats.estimate)
                for part, divided in zip(missing, chunks, strict=True)
                for beats in divided
            ]
            tasks.sort(key=lambda task: -task[1])
            scenes = {part.render_spec.scene.name for part in missing}
            self.display.begin({task.title: estimate for task, estimate in tasks}, len(scenes))
            frame_times = FrameTimes.load(self.folder)
            for task, result in self._run(executor, [task for task, _ in tasks]):
                if task.cache_folder is None:
                    self._store(task, result)
                frame_times.measure(task.render_spec.scene.name, result)
                self.display.done(task.title)
            frame_times.save(self.folder)

    def _chunk(self, part: _Missing, beats: MissingRange, executor: Executor) -> RenderTask:
        return self._task(
            part.render_spec,
            part.key,
            str(beats.first),
            beats=(beats.first, beats.end),
            cache_folder=self.folder if executor.shares_disk else None,
        )

    def _task(
        self,
        render_spec: SceneRenderSpec,
        key: str,
        name: str,
        *,
        mode: RenderMode = RenderMode.VIDEO,
        beats: tuple[int, int | None] = (0, None),
        cache_folder: Path | None = None,
    ) -> RenderTask:
        """Return a task with a work directory of its own, named after its scene and `name`."""
        work_dir = self.folder / WORK_FOLDER / f"{render_spec.scene.name}-{key[:8]}-{name}"
        results = self.folder / RESULTS_FOLDER
        return RenderTask(render_spec, key, work_dir, beats, cache_folder, mode, results)

    def _run(
        self, executor: Executor, tasks: Sequence[RenderTask]
    ) -> Iterator[tuple[RenderTask, RenderResult]]:
        """Run tasks and yield their results as they arrive; stop at the first failure."""
        for task in tasks:
            task.log.unlink(missing_ok=True)  # of an earlier run that failed
        waiting = {executor.submit(task): task for task in tasks}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            # Results that arrive together with a failure are stored before it is raised.
            for future in sorted(done, key=lambda future: future.exception() is not None):
                task = waiting.pop(future)
                result = future.result()
                shutil.rmtree(task.folder, ignore_errors=True)
                yield task, result

    def _store(self, task: RenderTask, result: RenderResult) -> None:
        """Store the segments that a result carries."""
        cache = self._cache(task.render_spec)
        for beat in result.beats:
            cache.store(task.key, beat)
        if result.last:
            cache.store_beat_count(task.key, result.passed)


def _clear_work(folder: Path) -> None:
    """Remove what failed and killed processes have left, but for the latest logs."""
    for path in folder.glob("*/*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix != ".log":
            path.unlink(missing_ok=True)
    logs = sorted(folder.glob("*/*.log"), key=lambda log: log.stat().st_mtime)
    for log in logs[:-_LOGS]:
        log.unlink(missing_ok=True)
    for work_dir in folder.glob("*"):
        with suppress(OSError):  # it holds a log
            work_dir.rmdir()
