"""Line numbers of keys and values, for TOML texts of any layout."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture.config.toml_lines import lines_of


def test_lines_are_right_for_all_kinds_of_values() -> None:
    text = '''# a note [x] = 1
"quoted key" = "a # no note ] \\" }"
'x.y'.z = 1.5 # dotted
long = """
[no.table]
a = "b" \\
""\\"""""
raw = \'\'\'
[]
\'\'\'
when = 1979-05-27 07:32:00
list = [ # note
  [1, 2], "]", { a = 1, b = [
    3 ] },

  true,
]

[a.b]
c = 1
[[many]]
k = 1
[[many]]
k = 2
[many.inner]
d = 0
'''
    assert isinstance(tomllib.loads(text), dict)
    lines = lines_of(text)
    expected = {
        ("quoted key",): 2,
        ("x.y", "z"): 3,
        ("long",): 4,
        ("raw",): 8,
        ("when",): 11,
        ("list", 0, 1): 13,
        ("list", 1): 13,
        ("list", 2, "b"): 13,
        ("list", 2, "b", 0): 14,
        ("list", 3): 16,
        ("a",): 19,
        ("a", "b"): 19,
        ("a", "b", "c"): 20,
        ("many", 0, "k"): 22,
        ("many", 1): 23,
        ("many", 1, "k"): 24,
        ("many", 1, "inner", "d"): 26,
    }
    assert {path: lines.get(path) for path in expected} == expected


@pytest.mark.parametrize("text", ["x = " + "[" * 400 + "]" * 400 + "\ny = 1\n", "[", "a = [=", "="])
def test_deep_nesting_and_invalid_texts_terminate(text: str) -> None:
    try:
        valid = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert valid["y"] == 1
    assert lines_of(text)[("y",)] == 2


KEYS = st.text('abcdef_-.é"# []', min_size=1, max_size=4)
SCALARS = (
    st.integers(-9, 9)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.text("ab\n\"\\[]{}#,='", max_size=6)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


class Writer:
    """Writes TOML with random line breaks, and records the line of each value."""

    def __init__(self, draw: Any) -> None:
        self.draw, self.text, self.lines = draw, "", {}

    def note(self, path: tuple[int | str, ...]) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def gap(self) -> None:
        self.text += self.draw(st.sampled_from(["", " ", "\n", "# ] note\n", "\n\n  "]))

    def quoted(self, text: str) -> str:
        if "'" not in text and "\n" not in text and self.draw(st.booleans()):
            return f"'{text}'"
        if self.draw(st.booleans()):
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            return f'"""\n{escaped}"""'
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'

    def value(self, path: tuple[int | str, ...], value: Any) -> None:
        if isinstance(value, dict):
            self.text += "{ "
            for number, (key, item) in enumerate(value.items()):
                self.text += ", " if number else ""
                self.note((*path, key))
                self.key(key)
                self.value((*path, key), item)
            self.text += " }"
        elif isinstance(value, list):
            self.text += "["
            for number, item in enumerate(value):
                self.gap()
                self.note((*path, number))
                self.value((*path, number), item)
                self.text += ","
            self.gap()
            self.text += "]"
        elif isinstance(value, str):
            self.text += self.quoted(value)
        else:
            self.text += str(value).lower()

    def key(self, key: str) -> None:
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        self.text += f'"{escaped}" = '


@given(st.data(), st.dictionaries(KEYS, VALUES, max_size=4))
def test_lines_are_those_of_the_writer(data: Any, values: Any) -> None:
    writer = Writer(data.draw)
    for key, value in values.items():
        writer.gap()
        writer.text += "\n"
        writer.note((key,))
        writer.key(key)
        writer.value((key,), value)
        writer.text += "\n"
    assert tomllib.loads(writer.text) == values
    assert lines_of(writer.text) == writer.lines
