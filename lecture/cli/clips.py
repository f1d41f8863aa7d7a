"""The command ``lecture clips``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from lecture.cli.options import (
    BAD_INPUT,
    FAILED,
    bad_input,
    interruptible,
    refuse_foreign_folder,
    several_of,
    stop,
    whole_number,
)
from lecture.cli.request import RenderOptions, RenderRequest, render_options, render_scenes
from lecture.errors import RenderError, VoiceInputError
from lecture.output.clips.formats import ClipFormat
from lecture.output.clips.select import known_beats, read_beats

if TYPE_CHECKING:
    from lecture.output.clips.make import Clips

__all__ = ["clips"]

_FORMATS = "; ".join(f"{kind.value}: {kind.about}" for kind in ClipFormat)


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    chosen_beats: str | None
    formats: tuple[str, ...]
    width: int
    fps: int
    output: Path


@click.command()
@render_options
@click.option(
    "--beats",
    "chosen_beats",
    metavar="A,B",
    help="Only these beats; SCENE.BEAT where several scenes have one of that name.",
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
    help="Of gif and webp; the other formats have the size of the quality.",
)
@click.option(
    "--fps",
    metavar="RATE",
    default="15",
    show_default=True,
    callback=whole_number(1, 50, "frames a second"),
    help="Of gif and webp.",
)
@click.option(
    "--output",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path("media/clips"),
    show_default=True,
    help="The folder for the clips; its earlier clips are replaced.",
)
def clips(**given: Any) -> None:
    """Make a file of each beat, for slides and pages.

    With each comes a poster, its last frame and its captions; a page shows them all, and what
    embeds each of them elsewhere.
    """
    options = _Options(**given)
    request = options.request()
    refuse_foreign_folder(options.output)
    beats = _chosen(options, request)
    kinds = tuple(ClipFormat(name) for name in options.formats)
    if any(kind.is_picture for kind in kinds) and options.width > request.size.width:
        what = f"allowed: at most {request.size.width}, the width of the film at this quality"
        stop(f"--width: {options.width} was given; {what}", BAD_INPUT)
    with interruptible(options.output):
        try:
            made = _make(options, request, kinds, beats)
        except VoiceInputError as error:
            stop(str(error), BAD_INPUT)
        except RenderError as error:
            stop(str(error), FAILED)
        except OSError as error:
            stop(f"cannot make {options.output}: {error}", FAILED)
    _print_result(made)


def _chosen(options: _Options, request: RenderRequest) -> tuple[tuple[str, str], ...] | None:
    """Read the beats, as far as they are known before scenes have run."""
    if options.chosen_beats is None:
        return None
    known = known_beats(request.spec.lecture, request.names)
    if len(known) < len(request.names):
        return ()  # some scenes are not ours: their beats are known once they have run
    with bad_input():
        return read_beats(options.chosen_beats, known)


def _make(
    options: _Options,
    request: RenderRequest,
    kinds: tuple[ClipFormat, ...],
    beats: tuple[tuple[str, str], ...] | None,
) -> Clips:
    from lecture.output.clips.make import ClipOptions, make_clips  # noqa: PLC0415  (takes a while)

    if beats:
        scenes = {scene for scene, _ in beats}
        kept = tuple(scene for scene in request.scenes if scene.name in scenes)
        request = replace(request, scenes=kept)
    rendered = render_scenes(request, dict.fromkeys(kind.encoding for kind in kinds))
    if beats == () and options.chosen_beats is not None:
        records = [scene.record for scene in next(iter(rendered.by_encoding.values()))]
        with bad_input():
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
    return make_clips(rendered.by_encoding, options.output, clip_options, rendered.spoken)


def _print_result(made: Clips) -> None:
    from lecture.output.clips.report import size_table  # noqa: PLC0415

    report = made.report
    for clip in report.not_loopable:
        click.echo(
            f"{clip.scene}, beat {clip.beat}: it may loop, but its end is not its beginning; "
            "it plays once",
            err=True,
        )
    Console().print(size_table(report.clips))
    total = sum(file.size for file in report.files)
    click.echo(f"{made.page}  {len(report.clips)} clips, {total / 1e6:.1f} MB")
