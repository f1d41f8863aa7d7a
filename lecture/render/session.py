"""Film scenes: find what is kept, and have the rest drawn by whoever can."""

from __future__ import annotations

import shutil
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, contextmanager
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

__all__ = ["Executor", "RenderSession"]

_WORK = "work"


class Executor(Protocol):
    """Does jobs: processes of this machine, or workers of a cluster."""

    @property
    def workers(self) -> int:
        """How many jobs are done at a time."""

    @property
    def shares_disk(self) -> bool:
        """Whether it can put films where they are kept; else it answers with them."""

    def submit(self, job: RenderTask) -> Future[RenderResult]:
        """Do a job as soon as possible; the future raises `RenderError` where it fails."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A slice to film, and an estimate of the work."""

    view: SceneRenderSpec
    key: str
    gap: MissingRange


@dataclass(frozen=True, slots=True)
class RenderSession:
    """Films scenes, and keeps the films.

    Parameters
    ----------
    folder
        Where films are kept, and where work is done.
    executor
        Opens what does the work; called only when there is some.
    display
        Is told how it goes.
    force
        Whether to film what is kept, too.
    limit
        How many bytes the folder may hold.
    """

    folder: Path
    executor: Callable[[], AbstractContextManager[Executor]]
    display: ProgressDisplay
    force: bool = False
    limit: int = DEFAULT_LIMIT
    _drawn: list[str] = field(default_factory=list)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out of the folder; wait for one that is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            self.display.note(f"another run uses {self.folder}; waiting until it has ended ...")
            lock.acquire()
        try:
            # Of runs that failed or were killed.
            shutil.rmtree(self.folder / _WORK, ignore_errors=True)
            yield
        finally:
            lock.release()

    @property
    def drawn(self) -> tuple[str, ...]:
        """The scenes that the last call of `film` had drawn, at least in part."""
        return tuple(self._drawn)

    def rehearse(self, views: Sequence[SceneRenderSpec]) -> list[SceneTimeline]:
        """Learn what scenes say, without drawing them.

        Parameters
        ----------
        views
            The scenes.

        Raises
        ------
        RenderError
            A scene failed.
        """
        store = RenderCache(self.folder)
        keys = [timeline_key(view) for view in views]
        known = {key: record for key in keys if (record := store.rehearsal(key)) is not None}
        jobs = [
            RenderTask(
                view,
                key,
                self._desk(view, key, "words"),
                wanted=RenderMode.WORDS,
                results=self._results,
            )
            for key, view in dict(zip(keys, views, strict=True)).items()
            if key not in known
        ]
        if jobs:
            self.display.dry_run(len(jobs))
            with self.executor() as executor:
                for job, plan in self._run(executor, jobs):
                    known[job.key] = plan.record(job.view)
                    store.keep_rehearsal(job.key, known[job.key])
        return [known[key] for key in keys]

    def stills(self, views: Sequence[SceneRenderSpec]) -> list[RenderResult]:
        """Draw the last frame of each beat.

        Parameters
        ----------
        views
            The scenes.

        Returns
        -------
        list of SlicePlan
            One for each scene, its beats with their pictures, as PNG.

        Raises
        ------
        RenderError
            A scene failed.
        """
        jobs = [
            RenderTask(
                view,
                "",
                self._desk(view, "stills", str(place)),
                wanted=RenderMode.STILLS,
                results=self._results,
            )
            for place, view in enumerate(views)
        ]
        drawn: dict[int, RenderResult] = {}
        self.display.begin({job.title: 1.0 for job in jobs})
        with self.executor() as executor:
            for job, plan in self._run(executor, jobs):
                drawn[jobs.index(job)] = plan
                self.display.done(job.title)
        return [drawn[place] for place in range(len(jobs))]

    def film(self, views: Sequence[SceneRenderSpec]) -> list[RenderedScene]:
        """Film scenes; what is kept of earlier runs is used.

        Parameters
        ----------
        views
            The scenes, each with all that its frames depend on.

        Raises
        ------
        RenderError
            A scene failed.
        OSError
            The disk did.
        """
        keys = [scene_key(view) for view in views]
        if self.force:
            for view, key in zip(views, keys, strict=True):
                self._store(view).forget(key)
        parts = self._missing(views, keys)
        self._drawn[:] = sorted({part.view.scene.name for part in parts})
        if parts:
            self._draw(parts)
            RenderCache(self.folder).shrink(self.limit, spare=keys)
        return [self._store(view).filmed(key, view) for view, key in zip(views, keys, strict=True)]

    @property
    def _results(self) -> Path:
        return self.folder / RESULTS_FOLDER

    def _store(self, view: SceneRenderSpec) -> RenderCache:
        return RenderCache(self.folder, view.encoding.suffix)

    def _missing(self, views: Sequence[SceneRenderSpec], keys: Sequence[str]) -> list[_Part]:
        costs = FrameTimes.load(self.folder)
        found: list[_Part] = []
        for key, view in dict(zip(keys, views, strict=True)).items():
            store = self._store(view)
            known = store.rehearsal(timeline_key(view))
            estimates = [costs.of(view.scene.name, frames) for frames in beat_frames(view, known)]
            missing = store.missing(key)
            # Each look at a film reads it whole, for its checksum.
            present = len(store.present(key)) if missing is None else 0
            for gap in missing_ranges(missing, present, estimates):
                found.append(_Part(view, key, gap))  # noqa: PERF401
        return found

    def _draw(self, parts: Sequence[_Part]) -> None:
        with self.executor() as executor:
            slices = partition([part.gap for part in parts], executor.workers)
            jobs = [
                (self._job(part, gap, executor), gap.cost)
                for part, gaps_ in zip(parts, slices, strict=True)
                for gap in gaps_
            ]
            jobs.sort(key=lambda job: -job[1])
            self.display.begin({job.title: cost for job, cost in jobs})
            costs = FrameTimes.load(self.folder)
            for job, plan in self._run(executor, [job for job, _ in jobs]):
                if job.store is None:
                    self._keep(job, plan)
                costs.note(job.view.scene.name, plan)
                self.display.done(job.title)
            costs.save(self.folder)

    def _job(self, part: _Part, gap: MissingRange, executor: Executor) -> RenderTask:
        desk = self._desk(part.view, part.key, str(gap.first))
        store = self.folder if executor.shares_disk else None
        return RenderTask(
            part.view, part.key, desk, (gap.first, gap.end), store, results=self._results
        )

    def _run(
        self, executor: Executor, jobs: Sequence[RenderTask]
    ) -> Iterator[tuple[RenderTask, RenderResult]]:
        """Do jobs, and answer as they come; the first that fails ends it."""
        waiting = {executor.submit(job): job for job in jobs}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            # A failure ends it: what came at the same time is kept before.
            for future in sorted(done, key=lambda future: future.exception() is not None):
                job = waiting.pop(future)
                plan = future.result()
                shutil.rmtree(job.folder, ignore_errors=True)
                yield job, plan

    def _keep(self, job: RenderTask, plan: RenderResult) -> None:
        """Keep the films that came with an answer."""
        store = self._store(job.view)
        for beat in plan.beats:
            store.put(job.key, beat)
        if plan.last:
            store.end(job.key, plan.passed)

    def _desk(self, view: SceneRenderSpec, key: str, name: str) -> Path:
        """Name a folder for the work on a slice, which no other slice has."""
        return self.folder / _WORK / f"{view.scene.name}-{key[:8]}-{name}"
