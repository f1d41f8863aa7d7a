"""Imports of modules: what statements name, and the file that spares parsing."""

from __future__ import annotations

import ast
import json
import platform
from pathlib import Path
from textwrap import dedent

import pytest

from lecture.render import imports
from lecture.render.imports import IMPORTS_FILE, cached_imports, imported_names

CODE = b"import json, os.path\nfrom . import neuron\nfrom ..text import words\n"
NAMES = ("json", "os.path", "house.scenes", "house.scenes.neuron", "house.text", "house.text.words")


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    """Begin as in a new process."""
    new_process()


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Codes that have been parsed."""
    codes: list[bytes] = []
    parse = ast.parse

    def recorded(code: bytes) -> ast.Module:
        codes.append(code)
        return parse(code)

    monkeypatch.setattr(ast, "parse", recorded)
    return codes


def new_process() -> None:
    imports._parse.cache_clear()


def names(code: bytes) -> tuple[str, ...]:
    return imported_names(code, "house.scenes.scene", is_package=False)


def test_relative_imports_are_relative_to_the_package() -> None:
    assert names(CODE) == NAMES
    assert imported_names(b"from . import neuron", "house.scenes", is_package=True) == (
        "house.scenes",
        "house.scenes.neuron",
    )


def test_imports_inside_of_any_statement_are_found() -> None:
    code = """
        if True: import a
        else:
            import b
        try: import c
        except ValueError: import d
        finally: import e
        for _ in (): import f
        while False: import g
        with open(""): import h
        def function():
            async def inner():
                import i
        class Class:
            import j
        match 1:
            case 1: import k
        text = "import nothing"
    """
    assert sorted(names(dedent(code).encode())) == list("abcdefghijk")


@pytest.mark.parametrize("code", [b"from . import (", b"\0", b"\xff"])
def test_code_that_cannot_be_parsed_imports_nothing(code: bytes) -> None:
    assert names(code) == ()


def test_known_code_is_not_parsed_again(tmp_path: Path, parsed: list[bytes]) -> None:
    for _ in range(2):
        with cached_imports(tmp_path):
            assert names(CODE) == names(CODE) == NAMES
            # The file holds statements: names depend on the module, too.
            assert imported_names(CODE, "a.b.c", is_package=True)[2:4] == ("a.b.c", "a.b.c.neuron")
        new_process()
    assert parsed == [CODE]
    with cached_imports(tmp_path):
        names(CODE + b"import re")
    assert parsed == [CODE, CODE + b"import re"]


def test_the_file_is_written_only_if_something_was_parsed(tmp_path: Path) -> None:
    with cached_imports(tmp_path):
        pass
    assert not (tmp_path / IMPORTS_FILE).exists()
    with cached_imports(tmp_path):
        names(CODE)
    before = (tmp_path / IMPORTS_FILE).stat()
    new_process()
    with cached_imports(tmp_path):
        names(CODE)
    assert (tmp_path / IMPORTS_FILE).stat() == before


def test_a_file_has_the_modules_of_its_own_lecture_alone(tmp_path: Path) -> None:
    names(b"import elsewhere")
    for code in (b"import a", b"import b"):
        folder = tmp_path / code.decode()[-1]
        folder.mkdir()
        with cached_imports(folder):
            names(code)
    names(b"import later")
    written = [(tmp_path / name / IMPORTS_FILE).read_text("utf-8") for name in "ab"]
    statements = [[*json.loads(text)["statements"].values()] for text in written]
    assert statements == [[[[0, None, [name]]]] for name in "ab"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"python": "x"}', "\0", "other version"])
def test_a_file_that_cannot_be_used_is_replaced(
    tmp_path: Path, content: str, parsed: list[bytes]
) -> None:
    with cached_imports(tmp_path):
        names(CODE)
    file = tmp_path / IMPORTS_FILE
    good = file.read_text("utf-8")
    if content == "other version":
        content = json.dumps({**json.loads(good), "python": "3.0.0"})
    file.write_text(content, "utf-8")
    new_process()
    with cached_imports(tmp_path):
        assert names(CODE) == NAMES
    assert parsed == [CODE, CODE]
    assert file.read_text("utf-8") == good
    assert json.loads(good)["python"] == platform.python_version()


def test_the_file_keeps_the_code_used_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parsed: list[bytes]
) -> None:
    monkeypatch.setattr(imports, "_MOST", 3)
    codes = [f"import a{number}".encode() for number in range(4)]
    with cached_imports(tmp_path):
        for code in [*codes, codes[0]]:
            names(code)
    new_process()
    parsed.clear()
    with cached_imports(tmp_path):
        for code in codes:
            names(code)
    assert parsed == [codes[1]]


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    with cached_imports(tmp_path / "missing"):
        assert names(CODE) == NAMES
