"""The side of a process that films a slice, in a process that has built nothing before.

manim keeps formulas in memory, and one that is built a second time in a process differs from the
first: only a fresh process gives the frames that a scene has on its own.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import connection, parent_process
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.render.cache import RenderCache

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from lecture.render.tasks import RenderedBeat, RenderResult, RenderTask

__all__ = ["Progress", "explain", "log_to", "run_task", "worker_main"]

# What goes wrong with a disk, wherever it happens, is no mistake in a scene's code.
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a slice is.

    Parameters
    ----------
    frames
        How many frames of the scene have been gone through.
    beat, play
        The current beat, and the number of the current animation, from 0.
    """

    frames: int
    beat: str
    play: int


def worker_main(job: RenderTask, parent: Connection) -> None:
    """Do a job and tell the parent: its progress on the way, then what came of it.

    Parameters
    ----------
    job
        What to do.
    parent
        Takes `Progress`, and last a `SlicePlan` or a `RenderError`.
    """
    # Ctrl-C reaches the whole group of processes; the parent decides and ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answer: RenderResult | RenderError
    try:
        _clear(job)
        log_to(job)
        answer = run_task(job, _Teller(parent))
    except Exception as error:  # noqa: BLE001  (a scene may raise anything)
        with suppress(OSError):  # where the disk is full, the log cannot take it
            traceback.print_exc()
        answer = RenderError(explain(error))
    try:
        parent.send(answer)
    except OSError:
        sys.exit(1)  # the parent is gone, and nobody is left to be told


def _clear(job: RenderTask) -> None:
    """Remove what a killed process left of this job, but its log.

    manim takes any file of a formula that is there for whole.
    """
    if job.folder.is_dir():
        for left in job.folder.iterdir():
            if left.is_dir():
                shutil.rmtree(left)
            elif left != job.log:
                left.unlink()


def log_to(job: RenderTask) -> None:
    """Send all that this process says to the job's log."""
    job.folder.mkdir(parents=True, exist_ok=True)
    with job.log.open("ab", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Or what a scene printed last would be lost with a process that is ended.
        sys.stdout.reconfigure(line_buffering=True)


def explain(error: Exception) -> str:
    """Say in one line what went wrong."""
    from lecture.render.backend.isolated_config import cause_of  # noqa: PLC0415  (it imports manim)

    if isinstance(error, OSError) and error.errno in _DISK and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}"
    return cause_of(error)


def run_task(job: RenderTask, teller: _Teller | None = None) -> RenderResult:
    """Do a job in this process."""
    teller = teller or _Teller()
    from lecture.render.backend.scene_runner import run_scene  # noqa: PLC0415  (it imports manim)

    if job.store is None:
        kept: list[RenderedBeat] = []
        plan = run_scene(job, kept.append, teller.frames, teller.playing)
        return replace(plan, beats=tuple(kept))
    store = RenderCache(job.store, job.view.encoding.suffix)
    plan = run_scene(job, lambda beat: store.put(job.key, beat), teller.frames, teller.playing)
    if plan.last:
        store.end(job.key, plan.passed)
    return plan


class _Teller:
    """Tells the parent where the work is, before each animation."""

    def __init__(self, parent: Connection | None = None) -> None:
        self._parent = parent
        self._frames = 0

    def frames(self, count: int) -> None:
        self._frames = count

    def playing(self, beat: str, play: int) -> None:
        if self._parent is not None:
            self._parent.send(Progress(self._frames, beat, play))


def _end_with_parent() -> None:
    """Wait for the parent to be gone, killed perhaps, and do not go on drawing for nobody."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
