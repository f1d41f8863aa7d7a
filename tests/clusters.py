"""Dask clusters for tests, whose schedulers and workers are processes that a test may kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from distributed import Client

from tests.waiting import LONG, is_alive, wait_for

if TYPE_CHECKING:
    from typing import Self

ROOT = Path(__file__).parent.parent
KINDS = ROOT / "tests" / "render" / "worker_kinds.py"


class Host(AbstractContextManager["Host"]):
    """Starts processes of Dask, and ends all of them with itself."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.render.dask_host"],
            cwd=ROOT,
            env={**os.environ, "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self, command: str, folder: Path, *options: str) -> int:
        """Start ``dask scheduler`` or ``dask worker`` in a folder, and return its process."""
        inputs = {"run": command, "folder": str(folder), "with": options}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(inputs) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


class Cluster(AbstractContextManager["Cluster"]):
    """A scheduler, and workers of one thread each.

    Parameters
    ----------
    host
        Starts its processes.
    folder
        Where they work.
    kinds
        What the first workers do, as `worker_kinds` knows it.
    """

    def __init__(self, host: Host, folder: Path, *kinds: str) -> None:
        self.folder = folder
        self.workers: dict[str, int] = {}
        """The processes of the workers that should be alive, by name."""
        self._host = host
        self._kinds = kinds
        self._started = 0

    def __enter__(self) -> Self:
        known = self.folder / "scheduler.json"
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.scheduler = self._host.start(
            "scheduler", self.folder, *options, "--scheduler-file", str(known)
        )
        assert wait_for(lambda: _is_json(known), LONG)
        self.address = str(json.loads(known.read_text("utf-8"))["address"])
        self.start(*self._kinds)
        return self

    def __exit__(self, *_: object) -> None:
        for pid in (*self.workers.values(), self.scheduler):
            kill(pid)

    def start(self, *kinds: str) -> list[str]:
        """Start workers, wait until the scheduler knows all that should be alive, name the new."""
        names = []
        for kind in kinds:
            self._started += 1
            names.append(f"{kind}-{self._started}")
            self.workers[names[-1]] = self._host.start(
                "worker", self.folder, self.address, "--name", names[-1], "--preload", str(KINDS),
                "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard",
            )  # fmt: skip
        with Client(self.address, set_as_default=False) as client:

            def known() -> set[str]:
                return {worker["name"] for worker in client.scheduler_info()["workers"].values()}

            assert wait_for(lambda: known() == set(self.workers), LONG)
        return names

    def kill(self, name: str) -> None:
        """Kill a worker, and wait until it is gone."""
        kill(self.workers.pop(name))


def kill(pid: int) -> None:
    """Kill a process, and wait until it is gone."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: not is_alive(pid), LONG)


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True
