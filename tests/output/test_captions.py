"""Captions that all players read alike, whatever the texts, names and times of lines are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import pytest
import srt
import webvtt
from hypothesis import example, given
from hypothesis import strategies as st

from lecture.output.video.captions import (
    ROW_LENGTH,
    ROWS,
    Cue,
    cues,
    pieces,
    timeline_cues,
    write_srt,
    write_vtt,
)
from lecture.timeline import Beat, Line, SceneTimeline

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


@pytest.mark.parametrize(
    ("caption", "end"),
    [
        ("The simplest deep network has one neuron a layer, here six layers.", "has one"),
        ("Der Logarithmus macht aus dem Produkt eine einzige lange Summe.", "dem Produkt"),
        ("В этой сети шаг обучения не сдвигает ни одного веса: градиенты нулевые.", "не сдвигает"),
    ],
)
def test_rows_end_with_other_words_than_function_words(caption: str, end: str) -> None:
    first, _ = pieces(caption)[0].split("\n")
    assert first.endswith(end)


def test_a_row_ends_with_a_function_word_where_nothing_else_fits() -> None:
    words = ["x" * 38, "the", "y" * 42]
    assert pieces(" ".join(words)) == [f"{words[0]} the\n{words[2]}"]


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


# --- any text, name and time ---

FPS, FRAMES = 10, (37, 63)
AWKWARD = (
    "-->",
    "--->",
    "\n\n",
    "\r",
    "\r\n",
    "\u2028",
    "\u0085",
    "\x00",
    "\x1b[0m",
    "\x1c",
    "\ufeff",
    "\u200b",
    "\u202e",
    "\u2067שלום\u2069",
    "مرحبا",
    "10\u202f000",
    "&",
    "&amp;",
    "&#60;",
    "<",
    "<b>",
    "</c>",
    "<00:00:01.000>",
    "{1, 2}",
    "{\\an8}",
    "{y:i}",
    "\\N",
    "\\h",
    "NOTE",
    "STYLE",
    "REGION",
    "WEBVTT",
    "1\n00:00:01,000 --> 00:00:02,000\nforged",
    "00:00:01.000 --> 00:00:02.000\nforged",
    "🙂",
    "word",
    "a longer run of words that needs rows",
)
TEXTS = st.lists(st.sampled_from(AWKWARD) | st.text(max_size=8), max_size=12).map(" ".join)
SECONDS = st.floats(-3, 14)


@st.composite
def timelines(draw: st.DrawFn) -> SceneTimeline:
    """A scene of two beats with lines in any order, also before its start and after its end."""
    lines = draw(
        st.lists(
            st.builds(
                Line,
                beat=TEXTS,
                key=TEXTS,
                caption=TEXTS,
                spoken=st.just("aloud"),
                start=SECONDS,
                end=SECONDS,
            ),
            max_size=5,
        )
    )
    beats = (
        Beat(name="a", start=0, frames=FRAMES[0]),
        Beat(name="b", start=FRAMES[0], frames=FRAMES[1]),
    )
    return SceneTimeline(
        name="S", title="", width=16, height=16, fps=FPS, beats=beats, lines=tuple(lines)
    )


def _shown(text: str) -> str:
    """Return what a reader sees of a text: SubRip has stand-ins for markup."""
    return text.replace("\u2060", "").translate(str.maketrans("\uff5b\uff5d", "{}"))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _milliseconds(captions: Iterable[Cue]) -> list[tuple[int, int]]:
    return [(round(cue.start * 1000), round(cue.end * 1000)) for cue in captions]


def _texts(captions: Iterable[Cue]) -> list[str]:
    return [_shown(cue.text) for cue in captions]


def _read_by_ffmpeg(text: str, kind: str) -> list[tuple[int, int, str]]:
    """Return the cues as FFmpeg hands them to a player."""
    with av.open(io.BytesIO(text.encode()), format=kind) as container:
        found = []
        for packet in container.demux():
            for subtitle in packet.decode() if packet.size else []:
                event = subtitle.ass.decode().split(",", 8)[-1]
                event = event.replace("\\{{}", "\uff5b")  # for players with and without \\{
                assert not re.search("{.*}", event), f"hidden by players: {event}"
                event = event.replace("\\N", "\n")
                found.append((packet.pts, packet.pts + packet.duration, _shown(event)))
    return found


def _check(captions: Sequence[Cue], first: Fraction, last: Fraction) -> None:
    for cue, following in pairwise(captions):
        assert cue.end <= following.start
    assert all(first <= cue.start < cue.end <= last for cue in captions)
    times, texts = _milliseconds(captions), _texts(captions)
    assert all(text.split("\n") == [row.strip() for row in text.splitlines()] for text in texts)
    expected = [(*pair, text) for pair, text in zip(times, texts, strict=True)]

    subrip = write_srt(captions)
    assert [
        (
            subtitle.start // timedelta(milliseconds=1),
            subtitle.end // timedelta(milliseconds=1),
            _shown(subtitle.content),
        )
        for subtitle in srt.parse(subrip, ignore_errors=False)
    ] == expected

    web = write_vtt(captions)
    if captions:
        assert _read_by_ffmpeg(subrip, "srt") == expected
        assert _read_by_ffmpeg(web, "webvtt") == expected
    read: list[Any] = list(webvtt.from_buffer(io.StringIO(web)))
    assert [_shown(_unescaped(caption.raw_text)) for caption in read] == texts
    assert [
        (caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds())
        for caption in read
    ] == times
    _check_by_the_standard(web, len(captions))


def _check_by_the_standard(text: str, count: int) -> None:
    """Check the blocks of a file by https://www.w3.org/TR/webvtt1/#file-structure."""
    header, *blocks = text.rstrip("\n").split("\n\n")
    assert header == "WEBVTT"
    assert len(blocks) == count
    assert not re.search("[\x00\r\x0b\x0c\u2028\u2029]", text)
    for block in blocks:
        *names, times, _ = re.split(r"\n?(\d\d:.* --> .*)\n", block, maxsplit=1)
        assert times.count("-->") == block.count("-->") == 1
        assert all("\n" not in name for name in names)


@given(timelines())
@example(
    SceneTimeline(
        name="S",
        title="",
        width=16,
        height=16,
        fps=FPS,
        beats=(Beat(name="a", start=0, frames=37), Beat(name="b", start=37, frames=63)),
        lines=tuple(
            Line(beat=text, key="k", caption=text, spoken="", start=at / 4, end=at / 4 + 0.25)
            for at, text in enumerate(AWKWARD)
        ),
    )
)
def test_all_readers_find_the_same_cues(record: SceneTimeline) -> None:
    start = Fraction(1, 3)
    _check(timeline_cues(record, start=start), Fraction(333, 1000), start + 10)
    for index, seconds in enumerate((Fraction(37, 10), Fraction(63, 10))):
        _check(timeline_cues(record, beat_index=index), Fraction(0), seconds)


def test_a_line_across_beats_is_shown_in_the_clip_of_each() -> None:
    line = Line(beat="a", key="k", caption="Still here.", spoken="", start=2.0, end=5.0)
    beats = (Beat(name="a", start=0, frames=37), Beat(name="b", start=37, frames=63))
    record = SceneTimeline(
        name="S", title="", width=16, height=16, fps=FPS, beats=beats, lines=(line,)
    )
    assert _milliseconds(timeline_cues(record, beat_index=0)) == [(2000, 3700)]
    assert _milliseconds(timeline_cues(record, beat_index=1)) == [(0, 1300)]


def test_spaces_that_keep_words_together_stay() -> None:
    text = "x" * 38 + " 10\u202f000 and more"
    assert pieces(text) == ["x" * 38 + "\n10\u202f000 and more"]


def test_thousands_of_words_are_divided_at_once() -> None:
    divided = pieces(" ".join(["layers,", "of", "abstraction."] * 2000))
    assert len(" ".join(divided).split()) == 6000


@pytest.mark.parametrize("name", ["NOTE", "STYLE", "REGION", "WEBVTT"])
def test_a_chapter_may_have_the_name_of_a_block(name: str) -> None:
    web = write_vtt([Cue(name, Fraction(0), Fraction(1), name)])
    assert [caption.raw_text for caption in webvtt.from_buffer(io.StringIO(web))] == [name]
