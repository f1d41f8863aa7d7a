"""Render scenes: reuse cached segments, and have workers render the missing ones."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from filelock import FileLock, Timeout

from lecture.errors import RenderError
from lecture.files import RESULTS_FOLDER, name_part
from lecture.render.cache import DEFAULT_LIMIT, RenderCache
from lecture.render.dependencies import DependencyChecker
from lecture.render.estimates import FrameTimes, Workload, beat_frames
from lecture.render.imports import cached_imports
from lecture.render.keys import forget_files, scene_folder, scene_key, timeline_key
from lecture.render.partition import MissingRange, missing_ranges, partition
from lecture.render.tasks import RenderMode, RenderResult, RenderTask, clear_work
from lecture.timeline import RenderedScene, SceneTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from lecture.render.tasks import Executor, ProgressDisplay, SceneRenderSpec

__all__ = ["LOCK_FILE", "WORK_FOLDER", "ChosenBeats", "RenderSession"]

ChosenBeats: TypeAlias = Collection[tuple[str, str]]

LOCK_FILE, WORK_FOLDER = ".lock", "work"


@dataclass(frozen=True, slots=True)
class _Missing:
    """A range of missing beats, the scene that it belongs to, and the frames of its beats."""

    render_spec: SceneRenderSpec
    key: str
    beats: MissingRange
    frames: Sequence[float]


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
    verify
        Compare the checksums of all cached segments (see `RenderCache`).
    limit
        Bytes of segments that the cache may hold.
    """

    folder: Path
    executor: Callable[[], AbstractContextManager[Executor]]
    display: ProgressDisplay
    force: bool = False
    verify: bool = False
    limit: int = DEFAULT_LIMIT
    _rendered_scenes: set[str] = field(default_factory=set)
    _used: set[str] = field(default_factory=set)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the cache folder; wait for another process that holds the lock."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / LOCK_FILE)
        try:
            held = lock.acquire(timeout=0)
        except Timeout:
            self.display.step(f"another process uses {self.folder}; waiting for its end")
            held = lock.acquire()
        with held, cached_imports(self.folder):
            clear_work(self.folder / WORK_FOLDER)
            yield

    @property
    def rendered_scenes(self) -> tuple[str, ...]:
        """Names of the scenes of which `render` has rendered a part."""
        return tuple(sorted(self._rendered_scenes))

    def dry_run(
        self,
        render_specs: Sequence[SceneRenderSpec],
        on_timeline: Callable[[SceneTimeline], None] | None = None,
    ) -> list[SceneTimeline]:
        """Return the timelines of scenes, stepping the scenes that have none in the cache.

        Parameters
        ----------
        render_specs
            The scenes.
        on_timeline
            Called with each new timeline, while the workers step other scenes.

        Raises
        ------
        RenderError
            A scene failed.
        """
        forget_files()
        keys = [timeline_key(render_spec) for render_spec in render_specs]
        scenes = dict(zip(keys, render_specs, strict=True))
        checker = DependencyChecker()
        known = {
            key: found
            for key, render_spec in scenes.items()
            if (found := self._cache(render_spec, checker).fetch_timeline(key)) is not None
        }
        tasks = [
            self._task(render_spec, key, "timeline", mode=RenderMode.TIMELINE)
            for key, render_spec in scenes.items()
            if key not in known
        ]
        if tasks:
            self.display.dry_run(len(tasks))
            with self.executor() as executor:
                for task, result in self._run(executor, tasks):
                    known[task.key] = timeline = result.timeline(task.render_spec, exact=False)
                    cache = self._cache(task.render_spec)
                    cache.store_timeline(task.key, timeline, result.dependencies)
                    if on_timeline is not None:
                        on_timeline(timeline)
        return [known[key] for key in keys]

    def run_each(
        self, render_specs: Sequence[SceneRenderSpec], mode: RenderMode
    ) -> list[RenderResult]:
        """Run scenes in another mode than `RenderMode.VIDEO`, without a cache.

        Raises
        ------
        RenderError
            A scene failed.
        """
        tasks = [
            self._task(render_spec, "", f"{mode.name.lower()}-{index}", mode=mode)
            for index, render_spec in enumerate(render_specs)
        ]
        drawn: dict[int, RenderResult] = {}
        self.display.begin({task.title: 1.0 for task in tasks}, len(tasks))
        with self.executor() as executor:
            for task, result in self._run(executor, tasks):
                drawn[tasks.index(task)] = result
                self.display.done(task.title)
        return [drawn[index] for index in range(len(tasks))]

    def workload(
        self, render_specs: Sequence[SceneRenderSpec], beats: ChosenBeats | None = None
    ) -> Workload:
        """Return an estimate of what `render` would have to do."""
        forget_files()
        load = Workload()
        for part in self._missing(render_specs, beats):
            load = load.including(part.render_spec, part.beats, part.frames)
        return load

    def render(
        self, render_specs: Sequence[SceneRenderSpec], beats: ChosenBeats | None = None
    ) -> list[RenderedScene]:
        """Render scenes, reusing cached segments.

        Parameters
        ----------
        render_specs
            The scenes.
        beats
            Names of scene and beat of the beats to render; ``None`` for all. Only scenes with a
            cached timeline are rendered in part.

        Raises
        ------
        RenderError
            A scene failed.
        OSError
            The cache cannot be read or written.
        """
        self.display.step("checking the cache", brief=True)
        forget_files()
        missing = self._missing(render_specs, beats)
        keys = [scene_key(render_spec) for render_spec in render_specs]
        if self.force and beats is None:
            for key, render_spec in zip(keys, render_specs, strict=True):
                self._cache(render_spec).invalidate(key)
        self._used.update(keys)
        reading = self._render_missing(missing)
        indivisible = self._indivisible(render_specs, beats, reading)
        self._render_missing(indivisible, divide=False)
        rendered = [part.render_spec.scene.name for part in [*missing, *indivisible]]
        self._rendered_scenes.update(rendered)
        if rendered:
            self.display.step("checking the segments", brief=True)
            RenderCache(self.folder).prune(self.limit, pinned=self._used)
        return [
            self._fetch(key, render_spec, beats)
            for key, render_spec in zip(keys, render_specs, strict=True)
        ]

    def _fetch(
        self, key: str, render_spec: SceneRenderSpec, beats: ChosenBeats | None
    ) -> RenderedScene:
        cache, chosen = self._cache(render_spec), self._chosen(render_spec, beats)
        if chosen is None:
            return cache.fetch(key, render_spec)
        timeline, indices = chosen
        found = cache.fetch_beats(key, render_spec, timeline, indices)
        if found is not None:
            return found
        # In a dry run, which skips animations, a scene may have other beats.
        return replace(self, force=False).render([render_spec])[0]

    def _chosen(
        self, render_spec: SceneRenderSpec, beats: ChosenBeats | None
    ) -> tuple[SceneTimeline, list[int]] | None:
        """Return the timeline of a scene and the indices of the chosen beats; ``None`` for all."""
        if beats is None:
            return None
        timeline = self._cache(render_spec).fetch_timeline(timeline_key(render_spec))
        if timeline is None:
            return None
        named = [(render_spec.scene.name, beat.name) in beats for beat in timeline.beats]
        return timeline, [index for index, chosen in enumerate(named) if chosen]

    def _cache(
        self, render_spec: SceneRenderSpec, checker: DependencyChecker | None = None
    ) -> RenderCache:
        """Return the cache for a scene, which takes all results for valid without a checker."""
        suffix = render_spec.encoding.suffix
        if checker is None:
            return RenderCache(self.folder, suffix)
        folder = scene_folder(render_spec.scene)
        return RenderCache(
            self.folder,
            suffix,
            lambda found: checker.is_current(found, folder),
            verify=self.verify,
        )

    def _missing(
        self, render_specs: Sequence[SceneRenderSpec], beats: ChosenBeats | None
    ) -> list[_Missing]:
        frame_times, checker = FrameTimes.load(self.folder), DependencyChecker()
        found: list[_Missing] = []
        by_key = {scene_key(render_spec): render_spec for render_spec in render_specs}
        for key, render_spec in by_key.items():
            cache, chosen = self._cache(render_spec, checker), self._chosen(render_spec, beats)
            timeline = cache.fetch_timeline(timeline_key(render_spec))
            frames = beat_frames(render_spec, timeline)
            estimates = [frame_times.estimate(render_spec, count) for count in frames]
            indices = None if chosen is None else chosen[1]
            missing = indices if self.force else cache.missing(key, indices)
            present = 0 if self.force or missing is not None else cache.present(key)
            ranges = missing_ranges(missing, present, estimates)
            found += [_Missing(render_spec, key, part, frames) for part in ranges]
        return found

    def _indivisible(
        self,
        render_specs: Sequence[SceneRenderSpec],
        beats: ChosenBeats | None,
        reading: Collection[str],
    ) -> list[_Missing]:
        """Return scenes whose chunks do not join, without their segments.

        `reading` holds the keys of scenes that read frames of other chunks.
        """
        found: list[_Missing] = []
        by_key = {scene_key(render_spec): render_spec for render_spec in render_specs}
        for key, render_spec in by_key.items():
            cache, chosen = self._cache(render_spec), self._chosen(render_spec, beats)
            if key in reading:
                reason = "reads its own frames"
            elif beat := cache.discontinuity(key, None if chosen is None else chosen[1]):
                reason = f"is not the same in each run, from the beat {beat} or before"
            else:
                continue
            self.display.message(f"{render_spec.scene.name} {reason}; rendering it in one chunk")
            cache.invalidate(key)
            timeline = cache.fetch_timeline(timeline_key(render_spec))
            frames = beat_frames(render_spec, timeline)
            estimate = FrameTimes.load(self.folder).estimate(render_spec, sum(frames))
            whole = MissingRange(0, None, (estimate,))
            found.append(_Missing(render_spec, key, whole, frames))
        return found

    def _render_missing(self, missing: Sequence[_Missing], *, divide: bool = True) -> set[str]:
        """Render beats; return the keys of scenes that read frames of other chunks."""
        reading: set[str] = set()
        if not missing:
            return reading
        self.display.step("starting the workers", brief=True)
        with self.executor() as executor:
            workers = executor.workers if divide else 1
            chunks = partition([part.beats for part in missing], workers)
            tasks = [
                (self._chunk(part, beats, executor), beats.estimate)
                for part, divided in zip(missing, chunks, strict=True)
                for beats in divided
            ]
            tasks.sort(key=lambda task: -task[1])
            scenes = {part.render_spec.scene.name for part in missing}
            self.display.begin({task.title: estimate for task, estimate in tasks}, len(scenes))
            frame_times = FrameTimes.load(self.folder)
            changes: dict[str, str] = {}
            for task, result in self._run(executor, [task for task, _ in tasks]):
                if task.cache_folder is None:
                    self._store(task, result)
                frame_times.measure(task.render_spec, result)
                self.display.done(task.title)
                if result.reads_frames:
                    reading.add(task.key)
                scene = task.render_spec.scene
                for name in DependencyChecker().changed(result.dependencies, scene_folder(scene)):
                    changes.setdefault(name, scene.name)
            frame_times.save(self.folder)
        for name, scene_name in changes.items():
            self.display.message(
                f"{name} changed while {scene_name} was rendered; render again for a video with it"
            )
        return reading

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
        work_dir = (
            self.folder / WORK_FOLDER / f"{name_part(render_spec.scene.name)}-{key[:8]}-{name}"
        )
        results = self.folder / RESULTS_FOLDER
        return RenderTask(render_spec, key, work_dir, beats, cache_folder, mode, results)

    def _run(
        self, executor: Executor, tasks: Sequence[RenderTask]
    ) -> Iterator[tuple[RenderTask, RenderResult]]:
        """Run tasks and yield their results as they arrive; stop at the first failure."""
        for task in tasks:
            shutil.rmtree(task.folder, ignore_errors=True)  # the log of an earlier failure
        waiting = {executor.submit(self._sent(task, executor)): task for task in tasks}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            # Results that arrive together with a failure are stored before it is raised.
            for future in sorted(done, key=lambda future: future.exception() is not None):
                task = waiting.pop(future)
                try:
                    result = future.result()
                except RenderError:
                    task.mark_as_failed()
                    raise
                shutil.rmtree(task.folder, ignore_errors=True)
                self.display.worked(result.seconds)
                yield task, result

    def _sent(self, task: RenderTask, executor: Executor) -> RenderTask:
        """Return a task with what earlier runs depended on, if workers are on other machines."""
        if executor.shares_disk:
            return task
        cache = self._cache(task.render_spec)
        known = cache.known_dependencies(task.key, timeline_key(task.render_spec))
        return replace(task, known=known)

    def _store(self, task: RenderTask, result: RenderResult) -> None:
        """Store the segments that a result carries."""
        cache = self._cache(task.render_spec)
        for beat in result.beats:
            cache.store(task.key, beat)
        if result.last:
            cache.store_beat_count(task.key, result.passed, result.dependencies)
