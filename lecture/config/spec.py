"""The spec: the settings of ``lecture.toml``, each with a default.

A lecture adds tables of its own in a subclass of :class:`LectureSpec`. The file is untrusted data:
names are looked up, numbers are bounded, and all issues are reported at once (see `SpecError`).
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
from pydantic_core import InitErrorDetails, PydanticCustomError

from lecture.brand import Brand, BrandError, brand_theme
from lecture.config.contract import ASPECTS, Aspect
from lecture.config.issues import SpecError, SpecIssue, did_you_mean, format_value, to_issues
from lecture.config.scene_list import check_scenes
from lecture.config.words import LanguageCode
from lecture.files import expand_home
from lecture.model import FrozenModel, allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.config.contract import Lecture, SceneEntry
    from lecture.palette import Theme

    Spec = TypeVar("Spec", bound="LectureSpec")

__all__ = [
    "DEFAULT_FILE",
    "LectureSpec",
    "active_file",
    "active_spec",
    "load_spec",
    "read_scenes",
]

# Python refuses to convert longer integers: sys.int_info.default_max_str_digits.
_DIGITS = re.compile(r"[0-9_]{4300,}")
_MAX_LEVELS = 100

MAX_FILE_BYTES = 64 * 1024
VARIABLE = "LECTURE_SPEC"
DEFAULT_FILE = "lecture.toml"
_UNTITLED = "Untitled lecture"

# One line, without control characters.
TextLine = Annotated[
    str,
    StringConstraints(
        strict=True, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
    ),
]

# End of tomllib's messages; before Python 3.14, TOMLDecodeError has no attribute `lineno`.
_POSITION = re.compile(r" \(at line (\d+), column (\d+)\)$")


class LectureSpec(FrozenModel):
    """Settings of a lecture. Every field has a default."""

    lecture: ClassVar[Lecture | None] = None
    """Lecture of the model, set by the subclass of a lecture."""

    title: TextLine = Field(
        default=_UNTITLED,
        min_length=1,
        max_length=200,
        description="Title, plain text; by default the title in the lecture's language.",
        json_schema_extra=allowed("one line of 1 to 200 characters"),
    )
    author: TextLine = Field(
        default="",
        max_length=200,
        description="Name of the lecturer, plain text; not shown if empty.",
        json_schema_extra=allowed("one line of at most 200 characters"),
    )
    language: LanguageCode = Field(
        default="en", description="Language of the frames, the captions and the speech."
    )
    # Before `scenes`, whose validator reads it.
    aspect: Aspect = Field(
        default="16:9", description="Aspect ratio: 16:9 is landscape, 9:16 portrait, for phones."
    )
    scenes: tuple[Annotated[str, Field(strict=True)], ...] = Field(
        default=(),
        min_length=1,
        description="Scenes in order; by default all with a layout for the aspect.",
        json_schema_extra=allowed("a list of one or more names of scenes, each once"),
    )
    theme: Literal["dark", "light"] = Field(
        default="dark", description="Light text on a dark background, or dark text on a light one."
    )
    # After `theme`, which its validator reads.
    brand: Brand = Field(
        default=Brand(),
        description="Colours of your institution in place of those of the theme.",
    )
    pace: float = Field(
        default=16.0,
        strict=True,
        ge=5,
        le=40,
        allow_inf_nan=False,
        description="Reading speed in characters a second, which sets the duration of captions.",
        json_schema_extra=allowed("a number from 5 to 40 (characters a second)"),
    )

    @model_validator(mode="before")
    @classmethod
    def _default_title(cls, data: Any) -> Any:
        """Take the title from the words file unless it is customized."""
        if cls.lecture is None or not isinstance(data, dict):
            return data
        code = data.get("language", cls.model_fields["language"].default)
        if code not in cls.lecture.languages or ("title" in data and cls._is_custom(data["title"])):
            return data
        return {**data, "title": cls.lecture.load_words(code).title}

    @model_validator(mode="before")
    @classmethod
    def _default_scenes(cls, data: Any) -> Any:
        """Select all scenes with a layout for the aspect unless scenes are given."""
        if cls.lecture is None or not isinstance(data, dict) or "scenes" in data:
            return data
        aspect = data.get("aspect", cls.model_fields["aspect"].default)
        return {**data, "scenes": cls.lecture.scene_names(aspect if aspect in ASPECTS else None)}

    @field_validator("language")
    @classmethod
    def _check_language(cls, code: LanguageCode) -> LanguageCode:
        if cls.lecture is not None and code not in cls.lecture.languages:
            message = "{given} was given, in which the lecture has no words; allowed: {known}"
            known = ", ".join(cls.lecture.languages)
            raise PydanticCustomError(
                "language", message, {"given": format_value(code), "known": known}
            )
        return code

    @field_validator("scenes", mode="before")
    @classmethod
    def _check_scenes(cls, names: Any, info: ValidationInfo) -> Any:
        if cls.lecture is not None:
            user_scenes = (info.context or {}).get("user_scenes", ())
            known = None if user_scenes is None else (*cls.lecture.scenes, *user_scenes)
            check_scenes(names, info.data.get("aspect"), known)
        return names

    @property
    def palette(self) -> Theme:
        """The colours of the lecture, by role."""
        return brand_theme(self.brand, self.theme)

    @property
    def page_theme(self) -> Theme | None:
        """The theme of web pages; ``None`` for both themes, of which the browser chooses."""
        return None if self.brand == Brand() else self.palette

    @field_validator("brand")
    @classmethod
    def _check_brand(cls, brand: Brand, info: ValidationInfo) -> Brand:
        if "theme" not in info.data:  # it is invalid
            return brand
        try:
            brand_theme(brand, info.data["theme"])
        except BrandError as error:
            raise ValidationError.from_exception_data(
                "brand",
                [
                    InitErrorDetails(
                        type=PydanticCustomError("brand", "{problem}", {"problem": fault.problem}),
                        loc=(fault.field,) if fault.index is None else (fault.field, fault.index),
                        input=brand,
                    )
                    for fault in error.faults
                ],
            ) from error
        return brand

    @classmethod
    def _is_custom(cls, title: object) -> bool:
        """Return True unless the title is the lecture's in some language."""
        lecture = cls.lecture
        titles = [lecture.load_words(code).title for code in lecture.languages] if lecture else []
        return title not in titles

    def in_language(self, code: LanguageCode | None) -> Self:
        """Return the spec in another language, with the title in it unless it is customized.

        Parameters
        ----------
        code
            Language code; ``None`` returns the spec unchanged.

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
    """Return the spec of a lecture file.

    Parameters
    ----------
    model
        Spec model of the lecture.
    path
        The file; ``None`` returns the defaults.
    user_scenes
        Scenes from outside the lecture, which `scenes` may contain; ``None`` disables the check
        of names of scenes.

    Raises
    ------
    SpecError
        The file cannot be read or has issues; the error has all of them.

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
    except (ValueError, RecursionError) as error:  # ValueError: also an integer that is too long
        raise SpecError([_invalid_toml(path, error, text)]) from error
    try:
        return model.model_validate(data, context={"user_scenes": user_scenes})
    except ValidationError as error:
        raise SpecError(to_issues(error, model, str(path), text)) from error


def _read(path: Path) -> str:
    file = str(path)
    try:
        with path.open("rb") as stream:
            # The extra byte shows that the file is too long; devices such as /dev/zero never end.
            raw = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise SpecError([SpecIssue(file, f"no such file{_similar_file(path)}")]) from error
    except IsADirectoryError as error:
        problem = f"a folder was given; allowed: a TOML file, such as {path / DEFAULT_FILE}"
        raise SpecError([SpecIssue(file, problem)]) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecError([SpecIssue(file, f"cannot be read: {reason}")]) from error
    if len(raw) > MAX_FILE_BYTES:
        problem = f"too long; allowed: a text of at most {MAX_FILE_BYTES // 1024} KiB"
        raise SpecError([SpecIssue(file, problem)])
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = "not UTF-8 text; save the file with the encoding UTF-8"
        raise SpecError([SpecIssue(file, problem, line=line)]) from error


def _invalid_toml(path: Path, error: ValueError | RecursionError, text: str) -> SpecIssue:
    line: int | None
    if isinstance(error, RecursionError):
        reason = f"nested too deeply; allowed: {_MAX_LEVELS} levels"
        line = _too_deep_line(text)
    elif not isinstance(error, tomllib.TOMLDecodeError):
        reason, number = "a number of too many digits", _DIGITS.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else None
    elif position := _POSITION.search(str(error)):
        reason = f"{_POSITION.sub('', str(error))} (column {position[2]})"
        line = int(position[1])
    else:
        reason = str(error).replace(" (at end of document)", ", at the end")
        line = text.rstrip().count("\n") + 1
    return SpecIssue(str(path), f"not valid TOML: {reason}", line=line)


def _too_deep_line(text: str) -> int | None:
    """Return the line on which nesting exceeds the limit; approximate, as strings count too."""
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        for character in line:
            depth += (character in "[{") - (character in "]}")
            if depth > _MAX_LEVELS:
                return number
    return None


def _similar_file(path: Path) -> str:
    """Return a hint with a similarly named TOML file of the same folder."""
    try:
        known = [found.name for found in path.parent.glob("*.toml")]
    except OSError:
        return ""
    return did_you_mean(path.name, known)


def active_file(*, others: bool = False) -> Path | None:
    """Return the default lecture file; ``None`` if there is none.

    The file is the one in the environment variable ``LECTURE_SPEC``, else the ``lecture.toml`` of
    the working directory.

    Parameters
    ----------
    others
        True if a ``lecture.toml`` of the working directory belongs to another lecture.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(expand_home(named))
    default = Path(DEFAULT_FILE)
    return default if default.exists() and not others else None


class _AnyTables(LectureSpec):
    """Spec of a scene outside any lecture, ignoring the tables of lectures."""

    model_config = ConfigDict(extra="ignore")


def active_spec(model: type[Spec]) -> Spec:
    """Return the spec of `active_file`, else the defaults, for a scene that manim runs.

    Names of scenes are not checked, as user scenes are unknown here. A scene outside any lecture
    ignores unknown tables.

    Parameters
    ----------
    model
        Spec model of the scene's lecture.

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
    """Return the names of scenes in the option ``--scenes``.

    Parameters
    ----------
    model
        Spec model of the lecture.
    names
        Comma-separated names.
    aspect
        Aspect ratio that each scene must have a layout for.
    user_scenes
        Scenes from outside the lecture, which `names` may contain.

    Raises
    ------
    SpecError
        A name is unknown or given twice, or its scene has no layout for the aspect.
    """
    listed = [name.strip() for name in names.split(",")]
    inputs = {"aspect": aspect, "scenes": listed}
    try:
        return model.model_validate(inputs, context={"user_scenes": user_scenes}).scenes
    except ValidationError as error:
        raise SpecError(to_issues(error, model, "--scenes", "")) from error
