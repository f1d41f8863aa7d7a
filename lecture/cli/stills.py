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
    asked = read_lecture(spec_file, chosen, with_files, language, lecture_name)
    refuse_foreign_folder(output)
    shooting = RenderRequest(
        spec=asked.spec,
        scenes=asked.scenes,
        origin=asked.found.origin,
        size=frame_format(quality, asked.spec),
    )
    with interruptible(output):
        try:
            views = shooting.views()
            with open_session(shooting) as (studio, _):
                drawn = list(zip(views, studio.stills(views), strict=True))
            sheet = write_stills(drawn, output, asked.spec.title)
        except RenderError as error:
            stop(str(error), FAILED)
    click.echo(f"{sheet.page}  {sheet.pictures} stills")
