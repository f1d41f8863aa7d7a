"""The base class of the scenes, and the drawing of the valley that two of them share.

Colours in all scenes: cost pink, weight green, slope and steps without momentum orange, factor of a
step yellow, momentum blue, exploding values vermilion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manim import DOWN, RIGHT, VGroup

from gradient_descent.descent import Array, Descent, cost
from gradient_descent.spec import BowlSpec
from lecture.kit.animations import Drive, in_steps
from lecture.kit.layout import DOWNWARDS, RIGHTWARDS, Point, Region, at, frame, is_portrait
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.mobjects.contour_plot import ContourPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.readout import Readout
from lecture.kit.mobjects.step_path import StepPath
from lecture.kit.numbers import PLAIN, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula

__all__ = [
    "POSITION",
    "TEXT",
    "BowlScene",
    "Row",
    "Valley",
    "ValleyLayout",
    "card",
    "plain",
    "valley_layout",
]

TEXT = 34.0
"""Font size of formulas and numbers."""

POSITION = NumberFormat(decimals=3, notation="fixed")
"""Format of a weight, which may pass through zero."""

_REST, _AFTER_QUESTION, _STEP = 1.6, 2.1, 0.19  # seconds


class BowlScene(LectureScene):
    """A scene with a `BowlSpec`."""

    spec_model = BowlSpec
    spec: BowlSpec

    def rest(self, *, question: bool = False) -> None:
        """Wait at the end of a beat, or for an answer."""
        self.wait(_AFTER_QUESTION if question else _REST)

    def walk(self, path: StepPath, first: int, last: int) -> None:
        """Move the ball of a path from one step to another."""
        count = last - first
        steps = Drive(path, path.reveal, first, last, rate_func=in_steps(count))
        self.play(steps, run_time=_STEP * count)


def plain(value: float) -> str:
    """Return a number without trailing zeros and without rounding errors beside zero."""
    return PLAIN(round(value, 12))


Row = tuple[str, str, str, float | str | None]
"""Formula, colour, name of the number, and number of a row of a card."""


def card(rows: Sequence[Row], width: float) -> Readout:
    """Return a card; a text stands for a number that never changes, ``None`` for no number."""
    found: list[tuple[str, str, LiveNumber | None]] = []
    for math, color, name, value in rows:
        number = LiveNumber(0.0, POSITION, font_size=TEXT, color=color, align="right", name=name)
        if isinstance(value, str):
            number.set_text(value)
        elif value is not None:
            number.set_value(value)
        found.append((math, color, None if value is None else number))
    return Readout(found, width=width, font_size=TEXT)


@dataclass(frozen=True)
class ValleyLayout:
    """Regions of the valley, of two cards below it, and of the formulas."""

    valley: Region
    cards: tuple[Point, Point]
    width: float
    formulas: Region

    def show_formulas(self, *math: str) -> VGroup:
        """Return formulas one below the other, or side by side in portrait."""
        drawn = VGroup(*(formula(part, font_size=TEXT) for part in math))
        drawn.arrange(RIGHT if is_portrait() else DOWN, buff=0.9 if is_portrait() else 0.3)
        return drawn.move_to(self.formulas.center)


def valley_layout() -> ValleyLayout:
    """Return the layout in the current frame."""
    bounds = frame()
    if is_portrait():
        return ValleyLayout(
            Region(bounds.left, bounds.right, -0.4, 5.0),
            (at(0.0, -1.65), at(0.0, -3.75)),
            bounds.width,
            Region(bounds.left, bounds.right, bounds.bottom, -4.9),
        )
    return ValleyLayout(
        Region(bounds.left, bounds.right, -1.2, 2.6),
        (at(-4.4, -2.55), at(0.0, -2.55)),
        4.2,
        Region(2.5, bounds.right, bounds.bottom, -1.5),
    )


class Valley(ContourPlot):
    """The bowl from above, with one scale for both weights; in portrait the valley runs down."""

    def __init__(self, curvatures: tuple[float, float], paths: list[Array], region: Region) -> None:
        self.flow = flow = DOWNWARDS if is_portrait() else RIGHTWARDS
        start = paths[0][0]
        top = float(cost(curvatures, start))
        walked = np.max(np.abs(np.concatenate(paths)), axis=0)
        axes = np.sqrt(2 * top / np.asarray(curvatures))  # half axes of the line of the start
        sides = np.array([region.width, region.height])[:: -1 if flow.down else 1]
        # The line of the start is shown whole, unless the path would be too small.
        whole, near = (float(np.min(sides / 2 / (1.05 * size))) for size in (axes, walked))
        scale = max(min(whole, near), 0.7 * near)
        right, up = region.width / 2 / scale, region.height / 2 / scale

        def height(x: Array, y: Array) -> Array:
            return cost(curvatures, np.stack((-y, x) if flow.down else (x, y), axis=-1))

        levels = [top * share**2 for share in (0.25, 0.5, 0.75, 1.0)]
        super().__init__(height, (-right, right), (-up, up), region, levels, theme().cost)

    def path_of(self, descent: Descent, color: str) -> StepPath:
        """Return the path of a descent."""
        along, across = descent.path.T
        x, y = (across, -along) if self.flow.down else (along, across)
        return StepPath([self.point(*point)[:2] for point in zip(x, y, strict=True)], color)
