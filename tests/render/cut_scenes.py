"""Scenes that depend on what beats before a chunk drew, skipped or chose at random."""

from manim import (
    RIGHT,
    UP,
    Circle,
    Create,
    Scene,
    Square,
    Triangle,
)

from lecture.kit.lecture_scene import LectureScene

FAST = 0.4  # seconds of an animation


class Skips(Scene):
    """A skipped section, in which things move and a caption shows, between two that are drawn."""

    def construct(self) -> None:
        square, circle = Square(), Circle(fill_opacity=0.5)
        circle.add_updater(lambda mobject, dt: mobject.shift(dt * RIGHT))
        self.next_section("one")
        self.play(Create(square), run_time=FAST)
        self.next_section("two", skip_animations=True)
        self.play(Create(circle), square.animate.shift(UP), run_time=FAST, subcaption="Skipped.")
        self.wait(FAST)
        self.next_section("three")
        self.play(Create(Triangle()), run_time=FAST, subcaption="Drawn.")
        self.next_section("four")
        self.wait(FAST)


class SkipsOfALecture(LectureScene):
    """The same in a lecture's scene, with lines."""

    def construct(self) -> None:
        self.beat("one")
        with self.say("Drawn."):
            self.play(Create(Square()), run_time=FAST)
        self.next_section("two", skip_animations=True)
        with self.say("Skipped."):
            self.play(Create(Circle()), run_time=FAST)
        self.beat("three")
        with self.say("Drawn again."):
            self.play(Create(Triangle()), run_time=FAST)


class SkipsAll(Scene):
    """Nothing but a skipped section."""

    def construct(self) -> None:
        self.next_section("all", skip_animations=True)
        self.play(Create(Square()), run_time=FAST)
