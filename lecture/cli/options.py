"""What several commands share: options, and how they end."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from lecture.extra_scenes import load_catalogues
from lecture.files import foreign_files
from lecture.jobs import FrameFormat, Quality
from scenes.catalogue import entries
from scenes.languages import LANGUAGES
from scenes.mistakes import SpecError, shown
from scenes.spec import active_file, load_spec, read_scenes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from scenes.catalogue import SceneEntry
    from scenes.languages import LanguageCode
    from scenes.spec import LectureSpec

__all__ = [
    "BAD_INPUT",
    "FAILED",
    "INTERRUPTED",
    "Asked",
    "bad_input",
    "frame_format",
    "interruptible",
    "language_option",
    "quality_option",
    "read_lecture",
    "refuse_foreign_folder",
    "scenes_option",
    "spec_option",
    "stop",
    "with_option",
]

BAD_INPUT, FAILED, INTERRUPTED, TERMINATED = 2, 1, 130, 143

_QUALITIES = ", ".join(f"{quality.name} {quality.value}" for quality in Quality)

spec_option = click.option(
    "--spec",
    "spec_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The lecture's file.  [default: lecture.toml where there is one]",
)
quality_option = click.option(
    "-q",
    "--quality",
    type=click.Choice([quality.name for quality in Quality]),
    default="h",
    show_default=True,
    help=f"As manim has them: {_QUALITIES}.",
)
language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="The lecture's language, instead of its file's.",
)
with_option = click.option(
    "--with",
    "with_files",
    metavar="FILE.py",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A Python file whose scenes may be named beside the lecture's own; it is run as code.",
)
scenes_option = click.option(
    "--scenes",
    "chosen",
    metavar="A,B",
    help="Only these scenes, in this order.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command is asked to work on.

    Parameters
    ----------
    spec_file
        The lecture's file, whole, or ``None`` for the defaults.
    spec
        What it says.
    scenes
        The scenes, in order.
    own
        All scenes of the files given by ``--with``.
    """

    spec_file: Path | None
    spec: LectureSpec
    scenes: tuple[SceneEntry, ...]
    own: tuple[SceneEntry, ...] = ()


def read_lecture(
    spec_file: Path | None,
    chosen: str | None = None,
    with_files: Sequence[Path] = (),
    language: LanguageCode | None = None,
) -> Asked:
    """Read the lecture's file and the options beside it, or end with all that is wrong with them.

    Parameters
    ----------
    spec_file
        The file of ``--spec``; the one in force where none is given.
    chosen
        The names of ``--scenes``, instead of those of the file.
    with_files
        The files of ``--with``. They are read, not run.
    language
        The language of ``--language``, instead of that of the file.
    """
    with bad_input():
        file = spec_file or active_file()
        own = load_catalogues(with_files)
        spec = load_spec(file, own=own).in_language(language)
        names = spec.scenes if chosen is None else read_scenes(chosen, spec.aspect, own=own)
    return Asked(file.resolve() if file else None, spec, entries(names, own=own), own)


def frame_format(quality: str, spec: LectureSpec) -> FrameFormat:
    """Return the size and rate of a quality, upright where the spec asks for it."""
    size = Quality[quality].value
    return size.upright() if spec.aspect == "9:16" else size


@contextmanager
def bad_input() -> Iterator[None]:
    """End with what is wrong with the lecture's file, where something is."""
    try:
        yield
    except SpecError as error:
        stop(str(error), BAD_INPUT)


@contextmanager
def interruptible(output: Path) -> Iterator[None]:
    """End the children and say so on Ctrl-C, and just as well when told to terminate."""

    def terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(TERMINATED)  # unwinds, so that what is running is ended and cleaned up

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except KeyboardInterrupt:
        kept = f"; {output} is as it was" if output.exists() else ""
        stop(f"stopped{kept}", INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)


def stop(message: str, code: int) -> NoReturn:
    """Say why, and end with a code."""
    click.echo(message, err=True)
    sys.exit(code)


def refuse_foreign_folder(output: Path) -> None:
    """Let a folder that was made by a command be replaced, but nothing else that is there."""
    if set(str(output)) & set("{}"):
        what = "allowed: a name without { and }, which manim would fill in"
        stop(f"--output: {output} was given; {what}", BAD_INPUT)
    if output.exists() and not output.is_dir():
        stop(f"--output: {output} is a file; allowed: the name of a folder", BAD_INPUT)
    held = foreign_files(output)
    if held:
        what = "allowed: a new folder, or one that was made by this command"
        stop(f"--output: {output} holds other files ({shown(held[0])}); {what}", BAD_INPUT)
