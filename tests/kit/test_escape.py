"""User input is shown literally by Typst."""

from __future__ import annotations

import json
import unicodedata

import pytest
import typst
from fuzz_strategies import NASTY
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture.kit.typeset import escape, formula, prose


def read_back(code: str) -> str:
    """Return the string that Typst parses from the code."""
    literal = code.removeprefix("#").removesuffix(";")
    document = f"#metadata({literal}) <text>"
    (found,) = json.loads(typst.query(document.encode(), "<text>"))
    return str(found["value"])


def printable(text: str) -> str:
    """Return the printable characters of a text, by the categories of Unicode."""
    allowed = "\n\r\t\u200c\u200d\u200e\u200f\u00a0\u2009\u202f "
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
    return "".join(c for c in text if c in allowed or unicodedata.category(c) not in hidden)


@given(st.text(max_size=40) | st.text('#"\\{}[]()$*_;/=<>@`~\n', max_size=40))
@settings(max_examples=300)
def test_typst_parses_the_input(text: str) -> None:
    assert read_back(escape(text)) == printable(text)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_input_is_parsed_and_compiled(text: str) -> None:
    code = escape(text)
    assert read_back(code) == printable(text)
    markup = typst.compile(f"{code}(x)[y]".encode(), format="svg")
    assert b"<svg" in markup
    assert b"root:" not in markup


@pytest.mark.parametrize(
    "text", [text for text in NASTY if len(text) < 200 and printable(text).strip()]
)
def test_nasty_input_is_drawn_in_prose_and_in_formulas(text: str) -> None:
    plain = prose(escape("plain"))
    assert len(prose(escape(text)).family_members_with_points()) > 0
    escaped = formula(f"x + {escape(text)} + y")
    assert len(escaped.family_members_with_points()) > 0
    assert len(plain.family_members_with_points()) == 5


def test_markup_in_input_is_shown_literally() -> None:
    for text in ('#read("/etc/passwd")', "$x^2$", "*b*", "{{ a : b }}", "\\u{41}", "// gone?"):
        characters = len(text.replace(" ", ""))
        assert len(prose(escape(text)).family_members_with_points()) == characters, text
        assert len(formula(escape(text)).family_members_with_points()) == characters, text


def test_code_after_input_is_text() -> None:
    text = prose(f"{escape('f')}(x)[y].len()")
    assert len(text.family_members_with_points()) == len("f(x)[y].len()")
