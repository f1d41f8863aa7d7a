"""Line numbers of the keys of a TOML text, which `tomllib` does not provide.

The text must be valid: this second parser, a single pass, only assigns lines to keys.
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
_MAX_LEVELS = 20
"""Deeper values, which no lecture file has, are skipped: the parser is recursive."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def lines_of(text: str) -> dict[Path, int]:
    r"""Return the line of each key, table and list item of a valid TOML text.

    The paths consist of keys and of indices of lists, from 0; lines count from 1.

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
    position: int = 0
    lines: dict[Path, int] = field(default_factory=dict)
    tables: dict[Path, int] = field(default_factory=dict)
    """Number of tables of each array of tables so far."""

    @property
    def next(self) -> _Token:
        return self.tokens[self.position]

    def read(self) -> None:
        header: Path = ()
        while self.next.kind != _END:
            if self.next.kind == "newline":
                self.position += 1
            elif self.next.text == "[":
                header = self._header()
            else:
                self._pair(header)

    def _header(self) -> Path:
        line = self.next.line
        is_array = self.tokens[self.position + 1].text == "["
        self.position += 2 if is_array else 1
        path = self._header_path(self._key("]"), line)
        self.position += 2 if is_array else 1
        if is_array:
            number = self.tables.get(path, 0)
            self.tables[path] = number + 1
            path = (*path, number)
            self._record(path, line)
        return path

    def _header_path(self, keys: list[str], line: int) -> Path:
        """Return the path of a header; an array of tables in it stands for its last table."""
        path: Path = ()
        for index, key in enumerate(keys):
            path = (*path, key)
            self._record(path, line)
            if path in self.tables and index < len(keys) - 1:
                path = (*path, self.tables[path] - 1)
        return path

    def _pair(self, header: Path) -> None:
        line = self.next.line
        path = header
        for key in self._key("="):
            path = (*path, key)
            self._record(path, line)
        self.position += 1
        self._value(path)

    def _key(self, end: str) -> list[str]:
        """Read a key, which may be dotted or quoted."""
        code = ""
        while self.next.text != end and self.next.kind != _END:
            code += self.next.text
            self.position += 1
        value: object = tomllib.loads(f"{code} = 0")
        keys = []
        while isinstance(value, dict):
            ((key, value),) = value.items()
            keys.append(key)
        return keys

    def _value(self, path: Path) -> None:
        opening = self.next.text
        if self.next.kind == "mark" and len(path) > _MAX_LEVELS:
            self._skip()
        elif self.next.kind == "mark" and opening == "[":
            self._list(path)
        elif self.next.kind == "mark" and opening == "{":
            self._table(path)
        else:
            while self.next.kind == "word":
                self.position += 1

    def _list(self, path: Path) -> None:
        self.position += 1
        number = 0
        while self.next.text != "]" and self.next.kind != _END:
            if self.next.kind == "newline" or self.next.text == ",":
                self.position += 1
                continue
            self._record((*path, number), self.next.line)
            before = self.position
            self._value((*path, number))
            self.position = max(self.position, before + 1)  # never loop forever, whatever the text
            number += 1
        self.position += 1

    def _table(self, path: Path) -> None:
        self.position += 1
        while self.next.text != "}" and self.next.kind != _END:
            if self.next.kind == "newline" or self.next.text == ",":
                self.position += 1
                continue
            self._pair(path)
        self.position += 1

    def _skip(self) -> None:
        depth = 0
        while self.next.kind != _END:
            if self.next.kind == "mark":
                depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(self.next.text, 0)
            self.position += 1
            if depth <= 0:
                return

    def _record(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)
