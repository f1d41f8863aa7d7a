"""Run the tasks of a session on an executor, and add more while results arrive."""

from __future__ import annotations

import shutil
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.render.dependencies import DependencyChecker
from lecture.render.estimates import FrameTimes
from lecture.render.keys import scene_folder, timeline_key
from lecture.render.partition import divided
from lecture.render.tasks import RenderMode, task_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lecture.render.lookup import CacheLookup, MissingBeats
    from lecture.render.tasks import Executor, ProgressDisplay, RenderResult, RenderTask

__all__ = ["RunningChunks", "RunningTasks"]


class RunningTasks:
    """Tasks that run on an executor; iterating yields each with its result as it arrives.

    Parameters
    ----------
    executor
        The executor.
    lookup
        Looks up what earlier runs of a scene depended on, for workers on other machines.
    display
        Shows the progress.
    """

    def __init__(self, executor: Executor, lookup: CacheLookup, display: ProgressDisplay) -> None:
        self.executor, self.lookup, self.display = executor, lookup, display
        self._waiting: dict[Future[RenderResult], RenderTask] = {}

    def add(self, task: RenderTask, priority: float = 0.0) -> None:
        """Run a task as soon as a worker is free, those of the highest priority first."""
        shutil.rmtree(task.folder, ignore_errors=True)  # the log of an earlier failure
        self._waiting[self.executor.submit(self._sent(task), priority)] = task

    def __iter__(self) -> Iterator[tuple[RenderTask, RenderResult]]:
        """Yield tasks with their results, also of tasks that are added in the meantime.

        Raises
        ------
        RenderError
            A scene failed.
        """
        while self._waiting:
            done, _ = wait(self._waiting, return_when=FIRST_COMPLETED)
            # Results that arrive together with a failure are stored before it is raised.
            for future in sorted(done, key=lambda future: future.exception() is not None):
                task = self._waiting.pop(future)
                try:
                    result = future.result()
                except RenderError:
                    task.mark_as_failed()
                    raise
                shutil.rmtree(task.folder, ignore_errors=True)
                self.display.worked(result.seconds, dry_run=task.mode is RenderMode.TIMELINE)
                yield task, result

    def _sent(self, task: RenderTask) -> RenderTask:
        """Return a task with what earlier runs depended on, if workers are on other machines."""
        if self.executor.shares_disk:
            return task
        cache = self.lookup.cache(task.render_spec)
        known = cache.known_dependencies(task.key, timeline_key(task.render_spec))
        return replace(task, known=known)


class RunningChunks:
    """Chunks that are drawn by the tasks of an executor.

    Parameters
    ----------
    tasks
        The running tasks, which may include others.

    Attributes
    ----------
    scenes : set of str
        Names of the scenes of the chunks.
    reading : set of str
        Keys of scenes that read frames of other chunks.
    """

    def __init__(self, tasks: RunningTasks) -> None:
        self.scenes: set[str] = set()
        self.reading: set[str] = set()
        self._tasks, self._lookup, self._display = tasks, tasks.lookup, tasks.display
        self._frame_times = FrameTimes.load(self._lookup.folder)
        self._estimates: dict[str, float] = {}
        self._changes: dict[str, str] = {}
        self._shown = False
        self._done: list[str] = []

    def add(self, parts: Iterable[tuple[MissingBeats, float]]) -> None:
        """Draw ranges of beats, each in chunks of at most some seconds of work."""
        chunks = [
            (self._task(part, beats.first, beats.end), beats.estimate)
            for part, limit in parts
            for beats in divided(part.beats, limit)
        ]
        for task, estimate in sorted(chunks, key=lambda chunk: -chunk[1]):
            self._estimates[task.title] = estimate
            self.scenes.add(task.render_spec.scene.name)
            self._tasks.add(task, estimate)

    def _task(self, part: MissingBeats, first: int, end: int | None) -> RenderTask:
        folder = self._lookup.folder
        return task_in(
            folder,
            part.render_spec,
            part.key,
            str(first),
            beats=(first, end),
            cache_folder=folder if self._tasks.executor.shares_disk else None,
        )

    def show(self) -> None:
        """Show the progress of all chunks, to which none is added any more."""
        if self._estimates:
            self._display.begin(self._estimates, len(self.scenes))
        self._shown = True
        for title in self._done:
            self._display.done(title)

    def take(self, task: RenderTask, result: RenderResult) -> None:
        """Store the result of a chunk."""
        if task.cache_folder is None:
            cache = self._lookup.cache(task.render_spec)
            for beat in result.beats:
                cache.store(task.key, beat)
            if result.last:
                cache.store_beat_count(task.key, result.passed, result.dependencies)
        self._frame_times.measure(task.render_spec, result)
        if self._shown:
            self._display.done(task.title)
        else:
            self._done.append(task.title)
        if result.reads_frames:
            self.reading.add(task.key)
        scene = task.render_spec.scene
        for name in DependencyChecker().changed(result.dependencies, scene_folder(scene)):
            self._changes.setdefault(name, scene.name)

    def end(self) -> None:
        """Save the times of frames, and name files that changed while their scenes were drawn."""
        self._frame_times.save(self._lookup.folder)
        for name, scene in self._changes.items():
            self._display.message(
                f"{name} changed while {scene} was rendered; render again for a video with it"
            )
