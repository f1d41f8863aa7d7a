"""Mobjects of the scene BackwardPass: annotations of the gradient bars."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, DashedLine, DoubleArrow, Typst, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import at, frame
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, prose
from scenes.mobjects.gradient_bars import GradientBars

__all__ = ["AxisName", "bracket", "level", "span", "staircase"]


class AxisName(VGroup):
    """The quantity on the axis of the bars and, as `scale_name`, the name of its scale."""

    def __init__(self, scale_name: str, bars: GradientBars) -> None:
        self._down = bars.columns.flow.down
        self._wrapped = False
        arrange = self._above if self._down else self._beside
        quantity, self.scale_name = arrange(scale_name, bars)
        super().__init__(quantity, self.scale_name)

    def renamed(self, scale_name: str) -> Typst:
        """Return another scale name, at the position of the present one."""
        name = _small(scale_name, wrapped=self._wrapped)
        if self._down:
            # Aligns the baselines, since both names have the same ascenders.
            return name.move_to(self.scale_name, aligned_edge=LEFT)
        return name.move_to(self.scale_name, aligned_edge=UP)

    def _beside(self, scale_name: str, bars: GradientBars) -> tuple[Typst, Typst]:
        left = bars.region.right + 0.12
        width = frame().right - left
        size = 34 if width > 1.0 else 30
        quantity = formula("abs((partial C) / (partial w_j))", font_size=size)
        name = _small(scale_name)
        # Long chains leave a narrow column, in which a name of two words is wrapped.
        self._wrapped = name.width > width
        if self._wrapped:
            name = _small(scale_name, wrapped=True)
        x = left + min(width, 1.6) / 2
        quantity.move_to(at(x, bars.region.top - 0.42))
        return quantity, name.next_to(quantity, DOWN, buff=0.2)

    @staticmethod
    def _above(scale_name: str, bars: GradientBars) -> tuple[Typst, Typst]:
        quantity = formula("abs(partial C \\/ partial w_j)", font_size=28)
        corner = at(bars.region.left, bars.region.top + 0.62)
        quantity.move_to(corner, aligned_edge=LEFT)
        return quantity, _small(scale_name).next_to(quantity, RIGHT, buff=0.2)


def _small(text: str, *, wrapped: bool = False) -> Typst:
    markup = text.replace(" ", " \\ ") if wrapped else text
    return prose(markup, font_size=20, color=theme().secondary)


def bracket(bars: GradientBars, layers: NDArray[np.int64], text: str) -> VGroup:
    """Return a bracket over the first run of adjacent `layers` (from 0), and a label if it fits.

    The bars of these layers are too low to be seen.
    """
    breaks = np.flatnonzero(np.diff(layers) > 1)
    last = int(layers[breaks[0]]) if breaks.size else int(layers[-1])
    columns, flow = bars.columns, bars.columns.flow
    half = 0.42 * columns.spacing
    start, end = columns.neuron_x[int(layers[0])] - half, columns.neuron_x[last] + half
    low = bars.region.bottom + 0.36
    if flow.down:
        low = bars.region.left + 0.26 + max(float(v.width) for v in bars.values[: last + 1])
    high = low + 0.14
    line = VMobject(color=theme().secondary, stroke_width=3).set_points_as_corners(
        [flow.point(x, y) for x, y in ((start, low), (start, high), (end, high), (end, low))]
    )
    label = prose(text, font_size=24, color=theme().ink)
    if not flow.down:
        fits = label.width <= end - start
        return VGroup(line, label.next_to(line, UP, buff=0.15)) if fits else VGroup(line)
    if label.width > frame().right - high - 0.15:
        label = prose(text.replace(" ", " \\ "), font_size=24, color=theme().ink)
    fits = label.height <= end - start
    return VGroup(line, label.next_to(line, RIGHT, buff=0.15)) if fits else VGroup(line)


def staircase(bars: GradientBars, drawn: NDArray[np.bool_]) -> VMobject:
    """Return a line over the tops of the bars, from the last layer to the first.

    It has gaps at the layers that are not `drawn`: a gradient of zero has no bar.
    """
    half = 0.5 * bars.columns.spacing
    line = VMobject(color=theme().gradient, stroke_width=3)
    steps = list(zip(bars.columns.neuron_x, bars.heights, drawn, strict=True))
    connected = False
    for along, height, has_bar in reversed(steps):
        if has_bar:
            start, end = (bars.point(along + side, height) for side in (half, -half))
            (line.add_line_to if connected else line.start_new_path)(start)
            line.add_line_to(end)
        connected = bool(has_bar)
    return line


def level(bars: GradientBars, layer: int) -> DashedLine:
    """Return a dashed line from the top of the bar of a layer (from 1) to the end of the axis."""
    height = bars.heights[layer - 1]
    return DashedLine(
        bars.point(bars.columns.neuron_x[layer - 1], height),
        bars.point(_end(bars), height),
        color=theme().ink,
        stroke_width=2,
        dash_length=0.1,
    )


def span(bars: GradientBars, slow: int, fast: int) -> DoubleArrow:
    """Return a double arrow between the levels of two layers (from 1), at the end of the axis."""
    ends = (bars.point(_end(bars) - 0.1, bars.heights[layer - 1]) for layer in (slow, fast))
    return DoubleArrow(*ends, buff=0, color=theme().ink, stroke_width=4, tip_length=0.18)


def _end(bars: GradientBars) -> float:
    return -bars.region.bottom if bars.columns.flow.down else bars.region.right
