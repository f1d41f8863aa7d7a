"""A preload of Dask workers: makes a worker do what the first word of its name says."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lecture.render import cluster
from lecture.render.tasks import RenderedBeat, RenderResult
from lecture.timeline import Beat
from tests.waiting import LONG, wait_for

if TYPE_CHECKING:
    from distributed import Worker

    from lecture.render.delivery import WorkerRun


def dask_setup(worker: Worker) -> None:
    """Change the worker, unless it is a plain one."""
    globals()[str(worker.name).partition("-")[0]]()


def plain() -> None:
    """Draw, as the workers of a lecturer do."""


def quick() -> None:
    """Draw nothing: a start of manim costs two seconds of a processor for each worker."""
    cluster._in_fresh_process = _draw_nothing


def other() -> None:
    """Have another version of manim."""
    versions = {**cluster.versions(), "manim": "0.0"}
    cluster.versions = lambda: versions


def without() -> None:
    """Lack this project."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "lecture"]:
        del sys.modules[name]
    sys.modules["lecture"] = None  # type: ignore[assignment]  (importing it fails)


def damaged() -> None:
    """Answer with bytes that have changed on their way."""
    quick()
    pack = cluster._pack
    cluster._pack = lambda value: pack(value)[:-1] + b"!"


def unreadable() -> None:
    """Answer with an object that cannot be unpickled."""
    cluster._at_worker = lambda *_: _Unreadable()


def broken() -> None:
    """Raise an error of two lines that cannot be pickled, as where the worker's disk is full."""

    class LocalError(Exception):
        pass

    def fail(*_: object) -> bytes:
        raise LocalError("no space\nleft", threading.Lock())

    cluster._at_worker = fail


def _draw_nothing(run: WorkerRun) -> RenderResult:
    """Answer with four beats, each held while ``KEY-BEAT.hold`` is there; `Stubborn` never ends."""
    task = run.task()
    Path(f"{task.key}.begun").touch()
    if task.render_spec.scene.name == "Stubborn":
        threading.Event().wait()
    beats = []
    for index in range(4):
        hold = Path(f"{task.key}-{index}.hold")
        assert wait_for(lambda hold=hold: not hold.exists(), LONG)
        record = Beat(name=f"beat {index}", start=index, frames=1, notes="", loop=False)
        beats.append(RenderedBeat(index, record, data=f"{task.key} {index}".encode()))
    return RenderResult(tuple(beats), last=True, passed=4)


class _Unreadable:
    def __reduce__(self) -> tuple[Any, ...]:
        return int, ("no\nnumber",)
