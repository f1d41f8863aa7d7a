"""Scenes with what manim documents beside plain shapes: pictures, SVG, Pango's text, zoom, 3D.

Each begins with one frame of nothing but the background.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from manim import (
    DEGREES,
    RIGHT,
    UP,
    Circle,
    Cube,
    ImageMobject,
    Scene,
    Square,
    SVGMobject,
    Text,
    ThreeDScene,
    ZoomedScene,
)

FRAME = 0.1  # seconds

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">
<path d="M0 0 H8 V10 Z" fill="#ff8800"/><circle cx="15" cy="5" r="4" stroke="#00ff88"/></svg>"""


class Picture(Scene):
    """A picture of an array, under a shape, which moves and fades."""

    def construct(self) -> None:
        self.wait(FRAME)
        rows, columns = np.mgrid[0:8, 0:8]
        pixels = np.stack([rows * 30, columns * 30, 0 * rows + 90], axis=2).astype(np.uint8)
        picture = ImageMobject(pixels).scale_to_fit_height(4)
        self.add(picture, Circle(fill_opacity=0.5))
        self.wait(FRAME)
        self.play(picture.animate.shift(2 * RIGHT).rotate(0.3).set_opacity(0.4), run_time=4 * FRAME)
        self.wait(FRAME)


class Drawing(Scene):
    """The shapes of an SVG file."""

    def construct(self) -> None:
        self.wait(FRAME)
        with TemporaryDirectory() as folder:
            file = Path(folder, "shapes.svg")
            file.write_text(SVG, encoding="utf-8")
            drawing = SVGMobject(file)
        self.play(drawing.animate.shift(UP), run_time=4 * FRAME)
        self.wait(FRAME)


class PangoText(Scene):
    """Text that Pango sets."""

    def construct(self) -> None:
        self.wait(FRAME)
        text = Text("Text", font_size=144)
        self.play(text.animate.shift(UP), run_time=4 * FRAME)
        self.wait(FRAME)


class Zoomed(ZoomedScene):
    """A part of the frame, shown larger in a corner."""

    def construct(self) -> None:
        self.wait(FRAME)
        self.add(Square(fill_opacity=0.5))
        self.wait(FRAME)
        self.activate_zooming()
        self.play(self.zoomed_camera.frame.animate.shift(UP), run_time=4 * FRAME)


class Solid(ThreeDScene):
    """A cube in front of a camera that turns."""

    def construct(self) -> None:
        self.set_camera_orientation(phi=60 * DEGREES, theta=-45 * DEGREES)
        self.wait(FRAME)
        self.add(Cube())
        self.wait(FRAME)
        self.move_camera(theta=10 * DEGREES, run_time=4 * FRAME)
