"""The command ``lecture stills``."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from lecture.commands.common import (
    FAILED,
    bad_input,
    frame_format,
    interruptible,
    quality_option,
    refuse_foreign_folder,
    scenes_option,
    spec_option,
    stop,
)
from lecture.jobs import RenderError
from lecture.progress import display_for
from lecture.stills import render_stills
from scenes.catalogue import entries
from scenes.spec import active_file, load_spec, read_scenes

__all__ = ["stills"]


@click.command()
@spec_option
@quality_option
@scenes_option
@click.option(
    "--output",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path("media/stills"),
    show_default=True,
    help="The folder for the pictures; its earlier pictures are replaced.",
)
def stills(spec_file: Path | None, quality: str, chosen: str | None, output: Path) -> None:
    """Draw the last frame of every beat, and a page that shows them all."""
    with bad_input():
        spec_file = spec_file or active_file()
        spec = load_spec(spec_file)
        names = spec.scenes if chosen is None else read_scenes(chosen, spec.aspect)
    refuse_foreign_folder(output)
    with interruptible(output):
        try:
            with display_for(Console(stderr=True)) as display:
                sheet = render_stills(
                    entries(names),
                    output,
                    frame_format(quality, spec),
                    display,
                    spec_file=spec_file.resolve() if spec_file else None,
                    title=spec.title,
                )
        except RenderError as error:
            stop(str(error), FAILED)
    click.echo(f"{sheet.page}  {sheet.pictures} stills")
