"""The command ``lecture``."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console

from lecture.jobs import FrameFormat, Quality, RenderError
from lecture.progress import display_for, duration
from lecture.render import render_lecture
from lecture.stills import render_stills
from scenes.catalogue import CATALOGUE, entries
from scenes.mistakes import SpecError
from scenes.spec import LectureSpec, active_file, load_spec, read_scenes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["cli", "main"]

BAD_INPUT, FAILED, INTERRUPTED, TERMINATED = 2, 1, 130, 143

_QUALITIES = ", ".join(f"{quality.name} {quality.value}" for quality in Quality)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="unstable-gradients", prog_name="lecture")
def cli() -> None:
    """Render the lecture on why gradients in deep networks are unstable."""


@cli.command("list")
def list_scenes() -> None:
    """List the scenes, in the order of the lecture."""
    widest = max(len(entry.name) for entry in CATALOGUE)
    for entry in CATALOGUE:
        click.echo(f"{entry.name:<{widest}}  {entry.title}")


_spec_option = click.option(
    "--spec",
    "spec_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The lecture's file.  [default: lecture.toml where there is one]",
)
_quality_option = click.option(
    "-q",
    "--quality",
    type=click.Choice([quality.name for quality in Quality]),
    default="h",
    show_default=True,
    help=f"As manim has them: {_QUALITIES}.",
)
_scenes_option = click.option(
    "--scenes",
    "chosen",
    metavar="A,B",
    help="Only these scenes, in this order.",
)


@cli.command()
@_spec_option
@_quality_option
@click.option(
    "--fps", type=click.IntRange(1, 120), help="Frames a second, instead of the quality's."
)
@_scenes_option
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
    with _bad_input():
        spec_file = spec_file or active_file()
        spec = load_spec(spec_file)
        names = spec.scenes if chosen is None else read_scenes(chosen, spec.aspect)
    size = _size(quality, spec).at(fps)
    _make_room(output)
    with _interruptible(output):
        _render(spec, names, size, output, spec_file)


@cli.command()
@_spec_option
@_quality_option
@_scenes_option
@click.option(
    "--output",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path("media/stills"),
    show_default=True,
    help="The folder for the pictures; its earlier pictures are replaced.",
)
def stills(spec_file: Path | None, quality: str, chosen: str | None, output: Path) -> None:
    """Draw the last frame of every beat, and a page that shows them all."""
    with _bad_input():
        spec_file = spec_file or active_file()
        spec = load_spec(spec_file)
        names = spec.scenes if chosen is None else read_scenes(chosen, spec.aspect)
    _refuse_foreign_folder(output)
    with _interruptible(output):
        try:
            with display_for(Console(stderr=True)) as display:
                sheet = render_stills(
                    entries(names),
                    output,
                    _size(quality, spec),
                    display,
                    spec_file=spec_file.resolve() if spec_file else None,
                    title=spec.title,
                )
        except RenderError as error:
            _stop(str(error), FAILED)
    click.echo(f"{sheet.page}  {sheet.pictures} stills")


def _size(quality: str, spec: LectureSpec) -> FrameFormat:
    size = Quality[quality].value
    return size.upright() if spec.aspect == "9:16" else size


def _refuse_foreign_folder(output: Path) -> None:
    """Replace a folder of stills, but nothing else that happens to be there."""
    if set(str(output)) & set("{}"):
        what = "allowed: a name without { and }, which manim would fill in"
        _stop(f"--output: {output} was given; {what}", BAD_INPUT)
    if output.exists() and not output.is_dir():
        _stop(f"--output: {output} is a file; allowed: the name of a folder", BAD_INPUT)
    held = {path.suffix for path in output.iterdir()} if output.is_dir() else set()
    if held - {".png", ".html"}:
        what = "allowed: a new folder, or one that holds nothing but stills"
        _stop(f"--output: {output} holds other files; {what}", BAD_INPUT)


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
        _stop(str(error), FAILED)
    made = FrameFormat(joined.width, joined.height, size.fps)
    click.echo(f"{output}  {duration(float(joined.seconds))}, {made}")


@contextmanager
def _bad_input() -> Iterator[None]:
    try:
        yield
    except SpecError as error:
        _stop(str(error), BAD_INPUT)


def _make_room(output: Path) -> None:
    """Refuse an output that could not be written before hours are spent on it."""
    if output.suffix != ".mp4":
        _stop(f"--output: {output} was given; allowed: a name that ends in .mp4", BAD_INPUT)
    if output.is_dir():
        _stop(f"--output: {output} is a folder; allowed: the name of a file in it", BAD_INPUT)
    if set(str(output)) & set("{}"):
        what = "allowed: a name without { and }, which manim would fill in"
        _stop(f"--output: {output} was given; {what}", BAD_INPUT)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _stop(f"--output: {output.parent} cannot be made: {error.strerror}", BAD_INPUT)


@contextmanager
def _interruptible(output: Path) -> Iterator[None]:
    """End the children and say so on Ctrl-C, and just as well when told to terminate."""

    def terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(TERMINATED)  # unwinds, so that what is running is ended and cleaned up

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except KeyboardInterrupt:
        kept = f"; {output} is as it was" if output.exists() else ""
        _stop(f"stopped{kept}", INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def main() -> None:
    """Run the command line."""
    cli(prog_name="lecture")
