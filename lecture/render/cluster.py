"""Run tasks on the workers of a Dask cluster, which need not share a disk.

Each task runs in a fresh process on the worker's machine; its segments return as bytes with a
checksum.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import multiprocessing
import pickle
import tempfile
import threading
import time
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lecture.config.discovery import add_bundled_path
from lecture.errors import RenderError
from lecture.files import RESULTS_FOLDER
from lecture.render.cluster_worker import cluster_worker_main
from lecture.render.delivery import Delivery, FailedRun, SceneInputs, WorkerRun
from lecture.render.dependencies import NO_DEPENDENCIES
from lecture.render.keys import installed_digest, local_packages, packages_digest, versions
from lecture.render.processes import process_context, start_process
from lecture.render.tasks import RenderResult, RenderTask

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from concurrent.futures import Future

__all__ = ["ClusterWorkers"]

_T = TypeVar("_T")
_Answer = RenderResult | FailedRun | RenderError

_CONNECT = 15  # seconds for a connection to the scheduler, and for its first worker
_ANSWER = 5  # seconds for the versions of a worker
_LOSS = 30  # seconds without an answer of the scheduler, or without workers, that end the render
_INTERVAL = 1.0  # seconds between checks of the scheduler
_TRIES = 3  # attempts at a task that fails for no fault of the scene
_EXTRA = "pip install 'unstable-gradients[cluster]'"
_AGAIN = "run the same command again to continue; finished beats are cached"


class ClusterWorkers(AbstractContextManager["ClusterWorkers"]):
    """Executor that runs tasks on the workers of a Dask scheduler.

    A task whose worker is lost runs on another worker. If the scheduler or all workers are lost,
    the remaining tasks fail.

    Parameters
    ----------
    address
        Address of the scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    RenderError
        Dask is not installed, no worker answers, or a worker has other code or versions.
    """

    shares_disk = False

    def __init__(self, address: str) -> None:
        try:
            self._dask = import_module("distributed")
        except ImportError as error:
            raise RenderError(f"--scheduler needs Dask: {_EXTRA}") from error
        _silence()
        self._address = address
        self._ours = _identity()
        self._client: Any = None
        self._inputs: dict[tuple[str, str], SceneInputs] = {}
        # Dask's own event loop cannot be stopped while it waits for a scheduler.
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)  # errors reach the caller
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="Dask client", daemon=True
        )
        self._thread.start()
        try:
            self.workers = self._call(self._open(), 2 * _CONNECT + _ANSWER)
        except BaseException as error:
            self._close()
            if isinstance(error, RenderError) or not isinstance(error, Exception):
                raise
            raise self._unreachable(error) from error

    def __exit__(self, *_: object) -> None:
        self._close()

    def submit(self, task: RenderTask, priority: float = 0.0) -> Future[RenderResult]:
        """Run a task as soon as a worker is free, those of the highest priority first.

        The future raises `RenderError` if the scene raises or the cluster fails.
        """
        sent = replace(task, folder=Path(), cache_folder=None, results=None)
        return asyncio.run_coroutine_threadsafe(self._run(sent, priority), self._loop)

    def _call(self, coroutine: Coroutine[Any, Any, _T], seconds: float) -> _T:
        """Run a coroutine in the event loop, with a timeout."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(seconds)
        finally:
            future.cancel()

    async def _open(self) -> int:
        """Connect, compare the workers with this machine, and return the number of threads."""
        self._client = self._dask.Client(
            self._address, asynchronous=True, timeout=_CONNECT, set_as_default=False
        )
        await asyncio.wait_for(self._client, _CONNECT)
        await asyncio.wait_for(self._client.wait_for_workers(1), _CONNECT)
        threads = await asyncio.wait_for(self._client.nthreads(), _ANSWER)
        answers = await asyncio.gather(*map(self._identity_of, threads), return_exceptions=True)
        for worker, theirs in sorted(zip(threads, answers, strict=True)):
            self._compare(worker, theirs)
        self._watching = asyncio.create_task(self._watch())
        return sum(threads.values()) or 1

    async def _identity_of(self, worker: str) -> Any:
        """Return the code and the versions of a worker."""
        answer = await asyncio.wait_for(self._client.run(_identity, workers=[worker]), _ANSWER)
        return answer[worker]

    def _compare(self, worker: str, theirs: object) -> None:
        """Refuse a worker with other code or versions; ignore one that is lost."""
        if isinstance(theirs, dict):
            if differing := _differences(self._ours, theirs):
                raise RenderError(_refused(worker, differing))
        elif isinstance(theirs, Exception) and not isinstance(theirs, OSError):
            raise RenderError(_refused(worker, f"unusable code: {_one_line(theirs)}"))

    async def _run(self, task: RenderTask, priority: float) -> RenderResult:
        """Return the result of a task, run again as long as the worker lacks files of ours."""
        scene = task.render_spec.scene
        inputs = self._inputs.get((scene.module, scene.name)) or SceneInputs(task)
        self._inputs[scene.module, scene.name] = inputs
        inputs.add(task.known)
        while True:
            delivery = inputs.delivery(replace(task, known=NO_DEPENDENCIES))
            answer = await self._run_once(task, delivery, priority)
            if isinstance(answer, RenderError):
                raise RenderError(f"{task.title} failed: {answer}")
            if not inputs.add_differences(answer.dependencies, delivery):
                break
        if isinstance(answer, FailedRun):
            raise RenderError(f"{task.title} failed: {answer.error}")
        return inputs.with_our_dependencies(answer, delivery)

    async def _run_once(self, task: RenderTask, delivery: Delivery, priority: float) -> _Answer:
        """Return the answer of a worker, of another one if one fails."""
        for left in reversed(range(_TRIES)):
            try:
                return await self._answer(_pack(delivery), _packages_of(task), priority)
            except RenderError:
                raise
            except CancelledError as error:
                raise RenderError(self._scheduler_lost) from error
            except self._dask.KilledWorker as error:
                raise RenderError(_killed(task, error)) from error
            except Exception as error:
                if not left:
                    raise RenderError(
                        f"{task.title} failed on the cluster: {_one_line(error)}; {_AGAIN}"
                    ) from error
        raise AssertionError("the last attempt returns or raises")

    async def _answer(self, sent: bytes, packages: tuple[str, ...], priority: float) -> _Answer:
        """Return the answer of a worker, unless the cluster is lost before."""
        if self._client.status != "running":
            raise RenderError(self._scheduler_lost)
        ours = {**self._ours, **_lecture_identity(packages)}
        future = self._client.submit(
            _at_worker, sent, ours, packages, pure=False, priority=priority
        )
        result = asyncio.ensure_future(future.result())
        try:
            await asyncio.wait({result, self._watching}, return_when=asyncio.FIRST_COMPLETED)
            if not result.done():
                raise RenderError(self._watching.result())
            answer = _unpack(result.result())
        finally:
            result.cancel()
        if not isinstance(answer, RenderResult | FailedRun | RenderError):
            raise TypeError(f"a worker answered with {type(answer).__name__}")
        return answer

    async def _watch(self) -> str:
        """Return a message once the scheduler or all its workers are lost."""
        seen = time.monotonic()
        answered = True
        while time.monotonic() - seen < _LOSS:
            try:
                workers = await asyncio.wait_for(self._client.nthreads(), _LOSS)
            except Exception:  # noqa: BLE001  (whatever Dask says of a scheduler that is gone)
                answered = False
            else:
                answered = True
                seen = time.monotonic() if workers else seen
            await asyncio.sleep(_INTERVAL)
        if not answered:
            return self._scheduler_lost
        return (
            f"all workers of {self._address} were lost, and none has come for {_LOSS} s; start "
            f"some with 'dask worker {self._address} --nthreads 1', and {_AGAIN}"
        )

    @property
    def _scheduler_lost(self) -> str:
        return (
            f"the connection to the scheduler at {self._address} was lost; start it and its "
            f"workers again if they have ended, and {_AGAIN}"
        )

    def _unreachable(self, error: Exception) -> RenderError:
        if isinstance(error, OSError | TimeoutError | ValueError):
            return RenderError(
                f"no worker answers at {self._address} within {_CONNECT} s; start a scheduler "
                "with 'dask scheduler' and workers with 'dask worker ADDRESS --nthreads 1'"
            )
        return RenderError(
            f"the scheduler at {self._address} cannot be used: {_one_line(error)}; install the "
            "same version of Dask there (requirements.lock lists it)"
        )

    def _close(self) -> None:
        """Disconnect; errors do not matter, because all results are here."""
        with suppress(Exception):
            self._call(self._stop(), 2 * _ANSWER)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_ANSWER)
        if not self._thread.is_alive():
            self._loop.close()

    async def _stop(self) -> None:
        """Close the client and cancel all other tasks of the event loop."""
        if self._client is not None:
            with suppress(Exception):
                await asyncio.wait_for(self._client.close(), _ANSWER)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_ANSWER)


def _silence() -> None:
    """Keep Dask's log messages off the terminal; errors reach the user as a `RenderError`."""
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _pack(value: object) -> bytes:
    """Return a value as bytes with a checksum, so that Dask needs none of our classes."""
    content = pickle.dumps(value)
    return hashlib.sha256(content).digest() + content


def _unpack(message: bytes) -> Any:
    checksum, content = message[:32], message[32:]
    if hashlib.sha256(content).digest() != checksum:
        raise ValueError("a message was damaged on its way")
    return pickle.loads(content)  # noqa: S301  (from a machine that runs our code)


def _identity() -> dict[str, str]:
    return {
        "unstable-gradients": version("unstable-gradients"),
        "code": installed_digest()[:12],
        **versions(),
    }


def _packages_of(task: RenderTask) -> tuple[str, ...]:
    """Return the packages of the lecture of a task that workers must have installed."""
    lecture = task.render_spec.spec.lecture
    names = () if lecture is None else (lecture.package, *lecture.packages)
    sent = local_packages(lecture)
    return tuple(name for name in names if name not in sent)


def _lecture_identity(packages: tuple[str, ...]) -> dict[str, str]:
    return {f"lecture {packages[0]}": packages_digest(packages)[:12]} if packages else {}


def _differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    return ", ".join(
        f"{name} {theirs.get(name, 'missing')} instead of {ours[name]}"
        for name in ours
        if theirs.get(name) != ours[name]
    )


def _refused(worker: str, what: str) -> str:
    return (
        f"worker {worker} has {what}; install the same versions there "
        "(requirements.lock lists them) and start it again"
    )


def _killed(task: RenderTask, error: Any) -> str:
    return (
        f"{task.title} failed: {error.allowed_failures + 1} workers were lost while they had it, "
        f"the last {error.last_worker.address}; see there why (too little memory?), and {_AGAIN}"
    )


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _at_worker(sent: bytes, ours: Mapping[str, str], packages: tuple[str, ...]) -> bytes:
    """Run a task on a worker, which may have joined after the comparison of the others.

    `sent` holds a `Delivery`; `ours` the versions of the client, and `packages` the packages of the
    lecture, which must be the same here.
    """
    worker = import_module("distributed").get_worker()
    add_bundled_path()
    theirs = {**_identity(), **_lecture_identity(packages)}
    if differing := _differences(ours, theirs):
        return _pack(RenderError(_refused(worker.address, differing)))
    with tempfile.TemporaryDirectory(prefix="lecture-") as name:
        results = Path(worker.local_directory) / RESULTS_FOLDER
        run = WorkerRun(_unpack(sent), Path(name), results)
        run.unpack()
        return _pack(_in_fresh_process(run))


def _in_fresh_process(run: WorkerRun) -> _Answer:
    """Run a task in a fresh process."""
    # With a nanny, as by default, a worker is a daemonic process, which multiprocessing lets have
    # no children: https://github.com/dask/distributed/issues/2142. Ours end with their parent.
    vars(multiprocessing.current_process())["_config"]["daemon"] = False
    process, receiver = start_process(process_context(), cluster_worker_main, run)
    try:
        answer: _Answer = receiver.recv()
    except EOFError:
        process.join()
        logs = [log.read_text("utf-8", "replace") for log in run.work_dir.glob("*.log")]
        said = "".join(logs)
        last = said.strip().splitlines()[-1:] or [f"exit code {process.exitcode}"]
        return RenderError(f"its process ended early: {last[0]}")
    finally:
        receiver.close()
    process.join()
    return answer
