"""Run a render task in a fresh process and report to its parent.

manim caches formulas in memory, and a formula that is built a second time in a process differs from
the first, so only a fresh process draws the frames that a scene has on its own.
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
from contextlib import chdir, suppress
from dataclasses import dataclass, replace
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.render.audit import recording
from lecture.render.cache import RenderCache
from lecture.render.dependencies import PathNames
from lecture.render.keys import code_folders, scene_folder
from lecture.render.recorder import DependencyRecorder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

    from lecture.render.tasks import RenderedBeat, RenderResult, RenderTask

__all__ = [
    "Progress",
    "dependency_recorder",
    "exit_with_parent",
    "explain",
    "log_to",
    "run_task",
    "worker_main",
]

# Errors of a disk, which are no errors of the scene.
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a task: frames of the scene so far, current beat, index of its animation."""

    frames: int
    beat: str
    play: int


def worker_main(
    parent: Connection, task: RenderTask, environment: Mapping[str, str], working_dir: str
) -> None:
    """Run a task; send its `Progress` to the parent, and last a `RenderResult` or `RenderError`.

    The server that forks the processes keeps the environment of its start, and the modules of a
    lecture may change the working directory, so both are those that the parent has now.
    """
    # Ctrl-C reaches all processes of the group; the parent ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=exit_with_parent, daemon=True).start()
    os.chdir(working_dir)
    os.environ.clear()
    os.environ.update(environment)
    answer: RenderResult | RenderError
    try:
        _clear(task)
        log_to(task)
        answer = run_task(task, _Reporter(parent))
    except Exception as error:  # noqa: BLE001  (a scene may raise anything)
        with suppress(OSError):  # the log cannot be written to a full disk
            traceback.print_exc()
        answer = RenderError(explain(error))
    try:
        parent.send(answer)
    except OSError:
        sys.exit(1)  # the parent has ended


def _clear(task: RenderTask) -> None:
    """Remove the files of a killed process from the work directory, except its log.

    manim uses any file of a formula that exists, even an incomplete one.
    """
    if task.folder.is_dir():
        for path in task.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path != task.log:
                path.unlink()


def log_to(task: RenderTask) -> None:
    """Redirect standard output and standard error of this process to the log of the task."""
    task.folder.mkdir(parents=True, exist_ok=True)
    with task.log.open("ab", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Or the last lines that a scene printed would be lost when its process is killed.
        sys.stdout.reconfigure(line_buffering=True)


def explain(error: Exception) -> str:
    """Return the cause of a failed task in one line."""
    from lecture.render.backend.isolated_config import cause_of  # noqa: PLC0415  (imports manim)

    if isinstance(error, OSError) and error.errno in _DISK_ERRORS and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}"
    return cause_of(error)


def run_task(
    task: RenderTask,
    reporter: _Reporter | None = None,
    recorder: DependencyRecorder | None = None,
) -> RenderResult:
    """Run a task in this process."""
    reporter = reporter or _Reporter()
    recorder = recorder or dependency_recorder(task)
    task = _with_absolute_paths(task)
    from lecture.render.backend.scene_runner import run_scene  # noqa: PLC0415  (imports manim)

    cache: RenderCache | None = None
    if task.cache_folder is not None:
        cache = RenderCache(task.cache_folder, task.render_spec.encoding.suffix)
    beats: list[RenderedBeat] = []

    def take(beat: RenderedBeat) -> None:
        recorded = replace(beat, dependencies=recorder.dependencies())
        if cache is None:
            beats.append(recorded)
        else:
            cache.store(task.key, recorded)

    with chdir("."), recording(recorder):  # a scene may change the working directory
        result = run_scene(task, take, reporter.frames, reporter.playing)
    result = replace(result, dependencies=recorder.dependencies())
    if cache is None:
        return replace(result, beats=tuple(beats))
    if result.last:
        cache.store_beat_count(task.key, result.passed, result.dependencies)
    return result


def _with_absolute_paths(task: RenderTask) -> RenderTask:
    return replace(
        task,
        folder=task.folder.absolute(),
        cache_folder=task.cache_folder and task.cache_folder.absolute(),
        results=task.results and task.results.absolute(),
    )


def dependency_recorder(task: RenderTask, root: Path = Path(os.sep)) -> DependencyRecorder:
    """Return a recorder for a task, whose files were copied to below `root`."""
    ignored = (task.folder, task.results, task.cache_folder)
    entry, lecture = task.render_spec.scene, task.render_spec.spec.lecture
    return DependencyRecorder(
        PathNames(str(scene_folder(entry)), str(Path.cwd()), str(root)),
        own=code_folders(entry, lecture),
        ignored=[folder for folder in ignored if folder is not None],
    )


class _Reporter:
    """Sends the progress of a task to the parent before each animation."""

    def __init__(self, parent: Connection | None = None) -> None:
        self._parent = parent
        self._frames = 0

    def frames(self, count: int) -> None:
        self._frames = count

    def playing(self, beat: str, play: int) -> None:
        if self._parent is not None:
            self._parent.send(Progress(self._frames, beat, play))


def exit_with_parent() -> None:
    """Wait for the parent to end, perhaps killed, and end this process."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
