"""The words of a lecture in one language are those of the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lecture.config.contract import Lecture, SceneEntry
from lecture.config.words import WordsError

WORDS = """
title = "T"
[Halves]
title = "*H*"
labels = { left = "left: {share}" }
[Halves.beats.cut]
notes = "n"
[Halves.beats.cut.lines.first]
caption = "{n} {n:one part|other parts}"
spoken = "{n}"
[Halves.descriptions]
cut = "d"
[Halves.formulas]
cut = "x / 2"
"""

Translated = Callable[[str], Lecture]


@pytest.fixture
def translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Translated:
    """Return a lecture whose German words are given."""
    package = tmp_path / f"words_{tmp_path.name}"  # a name that no other test has imported
    (package / "text").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(german: str) -> Lecture:
        for code, words in (("en", WORDS), ("de", german)):
            (package / "text" / f"{code}.toml").write_text(words, encoding="utf-8")
        entry = SceneEntry("Halves", f"{package.name}.halves", "Halves")
        return Lecture(package=package.name, scenes=(entry,))

    return make


def test_complete_words_pass(translated: Translated) -> None:
    lecture = translated(WORDS)
    lecture.check_words(lecture.scenes, "de")


@pytest.mark.parametrize(
    ("german", "problem"),
    [
        ('title = "T"', "[Halves] has no words; translate it from en.toml"),
        (WORDS.replace("left =", "right ="), "[Halves] has no label left; translate it"),
        (WORDS.replace("lines.first", "lines.second"), "[Halves] has no line first in cut;"),
        (WORDS.replace('cut = "d', 'no = "d'), "[Halves] has no description of cut; translate it"),
        (WORDS.replace('cut = "x', 'no = "x'), "[Halves] has no formula of cut; translate it"),
        (WORDS.replace("beats.cut", "beats.divide"), "[Halves] has no beat cut;"),
    ],
)
def test_missing_words_are_named(translated: Translated, german: str, problem: str) -> None:
    lecture = translated(german)
    with pytest.raises(WordsError, match=rf"de\.toml: {re.escape(problem)}"):
        lecture.check_words(lecture.scenes, "de")
    lecture.check_words(lecture.scenes, "en")
    lecture.check_words([replace(lecture.scenes[0], file=Path("halves.py"))], "de")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "left: {share}",
            "übrig: {anteil}",
            "Halves.labels.left: {anteil} has no value; en.toml has {share}",
        ),
        (
            "left: {share}",
            "übrig",
            "Halves.labels.left: {share} is missing; insert it as in en.toml",
        ),
        (
            'title = "*H*"',
            'title = "*{h}*"',
            "Halves.title: {h} has no value; en.toml has no placeholders",
        ),
        (
            'cut = "d"',
            'cut = "{d}"',
            "Halves.descriptions.cut: {d} has no value; en.toml has no placeholders",
        ),
        (
            'notes = "n"',
            'notes = "{n}"',
            "Halves.beats.cut.notes: {n} has no value; en.toml has no placeholders",
        ),
        (
            "other parts}",
            "other parts",
            "Halves.beats.cut.lines.first.caption: a brace has no partner; write {{ or }} for a",
        ),
        (
            'spoken = "{n}"',
            'spoken = "n"',
            "Halves.beats.cut.lines.first.spoken: {n} is missing; insert it as in en.toml",
        ),
        ('spoken = "{n}"', 'spoken = "{}"', "Halves.beats.cut.lines.first.spoken: {} has no valid"),
    ],
)
def test_a_wrong_placeholder_is_named(
    translated: Translated, old: str, new: str, problem: str
) -> None:
    assert old in WORDS
    lecture = translated(WORDS.replace(old, new))
    with pytest.raises(WordsError, match=rf"de\.toml: {re.escape(problem)}"):
        lecture.check_words(lecture.scenes, "de")


def test_a_line_without_a_spoken_form_is_spoken_as_its_caption(translated: Translated) -> None:
    lecture = translated(WORDS.replace('spoken = "{n}"', ""))
    lecture.check_words(lecture.scenes, "de")
