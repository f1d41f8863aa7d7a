"""The command ``lecture stills``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lecture.cli.options import (
    PathOption,
    brand_option,
    check_output_folder,
    language_option,
    lecture_option,
    quality_option,
    read_lecture,
    scenes_option,
    spec_option,
    with_option,
)
from lecture.cli.rendering import last_frames, show_progress
from lecture.cli.request import RenderRequest
from lecture.cli.runner import command
from lecture.cli.terminal import counted
from lecture.output.stills import write_stills

if TYPE_CHECKING:
    from lecture.config.words import LanguageCode

__all__ = ["stills"]


@command()
@lecture_option
@spec_option
@brand_option
@quality_option
@scenes_option
@with_option
@language_option
@click.option(
    "--output",
    metavar="FOLDER",
    type=PathOption(),
    default=Path("media/stills"),
    show_default=True,
    help="The folder of the pictures; it replaces the pictures of an earlier command.",
)
def stills(
    lecture_name: str | None,
    spec_file: Path | None,
    brand_file: Path | None,
    quality: str,
    chosen: str | None,
    with_files: tuple[Path, ...],
    language: LanguageCode | None,
    output: Path,
) -> None:
    """Draw the last frame of each beat, and a page of all of them."""
    inputs = read_lecture(spec_file, chosen, with_files, language, lecture_name, brand_file)
    check_output_folder(output)
    request = RenderRequest.silent(inputs, quality)
    with show_progress(request) as display:
        results = last_frames(request, display)
        display.step("writing the pictures", brief=True)
        sheet = write_stills(results, output, inputs.spec.title, inputs.spec.page_theme)
    click.echo(f"{sheet.page}  {counted(sheet.pictures, 'still')}")
