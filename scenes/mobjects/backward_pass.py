"""What is said about the bars of gradients: their axis, the hidden ones, and how they compare."""

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
    """What the bars show, and the name of their scale.

    The name stands below the quantity, right of the bars; or, where bars lie in rows, both stand
    on one line above the axis.

    Parameters
    ----------
    scale_name
        Typst markup, such as ``"log scale"``.
    bars
        The bars.

    Attributes
    ----------
    scale_name : Typst
        The name of the scale alone.

    Examples
    --------
    >>> import numpy as np
    >>> from lecture.kit.layout import Region
    >>> from scenes.mobjects.chain_columns import ChainColumns
    >>> columns, region = ChainColumns.across(-6.2, 6.1, depth=2), Region(-5, 5, -3, -1)
    >>> bars = GradientBars(np.ones(2), np.array([-4.0, -1.0]), columns, region)
    >>> AxisName("log scale", bars).scale_name.typst_code
    'log scale'
    """

    def __init__(self, scale_name: str, bars: GradientBars) -> None:
        self._down = bars.columns.flow.down
        self._wrapped = False
        place = self._above if self._down else self._beside
        quantity, self.scale_name = place(scale_name, bars)
        super().__init__(quantity, self.scale_name)

    def renamed(self, scale_name: str) -> Typst:
        """Return the name of another scale, where the present one stands."""
        name = _small(scale_name, wrapped=self._wrapped)
        if self._down:
            # Baselines agree, since both names have the same tallest letters.
            return name.move_to(self.scale_name, aligned_edge=LEFT)
        return name.move_to(self.scale_name, aligned_edge=UP)

    def _beside(self, scale_name: str, bars: GradientBars) -> tuple[Typst, Typst]:
        left = bars.region.right + 0.12
        room = frame().right - left
        size = 34 if room > 1.0 else 30
        quantity = formula("abs((partial C) / (partial w_j))", font_size=size)
        name = _small(scale_name)
        # Chains of many layers leave a narrow column; a name of two words takes two lines there.
        self._wrapped = name.width > room
        if self._wrapped:
            name = _small(scale_name, wrapped=True)
        x = left + min(room, 1.6) / 2
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
    """Return a bracket over the first run of neighbouring layers, with a label if it fits.

    Parameters
    ----------
    bars
        The bars, of which those meant are too low to be seen.
    layers
        The layers meant, from 0.
    text
        The label, as Typst markup.
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


def staircase(bars: GradientBars) -> VMobject:
    """Return a line over the tops of the bars, from the last layer to the first."""
    half = 0.5 * bars.columns.spacing
    corners = []
    for along, height in zip(reversed(bars.columns.neuron_x), reversed(bars.heights), strict=True):
        corners += [bars.point(along + half, height), bars.point(along - half, height)]
    line = VMobject(color=theme().gradient, stroke_width=3)
    return line.set_points_as_corners(corners)


def level(bars: GradientBars, layer: int) -> DashedLine:
    """Return a dashed line at the top of the bar of a layer, from 1, to the end of the axis."""
    height = bars.heights[layer - 1]
    return DashedLine(
        bars.point(bars.columns.neuron_x[layer - 1], height),
        bars.point(_end(bars), height),
        color=theme().ink,
        stroke_width=2,
        dash_length=0.1,
    )


def span(bars: GradientBars, slow: int, fast: int) -> DoubleArrow:
    """Return an arrow, at the end of the axis, between the levels of two layers, from 1."""
    ends = (bars.point(_end(bars) - 0.1, bars.heights[layer - 1]) for layer in (slow, fast))
    return DoubleArrow(*ends, buff=0, color=theme().ink, stroke_width=4, tip_length=0.18)


def _end(bars: GradientBars) -> float:
    return -bars.region.bottom if bars.columns.flow.down else bars.region.right
