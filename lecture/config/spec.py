"""The spec: all that a lecturer may choose in ``lecture.toml``, with a default for every field.

A lecture derives its own model from :class:`LectureSpec` to add tables of its own. What the file
says is data: every name in it is looked up, every number is bounded, and all issues are reported
at once (see `SpecError`).
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeVar, cast

from pydantic import (
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from lecture.config.issues import SpecError, SpecIssue, did_you_mean, format_value, to_issues
from lecture.config.scene_list import check_scenes
from lecture.config.words import LanguageCode
from lecture.model import FrozenModel, allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.config.contract import Lecture, SceneEntry

    Spec = TypeVar("Spec", bound="LectureSpec")

__all__ = [
    "DEFAULT_FILE",
    "LectureSpec",
    "active_file",
    "active_spec",
    "load_spec",
    "read_scenes",
]

# Python refuses longer ones, for the time that they take.
_DIGITS = re.compile(r"[0-9_]{4300,}")
_DEEPEST = 100

MAX_FILE_BYTES = 64 * 1024
VARIABLE = "LECTURE_SPEC"
DEFAULT_FILE = "lecture.toml"
_ASPECTS = ("16:9", "9:16")
_UNTITLED = "Untitled lecture"

# Control characters and line breaks have no place in a line of text on screen.
TextLine = Annotated[
    str,
    StringConstraints(
        strict=True, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
    ),
]

# How the standard library ends its messages, the only place where it names the position.
_POSITION = re.compile(r" \(at line (\d+), column (\d+)\)$")


class LectureSpec(FrozenModel):
    """All that a lecturer may choose. Every field has a default, so no file is needed."""

    lecture: ClassVar[Lecture | None] = None
    """The lecture that the model belongs to; a lecture's own model sets it."""

    title: TextLine = Field(
        default=_UNTITLED,
        min_length=1,
        max_length=200,
        description="The lecture's title, plain text; in the lecture's language unless given.",
        json_schema_extra=allowed("one line of 1 to 200 characters"),
    )
    author: TextLine = Field(
        default="",
        max_length=200,
        description="Who gives the lecture, plain text; nothing is shown where it is empty.",
        json_schema_extra=allowed("one line of at most 200 characters"),
    )
    language: LanguageCode = Field(
        default="en", description="The language of the screen, the captions and the speech."
    )
    # Before the scenes, which are checked against it.
    aspect: Literal["16:9", "9:16"] = Field(
        default="16:9", description="Width to height: 16:9 is landscape, 9:16 portrait, for phones."
    )
    scenes: tuple[Annotated[str, Field(strict=True)], ...] = Field(
        default=(),
        min_length=1,
        description="Which scenes, in which order; all that have a layout for the aspect.",
        json_schema_extra=allowed("a list of one or more names of scenes, each once"),
    )
    theme: Literal["dark", "light"] = Field(
        default="dark", description="Light text on a dark background, or dark text on a light one."
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

    @model_validator(mode="before")
    @classmethod
    def _title_in_the_language(cls, data: Any) -> Any:
        """Take the title from the words, unless the lecturer chose one."""
        if cls.lecture is None or not isinstance(data, dict):
            return data
        code = data.get("language", cls.model_fields["language"].default)
        if code not in cls.lecture.languages or ("title" in data and cls._is_own(data["title"])):
            return data
        return {**data, "title": cls.lecture.load_words(code).title}

    @model_validator(mode="before")
    @classmethod
    def _scenes_of_the_aspect(cls, data: Any) -> Any:
        """List the scenes that have a layout for the aspect, unless scenes are named."""
        if cls.lecture is None or not isinstance(data, dict) or "scenes" in data:
            return data
        aspect = data.get("aspect", cls.model_fields["aspect"].default)
        return {**data, "scenes": cls.lecture.scene_names(aspect if aspect in _ASPECTS else None)}

    @field_validator("language")
    @classmethod
    def _language_of_the_lecture(cls, code: LanguageCode) -> LanguageCode:
        if cls.lecture is not None and code not in cls.lecture.languages:
            what = "{given} was given, in which the lecture has no words; allowed: {known}"
            known = ", ".join(cls.lecture.languages)
            raise PydanticCustomError(
                "language", what, {"given": format_value(code), "known": known}
            )
        return code

    @field_validator("scenes", mode="before")
    @classmethod
    def _known_and_fitting(cls, names: Any, info: ValidationInfo) -> Any:
        if cls.lecture is not None:
            user_scenes = (info.context or {}).get("user_scenes", ())
            known = None if user_scenes is None else (*cls.lecture.scenes, *user_scenes)
            check_scenes(names, info.data.get("aspect"), known)
        return names

    @classmethod
    def _is_own(cls, title: object) -> bool:
        """Return True for a title that is not the lecture's in any language."""
        lecture = cls.lecture
        titles = [lecture.load_words(code).title for code in lecture.languages] if lecture else []
        return title not in titles

    def in_language(self, code: LanguageCode | None) -> Self:
        """Return the spec in another language, which its title follows unless it is your own.

        Parameters
        ----------
        code
            The language; ``None`` keeps the spec's own.

        Examples
        --------
        >>> LectureSpec(title="My own").in_language("de").title
        'My own'
        """
        if code is None:
            return self
        fields = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self).model_validate(
            {**fields, "language": code}, context={"user_scenes": None}
        )


def load_spec(
    model: type[Spec], path: Path | None = None, *, user_scenes: Sequence[SceneEntry] | None = ()
) -> Spec:
    """Return the spec that a TOML file holds.

    Parameters
    ----------
    model
        The model of the lecture.
    path
        The file; ``None`` stands for the defaults.
    user_scenes
        Scenes beside those of the lecture, whose names the file may use; ``None`` leaves the
        names of scenes unchecked.

    Raises
    ------
    SpecError
        The file cannot be read or has issues; the error carries all of them.

    Examples
    --------
    >>> load_spec(LectureSpec).theme
    'dark'
    """
    if path is None:
        return model()
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # ValueError also covers integers beyond Python's limit of digits.
        raise SpecError([_invalid(path, error, text)]) from error
    try:
        return model.model_validate(data, context={"user_scenes": user_scenes})
    except ValidationError as error:
        raise SpecError(to_issues(error, model, str(path), text)) from error


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


class _AnyTables(LectureSpec):
    """The spec of a scene outside any lecture, which ignores the tables of lectures."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def active_spec(model: type[Spec]) -> Spec:
    """Return the spec of `active_file`, else the defaults, for a preview by manim.

    A scene that reads its spec does not depend on which scenes there are besides, so their names
    are not checked. A scene outside any lecture ignores the tables that its model does not have.

    Parameters
    ----------
    model
        The model of the scene's lecture.

    Raises
    ------
    SpecError
        The file cannot be read or has issues.
    """
    if model.lecture is None and model is LectureSpec:
        return cast("Spec", load_spec(_AnyTables, active_file(), user_scenes=None))
    return load_spec(model, active_file(), user_scenes=None)


def read_scenes(
    model: type[LectureSpec],
    names: str,
    aspect: str = "16:9",
    *,
    user_scenes: Sequence[SceneEntry] = (),
) -> tuple[str, ...]:
    """Return the names in a list of scenes as the command line gives it.

    Parameters
    ----------
    model
        The model of the lecture.
    names
        Names with commas between them.
    aspect
        The shape of the frame, for which each scene must have a layout.
    user_scenes
        Scenes beside those of the lecture.

    Raises
    ------
    SpecError
        A name is not known, or comes twice, or has no layout for the aspect.
    """
    listed = [name.strip() for name in names.split(",")]
    inputs = {"aspect": aspect, "scenes": listed}
    try:
        return model.model_validate(inputs, context={"user_scenes": user_scenes}).scenes
    except ValidationError as error:
        raise SpecError(to_issues(error, model, "--scenes", "")) from error
