"""Text that a user typed reaches Typst as text, whatever it looks like."""

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
    """Let Typst's own parser say which string the code stands for."""
    literal = code.removeprefix("#").removesuffix(";")
    document = f"#metadata({literal}) <text>"
    (found,) = json.loads(typst.query(document.encode(), "<text>"))
    return str(found["value"])


def meant(text: str) -> str:
    """What a font can show of a text, by the categories of Unicode."""
    kept = "\n\r\t\u200c\u200d\u200e\u200f\u00a0\u2009\u202f "
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
    return "".join(c for c in text if c in kept or unicodedata.category(c) not in hidden)


@given(st.text(max_size=40) | st.text('#"\\{}[]()$*_;/=<>@`~\n', max_size=40))
@settings(max_examples=300, deadline=None)
def test_typst_reads_back_what_was_typed(text: str) -> None:
    assert read_back(escape(text)) == meant(text)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_are_read_back_and_shown(text: str) -> None:
    code = escape(text)
    assert read_back(code) == meant(text)
    # As a document it compiles, and has the glyphs of the text alone.
    markup = typst.compile(f"{code}(x)[y]".encode(), format="svg")
    assert b"<svg" in markup
    assert b"root:" not in markup


@pytest.mark.parametrize(
    "text", [text for text in NASTY if len(text) < 200 and meant(text).strip()]
)
def test_manim_shows_them_in_prose_and_in_formulas(text: str) -> None:
    bare = prose(escape("plain"))
    assert len(prose(escape(text)).family_members_with_points()) > 0
    shown = formula(f"x + {escape(text)} + y")
    assert len(shown.family_members_with_points()) > 0
    assert len(bare.family_members_with_points()) == 5


def test_markup_shows_its_signs_instead_of_acting_on_them() -> None:
    # As many glyphs as there are signs that are not spaces.
    for text in ('#read("/etc/passwd")', "$x^2$", "*b*", "{{ a : b }}", "\\u{41}", "// gone?"):
        signs = len(text.replace(" ", ""))
        assert len(prose(escape(text)).family_members_with_points()) == signs, text
        assert len(formula(escape(text)).family_members_with_points()) == signs, text


def test_what_stands_behind_is_text_of_its_own() -> None:
    after = prose(f"{escape('f')}(x)[y].len()")
    assert len(after.family_members_with_points()) == len("f(x)[y].len()")
