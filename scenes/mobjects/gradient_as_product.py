"""Mobjects of the scene GradientAsProduct: bars of small changes, and a product of terms."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from manim import LEFT, RIGHT, Animation, Line, MathTypst, Rectangle, Square, VGroup
from numpy.typing import NDArray

from lecture.kit.layout import Point, Region, at
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.theme import theme
from lecture.kit.typeset import formula
from scenes.mobjects.neuron_chain import ChainColumns
from scenes.symbols import slope

__all__ = ["ChainProduct", "ChangeBars", "GrowPair"]

_WIDTH_PER_SPACING = 0.16


class ChangeBars(VGroup):
    """Two bars for each layer, up for a rise and down for a fall, on one linear scale.

    The base line is where the largest rise and fall both fit; it is not a submobject.

    Examples
    --------
    >>> columns, region = ChainColumns.across(-3, 3, depth=2), Region(-3, 3, -1, 1)
    >>> bars = ChangeBars(np.array([2.0, -2.0]), np.array([1.0, -1.0]), columns, region)
    >>> bars.grow(0, 1.0).heights.tolist()
    [[1.0, 0.5], [-0.0, -0.0]]
    """

    def __init__(
        self,
        exact: NDArray[np.float64],
        predicted: NDArray[np.float64],
        columns: ChainColumns,
        region: Region,
    ) -> None:
        xs = columns.neuron_x
        changes = np.stack([exact, predicted], axis=1)
        high, low = max(0.0, float(changes.max())), min(0.0, float(changes.min()))
        span = (high - low) or 1.0
        self._full = changes / span * region.height
        self.base_y = region.bottom - low / span * region.height
        self.growth = np.zeros(len(xs))
        self.base = Line(
            at(region.left, self.base_y),
            at(region.right, self.base_y),
            color=theme().grid,
            stroke_width=2,
        ).set_z_index(-1)
        wide = _WIDTH_PER_SPACING * columns.spacing
        pairs = [(self._bar(wide, theme().signal), self._bar(wide, theme().gradient)) for _ in xs]
        self._corners = np.array(pairs[0][0].points)
        self._lefts = [(x - 0.62 * wide, x + 0.62 * wide) for x in xs]
        self._pairs = pairs
        super().__init__(*(bar for pair in pairs for bar in pair))
        self.refresh()

    @property
    def heights(self) -> NDArray[np.float64]:
        """Current heights of the bars in units, negative for a fall, shape (layers, 2)."""
        return np.asarray(self.growth[:, None] * self._full)

    def refresh(self) -> ChangeBars:
        """Redraw the bars for :attr:`growth`."""
        for pair, xs, heights in zip(self._pairs, self._lefts, self.heights, strict=True):
            for bar, x, height in zip(pair, xs, heights, strict=True):
                bar.points = self._corners * at(1.0, height) + at(x, self.base_y)
        return self

    def grow(self, layer: int, share: float) -> ChangeBars:
        """Draw the pair of a layer (from 0) at `share` of its height."""
        self.growth[layer] = share
        return self.refresh()

    @staticmethod
    def legend(exact: str, predicted: str) -> VGroup:
        """Return a patch of each colour with its name."""
        entries = VGroup()
        for words, color in ((exact, theme().signal), (predicted, theme().gradient)):
            patch = Square(0.2, stroke_width=0).set_fill(color, opacity=0.8)
            text = text_at(words, patch.get_right() + at(0.15, 0.0), edge=LEFT, color=color)
            entries.add(VGroup(patch, text))
        entries[1].shift((entries[0].get_right()[0] + 0.6 - entries[1].get_left()[0]) * RIGHT)
        return entries

    @staticmethod
    def _bar(wide: float, color: str) -> Rectangle:
        bar = Rectangle(width=wide, height=1.0, stroke_width=0).shift(at(0.0, 0.5))
        return bar.set_fill(color, opacity=0.8)


class GrowPair(Animation):
    """Grow the two bars of a layer."""

    def __init__(self, bars: ChangeBars, layer: int, **options: Any) -> None:
        self.bars, self.layer = bars, layer
        super().__init__(bars, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the heights at `alpha`."""
        self.bars.grow(self.layer, self.rate_func(alpha))


_LARGEST = 34.0
_MOST_ON_ONE_LINE = 9
_LINE_STEP = 0.85


class ChainProduct(VGroup):
    """``∂C/∂w_1 = x σ′(h_1) · w_2 σ′(h_2) · ... · ∂C/∂y``, in two lines if the chain is long.

    `terms` holds one group for each layer, and last ``∂C/∂y``, each with the dot in front of it.

    Examples
    --------
    >>> product = ChainProduct(3, "sigmoid", at(0.0, 0.0), 12.0)
    >>> len(product.terms), len(product.rows)
    (4, 1)
    """

    def __init__(self, depth: int, activation: str, center: Point, width: float) -> None:
        self._depth, self._activation = depth, activation
        self._set(_LARGEST)
        widest = max(row.get_right()[0] for row in self.rows) - self.head.get_left()[0]
        if widest > width:
            self._set(_LARGEST * width / widest)
        super().__init__(self.head, *self.terms)
        self.move_to(center)

    def middle(self) -> list[tuple[VGroup, VGroup]]:
        """Return the first and the last of the terms ``w_j σ′(h_j)`` of each line."""
        ends = []
        for row in self.rows:
            inner = [term for term in self.terms[1:-1] if term[0] in row.submobjects]
            if inner:
                ends.append((inner[0], inner[-1]))
        return ends

    def _set(self, size: float) -> None:
        """Typeset all lines at a font size."""
        count = self._depth + 1
        cut = count if self._depth <= _MOST_ON_ONE_LINE else (count + 1) // 2
        head = formula("partial C \\/ partial w_1 =", font_size=size, track_baselines=True)
        self.head = VGroup(head)
        parts = [self._term(number, size) for number in range(1, count + 1)]
        self.terms = [VGroup(*term) for term in parts]
        self.rows: list[Row] = []
        for first, last in pairwise(sorted({0, cut, count})):
            lead = [head] if first == 0 else []
            row = Row(*lead, *(p for t in parts[first:last] for p in t), font_size=size, gap=0.25)
            start = 0.0 if first == 0 else self.terms[0].get_left()[0]
            self.rows.append(row.start_at(at(start, -_LINE_STEP * len(self.rows))))

    def _term(self, number: int, size: float) -> list[MathTypst]:
        """Return the parts of a term (from 1): the dot, the weight or input, and the slope."""
        parts = [("dot", theme().secondary)] if number > 1 else []
        if number > self._depth:
            parts.append(("partial C \\/ partial y", theme().cost))
        else:
            lead = ("x", theme().ink) if number == 1 else (f"w_{number}", theme().weight)
            parts += [lead, (slope(self._activation, number), theme().slope)]
        return [
            formula(text, font_size=size, color=color, track_baselines=True)
            for text, color in parts
        ]
