"""Files that are whole or not there."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "RESULTS_FOLDER",
    "atomic_folder",
    "atomic_write",
    "atomic_write_together",
    "beat_file_stem",
    "foreign_files",
    "snake_case",
]


RESULTS_FOLDER = "results"
"""Name of the folder, in the cache, of what scenes computed."""

_LISTING = ".lecture-files"


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Write a file beside its place and put it there once it is whole.

    Whatever goes wrong on the way, and whenever, the file that was there before stays.

    Parameters
    ----------
    path
        The file's place.

    Yields
    ------
    Path
        Where to write it; always the same name, so that runs that were killed leave at most
        one such file behind, which the next run writes over.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = pathlib.Path(folder) / "note.txt"
    ...     with atomic_write(place) as draft:
    ...         _ = draft.write_text("whole")
    ...     place.read_text()
    'whole'
    """
    with atomic_write_together([path]) as (temporary,):
        yield temporary


@contextmanager
def atomic_write_together(paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Write files that belong together, and put them in their places once all are whole.

    Parameters
    ----------
    paths
        The files' places, all in one folder.

    Yields
    ------
    tuple of Path
        Where to write them, in the same order.
    """
    temporaries = tuple(path.with_name(f".{path.stem}.new{path.suffix}") for path in paths)
    try:
        yield temporaries
        for temporary in temporaries:
            _to_disk(temporary)
        for temporary, path in zip(temporaries, paths, strict=True):
            temporary.replace(path)
    except BaseException:
        for temporary in temporaries:
            temporary.unlink(missing_ok=True)
        raise
    _to_disk(paths[0].parent)


def _to_disk(path: Path) -> None:
    """Wait until the disk has it, or a power cut could leave the new name on an empty file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def atomic_folder(folder: Path) -> Iterator[Path]:
    """Fill a folder beside its place and put it there, instead of an earlier one, once it is whole.

    Whatever goes wrong on the way, the folder that was there before stays.

    Parameters
    ----------
    folder
        The folder's place.

    Yields
    ------
    Path
        The folder to fill. What is put into it is listed in a hidden file, by which
        `foreign_files` knows it again.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as aside:
        new, old = Path(aside) / "new", Path(aside) / "old"
        new.mkdir()
        yield new
        names = "".join(f"{name}\n" for name in _files_in(new))
        (new / _LISTING).write_text(names, encoding="utf-8")
        if folder.exists():
            folder.replace(old)
        try:
            new.replace(folder)
        except OSError:
            if old.exists():
                old.replace(folder)
            raise


def foreign_files(folder: Path) -> list[str]:
    """Name the files in a folder that `atomic_folder` did not put there.

    Parameters
    ----------
    folder
        A folder, or a place where there is none yet.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     folder = pathlib.Path(parent) / "clips"
    ...     with atomic_folder(folder) as draft:
    ...         _ = (draft / "index.html").write_text("a page")
    ...     before = foreign_files(folder)
    ...     _ = (folder / "thesis.tex").write_text("years of work")
    ...     before, foreign_files(folder)
    ([], ['thesis.tex'])
    """
    try:
        own = set((folder / _LISTING).read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        own = set()
    return [name for name in _files_in(folder) if name not in own | {_LISTING}]


def _files_in(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def beat_file_stem(place: int, stem: str, beat_place: int, beat: str) -> str:
    """Name the files of a beat; sorted by name, they stand in the order of the lecture.

    Parameters
    ----------
    place, beat_place
        The scene's place in the lecture and the beat's in the scene, from 1.
    stem, beat
        The scene's and the beat's name; what is no letter, digit, ``_`` or ``-`` in the beat's
        becomes ``_``.

    Examples
    --------
    >>> beat_file_stem(5, "backward_pass", 2, "the log/axis")
    '05-backward_pass-02-the_log_axis'
    """
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in beat)
    return f"{place:02}-{stem}-{beat_place:02}-{safe}"


def snake_case(name: str) -> str:
    """Turn the name of a scene's class into that of its module.

    Examples
    --------
    >>> snake_case("GradientAsProduct"), snake_case("SGDAtWork"), snake_case("Two2Three")
    ('gradient_as_product', 'sgd_at_work', 'two2_three')
    """
    return _WORD_START.sub("_", name).lower()
