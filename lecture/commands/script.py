"""The command ``lecture script``."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lecture.commands.common import (
    BAD_INPUT,
    FAILED,
    bad_input,
    frame_format,
    interruptible,
    scenes_option,
    spec_option,
    stop,
)
from lecture.files import published
from lecture.jobs import RenderError
from lecture.script import ScriptFormat, write_script
from scenes.catalogue import entries
from scenes.spec import active_file, load_spec, read_scenes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.jobs import FrameFormat
    from lecture.records import SceneRecord
    from scenes.catalogue import SceneEntry

__all__ = ["script"]


@click.command()
@spec_option
@scenes_option
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
def script(spec_file: Path | None, chosen: str | None, form: str, output: Path | None) -> None:
    """Print the lines to record, each with the name of its file.

    Put the recordings into one folder, and render with --voice recorded --recordings FOLDER.
    """
    with bad_input():
        spec_file = spec_file or active_file()
        spec = load_spec(spec_file)
        names = spec.scenes if chosen is None else read_scenes(chosen, spec.aspect)
    size = frame_format("l", spec)
    with interruptible(output or Path()):
        try:
            records = plan(entries(names), size, spec_file.resolve() if spec_file else None)
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


def plan(
    scenes: Sequence[SceneEntry], size: FrameFormat, spec_file: Path | None
) -> Sequence[SceneRecord]:
    """Run scenes without drawing them, to learn their lines."""
    records: Sequence[SceneRecord] = import_module("lecture.engine").plan_scenes(
        scenes, size, spec_file
    )
    return records
