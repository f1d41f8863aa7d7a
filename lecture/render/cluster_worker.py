"""Run a task that was sent to a worker of a cluster, in a fresh process of its own."""

from __future__ import annotations

import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from lecture.config.discovery import add_bundled_path
from lecture.errors import RenderError
from lecture.render.delivery import FailedRun
from lecture.render.dependencies import NO_DEPENDENCIES
from lecture.render.worker import (
    dependency_recorder,
    exit_with_parent,
    explain,
    log_to,
    run_task,
)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from lecture.render.delivery import WorkerRun
    from lecture.render.recorder import DependencyRecorder
    from lecture.render.tasks import RenderResult

__all__ = ["cluster_worker_main"]


def cluster_worker_main(parent: Connection, run: WorkerRun) -> None:
    """Run a task; send its `RenderResult` or `FailedRun` to the parent."""
    threading.Thread(target=exit_with_parent, daemon=True).start()
    add_bundled_path()
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
    parent.send(answer)
