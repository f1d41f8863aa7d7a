"""What a render takes: an estimate for the user, and a check of the room for its files."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from lecture.cli.terminal import duration
from lecture.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from lecture.render.estimates import Workload
    from lecture.render.tasks import ProgressDisplay

__all__ = ["announce", "check_room"]


def announce(loads: Sequence[Workload], workers: int | None, display: ProgressDisplay) -> None:
    """Print how much there is to render, unless it is nothing.

    Parameters
    ----------
    loads
        The workload in each encoding.
    workers
        Number of workers; ``None`` if it is unknown, and with it the time.
    display
        Shows the line.
    """
    missing = [load for load in loads if load.frames]
    if missing:
        frames, time = sum(load.frames for load in missing), ""
        if workers is not None:  # one encoding follows the other
            seconds = sum(load.seconds / min(workers, load.beats) for load in missing)
            time = f", about {duration(seconds)}"
        size = _file_size(sum(load.size for load in loads))
        display.message(f"to render: {frames:,.0f} frames{time} and {size}")


def check_room(loads: Iterable[Workload], folders: Iterable[Path]) -> None:
    """Refuse a workload whose files do not fit into each of some folders, which need not exist.

    Raises
    ------
    InputError
        A disk has too little room.
    """
    size = sum(load.size for load in loads)
    disks: dict[int, tuple[Path, float]] = {}
    for folder in folders:
        whole = folder.absolute()
        there = next(path for path in (whole, *whole.parents) if path.exists())
        device = there.stat().st_dev
        disks[device] = there, disks.get(device, (there, 0.0))[1] + size
    for there, need in disks.values():
        if (free := shutil.disk_usage(there).free) < need:
            raise InputError(
                f"{there} has too little room: about {_file_size(need)} are needed, "
                f"{_file_size(free)} are free; choose fewer beats, another format or a lower "
                "quality, or free some with 'lecture clean'"
            )


def _file_size(size: float) -> str:
    """Format a size.

    Examples
    --------
    >>> _file_size(81.4e6), _file_size(1.25e9), _file_size(984_120)
    ('81 MB', '1.2 GB', '984 kB')
    """
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
