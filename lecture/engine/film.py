"""Film scenes: find what is kept, and have the rest drawn by whoever can."""

from __future__ import annotations

import shutil
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from lecture.engine.cut import Gap, cut, gaps
from lecture.engine.jobs import SliceJob, SlicePlan, Wanted
from lecture.engine.keys import rehearsal_key, scene_key
from lecture.engine.pace import Costs, beat_frames
from lecture.engine.store import DEFAULT_LIMIT, Store
from lecture.records import FilmedScene, SceneRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from lecture.engine.jobs import SceneView
    from lecture.progress import FilmDisplay

__all__ = ["Executor", "Studio"]

_WORK = "work"


class Executor(Protocol):
    """Does jobs: processes of this machine, or workers of a cluster."""

    @property
    def workers(self) -> int:
        """How many jobs are done at a time."""

    @property
    def shares_disk(self) -> bool:
        """Whether it can put films where they are kept; else it answers with them."""

    def submit(self, job: SliceJob) -> Future[SlicePlan]:
        """Do a job as soon as possible; the future raises `RenderError` where it fails."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A slice to film, and an estimate of the work."""

    view: SceneView
    key: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class Studio:
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
    display: FilmDisplay
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

    def rehearse(self, views: Sequence[SceneView]) -> list[SceneRecord]:
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
        store = Store(self.folder)
        keys = [rehearsal_key(view) for view in views]
        known = {key: record for key in keys if (record := store.rehearsal(key)) is not None}
        jobs = [
            SliceJob(view, key, self._desk(view, key, "words"), wanted=Wanted.WORDS)
            for key, view in dict(zip(keys, views, strict=True)).items()
            if key not in known
        ]
        if jobs:
            self.display.rehearse(len(jobs))
            with self.executor() as executor:
                for job, plan in self._run(executor, jobs):
                    known[job.key] = plan.record(job.view)
                    store.keep_rehearsal(job.key, known[job.key])
        return [known[key] for key in keys]

    def stills(self, views: Sequence[SceneView]) -> list[SlicePlan]:
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
            SliceJob(view, "", self._desk(view, "stills", str(place)), wanted=Wanted.STILLS)
            for place, view in enumerate(views)
        ]
        drawn: dict[int, SlicePlan] = {}
        self.display.begin({job.title: 1.0 for job in jobs})
        with self.executor() as executor:
            for job, plan in self._run(executor, jobs):
                drawn[jobs.index(job)] = plan
                self.display.done(job.title)
        return [drawn[place] for place in range(len(jobs))]

    def film(self, views: Sequence[SceneView]) -> list[FilmedScene]:
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
            Store(self.folder).shrink(self.limit, spare=keys)
        return [self._store(view).filmed(key, view) for view, key in zip(views, keys, strict=True)]

    def _store(self, view: SceneView) -> Store:
        return Store(self.folder, view.encoding.suffix)

    def _missing(self, views: Sequence[SceneView], keys: Sequence[str]) -> list[_Part]:
        costs = Costs.load(self.folder)
        found: list[_Part] = []
        for key, view in dict(zip(keys, views, strict=True)).items():
            store = self._store(view)
            known = store.rehearsal(rehearsal_key(view))
            estimates = [costs.of(view.scene.name, frames) for frames in beat_frames(view, known)]
            missing = store.missing(key)
            # Each look at a film reads it whole, for its checksum.
            present = len(store.present(key)) if missing is None else 0
            for gap in gaps(missing, present, estimates):
                found.append(_Part(view, key, gap))  # noqa: PERF401
        return found

    def _draw(self, parts: Sequence[_Part]) -> None:
        with self.executor() as executor:
            slices = cut([part.gap for part in parts], executor.workers)
            jobs = [
                (self._job(part, gap, executor), gap.cost)
                for part, gaps_ in zip(parts, slices, strict=True)
                for gap in gaps_
            ]
            jobs.sort(key=lambda job: -job[1])
            self.display.begin({job.title: cost for job, cost in jobs})
            costs = Costs.load(self.folder)
            for job, plan in self._run(executor, [job for job, _ in jobs]):
                if job.store is None:
                    self._keep(job, plan)
                costs.note(job.view.scene.name, plan)
                self.display.done(job.title)
            costs.save(self.folder)

    def _job(self, part: _Part, gap: Gap, executor: Executor) -> SliceJob:
        desk = self._desk(part.view, part.key, str(gap.first))
        store = self.folder if executor.shares_disk else None
        return SliceJob(part.view, part.key, desk, (gap.first, gap.end), store)

    def _run(
        self, executor: Executor, jobs: Sequence[SliceJob]
    ) -> Iterator[tuple[SliceJob, SlicePlan]]:
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

    def _keep(self, job: SliceJob, plan: SlicePlan) -> None:
        """Keep the films that came with an answer."""
        store = self._store(job.view)
        for beat in plan.beats:
            store.put(job.key, beat)
        if plan.last:
            store.end(job.key, plan.passed)

    def _desk(self, view: SceneView, key: str, name: str) -> Path:
        """Name a folder for the work on a slice, which no other slice has."""
        return self.folder / _WORK / f"{view.scene.name}-{key[:8]}-{name}"
