"""The command ``lecture clean``."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from filelock import FileLock, Timeout
from pydantic import ByteSize
from rich.console import Console

from lecture.cli.options import byte_size
from lecture.cli.progress import progress_display
from lecture.cli.rendering import cache_folder
from lecture.cli.runner import command
from lecture.config.issues import format_value
from lecture.errors import InputError, RenderError
from lecture.files import RESULTS_FOLDER, temporary_path
from lecture.render.cache import SEGMENTS_FOLDER, TIMELINES_FOLDER, RenderCache, size_of
from lecture.render.estimates import FRAME_TIMES_FILE
from lecture.render.imports import IMPORTS_FILE
from lecture.render.session import LOCK_FILE
from lecture.render.tasks import WORK_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["clean"]

_FOLDERS = (SEGMENTS_FOLDER, TIMELINES_FOLDER, RESULTS_FOLDER, "speech", WORK_FOLDER)
_WRITTEN = (FRAME_TIMES_FILE, IMPORTS_FILE)
_FILES = (LOCK_FILE, *_WRITTEN, *(temporary_path(Path(name)).name for name in _WRITTEN))


@command()
@click.option(
    "--keep",
    metavar="SIZE",
    callback=byte_size,
    help="Keep the most recently used segments up to this size, such as 500MB or 2GB.",
)
def clean(keep: int | None) -> None:
    """Remove cached segments, timelines, results and speech.

    They are in media/cache, or in the folder named by LECTURE_CACHE. Finished files stay.
    """
    folder = cache_folder()
    if not folder.exists():
        click.echo(f"{folder}  does not exist")
        return
    _refuse_other_folder(folder)
    if keep is not None and (folder / SEGMENTS_FOLDER).is_symlink():
        link = folder / SEGMENTS_FOLDER
        raise InputError(f"{link} is a link; replace it by a folder or leave --keep out")
    try:
        with _locked(folder), progress_display(Console(stderr=True)) as display:
            display.step("removing files", brief=True)
            freed = _remove_all(folder) if keep is None else RenderCache(folder).prune(keep)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise RenderError(
            f"{folder} cannot be cleaned: {error.strerror or error}{where}"
        ) from error
    click.echo(f"{folder}  {ByteSize(freed).human_readable(decimal=True)} freed")


def _refuse_other_folder(folder: Path) -> None:
    """Refuse a folder with files that no render has created."""
    if not folder.is_dir():
        raise InputError(f"{folder} is a file; allowed: a cache folder")
    others = sorted(path.name for path in folder.iterdir() if path.name not in (*_FOLDERS, *_FILES))
    if others:
        allowed = "allowed: a folder that holds only a cache"
        raise InputError(f"{folder} holds other files ({format_value(others[0])}); {allowed}")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        message = f"another process uses {folder}; run the command again when it has ended"
        raise RenderError(message) from None
    try:
        yield
    finally:
        lock.release()


def _remove_all(folder: Path) -> int:
    freed = 0
    for name in _FOLDERS:
        path = folder / name
        if path.is_symlink():  # its target is not part of the cache
            path.unlink()
        elif path.is_dir():
            freed += size_of(path)
            shutil.rmtree(path)
    return freed
