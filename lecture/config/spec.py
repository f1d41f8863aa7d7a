"""The lecture's spec: all that a lecturer may choose, with a default for every field.

It is read from a TOML file. What the file says is data: every name in it is looked up, every
number is bounded, and every mistake in it is reported at once (see `SpecError`).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from lecture.config.issues import SpecError, SpecIssue, did_you_mean, to_issues
from lecture.config.scene_list import ANY_SCENE, AnyScene, check_scenes
from lecture.kit.languages import LANGUAGES, LanguageCode
from lecture.kit.words import load_words
from scenes.catalogue import SceneEntry, scene_names
from scenes.spec import ChainSpec, DrawnBiases, DrawnWeights, Frozen, allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ChainSpec",
    "DrawnBiases",
    "DrawnWeights",
    "LectureSpec",
    "SpecError",
    "active_file",
    "active_spec",
    "load_spec",
    "read_scenes",
    "use_spec",
]

# Python reads no longer ones, for the time that they take.
_DIGITS = re.compile(r"[0-9_]{4300,}")
_DEEPEST = 100

MAX_FILE_BYTES = 64 * 1024
VARIABLE = "LECTURE_SPEC"
DEFAULT_FILE = "lecture.toml"
_ASPECTS = ("16:9", "9:16")

# Control characters and line breaks have no place in a line of text on screen.
Line = Annotated[
    str,
    StringConstraints(
        strict=True, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
    ),
]


# How the standard library ends its messages, the only place where it tells the position.
_POSITION = re.compile(r" \(at line (\d+), column (\d+)\)$")


# For editors: the names there are, and room for those of one's own scenes.
SceneName = Annotated[
    str,
    Field(strict=True),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [{"enum": list(scene_names())}, {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}],
        }
    ),
]


def _is_own(title: object) -> bool:
    """Tell a title that somebody chose from what the lecture is called in some language."""
    return all(title != load_words(code).title for code in LANGUAGES)


class LectureSpec(Frozen):
    """All that a lecturer may choose. Every field has a default, so no file is needed."""

    title: Line = Field(
        default=load_words().title,
        min_length=1,
        max_length=200,
        description="The lecture's title, plain text; in the lecture's language unless given.",
        json_schema_extra=allowed("one line of 1 to 200 characters"),
    )
    author: Line = Field(
        default="",
        max_length=200,
        description="Who gives the lecture, plain text; nothing is shown where it is empty.",
        json_schema_extra=allowed("one line of at most 200 characters"),
    )
    language: LanguageCode = Field(
        default="en", description="What is shown, captioned and said: English, German or Russian."
    )
    # Before the scenes, which are checked against it.
    aspect: Literal["16:9", "9:16"] = Field(
        default="16:9", description="Width to height: 16:9 lies, 9:16 stands, for phones."
    )
    scenes: tuple[SceneName, ...] = Field(
        default_factory=scene_names,
        min_length=1,
        description="Which scenes, in which order; all that have a layout for the aspect.",
        json_schema_extra=allowed("a list of one or more names of scenes, each once"),
    )
    theme: Literal["dark", "light"] = Field(
        default="dark", description="Light on a dark ground, or dark on a light one."
    )
    pace: float = Field(
        default=16.0,
        strict=True,
        ge=5,
        le=40,
        allow_inf_nan=False,
        description="Reading speed, in characters a second: how long a caption stays.",
        json_schema_extra=allowed("a number from 5 to 40 (characters a second)"),
    )
    chain: ChainSpec = Field(default_factory=ChainSpec, description="The chain to follow.")

    @model_validator(mode="before")
    @classmethod
    def _title_in_the_language(cls, data: Any) -> Any:
        """Call the lecture what its language calls it, unless it has a title of its own."""
        code = data.get("language") if isinstance(data, dict) else None
        if code not in LANGUAGES or ("title" in data and _is_own(data["title"])):
            return data
        return {**data, "title": load_words(code).title}

    @model_validator(mode="before")
    @classmethod
    def _scenes_of_the_aspect(cls, data: Any) -> Any:
        """List the scenes that have a layout for the aspect, unless scenes are named."""
        aspect = data.get("aspect") if isinstance(data, dict) else None
        if aspect not in _ASPECTS or "scenes" in data:
            return data
        return {**data, "scenes": scene_names(aspect)}

    def in_language(self, code: LanguageCode | None) -> Self:
        """Return the spec in another language, which its title follows unless it is your own.

        Parameters
        ----------
        code
            The language; ``None`` keeps the spec's own.

        Examples
        --------
        >>> LectureSpec().in_language("de").title
        'Warum sich tiefe Netze schwer trainieren lassen'
        >>> LectureSpec(title="My own").in_language("de").title
        'My own'
        """
        if code is None:
            return self
        title = self.title if _is_own(self.title) else load_words(code).title
        return self.model_copy(update={"language": code, "title": title})

    @field_validator("scenes", mode="before")
    @classmethod
    def _known_and_fitting(cls, names: Any, info: ValidationInfo) -> Any:
        own = (info.context or {}).get("own", ())
        if own != ANY_SCENE:
            check_scenes(names, info.data.get("aspect"), own)
        return names


def load_spec(
    path: Path | None = None, *, own: Sequence[SceneEntry] | AnyScene = ()
) -> LectureSpec:
    """Read a lecture's spec from a TOML file.

    Parameters
    ----------
    path
        The file; ``None`` stands for the defaults.
    own
        Scenes beside those of the catalogue, whose names the file may use; `ANY_SCENE` leaves
        the names of scenes unchecked.

    Raises
    ------
    SpecError
        The file cannot be read or holds mistakes; the error carries all of them.

    Examples
    --------
    >>> load_spec(None).chain.activation
    'sigmoid'
    """
    if path is None:
        return LectureSpec()
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # ValueError also covers integers beyond Python's limit of digits.
        raise SpecError([_invalid(path, error, text)]) from error
    try:
        return LectureSpec.model_validate(data, context={"own": own})
    except ValidationError as error:
        raise SpecError(to_issues(error, LectureSpec, str(path), text)) from error


def _read(path: Path) -> str:
    file = str(path)
    try:
        with path.open("rb") as stream:
            # One byte more than allowed tells a file that is too long, endless ones included.
            raw = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise SpecError([SpecIssue(file, f"no such file{_beside(path)}")]) from error
    except IsADirectoryError as error:
        what = f"a folder was given; allowed: a TOML file, such as {path / DEFAULT_FILE}"
        raise SpecError([SpecIssue(file, what)]) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecError([SpecIssue(file, f"cannot be read: {reason}")]) from error
    if len(raw) > MAX_FILE_BYTES:
        what = f"too long; allowed: a text of at most {MAX_FILE_BYTES // 1024} KiB"
        raise SpecError([SpecIssue(file, what)])
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = "not UTF-8 text; save the file with the encoding UTF-8"
        raise SpecError([SpecIssue(file, what, line=line)]) from error


def _invalid(path: Path, error: ValueError | RecursionError, text: str) -> SpecIssue:
    file = str(path)
    if isinstance(error, RecursionError):
        what = f"not valid TOML: nested too deeply; allowed: {_DEEPEST} levels"
        return SpecIssue(file, what, line=_nested_too_deeply(text))
    if not isinstance(error, tomllib.TOMLDecodeError):
        long = _DIGITS.search(text)
        line = text.count("\n", 0, long.start()) + 1 if long else None
        return SpecIssue(file, "not valid TOML: a number of too many digits", line=line)
    found = _POSITION.search(str(error))
    if found:
        what = f"not valid TOML: {_POSITION.sub('', str(error))} (column {found[2]})"
        return SpecIssue(file, what, line=int(found[1]))
    what = f"not valid TOML: {str(error).replace(' (at end of document)', ', at the end')}"
    return SpecIssue(file, what, line=text.rstrip().count("\n") + 1)


def _nested_too_deeply(text: str) -> int | None:
    """Find the line on which lists and tables go too deep, near enough: strings count as well."""
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        for character in line:
            depth += (character in "[{") - (character in "]}")
            if depth > _DEEPEST:
                return number
    return None


def _beside(path: Path) -> str:
    """Name a TOML file that is there, for one that is not."""
    try:
        known = [found.name for found in path.parent.glob("*.toml")]
    except OSError:
        return ""
    return did_you_mean(path.name, known)


def active_file() -> Path | None:
    """Name the file that is in force where none is asked for.

    That is the one named by the environment variable ``LECTURE_SPEC``, else ``lecture.toml`` in
    the working directory where there is one.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    default = Path(DEFAULT_FILE)
    return default if default.exists() else None


_in_force: ContextVar[LectureSpec | None] = ContextVar("spec", default=None)


@contextmanager
def use_spec(spec: LectureSpec) -> Iterator[None]:
    """Let `spec` be the one in force inside the block, whatever files there are."""
    token = _in_force.set(spec)
    try:
        yield
    finally:
        _in_force.reset(token)


def active_spec() -> LectureSpec:
    """Return the spec in force: that of `use_spec`, else of `active_file`, else the defaults.

    `manim` on a scene's file reads it so, too. A scene that reads its spec does not ask which
    scenes there are besides, so their names are not checked.
    """
    chosen = _in_force.get()
    return chosen if chosen is not None else load_spec(active_file(), own=ANY_SCENE)


def read_scenes(
    names: str, aspect: str = "16:9", *, own: Sequence[SceneEntry] = ()
) -> tuple[str, ...]:
    """Read a list of scenes as the command line gives it.

    Parameters
    ----------
    names
        Names with commas between them.
    aspect
        The shape of the frame, for which each scene must have a layout.
    own
        Scenes beside those of the catalogue.

    Raises
    ------
    SpecError
        A name is not known, or comes twice, or has no layout for the aspect.

    Examples
    --------
    >>> read_scenes("BackwardPass, ForwardPass")
    ('BackwardPass', 'ForwardPass')
    """
    listed = [name.strip() for name in names.split(",")]
    asked = {"aspect": aspect, "scenes": listed}
    try:
        return LectureSpec.model_validate(asked, context={"own": own}).scenes
    except ValidationError as error:
        raise SpecError(to_issues(error, LectureSpec, "--scenes", "")) from error
