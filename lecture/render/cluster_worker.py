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
from lecture.render.delivery import FailedRun
from lecture.render.dependencies import NO_DEPENDENCIES
from lecture.render.worker import dependency_recorder, explain, log_to, run_task

if TYPE_CHECKING:
    from lecture.render.delivery import WorkerRun
    from lecture.render.recorder import DependencyRecorder
    from lecture.render.tasks import RenderResult

__all__ = ["main"]


def main() -> None:
    """Run a task in this process."""
    add_bundled_path()
    run: WorkerRun = pickle.load(sys.stdin.buffer)  # noqa: S301  (from the worker that started us)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the modules of a lecture print; the output of the scene goes to the log
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    answer: RenderResult | FailedRun
    recorder: DependencyRecorder | None = None
    try:
        task = run.task()
        recorder = dependency_recorder(task, run.root)
        log_to(task)
        answer = run_task(task, recorder=recorder)
    except Exception as error:  # noqa: BLE001  (a scene may raise anything)
        with suppress(OSError):  # the log cannot be written to a full disk
            traceback.print_exc()
        found = recorder.dependencies() if recorder is not None else NO_DEPENDENCIES
        answer = FailedRun(RenderError(run.with_our_paths(explain(error))), found)
    with answers:
        pickle.dump(answer, answers)


def _end_with(worker: int) -> None:
    """Wait for the worker to end, perhaps killed, and end this process."""
    while os.getppid() == worker:
        time.sleep(0.5)
    os._exit(1)


if __name__ == "__main__":
    main()
