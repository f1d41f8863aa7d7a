"""The command ``lecture clips``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from lecture.cli.options import check_output_folder, invalid, several_of, whole_number
from lecture.cli.progress import counted
from lecture.cli.request import (
    RenderOptions,
    RenderRequest,
    render_options,
    render_scenes,
    show_progress,
)
from lecture.cli.runner import command
from lecture.output.clips.formats import ClipFormat
from lecture.output.clips.select import known_beats, read_beats

if TYPE_CHECKING:
    from lecture.output.clips.make import Clips
    from lecture.render.tasks import ProgressDisplay

__all__ = ["clips"]

_FORMATS = "; ".join(f"{kind.value}: {kind.about}" for kind in ClipFormat)


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    chosen_beats: str | None
    formats: tuple[str, ...]
    width: int
    fps: int
    output: Path


@command()
@render_options
@click.option(
    "--beats",
    "chosen_beats",
    metavar="A,B",
    help="Only these beats; SCENE.BEAT if several scenes have a beat of that name.",
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
@click.option(
    "--output",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path("media/clips"),
    show_default=True,
    help="The folder of the clips; it replaces the clips of an earlier command.",
)
def clips(**given: Any) -> None:
    """Make a clip of each beat, for slides and pages.

    Each clip comes with a poster, its last frame and its captions. A page shows all clips, with
    snippets to embed them.
    """
    options = _Options(**given)
    request = options.request()
    check_output_folder(options.output)
    beats = _chosen(options, request)
    kinds = tuple(ClipFormat(name) for name in options.formats)
    if any(kind.is_picture for kind in kinds) and options.width > request.size.width:
        allowed = f"at most {request.size.width}, the width of the video at this quality"
        raise invalid("--width", options.width, allowed)
    with show_progress(request) as display:
        made = _make(options, request, kinds, beats, display)
    _print_result(made)


def _chosen(options: _Options, request: RenderRequest) -> tuple[tuple[str, str], ...] | None:
    """Return the chosen beats; none if they are not known before the scenes run."""
    if options.chosen_beats is None:
        return None
    known = known_beats(request.spec.lecture, request.names)
    if len(known) < len(request.names):
        return ()  # the words file does not list the beats of a user's scene
    return read_beats(options.chosen_beats, known)


def _make(
    options: _Options,
    request: RenderRequest,
    kinds: tuple[ClipFormat, ...],
    beats: tuple[tuple[str, str], ...] | None,
    display: ProgressDisplay,
) -> Clips:
    from lecture.output.clips.make import ClipOptions, make_clips  # noqa: PLC0415  (takes a while)

    if beats:
        scenes = {scene for scene, _ in beats}
        chosen = tuple(scene for scene in request.scenes if scene.name in scenes)
        request = replace(request, scenes=chosen)
    rendered = render_scenes(request, display, dict.fromkeys(kind.encoding for kind in kinds))
    if beats == () and options.chosen_beats is not None:
        records = [scene.record for scene in next(iter(rendered.by_encoding.values()))]
        beats = read_beats(
            options.chosen_beats,
            {record.name: [beat.name for beat in record.beats] for record in records},
        )
    clip_options = ClipOptions(
        formats=kinds,
        width=options.width,
        fps=options.fps,
        beats=beats,
        order=request.spec.scenes,
        title=request.spec.title,
        language=request.spec.language,
        arguments=options.arguments,
    )
    display.step("making the clips")
    return make_clips(rendered.by_encoding, options.output, clip_options, rendered.spoken)


def _print_result(made: Clips) -> None:
    from lecture.output.clips.report import size_table  # noqa: PLC0415

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
