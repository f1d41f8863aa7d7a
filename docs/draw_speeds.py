"""Draw the picture of docs/mnist.md: ``python docs/draw_speeds.py``, in some seconds.

It shows the speeds of hidden layers before training beside published ones. The page has the same
numbers as a table, which the script prints.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from manim import LEFT, Circle, Dot, Line, VGroup
from numpy.typing import NDArray

from docs.draw_gallery import GALLERY, ROOT
from docs.draw_kit import cropped, frames_of, save
from lecture.kit.layout import Region, at
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, power_of_ten
from lecture.kit.theme import theme
from scenes.data.deep_nets_stall import PUBLISHED_SPEEDS, start_speeds

__all__ = ["PAGE", "PICTURE", "SpeedFigure", "draw", "table"]

PAGE = ROOT / "docs" / "mnist.md"
PICTURE = GALLERY / "start_speeds.png"

_SEEDS = 20
_AXIS = Region(-1.7, 2.9, -2.7, 2.3)
_LANE, _GAP = 0.42, 0.3
_LEFT = -4.5


@cache
def _starts() -> dict[int, NDArray[np.float64]]:
    """Return the speeds for each seed, by number of hidden layers."""
    return {depth: start_speeds(depth, range(_SEEDS)) for depth in PUBLISHED_SPEEDS}


def table() -> str:
    """Return our speeds and the published ones as a table in Markdown, a row for each layer."""
    rows = [
        "| Hidden layers | Layer | Lecture | Range over 20 seeds | Published |",
        "| --- | --- | --- | --- | --- |",
    ]
    for depth, published in PUBLISHED_SPEEDS.items():
        for layer, theirs in enumerate(published):
            ours = _starts()[depth][:, layer]
            low, high = (f"{value:.3f}" for value in (ours.min(), ours.max()))
            cells = (f"{depth}", f"{layer + 1}", f"{ours[0]:.3f}", f"{low} to {high}", f"{theirs}")
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


class SpeedFigure(LectureScene):
    """A lane for each layer: range over the seeds, the lecture's network, and the published one."""

    def construct(self) -> None:
        """Draw axis, lanes and legend."""
        everything = np.concatenate([np.log10(speeds).ravel() for speeds in _starts().values()])
        self.scale = MagnitudeScale(int(np.floor(everything.min())), 0, 0.0)
        for exponent in self.scale.decades():
            x = self.x_of(float(exponent))
            line = Line(at(x, _AXIS.bottom), at(x, _AXIS.top), color=theme().grid, stroke_width=2)
            tick = LiveNumber(font_size=33, color=theme().secondary, name="tick")
            tick.set_text(power_of_ten(exponent)).place(at(x, _AXIS.bottom - 0.3))
            self.add(line.set_z_index(-1), tick)
        self.add(self.legend())
        y = _AXIS.top - 0.3
        for depth, speeds in _starts().items():
            self.add(self.name(depth, y - 0.5 * (depth - 1) * _LANE))
            for layer in range(depth):
                self.add(self.lane(speeds[:, layer], PUBLISHED_SPEEDS[depth][layer], y))
                y -= _LANE
            y -= _GAP
        self.wait(1 / 16)

    def x_of(self, log10: float) -> float:
        """Return the x of a magnitude."""
        share = float(self.scale.logarithmic(np.array([log10]))[0])
        return _AXIS.left + share * _AXIS.width

    def name(self, depth: int, y: float) -> VGroup:
        """Return the number of hidden layers beside their lanes."""
        number = LiveNumber(depth, COUNT, font_size=30, align="left", name="depth")
        words = text_at("hidden layers", at(_LEFT + 0.35, y), edge=LEFT, font_size=30)
        return VGroup(number.place(at(_LEFT, y)), words)

    def lane(self, ours: NDArray[np.float64], published: float, y: float) -> VGroup:
        """Return the marks of one layer."""
        low, high = (self.x_of(float(np.log10(value))) for value in (ours.min(), ours.max()))
        span = Line(at(low, y), at(high, y), color=theme().gradient, stroke_width=9)
        dot = Dot(at(self.x_of(float(np.log10(ours[0]))), y), radius=0.11, color=theme().gradient)
        ring = Circle(radius=0.15, color=theme().ink, stroke_width=4)
        ring.move_to(at(self.x_of(float(np.log10(published))), y))
        return VGroup(span.set_stroke(opacity=0.4), dot, ring)

    def legend(self) -> VGroup:
        """Return the meaning of the marks, above the lanes."""
        y = _AXIS.top + 0.45
        ring = Circle(radius=0.15, color=theme().ink, stroke_width=4)
        span = Line(at(_LEFT, y), at(_LEFT + 0.5, y), color=theme().gradient, stroke_width=9)
        marks = (
            (span.set_stroke(opacity=0.4), _LEFT + 0.65, "20 starts"),
            (Dot(at(-1.6, y), radius=0.11, color=theme().gradient), -1.35, "the lecture"),
            (ring.move_to(at(0.85, y)), 1.15, "published"),
        )
        rows = (VGroup(m, text_at(t, at(x, y), edge=LEFT, font_size=30)) for m, x, t in marks)
        return VGroup(*rows)


def draw() -> None:
    """Write the picture, with the table as its comment."""
    save(cropped(frames_of(SpeedFigure)), PICTURE, comment=table())


if __name__ == "__main__":
    draw()
    print(table())  # noqa: T201  (for docs/mnist.md)
