"""Where each value of a TOML text stands.

The TOML parser of the standard library keeps no positions. This reads a text once more, in one
pass, knowing that it is valid: so nothing is decided here but which line belongs to which key.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

__all__ = ["Path", "lines_of"]

Path = tuple[int | str, ...]

_TOKEN = re.compile(
    r"""
      (?P<skip>[ \t]+|\#[^\n]*)
    | (?P<newline>\r?\n)
    | (?P<word>
          \"{3}(?:\\.|[^\\])*?\"{3,5}
        | '{3}.*?'{3,5}
        | "(?:\\.|[^"\\\n])*"
        | '[^'\n]*'
        | [^\s\[\]{},=."'\#]+
        | \.
      )
    | (?P<mark>[\[\]{},=])
    """,
    re.VERBOSE | re.DOTALL,
)
_END = "end"
_DEEPEST = 20
"""Deeper values are passed over: no file of ours has any, and reading them takes a call a level."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def lines_of(text: str) -> dict[Path, int]:
    r"""Find the line on which each key, table and item of a list begins.

    Parameters
    ----------
    text
        Valid TOML.

    Returns
    -------
    dict
        From the path of keys, and of places in lists counted from 0, to the line, counted from 1.

    Examples
    --------
    >>> lines_of('[chain]\nweights = [\n  1.0, 2.0,\n  3.0]\n')[("chain", "weights", 2)]
    4
    """
    reader = _Reader(_tokens(text))
    reader.read()
    return reader.lines


def _tokens(text: str) -> list[_Token]:
    found, line = [], 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "skip":
            found.append(_Token(kind, match.group(), line))
        line += match.group().count("\n")
    return [*found, _Token(_END, "", line)]


@dataclass
class _Reader:
    tokens: list[_Token]
    place: int = 0
    lines: dict[Path, int] = field(default_factory=dict)
    tables: dict[Path, int] = field(default_factory=dict)
    """How many tables each array of tables has so far."""

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def read(self) -> None:
        header: Path = ()
        while self.next.kind != _END:
            if self.next.kind == "newline":
                self.place += 1
            elif self.next.text == "[":
                header = self._header()
            else:
                self._pair(header)

    def _header(self) -> Path:
        line = self.next.line
        several = self.tokens[self.place + 1].text == "["
        self.place += 2 if several else 1
        path = self._within(self._key("]"), line)
        self.place += 2 if several else 1
        if several:
            number = self.tables.get(path, 0)
            self.tables[path] = number + 1
            path = (*path, number)
            self._note(path, line)
        return path

    def _within(self, keys: list[str], line: int) -> Path:
        """Follow the keys of a header; a part that is an array of tables means its last table."""
        path: Path = ()
        for place, key in enumerate(keys):
            path = (*path, key)
            self._note(path, line)
            if path in self.tables and place < len(keys) - 1:
                path = (*path, self.tables[path] - 1)
        return path

    def _pair(self, header: Path) -> None:
        line = self.next.line
        path = header
        for key in self._key("="):
            path = (*path, key)
            self._note(path, line)
        self.place += 1
        self._value(path)

    def _key(self, end: str) -> list[str]:
        """Read a key, which may have dots and quotes."""
        written = ""
        while self.next.text != end and self.next.kind != _END:
            written += self.next.text
            self.place += 1
        value: object = tomllib.loads(f"{written} = 0")
        keys = []
        while isinstance(value, dict):
            ((key, value),) = value.items()
            keys.append(key)
        return keys

    def _value(self, path: Path) -> None:
        opening = self.next.text
        if self.next.kind == "mark" and len(path) > _DEEPEST:
            self._pass_over()
        elif self.next.kind == "mark" and opening == "[":
            self._list(path)
        elif self.next.kind == "mark" and opening == "{":
            self._table(path)
        else:
            while self.next.kind == "word":
                self.place += 1

    def _list(self, path: Path) -> None:
        self.place += 1
        number = 0
        while self.next.text != "]" and self.next.kind != _END:
            if self.next.kind == "newline" or self.next.text == ",":
                self.place += 1
                continue
            self._note((*path, number), self.next.line)
            before = self.place
            self._value((*path, number))
            self.place = max(self.place, before + 1)  # come to an end, whatever the text
            number += 1
        self.place += 1

    def _table(self, path: Path) -> None:
        self.place += 1
        while self.next.text != "}" and self.next.kind != _END:
            if self.next.kind == "newline" or self.next.text == ",":
                self.place += 1
                continue
            self._pair(path)
        self.place += 1

    def _pass_over(self) -> None:
        depth = 0
        while self.next.kind != _END:
            if self.next.kind == "mark":
                depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(self.next.text, 0)
            self.place += 1
            if depth <= 0:
                return

    def _note(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)
