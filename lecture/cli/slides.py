"""The command ``lecture slides``."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lecture.cli.options import check_output_file, one_of
from lecture.cli.request import RenderOptions, RenderRequest, render_options, render_scenes
from lecture.cli.runner import command
from lecture.kit.palette import THEMES
from lecture.output.slides.make import FORMATS, make_slides, require_manim_slides

__all__ = ["slides"]


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    to: str
    autoplay: bool
    output: Path | None

    @property
    def file(self) -> Path:
        return self.output or Path(f"media/slides.{self.to}")


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
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The deck.  [default: media/slides.FORMAT]",
)
def slides(**given: Any) -> None:
    """Make a deck with one slide a beat, with speaker notes.

    In a browser a click or a key shows the next slide, and S the notes.
    """
    options = _Options(**given)
    check_output_file(options.file, f".{options.to}", ", or another --to")
    request = options.request()
    require_manim_slides()
    count = _make(options, request)
    click.echo(f"{options.file}  {count} slides, {options.file.stat().st_size / 1e6:.1f} MB")


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
        make_slides(deck, options.file, options.to, autoplay=options.autoplay)
    return len(deck.slides)
