"""What is wrong with a lecture's file, said so that its writer can mend it."""

from __future__ import annotations

import difflib
import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, Discriminator, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

__all__ = ["Mistake", "SpecError", "explain", "line_of", "nearest", "shown"]

_LONGEST_SHOWN = 60
_LONGEST_STATEMENT = 200


@dataclass(frozen=True, slots=True)
class Mistake:
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
    >>> str(Mistake("lecture.toml", "7 was given; allowed: dark, light", "theme", 3))
    'lecture.toml:3: theme: 7 was given; allowed: dark, light'
    """

    file: str
    what: str
    field: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.field, self.what) if part)


class SpecError(ValueError):
    """A lecture's file cannot be used; ``str()`` gives one line for each mistake.

    Parameters
    ----------
    mistakes
        All that is wrong with the file.
    """

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def shown(value: object) -> str:
    r"""Show what was given as TOML writes it, on one line, cut where it is long.

    Examples
    --------
    >>> shown("two\nlines"), shown(True), shown([1.5, float("nan")])
    ('"two\\nlines"', 'true', '[1.5, nan]')
    """
    text = _toml(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # The cut comes first: nobody wants 10,000 characters escaped. What terminals would
        # act upon, or cannot show, is escaped.
        quoted = json.dumps(value[: _LONGEST_SHOWN + 1], ensure_ascii=False)
        return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in quoted)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(item) for item in value[:_LONGEST_SHOWN])}]"
    if isinstance(value, dict):
        pairs = list(value.items())[:_LONGEST_SHOWN]
        return f"{{ {', '.join(f'{key} = {_toml(item)}' for key, item in pairs)} }}"
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python will write
        return "a huge number"


def nearest(given: str, known: Iterable[str]) -> str:
    """Ask whether the nearest known name was meant; nothing where none is near.

    Examples
    --------
    >>> nearest("sigmoidd", ["tanh", "sigmoid"]), nearest("?", ["tanh"])
    ('; did you mean "sigmoid"?', '')
    """
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(given[:_LONGEST_SHOWN].lower(), by_lower, n=1)
    return f'; did you mean "{by_lower[found[0]]}"?' if found else ""


def explain(
    error: ValidationError, model: type[BaseModel], file: str, text: str
) -> tuple[Mistake, ...]:
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
    details = error.errors()
    # A list with a bad item counts as too short as well, since that item is not in it.
    inner = {detail["loc"][:-1] for detail in details}
    mistakes = [
        _mistake(detail, model, file, text)
        for detail in details
        if not (detail["type"] == "too_short" and detail["loc"] in inner)
    ]
    return tuple(sorted(mistakes, key=lambda mistake: mistake.line or 0))


def _mistake(detail: ErrorDetails, model: type[BaseModel], file: str, text: str) -> Mistake:
    path, owner, field = _walk(model, detail["loc"])
    named = ".".join(part for part in path if isinstance(part, str))
    if path and isinstance(path[-1], int):
        named += f" (number {path[-1] + 1})"
    return Mistake(file, _what(detail, owner, field), named, line_of(text, path))


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
            model = _model_in(field.annotation if field else None) or model
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
            model = _model_in(field.annotation) or model
    return path, model, field


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model), None)


def _what(detail: ErrorDetails, owner: type[BaseModel], field: FieldInfo | None) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        known = ", ".join(owner.model_fields)
        name = str(detail["loc"][-1])
        return f"no such field; allowed: {known}{nearest(name, owner.model_fields)}"
    if not detail.get("url"):  # one of the spec's own checks, which says it all
        return detail["msg"]
    choices = [str(choice) for choice in get_args(field.annotation)] if field else []
    if kind == "literal_error":
        hint = nearest(given, choices) if isinstance(given, str) else ""
        return f"{shown(given)} was given; allowed: {', '.join(choices)}{hint}"
    allowed = _allowed(field) or detail["msg"]
    if kind == "missing":
        return f"nothing was given; allowed: {allowed}"
    return f"{shown(given)} was given; allowed: {allowed}"


def _allowed(field: FieldInfo | None) -> str:
    extra = field.json_schema_extra if field else None
    if isinstance(extra, dict) and "allowed" in extra:
        return str(extra["allowed"])
    model = _model_in(field.annotation) if field else None
    return f"a table with {', '.join(model.model_fields)}" if model else ""


def line_of(text: str, path: Sequence[int | str]) -> int | None:
    r"""Find the line on which a field is given.

    The TOML parser of the standard library keeps no positions, so the text is read again
    statement by statement, each with the header it stands under; the field is on the first line
    of the statement that brings it, or as much of its path as the file has.

    Parameters
    ----------
    text
        Valid TOML.
    path
        The keys that lead to the field; numbers, for places in a list, are passed over.

    Examples
    --------
    >>> line_of('title = "a"\n[chain]\ninput = 1\n', ["chain", "input"])
    3
    """
    keys = [part for part in path if isinstance(part, str)]
    best_depth, best_line = 0, None
    for line, data in _statements(text):
        depth = _depth_in(data, keys)
        if depth > best_depth:
            best_depth, best_line = depth, line
    return best_line


def _statements(text: str) -> Iterable[tuple[int, dict[str, Any]]]:
    header, pending, start = "", "", 1
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if not pending:
            start = number
        elif number - start > _LONGEST_STATEMENT:
            return  # each further line would cost a parse of all before it
        pending += line
        is_header = pending.lstrip().startswith("[")
        try:
            data = tomllib.loads(pending if is_header else header + pending)
        except ValueError:
            continue  # inside a list or a text of several lines
        if is_header:
            header = pending if pending.endswith("\n") else pending + "\n"
        pending = ""
        yield start, data


def _depth_in(data: object, keys: Sequence[str]) -> int:
    """Count how many keys of the path the data has."""
    for depth, key in enumerate(keys):
        if isinstance(data, list):  # an array of tables
            data = data[-1] if data else None
        if not isinstance(data, dict) or key not in data:
            return depth
        data = data[key]
    return len(keys)
