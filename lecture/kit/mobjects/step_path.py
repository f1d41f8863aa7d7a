"""The path of an iteration in the plane, drawn as its steps go by."""

from __future__ import annotations

import numpy as np
from manim import Dot, VGroup
from numpy.typing import ArrayLike

from lecture.kit.layout import at
from lecture.kit.mobjects.decade_plot import Polylines
from lecture.kit.theme import theme

__all__ = ["StepPath"]

_DOT_RADIUS, _BALL_RADIUS = 0.05, 0.11


class StepPath(VGroup):
    """A line with a dot at each step and a ball at its end, drawn up to any step.

    Animate it with :class:`lecture.kit.animations.Drive` and :meth:`reveal`.

    Parameters
    ----------
    points
        x and y of the steps 0, 1, 2, ... in units, shape (steps + 1, 2), at least one step.
    color
        Colour of the line and the dots; the ball has the theme's ink.

    Attributes
    ----------
    line : Polylines
        The line.
    dots : VGroup
        A dot for each step; those ahead of the ball are transparent.
    ball : Dot
        The ball.

    Examples
    --------
    >>> path = StepPath([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0]], "#FFFFFF")
    >>> path.steps, path.reveal(1.5).ball.get_center().tolist()
    (2, [2.0, 0.5, 0.0])
    """

    def __init__(self, points: ArrayLike, color: str) -> None:
        corners = np.asarray(points, dtype=np.float64)
        self.steps = len(corners) - 1
        self.line = Polylines(corners[None], color, thickness=3.0)
        self.dots = VGroup(*(Dot(at(x, y), radius=_DOT_RADIUS, color=color) for x, y in corners))
        self.ball = Dot(radius=_BALL_RADIUS, color=theme().ink).set_z_index(3)
        super().__init__(self.line, self.dots, self.ball)
        self.reveal(0.0)

    def reveal(self, step: float) -> StepPath:
        """Draw the path from step 0 to `step`, which may be fractional."""
        self.line.draw_to(step)
        for index, dot in enumerate(self.dots):
            dot.set_opacity(1.0 if index <= self.line.reached else 0.0)
        x, y = self.line.tips()[0]
        self.ball.move_to(at(x, y))
        return self
