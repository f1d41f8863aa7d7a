"""The command ``lecture new``."""

from __future__ import annotations

from pathlib import Path

import click

from lecture.cli.options import PathOption, invalid, lecture_option
from lecture.cli.runner import command
from lecture.config.discovery import find_lecture
from lecture.config.issues import did_you_mean
from lecture.config.reference import spec_template
from lecture.config.spec import DEFAULT_FILE
from lecture.errors import InputError, RenderError
from lecture.files import atomic_write

__all__ = ["new"]


@command()
@click.argument("file", type=PathOption(), default=Path(DEFAULT_FILE))
@lecture_option
@click.option(
    "--template",
    metavar="NAME",
    help="The template; the bundled lecture has vanishing, exploding, balanced and random.  "
    "[default: the first of the lecture]",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Seed of a template that draws numbers.",
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
def new(file: Path, lecture_name: str | None, template: str | None, seed: int, force: bool) -> None:
    """Write a lecture.toml with a comment for every field.

    FILE is lecture.toml unless given.
    """
    _refuse(file, force=force)
    lecture = find_lecture(lecture_name).lecture
    templates = lecture.load_templates()
    name = template if template is not None else next(iter(templates))
    if name not in templates:
        allowed = f"{', '.join(templates)}{did_you_mean(name, templates)}"
        raise invalid("--template", name, allowed)
    starter = templates[name](seed)
    text = spec_template(starter.spec, {starter.table: starter.note})
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(file) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RenderError(f"{file} cannot be written: {error.strerror}") from error
    given = "" if file == Path(DEFAULT_FILE) else f" --spec {file}"
    click.echo(
        f"{file}  template {name}; lecture show{given} prints it, lecture render{given} -q l"
    )


def _refuse(file: Path, *, force: bool) -> None:
    if file.suffix != ".toml":
        raise invalid("FILE", file, "a name that ends in .toml")
    if file.is_dir():
        raise InputError(f"FILE: {file} is a folder; allowed: the name of a file in it")
    if file.exists() and not force:
        raise InputError(f"FILE: {file} exists; choose another name or pass --force")
