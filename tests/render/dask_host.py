"""Starts schedulers and workers of Dask as processes, forked from one that has imported Dask.

An import of Dask costs more than a second, and the tests need dozens of such processes. Each line
of standard input is a command as JSON, ``{"run": "scheduler", "folder": FOLDER, "with": [OPTION,
...]}``; the answer is the process's id. All processes end with standard input, or with this one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def serve() -> None:
    """Start what is asked for, until nothing can be asked any more."""
    # Not above: each process that draws imports this module, the main one of its worker.
    from distributed.cli import dask_scheduler, dask_worker  # noqa: PLC0415

    from lecture.render import cluster  # noqa: PLC0415

    mains = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}
    cluster._identity()  # which takes a moment, and is cached in all that is forked
    signal.signal(signal.SIGCHLD, reap)
    started: list[int] = []
    reader, writer = os.pipe()  # whose writing end is closed when this process ends, even if killed
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            os.close(writer)
            threading.Thread(target=end_with_host, args=(reader,), daemon=True).start()
            command = json.loads(line)
            start(mains[command["run"]], command)
        started.append(pid)
        print(pid, flush=True)  # noqa: T201
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pid in started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def reap(*_: object) -> None:
    """Take note of the processes that have ended, so that no zombie is left of them."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def end_with_host(reader: int) -> None:
    """Wait for the host to be gone, and end this process."""
    os.read(reader, 1)
    os._exit(1)


def start(main: Callable[[object], object], inputs: dict[str, object]) -> None:
    """Become a process of a cluster."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(str(inputs["folder"]))
    with Path(os.devnull).open("rb") as nothing, Path(f"{os.getpid()}.log").open("ab") as log:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        main(inputs["with"])
    finally:
        os._exit(1)


if __name__ == "__main__":
    serve()
