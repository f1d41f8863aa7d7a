"""The command ``lecture show``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from lecture.cli.options import (
    BAD_INPUT,
    lecture_option,
    print_origin,
    read_lecture,
    spec_option,
    stop,
    with_option,
)
from lecture.cli.terminal import columns

if TYPE_CHECKING:
    from pathlib import Path

    from lecture.config.contract import SpecSummary

__all__ = ["show"]


@click.command()
@lecture_option
@spec_option
@with_option
@click.option("--json", "as_json", is_flag=True, help="For programs: every number in full.")
def show(
    lecture_name: str | None,
    spec_file: Path | None,
    with_files: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Print what the lecture's tables of lecture.toml come to, as numbers.

    The bundled lecture prints its chain: what each layer does to the signal and to the gradient.
    """
    inputs = read_lecture(spec_file, with_files=with_files, lecture=lecture_name)
    summary = inputs.found.lecture.summarize(inputs.spec)
    if summary is None:
        stop(f"{inputs.found.lecture.package} has no summary; its LECTURE names none", BAD_INPUT)
    print_origin(inputs)
    if as_json:
        click.echo(json.dumps(summary.data, ensure_ascii=False, indent=2))
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
