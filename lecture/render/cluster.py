"""Slices on the workers of a Dask cluster, which need not share a disk.

Each slice is run in a fresh process of the worker's machine, and its films come back as bytes with
a checksum.
"""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
import tempfile
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lecture.errors import RenderError
from lecture.render.keys import installed_digest, versions
from lecture.render.tasks import RenderResult, RenderTask

if TYPE_CHECKING:
    pass

__all__ = ["ClusterWorkers"]

_PATIENCE = 15  # seconds to wait for a scheduler and its first worker
_RETRIES = 2  # how often a slice is tried again whose worker is lost
_EXTRA = "pip install 'unstable-gradients[cluster]'"


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A message with a checksum."""

    content: bytes
    sha256: str

    @classmethod
    def of(cls, value: object) -> _Parcel:
        content = pickle.dumps(value)
        return cls(content, hashlib.sha256(content).hexdigest())

    def open(self) -> Any:
        if hashlib.sha256(self.content).hexdigest() != self.sha256:
            raise RenderError("an answer was damaged on its way; run the same command again")
        return pickle.loads(self.content)  # noqa: S301  (from a worker that ran our code)


class ClusterWorkers(AbstractContextManager["ClusterWorkers"]):
    """Runs jobs on the workers of a Dask scheduler.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    RenderError
        Dask is not installed, nobody answers, or a worker has other code or other versions.
    """

    shares_disk = False

    def __init__(self, address: str) -> None:
        try:
            distributed = import_module("distributed")
        except ImportError as error:
            raise RenderError(f"--scheduler needs Dask: {_EXTRA}") from error
        try:
            self._client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except (OSError, TimeoutError, ValueError) as error:
            raise RenderError(
                f"no worker answers at {address} within {_PATIENCE} s; start a scheduler with "
                "'dask scheduler' and workers with 'dask worker ADDRESS --nthreads 1'"
            ) from error
        try:
            self._check()
            self._executor = self._client.get_executor(pure=False, retries=_RETRIES)
        except BaseException:
            self._client.close()
            raise
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        self.workers = sum(int(worker["nthreads"]) for worker in workers)

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=False)  # which cancels what has not ended
        self._client.close()

    def submit(self, job: RenderTask) -> Future[RenderResult]:
        """Do a job as soon as there is a worker for it."""
        source = job.view.scene.file
        sent = _Parcel.of((replace(job, folder=Path(), store=None), _source(source)))
        answer: Future[RenderResult] = Future()
        answer.set_running_or_notify_cancel()

        def take(done: Future[_Parcel]) -> None:
            try:
                result = done.result().open()
            except Exception as error:  # noqa: BLE001  (a lost worker raises Dask's own)
                answer.set_exception(_as_render_error(job, error))
                return
            if isinstance(result, RenderError):
                answer.set_exception(RenderError(f"{job.title} failed: {result}"))
            else:
                answer.set_result(result)

        self._executor.submit(_at_worker, sent).add_done_callback(take)
        return answer

    def _check(self) -> None:
        """Compare the workers' code and versions with ours, before any work."""
        ours = _identity()
        for worker, theirs in sorted(self._client.run(_identity).items()):
            differing = [name for name in ours if theirs.get(name) != ours[name]]
            if differing:
                what = ", ".join(
                    f"{name} {theirs.get(name, 'missing')} instead of {ours[name]}"
                    for name in differing
                )
                raise RenderError(
                    f"worker {worker} has {what}; install the same versions there "
                    "(requirements.lock lists them) and start it again"
                )


def _identity() -> dict[str, str]:
    return {
        "unstable-gradients": version("unstable-gradients"),
        "code": installed_digest()[:12],
        **versions(),
    }


def _source(file: Path | None) -> bytes | None:
    return None if file is None else file.read_bytes()


def _as_render_error(job: RenderTask, error: Exception) -> RenderError:
    return RenderError(f"{job.title} failed on the cluster: {type(error).__name__}: {error}")


def _at_worker(sent: _Parcel) -> _Parcel:
    """Run a slice in a fresh process of this machine; this is called on a worker."""
    job, source = sent.open()
    with tempfile.TemporaryDirectory(prefix="lecture-") as place:
        folder = Path(place)
        entry = job.view.scene
        if source is not None:
            file = folder / f"{entry.module}.py"
            file.write_bytes(source)
            entry = replace(entry, file=file)
        here = replace(job, folder=folder, view=replace(job.view, scene=entry))
        done = subprocess.run(
            [sys.executable, "-P", "-m", "lecture.render.cluster_worker"],
            input=pickle.dumps(here),
            stdout=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            log = job.log.name
            said = (folder / log).read_text("utf-8", "replace") if (folder / log).exists() else ""
            last = said.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            return _Parcel.of(RenderError(f"its process ended too early: {last[0]}"))
        return _Parcel.of(pickle.loads(done.stdout))  # noqa: S301  (from our own process)
