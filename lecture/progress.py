"""What a person sees while a lecture is rendered."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.console import Console

__all__ = ["Display", "display_for", "duration"]


class Display(Protocol):
    """Is told how a render goes."""

    def begin(self, scene: str, place: int, total: int) -> None:
        """Take note that a scene begins, the ``place``-th of ``total``."""

    def frames(self, count: int) -> None:
        """Take note of how many frames of the scene are drawn."""

    def done(self, count: int) -> None:
        """Take note that the scene is done, with so many frames."""


class _Plain(AbstractContextManager["_Plain"]):
    """Lines for a log: one when a scene begins, one when it ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._since = 0.0

    def __exit__(self, *_: object) -> None:
        """Leave the lines as they are."""

    def begin(self, scene: str, place: int, total: int) -> None:
        self._since = time.monotonic()
        self._say(f"{place}/{total} {scene} ...")

    def frames(self, count: int) -> None:
        """Say nothing: a log is no place for a counter."""

    def done(self, count: int) -> None:
        self._say(f"    {count} frames in {time.monotonic() - self._since:.1f} s")

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class _Live(AbstractContextManager["_Live"]):
    """A bar on a terminal."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=None, note="")
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

    def begin(self, scene: str, place: int, total: int) -> None:
        self._since = time.monotonic()
        self._progress.update(
            self._task, description=escape(scene), completed=place - 1, total=total, note=""
        )

    def frames(self, count: int) -> None:
        rate = count / max(time.monotonic() - self._since, 1e-3)
        self._progress.update(self._task, note=f"{count} frames, {rate:.0f} a second")

    def done(self, count: int) -> None:
        self._progress.update(self._task, advance=1, note=f"{count} frames")


def display_for(console: Console) -> _Live | _Plain:
    """Choose a bar for a terminal, plain lines for anything else.

    Parameters
    ----------
    console
        Where to show the progress.
    """
    return _Live(console) if console.is_terminal else _Plain(console)


def duration(seconds: float) -> str:
    """Say how long a video runs.

    Parameters
    ----------
    seconds
        Its length; parts of a second are shown only where it lasts less than ten.

    Examples
    --------
    >>> duration(112), duration(4.2), duration(59.7), duration(3661)
    ('1 min 52 s', '4.2 s', '1 min 0 s', '61 min 1 s')
    """
    if round(seconds, 1) < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
