"""The command ``lecture stills``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lecture.cli.options import (
    FAILED,
    frame_format,
    interruptible,
    language_option,
    lecture_option,
    quality_option,
    read_lecture,
    refuse_foreign_folder,
    scenes_option,
    spec_option,
    stop,
    with_option,
)
from lecture.cli.request import RenderRequest, open_session
from lecture.errors import RenderError
from lecture.output.stills import write_stills

if TYPE_CHECKING:
    from lecture.config.words import LanguageCode

__all__ = ["stills"]


@click.command()
@lecture_option
@spec_option
@quality_option
@scenes_option
@with_option
@language_option
@click.option(
    "--output",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path("media/stills"),
    show_default=True,
    help="The folder for the pictures; its earlier pictures are replaced.",
)
def stills(
    lecture_name: str | None,
    spec_file: Path | None,
    quality: str,
    chosen: str | None,
    with_files: tuple[Path, ...],
    language: LanguageCode | None,
    output: Path,
) -> None:
    """Draw the last frame of every beat, and a page that shows them all."""
    inputs = read_lecture(spec_file, chosen, with_files, language, lecture_name)
    refuse_foreign_folder(output)
    request = RenderRequest(
        spec=inputs.spec,
        scenes=inputs.scenes,
        origin=inputs.found.origin,
        size=frame_format(quality, inputs.spec),
    )
    with interruptible(output):
        try:
            render_specs = request.render_specs()
            with open_session(request) as (session, _):
                drawn = list(zip(render_specs, session.stills(render_specs), strict=True))
            sheet = write_stills(drawn, output, inputs.spec.title)
        except RenderError as error:
            stop(str(error), FAILED)
    click.echo(f"{sheet.page}  {sheet.pictures} stills")
