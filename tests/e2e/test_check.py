"""``lecture check`` on scenes of a user."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

SCENES = """
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.typeset import prose
from manim import DOWN, LEFT, RIGHT, FadeIn, Scene, Square


class Good(LectureScene):
    def construct(self):
        self.beat("all", notes="")
        with self.say("A word appears, and it stays."):
            self.play(FadeIn(prose("word")), run_time=1)
        self.wait(2)


class Bad(LectureScene):
    def construct(self):
        self.beat("all", notes="")
        word = prose("here").shift(3 * LEFT)
        self.add(word, prose("middle"))
        with self.say("Is this word going to pass over the other?"):
            self.play(word.animate.shift(6 * RIGHT), run_time=2)
        with self.say("It did."):
            self.wait(2)


class Plain(Scene):
    def construct(self):
        self.play(Square().animate.shift(DOWN), run_time=1)
        self.wait(2)
"""


@pytest.fixture
def scene_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.py"
    file.write_text(textwrap.dedent(SCENES), encoding="utf-8")
    return file


def check(run: Run, file: Path, scenes: str, *options: str) -> Result:
    return run(
        "check", "-q", "l", "--voice", "none", "--with", str(file), "--scenes", scenes, *options
    )


def test_faultless_scenes_pass(run: Run, scene_file: Path) -> None:
    result = check(run, scene_file, "Good,Plain")
    assert result.exit_code == 0, result.stderr
    header, good, plain = result.stdout.splitlines()
    assert header.split() == [
        "scene",
        "words/min",
        "fastest",
        "still",
        "(s)",
        "rest",
        "(s)",
        "faults",
    ]
    assert (good.split()[0], good.split()[-1]) == ("Good", "0")
    assert (plain.split()[0], plain.split()[-1]) == ("Plain", "0")


def test_faults_are_listed_and_counted(run: Run, scene_file: Path) -> None:
    result = check(run, scene_file, "Good,Bad", "--json")
    assert result.exit_code == 1
    assert "2 faults in 2 scenes" in result.stderr
    good, bad = json.loads(result.stdout)
    assert (good["name"], good["faults"]) == ("Good", [])
    assert "'here' overlaps 'middle'" in bad["faults"][0]
    assert "silence after the question" in bad["faults"][1]
    assert len(bad["faults"]) == 2
