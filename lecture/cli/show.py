"""The command ``lecture show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from lecture.cli.options import (
    lecture_option,
    print_origin,
    read_lecture,
    spec_option,
    with_option,
)
from lecture.cli.runner import command, json_option, print_json
from lecture.cli.terminal import columns
from lecture.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from lecture.config.contract import SpecSummary

__all__ = ["show"]


@command()
@lecture_option
@spec_option
@with_option
@json_option
def show(
    lecture_name: str | None,
    spec_file: Path | None,
    with_files: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Print a summary of the lecture's own tables of lecture.toml.

    The bundled lecture prints its chain: signal and gradient of each layer.
    """
    inputs = read_lecture(spec_file, with_files=with_files, lecture=lecture_name)
    summary = inputs.found.lecture.summarize(inputs.spec)
    if summary is None:
        package = inputs.found.lecture.package
        raise InputError(f"{package} has no summary; name a function in its LECTURE: summary=...")
    print_origin(inputs)
    if as_json:
        print_json(summary.data)
        return
    click.echo(summary.head)
    _print(summary)
    click.echo(summary.verdict)


def _print(summary: SpecSummary) -> None:
    """Print a ruled table on a terminal, and plain columns anywhere else."""
    console = Console()
    if not console.is_terminal:
        click.echo(columns([summary.headings, *summary.rows]))
        return
    ruled = Table()
    for heading in summary.headings:
        ruled.add_column(heading, justify="right", no_wrap=True)
    for cells in summary.rows:
        ruled.add_row(*cells)
    console.print(ruled, markup=False)
