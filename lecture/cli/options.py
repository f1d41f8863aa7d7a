"""What several commands share: options, and how they end."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from lecture.config.discovery import find_lecture
from lecture.config.issues import SpecError, did_you_mean, format_value
from lecture.config.spec import active_file, load_spec, read_scenes
from lecture.config.user_scenes import find_user_scenes
from lecture.config.words import LANGUAGES
from lecture.errors import VoiceInputError
from lecture.files import foreign_files
from lecture.formats import FrameFormat, Quality
from lecture.voice.choose import DEFAULT_FOLDER, DEFAULT_VOICE, SILENT, choose_voice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    import click

    from lecture.config.contract import SceneEntry
    from lecture.config.discovery import FoundLecture
    from lecture.config.spec import LectureSpec
    from lecture.config.words import LanguageCode
    from lecture.voice.narration import Narrator

    Command = TypeVar("Command", bound=Callable[..., Any])

__all__ = [
    "BAD_INPUT",
    "FAILED",
    "INTERRUPTED",
    "LectureInputs",
    "bad_input",
    "frame_format",
    "interruptible",
    "language_option",
    "lecture_option",
    "narrator_of",
    "one_of",
    "print_origin",
    "quality_option",
    "read_lecture",
    "refuse_foreign_folder",
    "scenes_option",
    "several_of",
    "spec_option",
    "stop",
    "voice_options",
    "whole_number",
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
lecture_option = click.option(
    "--lecture",
    "lecture_name",
    metavar="PACKAGE|FOLDER",
    help="The lecture to work on.  [default: the package scenes of this folder, else the bundled "
    "lecture]",
)
scenes_option = click.option(
    "--scenes",
    "chosen",
    metavar="A,B",
    help="Only these scenes, in this order.",
)


@dataclass(frozen=True, slots=True)
class LectureInputs:
    """What a command is asked to work on.

    Parameters
    ----------
    found
        The lecture, and where it was found.
    spec_file
        The absolute path of ``lecture.toml``, or ``None`` for the defaults.
    spec
        What it says.
    scenes
        The scenes, in order.
    user_scenes
        All scenes of the files given by ``--with``.
    """

    found: FoundLecture
    spec_file: Path | None
    spec: LectureSpec
    scenes: tuple[SceneEntry, ...]
    user_scenes: tuple[SceneEntry, ...] = ()


def read_lecture(
    spec_file: Path | None,
    chosen: str | None = None,
    with_files: Sequence[Path] = (),
    language: LanguageCode | None = None,
    lecture: str | None = None,
) -> LectureInputs:
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
    lecture
        The package or folder of ``--lecture``.
    """
    with bad_input():
        found = find_lecture(lecture, with_files=bool(with_files))
        model = found.lecture.spec_model
        file = spec_file or active_file()
        own = find_user_scenes(with_files, found.lecture.scenes)
        spec = load_spec(model, file, user_scenes=own).in_language(language)
        names = spec.scenes
        if chosen is not None:
            names = read_scenes(model, chosen, spec.aspect, user_scenes=own)
    scenes = found.lecture.entries(names, own)
    return LectureInputs(found, file.resolve() if file else None, spec, scenes, own)


def print_origin(inputs: LectureInputs) -> None:
    """Print which lecture a command works on, as the first line on standard error."""
    click.echo(f"lecture: {inputs.found.origin}", err=True)


def frame_format(quality: str, spec: LectureSpec) -> FrameFormat:
    """Return the size and rate of a quality, upright where the spec asks for it."""
    size = Quality[quality].value
    return size.portrait() if spec.aspect == "9:16" else size


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
        stop(f"--output: {output} holds other files ({format_value(held[0])}); {what}", BAD_INPUT)


def whole_number(
    lowest: int, highest: int, unit: str
) -> Callable[[click.Context, click.Parameter, str], int]:
    """Return a callback of click that reads a whole number.

    Parameters
    ----------
    lowest, highest
        The bounds, which are allowed.
    unit
        What is counted.
    """

    def read(_context: click.Context, option: click.Parameter, value: str) -> int:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
        if number is None or not lowest <= number <= highest:
            what = f"allowed: a whole number from {lowest} to {highest} ({unit})"
            stop(f"{option.opts[0]}: {format_value(value)} was given; {what}", BAD_INPUT)
        return number

    return read


def one_of(known: Sequence[str]) -> Callable[[click.Context, click.Parameter, str], str]:
    """Return a callback of click that reads one of some names."""

    def read(_context: click.Context, option: click.Parameter, value: str) -> str:
        return _known(value, known, option)

    return read


def several_of(
    known: Sequence[str],
) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]:
    """Return a callback of click that reads names, of an option that may be given several times.

    The names may also stand in one, with commas between them.
    """

    def read(
        _context: click.Context, option: click.Parameter, values: tuple[str, ...]
    ) -> tuple[str, ...]:
        given = [name.strip() for value in values for name in value.split(",")]
        return tuple(dict.fromkeys(_known(name, known, option) for name in given))

    return read


def _known(value: str, known: Sequence[str], option: click.Parameter) -> str:
    if value not in known:
        what = f"allowed: {', '.join(known)}{did_you_mean(value, known)}"
        stop(f"{option.opts[0]}: {format_value(value)} was given; {what}", BAD_INPUT)
    return value


_OPTIONS = (
    click.option(
        "--voice",
        metavar="VOICE",
        help="hibari, none, recorded, or service:NAME for a service of manim-voiceover."
        f"  [default: {DEFAULT_VOICE}]",
    ),
    click.option("--no-voice", is_flag=True, help=f"The same as --voice {SILENT}."),
    click.option(
        "--recordings",
        metavar="FOLDER",
        type=click.Path(path_type=Path),
        help="Your own recordings, one WAV file a line; 'lecture script' names them. With a voice"
        " besides, that voice speaks the lines you have not recorded."
        f"  [default with --voice recorded: {DEFAULT_FOLDER}]",
    ),
    click.option(
        "--voice-option",
        "voice_options",
        metavar="NAME=VALUE",
        multiple=True,
        help="Passed on to the service; may be given several times.",
    ),
)


def voice_options(command: Command) -> Command:
    """Give a command the options ``voice``, ``no_voice``, ``recordings`` and ``voice_options``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def narrator_of(
    voice: str | None,
    no_voice: bool,
    recordings: Path | None,
    voice_options: tuple[str, ...],
    *,
    language: str = "en",
) -> Narrator | None:
    """Return what speaks, or ``None`` for a silent lecture; end where the options are wrong."""
    if no_voice and voice not in (None, SILENT):
        stop(f"--no-voice does not go with --voice {voice}; leave one out", BAD_INPUT)
    try:
        return choose_voice(
            SILENT if no_voice else voice, recordings, voice_options, language=language
        )
    except VoiceInputError as error:
        stop(str(error), BAD_INPUT)
