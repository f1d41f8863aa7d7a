"""The command ``lecture clips``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from lecture.cli.options import (
    PathOption,
    check_output_folder,
    invalid,
    joined,
    notes_option,
    several_of,
    whole_number,
)
from lecture.cli.rendering import render_scenes, show_progress
from lecture.cli.request import RenderOptions, RenderRequest, render_options
from lecture.cli.runner import command
from lecture.cli.terminal import counted
from lecture.output.clips.formats import ClipFormat
from lecture.output.clips.report import earlier_clips, size_table
from lecture.output.clips.select import known_beats, read_beats
from lecture.timeline import OPENING, WHOLE

if TYPE_CHECKING:
    from lecture.output.clips.make import Clips
    from lecture.output.clips.report import ClipReport
    from lecture.render.tasks import ProgressDisplay

__all__ = ["clips"]

_FORMATS = "; ".join(f"{kind.value}: {kind.about}" for kind in ClipFormat)


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    chosen_beats: str | None
    formats: tuple[str, ...]
    width: int
    fps: int
    notes: bool
    output: Path
    replace: bool


@command()
@render_options
@click.option(
    "--beats",
    "chosen_beats",
    metavar="A,B",
    multiple=True,
    callback=joined,
    help="Only these beats; SCENE.BEAT if several scenes have a beat of that name. May be given "
    "several times.",
)
@click.option(
    "--format",
    "formats",
    metavar="FORMAT",
    multiple=True,
    default=["mp4"],
    show_default=True,
    callback=several_of([kind.value for kind in ClipFormat]),
    help=f"May be given several times. {_FORMATS}.",
)
@click.option(
    "--width",
    metavar="PIXELS",
    default="640",
    show_default=True,
    callback=whole_number(64, 3840, "pixels"),
    help="Width of gif and webp; the other formats have the size of the quality.",
)
@click.option(
    "--fps",
    metavar="RATE",
    default="15",
    show_default=True,
    callback=whole_number(1, 50, "frames a second"),
    help="Frame rate of gif and webp.",
)
@notes_option(default=False)
@click.option(
    "--output",
    metavar="FOLDER",
    type=PathOption(),
    default=Path("media/clips"),
    show_default=True,
    help="The folder of the clips. Those of earlier commands stay, unless they are made again.",
)
@click.option("--replace", is_flag=True, help="Remove the clips of earlier commands.")
def clips(**given: Any) -> None:
    """Make a clip of each beat, for slides and pages.

    Each clip comes with a poster, its last frame and its captions. A page shows all clips of the
    folder, with snippets to embed them.
    """
    options = _Options(**given)
    request = options.request()
    order = (*request.spec.scenes, *request.names)
    request = _with_beats(request, options.chosen_beats)
    kinds = tuple(ClipFormat(name) for name in options.formats)
    if any(kind.is_picture for kind in kinds) and options.width > request.size.width:
        allowed = f"at most {request.size.width}, the width of the video at this quality"
        raise invalid("--width", options.width, allowed)
    check_output_folder(options.output)
    earlier = None if options.replace else earlier_clips(options.output)
    with show_progress(request) as display:
        made = _make(options, request, kinds, order, earlier, display)
    _print_result(made)


def _with_beats(request: RenderRequest, names: str | None) -> RenderRequest:
    """Return the request for the scenes with the chosen beats, as far as the words file says.

    It lists neither the beats of a user's scene nor the frames before the first beat.
    """
    known = known_beats(request.spec.lecture, request.names)
    unlisted = len(known) < len(request.names) or not {OPENING, WHOLE}.isdisjoint(
        re.split(r"[.,\s]+", names or "")
    )
    if names is None or unlisted:
        return request
    chosen = {scene for scene, _ in read_beats(names, known)}
    return replace(request, scenes=tuple(one for one in request.scenes if one.name in chosen))


def _make(
    options: _Options,
    request: RenderRequest,
    kinds: tuple[ClipFormat, ...],
    order: tuple[str, ...],
    earlier: ClipReport | None,
    display: ProgressDisplay,
) -> Clips:
    from lecture.output.clips.make import ClipOptions, make_clips  # noqa: PLC0415  (takes a while)

    encodings = dict.fromkeys(kind.encoding for kind in kinds)
    rendered = render_scenes(
        request, display, encodings, beats=options.chosen_beats, output=options.output
    )
    clip_options = ClipOptions(
        formats=kinds,
        width=options.width,
        fps=options.fps,
        beats=rendered.beats,
        order=order,
        title=request.spec.title,
        language=request.spec.language,
        arguments=options.arguments,
        notes=options.notes,
        page_theme=request.spec.page_theme,
    )
    display.step("making the clips")
    return make_clips(rendered.by_encoding, options.output, clip_options, rendered.spoken, earlier)


def _print_result(made: Clips) -> None:
    report = made.report
    for clip in report.not_loopable:
        click.echo(
            f"{clip.scene}, beat {clip.beat}: plays once instead of in a loop; its last frame "
            "differs from its first",
            err=True,
        )
    Console().print(size_table(report.clips))
    total = sum(file.size for file in report.files)
    click.echo(f"{made.page}  {counted(len(report.clips), 'clip')}, {total / 1e6:.1f} MB")
    if earlier := len(made.all_clips.files) - len(report.files):
        click.echo(
            f"files of earlier commands that stay as they are: {earlier}; --replace removes them",
            err=True,
        )
