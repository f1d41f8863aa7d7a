"""The command ``lecture new``."""

from __future__ import annotations

from pathlib import Path

import click

from lecture.cli.options import BAD_INPUT, FAILED, stop
from lecture.config.reference import template
from lecture.config.spec import DEFAULT_FILE, LectureSpec
from lecture.files import atomic_write
from scenes.templates import CHAINS, starter_chain

__all__ = ["new"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=Path(DEFAULT_FILE))
@click.option(
    "--chain",
    type=click.Choice(list(CHAINS)),
    default="vanishing",
    show_default=True,
    help="Which chain of neurons to begin with.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Which draw, with --chain random.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new(file: Path, chain: str, seed: int, force: bool) -> None:
    """Write a lecture's file with every field in it, each explained.

    FILE is lecture.toml in this folder unless given.
    """
    _refuse(file, force=force)
    starter = starter_chain(chain, seed)
    text = template(LectureSpec(chain=starter.chain), starter.note)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(file) as draft:
            draft.write_text(text, encoding="utf-8")
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}", FAILED)
    given = "" if file == Path(DEFAULT_FILE) else f" --spec {file}"
    click.echo(f"{file}  {chain} chain; lecture show{given} prints it, lecture render{given} -q l")


def _refuse(file: Path, *, force: bool) -> None:
    if file.suffix != ".toml":
        stop(f"FILE: {file} was given; allowed: a name that ends in .toml", BAD_INPUT)
    if file.is_dir():
        stop(f"FILE: {file} is a folder; allowed: the name of a file in it", BAD_INPUT)
    if file.exists() and not force:
        stop(f"FILE: {file} is there; allowed: another name, or --force to replace it", BAD_INPUT)
