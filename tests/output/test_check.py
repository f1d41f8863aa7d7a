"""What `lecture check` reports of a scene: its pace, its still spans, its rests, its faults."""

from __future__ import annotations

import pytest

from lecture.config.contract import SceneEntry
from lecture.formats import FrameFormat
from lecture.output.check import check_scene
from lecture.render.tasks import RenderedBeat, RenderResult, SceneRenderSpec
from lecture.timeline import Beat, BeatCheck, LayoutFault, Line
from scenes.spec import GradientSpec

RENDER_SPEC = SceneRenderSpec(
    SceneEntry("Walk", "walk", "A walk"), FrameFormat(160, 90, 10), GradientSpec()
)


def line(key: str, words: int, start: float, *, ending: str = ".") -> Line:
    text = " ".join(["word"] * words) + ending
    return Line(beat="all", key=key, caption=text, spoken=text, start=start, end=start + 4)


def result(
    *lines: Line, still: tuple[tuple[float, float], ...] = ((18.0, 20.0),), faults: bool = False
) -> RenderResult:
    fault = LayoutFault(message="'a' overlaps 'b'", start=3.0, end=3.5)
    check = BeatCheck(faults=(fault,) if faults else (), still=still)
    beat = RenderedBeat(
        0, Beat(name="all", start=0, frames=200), lines, check.model_dump_json().encode()
    )
    return RenderResult((beat,), last=True)


def test_the_pace_is_that_of_the_speech_without_the_pauses() -> None:
    lines = (line("a", 8, 0.0), line("b", 12, 10.0))
    found = check_scene(RENDER_SPEC, result(*lines), {"all.a": 4.0, "all.b": 4.0})
    assert found.words_per_minute == pytest.approx(60 * 20 / 8)
    assert found.fastest == pytest.approx(180)
    assert found.faults == ()


def test_lines_that_are_read_too_fast_are_named() -> None:
    lines = (line("a", 8, 0.0), line("b", 14, 10.0))
    found = check_scene(RENDER_SPEC, result(*lines), {"all.a": 4.0, "all.b": 4.0})
    assert found.faults == ("all, line b: 210 words a minute; at most 190",)


def test_a_scene_of_few_words_has_no_average() -> None:
    found = check_scene(RENDER_SPEC, result(line("a", 12, 0.0)), {"all.a": 4.0})
    assert found.words_per_minute == pytest.approx(180)
    assert found.faults == ()


def test_a_pace_that_is_too_high_on_average_is_a_fault() -> None:
    lines = (line("a", 12, 0.0), line("b", 12, 10.0))
    found = check_scene(RENDER_SPEC, result(*lines), {"all.a": 4.0, "all.b": 4.0})
    assert found.faults == ("180 words a minute on average; at most 165",)


def test_a_silent_lecture_has_no_pace_to_keep() -> None:
    found = check_scene(RENDER_SPEC, result(line("a", 40, 0.0)), None)
    assert found.fastest == pytest.approx(600)
    assert found.faults == ()


def test_a_still_span_counts_only_while_the_voice_goes_on() -> None:
    lines = (line("a", 10, 0.0), line("b", 20, 10.0))
    spans = ((2.0, 9.5), (10.5, 17.5), (18.0, 20.0))
    found = check_scene(RENDER_SPEC, result(*lines, still=spans), {"all.a": 4.0, "all.b": 8.0})
    assert found.longest_still == pytest.approx(7.0)
    assert found.faults == (
        "all, line b: nothing moves for 7.0 s of speech from 10.5 s; at most 6 s",
    )


def test_a_beat_must_rest_at_its_end() -> None:
    found = check_scene(RENDER_SPEC, result(still=((19.2, 20.0),)), None)
    assert found.shortest_rest == pytest.approx(0.8)
    assert found.faults == ("all: rests for 0.8 s at its end; at least 1.5 s",)
    moving = check_scene(RENDER_SPEC, result(still=((1.0, 19.0),)), None)
    assert moving.shortest_rest == 0.0


def test_a_question_is_followed_by_silence() -> None:
    lines = (line("ask", 6, 0.0, ending="?"), line("answer", 6, 5.0))
    asked = check_scene(RENDER_SPEC, result(*lines), {"all.ask": 4.0, "all.answer": 3.0})
    assert asked.faults == ("all, line ask: 1.0 s of silence after the question; at least 2 s",)
    later = (lines[0], lines[1].model_copy(update={"start": 6.0, "end": 10.0}))
    assert check_scene(RENDER_SPEC, result(*later), {"all.ask": 4.0, "all.answer": 3.0}).faults == (
        ()
    )


def test_faults_of_the_layout_have_their_beat_and_time() -> None:
    found = check_scene(RENDER_SPEC, result(faults=True), None)
    assert found.faults == ("all, 3.0 s to 3.5 s: 'a' overlaps 'b'",)
