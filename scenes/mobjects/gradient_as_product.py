"""Mobjects of the scene GradientAsProduct: bars of small changes, and a product of terms."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from manim import LEFT, RIGHT, Animation, MathTypst, Rectangle, Square, VGroup
from numpy.typing import NDArray

from lecture.kit.layout import Point, Region, at, frame, is_portrait, move_inside
from lecture.kit.mobjects.live_number import Align, LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.theme import theme
from lecture.kit.typeset import baseline_height, formula
from scenes.mobjects.chain_columns import FIRST_ROW_Y, ChainColumns, ChainLayout, chain_layout
from scenes.mobjects.gradient_bars import BarAxis
from scenes.symbols import slope

__all__ = ["ChainProduct", "ChangeBars", "GrowPair", "Offset", "ProductLayout", "product_layout"]

_WIDTH_PER_SPACING, _WIDEST = 0.16, 0.3


class ChangeBars(VGroup):
    """Two bars for each layer and for the cost, measured and predicted, on a logarithmic scale.

    `columns` have the cost as their last layer. The :attr:`axis` is not a submobject.

    Examples
    --------
    >>> columns, region = ChainColumns.across(-3, 3, depth=2), Region(-3, 3, -1, 1)
    >>> bars = ChangeBars(np.array([-1.0, -2.0]), np.array([-1.0, -np.inf]), columns, region)
    >>> bars.grow(0, 1.0).grow(1, 0.5).heights.tolist()
    [[2.0, 2.0], [0.5, 0.0]]
    """

    def __init__(
        self,
        exact: NDArray[np.float64],
        predicted: NDArray[np.float64],
        columns: ChainColumns,
        region: Region,
    ) -> None:
        self._along, self._flow = columns.neuron_x, columns.flow
        self._axis = BarAxis(region, columns.flow)
        log10 = np.stack([exact, predicted], axis=1)
        scale = _scale(log10)
        self._full = scale.logarithmic(log10) * self._axis.extent
        self.axis = self._axis.logarithmic(scale)
        self.growth = np.zeros(len(self._along))
        self._thick = min(_WIDEST, _WIDTH_PER_SPACING * columns.spacing)
        colors = (theme().signal, theme().gradient)
        self._pairs = [tuple(self._bar(color) for color in colors) for _ in self._along]
        self._corners = np.array(self._pairs[0][0].points)
        super().__init__(*(bar for pair in self._pairs for bar in pair))
        self.refresh()

    @property
    def heights(self) -> NDArray[np.float64]:
        """Current heights of the bars in units, of shape (layers, 2)."""
        return np.asarray(self.growth[:, None] * self._full)

    def refresh(self) -> ChangeBars:
        """Redraw the bars for :attr:`growth`."""
        for pair, along, heights in zip(self._pairs, self._along, self.heights, strict=True):
            for bar, side, height in zip(pair, (-0.55, 0.55), heights, strict=True):
                stretch = at(height, 1.0) if self._flow.down else at(1.0, height)
                base = self._axis.point(along + side * self._thick, 0.0)
                bar.points = self._corners * stretch + base
        return self

    def grow(self, index: int, share: float) -> ChangeBars:
        """Draw the pair at `index` at `share` of its height."""
        self.growth[index] = share
        return self.refresh()

    @staticmethod
    def legend(exact: str, predicted: str) -> VGroup:
        """Return a patch of each colour with its name."""
        entries = VGroup()
        for words, color in ((exact, theme().signal), (predicted, theme().gradient)):
            patch = Square(0.2, stroke_width=0).set_fill(color, opacity=0.8)
            text = text_at(words, patch.get_right() + at(0.15, 0.0), edge=LEFT, color=color)
            entries.add(VGroup(patch, text))
        entries[1].shift((entries[0].get_right()[0] + 0.4 - entries[1].get_left()[0]) * RIGHT)
        return entries

    def _bar(self, color: str) -> Rectangle:
        """Return a bar of height 1 based at the origin."""
        sides = (1.0, self._thick) if self._flow.down else (self._thick, 1.0)
        bar = Rectangle(width=sides[0], height=sides[1], stroke_width=0)
        return bar.shift(self._flow.point(0.0, 0.5)).set_fill(color, opacity=0.8)


def _scale(log10: NDArray[np.float64]) -> MagnitudeScale:
    """Return the scale up to the power of ten above the largest change."""
    scale = MagnitudeScale.covering(log10)
    finite = log10[np.isfinite(log10)]
    return replace(scale, high=math.ceil(finite.max())) if finite.size else scale


class GrowPair(Animation):
    """Grow the two bars of a layer."""

    def __init__(self, bars: ChangeBars, index: int, **options: Any) -> None:
        self.bars, self.index = bars, index
        super().__init__(bars, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the heights at `alpha`."""
        self.bars.grow(self.index, self.rate_func(alpha))


_SIZE = 32.0
_GAP = 0.1


class ChainProduct(VGroup):
    """``∂C/∂w_1 = x σ′(h_1) · w_2 σ′(h_2) · ... · ∂C/∂y`` on one line.

    `terms` holds one group for each factor, each with the dot in front of it; a product too long
    for `width` has an ellipsis instead of terms in its middle. `numbers` are the layers of the
    terms, ``depth + 1`` for the cost and 0 for the ellipsis. Before the end, the product with a
    nudge in front of it is the change of a quantity of the chain (see `change`).

    Examples
    --------
    >>> ChainProduct(3, "sigmoid", at(0.0, 0.0), 12.0).numbers
    [1, 2, 3, 4]
    >>> ChainProduct(12, "sigmoid", at(0.0, 0.0), 12.0).numbers
    [1, 2, 3, 4, 0, 12, 13]
    """

    def __init__(self, depth: int, activation: str, center: Point, width: float) -> None:
        self._depth, self._activation = depth, activation
        parts = {number: self._term(number) for number in range(depth + 2)}
        self._lead = formula("approx Delta w_1 dot", font_size=_SIZE, track_baselines=True)
        longest = formula(f"Delta a_{depth}", font_size=_SIZE, track_baselines=True)
        head = Row(longest, self._lead, font_size=_SIZE, gap=0.5)
        room = width - float(head.width) - _GAP
        widths = {n: sum(float(p.width) + _GAP for p in term) for n, term in parts.items()}
        self.numbers = _shown(depth, widths, room)
        row = Row(
            longest,
            self._lead,
            *(part for number in self.numbers for part in parts[number]),
            font_size=_SIZE,
            gap=_GAP * 96 / _SIZE,
        )
        row.move_to(center)
        self.terms = [VGroup(*parts[number]) for number in self.numbers]
        self.head = formula("partial C \\/ partial w_1 =", font_size=_SIZE, track_baselines=True)
        end = at(self.terms[0].get_left()[0] - _GAP, baseline_height(longest))
        Row(self.head, font_size=_SIZE).end_at(end)
        super().__init__(self.head, *self.terms)

    @property
    def lead(self) -> MathTypst:
        """The nudge in front of the terms."""
        return self._lead

    def change(self, number: int) -> MathTypst:
        """Return the quantity on the left after the terms up to `number`: ``Δa_j`` or ``ΔC``."""
        quantity = f"a_{number}" if number <= self._depth else "C"
        name = formula(f"Delta {quantity}", font_size=_SIZE, track_baselines=True)
        Row(name, font_size=_SIZE).end_at(
            at(self._lead.get_left()[0] - _GAP, baseline_height(self._lead))
        )
        return name

    def term(self, number: int) -> VGroup | None:
        """Return the term that appears with a factor; ``None`` after that of the ellipsis."""
        if number in self.numbers:
            return self.terms[self.numbers.index(number)]
        first_hidden = self.numbers[self.numbers.index(0) - 1] + 1
        return self.terms[self.numbers.index(0)] if number == first_hidden else None

    def middle(self) -> tuple[VGroup, VGroup]:
        """Return the first and the last of the terms between ``x σ′(h_1)`` and ``∂C/∂y``."""
        return self.terms[1], self.terms[-2]

    def _term(self, number: int) -> list[MathTypst]:
        """Return the parts of a term: the dot, the weight or input, and the slope."""
        parts = [("dot", theme().secondary)] if number != 1 else []
        if number == 0:
            parts.append(("dots.c", theme().ink))
        elif number > self._depth:
            parts.append(("partial C \\/ partial y", theme().gradient))
        else:
            lead = ("x", theme().ink) if number == 1 else (f"w_{number}", theme().weight)
            parts += [lead, (slope(self._activation, number), theme().slope)]
        return [
            formula(text, font_size=_SIZE, color=color, track_baselines=True)
            for text, color in parts
        ]


def _shown(depth: int, widths: dict[int, float], room: float) -> list[int]:
    """Return the numbers of the terms that fit: all, or the first and last around an ellipsis."""
    everything = list(range(1, depth + 2))
    if sum(widths[number] for number in everything) <= room:
        return everything
    candidates = [
        [*range(1, first + 1), 0, *range(depth + 2 - last, depth + 2)]
        for last in (2, 1)
        for first in range(depth - last, 0, -1)
    ]
    fitting = (shown for shown in candidates if sum(widths[n] for n in shown) <= room)
    return next(fitting, candidates[-1])


_HEADLINE_Y = 2.6
_EXACT_Y, _PREDICTED_Y, _STEPS_Y = 0.32, -0.06, -0.85
_BARS_TOP, _BARS_BOTTOM = -0.75, -3.4
_PRODUCT_Y, _VALUES_Y = -2.05, -3.1
_SEED_Y = 2.6

_HALF_NAME, _BETWEEN_NUMBERS = 0.42, 0.12

_NUMBERS_X, _HALF_LINE = 0.92, 0.19
_BARS_LEFT, _BARS_RIGHT = 1.15, 3.1
_STEPS_X, _SEED_X, _COST_NAME_X = 2.5, 0.3, -1.13
_PORTRAIT_PRODUCT_Y = 5.35
_VALUES_X, _VALUES_TOP, _VALUES_STEP = 0.55, 1.2, 1.6


Offset = tuple[float, float]  # across the chain, and upwards


@dataclass(frozen=True)
class ProductLayout:
    """Positions of the scene's parts.

    `columns` have the cost as their last layer. `exact`, `predicted` and `steps` are rows, in
    portrait columns, of numbers; `names` are the positions of ``Δa_j`` and ``ΔC``.
    """

    chain: ChainLayout
    columns: ChainColumns
    exact: Offset
    predicted: Offset
    steps: Offset
    align: Align
    names: tuple[Point, Point]
    bars: Region
    headline: Point
    seed: Point
    seed_beside_heading: Point
    product: Point

    def point(self, index: int, offset: Offset) -> Point:
        """Return the point beside a quantity: -1 for the input, 0 for a_1, and so on."""
        along = self.columns.input_x if index < 0 else self.columns.neuron_x[index]
        across, up = offset
        return self.columns.flow.point(along, across) + at(0.0, up)

    def labelled(self, widest: float) -> list[int]:
        """Return the indices of the quantities that have room for numbers of a width in units."""
        indices = [layer - 1 for layer in self.columns.labelled(widest)]
        if self.columns.flow.down:
            return indices
        # The numbers at the ends may be moved towards the others.
        first = max(self.columns.neuron_x[0], self._first_start + widest / 2)
        last = min(self.columns.neuron_x[-1], frame().right - widest / 2)
        apart = widest + _BETWEEN_NUMBERS
        ends = indices[0], indices[-1]
        return [
            index
            for index in indices
            if index in ends or first + apart <= self.columns.neuron_x[index] <= last - apart
        ]

    def place(self, number: LiveNumber, index: int, offset: Offset) -> LiveNumber:
        """Move a number beside its quantity, off the margins and the name before the first one."""
        number.place(self.point(index, offset))
        if index == 0 and not self.columns.flow.down:
            number.shift(max(0.0, self._first_start - float(number.get_left()[0])) * RIGHT)
        move_inside(number)
        return number

    @property
    def _first_start(self) -> float:
        """The least x of the first number, beside the name of its row."""
        return self.columns.input_x + _HALF_NAME

    def arrange(self, values: VGroup) -> VGroup:
        """Arrange the values in a line, in portrait below each other."""
        if self.columns.flow.down:
            for index, value in enumerate(values):
                top = at(_VALUES_X, _VALUES_TOP - index * _VALUES_STEP)
                value.shift(top - at(value.get_left()[0], value[0].get_bottom()[1]))
            return values
        width = sum(float(value.width) for value in values)
        gap = min(1.0, (frame().width - width) / (len(values) - 1))
        x = -(width + gap * (len(values) - 1)) / 2
        for value in values:
            value.start_at(at(x, _VALUES_Y))
            x += float(value.width) + gap
        return values


def product_layout(depth: int) -> ProductLayout:
    """Return the layout of a chain of `depth` layers in the current frame."""
    chain = chain_layout(depth)
    inner = chain.columns
    columns = replace(inner, neuron_x=(*inner.neuron_x, inner.cost_x))
    half = 0.5 * columns.spacing
    bounds = frame()
    if is_portrait():
        return ProductLayout(
            chain,
            columns,
            exact=(_NUMBERS_X, _HALF_LINE),
            predicted=(_NUMBERS_X, -_HALF_LINE),
            steps=(_STEPS_X, 0.0),
            align="right",
            names=(at(0.2, -columns.input_x), at(_COST_NAME_X, -columns.cost_x)),
            bars=Region(_BARS_LEFT, _BARS_RIGHT, bounds.bottom, half - columns.neuron_x[0]),
            headline=at(bounds.left, FIRST_ROW_Y),
            seed=at(chain.cards, -columns.cost_x),
            seed_beside_heading=at(_SEED_X, -columns.cost_x),
            product=at(0.0, _PORTRAIT_PRODUCT_Y),
        )
    middle = (_EXACT_Y + _PREDICTED_Y) / 2
    return ProductLayout(
        chain,
        columns,
        exact=(_EXACT_Y, 0.0),
        predicted=(_PREDICTED_Y, 0.0),
        steps=(_STEPS_Y, 0.0),
        align="center",
        names=(at(columns.input_x, middle), at(columns.cost_x, _PREDICTED_Y - 0.4)),
        bars=Region(columns.neuron_x[0] - half, bounds.right, _BARS_BOTTOM, _BARS_TOP),
        headline=at(bounds.left, _HEADLINE_Y - 0.1),
        seed=at(columns.cost_x, chain.cards),
        seed_beside_heading=at(columns.cost_x, _SEED_Y),
        product=at(0.0, _PRODUCT_Y),
    )
