"""Subcaptions whose speech takes longer than they show: the picture is held until it has ended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from lecture.config.contract import SceneEntry
from lecture.kit.pacing import PAUSE
from lecture.timeline import Line, LineSpeech, RenderedScene
from tests.sessions import SIZE, contents, render_session, render_spec

SCENES = """
from manim import *
from lecture.kit.lecture_scene import LectureScene


class Plain(Scene):
    def construct(self):
        self.next_section("one")
        self.add_subcaption("Longer than its animation.", duration=1)
        self.play(Create(Square()), run_time=1)
        self.clear()
        self.wait(1)
        self.play(Create(Circle()), run_time=1, subcaption="Added after its animation.")
        self.clear()
        self.wait(0.5)
        self.add_subcaption("Longer than its beat, which it outlasts.", duration=9)
        self.wait(0.5)
        self.next_section("two")
        self.add_subcaption("Overlapped by the next.", duration=9)
        self.play(Create(Square()), run_time=0.5)
        self.add_subcaption("Short.", duration=1)
        self.play(Create(Circle()), run_time=1)
        self.add_subcaption("", duration=1)
        self.add_subcaption("Shows in no frame.", duration=0)
        self.add_subcaption("Outlasts the scene.", duration=9)
        self.wait(0.2)
        self.add_subcaption("Begins after the scene.", offset=99)


class Awkward(Scene):
    def construct(self):
        self.next_section("one")
        self.play(Create(Square()), run_time=1, subcaption="First.")
        self.add_subcaption("Begins in the next beat.", offset=1.5)
        self.next_section("two")
        self.add_subcaption("Before the scene.", offset=-50)
        self.play(Create(Circle()), run_time=1)
        self.add_subcaption("In the beat before.", offset=-2)
        self.wait(1)


class OfALecture(LectureScene):
    def construct(self):
        self.beat("a")
        with self.say("Look.", key="look"):
            self.play(Create(Square()), run_time=1, subcaption="Within a line.")
        self.add_subcaption("After it.", duration=0.5)
        self.wait(0.5)
"""
SPEECH = {
    "Plain": dict(enumerate([2.5, 2.0, 1.5, 2.2, 0.4, 1.1, 2.3, 1.0], start=1)),
    "Awkward": dict(enumerate([2.5, 2.0, 1.5, 3.0], start=1)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("turns")


def spoken(folder: Path, name: str, *, workers: int) -> tuple[RenderedScene, dict[str, float]]:
    """Render a scene with speech of the lengths above, as the command line does."""
    file = folder / "own.py"
    file.write_text(SCENES, encoding="utf-8")
    spec = render_spec(SceneEntry(name, "own", "", file))
    session = render_session(folder / f"cache-{workers}", workers=workers)
    with session.locked():
        (timeline,) = session.dry_run([spec])
        seconds = SPEECH.get(name, {})
        speech = {
            f"{line.beat}.{line.key}": seconds.get(number, 1.2)
            for number, line in enumerate(sorted(timeline.lines, key=_number), start=1)
        }
        times = {name: LineSpeech(seconds=seconds) for name, seconds in speech.items()}
        (scene,) = session.render([replace(spec, speech=times)])
    return scene, speech


def _number(line: Line) -> str:
    return line.key


def seconds_of(line: Line, speech: dict[str, float]) -> float:
    return speech[f"{line.beat}.{line.key}"]


@pytest.mark.parametrize("name", ["Plain", "Awkward", "OfALecture"])
def test_each_line_lasts_as_long_as_its_speech(folder: Path, name: str) -> None:
    scene, speech = spoken(folder, name, workers=2)
    until = 0.0
    for line in scene.record.lines:
        assert line.start >= until - 1e-6
        assert line.end - line.start >= seconds_of(line, speech) - 1e-6
        until = line.start + seconds_of(line, speech)
    assert until <= scene.record.seconds
    captions = {line.caption for line in scene.record.lines}
    assert captions.isdisjoint({"", "Begins after the scene."})
    expected = {"Plain": 7, "Awkward": 4, "OfALecture": 3}[name]
    assert len(captions) == len(scene.record.lines) == expected


@pytest.mark.parametrize("name", ["Plain", "Awkward"])
def test_chunks_hold_the_same_frames(folder: Path, name: str) -> None:
    alone, _ = spoken(folder, name, workers=1)
    shared, _ = spoken(folder, name, workers=2)
    assert shared.record == alone.record
    assert contents([shared]) == contents([alone])


def test_the_picture_is_held_at_the_end_of_the_animation(folder: Path) -> None:
    scene, _ = spoken(folder, "Plain", workers=2)
    first, second, third = scene.record.lines[:3]
    assert first.start == 0
    # The animation, the rest of the speech with a pause, and the wait of the scene.
    assert second.start == pytest.approx(2.5 + PAUSE + 1, abs=0.11)
    assert third.start == pytest.approx(second.start + 2.0 + PAUSE + 0.5, abs=0.11)
    beat = scene.record.beats[0]
    assert beat.frames / SIZE.fps == pytest.approx(third.start + 1.5 + PAUSE, abs=0.11)
    with av.open(scene.segments[0]) as container:
        pictures = [
            frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)
        ]
    lit = [int((picture > 60).sum()) for picture in pictures]
    held = round((2.5 + PAUSE) * SIZE.fps)
    assert min(lit[11:held]) == max(lit[:held]) > 0  # the whole square
    assert lit[held + 2] == 0
    assert np.abs(pictures[12] - pictures[held - 1]).max() <= 4


def test_a_silent_lecture_is_not_held(folder: Path) -> None:
    spec = render_spec(SceneEntry("Plain", "own", "", folder / "own.py"))
    (folder / "own.py").write_text(SCENES, encoding="utf-8")
    session = render_session(folder / "cache-silent")
    with session.locked():
        (scene,) = session.render([spec])
    assert scene.record.frames == round((1 + 1 + 1 + 0.5 + 0.5 + 0.5 + 1 + 0.2) * SIZE.fps)
