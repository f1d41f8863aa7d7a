"""Files that are whole or not there."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["published", "published_together"]


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
    with published_together([path]) as (draft,):
        yield draft


@contextmanager
def published_together(paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
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
    drafts = tuple(path.with_name(f".{path.stem}.new{path.suffix}") for path in paths)
    try:
        yield drafts
        for draft in drafts:
            _to_disk(draft)
        for draft, path in zip(drafts, paths, strict=True):
            draft.replace(path)
    except BaseException:
        for draft in drafts:
            draft.unlink(missing_ok=True)
        raise
    _to_disk(paths[0].parent)


def _to_disk(path: Path) -> None:
    """Wait until the disk has it, or a power cut could leave the new name on an empty file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
