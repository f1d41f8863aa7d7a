"""Mobject of the scene WhatHelps: the gradient left at each layer, as stairs."""

from __future__ import annotations

import numpy as np
from manim import Line, ManimColor, VGroup, VMobject
from numpy.typing import ArrayLike

from lecture.kit.layout import Point, Region, at
from lecture.kit.mobjects.live_number import Align, LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.numbers import COUNT, power_of_ten
from lecture.kit.theme import theme

__all__ = ["StairPanel"]

_DECADES = 5


class StairPanel(VGroup):
    """Grid lines every five decades, for stairs from the output at the right to layer 1.

    The ends of `scale` are multiples of five decades.

    Examples
    --------
    >>> panel = StairPanel(MagnitudeScale(-10, 0, 0.0), 2, Region(0, 2, 0, 1), labelled=False)
    >>> stairs = panel.stairs([0.0, -1.0, -10.0], "#FFFFFF")
    >>> stairs.get_start().round(3).tolist(), stairs.get_end().round(3).tolist()
    ([2.0, 1.0, 0.0], [0.0, 0.0, 0.0])
    """

    def __init__(
        self, scale: MagnitudeScale, depth: int, region: Region, *, labelled: bool
    ) -> None:
        self.scale_of_axis, self.layers, self.region = scale, depth, region
        lines, labels = VGroup(), VGroup()
        for exponent in range(scale.low, scale.high + 1, _DECADES):
            left, right = self.point(depth, exponent), self.point(0, exponent)
            line = Line(left, right, color=theme().grid, stroke_width=2)
            lines.add(line.set_stroke(theme().secondary if exponent == 0 else theme().grid))
            if labelled:
                label = self._tick("right", power_of_ten(exponent))
                labels.add(label.place(left - at(0.12, 0)))
        for layer, steps in ((1, depth - 0.5), (depth, 0.5)):
            foot = self.point(steps, scale.low) - at(0, 0.26)
            labels.add(self._tick("center", COUNT(layer)).place(foot))
        super().__init__(lines, labels)
        self.set_z_index(-1)

    def point(self, steps: float, log10: float) -> Point:
        """Return the point for a magnitude, `steps` layers back from the output."""
        height = self.scale_of_axis.logarithmic(np.array([log10]))[0]
        return at(
            self.region.right - steps / self.layers * self.region.width,
            self.region.bottom + float(height) * self.region.height,
        )

    def stairs(self, log10: ArrayLike, color: str | ManimColor, width: float = 4) -> VMobject:
        """Return stairs through the magnitudes 0, 1, ..., `depth` layers back from the output."""
        levels = [float(level) for level in np.asarray(log10)]
        corners = [self.point(0, levels[0])]
        for step, level in enumerate(levels[1:]):
            corners += [self.point(step, level), self.point(step + 1, level)]
        line = VMobject(color=color, stroke_width=width)
        return line.set_points_as_corners(corners)

    @staticmethod
    def _tick(align: Align, text: str) -> LiveNumber:
        label = LiveNumber(font_size=20, color=theme().secondary, align=align, name="tick")
        return label.set_text(text)
