"""The command ``lecture slides``."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lecture.cli.options import (
    PathOption,
    byte_size,
    check_output_file,
    frame_format,
    notes_option,
    one_of,
)
from lecture.cli.rendering import make_deck, render_scenes, show_progress
from lecture.cli.request import RenderOptions, RenderRequest, render_options
from lecture.cli.runner import command
from lecture.cli.terminal import counted
from lecture.errors import InputError, RenderError
from lecture.files import atomic_write
from lecture.formats import Quality
from lecture.output.slides.make import FORMATS, PowerPointOptions, make_slides, require_slides

if TYPE_CHECKING:
    from lecture.render.tasks import ProgressDisplay

__all__ = ["slides"]


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    to: str
    pause: str
    autoplay: bool
    template: Path | None
    into: Path | None
    after: int | None
    notes: bool
    budget: int | None
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
    "--pause",
    type=click.Choice(["beats", "lines"]),
    default="beats",
    show_default=True,
    help="Where the deck waits for a click: after each beat, or after each line of the narration. "
    "In pptx and pdf, lines have slides of their own.",
)
@click.option(
    "--autoplay",
    is_flag=True,
    help="In pptx, play the video when the slide appears, instead of at a click.",
)
@click.option(
    "--template",
    metavar="FILE",
    type=PathOption(),
    help="In pptx, the size, layouts and fonts of this .pptx or .potx file; the video stands below "
    "the title.",
)
@click.option(
    "--into",
    metavar="FILE.pptx",
    type=PathOption(),
    help="Write a copy of this deck with the slides of the lecture; its own slides stay as they "
    "are.",
)
@click.option(
    "--after",
    metavar="N",
    type=click.IntRange(min=0),
    help="The slide of --into after which they come.  [default: the last]",
)
@notes_option(default=True)
@click.option(
    "--budget",
    metavar="SIZE",
    callback=byte_size,
    help="Take a lower quality until the deck has at most this size, such as 80MB.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=PathOption(),
    callback=_output,
    help="The deck.  [default: media/slides.FORMAT]",
)
def slides(**given: Any) -> None:
    """Make a deck with a title and one slide a beat or a line, with speaker notes.

    The videos are silent unless a voice is named; their durations are those of 'lecture render'. In
    a browser a click or a key shows the next slide, S the notes, and ? all keys.
    """
    options = _Options(**given)
    check_output_file(options.output, f".{options.to}", ", or another --to")
    request = options.request()
    require_slides(options.to)
    _check(options)
    with (
        show_progress(request) as display,
        tempfile.TemporaryDirectory(prefix="lecture-deck-") as folder,
    ):
        for quality in _qualities(options):
            made = Path(folder) / quality / options.output.name
            at = replace(request, size=frame_format(quality, request.spec))
            count = _make(options, at, made, display)
            size = made.stat().st_size
            if options.budget is None or size <= options.budget:
                break
            display.message(f"quality {quality}: {_megabytes(size)}, more than the budget")
        else:
            raise RenderError(
                f"--budget: the deck has {_megabytes(size)} even at quality {quality}; "
                "allow more, or choose fewer scenes with --scenes"
            )
        with atomic_write(options.output) as temporary:
            shutil.copyfile(made, temporary)
    fits = f", quality {quality}" if options.budget is not None else ""
    click.echo(f"{options.output}  {counted(count, 'slide')}, {_megabytes(size)}{fits}")


def _check(options: _Options) -> None:
    """Refuse options that exclude each other, and files that cannot be used."""
    given = {
        "--autoplay": options.autoplay,
        "--template": options.template,
        "--into": options.into,
        "--after": options.after is not None,
    }
    named = [name for name, value in given.items() if value]
    if options.to != "pptx":
        if named:
            raise InputError(f"{named[0]}: is for PowerPoint only; add --to pptx")
        return
    if options.template and options.into:
        raise InputError("--template: --into takes the look of its deck; remove one of them")
    if options.after is not None and options.into is None:
        raise InputError("--after: there is no deck; name one: --into deck.pptx")
    from lecture.output.slides.powerpoint import check_options  # noqa: PLC0415  (takes a while)

    check_options(_powerpoint(options))


def _powerpoint(options: _Options) -> PowerPointOptions:
    return PowerPointOptions(
        autoplay=options.autoplay,
        template=options.template,
        into=options.into,
        after=options.after,
    )


def _qualities(options: _Options) -> list[str]:
    """Return the qualities to try: the chosen one, and with a budget all lower ones."""
    names = [quality.name for quality in Quality]
    chosen = names.index(options.quality)
    return names[chosen::-1] if options.budget is not None else [options.quality]


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _make(options: _Options, request: RenderRequest, output: Path, display: ProgressDisplay) -> int:
    """Make a deck with its videos beside it, and return the number of its slides."""
    rendered = render_scenes(request, display)
    display.step("making the slides")
    output.parent.mkdir()
    from lecture.output.slides.deck import DeckOptions, Pauses  # noqa: PLC0415  (takes a while)

    pauses = Pauses.BEATS
    if options.pause == "lines":
        pauses = Pauses.LINE_SLIDES if options.to in ("pptx", "pdf") else Pauses.CUE_POINTS
    spoken = rendered.spoken if options.names_voice else None
    of_deck = DeckOptions(options.notes, spoken, pauses)
    deck = make_deck(rendered, request.spec, output.parent, of_deck)
    display.step(f"writing {output.name}")
    make_slides(deck, output, options.to, _powerpoint(options))
    return len(deck.slides) + (options.into is None)
