"""Options whose values are checked in our own words, one line for each mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lecture.commands.common import BAD_INPUT, stop
from scenes.mistakes import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import click

__all__ = ["one_of", "several_of", "whole_number"]


def whole_number(
    lowest: int, highest: int, unit: str
) -> Callable[[click.Context, click.Parameter, str], int]:
    """Return a callback of click that reads a whole number.

    Parameters
    ----------
    lowest, highest
        The bounds, which are allowed.
    unit
        What is counted.
    """

    def read(_context: click.Context, option: click.Parameter, value: str) -> int:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
        if number is None or not lowest <= number <= highest:
            what = f"allowed: a whole number from {lowest} to {highest} ({unit})"
            stop(f"{option.opts[0]}: {shown(value)} was given; {what}", BAD_INPUT)
        return number

    return read


def one_of(known: Sequence[str]) -> Callable[[click.Context, click.Parameter, str], str]:
    """Return a callback of click that reads one of some names."""

    def read(_context: click.Context, option: click.Parameter, value: str) -> str:
        return _known(value, known, option)

    return read


def several_of(
    known: Sequence[str],
) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]:
    """Return a callback of click that reads names, of an option that may be given several times.

    The names may also stand in one, with commas between them.
    """

    def read(
        _context: click.Context, option: click.Parameter, values: tuple[str, ...]
    ) -> tuple[str, ...]:
        given = [name.strip() for value in values for name in value.split(",")]
        return tuple(dict.fromkeys(_known(name, known, option) for name in given))

    return read


def _known(value: str, known: Sequence[str], option: click.Parameter) -> str:
    if value not in known:
        what = f"allowed: {', '.join(known)}{nearest(value, known)}"
        stop(f"{option.opts[0]}: {shown(value)} was given; {what}", BAD_INPUT)
    return value
