"""Slices on the workers of a Dask cluster, which need not share a disk.

Each slice is run in a fresh process of the worker's machine, and its films come back as bytes with
a checksum.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import pickle
import subprocess
import sys
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

from lecture.errors import RenderError
from lecture.files import RESULTS_FOLDER
from lecture.render.keys import installed_digest, versions
from lecture.render.tasks import RenderResult, RenderTask

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from concurrent.futures import Future

__all__ = ["ClusterWorkers"]

_T = TypeVar("_T")

_PATIENCE = 15  # seconds to wait for a scheduler and its first worker
_CHECK = 5  # seconds that each worker has to tell its versions before the work
_LOSS = 30  # seconds without an answer of the scheduler, or without a worker, that end the work
_INTERVAL = 1.0  # seconds between two looks at the scheduler
_TRIES = 3  # how often a slice is tried that fails for no fault of the scene
_EXTRA = "pip install 'unstable-gradients[cluster]'"
_AGAIN = "run the same command again to continue; finished beats are cached"


class ClusterWorkers(AbstractContextManager["ClusterWorkers"]):
    """Runs jobs on the workers of a Dask scheduler.

    A slice whose worker is lost is done by another. A scheduler that is lost, and workers that are
    all lost, fail the jobs that have not ended.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    RenderError
        Dask is not installed, no worker answers, or a worker has other code or other versions.
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
        # Dask's own loop cannot be left while it waits for a scheduler that does not answer.
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)  # the caller is told, not the terminal
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="Dask client", daemon=True
        )
        self._thread.start()
        try:
            self.workers = self._call(self._open(), 2 * _PATIENCE + _CHECK)
        except BaseException as error:
            self._close()
            if isinstance(error, RenderError) or not isinstance(error, Exception):
                raise
            raise self._unreachable(error) from error

    def __exit__(self, *_: object) -> None:
        self._close()

    def submit(self, task: RenderTask) -> Future[RenderResult]:
        """Do a job as soon as there is a worker for it.

        The future raises `RenderError` where the scene raised, or the cluster failed.
        """
        source = task.render_spec.scene.file
        sent = _pack((replace(task, folder=Path(), cache_folder=None), _source(source)))
        return asyncio.run_coroutine_threadsafe(self._do(task, sent), self._loop)

    def _call(self, coroutine: Coroutine[Any, Any, _T], seconds: float) -> _T:
        """Run a coroutine in the loop, and wait no longer than some seconds for its end."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(seconds)
        finally:
            future.cancel()

    async def _open(self) -> int:
        """Compare the workers with this machine, and return how many slices they do at a time."""
        self._client = self._dask.Client(
            self._address, asynchronous=True, timeout=_PATIENCE, set_as_default=False
        )
        await asyncio.wait_for(self._client, _PATIENCE)
        await asyncio.wait_for(self._client.wait_for_workers(1), _PATIENCE)
        threads = await asyncio.wait_for(self._client.nthreads(), _CHECK)
        answers = await asyncio.gather(*map(self._identity_of, threads), return_exceptions=True)
        for worker, theirs in sorted(zip(threads, answers, strict=True)):
            self._compare(worker, theirs)
        self._watching = asyncio.create_task(self._watch())
        return sum(threads.values()) or 1

    async def _identity_of(self, worker: str) -> Any:
        """Return the code and the versions of a worker."""
        answer = await asyncio.wait_for(self._client.run(_identity, workers=[worker]), _CHECK)
        return answer[worker]

    def _compare(self, worker: str, theirs: object) -> None:
        """Refuse a worker with other code or versions; one that is lost will do no work."""
        if isinstance(theirs, dict):
            if differing := _differences(self._ours, theirs):
                raise RenderError(_refused(worker, differing))
        elif isinstance(theirs, Exception) and not isinstance(theirs, OSError):
            raise RenderError(_refused(worker, f"no code that can be used: {_one_line(theirs)}"))

    async def _do(self, task: RenderTask, sent: bytes) -> RenderResult:
        """Have a job done, by another worker where one fails."""
        for left in reversed(range(_TRIES)):
            try:
                answer = await self._answer(sent)
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
            else:
                break
        if isinstance(answer, RenderError):
            raise RenderError(f"{task.title} failed: {answer}")
        return answer

    async def _answer(self, sent: bytes) -> RenderResult | RenderError:
        """Have a worker do a job, unless the cluster is lost before."""
        if self._client.status != "running":
            raise RenderError(self._scheduler_lost)
        future = self._client.submit(_at_worker, sent, self._ours, pure=False)
        result = asyncio.ensure_future(future.result())
        try:
            await asyncio.wait({result, self._watching}, return_when=asyncio.FIRST_COMPLETED)
            if not result.done():
                raise RenderError(self._watching.result())
            answer = _unpack(result.result())
        finally:
            result.cancel()
        if not isinstance(answer, RenderResult | RenderError):
            raise TypeError(f"a worker answered with {type(answer).__name__}")
        return answer

    async def _watch(self) -> str:
        """Return what was lost, once the scheduler or all its workers are."""
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
                f"no worker answers at {self._address} within {_PATIENCE} s; start a scheduler "
                "with 'dask scheduler' and workers with 'dask worker ADDRESS --nthreads 1'"
            )
        return RenderError(
            f"the scheduler at {self._address} cannot be used: {_one_line(error)}; install the "
            "same version of Dask there (requirements.lock lists it)"
        )

    def _close(self) -> None:
        """Leave the cluster, which may be lost: the answers are here, so no fault matters."""
        with suppress(Exception):
            self._call(self._stop(), 2 * _CHECK)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CHECK)
        if not self._thread.is_alive():
            self._loop.close()

    async def _stop(self) -> None:
        """Close the client, and end what else runs in the loop."""
        if self._client is not None:
            with suppress(Exception):
                await asyncio.wait_for(self._client.close(), _CHECK)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_CHECK)


def _silence() -> None:
    """Keep Dask's own messages from the terminal: what matters of them is in a `RenderError`."""
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _pack(value: object) -> bytes:
    """Make a message with a checksum, of nothing but bytes: Dask need not know our classes."""
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


def _source(file: Path | None) -> bytes | None:
    return None if file is None else file.read_bytes()


def _at_worker(sent: bytes, ours: Mapping[str, str]) -> bytes:
    """Do a job on this machine, a worker's, which may have joined after the others were compared.

    Parameters
    ----------
    sent
        The job, and its scene's source where it is a file.
    ours
        The code and the versions of the machine that asks.
    """
    worker = import_module("distributed").get_worker()
    if differing := _differences(ours, _identity()):
        return _pack(RenderError(_refused(worker.address, differing)))
    task, source = _unpack(sent)
    with tempfile.TemporaryDirectory(prefix="lecture-") as place:
        folder = Path(place)
        entry = task.render_spec.scene
        if source is not None:
            file = folder / f"{entry.module}.py"
            file.write_bytes(source)
            entry = replace(entry, file=file)
        render_spec = replace(task.render_spec, scene=entry)
        results = Path(worker.local_directory) / RESULTS_FOLDER
        return _pack(
            _in_fresh_process(
                replace(task, render_spec=render_spec, folder=folder, results=results)
            )
        )


def _in_fresh_process(task: RenderTask) -> RenderResult | RenderError:
    """Do a job in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "lecture.render.cluster_worker"],
        input=pickle.dumps(task),
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        said = task.log.read_text("utf-8", "replace") if task.log.exists() else ""
        last = said.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        return RenderError(f"its process ended too early: {last[0]}")
    answer: RenderResult | RenderError = pickle.loads(done.stdout)  # noqa: S301  (our own process)
    return answer
