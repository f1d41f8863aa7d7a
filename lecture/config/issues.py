"""Issues of a lecture file, as one-line messages with file, line, field and hint."""

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

_MAX_CHARACTERS = 60
_MAX_LEVELS = 4
MAX_ISSUES = 100
"""Number of issues that are reported; the search for similar names is slow."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class SpecIssue:
    """An issue of a lecture file or of an option.

    Parameters
    ----------
    file
        The file or option, as given by the user.
    problem
        The problem and the allowed values, in one line.
    field
        The field, such as ``chain.activation``; empty for an issue of the whole file.
    line
        Line number from 1, if known.

    Examples
    --------
    >>> str(SpecIssue("lecture.toml", "7 was given; allowed: dark, light", "theme", 3))
    'lecture.toml:3: theme: 7 was given; allowed: dark, light'
    """

    file: str
    problem: str
    field: str = ""
    line: int | None = None

    def __str__(self) -> str:
        # File names may contain control characters.
        file = self.file if self.file.isprintable() else format_value(self.file)
        position = f"{file}:{self.line}" if self.line else file
        return ": ".join(part for part in (position, self.field, self.problem) if part)


class SpecError(InputError, ValueError):
    """A lecture file or an option is invalid; ``str()`` returns one line for each issue.

    Parameters
    ----------
    issues
        All issues, in the order of the file.
    """

    def __init__(self, issues: Sequence[SpecIssue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


def format_value(value: object) -> str:
    r"""Return a value as TOML on one line, cut to 60 characters.

    Examples
    --------
    >>> format_value("two\nlines"), format_value(True), format_value([1.5, float("nan")])
    ('"two\\nlines"', 'true', '[1.5, nan]')
    """
    text = _toml(value, _MAX_LEVELS)
    return text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 3] + "..."


def _toml(value: object, levels: int) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # Cut before escaping, as strings may be long. Control characters are escaped.
        quoted = json.dumps(value[: _MAX_CHARACTERS + 1], ensure_ascii=False)
        return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in quoted)
    if isinstance(value, list | tuple | dict):
        return _items(value, levels - 1) if levels else "..."
    try:
        return str(value)
    except ValueError:  # an integer with more digits than sys.get_int_max_str_digits()
        return "a huge number"


def _items(value: list[Any] | tuple[Any, ...] | dict[str, Any], levels: int) -> str:
    first = islice(value, _MAX_CHARACTERS)
    if isinstance(value, dict):
        pairs = (f"{_key(key)} = {_toml(value[key], levels)}" for key in first)
        return f"{{ {', '.join(pairs)} }}"
    return f"[{', '.join(_toml(item, levels) for item in first)}]"


def _key(key: str) -> str:
    """Return a TOML key, quoted if necessary."""
    return key if _BARE_KEY.fullmatch(key) else _toml(key, 0)


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return a hint with the most similar known name; empty if none is similar.

    Examples
    --------
    >>> did_you_mean("sigmoidd", ["tanh", "sigmoid"]), did_you_mean("?", ["tanh"])
    ('; did you mean "sigmoid"?', '')
    """
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(given[:_MAX_CHARACTERS].lower(), by_lower, n=1)
    return f'; did you mean "{by_lower[found[0]]}"?' if found else ""


def to_issues(
    error: ValidationError, model: type[BaseModel], file: str, text: str
) -> tuple[SpecIssue, ...]:
    """Return the issues of a validation error, in the order of the file.

    Parameters
    ----------
    error
        Validation error of `model`.
    model
        Model of the lecture file.
    file
        The file, as given by the user.
    text
        Content of the file, to look up line numbers.
    """
    details = [detail for detail in error.errors() if not _is_follow_up(detail)]
    lines = lines_of(text)
    found = [_issue(detail, model, file, lines) for detail in details[:MAX_ISSUES]]
    issues = sorted(found, key=lambda issue: issue.line or 0)
    if len(details) > MAX_ISSUES:
        issues.append(SpecIssue(file, f"and {len(details) - MAX_ISSUES} more issues"))
    return tuple(issues)


def as_line_errors(error: ValidationError) -> list[InitErrorDetails]:
    """Return the details of a validation error, to raise them together with others."""
    return [
        InitErrorDetails(
            # Only pydantic's own errors have a URL.
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
    """Return True if a list is too short only because pydantic dropped its invalid items."""
    if detail["type"] != "too_short":
        return False
    given = detail["input"]
    return isinstance(given, list | tuple) and len(given) >= detail["ctx"]["min_length"]


def _issue(
    detail: ErrorDetails, model: type[BaseModel], file: str, lines: Mapping[toml_lines.Path, int]
) -> SpecIssue:
    path, owner, field = _resolve(model, detail["loc"])
    message = _message(detail, model, owner, field)
    return SpecIssue(file, message, _field_name(path), _line(lines, path))


def _field_name(path: Sequence[int | str]) -> str:
    """Return a path in TOML's dotted notation, with the number of the item."""
    name = ".".join(_key(part) for part in path if isinstance(part, str))
    name = name if len(name) <= 2 * _MAX_CHARACTERS else name[: 2 * _MAX_CHARACTERS] + "..."
    return f"{name} (number {path[-1] + 1})" if path and isinstance(path[-1], int) else name


def _line(lines: Mapping[toml_lines.Path, int], path: Sequence[int | str]) -> int | None:
    """Return the line of a field, or of its nearest parent in the file."""
    for length in range(len(path), 0, -1):
        if tuple(path[:length]) in lines:
            return lines[tuple(path[:length])]
    return None


def _resolve(
    model: type[BaseModel], location: Sequence[int | str]
) -> tuple[list[int | str], type[BaseModel], FieldInfo | None]:
    """Return the path in the file, the model and the field of an error location."""
    path: list[int | str] = []
    field: FieldInfo | None = None
    tag_next = False
    for part in location:
        if tag_next:  # the tag of a discriminated union
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
    """Return the first model in an annotation, also inside a union; ``None`` without one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model), None)


def _message(
    detail: ErrorDetails, model: type[BaseModel], owner: type[BaseModel], field: FieldInfo | None
) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        known = ", ".join(owner.model_fields)
        hint = _similar_field(str(detail["loc"][-1]), model, owner)
        return f"no such field; allowed: {known}{hint}"
    if not detail.get("url"):  # a check of the spec, with a complete message
        return detail["msg"]
    allowed = (allowed_in(field) if field else "") or detail["msg"]
    if kind == "missing":
        return f"nothing was given; allowed: {allowed}"
    is_name = kind == "literal_error" and field is not None and isinstance(given, str)
    hint = did_you_mean(given, map(str, get_args(field.annotation))) if field and is_name else ""
    return f"{format_value(given)} was given; allowed: {allowed}{hint}"


def _similar_field(name: str, model: type[BaseModel], owner: type[BaseModel]) -> str:
    """Return a hint with a similar field of the same table, else the same field of another."""
    hint = did_you_mean(name, owner.model_fields)
    elsewhere = [path for path in _fields(model) if path.rpartition(".")[2] == name]
    return hint if hint or not elsewhere else f'; did you mean "{elsewhere[0]}"?'


def _fields(model: type[BaseModel], prefix: str = "") -> Iterable[str]:
    for name, field in model.model_fields.items():
        yield prefix + name
        inner = model_in(field.annotation)
        if inner is not None:
            yield from _fields(inner, f"{prefix}{name}.")


def allowed_in(field: FieldInfo) -> str:
    """Return the allowed values of a field as text, for errors, the reference and templates.

    The text comes from :func:`lecture.model.allowed`, else from the choices of a ``Literal``, else
    from the fields of a nested table.
    """
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "allowed" in extra:
        return str(extra["allowed"])
    if get_origin(field.annotation) is Literal:
        return ", ".join(map(str, get_args(field.annotation)))
    model = model_in(field.annotation)
    return f"a table with {', '.join(model.model_fields)}" if model else ""
