"""Scenes of several beats that take little time to draw, and some that do not go well."""

import os
import signal
import threading
from pathlib import Path

import numpy as np
from manim import RIGHT, FadeIn, Scene, Square

from lecture.config.words import SceneWords
from lecture.kit.lecture_scene import LectureScene
from tests.waiting import wait_for


class FourBeats(Scene):
    """Four sections with a caption each, all different to look at."""

    def construct(self) -> None:
        self.square = Square(fill_opacity=1)
        for place, name in enumerate(("one", "two", "three", "four")):
            self.next_section(name)
            self.add_subcaption(f"Beat {name}.", duration=0.3)
            self.step(place)

    def step(self, place: int) -> None:
        """Make the pictures of a beat."""
        self.play(FadeIn(self.square.copy().shift((place - 2) * RIGHT)), run_time=0.3)


class Held(FourBeats):
    """The same, but it does not end before a file ``go`` or ``PID.go`` is there."""

    def construct(self) -> None:
        super().construct()
        files = Path("go"), Path(f"{os.getpid()}.go")
        assert wait_for(lambda: any(file.exists() for file in files), 300)


class Spoken(LectureScene):
    """Three beats of two lines each, as the lecture's own scenes have them."""

    words = SceneWords(title="*Spoken*")

    def construct(self) -> None:
        for name in ("first", "second", "third"):
            self.beat(name, notes=f"Notes of {name}.")
            for part in ("begins", "ends"):
                with self.say(f"{name} {part}"):
                    self.play(FadeIn(Square()), run_time=0.2)


class AnyNames(LectureScene):
    """A line before the first beat, then beats of names that tools might use for themselves."""

    words = SceneWords(title="*Any names*")

    def construct(self) -> None:
        with self.say("Before all beats."):
            self.wait(0.2)
        for name in ("whole", "autocreated", "opening"):
            self.beat(name, notes=f"Notes of {name}.")
            with self.say(f"In {name}."):
                self.wait(0.2)


class NoBeat(LectureScene):
    """A line in a scene without beats."""

    words = SceneWords(title="*No beat*")

    def construct(self) -> None:
        with self.say("All of it."):
            self.wait(0.2)


class Computes(LectureScene):
    """Two beats that show a result which is computed where it is not cached."""

    words = SceneWords(title="*Computes*")

    def construct(self) -> None:
        result = self.cache_dir / "result"
        if not result.exists():
            self.cache_dir.mkdir(parents=True, exist_ok=True)
            with (self.cache_dir / "computations").open("a") as log:
                log.write("1")
            result.write_text("2.0")
        for name in ("first", "second"):
            self.beat(name)
            self.play(FadeIn(Square(side_length=float(result.read_text()))), run_time=0.2)


class Shuffled(Scene):
    """Squares whose places are random, and whose order is that of a set of texts."""

    def construct(self) -> None:
        rng = np.random.default_rng()
        colors = {"#FF0000", "#00FF00", "#0000FF", "#FFFF00"}
        for color in colors:
            self.add(Square(fill_opacity=1, color=color).shift(rng.random() * RIGHT))
        self.wait(0.2)


class SkipsItsBeginning(Scene):
    """A section that only runs without pictures have, and one that all have."""

    def construct(self) -> None:
        if self.renderer.skip_animations:
            self.next_section("skipped")
            self.wait(0.2)
        self.next_section("shown")
        self.play(FadeIn(Square()), run_time=0.5)


class EmptyAtTheEnd(Scene):
    """Two sections, and a last one in which nothing happens."""

    def construct(self) -> None:
        for name in ("one", "two"):
            self.next_section(name)
            self.wait(0.2)
        self.next_section("nothing")


class KilledTwice(FourBeats):
    """Kills its own process in the third beat, the first two times, having broken its files."""

    def step(self, place: int) -> None:
        tally = Path("killed.txt")
        if place == 2 and (not tally.exists() or len(tally.read_text("utf-8")) < 2):
            with tally.open("a", encoding="utf-8") as file:
                file.write("x")
            os.kill(os.getpid(), signal.SIGKILL)
        super().step(place)


class KilledAlways(FourBeats):
    """Kills its own process in the second beat, every time."""

    def step(self, place: int) -> None:
        super().step(place)
        if place == 1:
            self.play(FadeIn(Square()), run_time=0.2)
            os.kill(os.getpid(), signal.SIGKILL)


class FindsFormula(Scene):
    """Leaves half of a formula's file and is killed; the next time it looks for it."""

    def construct(self) -> None:
        from manim import config  # noqa: PLC0415  (as it is while this scene runs)

        folder = config.get_dir("tex_dir")
        self.wait(0.2)
        if not Path("left.txt").exists():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "half.svg").write_text("<svg", encoding="utf-8")
            Path("left.txt").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        Path("found.txt").write_text(str((folder / "half.svg").exists()), encoding="utf-8")


class Stubborn(Scene):
    """Ignores SIGTERM and writes down the process that draws it."""

    def construct(self) -> None:
        self.wait(0.2)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        Path(f"{os.getpid()}.pid").touch()
        threading.Event().wait(600)
