"""What can be said about the lecture's file, all taken from its model.

A file with every field and its default, a reference for people, and a JSON Schema for editors: so
none of them can fall behind what is checked.
"""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from lecture.config.issues import allowed_in, model_in
from lecture.config.spec import LectureSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

__all__ = ["reference", "schema", "spec_template"]

_WIDTH = 88
_IDENTIFIER = "^[A-Za-z_][A-Za-z0-9_]*$"
_HEAD = """\
# What the lecture says and shows, for `lecture render` and all other commands. Every line may be
# left out, or have a `#` put before it: its default holds then. `lecture show` prints the chain.
"""

_PAGE = """\
# The lecture's file

<!-- Written from the model by `make reference`. -->

`lecture new` writes a `lecture.toml` with every field in it. All commands read the file of that
name in the folder you work in, or the one named with `--spec`. Every field has a default, and
every mistake is said at once: its line, its field, what was given, what is allowed, and the
nearest right name.

What the file says is data. A title is shown as it is typed, whatever signs it holds; a name is
looked up, and never becomes a path; nothing in the file makes anything run. It may be 64 KiB long.

A chain has 2 to 12 layers, because that is what the scenes' layouts are checked for: more would
not be read on a screen. `mathcore` computes chains of any depth.

An editor that knows JSON Schema completes and checks the file: `lecture schema >
lecture.schema.json`, and as the first line of the file, for Taplo and its kind,
`#:schema ./lecture.schema.json`.

"""


def spec_template(spec: LectureSpec, notes: Mapping[str, str] | None = None) -> str:
    """Return the text of a ``lecture.toml`` with every field of a spec, each explained.

    Parameters
    ----------
    spec
        The values.
    notes
        Notes on tables, in plain words, by the name of the table.

    Examples
    --------
    >>> import tomllib
    >>> from lecture.config.discovery import find_lecture
    >>> model = find_lecture().lecture.spec_model
    >>> model(**tomllib.loads(spec_template(model()))) == model()
    True
    """
    return "\n".join([_HEAD, *_fields(spec, (), notes or {})])


def _fields(model: BaseModel, path: tuple[str, ...], notes: Mapping[str, str]) -> Iterator[str]:
    """Write the fields of a table; inner tables come last, as TOML wants it."""
    inner = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel) and model_in(field.annotation) is field.annotation:
            inner[name] = value
            continue
        yield from _comment(f"{field.description}")
        yield from _comment(f"Allowed: {allowed_in(field)}.")
        yield f"{name} = {_written(name, value)}"
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


def _written(name: str, value: object) -> str:
    """Write a value as TOML does; a list too long for a line has an item a line."""
    if isinstance(value, BaseModel):
        pairs = ", ".join(f"{key} = {_written(key, item)}" for key, item in value)
        return f"{{ {pairs} }}"
    if isinstance(value, tuple):
        items = [_written(name, item) for item in value]
        line = f"[{', '.join(items)}]"
        if len(name) + len(line) <= _WIDTH:
            return line
        return "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    if isinstance(value, str):
        # TOML reads the escapes of JSON, but knows no surrogates.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else repr(value)


def schema(model: type[LectureSpec]) -> dict[str, Any]:
    """Return the JSON Schema of a lecture's ``lecture.toml``, for editors.

    Examples
    --------
    >>> schema(LectureSpec)["properties"]["theme"]["enum"]
    ['dark', 'light']
    """
    made: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(),
    }
    defaults, properties = model(), made["properties"]
    properties["title"]["default"] = defaults.title
    properties["scenes"]["default"] = list(defaults.scenes)
    if model.lecture is not None:
        # The names there are, and any identifier besides: scenes of `--with` have names, too.
        names = [{"enum": list(model.lecture.scene_names())}, {"pattern": _IDENTIFIER}]
        properties["scenes"]["items"] = {"type": "string", "anyOf": names}
        properties["language"]["enum"] = list(model.lecture.languages)
    return made


def reference(model: type[LectureSpec]) -> str:
    """Return the reference of all fields of a lecture's ``lecture.toml``, as Markdown.

    Examples
    --------
    >>> "| `theme` |" in reference(LectureSpec)
    True
    """
    return _PAGE + "\n".join(_tables(model, "")).rstrip() + "\n"


def _tables(model: type[BaseModel], path: str) -> Iterator[str]:
    title = f"`[{path}]`" if path else "At the top of the file"
    about = (model.__doc__ or "").strip().splitlines()[0]
    yield f"## {title}\n\n{about}\n"
    yield "| Field | Default | Allowed | What it says |\n| --- | --- | --- | --- |"
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
        return "none: it must be given"
    if issubclass(model, LectureSpec):  # whose title and scenes are those of its lecture
        value = getattr(model(), name)
    else:
        value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return "as below"
    if name == "scenes":
        return "all of them"
    return f"`{_written(name, value)}`"
