"""The script for recordings, and the division of captions into cues."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture.cli.script import ScriptFormat, write_script
from lecture.output.video.captions import ROW_LENGTH, ROWS, Cue, cues, pieces, write_srt, write_vtt
from lecture.output.video.transcript import as_text
from lecture.timeline import SceneTimeline

BEATS = {"start": [("a", 'Say "this", and so on.')], "end": [("b", "1. A *star*.")]}


@pytest.fixture
def records(scene: Callable[..., SceneTimeline]) -> list[SceneTimeline]:
    return [scene("One", BEATS)]


def test_text_script(records: list[SceneTimeline]) -> None:
    assert write_script(records, ScriptFormat.text) == (
        "The scene One\n=============\n\n"
        'One.start.a.wav\n    Say "this", and so on.\n\n'
        "One.end.b.wav\n    1. A *star*.\n"
    )


def test_csv_script(records: list[SceneTimeline]) -> None:
    rows = list(csv.DictReader(io.StringIO(write_script(records, ScriptFormat.csv))))
    assert rows[0] == {
        "file": "One.start.a.wav",
        "scene": "One",
        "beat": "start",
        "line": "a",
        "say": 'Say "this", and so on.',
        "caption": 'Say "this", and so on.',
    }
    assert len(rows) == 2


def test_markdown_script_is_escaped(records: list[SceneTimeline]) -> None:
    text = write_script(records, ScriptFormat.markdown)
    assert text.startswith("# Script\n\n## The scene One\n\n")
    assert "`One.end.b.wav`\n: 1\\. A \\*star\\*.\n" in text
    assert as_text("- a\n# b") == "\\- a \\# b"


WORDS = st.lists(st.text("abcdefg,.;é’", min_size=1, max_size=14), min_size=1, max_size=60)


@given(WORDS)
def test_pieces_have_all_words_and_short_rows(words: list[str]) -> None:
    divided = pieces(" ".join(words))
    assert " ".join(divided).split() == words
    for piece in divided:
        rows = piece.split("\n")
        assert len(rows) <= ROWS
        assert all(len(row) <= ROW_LENGTH for row in rows)


def test_a_word_that_is_longer_than_a_row_is_not_divided() -> None:
    word = "x" * 60
    assert "\n".join(pieces(f"before {word} after")).split("\n") == ["before", word, "after"]


def test_pieces_end_with_clauses() -> None:
    first, second = pieces(
        "Lay a tangent on the curve and slide it along, from left to right; "
        "below, we record how steep it is at every point on the way."
    )
    assert first.endswith("right;")
    assert second.startswith("below,")


@given(WORDS, st.fractions(0, 1000), st.fractions(1, 20))
def test_cues_cover_the_time_of_their_line(
    words: list[str], start: Fraction, length: Fraction
) -> None:
    end = start + length
    divided = cues("line", " ".join(words), start, end, start + length / 2)
    assert divided[0].start == start
    assert divided[-1].end == end
    for cue, following in pairwise(divided):
        assert cue.start < cue.end == following.start <= start + length / 2


def test_an_arrow_in_the_name_of_a_cue_does_not_end_it() -> None:
    text = write_vtt([Cue("input --> output.a", Fraction(0), Fraction(1), "Look.")])
    assert text == "WEBVTT\n\ninput → output.a\n00:00:00.000 --> 00:00:01.000\nLook.\n"


def test_srt_has_no_tags() -> None:
    text = write_srt([Cue("a", Fraction(0), Fraction(1), "For b<i and j>c the product shrinks.")])
    assert "For b<\u2060i and j>c the product shrinks." in text


def test_vtt_escapes_markup() -> None:
    text = write_vtt([Cue("a", Fraction(0), Fraction(7261), "1 < 2 --> <b> &")])
    assert text == ("WEBVTT\n\na\n00:00:00.000 --> 02:01:01.000\n1 &lt; 2 --&gt; &lt;b&gt; &amp;\n")
