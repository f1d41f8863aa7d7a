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
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

__all__ = ["reference", "schema", "template"]

_WIDTH = 88
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


def template(spec: LectureSpec | None = None, about_chain: str = "") -> str:
    """Write a lecture's file in which each field stands with what it is for and what it allows.

    Parameters
    ----------
    spec
        The values; the defaults unless given.
    about_chain
        A note on the chain, in plain words.

    Examples
    --------
    >>> import tomllib
    >>> LectureSpec(**tomllib.loads(template())) == LectureSpec()
    True
    """
    chosen = spec if spec is not None else LectureSpec()
    return "\n".join([_HEAD, *_fields(chosen, (), {"chain": about_chain})])


def _fields(model: BaseModel, path: tuple[str, ...], notes: dict[str, str]) -> Iterator[str]:
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


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a lecture's file, for editors.

    Examples
    --------
    >>> schema()["properties"]["theme"]["enum"]
    ['dark', 'light']
    """
    made: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **LectureSpec.model_json_schema(),
    }
    made["properties"]["scenes"]["default"] = list(LectureSpec().scenes)
    return made


def reference() -> str:
    """Return the reference of all fields, as a page of Markdown.

    Examples
    --------
    >>> "| `theme` |" in reference()
    True
    """
    return _PAGE + "\n".join(_tables(LectureSpec, "")).rstrip() + "\n"


def _tables(model: type[BaseModel], path: str) -> Iterator[str]:
    title = f"`[{path}]`" if path else "At the top of the file"
    about = (model.__doc__ or "").strip().splitlines()[0]
    yield f"## {title}\n\n{about}\n"
    yield "| Field | Default | Allowed | What it says |\n| --- | --- | --- | --- |"
    for name, field in model.model_fields.items():
        cells = f"`{name}`", _default(name, field), allowed_in(field), str(field.description)
        escaped = (cell.replace("|", "\\|") for cell in cells)
        yield f"| {' | '.join(escaped)} |"
    yield ""
    for name, field in model.model_fields.items():
        inner = model_in(field.annotation)
        if inner is not None:
            yield from _tables(inner, f"{path}.{name}" if path else name)


def _default(name: str, field: FieldInfo) -> str:
    if field.is_required():
        return "none: it must be given"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return "as below"
    if name == "scenes":
        return "all of them"
    return f"`{_written(name, value)}`"
