"""Options that several commands share, and the checks of their values."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import click
from pydantic import ByteSize, Field, TypeAdapter, ValidationError

from lecture.config.brand_file import check_brand, read_brand
from lecture.config.discovery import find_lecture, has_other_lecture
from lecture.config.issues import did_you_mean, format_value
from lecture.config.spec import active_file, load_spec, read_scenes
from lecture.config.user_scenes import find_user_scenes
from lecture.config.words import LANGUAGES
from lecture.errors import InputError
from lecture.files import expand_home, foreign_files, try_to_write, try_to_write_folder
from lecture.formats import FrameFormat, Quality
from lecture.voice.choose import DEFAULT_FOLDER, DEFAULT_VOICE, SILENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lecture.config.contract import SceneEntry
    from lecture.config.discovery import FoundLecture
    from lecture.config.spec import LectureSpec
    from lecture.config.words import LanguageCode

    Command = TypeVar("Command", bound=Callable[..., Any])

__all__ = [
    "LectureInputs",
    "PathOption",
    "brand_option",
    "byte_size",
    "check_output_file",
    "check_output_folder",
    "frame_format",
    "invalid",
    "joined",
    "language_option",
    "lecture_option",
    "notes_option",
    "one_of",
    "print_origin",
    "quality_option",
    "read_lecture",
    "scenes_option",
    "several_of",
    "spec_option",
    "voice_options",
    "whole_number",
    "with_option",
    "with_options",
]


class PathOption(click.Path):
    """A path, in which ``~`` stands for the home folder, also after ``--output=``."""

    def __init__(self, **given: Any) -> None:
        super().__init__(path_type=Path, **given)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path of a value."""
        return super().convert(expand_home(value), param, ctx)


def joined(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> str | None:
    """Join the lists of an option that was given several times; ``None`` without any."""
    return ",".join(values) if values else None


_QUALITIES = ", ".join(f"{quality.name} {quality.value}" for quality in Quality)

spec_option = click.option(
    "--spec",
    "spec_file",
    metavar="FILE",
    type=PathOption(),
    help="The lecture file.  [default: lecture.toml, if it exists]",
)
brand_option = click.option(
    "--brand",
    "brand_file",
    metavar="FILE.potx",
    type=PathOption(),
    help="A PowerPoint file whose colours replace those of the lecture file and its theme.",
)
quality_option = click.option(
    "-q",
    "--quality",
    type=click.Choice([quality.name for quality in Quality]),
    default="h",
    show_default=True,
    help=f"The qualities of manim: {_QUALITIES}.",
)
language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="The language, instead of that of the lecture file.",
)
with_option = click.option(
    "--with",
    "with_files",
    metavar="FILE.py",
    multiple=True,
    type=PathOption(),
    help="A Python file with more scenes; it is run as code.",
)
lecture_option = click.option(
    "--lecture",
    "lecture_name",
    metavar="PACKAGE|FOLDER",
    help="The lecture.  [default: the package scenes of the working directory, else the bundled "
    "lecture]",
)
scenes_option = click.option(
    "--scenes",
    "chosen",
    metavar="A,B",
    multiple=True,
    callback=joined,
    help="Only these scenes, in this order; may be given several times.",
)


def notes_option(*, default: bool) -> Callable[[Command], Command]:
    """Return the option ``--notes/--no-notes`` with a default."""
    return click.option(
        "--notes/--no-notes",
        default=default,
        show_default=True,
        help="Include what is the lecturer's: speaker notes, and on pages the commands.",
    )


_VOICE_OPTIONS = (
    click.option(
        "--voice",
        metavar="VOICE",
        help="hibari, none, recorded, or service:NAME for a service of manim-voiceover."
        f"  [default: {DEFAULT_VOICE} if installed, for a lecture in English; else none]",
    ),
    click.option("--no-voice", is_flag=True, help=f"The same as --voice {SILENT}."),
    click.option(
        "--recordings",
        metavar="FOLDER",
        type=PathOption(),
        help="Your recordings, one sound file a line, named by 'lecture script'. With another"
        " voice, that voice speaks the lines without a recording."
        f"  [default with --voice recorded: {DEFAULT_FOLDER}]",
    ),
    click.option(
        "--voice-option",
        "voice_options",
        metavar="NAME=VALUE",
        multiple=True,
        help="An option of the service; may be given several times.",
    ),
)


def with_options(options: Iterable[Callable[[Any], Any]], command: Command) -> Command:
    """Add options to a command, in order."""
    for option in reversed(list(options)):
        command = option(command)
    return command


def voice_options(command: Command) -> Command:
    """Add ``--voice``, ``--no-voice``, ``--recordings`` and ``--voice-option`` to a command."""
    return with_options(_VOICE_OPTIONS, command)


@dataclass(frozen=True, slots=True)
class LectureInputs:
    """The lecture and the spec that a command works on.

    Parameters
    ----------
    found
        The lecture and its location.
    spec_file
        Absolute path of ``lecture.toml``; ``None`` for the defaults.
    spec
        The lecturer's choices.
    scenes
        The scenes, in order.
    user_scenes
        All scenes of the files given by ``--with``.
    brand_file
        The file of ``--brand``.
    """

    found: FoundLecture
    spec_file: Path | None
    spec: LectureSpec
    scenes: tuple[SceneEntry, ...]
    user_scenes: tuple[SceneEntry, ...] = ()
    brand_file: Path | None = None


def read_lecture(
    spec_file: Path | None,
    chosen: str | None = None,
    with_files: Sequence[Path] = (),
    language: LanguageCode | None = None,
    lecture: str | None = None,
    brand_file: Path | None = None,
) -> LectureInputs:
    """Find the lecture and read its lecture file.

    Parameters
    ----------
    spec_file
        The file of ``--spec``; the active lecture file if ``None``, but not the ``lecture.toml``
        of another lecture.
    chosen
        The names of ``--scenes``, which replace those of the file.
    with_files
        The files of ``--with``. They are parsed, not run.
    language
        The language of ``--language``, which replaces that of the file.
    lecture
        The package or folder of ``--lecture``.
    brand_file
        The file of ``--brand``, whose colours replace those of the file.

    Raises
    ------
    InputError
        The lecture, its words, the file or an option is invalid.
    """
    found = find_lecture(lecture, with_files=bool(with_files))
    model = found.lecture.spec_model
    file = spec_file or active_file(others=has_other_lecture(found.lecture))
    user_scenes = find_user_scenes(with_files, found.lecture.scenes)
    spec = load_spec(model, file, user_scenes=user_scenes).in_language(language)
    if brand_file is not None:
        brand = read_brand(brand_file)
        check_brand(brand, brand_file)
        spec = spec.model_copy(update={"brand": brand})
    names = spec.scenes
    if chosen is not None:
        names = read_scenes(model, chosen, spec.aspect, user_scenes=user_scenes)
    scenes = found.lecture.entries(names, user_scenes)
    found.lecture.check_words(scenes, spec.language)
    spec_path = file.resolve() if file else None
    return LectureInputs(found, spec_path, spec, scenes, user_scenes, brand_file)


def print_origin(inputs: LectureInputs) -> None:
    """Print name and location of the lecture, as the first line on standard error."""
    click.echo(f"lecture: {inputs.found.origin}", err=True)


def frame_format(quality: str, spec: LectureSpec) -> FrameFormat:
    """Return the size and rate of a quality, in the aspect of the spec."""
    size = Quality[quality].value
    return size.portrait() if spec.aspect == "9:16" else size


def check_output_file(
    output: Path, suffix: str = "", hint: str = "", beside: Sequence[Path] = ()
) -> None:
    """Create the folder of an output file; refuse a path that cannot be written, before any work.

    Parameters
    ----------
    output
        The file.
    suffix
        Its suffix; any if empty.
    hint
        Added to the error for another suffix.
    beside
        Files that are written beside it.

    Raises
    ------
    InputError
        The suffix is another, the path is a folder, its folder cannot be created, or a file cannot
        be written there.
    """
    if suffix and output.suffix != suffix:
        raise invalid("--output", output, f"a name that ends in {suffix}{hint}")
    if output.is_dir():
        raise InputError(f"--output: {output} is a folder; allowed: the name of a file in it")
    _create(output.parent)
    for path in (output, *beside):
        with _refused(path, "cannot be written"):
            try_to_write(path)


def check_output_folder(output: Path) -> None:
    """Refuse an output folder that cannot be written, or holds files of others, before any work.

    Raises
    ------
    InputError
        The path is a file, holds other files than the output of an earlier command, cannot be
        written, or has braces, which manim would replace.
    """
    if set(str(output)) & set("{}"):
        raise invalid("--output", output, "a name without { and }, which manim would replace")
    if output.exists() and not output.is_dir():
        raise InputError(f"--output: {output} is a file; allowed: the name of a folder")
    if held := foreign_files(output):
        allowed = "allowed: a new folder, or one that this command created"
        raise InputError(
            f"--output: {output} holds other files ({format_value(held[0])}); {allowed}"
        )
    _create(output.parent)
    with _refused(output, "cannot be written"):
        try_to_write_folder(output)


def _create(folder: Path) -> None:
    with _refused(folder, "cannot be created"):
        folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def _refused(path: Path, problem: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # the latter: a null character
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"--output: {path} {problem}: {reason}") from error


def invalid(option: str, value: object, allowed: str) -> InputError:
    """Return an error for the value of an option, with the values that are allowed."""
    return InputError(f"{option}: {value} was given; allowed: {allowed}")


def whole_number(
    lowest: int, highest: int, unit: str
) -> Callable[[click.Context, click.Parameter, str], int]:
    """Return a callback of click that reads a whole number within bounds, in a unit."""

    def read(_context: click.Context, option: click.Parameter, value: str) -> int:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
        if number is None or not lowest <= number <= highest:
            allowed = f"a whole number from {lowest} to {highest} ({unit})"
            raise invalid(option.opts[0], format_value(value), allowed)
        return number

    return read


def byte_size(_context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """Read a number of bytes, such as 500MB, for click."""
    if value is None:
        return None
    try:
        return int(TypeAdapter(Annotated[ByteSize, Field(ge=0)]).validate_python(value))
    except (ValidationError, OverflowError):  # the latter: 1e999
        allowed = "a number of bytes, such as 500MB or 2GB"
        raise invalid(option.opts[0], format_value(value), allowed) from None


def one_of(known: Sequence[str]) -> Callable[[click.Context, click.Parameter, str], str]:
    """Return a callback of click that reads one of some names."""

    def read(_context: click.Context, option: click.Parameter, value: str) -> str:
        return _known(value, known, option)

    return read


def several_of(
    known: Sequence[str],
) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]:
    """Return a callback of click that reads names, separated by commas or from several options."""

    def read(
        _context: click.Context, option: click.Parameter, values: tuple[str, ...]
    ) -> tuple[str, ...]:
        given = [name.strip() for value in values for name in value.split(",")]
        return tuple(dict.fromkeys(_known(name, known, option) for name in given))

    return read


def _known(value: str, known: Sequence[str], option: click.Parameter) -> str:
    if value not in known:
        allowed = f"{', '.join(known)}{did_you_mean(value, known)}"
        raise invalid(option.opts[0], format_value(value), allowed)
    return value
