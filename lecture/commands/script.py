"""The command ``lecture script``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lecture.commands.common import (
    BAD_INPUT,
    FAILED,
    frame_format,
    interruptible,
    language_option,
    read_lecture,
    scenes_option,
    spec_option,
    stop,
    with_option,
)
from lecture.commands.filming import Shooting, rehearse
from lecture.files import published
from lecture.jobs import RenderError
from lecture.script import ScriptFormat, write_script

if TYPE_CHECKING:
    from scenes.languages import LanguageCode

__all__ = ["script"]


@click.command()
@spec_option
@scenes_option
@with_option
@language_option
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ScriptFormat]),
    default=ScriptFormat.text.value,
    show_default=True,
    help="What to write it as.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to a file instead.",
)
def script(
    spec_file: Path | None,
    chosen: str | None,
    with_files: tuple[Path, ...],
    language: LanguageCode | None,
    form: str,
    output: Path | None,
) -> None:
    """Print the lines to record, each with the name of its file.

    Put the recordings into one folder, and render with --voice recorded --recordings FOLDER.
    """
    asked = read_lecture(spec_file, chosen, with_files, language)
    shooting = Shooting(spec=asked.spec, scenes=asked.scenes, size=frame_format("l", asked.spec))
    with interruptible(output or Path()):
        try:
            records = rehearse(shooting)
        except RenderError as error:
            stop(str(error), FAILED)
    text = write_script(records, ScriptFormat(form))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with published(output) as draft:
            draft.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        stop(f"--output: {output} cannot be written: {error.strerror}", BAD_INPUT)
    click.echo(f"{output}  {sum(len(record.lines) for record in records)} lines")
