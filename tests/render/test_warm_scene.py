"""Stills from checkpoints are those of a run from the start, and are drawn only where they hold."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lecture.config.contract import SceneEntry
from lecture.config.spec import LectureSpec
from lecture.formats import FrameFormat
from lecture.render import warm_scene
from lecture.render.checkpoints import CHECKPOINTS, Finished
from lecture.render.keys import forget_files
from lecture.render.tasks import RenderedBeat, SceneRenderSpec
from lecture.render.warm_scene import InterruptedRunError, WarmScene
from tests.waiting import LONG, wait_for

SCENE = """
import os
import random
import threading
from pathlib import Path

import numpy as np
from manim import BLUE, RED, FadeIn, Scene, Square, Typst

from shapes import corner, turned

SIZE = 1.0
STARTED = os.getpid()


def square(color):
    return Square(SIZE, color=color, fill_opacity=1)


class Shapes(Scene):
    def construct(self):
        self.one()
        self.two()
        self.three()

    def one(self):
        self.next_section("one")
        self.play(FadeIn(corner(), Typst("$a / b$")), run_time=0.2)

    def two(self):
        self.next_section("two")
        x, y = random.uniform(-3, 3), np.random.uniform(-3, 3)
        self.play(FadeIn(square(RED).shift([x, y, 0])), run_time=0.2)

    def three(self):
        self.next_section("three")
        data = float(Path("data.txt").read_text())
        x, y = random.uniform(-3, 3), np.random.uniform(-3, 3)
        shape = turned(square(BLUE).shift([x, y, 0]))
        self.play(FadeIn(shape.scale(data), Typst("$c / d$")), run_time=0.2)
"""
SHAPES = """
from manim import Square


def corner():
    return Square(2).shift([-5, 2, 0])


def turned(shape):
    return shape.rotate(0.3)
"""


class Drawn:
    """A scene in a folder, and what its last run has drawn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "scene.py").write_text(SCENE, encoding="utf-8")
        (folder / "shapes.py").write_text(SHAPES, encoding="utf-8")
        (folder / "data.txt").write_text("1.5", encoding="utf-8")
        self.warm = WarmScene(folder / "work", folder / "cache")
        self.stills: dict[str, bytes] = {}

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def draw(self, until: str | None = None) -> list[str]:
        """Draw, and return the names of the beats that were drawn."""
        names: list[str] = []
        forget_files()
        self.finished = self.draw_with(self.warm, until, names, self.stills)
        return names

    def draw_with(
        self, warm: WarmScene, until: str | None, names: list[str], stills: dict[str, bytes]
    ) -> Finished:
        entry = SceneEntry("Shapes", "user_scenes.scene", "Shapes", self.folder / "scene.py")
        render_spec = SceneRenderSpec(entry, FrameFormat(320, 180, 10), LectureSpec())

        def take(beat: RenderedBeat) -> None:
            if names[-1:] != [beat.record.name]:
                names.append(beat.record.name)
            stills[beat.record.name] = beat.data

        return warm.draw(render_spec, until, take)

    def check(self) -> None:
        """Compare the stills with those of a run from the start."""
        fresh, stills = WarmScene(self.folder / "fresh", self.folder / "cache"), {}
        finished = self.draw_with(fresh, None, [], stills)
        fresh.close()
        assert finished.error == ""
        assert {name: self.stills[name] == still for name, still in stills.items()} == {
            "one": True,
            "two": True,
            "three": True,
        }


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawn]:
    monkeypatch.chdir(tmp_path)
    scene = Drawn(tmp_path)
    assert scene.draw() == ["one", "two", "three"]
    yield scene
    scene.warm.close()


# The beat before the edited one ends where that begins, so it is drawn again.
@pytest.mark.parametrize(
    ("file", "old", "new", "beats", "runs"),
    [
        ("scene.py", "BLUE).shift", "RED).shift", ["two", "three"], 1),
        ("scene.py", "RED).shift", "BLUE).shift", ["one", "two", "three"], 1),
        ("shapes.py", "0.3", "0.6", ["two", "three"], 1),
        ("shapes.py", "-5, 2", "5, 2", ["one", "two", "three"], 1),
        (
            "scene.py",
            "        self.two()\n",
            "        # two\n        self.two()\n",
            ["two", "three"],
            1,
        ),
        (
            "scene.py",
            "        self.one()\n",
            "        self.one(); self.wait(0.2)\n",
            ["one", "two", "three"],
            1,
        ),
        ("scene.py", "SIZE = 1.0", "SIZE = 1.5", ["one", "two", "three"], 2),
        ("data.txt", "1.5", "2.5", ["two", "three"], 1),
    ],
)
def test_an_edit_is_drawn_from_the_latest_checkpoint_before_it(
    drawn: Drawn, file: str, old: str, new: str, beats: list[str], runs: int
) -> None:
    if not CHECKPOINTS:
        beats, runs = ["one", "two", "three"], 2
    before, text = dict(drawn.stills), (drawn.folder / file).read_text(encoding="utf-8")
    drawn.edit(file, old, new)
    assert drawn.draw() == beats
    assert drawn.warm._runs == runs
    drawn.check()
    assert (drawn.stills == before) == (old.strip() in ("self.two()", "self.one()"))
    (drawn.folder / file).write_text(text, encoding="utf-8")
    drawn.draw()
    drawn.check()
    assert drawn.stills == before


def test_a_run_ends_after_the_watched_beat(drawn: Drawn) -> None:
    drawn.edit("scene.py", "RED).shift", "BLUE).shift")
    assert drawn.draw("two")[-1] == "two"
    assert "three" not in drawn.draw("two")
    drawn.draw()
    drawn.check()


def test_an_error_has_the_line_of_the_edited_file(drawn: Drawn) -> None:
    drawn.edit("scene.py", "        shape =", "\n        missing()\n        shape =")
    drawn.draw()
    line = (drawn.folder / "scene.py").read_text(encoding="utf-8").splitlines()
    where = line.index("        missing()") + 1
    name = "NameError: name 'missing' is not defined"
    assert drawn.finished.error == f"{name} (scene.py, line {where})"
    drawn.edit("scene.py", "        missing()\n", "")
    assert drawn.draw()[-1] == "three"
    drawn.check()


def test_a_missing_module_is_an_error(drawn: Drawn) -> None:
    (drawn.folder / "shapes.py").rename(drawn.folder / "forms.py")
    drawn.draw()
    missing = "ModuleNotFoundError: No module named 'shapes'"
    assert drawn.finished.error == f"{missing} (scene.py, line 10)"
    (drawn.folder / "forms.py").rename(drawn.folder / "shapes.py")
    assert drawn.draw() == ["one", "two", "three"]


def test_a_killed_process_is_an_error(drawn: Drawn) -> None:
    drawn.edit("scene.py", "        shape =", "        os.kill(os.getpid(), 9)\n        shape =")
    drawn.draw()
    where = "in the beat two, animation 2"
    assert drawn.finished.error == f"its process ended early {where}"


def test_a_resumed_run_that_stalls_begins_anew(
    drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a library waits for its threads, which do not outlive a fork."""
    monkeypatch.setattr(warm_scene, "_STALLED", 1.0)
    stall = "        if os.getpid() != STARTED: threading.Event().wait(600)\n        data ="
    drawn.edit("scene.py", "        data =", stall)
    assert drawn.draw()[-3:] == ["one", "two", "three"]
    assert drawn.warm._runs == 2
    drawn.check()


def test_a_beat_is_drawn_before_what_follows_it_and_an_interrupted_run_goes_on(
    drawn: Drawn,
) -> None:
    stop = "        Path('waiting').touch(); threading.Event().wait(600)\n"
    begin = '        self.next_section("three")\n'
    drawn.edit("scene.py", "RED).shift", "BLUE).shift")
    drawn.edit("scene.py", begin, stop + begin)
    before = dict(drawn.stills)
    raised: list[BaseException] = []

    def draw() -> None:
        try:
            drawn.draw()
        except InterruptedRunError as error:
            raised.append(error)

    thread = threading.Thread(target=draw)
    thread.start()
    assert wait_for(lambda: drawn.stills["two"] != before["two"], LONG)
    assert wait_for((drawn.folder / "waiting").exists, LONG)
    drawn.warm.interrupt()
    thread.join(LONG)
    assert len(raised) == 1
    drawn.edit("scene.py", stop, "")
    drawn.draw()
    drawn.check()
