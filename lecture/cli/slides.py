"""The command ``lecture slides``."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lecture.cli.options import PathOption, check_output_file, notes_option, one_of
from lecture.cli.rendering import make_deck, render_scenes, show_progress
from lecture.cli.request import RenderOptions, RenderRequest, render_options
from lecture.cli.runner import command
from lecture.cli.terminal import counted
from lecture.output.slides.make import FORMATS, make_slides, require_slides

__all__ = ["slides"]


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    to: str
    autoplay: bool
    notes: bool
    output: Path


def _output(context: click.Context, _option: click.Parameter, value: Path | None) -> Path:
    return value or Path(f"media/slides.{context.params['to']}")


@command()
@render_options
@click.option(
    "--to",
    metavar="FORMAT",
    default="html",
    show_default=True,
    callback=one_of(FORMATS),
    help="html: one file for a browser, offline; pptx: PowerPoint, Keynote, Google Slides; "
    "pdf: the last frames; zip: a folder for a browser.",
)
@click.option(
    "--autoplay",
    is_flag=True,
    help="In pptx, play the video when the slide appears, instead of at a click.",
)
@notes_option(default=True)
@click.option(
    "--output",
    metavar="FILE",
    type=PathOption(),
    callback=_output,
    help="The deck.  [default: media/slides.FORMAT]",
)
def slides(**given: Any) -> None:
    """Make a deck with a title and one slide a beat, with speaker notes.

    The videos are silent unless a voice is named; their durations are those of 'lecture render'. In
    a browser a click or a key shows the next slide, S the notes, and ? all keys.
    """
    options = _Options(**given)
    check_output_file(options.output, f".{options.to}", ", or another --to")
    request = options.request()
    require_slides(options.to)
    count = _make(options, request)
    size = options.output.stat().st_size / 1e6
    click.echo(f"{options.output}  {counted(count, 'slide')}, {size:.1f} MB")


def _make(options: _Options, request: RenderRequest) -> int:
    with (
        show_progress(request) as display,
        tempfile.TemporaryDirectory(prefix="lecture-deck-") as folder,
    ):
        rendered = render_scenes(request, display)
        display.step("making the slides")
        deck = make_deck(
            rendered,
            request.spec,
            Path(folder),
            notes=options.notes,
            sound=options.names_voice,
        )
        display.step(f"writing {options.output.name}")
        make_slides(deck, options.output, options.to, autoplay=options.autoplay)
    return 1 + len(deck.slides)
