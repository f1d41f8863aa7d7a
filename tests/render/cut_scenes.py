"""Scenes that depend on what beats before a chunk drew, skipped or chose at random."""

import math
import os
import random
import secrets
import time
import uuid

import numpy as np
from manim import (
    BLACK,
    DEGREES,
    DOWN,
    LEFT,
    RED,
    RIGHT,
    UP,
    WHITE,
    Circle,
    Create,
    Cube,
    Dot,
    FadeIn,
    Group,
    ImageMobject,
    ManimColor,
    Mobject,
    Scene,
    Square,
    ThreeDScene,
    Triangle,
    ValueTracker,
    VGroup,
    ZoomedScene,
    config,
    interpolate_color,
)
from PIL import Image

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


class Backgrounds(Scene):
    """A background that changes within animations: its colour, opacity, a gradient, a picture."""

    def construct(self) -> None:
        tracker, square = ValueTracker(0), Square()
        square.add_updater(lambda _: self.recolor(tracker.get_value()))
        self.add(square)
        self.next_section("color")
        self.play(tracker.animate.set_value(1), run_time=FAST)
        self.wait(FAST)
        self.next_section("behind a picture of what does not move")
        square.clear_updaters()
        circle = Circle().add_updater(lambda _: self.recolor(1 - tracker.get_value()))
        self.play(circle.animate.shift(RIGHT), tracker.animate.set_value(0.5), run_time=FAST)
        self.next_section("opacity")
        circle.clear_updaters()
        circle.add_updater(lambda _: setattr(self.camera, "background_opacity", 0.5))
        self.remove(square)
        self.play(circle.animate.shift(LEFT), run_time=FAST)
        self.next_section("gradient")
        width, height = self.camera.pixel_width, self.camera.pixel_height
        ramp = np.full((height, width, 4), 255, np.uint8)
        ramp[..., 0] = np.linspace(0, 255, width)
        circle.clear_updaters()
        circle.add_updater(lambda _: self.camera.set_background(ramp))
        self.play(circle.animate.shift(LEFT), run_time=FAST)
        self.next_section("picture")
        self.remove(circle)
        folder = config.get_dir("images_dir").absolute()
        folder.mkdir(parents=True, exist_ok=True)
        picture = folder / "teal.png"
        Image.new("RGB", (width + 5, height), "teal").save(picture)  # cut to the frame
        self.camera.background_image = str(picture)
        self.camera.init_background()
        self.play(FadeIn(square), run_time=FAST)

    def recolor(self, alpha: float) -> None:
        self.camera.background_color = interpolate_color(BLACK, WHITE, alpha)


class Widths(Scene):
    """A plain camera, whose frame manim uses once, and whose width of lines changes."""

    def construct(self) -> None:
        square, triangle = Square(), Triangle().shift(2 * LEFT)
        self.camera.frame_width = 20
        self.next_section("one")
        self.play(Create(square), FadeIn(triangle), run_time=FAST)
        self.next_section("two")
        self.camera.frame_width = 10
        self.camera.frame_center = RIGHT
        self.play(square.animate.shift(RIGHT), run_time=FAST)
        self.next_section("three")
        triangle.add_updater(
            lambda _, dt: setattr(
                self.camera,
                "cairo_line_width_multiple",
                self.camera.cairo_line_width_multiple + dt / 50,
            )
        )
        circle = Circle(radius=0.3).shift(2 * RIGHT)
        self.play(circle.animate.shift(UP), run_time=FAST)
        self.wait(FAST)


class Zoomed(ZoomedScene):
    """A second camera, whose frame takes the shape of its display when it is drawn."""

    def construct(self) -> None:
        self.add(Square(color=RED), Circle(radius=0.2).shift(RIGHT))
        self.next_section("activate")
        self.activate_zooming(animate=False)
        self.zoomed_camera.frame.stretch(3, 0)
        self.wait(FAST)
        self.next_section("measure")
        # Twice as high as it is in the picture, unless the beat before was drawn.
        height = self.zoomed_camera.frame.height
        self.add(Square(side_length=height).shift(3 * LEFT))
        self.play(self.zoomed_camera.frame.animate.shift(RIGHT), run_time=FAST)
        self.next_section("move")
        self.play(self.zoomed_display.animate.shift(DOWN), run_time=FAST)
        self.play(self.camera.frame.animate.stretch(2, 1), run_time=FAST)


class Turning(ThreeDScene):
    """A camera that turns by itself, with shapes fixed in the frame and to the camera."""

    def construct(self) -> None:
        cube, label = Cube(), Square(0.5).to_corner(UP + LEFT)
        self.set_camera_orientation(phi=60 * DEGREES, theta=-40 * DEGREES)
        self.begin_ambient_camera_rotation(rate=0.5)
        self.next_section("turn")
        self.add(cube)
        self.add_fixed_in_frame_mobjects(label)
        self.wait(FAST)
        self.next_section("measure")
        point = self.camera.project_point(RIGHT)
        self.add_fixed_in_frame_mobjects(Circle(radius=0.2).move_to(point))
        self.wait(FAST)
        self.next_section("stop")
        self.stop_ambient_camera_rotation()
        self.move_camera(phi=20 * DEGREES, zoom=1.5, run_time=FAST)
        self.play(Group(cube, label).animate.shift(RIGHT), run_time=FAST)


class Clear(Scene):
    """A shape that is half transparent."""

    def construct(self) -> None:
        self.play(FadeIn(Square(fill_opacity=0.5)), run_time=FAST)


class ClearOnWhite(Clear):
    """The same on a background of another colour."""

    def construct(self) -> None:
        self.camera.background_color = WHITE
        super().construct()


TEXTS = ["dot", "die", "ace", "six"]
AT_IMPORT = [random.random() for _ in range(3)] + list(np.random.rand(3))  # noqa: NPY002, S311


class Dice(Scene):
    """Random numbers of generators without a seed, and the order of a set of texts."""

    def construct(self) -> None:
        self.next_section("thrown at once")
        random.seed()
        np.random.seed()  # noqa: NPY002
        places = [
            *AT_IMPORT,
            *np.random.default_rng().random(3),
            *np.random.RandomState().random_sample(3),
            *np.random.Generator(np.random.PCG64()).random(3),
            random.Random().random(),  # noqa: S311
            random.random(),  # noqa: S311
            np.random.rand(),  # noqa: NPY002
            *(int(text, 36) / 36**3 for text in set(TEXTS)),
        ]
        dots = VGroup(*(Dot([x / 3 - 3, 7 * y - 3.5, 0]) for x, y in enumerate(places)))
        self.play(FadeIn(dots), run_time=FAST)
        self.next_section("thrown again")
        rng = np.random.default_rng()
        self.play(dots.animate.shift(rng.uniform(-1, 1) * UP), run_time=FAST)


class Sections(Scene):
    """Sections in ``setup`` and ``tear_down``, which uses what ``construct`` makes at its end."""

    def setup(self) -> None:
        self.next_section("in setup")
        self.square = Square()
        self.play(Create(self.square), run_time=FAST)
        self.next_section("in setup again")
        self.play(self.square.animate.shift(UP), run_time=FAST)

    def construct(self) -> None:
        self.next_section("in construct")
        self.circle = Circle()
        self.play(Create(self.circle), run_time=FAST)

    def tear_down(self) -> None:
        self.next_section("in tear_down")
        self.play(FadeIn(self.circle.copy().shift(RIGHT)), run_time=FAST)


class ReadsFrames(Scene):
    """A scene that counts the red pixels of its last frame."""

    def construct(self) -> None:
        self.before()
        self.next_section("one")
        self.add(Square(color=RED, fill_opacity=1))
        self.play(Create(Circle()), run_time=FAST)
        self.next_section("two")
        self.look()
        self.wait(FAST)

    def before(self) -> None:
        """Do something before the first frame."""

    def look(self) -> None:
        self.show(self.renderer.get_frame())

    def show(self, pixels: np.ndarray) -> None:
        red = int((pixels[..., 0] > 200).sum())
        self.add_subcaption(f"{red} red pixels", duration=FAST)
        self.add(Square(side_length=red / 1000).shift(3 * RIGHT))


class ReadsPixels(ReadsFrames):
    def look(self) -> None:
        self.show(self.camera.pixel_array)


class ReadsPicture(ReadsFrames):
    def look(self) -> None:
        self.add(ImageMobject(np.array(self.camera.get_image())).scale(0.3))


class ReadsWhilePlaying(ReadsFrames):
    def before(self) -> None:
        dot = Dot(3 * UP)
        dot.add_updater(lambda _: dot.set_x(self.renderer.get_frame()[..., 0].mean() / 20))
        self.add(dot)


class DrawsItself(ReadsFrames):
    """A scene that has its frame drawn before it looks."""

    def look(self) -> None:
        self.renderer.update_frame(self)
        super().look()


class Clock(Scene):
    """Places that are other ones in each run."""

    def construct(self) -> None:
        self.next_section("one")
        self.dots = VGroup(*(Dot([4 * self.number(), 3 * self.number(), 0]) for _ in range(9)))
        self.play(FadeIn(self.dots), run_time=FAST)
        self.wait(FAST)
        self.next_section("two")
        self.wait(FAST)
        self.next_section("three")
        self.play(self.dots.animate.set_color(RED), run_time=FAST)

    def number(self) -> float:
        return math.sin(time.time_ns() // 100)


class Entropy(Clock):
    def number(self) -> float:
        return int.from_bytes(os.urandom(1), "big") / 128 - 1


class Unique(Clock):
    def number(self) -> float:
        return uuid.uuid4().int / 2**127 - 1


class Secret(Clock):
    def number(self) -> float:
        return secrets.randbelow(200) / 100 - 1


class Colors(Clock):
    """The same places in other colours."""

    def construct(self) -> None:
        self.color = ManimColor([*secrets.token_bytes(3)])
        super().construct()

    def number(self) -> float:
        return 0.0

    def add(self, *mobjects: Mobject) -> "Colors":
        for mobject in mobjects:
            mobject.set_color(self.color)
        super().add(*mobjects)
        return self


class Waits(Clock):
    """A wait of another length in each run: a random one would at times be the same."""

    def construct(self) -> None:
        self.next_section("zero")
        with open("runs", "ab", buffering=0) as runs:  # noqa: PTH123
            runs.write(b".")
            self.wait(FAST * runs.seek(0, os.SEEK_CUR))
        super().construct()

    def number(self) -> float:
        return 0.0
