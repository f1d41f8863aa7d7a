"""The command ``lecture render``."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from lecture.commands.common import (
    BAD_INPUT,
    FAILED,
    bad_input,
    frame_format,
    interruptible,
    quality_option,
    scenes_option,
    spec_option,
    stop,
)
from lecture.jobs import FrameFormat, RenderError
from lecture.progress import display_for, duration
from lecture.render import render_lecture
from scenes.catalogue import entries
from scenes.spec import LectureSpec, active_file, load_spec, read_scenes

__all__ = ["render"]


@click.command()
@spec_option
@quality_option
@click.option(
    "--fps", type=click.IntRange(1, 120), help="Frames a second, instead of the quality's."
)
@scenes_option
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=Path("media/lecture.mp4"),
    show_default=True,
    help="The video's place.",
)
def render(
    spec_file: Path | None, quality: str, fps: int | None, chosen: str | None, output: Path
) -> None:
    """Render the lecture to one video."""
    with bad_input():
        spec_file = spec_file or active_file()
        spec = load_spec(spec_file)
        names = spec.scenes if chosen is None else read_scenes(chosen, spec.aspect)
    size = frame_format(quality, spec).at(fps)
    _make_room(output)
    with interruptible(output):
        _render(spec, names, size, output, spec_file)


def _render(
    spec: LectureSpec,
    names: tuple[str, ...],
    size: FrameFormat,
    output: Path,
    spec_file: Path | None,
) -> None:
    try:
        with display_for(Console(stderr=True)) as display:
            joined = render_lecture(
                entries(names),
                output,
                size,
                display,
                spec_file=spec_file.resolve() if spec_file else None,
                title=spec.title,
                author=spec.author,
            )
    except RenderError as error:
        stop(str(error), FAILED)
    made = FrameFormat(joined.width, joined.height, size.fps)
    click.echo(f"{output}  {duration(float(joined.seconds))}, {made}")


def _make_room(output: Path) -> None:
    """Refuse an output that could not be written before hours are spent on it."""
    if output.suffix != ".mp4":
        stop(f"--output: {output} was given; allowed: a name that ends in .mp4", BAD_INPUT)
    if output.is_dir():
        stop(f"--output: {output} is a folder; allowed: the name of a file in it", BAD_INPUT)
    if set(str(output)) & set("{}"):
        what = "allowed: a name without { and }, which manim would fill in"
        stop(f"--output: {output} was given; {what}", BAD_INPUT)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"--output: {output.parent} cannot be made: {error.strerror}", BAD_INPUT)
