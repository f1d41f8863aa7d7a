"""What is wrong with a lecture's file, said so that its writer can mend it."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel, Discriminator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from lecture.config.toml_lines import lines_of
from lecture.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from lecture.config import toml_lines

__all__ = [
    "MAX_ISSUES",
    "SpecError",
    "SpecIssue",
    "allowed_in",
    "as_line_errors",
    "did_you_mean",
    "format_value",
    "model_in",
    "to_issues",
]

_LONGEST_SHOWN = 60
_DEEPEST_SHOWN = 4
MAX_ISSUES = 100
"""More than these nobody reads, and each costs time to find its nearest name."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class SpecIssue:
    """One mistake: where it is and what is wrong.

    Parameters
    ----------
    file
        The file, as its user named it.
    what
        What was given and what is allowed, in one line.
    field
        The field, such as ``chain.activation``; empty where the file as a whole is meant.
    line
        The line in the file, counted from 1, where it is known.

    Examples
    --------
    >>> str(SpecIssue("lecture.toml", "7 was given; allowed: dark, light", "theme", 3))
    'lecture.toml:3: theme: 7 was given; allowed: dark, light'
    """

    file: str
    what: str
    field: str = ""
    line: int | None = None

    def __str__(self) -> str:
        # A name may hold what a terminal would act upon.
        file = self.file if self.file.isprintable() else format_value(self.file)
        place = f"{file}:{self.line}" if self.line else file
        return ": ".join(part for part in (place, self.field, self.what) if part)


class SpecError(InputError, ValueError):
    """A lecture's file cannot be used; ``str()`` gives one line for each mistake.

    Parameters
    ----------
    mistakes
        All that is wrong with the file.
    """

    def __init__(self, issues: Sequence[SpecIssue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


def format_value(value: object) -> str:
    r"""Show what was given as TOML writes it, on one line, cut where it is long.

    Examples
    --------
    >>> format_value("two\nlines"), format_value(True), format_value([1.5, float("nan")])
    ('"two\\nlines"', 'true', '[1.5, nan]')
    """
    text = _toml(value, _DEEPEST_SHOWN)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def _toml(value: object, levels: int) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # The cut comes first: nobody wants 10,000 characters escaped. What terminals would
        # act upon, or cannot show, is escaped.
        quoted = json.dumps(value[: _LONGEST_SHOWN + 1], ensure_ascii=False)
        return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in quoted)
    if isinstance(value, list | tuple | dict):
        return _inside(value, levels - 1) if levels else "..."
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python will write
        return "a huge number"


def _inside(value: list[Any] | tuple[Any, ...] | dict[str, Any], levels: int) -> str:
    first = islice(value, _LONGEST_SHOWN)
    if isinstance(value, dict):
        pairs = (f"{_key(key)} = {_toml(value[key], levels)}" for key in first)
        return f"{{ {', '.join(pairs)} }}"
    return f"[{', '.join(_toml(item, levels) for item in first)}]"


def _key(key: str) -> str:
    """Write a key as it is where it may stand bare, else in quotes."""
    return key if _BARE_KEY.fullmatch(key) else _toml(key, 0)


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Ask whether the nearest known name was meant; nothing where none is near.

    Examples
    --------
    >>> did_you_mean("sigmoidd", ["tanh", "sigmoid"]), did_you_mean("?", ["tanh"])
    ('; did you mean "sigmoid"?', '')
    """
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(given[:_LONGEST_SHOWN].lower(), by_lower, n=1)
    return f'; did you mean "{by_lower[found[0]]}"?' if found else ""


def to_issues(
    error: ValidationError, model: type[BaseModel], file: str, text: str
) -> tuple[SpecIssue, ...]:
    """Turn pydantic's findings into mistakes, in the order of the file.

    Parameters
    ----------
    error
        What pydantic raised.
    model
        The model that the file was checked against.
    file
        The file, as its user named it.
    text
        The file's content, in which the lines are found.
    """
    details = [detail for detail in error.errors() if not _is_follow_up(detail)]
    lines = lines_of(text)
    found = [_issue(detail, model, file, lines) for detail in details[:MAX_ISSUES]]
    issues = sorted(found, key=lambda issue: issue.line or 0)
    if len(details) > MAX_ISSUES:
        issues.append(SpecIssue(file, f"and {len(details) - MAX_ISSUES} mistakes more"))
    return tuple(issues)


def as_line_errors(error: ValidationError) -> list[InitErrorDetails]:
    """Return pydantic's findings so that they can be raised again, together with others."""
    return [
        InitErrorDetails(
            # Only pydantic's own findings have an address to read about them.
            type=detail["type"]
            if detail.get("url")
            else PydanticCustomError(detail["type"], detail["msg"]),
            loc=detail["loc"],
            input=detail["input"],
            ctx=detail.get("ctx", {}),
        )
        for detail in error.errors()
    ]


def _is_follow_up(detail: ErrorDetails) -> bool:
    """Tell a list that is too short only because a bad item of it does not count."""
    if detail["type"] != "too_short":
        return False
    given = detail["input"]
    return isinstance(given, list | tuple) and len(given) >= detail["ctx"]["min_length"]


def _issue(
    detail: ErrorDetails, model: type[BaseModel], file: str, lines: Mapping[toml_lines.Path, int]
) -> SpecIssue:
    path, owner, field = _walk(model, detail["loc"])
    return SpecIssue(file, _what(detail, model, owner, field), _name(path), _line(lines, path))


def _name(path: Sequence[int | str]) -> str:
    """Write a path as its user would; what no bare key may hold is quoted, and cut."""
    keys = [part for part in path if isinstance(part, str)]
    named = ".".join(map(_key, keys))
    named = named if len(named) <= 2 * _LONGEST_SHOWN else named[: 2 * _LONGEST_SHOWN] + "..."
    if path and isinstance(path[-1], int):
        named += f" (number {path[-1] + 1})"
    return named


def _line(lines: Mapping[toml_lines.Path, int], path: Sequence[int | str]) -> int | None:
    """Find the line of a field, or of as much of its path as the file has."""
    for length in range(len(path), 0, -1):
        if tuple(path[:length]) in lines:
            return lines[tuple(path[:length])]
    return None


def _walk(
    model: type[BaseModel], location: Sequence[int | str]
) -> tuple[list[int | str], type[BaseModel], FieldInfo | None]:
    """Follow a location into the model: its path in the file, the last model, the last field."""
    path: list[int | str] = []
    field: FieldInfo | None = None
    tag_next = False
    for part in location:
        if tag_next:  # pydantic's own step, which says which form of the field was meant
            tag_next = False
            model = model_in(field.annotation if field else None) or model
            continue
        path.append(part)
        if not isinstance(part, str):
            continue
        field = model.model_fields.get(part)
        if field is None:
            continue
        tag_next = any(isinstance(item, Discriminator) for item in field.metadata) or (
            field.discriminator is not None
        )
        if not tag_next:
            model = model_in(field.annotation) or model
    return path, model, field


def model_in(annotation: object) -> type[BaseModel] | None:
    """Find the table that a field may be, or that one of its forms is; ``None`` where none is."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model), None)


def _what(
    detail: ErrorDetails, model: type[BaseModel], owner: type[BaseModel], field: FieldInfo | None
) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        known = ", ".join(owner.model_fields)
        return f"no such field; allowed: {known}{_meant(str(detail['loc'][-1]), model, owner)}"
    if not detail.get("url"):  # one of the spec's own checks, which says it all
        return detail["msg"]
    allowed = (allowed_in(field) if field else "") or detail["msg"]
    if kind == "missing":
        return f"nothing was given; allowed: {allowed}"
    is_name = kind == "literal_error" and field is not None and isinstance(given, str)
    hint = did_you_mean(given, map(str, get_args(field.annotation))) if field and is_name else ""
    return f"{format_value(given)} was given; allowed: {allowed}{hint}"


def _meant(name: str, model: type[BaseModel], owner: type[BaseModel]) -> str:
    """Ask for the nearest field of the same table, else for one of that very name elsewhere."""
    near = did_you_mean(name, owner.model_fields)
    elsewhere = [path for path in _fields(model) if path.rpartition(".")[2] == name]
    return near if near or not elsewhere else f'; did you mean "{elsewhere[0]}"?'


def _fields(model: type[BaseModel], prefix: str = "") -> Iterable[str]:
    for name, field in model.model_fields.items():
        yield prefix + name
        inner = model_in(field.annotation)
        if inner is not None:
            yield from _fields(inner, f"{prefix}{name}.")


def allowed_in(field: FieldInfo) -> str:
    """Say in words what a field of the spec allows; errors, reference and template say the same.

    Parameters
    ----------
    field
        The field: its note (:func:`scenes.spec.allowed`) counts, else its choices, else
        the fields of the table that it is.
    """
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "allowed" in extra:
        return str(extra["allowed"])
    if get_origin(field.annotation) is Literal:
        return ", ".join(map(str, get_args(field.annotation)))
    model = model_in(field.annotation)
    return f"a table with {', '.join(model.model_fields)}" if model else ""
