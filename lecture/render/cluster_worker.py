"""Run one task: read it from standard input and write the result to standard output.

A worker of a cluster starts this process for each task, since it has built formulas before.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from lecture.config.discovery import add_bundled_path
from lecture.errors import RenderError
from lecture.render.worker import explain, log_to, run_task

if TYPE_CHECKING:
    from lecture.render.tasks import RenderResult, RenderTask

__all__ = ["main"]


def main() -> None:
    """Run a task in this process."""
    add_bundled_path()
    task: RenderTask = pickle.load(sys.stdin.buffer)  # noqa: S301  (from the worker that started us)
    answers = os.fdopen(os.dup(1), "wb")  # the output of the scene goes to the log
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    answer: RenderResult | RenderError
    try:
        log_to(task)
        answer = run_task(task)
    except Exception as error:  # noqa: BLE001  (a scene may raise anything)
        with suppress(OSError):  # the log cannot be written to a full disk
            traceback.print_exc()
        answer = RenderError(explain(error))
    with answers:
        pickle.dump(answer, answers)


def _end_with(worker: int) -> None:
    """Wait for the worker to end, perhaps killed, and end this process."""
    while os.getppid() == worker:
        time.sleep(0.5)
    os._exit(1)


if __name__ == "__main__":
    main()
