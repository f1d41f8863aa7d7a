"""Mobjects of the scene BackwardPass: annotations of the gradient bars."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Arrow,
    DashedLine,
    Dot,
    DoubleArrow,
    Line,
    Typst,
    VGroup,
    VMobject,
)
from numpy.typing import NDArray

from lecture.kit.layout import Point, at, frame, is_portrait, move_inside
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.row import Row
from lecture.kit.numbers import FACTOR, GRADIENT
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, prose
from mathcore import BackwardTrace
from scenes.data.chain_readings import received_text
from scenes.mobjects.chain_columns import ChainColumns
from scenes.mobjects.gradient_bars import GradientBars

__all__ = [
    "AxisName",
    "bracket",
    "branch_line",
    "branch_row",
    "level",
    "span",
    "staircase",
    "step_arrows",
]

_ROW_SIZE, _ROOM_FOR_BRANCH = 32.0, 7.3
_CARD_HALF = 0.48  # half the height of a card in a row
_LONGEST_STEP, _SHORTEST_STEP = 0.95, 0.12


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
        move_inside(name.move_to(self.scale_name, aligned_edge=UP))
        return name

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
        move_inside(name.next_to(quantity, DOWN, buff=0.2))
        return quantity, name

    @staticmethod
    def _above(scale_name: str, bars: GradientBars) -> tuple[Typst, Typst]:
        quantity = formula("abs(partial C \\/ partial w_j)", font_size=30)
        corner = at(bars.region.left, bars.region.top + 0.62)
        quantity.move_to(corner, aligned_edge=LEFT)
        name = _small(scale_name).next_to(quantity, RIGHT, buff=0.2)
        move_inside(VGroup(quantity, name))
        return quantity, name


def _small(text: str, *, wrapped: bool = False) -> Typst:
    markup = text.replace(" ", " \\ ") if wrapped else text
    return prose(markup, font_size=30, color=theme().secondary)


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
    label = prose(text, font_size=30, color=theme().ink)
    if not flow.down:
        fits = label.width <= end - start
        return VGroup(line, label.next_to(line, UP, buff=0.15)) if fits else VGroup(line)
    room = frame().right - high - 0.15
    if label.width > room:
        label = prose(text.replace(" ", " \\ "), font_size=30, color=theme().ink)
    fits = label.width <= room and label.height <= end - start
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


def branch_line(bars: GradientBars, cards: float, layer: int) -> Line:
    """Return the line from the card of a layer (from 1) to its bar; `cards` is their coordinate."""
    flow, x = bars.columns.flow, bars.columns.neuron_x[layer - 1]
    base = bars.region.left if flow.down else bars.region.top
    start = cards + _CARD_HALF if flow.down else cards - _CARD_HALF
    return Line(
        flow.point(x, start), flow.point(x, base), color=theme().gradient, stroke_width=4
    ).set_z_index(-1)


def branch_row(
    trace: BackwardTrace, before: tuple[float, float], layer: int, left: Point
) -> VGroup:
    """Return ``∂C/∂w_j`` as the product before the layer times its slope and its input.

    `before` is sign and log10 of ``dC/da_j``. The row is empty in portrait frames, which have no
    room for it; where the product is too wide, only its result is shown.
    """
    if is_portrait():
        return VGroup()
    values = (
        ("product", FACTOR.from_log10(*before), theme().gradient),
        ("slope", FACTOR.from_log10(*_slope(trace, before, layer)), theme().slope),
        ("received", received_text(trace, layer), theme().signal),
    )
    result = LiveNumber(font_size=_ROW_SIZE, color=theme().gradient, name=f"branch_{layer}")
    sign, log10 = float(trace.sign_grad_w[layer - 1]), float(trace.log10_abs_grad_w[layer - 1])
    result.set_text(GRADIENT.from_log10(sign, log10))
    name = f"partial C \\/ partial w_{layer} ="
    numbers = [
        LiveNumber(font_size=_ROW_SIZE, color=color, name=f"{key}_{layer}").set_text(text)
        for key, text, color in values
    ]
    row = Row(
        name, numbers[0], "dot", numbers[1], "dot", numbers[2], "=", result, font_size=_ROW_SIZE
    )
    if row.width > _ROOM_FOR_BRANCH:
        row = Row(name, result, font_size=_ROW_SIZE)
    return row.start_at(left - at(0.0, 0.1))


def _slope(trace: BackwardTrace, before: tuple[float, float], layer: int) -> tuple[float, float]:
    """Return sign and log10 of a slope, which may underflow, as dC/dh_j divided by dC/da_j."""
    slope = float(trace.slope[layer - 1])
    sign, log10 = before
    if slope or not np.isfinite(log10):
        return float(np.sign(slope)), float(np.log10(abs(slope))) if slope else -np.inf
    after = float(trace.log10_abs_grad_b[layer - 1])
    return float(trace.sign_grad_b[layer - 1]) * sign, after - log10


def step_arrows(trace: BackwardTrace, columns: ChainColumns, across: float) -> list[VMobject]:
    """Return an arrow for the step of each weight against its gradient, on one scale.

    Steps too short for an arrow are dots, and there is none without a gradient.
    """
    logs = trace.log10_abs_grad_w
    longest = float(logs.max())
    arrows: list[VMobject] = []
    for x, sign, log10 in zip(columns.neuron_x, trace.sign_grad_w, logs, strict=True):
        if not np.isfinite(log10):
            continue
        length = _LONGEST_STEP * 10.0 ** (float(log10) - longest)
        reach = -float(sign) * length / 2
        if length < _SHORTEST_STEP:
            arrows.append(Dot(columns.flow.point(x, across), radius=0.04, color=theme().gradient))
            continue
        arrows.append(
            Arrow(
                columns.flow.point(x, across - reach),
                columns.flow.point(x, across + reach),
                buff=0,
                color=theme().gradient,
                stroke_width=7,
                tip_length=min(0.25, 0.6 * length),
                max_stroke_width_to_length_ratio=40,
                max_tip_length_to_length_ratio=0.6,
            )
        )
    return arrows
