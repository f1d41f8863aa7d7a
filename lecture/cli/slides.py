"""The command ``lecture slides``."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lecture.cli.options import BAD_INPUT, FAILED, interruptible, one_of, stop
from lecture.cli.request import RenderOptions, RenderRequest, render_options, render_scenes
from lecture.errors import RenderError, VoiceInputError
from lecture.kit.palette import THEMES
from lecture.output.slides.make import (
    FORMATS,
    SlidesMissingError,
    make_slides,
    require_manim_slides,
)

__all__ = ["slides"]


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    to: str
    autoplay: bool
    output: Path | None

    @property
    def place(self) -> Path:
        return self.output or Path(f"media/slides.{self.to}")


@click.command()
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
    help="In a pptx, play videos as soon as their slide is shown, instead of at a click.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The deck's place.  [default: media/slides.FORMAT]",
)
def slides(**given: Any) -> None:
    """Make a deck with one slide a beat, with the notes for the speaker.

    In a browser a click or a key goes on, and S shows the notes.
    """
    options = _Options(**given)
    _make_room(options.place, options.to)
    request = options.request()
    try:
        require_manim_slides()
    except SlidesMissingError as error:
        stop(str(error), BAD_INPUT)
    with interruptible(options.place):
        try:
            count = _make(options, request)
        except VoiceInputError as error:
            stop(str(error), BAD_INPUT)
        except RenderError as error:
            stop(str(error), FAILED)
        except OSError as error:
            stop(f"cannot make {options.place}: {error}", FAILED)
    size = options.place.stat().st_size
    click.echo(f"{options.place}  {count} slides, {size / 1e6:.1f} MB")


def _make(options: _Options, request: RenderRequest) -> int:
    from lecture.output.slides.deck import lecture_deck  # noqa: PLC0415  (takes a while)

    rendered = render_scenes(request)
    spec = request.spec
    with tempfile.TemporaryDirectory(prefix="lecture-deck-") as folder:
        deck = lecture_deck(
            rendered.by_encoding["h264"],
            Path(folder),
            THEMES[spec.theme],
            title=spec.title,
            author=spec.author,
            spoken=rendered.spoken,
        )
        make_slides(deck, options.place, options.to, autoplay=options.autoplay)
    return len(deck.slides)


def _make_room(output: Path, to: str) -> None:
    """Refuse an output that could not be written before anything is filmed."""
    if output.suffix != f".{to}":
        what = f"allowed: a name that ends in .{to}, or another --to"
        stop(f"--output: {output} was given; {what}", BAD_INPUT)
    if output.is_dir():
        stop(f"--output: {output} is a folder; allowed: the name of a file in it", BAD_INPUT)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"--output: {output.parent} cannot be made: {error.strerror}", BAD_INPUT)
