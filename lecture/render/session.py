"""Render scenes: reuse cached segments, and have workers render the missing ones."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from lecture.render.cache import DEFAULT_LIMIT, RenderCache
from lecture.render.estimates import Workload
from lecture.render.imports import cached_imports
from lecture.render.keys import forget_files, scene_key, timeline_key
from lecture.render.lookup import CacheLookup
from lecture.render.partition import chunk_limits
from lecture.render.running import RunningChunks, RunningTasks
from lecture.render.tasks import WORK_FOLDER, RenderMode, clear_work, task_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import TypeAlias

    from lecture.render.lookup import ChosenBeats, MissingBeats
    from lecture.render.tasks import (
        Executor,
        ProgressDisplay,
        RenderResult,
        RenderTask,
        SceneRenderSpec,
    )
    from lecture.timeline import RenderedScene, SceneTimeline

    Speak: TypeAlias = Callable[[SceneRenderSpec, SceneTimeline], SceneRenderSpec]

__all__ = ["LOCK_FILE", "RenderSession"]

LOCK_FILE = ".lock"


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

    @property
    def _lookup(self) -> CacheLookup:
        return CacheLookup(self.folder, force=self.force, verify=self.verify)

    def dry_run(self, render_specs: Sequence[SceneRenderSpec]) -> list[SceneTimeline]:
        """Return the timelines of scenes, stepping the scenes that have none in the cache.

        Raises
        ------
        RenderError
            A scene failed.
        """
        forget_files()
        timelines = self._lookup.timelines(render_specs)
        tasks = self._dry_runs(render_specs, timelines)
        if tasks:
            self.display.dry_run(len(tasks))
            with self.executor() as executor:
                running = RunningTasks(executor, self._lookup, self.display)
                for task in tasks:
                    running.add(task)
                for task, result in running:
                    timelines[task.key] = self._take_timeline(task, result)
        return [timelines[timeline_key(render_spec)] for render_spec in render_specs]

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
            task_in(self.folder, render_spec, "", f"{mode.name.lower()}-{index}", mode=mode)
            for index, render_spec in enumerate(render_specs)
        ]
        drawn: dict[int, RenderResult] = {}
        self.display.begin({task.title: 1.0 for task in tasks}, len(tasks))
        with self.executor() as executor:
            running = RunningTasks(executor, self._lookup, self.display)
            for task in tasks:
                running.add(task)
            for task, result in running:
                drawn[tasks.index(task)] = result
                self.display.done(task.title)
        return [drawn[index] for index in range(len(tasks))]

    def workload(
        self, render_specs: Sequence[SceneRenderSpec], beats: ChosenBeats | None = None
    ) -> Workload:
        """Return an estimate of what `render` would have to do."""
        forget_files()
        load = Workload()
        for part in self._lookup.missing(render_specs, beats):
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
        reading = self._draw(self._missing(render_specs, beats))
        return self._completed(render_specs, beats, reading)

    def render_spoken(
        self, render_specs: Sequence[SceneRenderSpec], speak: Speak
    ) -> list[RenderedScene]:
        """Render scenes with speech, reusing cached segments.

        Each scene is drawn as soon as its dry run has ended and its lines are spoken, while other
        scenes are stepped.

        Parameters
        ----------
        render_specs
            The scenes, without speech.
        speak
            Returns a scene with the speech of its timeline. An error ends the render.

        Raises
        ------
        RenderError
            A scene failed.
        OSError
            The cache cannot be read or written.
        """
        self.display.step("checking the cache", brief=True)
        forget_files()
        timelines = self._lookup.timelines(render_specs)
        dry_runs = self._dry_runs(render_specs, timelines)
        if timelines:
            self.display.step("speaking", brief=True)
        spoken = {
            key: speak(render_spec, timelines[key])
            for render_spec in render_specs
            if (key := timeline_key(render_spec)) in timelines
        }

        def take(task: RenderTask, result: RenderResult) -> list[MissingBeats]:
            spoken[task.key] = speak(task.render_spec, self._take_timeline(task, result))
            return self._missing([spoken[task.key]])

        reading = self._draw(self._missing([*spoken.values()]), dry_runs, take)
        scenes = [spoken[timeline_key(render_spec)] for render_spec in render_specs]
        return self._completed(scenes, None, reading)

    def _dry_runs(
        self, render_specs: Sequence[SceneRenderSpec], timelines: Mapping[str, SceneTimeline]
    ) -> list[RenderTask]:
        """Return the dry runs of scenes without a timeline, each scene once."""
        scenes = {timeline_key(render_spec): render_spec for render_spec in render_specs}
        return [
            task_in(self.folder, render_spec, key, "timeline", mode=RenderMode.TIMELINE)
            for key, render_spec in scenes.items()
            if key not in timelines
        ]

    def _take_timeline(self, task: RenderTask, result: RenderResult) -> SceneTimeline:
        """Store the timeline of a dry run, and return it."""
        self.display.dry_run_done(task.title)
        timeline = result.timeline(task.render_spec, exact=False)
        cache = self._lookup.cache(task.render_spec)
        cache.store_timeline(task.key, timeline, result.dependencies)
        return timeline

    def _missing(
        self, render_specs: Sequence[SceneRenderSpec], beats: ChosenBeats | None = None
    ) -> list[MissingBeats]:
        """Return the missing beats of scenes that are to be rendered."""
        missing = self._lookup.missing(render_specs, beats)
        for render_spec in render_specs:
            key = scene_key(render_spec)
            self._used.add(key)
            if self.force and beats is None:
                self._lookup.cache(render_spec).invalidate(key)
        return missing

    def _draw(
        self,
        missing: Sequence[MissingBeats],
        dry_runs: Sequence[RenderTask] = (),
        take: Callable[[RenderTask, RenderResult], list[MissingBeats]] | None = None,
    ) -> set[str]:
        """Draw missing beats, and those that `take` returns for the results of dry runs.

        Return the keys of scenes that read frames of other chunks.
        """
        if not missing and not dry_runs:
            return set()
        self.display.step("starting the workers", brief=True)
        with self.executor() as executor:
            tasks = RunningTasks(executor, self._lookup, self.display)
            chunks = RunningChunks(tasks)
            expected = [self._lookup.whole(task.render_spec) for task in dry_runs]
            seconds = [part.beats.estimate for part in (*expected, *missing)]
            limits = chunk_limits(seconds, executor.workers)
            left = {task.key: limit for task, limit in zip(dry_runs, limits, strict=False)}
            for task in dry_runs:
                tasks.add(task, math.inf)
            chunks.add(zip(missing, limits[len(left) :], strict=True))
            if left:
                self.display.dry_run(len(left))
            else:
                chunks.show()
            for task, result in tasks:
                if take is None or task.mode is not RenderMode.TIMELINE:
                    chunks.take(task, result)
                    continue
                limit = left.pop(task.key)
                chunks.add((part, limit) for part in take(task, result))
                if not left:
                    chunks.show()
            chunks.end()
        self._rendered_scenes.update(chunks.scenes)
        return chunks.reading

    def _completed(
        self,
        render_specs: Sequence[SceneRenderSpec],
        beats: ChosenBeats | None,
        reading: set[str],
    ) -> list[RenderedScene]:
        """Return the rendered scenes, after those that cannot be divided were drawn again."""
        self._draw(self._indivisible(render_specs, beats, reading))
        if self._rendered_scenes:
            self.display.step("checking the segments", brief=True)
            RenderCache(self.folder).prune(self.limit, pinned=self._used)
        return [self._fetch(render_spec, beats) for render_spec in render_specs]

    def _indivisible(
        self,
        render_specs: Sequence[SceneRenderSpec],
        beats: ChosenBeats | None,
        reading: set[str],
    ) -> list[MissingBeats]:
        """Return scenes whose chunks do not join, without their segments.

        `reading` holds the keys of scenes that read frames of other chunks.
        """
        found: list[MissingBeats] = []
        by_key = {scene_key(render_spec): render_spec for render_spec in render_specs}
        for key, render_spec in by_key.items():
            cache, chosen = self._lookup.cache(render_spec), self._lookup.chosen(render_spec, beats)
            if key in reading:
                reason = "reads its own frames"
            elif beat := cache.discontinuity(key, None if chosen is None else chosen[1]):
                reason = f"is not the same in each run, from the beat {beat} or before"
            else:
                continue
            self.display.message(f"{render_spec.scene.name} {reason}; rendering it in one chunk")
            cache.invalidate(key)
            found.append(self._lookup.whole(render_spec))
        return found

    def _fetch(self, render_spec: SceneRenderSpec, beats: ChosenBeats | None) -> RenderedScene:
        key, cache = scene_key(render_spec), self._lookup.cache(render_spec)
        chosen = self._lookup.chosen(render_spec, beats)
        if chosen is None:
            return cache.fetch(key, render_spec)
        timeline, indices = chosen
        found = cache.fetch_beats(key, render_spec, timeline, indices)
        if found is not None:
            return found
        # In a dry run, which skips animations, a scene may have other beats.
        return replace(self, force=False).render([render_spec])[0]
