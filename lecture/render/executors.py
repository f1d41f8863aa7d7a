"""Who does the work: processes of this machine, or the workers of a cluster."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from lecture.render.session import Executor
    from lecture.render.tasks import ProgressDisplay

__all__ = ["executor_factory", "usable_cores"]


def usable_cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


def executor_factory(
    display: ProgressDisplay, *, workers: int | None = None, scheduler: str | None = None
) -> Callable[[], AbstractContextManager[Executor]]:
    """Return what opens the workers once there is work for them.

    Parameters
    ----------
    display
        Is told how slices go.
    workers
        How many processes of this machine; one for each core unless given.
    scheduler
        The address of a Dask scheduler, whose workers are used instead.
    """

    def here() -> AbstractContextManager[Executor]:
        from lecture.render.processes import FreshProcesses  # noqa: PLC0415  (only for work)

        return FreshProcesses(
            workers or usable_cores(), lambda job, at: display.at(job.title, at.frames)
        )

    def there() -> AbstractContextManager[Executor]:
        from lecture.render.cluster import ClusterWorkers  # noqa: PLC0415  (only when asked for)

        return ClusterWorkers(scheduler or "")

    return here if scheduler is None else there
