"""Show a `DependencyRecorder` what a scene in this process reads and looks for.

An audit hook sees every file that Python code opens, also that of NumPy, pandas, Pillow and the
SVG parser. Tests for the existence of a file, searches for modules and lookups of environment
variables have no audit event: a replacement of `os.stat`, a finder of modules and a subclass of
the class of `os.environ` see these.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from functools import cache
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any

from lecture.render.dependencies import ALL_VARIABLES
from lecture.render.recorder import DependencyRecorder

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

__all__ = ["recording"]

_active: list[DependencyRecorder] = []


@contextmanager
def recording(recorder: DependencyRecorder) -> Iterator[DependencyRecorder]:
    """Record the dependencies of a scene that runs inside the block."""
    _add_audit_hook()
    before = os.stat, os.environ.__class__, os.environb.__class__
    finder = _Finder()
    _active[:] = [recorder]
    os.stat = _stat
    os.environ.__class__ = os.environb.__class__ = _Environ
    sys.meta_path.insert(0, finder)
    try:
        yield recorder
    finally:
        _active.clear()
        os.stat, os.environ.__class__, os.environb.__class__ = before
        sys.meta_path.remove(finder)


@cache  # a hook cannot be removed
def _add_audit_hook() -> None:
    sys.addaudithook(_on_audit_event)


def _on_audit_event(
    event: str, arguments: tuple[Any, ...], known: Container[str] = DependencyRecorder.EVENTS
) -> None:
    # Each call of `id` is an event, and a copy of a mobject has hundreds.
    if event in known and _active:
        _active[0].on_event(event, arguments)


def _notify(event: str, *arguments: Any) -> None:
    if _active:
        _active[0].on_event(event, arguments)


class _Finder(MetaPathFinder):
    """Sees the search for each module, and finds none."""

    def find_spec(self, name: str, path: Sequence[str] | None, _target: Any = None) -> None:
        _notify("search", name, sys.path if path is None else path)


class _Environ(os._Environ):  # type: ignore[type-arg]
    """Sees lookups and listings of environment variables."""

    def __getitem__(self, name: Any) -> Any:
        _notify("lookup", os.fsdecode(name))
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[Any]:
        _notify("lookup", ALL_VARIABLES)
        return super().__iter__()


_original_stat = os.stat


def _stat(path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> os.stat_result:
    if dir_fd is None:
        _notify("stat", path)
    return _original_stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)


for _supporting in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
    if os.stat in _supporting:
        _supporting.add(_stat)
