"""One scene in one fresh process.

`film_scene` is all that the rest of the package knows of it: another engine may take its place.
"""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from typing import TYPE_CHECKING

from lecture import worker
from lecture.jobs import RenderError, SceneFilm

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from lecture.jobs import SceneJob

__all__ = ["film_scene"]

_GRACE = 2.0  # seconds that a process has to end when told to


def film_scene(job: SceneJob, on_frames: Callable[[int], None]) -> SceneFilm:
    """Draw a scene in a process that has built nothing before.

    Parameters
    ----------
    job
        The scene, and the folder for its files; what that folder held is removed.
    on_frames
        Is called now and then with the number of frames drawn so far.

    Raises
    ------
    RenderError
        The scene raised, or its process was killed.
    """
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    # Spawned, not forked: a forked process would share what this one has imported and built.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=worker.run, args=(job, sender), name=job.scene.name)
    process.start()
    sender.close()  # or the child's end would never be seen
    try:
        film = _await(receiver, process, job, on_frames)
        process.join(_GRACE)
        return film
    finally:
        receiver.close()
        _end(process)


def _await(
    receiver: Connection,
    process: SpawnProcess,
    job: SceneJob,
    on_frames: Callable[[int], None],
) -> SceneFilm:
    while True:
        try:
            message = receiver.recv()
        except (EOFError, OSError):
            process.join(_GRACE)
            raise RenderError(_failed(job, _ending(process.exitcode))) from None
        if isinstance(message, SceneFilm):
            return message
        if isinstance(message, RenderError):
            raise RenderError(_failed(job, str(message)))
        on_frames(message)


def _failed(job: SceneJob, cause: str) -> str:
    return f"{job.scene.name} failed: {cause}\nall that it said: {job.log}"


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended too early (exit code {code})"


def _end(process: SpawnProcess) -> None:
    """End the process if it has not ended by itself."""
    process.terminate()
    process.join(_GRACE)
    if process.is_alive():
        process.kill()
        process.join()
