"""The check of every frame: faults in the middle of moves, and spans in which nothing moves."""

from __future__ import annotations

import pytest
from manim import LEFT, RIGHT, UP, FadeIn, FadeOut, Line, Rotate, Square, Transform, linear

from lecture.config.contract import SceneEntry
from lecture.formats import FrameFormat
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.typeset import formula, prose
from lecture.render.tasks import RenderMode, RenderTask, SceneRenderSpec
from lecture.render.worker import run_task
from lecture.timeline import BeatCheck
from scenes.spec import GradientSpec


class Moves(LectureScene):
    """A beat for each thing that only the frames in the middle of a move show."""

    def construct(self) -> None:
        self.beat("passes_over", notes="")
        word, other = prose("here").shift(2 * LEFT), prose("between")
        self.add(word, other)
        self.wait(1)
        self.play(word.animate.shift(4 * RIGHT), run_time=1, rate_func=linear)
        self.wait(0.4)
        self.beat("leaves", notes="")
        self.clear()
        mark = Square()
        self.play(mark.animate.shift(9 * UP), run_time=1)
        self.play(mark.animate.shift(-9 * UP), run_time=1)
        self.beat("crossfades", notes="")
        self.clear()
        old, new = prose("before"), prose("behind")
        self.play(FadeIn(old), run_time=0.5)
        self.play(FadeOut(old), FadeIn(new), run_time=1)
        self.beat("splits", notes="")
        self.clear()
        number = LiveNumber(0.5)
        copy = number.copy()
        self.add(number)
        self.play(copy.animate.shift(3 * UP), run_time=1)
        self.beat("small", notes="")
        self.clear()
        self.add(prose("tiny").scale(0.5))
        self.wait(1)
        self.beat("turns", notes="")
        self.clear()
        self.add(formula("x").shift(UP))
        self.wait(0.2)
        self.play(Rotate(Line(LEFT, RIGHT).shift(2 * RIGHT)), run_time=0.8)
        self.wait(3)
        self.play(Transform(number.shift(3 * LEFT), LiveNumber(0.25).shift(3 * LEFT)), run_time=1)


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeatCheck]:
    entry = SceneEntry("Moves", __name__, "Moves")
    render_spec = SceneRenderSpec(entry, FrameFormat(160, 90, 10), GradientSpec())
    folder = tmp_path_factory.mktemp("check")
    result = run_task(RenderTask(render_spec, "", folder, mode=RenderMode.CHECK))
    return {beat.record.name: BeatCheck.model_validate_json(beat.data) for beat in result.beats}


def messages(check: BeatCheck) -> list[str]:
    return [fault.message for fault in check.faults]


def test_texts_that_meet_in_the_middle_of_a_move_are_found(checks: dict[str, BeatCheck]) -> None:
    check = checks["passes_over"]
    assert messages(check) == ["'here' overlaps 'between'"]
    start, end = check.faults[0].start, check.faults[0].end
    assert 1.0 < start < end < 2.0
    # Both words are about a unit wide, so the move of 4 units needs about half of its second.
    assert 0.3 < end - start < 0.7


def test_mobjects_that_leave_the_frame_are_found(checks: dict[str, BeatCheck]) -> None:
    (message,) = messages(checks["leaves"])
    assert message.startswith("mobjects are outside the margins")


def test_a_crossfade_of_two_texts_is_an_overlap(checks: dict[str, BeatCheck]) -> None:
    check = checks["crossfades"]
    assert messages(check) == ["'before' overlaps 'behind'"]


def test_a_copy_may_leave_its_original(checks: dict[str, BeatCheck]) -> None:
    assert messages(checks["splits"]) == []


def test_what_stands_must_be_legible(checks: dict[str, BeatCheck]) -> None:
    assert messages(checks["small"]) == ["'tiny' has font size 15.0"]


def test_spans_without_a_change_are_measured(checks: dict[str, BeatCheck]) -> None:
    still = checks["turns"].still
    assert len(still) == 1
    assert still[0][1] - still[0][0] == pytest.approx(3.0, abs=0.11)
    lengths = [end - start for start, end in checks["passes_over"].still]
    assert lengths == pytest.approx([1.0, 0.4], abs=0.11) or lengths == pytest.approx(
        [1.0], abs=0.11
    )
