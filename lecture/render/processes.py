"""Run each task in a fresh process of this machine."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing import connection, forkserver
from pathlib import Path
from queue import PriorityQueue
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.render.worker import Progress, worker_main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess
    from typing import Self, TypeAlias

    from lecture.render.tasks import RenderResult, RenderTask

    # Priority, negated, and number, which order the tasks; the task and its future.
    _Waiting: TypeAlias = tuple[float, int, RenderTask, Future[RenderResult]]

__all__ = ["FreshProcesses", "process_context", "start_process"]

# A `scenes.py` of the working directory shadows no package, and sets of texts have the same order.
# Dask's nanny has glibc give memory back at once, which takes a tenth of the time of a scene; see
# https://distributed.dask.org/en/stable/worker-memory.html#automatically-trim-memory.
_ENVIRONMENT = {"PYTHONSAFEPATH": "1", "PYTHONHASHSEED": "0", "MALLOC_TRIM_THRESHOLD_": None}
_GRACE = 1.0  # seconds that a process has to end after a signal
_TRIES = 3  # attempts at a task whose process is killed


class FreshProcesses(AbstractContextManager["FreshProcesses"]):
    """Executor that runs each task in a fresh process.

    The processes are forked from a server that has imported manim and built nothing, which takes
    milliseconds where an import takes seconds; without `fork` they are spawned. A task whose
    process is killed is tried again.

    Parameters
    ----------
    workers
        Number of processes at the same time.
    on_progress
        Called with the progress of each task, from any thread.
    """

    def __init__(self, workers: int, on_progress: Callable[[RenderTask, Progress], None]) -> None:
        self.workers = workers
        self.shares_disk = True
        self._context = process_context()
        self._on_progress = on_progress
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="task")
        self._waiting: PriorityQueue[_Waiting] = PriorityQueue()
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._processes: set[BaseProcess] = set()
        self._stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def submit(self, task: RenderTask, priority: float = 0.0) -> Future[RenderResult]:
        """Run a task as soon as a process is free, those of the highest priority first.

        The future raises `RenderError` if the scene raises or its process is killed repeatedly.
        """
        future: Future[RenderResult] = Future()
        self._waiting.put((-priority, next(self._numbers), task, future))
        self._threads.submit(self._run_next)
        return future

    def stop(self) -> None:
        """Start no more tasks, and end the running ones within about a second."""
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
        while not self._waiting.empty():
            self._waiting.get_nowait()[-1].cancel()

    def _run_next(self) -> None:
        """Run the waiting task of the highest priority, the oldest of several."""
        _, _, task, future = self._waiting.get_nowait()
        try:
            future.set_result(self._run(task))
        except BaseException as error:  # noqa: BLE001  (for the caller, as in any executor)
            future.set_exception(error)

    def _run(self, task: RenderTask) -> RenderResult:
        progress: list[Progress] = []
        for _ in range(_TRIES):
            answer, code = self._once(task, progress)
            if isinstance(answer, RenderError):
                raise RenderError(_failed(task, str(answer), progress))
            if answer is not None:
                return answer
            if self._stopping:
                break
        raise RenderError(_failed(task, _ending(code), progress))

    def _once(
        self, task: RenderTask, progress: list[Progress]
    ) -> tuple[RenderResult | RenderError | None, int | None]:
        process, receiver = self._start(task)
        try:
            answer = self._await(receiver, task, progress)
            connection.wait([process.sentinel], _GRACE)
            return answer, self._end(process)
        finally:
            receiver.close()
            self._end(process)

    def _start(self, task: RenderTask) -> tuple[BaseProcess, Connection]:
        with self._lock:
            if self._stopping:
                raise RenderError("stopped")
            process, receiver = start_process(
                self._context,
                worker_main,
                task,
                dict(os.environ),
                str(Path.cwd()),
                name=task.render_spec.scene.name,
            )
            self._processes.add(process)
        return process, receiver

    def _await(
        self,
        receiver: Connection[None, Progress | RenderResult | RenderError],
        task: RenderTask,
        progress: list[Progress],
    ) -> RenderResult | RenderError | None:
        while True:
            try:
                message = receiver.recv()
            except (EOFError, OSError):
                return None
            if not isinstance(message, Progress):
                return message
            progress[:] = [message]
            self._on_progress(task, message)

    def _end(self, process: BaseProcess) -> int | None:
        """End the process if it is still running, and return its exit code."""
        for signal_ in (process.terminate, process.kill):
            # An exit code can be read only once, and starting a process reads all of them.
            with self._lock:
                if not process.is_alive():
                    self._processes.discard(process)
                    return process.exitcode
                signal_()
            connection.wait([process.sentinel], _GRACE)
        with self._lock:
            self._processes.discard(process)
            return process.exitcode


def process_context() -> BaseContext:
    """Return the context of processes that run scenes: a server forks them, after its imports."""
    with suppress(ValueError):
        context = multiprocessing.get_context("forkserver")
        # Each task needs these; importing them builds no formula.
        context.set_forkserver_preload(
            [
                "lecture.render.worker",
                "lecture.render.backend.scene_runner",
                "lecture.render.backend.isolated_config",
                "av",
            ]
        )
        with _environment():
            forkserver.ensure_running()
        return context
    return multiprocessing.get_context("spawn")


def start_process(
    context: BaseContext,
    target: Callable[..., None],
    *args: object,
    name: str | None = None,
    duplex: bool = False,
) -> tuple[BaseProcess, Connection]:
    """Start a process whose first argument is a connection; return it and the other end."""
    receiver, sender = context.Pipe(duplex)
    process: BaseProcess = context.Process(  # type: ignore[attr-defined]
        target=target, args=(sender, *args), name=name
    )
    process.start()
    sender.close()  # or the end of the process would never be noticed
    return process, receiver


@contextmanager
def _environment() -> Iterator[None]:
    """Set the variables of `_ENVIRONMENT` in the environment of this process, or remove them."""
    before = {name: os.environ.get(name) for name in _ENVIRONMENT}
    _set_environment(_ENVIRONMENT)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _failed(task: RenderTask, cause: str, progress: list[Progress]) -> str:
    where = f", beat {progress[-1].beat}, animation {progress[-1].play + 1}" if progress else ""
    log = f"\nlog: {task.log}" if task.log.exists() else ""
    return f"{task.render_spec.scene.name}{where} failed: {cause}{log}"


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        times = f" {_TRIES} times"
        return f"its process was killed by {signal.Signals(-code).name}{times}"
    return f"its process ended early with exit code {code}"
