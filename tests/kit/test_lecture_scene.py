"""Beats, narration lines and their times; placeholders of words; layout faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import DOWN, RIGHT, UP, Circle, FadeIn, Square, tempconfig

from lecture.config.words import BeatWords, LineWords, SceneWords
from lecture.kit.animations import Count, SlideAlong
from lecture.kit.inspection import inspect_scene
from lecture.kit.layout import Region, at
from lecture.kit.layout_check import layout_faults
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.pacing import reading_seconds
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, in_words, prose
from lecture.kit.words import fill, fill_line
from scenes import LECTURE
from scenes.mobjects.neuron_chain import Neuron
from scenes.spec import GradientSpec


class Speaking(LectureScene):
    """Four beats with lines that are longer and shorter than their animations."""

    def construct(self) -> None:
        for index in range(4):
            self.beat(f"beat_{index}", notes="What to say.", loop=index == 2)
            with self.say("A short line.", spoken="A short line, spoken.") as seconds:
                assert seconds == reading_seconds("A short line.", self.spec.pace)
                self.play(FadeIn(Square()), run_time=0.23)
            with self.say("Ten letters and some more."):
                self.play(FadeIn(Circle()), run_time=5.5)


@pytest.mark.parametrize("frame_rate", [15, 30, 60])
def test_lines_end_on_full_frames_and_never_early(frame_rate: int) -> None:
    size = {"pixel_width": 32, "pixel_height": 18, "frame_rate": frame_rate}
    with tempconfig({**size, "dry_run": True, "progress_bar": "none", "verbosity": "ERROR"}):
        scene = Speaking(spec=GradientSpec())
        scene.render()
    short = reading_seconds("A short line.", 16.0)
    for line in scene.recorded_lines:
        for time in (line.start, line.end):
            assert time * frame_rate == pytest.approx(round(time * frame_rate), abs=1e-6)
        seconds = short if line.caption.startswith("A short") else 5.5
        assert seconds - 1e-9 <= line.end - line.start < seconds + 1 / frame_rate + 1e-9
    starts = [line.start for line in scene.recorded_lines]
    ends = [line.end for line in scene.recorded_lines]
    assert starts[1:] == pytest.approx(ends[:-1])
    assert [beat.start / frame_rate for beat in scene.recorded_beats] == pytest.approx(starts[::2])
    assert [beat.loop for beat in scene.recorded_beats] == [False, False, True, False]
    assert {line.spoken for line in scene.recorded_lines[::2]} == {"A short line, spoken."}
    assert {line.spoken for line in scene.recorded_lines[1::2]} == {"Ten letters and some more."}


class Described(LectureScene):
    """Beats with and without a description of the words file."""

    words = SceneWords(
        title="Described",
        beats={"a": BeatWords(notes="Say {n}."), "b": BeatWords(notes="")},
        descriptions={"a": "It shows {n} {n:one square|other squares}."},
        formulas={"b": 'n = "{n}"'},
    )

    def construct(self) -> None:
        self.beat("a", n="2")
        self.beat("b", n="0,5")
        self.beat("a", n="1", description="It shows nothing.")
        self.beat("a")


def test_descriptions_are_filled_in_like_notes() -> None:
    scene = Described(spec=GradientSpec())
    with pytest.raises(ValueError, match="needs a value for n; given: none"):
        scene.construct()
    beats = [(beat.notes, beat.description) for beat in scene.recorded_beats]
    assert beats == [("Say 2.", "It shows 2 squares."), ("", ""), ("Say 1.", "It shows nothing.")]
    assert [beat.formula for beat in scene.recorded_beats] == ["", 'n = "0,5"', ""]


class Curve(LectureScene):
    """A plot and a number whose functions are methods of the scene."""

    def square(self, x: float) -> float:
        return x * x

    def construct(self) -> None:
        self.beat("curve", notes="")
        region = Region(-2.0, 2.0, -1.0, 1.0)
        plot = FunctionPlot(self.square, (0, 2), (0, 4), region, theme().signal)
        number = LiveNumber(0.0).place(at(0.0, 2.0))
        self.play(FadeIn(plot, number))
        self.play(SlideAlong(plot, 0.0, 2.0), Count(number, 0.0, 2.0, self.square))
        plot.add_updater(self.follow)
        self.play(plot.animate.shift(UP), number.animate.shift(UP))
        self.copied = plot.copy()

    def follow(self, plot: FunctionPlot) -> None:
        plot.marker.set_opacity(0.5)


def test_methods_of_the_scene_are_functions_of_its_mobjects() -> None:
    scene, snapshots = inspect_scene(Curve)
    assert {"4.000"} <= {text.content for text in snapshots[-1].texts}
    assert isinstance(scene, Curve)
    assert scene.copied.function == scene.square
    assert scene.copied is not scene.mobjects[0]


def test_subcaptions_are_the_captions_with_their_times() -> None:
    scene, _ = inspect_scene(Speaking, spec=GradientSpec())
    subcaptions = scene.renderer.file_writer.subcaptions
    assert [s.content for s in subcaptions] == [line.caption for line in scene.recorded_lines]
    for subcaption, line in zip(subcaptions, scene.recorded_lines, strict=True):
        assert subcaption.start.total_seconds() == pytest.approx(line.start, abs=1e-5)
        assert subcaption.end.total_seconds() == pytest.approx(line.end, abs=1e-5)


def test_a_slower_pace_takes_longer() -> None:
    fast, _ = inspect_scene(Speaking, spec=GradientSpec(pace=30.0))
    slow, _ = inspect_scene(Speaking, spec=GradientSpec(pace=6.0))
    assert slow.time > fast.time


def test_sections_are_the_beats(tmp_path: Path) -> None:
    size = {"pixel_width": 32, "pixel_height": 18, "frame_rate": 5}
    quiet = {"progress_bar": "none", "verbosity": "ERROR", "disable_caching": True}
    with tempconfig({**size, **quiet, "media_dir": str(tmp_path)}):
        scene = Speaking(spec=GradientSpec())
        scene.render()
    sections = [section.name for section in scene.renderer.file_writer.sections]
    assert sections == [beat.name for beat in scene.recorded_beats]


def test_the_error_for_an_unknown_line_lists_the_known_ones() -> None:
    class ForwardPass(LectureScene):
        def construct(self) -> None:
            self.beat("the_chain", depth="6", input="0.8", weights="0.9; −0.8")
            with self.narrate("no such line"):
                pass

    with pytest.raises(ValueError, match=r"ForwardPass\.the_chain has no line.*layers, weights"):
        inspect_scene(ForwardPass, spec=GradientSpec())


@given(st.floats(5, 40), st.text(max_size=200))
def test_the_reading_time_respects_the_pace(pace: float, caption: str) -> None:
    seconds = reading_seconds(caption, pace)
    assert seconds >= 1.0
    assert len(caption) / seconds <= pace


def test_placeholders_of_a_line_are_replaced_by_written_and_spoken_numbers() -> None:
    line = LineWords(caption="It is {c}.", spoken="It is {c}, no more.")
    filled = fill_line(line, {"c": "−3.9·10⁻⁵"})
    assert filled.caption == "It is −3.9·10⁻⁵."
    assert filled.spoken == "It is minus 3.9 times 10 to the minus 5, no more."
    assert fill_line(LineWords(caption="{c}"), {"c": "2,062"}).spoken == "2062"


def test_the_error_for_a_missing_value_names_it() -> None:
    with pytest.raises(ValueError, match=r"'\{a\} and \{b\}' needs a value for b; given: a"):
        fill("{a} and {b}", {"a": "1"})


def test_the_error_for_an_unknown_language_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no words in 'xx'; choose one of: .*en"):
        LECTURE.load_words("xx")


class Faulty(LectureScene):
    """A beat for each kind of fault, and a faultless beat."""

    def construct(self) -> None:
        cases = {
            "outside": [prose("far out").shift(6.5 * RIGHT)],
            "overlap": [prose("one thing"), prose("another")],
            "number": [LiveNumber(0.5), formula("x")],
            "across": [
                Neuron("sigmoid", 0.5, 2 * DOWN),
                prose("across").shift(2 * DOWN + 0.4 * RIGHT),
            ],
            "small": [prose("shrunk").scale(0.5)],
            "pale": [prose("pale", color=theme().grid)],
            "faint": [prose("faint").set_opacity(0.2)],
            "wordy": [
                prose("one two three four five six seven \\ eight nine ten eleven twelve thirteen")
            ],
            "wordy_formula": [
                formula(in_words("one two three four five six seven eight nine") + "x"),
                prose("ten eleven twelve thirteen").shift(UP),
            ],
            "faultless": [prose("all is well"), Neuron("sigmoid", 0.5, 2 * DOWN)],
        }
        for name, mobjects in cases.items():
            self.beat(name, notes=name)
            self.clear()
            self.add(*mobjects)
            self.wait(0.5)


def test_all_kinds_of_layout_faults_are_found() -> None:
    _, snapshots = inspect_scene(Faulty, spec=GradientSpec())
    found = {s.beat: " ".join(layout_faults(s)) for s in snapshots}
    assert found.pop("faultless") == ""
    expected = {
        "outside": "outside the margins",
        "overlap": "overlaps",
        "number": "overlaps",
        "across": "crosses the edge",
        "small": "font size 15.0",
        "pale": "contrast",
        "faint": "contrast",
        "wordy": "13 words",
        "wordy_formula": "13 words",
    }
    assert {name for name, text in expected.items() if text in found[name]} == set(expected)
