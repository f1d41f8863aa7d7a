"""Draw the stills of a scene again and again, from the latest checkpoint that an edit allows."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from multiprocessing import reduction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from lecture.files import RESULTS_FOLDER, name_part
from lecture.render.checkpoints import (
    Checkpoint,
    Finished,
    Resume,
    Resumed,
    run_with_checkpoints,
)
from lecture.render.dependencies import NO_DEPENDENCIES
from lecture.render.keys import code_files
from lecture.render.processes import process_context, start_process
from lecture.render.tasks import RenderedBeat, RenderMode, RenderTask
from lecture.render.worker import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from lecture.render.tasks import SceneRenderSpec

__all__ = ["InterruptedRunError", "WarmScene"]

# Seconds without a sign of life after which a resumed run begins anew: thread pools of libraries
# do not outlive a fork, so a library may wait for one for ever.
_STALLED = 15.0

_Message: TypeAlias = Checkpoint | RenderedBeat | Progress | Finished


class InterruptedRunError(Exception):
    """A run was interrupted by `WarmScene.interrupt`."""


class _ResumptionError(Exception):
    """A resumed run failed or stalled; only a run from the start shows if the scene is wrong."""


class WarmScene:
    """A scene whose last run left checkpoints.

    Parameters
    ----------
    folder
        Folder for the work directories of the runs.
    cache
        The cache folder, which holds the results that scenes compute.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        self._folder = folder
        self._cache = cache
        self._checkpoints: list[Connection] = []
        self._task: RenderTask | None = None
        self._runs = 0
        self._lock = threading.Lock()
        self._kill: Callable[[], None] | None = None
        self._interrupted = False
        self._written_before: float | None = None

    def draw(
        self,
        render_spec: SceneRenderSpec,
        until: str | None,
        on_still: Callable[[RenderedBeat], None],
    ) -> Finished:
        """Draw the stills that may have changed since the last call, in order.

        Parameters
        ----------
        render_spec
            The scene.
        until
            Name of the last beat to draw; ``None`` for all.
        on_still
            Called with each still as soon as it is drawn, perhaps a second time at the end of its
            beat.

        Returns
        -------
        Finished
            What the scene has read, and the error that ended it.

        Raises
        ------
        InterruptedRunError
            The run was interrupted.
        """
        self._interrupted = False
        sources = {
            path.resolve(): path.read_bytes()
            for path in code_files(render_spec.scene, render_spec.spec.lecture).values()
        }
        while self._checkpoints:
            try:
                return self._resume(render_spec, sources, until, on_still)
            except _ResumptionError:
                self.close()
        return self._start(render_spec, sources, until, on_still)

    def interrupt(self) -> None:
        """Interrupt the call of `draw` in another thread, if there is one."""
        with self._lock:
            self._interrupted = True
            if self._kill is not None:
                self._kill()

    def close(self) -> None:
        """End the checkpoints."""
        for checkpoint in self._checkpoints:
            checkpoint.close()
        self._checkpoints.clear()

    def _start(
        self,
        render_spec: SceneRenderSpec,
        sources: dict[Path, bytes],
        until: str | None,
        on_still: Callable[[RenderedBeat], None],
    ) -> Finished:
        self._runs += 1
        folder = self._folder / f"{name_part(render_spec.scene.name)}-{self._runs}"
        task = RenderTask(
            render_spec,
            "",
            folder,
            mode=RenderMode.LAST_FRAMES,
            results=(self._cache / RESULTS_FOLDER).absolute(),
        )
        self._task = task
        process, receiver = start_process(
            process_context(),
            run_with_checkpoints,
            task,
            sources,
            until,
            dict(os.environ),
            str(Path.cwd()),
            name=render_spec.scene.name,
            duplex=True,  # connections to checkpoints are sent through it
        )
        try:
            return self._follow(receiver, process.kill, on_still)
        finally:
            receiver.close()
            process.kill()
            process.join()

    def _resume(
        self,
        render_spec: SceneRenderSpec,
        sources: dict[Path, bytes],
        until: str | None,
        on_still: Callable[[RenderedBeat], None],
    ) -> Finished:
        """Go on from the latest checkpoint, or from the one before it if that refuses."""
        checkpoint = self._checkpoints[-1]
        assert self._task is not None  # noqa: S101
        task = RenderTask(render_spec, "", self._task.folder, mode=RenderMode.LAST_FRAMES)
        try:
            checkpoint.send(Resume(task, sources, until, self._written_before))
            answer: Resumed | None = checkpoint.recv()
            handle = reduction.recv_handle(checkpoint) if answer is not None else None
        except (EOFError, OSError):
            answer = handle = None
        if answer is None or handle is None:
            self._checkpoints.pop().close()
            if self._checkpoints:
                return self._resume(render_spec, sources, until, on_still)
            raise _ResumptionError
        pid = answer.pid
        run: Connection = Connection(handle)

        def kill() -> None:
            # The checkpoint, its parent, reaps it later, so that no other process has its number.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

        try:
            finished = self._follow(run, kill, on_still, _STALLED)
        finally:
            kill()
            run.close()
        if finished.error:
            raise _ResumptionError
        return finished

    def _follow(
        self,
        run: Connection,
        kill: Callable[[], None],
        on_still: Callable[[RenderedBeat], None],
        stalled: float | None = None,
    ) -> Finished:
        """Receive the messages of a run until its end."""
        with self._lock:
            self._kill = kill
            if self._interrupted:
                kill()
        began, play = time.time(), None
        try:
            while True:
                if not run.poll(stalled):
                    raise _ResumptionError
                message: _Message = run.recv()
                if isinstance(message, Checkpoint):
                    self._checkpoints.append(Connection(reduction.recv_handle(run)))
                elif isinstance(message, RenderedBeat):
                    on_still(message)
                elif isinstance(message, Progress):
                    play = message
                else:
                    self._written_before = None
                    return message
        except (EOFError, OSError) as error:
            self._written_before = began
            if self._interrupted:
                raise InterruptedRunError from error
            where = f" in the beat {play.beat}, animation {play.play + 1}" if play else ""
            return Finished(NO_DEPENDENCIES, f"its process ended early{where}")
        finally:
            with self._lock:
                self._kill = None
