"""Slices in processes of this machine, each in a fresh one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing import connection, forkserver
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.render.tasks import RenderResult
from lecture.render.worker import Progress, worker_main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess
    from typing import Self

    from lecture.render.tasks import RenderTask

__all__ = ["FreshProcesses"]

_SAFE_PATH = "PYTHONSAFEPATH"
_GRACE = 1.0  # seconds that a process has to end when told to
_TRIES = 3  # how often a slice is tried whose process is killed


class FreshProcesses(AbstractContextManager["FreshProcesses"]):
    """Runs each job in a process that has built nothing before; so many of them at a time.

    The processes are forked from one that has imported manim and done nothing else, which takes
    thousandths of a second where an import takes seconds; where forking is missing, they are
    spawned. A job whose process is killed is tried again.

    Parameters
    ----------
    workers
        How many processes at a time.
    on_progress
        Is told how each job goes, from any thread.
    """

    def __init__(self, workers: int, on_progress: Callable[[RenderTask, Progress], None]) -> None:
        self.workers = workers
        self.shares_disk = True
        self._context = _context()
        self._on_progress = on_progress
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="slice")
        self._lock = threading.Lock()
        self._processes: set[BaseProcess] = set()
        self._stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def submit(self, job: RenderTask) -> Future[RenderResult]:
        """Do a job as soon as there is a process for it.

        The future raises `RenderError` where the scene raised, or its process was killed too
        often.
        """
        return self._threads.submit(self._do, job)

    def stop(self) -> None:
        """Begin nothing any more, and end what is running, within about a second."""
        with self._lock:
            self._stopping = True
            running = {process.sentinel: process for process in self._processes}
            for process in running.values():
                process.terminate()
        until = time.monotonic() + _GRACE
        while running and (left := until - time.monotonic()) > 0:
            ended = connection.wait(list(running), left)
            running = {s: process for s, process in running.items() if s not in ended}
        for process in running.values():
            process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _do(self, job: RenderTask) -> RenderResult:
        told: list[Progress] = []
        for _ in range(_TRIES):
            answer, code = self._once(job, told)
            if isinstance(answer, RenderError):
                raise RenderError(_failed(job, str(answer), told))
            if answer is not None:
                return answer
            if self._stopping:
                break
        raise RenderError(_failed(job, _ending(code), told))

    def _once(
        self, job: RenderTask, told: list[Progress]
    ) -> tuple[RenderResult | RenderError | None, int | None]:
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._start(job, sender)
        sender.close()  # or the child's end would never be seen
        try:
            answer = self._await(receiver, job, told)
            connection.wait([process.sentinel], _GRACE)
            return answer, self._end(process)
        finally:
            receiver.close()
            self._end(process)

    def _start(self, job: RenderTask, sender: Connection) -> BaseProcess:
        with self._lock:
            if self._stopping:
                raise RenderError("stopped")
            process: BaseProcess = self._context.Process(  # type: ignore[attr-defined]
                target=worker_main, args=(job, sender), name=job.view.scene.name
            )
            process.start()
            self._processes.add(process)
        return process

    def _await(
        self, receiver: Connection, job: RenderTask, told: list[Progress]
    ) -> RenderResult | RenderError | None:
        while True:
            try:
                message = receiver.recv()
            except (EOFError, OSError):
                return None
            if not isinstance(message, Progress):
                assert isinstance(message, (RenderResult, RenderError))  # noqa: S101
                return message
            told[:] = [message]
            self._on_progress(job, message)

    def _end(self, process: BaseProcess) -> int | None:
        """End the process if it has not ended by itself, and return its exit code."""
        for signal_ in (process.terminate, process.kill):
            # Its end can be read only once, and starting a process reads that of all others.
            with self._lock:
                if not process.is_alive():
                    self._processes.discard(process)
                    return process.exitcode
                signal_()
            connection.wait([process.sentinel], _GRACE)
        with self._lock:
            self._processes.discard(process)
            return process.exitcode


def _context() -> BaseContext:
    with suppress(ValueError):
        context = multiprocessing.get_context("forkserver")
        # What each slice needs anyway; nothing of it builds anything when it is imported.
        context.set_forkserver_preload(
            ["lecture.render.backend.scene_runner", "lecture.render.backend.isolated_config", "av"]
        )
        with _safe_path():
            forkserver.ensure_running()
        return context
    return multiprocessing.get_context("spawn")


@contextmanager
def _safe_path() -> Iterator[None]:
    """Keep modules of the working directory from being taken for ours, such as a scenes.py."""
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def _failed(job: RenderTask, cause: str, told: list[Progress]) -> str:
    where = f", beat {told[-1].beat}, animation {told[-1].play + 1}" if told else ""
    log = f"\nall that it said: {job.log}" if job.log.exists() else ""
    return f"{job.view.scene.name}{where} failed: {cause}{log}"


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        times = f" {_TRIES} times"
        return f"its process was ended by {signal.Signals(-code).name}{times}"
    return f"its process ended too early (exit code {code})"
