"""The command ``lecture new``."""

from __future__ import annotations

from pathlib import Path

import click

from lecture.cli.options import BAD_INPUT, FAILED, bad_input, lecture_option, stop
from lecture.config.discovery import find_lecture
from lecture.config.issues import did_you_mean
from lecture.config.reference import spec_template
from lecture.config.spec import DEFAULT_FILE
from lecture.files import atomic_write

__all__ = ["new"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=Path(DEFAULT_FILE))
@lecture_option
@click.option(
    "--template",
    metavar="NAME",
    help="What to begin with; the bundled lecture has vanishing, exploding, balanced and random.  "
    "[default: the lecture's first]",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Which draw, with a template that draws numbers.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new(file: Path, lecture_name: str | None, template: str | None, seed: int, force: bool) -> None:
    """Write a lecture.toml with every field in it, each explained.

    FILE is lecture.toml in this folder unless given.
    """
    _refuse(file, force=force)
    with bad_input():
        lecture = find_lecture(lecture_name).lecture
    templates = lecture.load_templates()
    name = template if template is not None else next(iter(templates))
    if name not in templates:
        known = ", ".join(templates)
        stop(
            f"--template: {name} was given; allowed: {known}{did_you_mean(name, templates)}",
            BAD_INPUT,
        )
    starter = templates[name](seed)
    text = spec_template(starter.spec, {starter.table: starter.note})
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(file) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}", FAILED)
    given = "" if file == Path(DEFAULT_FILE) else f" --spec {file}"
    click.echo(
        f"{file}  template {name}; lecture show{given} prints it, lecture render{given} -q l"
    )


def _refuse(file: Path, *, force: bool) -> None:
    if file.suffix != ".toml":
        stop(f"FILE: {file} was given; allowed: a name that ends in .toml", BAD_INPUT)
    if file.is_dir():
        stop(f"FILE: {file} is a folder; allowed: the name of a file in it", BAD_INPUT)
    if file.exists() and not force:
        stop(f"FILE: {file} is there; allowed: another name, or --force to replace it", BAD_INPUT)
