"""Scenes that take little time to draw, for the tests of what draws them."""

import json
import os
import signal
import threading
from typing import Any

from manim import FadeIn, Rectangle, Scene, Square, VGroup, config

from tests import patches


class TwoMoves(Scene):
    """Two seconds with a caption each."""

    def construct(self) -> None:
        square = Square()
        self.add_subcaption("It appears.", duration=1)
        self.play(FadeIn(square), run_time=1)
        self.add_subcaption("It moves: σ′(h) ≤ ¼.", duration=1)
        self.play(square.animate.shift([1, 0, 0]), run_time=1)


class Still(Scene):
    """Half a second in which nothing moves, and no caption."""

    def construct(self) -> None:
        self.add(Square())
        self.wait(0.5)


class Raises(Scene):
    """A frame, then an error in the scene's code."""

    def construct(self) -> None:
        self.wait(0.5)
        raise ZeroDivisionError("an error in the scene\nof two lines")


class Nothing(Scene):
    """No animation and no wait."""


class OpenGL(Scene):
    """Another renderer than manim's default."""

    def __init__(self) -> None:
        config.renderer = "opengl"
        super().__init__()

    def construct(self) -> None:
        self.wait(0.5)


class Killed(Scene):
    """A process that is killed, by the system running out of memory say."""

    def construct(self) -> None:
        self.wait(0.5)
        os.kill(os.getpid(), signal.SIGKILL)


class Endless(Scene):
    """A scene that does not end; it leaves a note of the process that draws it."""

    def construct(self) -> None:
        self.play(FadeIn(Square()), run_time=0.2)
        with open("drawing.pid", "w", encoding="utf-8") as note:  # noqa: PTH123
            note.write(str(os.getpid()))
        threading.Event().wait(600)


class Reports(Scene):
    """Writes down which settings it is drawn with."""

    def construct(self) -> None:
        self.wait(0.2)
        settings = {
            "disable_caching": config.disable_caching,
            "frame_width": config.frame_width,
            "background_opacity": config.background_opacity,
            "background_color": config.background_color.to_hex(),
        }
        with open("settings.json", "w", encoding="utf-8") as note:  # noqa: PTH123
            json.dump(settings, note)


class ThreeBeats(Scene):
    """Two sections with a picture of its own each, and an empty one between them."""

    def construct(self) -> None:
        self.next_section("first <b>")
        square = Square(fill_opacity=1, color="#FF0000")
        self.play(FadeIn(square), run_time=0.4)
        self.next_section("empty")
        self.next_section("../second")
        self.play(square.animate.set_color("#0000FF"), run_time=0.4)


class Glass(Scene):
    """On a light ground, a square of a quarter's opacity, and an opaque one."""

    def __init__(self, **options: Any) -> None:
        config.background_color = "#FBFAF7"
        super().__init__(**options)

    def construct(self) -> None:
        form = {"color": "#56B4E9", "stroke_width": 0, "side_length": 3}
        glass = Square(fill_opacity=0.25, **form).shift([-3, 0, 0])
        self.next_section("glass")
        self.add(glass)
        self.play(FadeIn(Square(fill_opacity=1, **form).shift([3, 0, 0])), run_time=0.4)
        self.wait(0.2)


class Patches(Scene):
    """Patches of flat colours on the background of the dark theme, which are there at once.

    The poster of a clip is the first frame that shows something.
    """

    def __init__(self, **options: Any) -> None:
        config.background_color = patches.BACKGROUND
        super().__init__(**options)

    def construct(self) -> None:
        cell = config.frame_width / patches.COLUMNS, config.frame_height / patches.ROWS
        shown = VGroup()
        for color, x, y in patches.centres():
            size = {"width": patches.SHARE * cell[0], "height": patches.SHARE * cell[1]}
            patch = Rectangle(**size, color=color, fill_opacity=1, stroke_width=0)
            corner = [(x - 0.5) * config.frame_width, (0.5 - y) * config.frame_height, 0]
            shown.add(patch.move_to(corner))
        self.add(shown)
        self.wait(0.5)
