"""Template, Markdown reference and JSON Schema of ``lecture.toml``, generated from its model."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from lecture.config.issues import allowed_in, model_in
from lecture.config.spec import LectureSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pydantic.fields import FieldInfo

__all__ = ["reference", "schema", "spec_template"]

_WIDTH = 88
_IDENTIFIER = "^[A-Za-z_][A-Za-z0-9_]*$"
_HEAD = """\
# Settings of the lecture, read by `lecture render` and all other commands. Every field is optional;
# remove or comment out a line to use its default. `lecture show` prints a summary.
"""

_PAGE = """\
# The lecture file

<!-- Generated from the model by `make reference`. -->

`lecture new` writes a `lecture.toml` with all fields. Every command reads the `lecture.toml` of the
working directory, or the file given with `--spec`. Every field has a default. All issues are
reported at once, each with its line, the field, the given value, the allowed values and the most
similar name.

The file holds data only. A title is shown as typed, special characters included; names are looked
up and never used as paths; nothing in the file is executed. The file may have up to 64 KiB.

A chain has 2 to 12 layers, the range that the layouts of the scenes are tested for. `mathcore`
computes chains of any depth.

Editors with JSON Schema support complete and check the file: run `lecture schema >
lecture.schema.json`, and for Taplo put `#:schema ./lecture.schema.json` on the first line.

"""


def spec_template(spec: LectureSpec, notes: Mapping[str, str] | None = None) -> str:
    """Return a ``lecture.toml`` with all fields of a spec and a comment on each.

    Defaults that follow the lecture, its title and its scenes, are comments: as values, they would
    stay as they are when the lecture changes.

    Parameters
    ----------
    spec
        Values of the fields.
    notes
        Comments on tables, by the name of the table.

    Examples
    --------
    >>> import tomllib
    >>> from lecture.config.discovery import find_lecture
    >>> model = find_lecture().lecture.spec_model
    >>> model(**tomllib.loads(spec_template(model()))) == model()
    True
    """
    default = type(spec)()
    derived = {
        name
        for name, field in type(spec).model_fields.items()
        if field.get_default(call_default_factory=True) != getattr(default, name)
        and getattr(spec, name) == getattr(default, name)
    }
    return "\n".join([_HEAD, *_fields(spec, (), notes or {}, derived)])


def _fields(
    model: BaseModel,
    path: tuple[str, ...],
    notes: Mapping[str, str],
    derived: Collection[str] = (),
) -> Iterator[str]:
    """Yield the lines of a table; nested tables come last, as TOML requires."""
    inner = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel) and model_in(field.annotation) is field.annotation:
            inner[name] = value
            continue
        yield from _comment(f"{field.description}")
        yield from _comment(f"Allowed: {allowed_in(field)}.")
        line = f"{name} = {_format(name, value)}"
        yield textwrap.indent(line, "# ") if name in derived else line
        yield ""
    for name, value in inner.items():
        header = (*path, name)
        yield from _comment(str(type(model).model_fields[name].description))
        yield from _comment(notes.get(".".join(header), ""))
        yield f"[{'.'.join(header)}]"
        yield ""
        yield from _fields(value, header, notes)


def _comment(text: str) -> list[str]:
    wrapped = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [f"# {line}" for line in wrapped]


def _format(name: str, value: object) -> str:
    """Return a value as TOML; a list that exceeds a line has one item per line."""
    if isinstance(value, BaseModel):
        pairs = ", ".join(f"{key} = {_format(key, item)}" for key, item in value)
        return f"{{ {pairs} }}"
    if isinstance(value, tuple):
        items = [_format(name, item) for item in value]
        line = f"[{', '.join(items)}]"
        if len(name) + len(line) <= _WIDTH:
            return line
        return "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    if isinstance(value, str):
        # TOML has the escapes of JSON except surrogate pairs.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else repr(value)


def schema(model: type[LectureSpec]) -> dict[str, Any]:
    """Return the JSON Schema of ``lecture.toml``, for editors.

    Examples
    --------
    >>> schema(LectureSpec)["properties"]["theme"]["enum"]
    ['dark', 'light']
    """
    result: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(),
    }
    defaults, properties = model(), result["properties"]
    properties["title"]["default"] = defaults.title
    properties["scenes"]["default"] = list(defaults.scenes)
    if model.lecture is not None:
        # Any identifier besides the lecture's scenes: `--with` adds user scenes.
        names = [{"enum": list(model.lecture.scene_names())}, {"pattern": _IDENTIFIER}]
        properties["scenes"]["items"] = {"type": "string", "anyOf": names}
        properties["language"]["enum"] = list(model.lecture.languages)
    return result


def reference(model: type[LectureSpec]) -> str:
    """Return the reference of all fields of ``lecture.toml``, as Markdown.

    Examples
    --------
    >>> "| `theme` |" in reference(LectureSpec)
    True
    """
    return _PAGE + "\n".join(_tables(model, "")).rstrip() + "\n"


def _tables(model: type[BaseModel], path: str) -> Iterator[str]:
    title = f"`[{path}]`" if path else "Top level"
    about = (model.__doc__ or "").strip().splitlines()[0]
    yield f"## {title}\n\n{about}\n"
    yield "| Field | Default | Allowed | Description |\n| --- | --- | --- | --- |"
    for name, field in model.model_fields.items():
        cells = f"`{name}`", _default(model, name, field), allowed_in(field), str(field.description)
        escaped = (cell.replace("|", "\\|") for cell in cells)
        yield f"| {' | '.join(escaped)} |"
    yield ""
    for name, field in model.model_fields.items():
        inner = model_in(field.annotation)
        if inner is not None:
            yield from _tables(inner, f"{path}.{name}" if path else name)


def _default(model: type[BaseModel], name: str, field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if issubclass(model, LectureSpec):  # its title and scenes depend on the lecture
        value = getattr(model(), name)
    else:
        value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return "see below"
    if name == "scenes":
        return "all scenes"
    return f"`{_format(name, value)}`"
