"""The command ``lecture handout``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from lecture.brand import Brand
from lecture.cli.options import (
    PathOption,
    brand_option,
    check_output_file,
    invalid,
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
from lecture.config.issues import format_value
from lecture.output.handout.make import Handout, make_handout
from lecture.palette import THEMES

__all__ = ["handout"]


def _address(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Return the address of a page."""
    try:
        parts = urlsplit(value)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.fragment
    except ValueError:  # such as an IPv6 address without its bracket
        valid = False
    if value and not (valid and value.isprintable() and " " not in value):
        allowed = "the address of a page, such as https://example.org/lecture/"
        raise invalid("--url", format_value(value), allowed)
    return value


@command()
@lecture_option
@spec_option
@brand_option
@quality_option
@scenes_option
@with_option
@language_option
@click.option(
    "--theme",
    type=click.Choice(sorted(THEMES)),
    default="light",
    show_default=True,
    help="The theme of the pictures, instead of that of the lecture file; a brand is used if its "
    "background is of this kind.",
)
@click.option(
    "--url",
    metavar="ADDRESS",
    default="",
    callback=_address,
    help="The address of the page that 'lecture site' made: each beat gets a link and a QR code to "
    "its moment there.  [default: no links]",
)
@click.option(
    "--output",
    metavar="FILE.pdf",
    type=PathOption(),
    default=Path("media/handout.pdf"),
    show_default=True,
    help="The handout; its folder is created if needed.",
)
def handout(
    lecture_name: str | None, quality: str, theme: str, url: str, output: Path, **given: Any
) -> None:
    """Make a handout to print: the picture and the words of each beat, and space for notes.

    The PDF is tagged for screen readers (PDF/UA-1).
    """
    inputs = read_lecture(lecture=lecture_name, **given)
    check_output_file(output, ".pdf")
    spec = inputs.spec
    if spec.palette.name != theme:
        spec = spec.model_copy(update={"theme": theme, "brand": Brand()})
    request = RenderRequest.silent(replace(inputs, spec=spec), quality)
    with show_progress(request) as display:
        scenes = last_frames(request, display)
        display.step("setting the pages", brief=True)
        contents = Handout(
            title=spec.title,
            author=spec.author,
            scenes=scenes,
            language=spec.language,
            url=url,
        )
        beats = make_handout(contents, output)
    click.echo(f"{output}  {counted(beats, 'beat')}")
