"""Choose the executor: processes of this machine, or the workers of a cluster."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from lecture.render.tasks import Executor, ProgressDisplay

__all__ = ["executor_factory", "usable_cores"]


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


def executor_factory(
    display: ProgressDisplay, *, workers: int | None = None, scheduler: str | None = None
) -> Callable[[], AbstractContextManager[Executor]]:
    """Return a function that opens an executor.

    Parameters
    ----------
    display
        Shows the progress of the tasks.
    workers
        Number of processes of this machine; one for each core if ``None``.
    scheduler
        Address of a Dask scheduler whose workers run the tasks instead.
    """

    def processes() -> AbstractContextManager[Executor]:
        from lecture.render.processes import FreshProcesses  # noqa: PLC0415  (only for work)

        return FreshProcesses(
            workers or usable_cores(), lambda task, now: display.progress(task.title, now.frames)
        )

    def cluster() -> AbstractContextManager[Executor]:
        from lecture.render.cluster import ClusterWorkers  # noqa: PLC0415  (only when asked for)

        return ClusterWorkers(scheduler or "")

    return processes if scheduler is None else cluster
