"""Show the progress of a render on a terminal or in a log."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from lecture.cli.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from rich.console import Console
    from rich.progress import TaskID

    from lecture.render.tasks import ProgressDisplay


__all__ = ["Phase", "PhaseTimes", "progress_display"]

_DRY_RUNS, _DRAWING = "dry runs", "drawing and encoding"


@dataclass(slots=True)
class Phase:
    """A step of a command and its cost, in seconds.

    Parameters
    ----------
    name
        Name of the step.
    wall
        Wall time.
    main, workers
        CPU time of the main process, and of the workers for the results that arrived.
    """

    name: str
    wall: float = 0.0
    main: float = 0.0
    workers: float = 0.0

    def add(self, other: Phase) -> None:
        """Add the cost of another step."""
        self.wall += other.wall
        self.main += other.main
        self.workers += other.workers


class PhaseTimes:
    """Passes progress on to a display, and measures the steps of a command.

    Parameters
    ----------
    display
        Shows the progress.
    """

    def __init__(self, display: ProgressDisplay) -> None:
        self._display = display
        self._phases: list[Phase] = []
        self._workers = {_DRY_RUNS: 0.0, _DRAWING: 0.0}
        self._since = time.monotonic(), time.process_time()

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The steps so far, the last one until now; steps of the same name are added up.

        Scenes are drawn while others are stepped: until the end of the last dry run, wall time
        counts as that of the dry runs.
        """
        self._measure()
        named: dict[str, Phase] = {}
        for phase in self._phases:
            named.setdefault(phase.name, Phase(phase.name)).add(phase)
        for name, seconds in self._workers.items():
            if seconds:
                named.setdefault(name, Phase(name)).workers = seconds
        return tuple(named.values())

    def _measure(self) -> None:
        now = time.monotonic(), time.process_time()
        if self._phases:
            self._phases[-1].wall += now[0] - self._since[0]
            self._phases[-1].main += now[1] - self._since[1]
        self._since = now

    def _begin(self, name: str) -> None:
        self._measure()
        self._phases.append(Phase(name))

    def message(self, text: str) -> None:
        """Print a line."""
        self._display.message(text)

    def step(self, text: str, *, brief: bool = False) -> None:
        """Begin a step."""
        self._begin(text)
        self._display.step(text, brief=brief)

    def dry_run(self, scenes: int) -> None:
        """Begin the dry runs."""
        self._begin(_DRY_RUNS)
        self._display.dry_run(scenes)

    def dry_run_done(self, scene: str) -> None:
        """Show that the dry run of a scene is done."""
        self._display.dry_run_done(scene)

    def speech(self, scene: str, done: int, lines: int) -> None:
        """Show how many lines of a scene are spoken."""
        self._display.speech(scene, done, lines)

    def begin(self, estimates: Mapping[str, float], scenes: int) -> None:
        """Begin to draw and to encode."""
        self._begin(_DRAWING)
        self._display.begin(estimates, scenes)

    def progress(self, chunk: str, frames: int) -> None:
        """Show how many frames of a chunk are done."""
        self._display.progress(chunk, frames)

    def done(self, chunk: str) -> None:
        """Show that a chunk is done."""
        self._display.done(chunk)

    def worked(self, seconds: float, *, dry_run: bool) -> None:
        """Count CPU seconds of a worker for the dry runs, or for drawing and encoding."""
        self._workers[_DRY_RUNS if dry_run else _DRAWING] += seconds
        self._display.worked(seconds, dry_run=dry_run)


class _PlainProgress(AbstractContextManager["_PlainProgress"]):
    """Prints a line for each chunk, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = self._done = 0
        self._frames: dict[str, int] = {}
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        """Keep the lines."""

    def message(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def step(self, text: str, *, brief: bool = False) -> None:
        if not brief:
            self.message(f"{text} ...")

    def dry_run(self, scenes: int) -> None:
        self.step(f"reading {counted(scenes, 'scene')}")

    def dry_run_done(self, scene: str) -> None:
        """Print nothing: the scenes that are drawn have a line each."""

    def speech(self, scene: str, done: int, lines: int) -> None:
        """Print nothing: most lines are cached, and the others take little time."""

    def begin(self, estimates: Mapping[str, float], scenes: int) -> None:
        self._total, self._done, self._since = len(estimates), 0, time.monotonic()
        self._frames.clear()
        self.step(_rendering(scenes, len(estimates)))

    def progress(self, chunk: str, frames: int) -> None:
        self._frames[chunk] = frames

    def done(self, chunk: str) -> None:
        self._done += 1
        seconds = time.monotonic() - self._since
        self.message(f"{self._done}/{self._total} {chunk} ({seconds:.0f} s)")

    def worked(self, seconds: float, *, dry_run: bool) -> None:
        """Show nothing."""


class _LiveProgress(AbstractContextManager["_LiveProgress"]):
    """Shows a bar for all of the work and a line for each running chunk."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._all: TaskID | None = None
        self._rows: dict[str, TaskID] = {}
        self._frames: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._estimates: dict[str, float] = {}
        self._since = 0.0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def message(self, text: str) -> None:
        self._progress.console.print(text, markup=False, highlight=False)

    def step(self, text: str, *, brief: bool = False) -> None:  # noqa: ARG002
        self._begin_all(text, None)

    def dry_run(self, scenes: int) -> None:
        self._restart_rate()
        self._begin_all(f"reading {counted(scenes, 'scene')}", scenes)

    def dry_run_done(self, scene: str) -> None:
        self._remove(scene)
        if self._all is not None:
            self._progress.update(self._all, advance=1)

    def speech(self, scene: str, done: int, lines: int) -> None:
        row = f"voice of {scene}"
        self._show(row, f"{done}/{counted(lines, 'line')}")
        if done == lines:
            self._remove(row)

    def begin(self, estimates: Mapping[str, float], scenes: int) -> None:
        self._estimates = dict(estimates)
        self._restart_rate()
        self._begin_all(_rendering(scenes, len(estimates)), sum(estimates.values()))

    def progress(self, chunk: str, frames: int) -> None:
        if chunk not in self._rows:
            self._first[chunk] = frames
        self._frames[chunk] = frames - self._first[chunk]
        self._show(chunk, f"{frames} frames")
        self._show_rate()

    def done(self, chunk: str) -> None:
        self._remove(chunk)
        if self._all is not None:
            self._progress.update(self._all, advance=self._estimates.get(chunk, 0.0))

    def worked(self, seconds: float, *, dry_run: bool) -> None:
        """Show nothing."""

    def _show(self, row: str, note: str) -> None:
        if row not in self._rows:
            self._rows[row] = self._progress.add_task(escape(row), total=None, note="")
        self._progress.update(self._rows[row], note=note)

    def _remove(self, row: str) -> None:
        task = self._rows.pop(row, None)
        if task is not None:
            self._progress.remove_task(task)

    def _begin_all(self, what: str, total: float | None) -> None:
        if self._all is not None:
            self._progress.remove_task(self._all)
        self._all = self._progress.add_task(what, total=total, note="")

    def _restart_rate(self) -> None:
        self._since = time.monotonic()
        for chunk, frames in self._frames.items():
            self._first[chunk] += frames
        self._frames.clear()

    def _show_rate(self) -> None:
        rate = sum(self._frames.values()) / max(time.monotonic() - self._since, 1e-3)
        if self._all is not None:
            self._progress.update(self._all, note=f"{rate:.0f} frames a second")


def progress_display(console: Console) -> _LiveProgress | _PlainProgress:
    """Return a display with bars for a terminal, with plain lines for anything else."""
    return _LiveProgress(console) if console.is_terminal else _PlainProgress(console)


def _rendering(scenes: int, chunks: int) -> str:
    divided = f" in {counted(chunks, 'chunk')}" if chunks != scenes else ""
    return f"rendering {counted(scenes, 'scene')}{divided}"
