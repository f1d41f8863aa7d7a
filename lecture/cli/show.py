"""The command ``lecture show``."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from lecture.cli.options import read_lecture, spec_option, with_option
from lecture.cli.terminal import columns

if TYPE_CHECKING:
    from pathlib import Path

    from scenes.summary import ChainTable

__all__ = ["show"]


@click.command()
@spec_option
@with_option
@click.option("--json", "as_json", is_flag=True, help="For programs: every number in full.")
def show(spec_file: Path | None, with_files: tuple[Path, ...], as_json: bool) -> None:
    """Print the chain: what each layer does to the signal and to the gradient."""
    from scenes.summary import HEADINGS, chain_table  # noqa: PLC0415  (NumPy takes a while)

    table = chain_table(read_lecture(spec_file, with_files=with_files).spec.chain)
    if as_json:
        click.echo(json.dumps(_plain(asdict(table)), ensure_ascii=False, indent=2))
        return
    click.echo(table.summary())
    _print(table, HEADINGS)
    click.echo(table.verdict)


def _print(table: ChainTable, headings: tuple[str, ...]) -> None:
    """Print a ruled table on a terminal, and plain columns anywhere else."""
    rows = [row.cells() for row in table.rows]
    console = Console()
    if not console.is_terminal:
        click.echo(columns([headings, *rows]))
        return
    ruled = Table()
    for heading in headings:
        ruled.add_column(heading, justify="right", no_wrap=True)
    for cells in rows:
        ruled.add_row(*cells)
    console.print(ruled, markup=False)


def _plain(value: Any) -> Any:
    """Replace what JSON cannot hold: an infinite number is null."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
