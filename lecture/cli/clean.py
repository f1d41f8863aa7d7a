"""The command ``lecture clean``."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from filelock import FileLock, Timeout
from pydantic import ByteSize, TypeAdapter, ValidationError

from lecture.cli.options import BAD_INPUT, FAILED, stop
from lecture.cli.request import cache_folder
from lecture.config.issues import format_value
from lecture.render.cache import RenderCache, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["clean"]

_KEPT = ("films", "rehearsals", "results", "speech", "work")
# What else a cache holds: small, of use to the next run, or left by one that was killed.
_BESIDE = (".lock", "costs.json", ".costs.new.json")


def _size(_context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    try:
        size = TypeAdapter(ByteSize).validate_python(value)
    except (ValidationError, OverflowError):  # the latter: 1e999
        size = ByteSize(-1)
    if size < 0:
        what = "allowed: a number of bytes, such as 500MB or 2GB"
        stop(f"{option.opts[0]}: {format_value(value)} was given; {what}", BAD_INPUT)
    return int(size)


@click.command()
@click.option(
    "--keep",
    metavar="SIZE",
    callback=_size,
    help="Keep films up to this size, such as 500MB or 2GB: those that were used last.",
)
def clean(keep: int | None) -> None:
    """Remove the films and the speech that are kept for the next run.

    They lie in media/cache, or in the folder that LECTURE_CACHE names. Finished lectures stay.
    """
    folder = cache_folder()
    if not folder.exists():
        click.echo(f"{folder}  there is nothing")
        return
    _refuse_other_folder(folder)
    if keep is not None and (folder / "films").is_symlink():
        stop(f"{folder / 'films'} is a link; --keep works only on films in {folder}", BAD_INPUT)
    try:
        with _locked(folder):
            freed = _remove_all(folder) if keep is None else RenderCache(folder).shrink(keep)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        stop(f"{folder} cannot be cleaned: {error.strerror or error}{where}", FAILED)
    click.echo(f"{folder}  {ByteSize(freed).human_readable(decimal=True)} freed")


def _refuse_other_folder(folder: Path) -> None:
    """Leave alone a folder that holds anything that no run of ours put there."""
    if not folder.is_dir():
        stop(f"{folder} is a file; allowed: the folder that films are kept in", BAD_INPUT)
    others = sorted(path.name for path in folder.iterdir() if path.name not in _KEPT + _BESIDE)
    if others:
        what = "allowed: a folder that only films and speech are kept in"
        stop(f"{folder} holds other files ({format_value(others[0])}); {what}", BAD_INPUT)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        stop(f"another run uses {folder}; clean it when that has ended", FAILED)
    try:
        yield
    finally:
        lock.release()


def _remove_all(folder: Path) -> int:
    freed = 0
    for name in _KEPT:
        place = folder / name
        if place.is_symlink():  # what it leads to is not ours
            place.unlink()
        elif place.is_dir():
            freed += size_of(place)
            shutil.rmtree(place)
    return freed
