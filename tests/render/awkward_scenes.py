"""Scenes in which cutting corners shows: updaters, chance, paths, clouds, cameras that move."""

import random

import numpy as np
from manim import (
    DOWN,
    LEFT,
    PI,
    RIGHT,
    UP,
    Circle,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    LaggedStart,
    Line,
    MathTypst,
    MovingCameraScene,
    PointCloudDot,
    Rotate,
    Scene,
    Square,
    TracedPath,
    Transform,
    Triangle,
    ValueTracker,
    VGroup,
    always_redraw,
    linear,
)


class Updaters(Scene):
    """What counts time, in animations and in waits that are not still."""

    def construct(self) -> None:
        self.next_section("turning")
        square = Square(fill_opacity=0.5).add_updater(lambda m, dt: m.rotate(dt))
        self.add(square)
        self.wait(0.5)
        self.next_section("moving")
        self.play(square.animate.shift(RIGHT), run_time=0.5)
        self.next_section("waiting")
        self.wait_until(lambda: square.get_x() > 0.5, max_time=1)
        square.clear_updaters()
        self.wait(0.4)


class Chance(Scene):
    """Random numbers drawn on the way, by both generators."""

    def construct(self) -> None:
        dots = VGroup(*(Dot() for _ in range(12)))
        rng = np.random.default_rng(3)

        def scatter(group: VGroup) -> None:
            for dot in group:
                dot.move_to([random.uniform(-3, 3), rng.uniform(-2, 2), 0])  # noqa: S311

        self.next_section("first")
        dots.add_updater(scatter)
        self.add(dots)
        self.wait(0.5)
        self.next_section("second")
        self.wait(0.5)
        self.next_section("third")
        dots.clear_updaters()
        self.play(LaggedStart(*(FadeOut(dot) for dot in dots), lag_ratio=0.2), run_time=0.8)


class Paths(Scene):
    """A path that remembers where a point went, and a drawing that is made anew each frame."""

    def construct(self) -> None:
        angle = ValueTracker(0.0)
        dot = Dot().add_updater(
            lambda m: m.move_to([2 * np.cos(angle.get_value()), np.sin(2 * angle.get_value()), 0])
        )
        path = TracedPath(dot.get_center, stroke_color=["#FF0000", "#0000FF"], stroke_width=6)
        line = always_redraw(lambda: Line([0, 0, 0], dot.get_center()))
        self.add(path, line, dot)
        self.next_section("half")
        self.play(angle.animate.set_value(PI), run_time=0.8, rate_func=linear)
        self.next_section("whole")
        self.play(angle.animate.set_value(2 * PI), run_time=0.8, rate_func=linear)
        self.wait(0.3)


class Layers(Scene):
    """A cloud of points among shapes, an order by z-index, a foreground, sharp corners."""

    def construct(self) -> None:
        cloud = PointCloudDot(radius=1.0, density=15)
        circle = Circle(fill_opacity=0.7, color=["#FFFF00", "#00FFFF"]).set_z_index(2)
        triangle = Triangle(stroke_width=12).stretch(0.1, 0).shift(LEFT)
        self.next_section("with a cloud")
        self.add(cloud)
        self.play(FadeIn(circle), Create(triangle), run_time=0.5)
        self.next_section("without")
        self.remove(cloud)
        self.add_foreground_mobjects(Square(color="#00FF00").shift(UP))
        self.play(circle.animate.shift(2 * RIGHT), Rotate(triangle, PI), run_time=0.6)
        self.next_section("more")
        circle.set_z_index(-1)
        self.play(Transform(triangle, Square(fill_opacity=1).shift(DOWN)), run_time=0.5)
        self.wait(0.2)


class Degenerate(Scene):
    """Shapes of a single point, of no point, and of points that are no numbers."""

    def construct(self) -> None:
        lone, odd = Dot(), Square(fill_opacity=1)
        lone.points = np.zeros((1, 3))
        moving = Circle(fill_opacity=1)
        self.add(Square(fill_opacity=0.3), lone, odd, moving)
        self.play(moving.animate.shift(RIGHT), run_time=0.4)
        odd.points = np.full((4, 3), np.nan)
        self.play(moving.animate.shift(2 * LEFT), lone.animate.shift(UP), run_time=0.4)


class Formulas(Scene):
    """The same formula twice: manim's memory gives the second other strokes than the first."""

    def construct(self) -> None:
        self.next_section("once")
        self.play(FadeIn(MathTypst("(partial C) / (partial w)").shift(UP)), run_time=0.4)
        self.next_section("twice")
        self.play(FadeIn(MathTypst("(partial C) / (partial w)").shift(DOWN)), run_time=0.4)


class Zoom(MovingCameraScene):
    """A camera that moves."""

    def construct(self) -> None:
        self.add(Square(), Dot(RIGHT))
        self.next_section("in")
        self.play(self.camera.frame.animate.scale(0.5), run_time=0.4)
        self.next_section("out")
        self.play(self.camera.frame.animate.scale(3).shift(RIGHT), run_time=0.4)


class Many(Scene):
    """More shapes that move than are worth telling apart."""

    def construct(self) -> None:
        dots = VGroup(*(Dot([x / 4, y / 4, 0]) for x in range(-16, 16) for y in range(-8, 8)))
        self.add(dots)
        self.play(dots.animate.scale(0.5), run_time=0.5)
        self.play(dots[0].animate.shift(UP), run_time=0.5)


class Between(Scene):
    """What changes from one animation to the next, while nothing else does."""

    def construct(self) -> None:
        row = VGroup(*(Square(0.8, fill_opacity=0.4).set_z_index(k % 2) for k in range(5)))
        row.arrange(RIGHT, buff=-0.2).shift(UP)
        dot, ring = Dot(3 * LEFT), Circle(stroke_width=30)
        row[2].set_opacity(0)
        self.add(row, ring)
        self.next_section("taking turns")
        for square in row[:3]:
            self.play(square.animate.shift(0.3 * DOWN), run_time=0.3)
        self.next_section("while nothing moves")
        row[0].set_color("#FF0000").set_opacity(1)
        self.play(dot.animate.shift(RIGHT), run_time=0.3)
        self.remove(row[4])
        row[2].set_opacity(0.6).set_z_index(3)
        self.play(dot.animate.shift(RIGHT), run_time=0.3)
        self.next_section("the order")
        self.bring_to_back(ring)
        self.wait(0.3)
        self.bring_to_front(ring)
        self.wait(0.3)
        self.play(ring.animate.set_stroke(width=4), run_time=0.3)
        self.next_section("the background")
        self.camera.background[:, : self.camera.pixel_width // 3] = (0, 60, 90, 255)
        self.play(dot.animate.shift(RIGHT), run_time=0.3)
        self.clear()
        self.play(FadeIn(dot), run_time=0.3)


class Pixels(Scene):
    """Scenes that read and paint the pixels of the camera themselves."""

    def construct(self) -> None:
        square, dot = Square(fill_opacity=1), Dot(3 * LEFT)
        self.add(Circle(fill_opacity=1).shift(3 * RIGHT), square)
        self.play(dot.animate.shift(UP), run_time=0.3)
        before = self.renderer.get_frame()
        self.camera.pixel_array[:9] = 255  # gone with the next frame
        self.play(dot.animate.shift(UP), run_time=0.3)
        bar = Line(2 * DOWN, 2 * DOWN)
        bar.add_updater(lambda m: m.put_start_and_end_on(2 * DOWN, 2 * DOWN + RIGHT * self.mean()))
        self.add(bar)
        self.play(dot.animate.shift(RIGHT), square.animate.scale(0.5), run_time=0.5)
        self.play(FadeOut(square), run_time=0.3)
        bar.clear_updaters()
        self.wait(0.3)
        self.renderer.add_frame(before, 2)
        self.wait(0.3)
        dot.add_updater(lambda _: self.renderer.update_frame(self, [square, bar]))
        self.play(bar.animate.shift(UP), run_time=0.3)

    def mean(self) -> float:
        return 0.1 + float(self.camera.pixel_array[..., 0].mean()) / 20
