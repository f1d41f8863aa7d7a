"""Files that are whole or not there."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["published"]


@contextmanager
def published(path: Path) -> Iterator[Path]:
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
    ...     with published(place) as draft:
    ...         _ = draft.write_text("whole")
    ...     place.read_text()
    'whole'
    """
    draft = path.with_name(f".{path.stem}.new{path.suffix}")
    try:
        yield draft
        _to_disk(draft)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _to_disk(path.parent)


def _to_disk(path: Path) -> None:
    """Wait until the disk has it, or a power cut could leave the new name on an empty file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
