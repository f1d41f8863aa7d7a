"""Mobjects of the scene VanishingProduct: factors as arrows, and the histogram of their logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import (
    RIGHT,
    Animation,
    Arrow,
    DashedLine,
    LaggedStart,
    Line,
    MathTypst,
    Transform,
    VGroup,
    VMobject,
)
from numpy.typing import NDArray

from lecture.kit.animations import Count
from lecture.kit.layout import Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.decade_plot import DecadePlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.readout import Readout
from lecture.kit.numbers import FACTOR, PLAIN, WEIGHT
from lecture.kit.theme import theme
from lecture.kit.typeset import formula

__all__ = [
    "FactorHistogram",
    "ProductLayout",
    "RaiseBars",
    "count_weight",
    "factor_arrows",
    "hang_from_one",
    "powers_line",
    "product_layout",
    "shift_in_turn",
    "sum_rule",
    "weight_card",
]

Values = NDArray[np.float64]

_TICK = 0.06
_BINS_PER_DECADE = 4
_HIGHEST = 0.5


def factor_arrows(plot: DecadePlot, factors: Values) -> list[Arrow]:
    """Return an arrow for each factor, as long as its logarithm, head to tail down the plot.

    Examples
    --------
    >>> plot = DecadePlot(2, -4, 0, Region(0, 2, -4, 0))
    >>> arrows = factor_arrows(plot, np.array([-1.0, -2.0]))
    >>> [arrow.get_end().round(6).tolist() for arrow in arrows]
    [[1.0, -1.0, 0.0], [2.0, -3.0, 0.0]]
    """
    products = np.concatenate([[0.0], np.cumsum(factors)])
    return [
        Arrow(
            plot.point(n, products[n - 1]),
            plot.point(n, products[n]),
            buff=0,
            color=theme().gradient,
            stroke_width=5,
            tip_length=min(0.2, 0.5 * _length(plot, factors[n - 1])),
            max_stroke_width_to_length_ratio=30,
            max_tip_length_to_length_ratio=0.6,
        )
        for n in range(1, len(factors) + 1)
    ]


def hang_from_one(plot: DecadePlot, factors: Values) -> list[Point]:
    """Return for each arrow the shift that moves its tail to a product of 1."""
    starts = np.cumsum(factors) - factors
    return [plot.point(0, 0.0) - plot.point(0, float(start)) for start in starts]


def shift_in_turn(arrows: Sequence[Arrow], ways: Sequence[Point]) -> LaggedStart:
    """Return an animation that shifts each arrow by its own vector, one after the other."""
    moved = [arrow.copy().shift(way) for arrow, way in zip(arrows, ways, strict=True)]
    pairs = zip(arrows, moved, strict=True)
    return LaggedStart(*(Transform(arrow, end) for arrow, end in pairs), lag_ratio=0.3)


def _length(plot: DecadePlot, factor: float) -> float:
    return float(abs(plot.point(0, factor)[1] - plot.point(0, 0.0)[1]))


class FactorHistogram(VGroup):
    """A histogram of logarithms on the vertical scale of a plot of decades.

    The bars grow to the right. The marks of the axis are not submobjects: add them separately.

    Parameters
    ----------
    log10
        Common logarithms.
    plot
        Plot with the vertical scale.
    x, width
        Position of the axis, and length of the longest bar, in units.

    Examples
    --------
    >>> plot = DecadePlot(2, -4, 0, Region(0, 2, -4, 0))
    >>> FactorHistogram(np.array([-1.1, -1.2, 0.1, 0.2]), plot, 3.0, 1.0).shares.tolist()[-2:]
    [0.5, 0.0]
    """

    def __init__(self, log10: Values, plot: DecadePlot, x: float, width: float) -> None:
        self.plot, self.x, self._width = plot, x, width
        bins = round((_HIGHEST - plot.low) * _BINS_PER_DECADE)
        self.edges = np.linspace(plot.low, _HIGHEST, bins + 1)
        counts, _ = np.histogram(log10, self.edges)
        self.shares = counts / np.size(log10)
        self.bars = VMobject(stroke_width=0).set_fill(theme().gradient, opacity=0.8)
        self.axis = self._axis()
        super().__init__(self.bars)
        self.grow(1.0)

    def point(self, log10: float, right: float = 0.0) -> Point:
        """Return the point at a logarithm, `right` units from the axis."""
        region = self.plot.region
        share = (log10 - self.plot.low) / (self.plot.high - self.plot.low)
        return at(self.x + right, region.bottom + share * region.height)

    def grow(self, share: float) -> FactorHistogram:
        """Draw the bars at `share` of their length."""
        gap = 0.1 * (self.edges[1] - self.edges[0])
        self.bars.clear_points()
        for low, high, part in zip(self.edges, self.edges[1:], self.shares, strict=False):
            right = part / self.shares.max() * self._width * share + 1e-6
            near, far = self.point(low + gap), self.point(high - gap)
            self.bars.start_new_path(near)
            self.bars.add_points_as_corners([near + at(right, 0), far + at(right, 0), far, near])
        return self

    def mean_line(self, mean: float) -> DashedLine:
        """Return a dashed line at the mean, across the bars."""
        ends = self.point(mean, -_TICK), self.point(mean, self._width + 0.15)
        return DashedLine(*ends, color=theme().ink, stroke_width=4, dash_length=0.1)

    def _axis(self) -> VGroup:
        color = theme().secondary
        marks = VGroup(Line(self.point(self.plot.low), self.point(_HIGHEST)))
        labels = VGroup()
        for value in range(self.plot.low, 1):
            point = self.point(value)
            marks.add(Line(point - at(_TICK, 0), point + at(_TICK, 0)))
            label = LiveNumber(
                value, PLAIN, font_size=30, color=color, align="right", name="log_tick"
            )
            labels.add(label.place(point - at(0.16, 0)))
        return VGroup(marks.set_stroke(color, width=2), labels)


def sum_rule() -> MathTypst:
    """Return the logarithm of a product as a sum of logarithms."""
    factor = "abs(w_j sigma'(h_j))"
    return formula(f"log_10 product_j {factor} = sum_j log_10 {factor}", font_size=32)


def weight_card(weight: float) -> Readout:
    """Return a card with a weight and the largest factor that it allows.

    Examples
    --------
    >>> [number.text for number in weight_card(2.0).numbers]
    ['2.00', '0.500']
    """
    numbers = (
        LiveNumber(weight, WEIGHT, align="right", name="w"),
        LiveNumber(weight / 4, FACTOR, align="right", name="top"),
    )
    names = ("abs(w)", theme().weight), ("abs(w) \\/ 4", theme().gradient)
    rows = [(*name, number) for name, number in zip(names, numbers, strict=True)]
    return Readout(rows, width=2.6)


class RaiseBars(Animation):
    """Grow the bars of a histogram of factors."""

    def __init__(self, histogram: FactorHistogram, **options: Any) -> None:
        self.histogram = histogram
        super().__init__(histogram, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the length at `alpha`."""
        self.histogram.grow(self.rate_func(alpha))


@dataclass(frozen=True)
class ProductLayout:
    """Positions of the scene's parts.

    `card` and `product` are centres of the live card and of the formula of the product;
    `slope_cards` and `sum_cards` those of the cards about the slope. `things` are the upper left
    and the upper right corner of the list of lengths.
    """

    plot: Region
    product: Point
    card: Point
    slope_cards: tuple[Point, ...]
    sums: Region
    rule: Point
    histogram: tuple[float, float]
    histogram_name: Point
    sum_cards: tuple[Point, ...]
    zoom: tuple[Point, float]
    length_card: Point
    things: tuple[Point, Point]
    weight: Point


def product_layout() -> ProductLayout:
    """Return the layout for the current frame.

    Examples
    --------
    >>> product_layout().plot.left < product_layout().plot.right
    True
    """
    bounds = frame()
    if is_portrait():
        return ProductLayout(
            plot=Region(bounds.left + 0.95, bounds.right - 1.2, -2.1, 4.3),
            product=at(0.0, -3.5),
            card=at(0.0, -5.1),
            slope_cards=tuple(at(0.0, -4.5 - 0.8 * index) for index in range(2)),
            sums=Region(bounds.left + 0.95, -0.35, -1.8, 2.9),
            rule=at(0.0, 4.55),
            histogram=(0.75, 2.3),
            histogram_name=at(1.95, 3.75),
            sum_cards=tuple(at(0.0, -3.3 - 0.8 * index) for index in range(2)),
            zoom=(at(0.0, 0.55), 2.3),
            length_card=at(0.0, 4.35),
            things=(at(-2.4, -3.2), at(2.4, -3.2)),
            weight=at(0.0, -4.0),
        )
    cards = tuple(at(4.65, 1.65 - 0.8 * index) for index in range(2))
    return ProductLayout(
        plot=Region(bounds.left + 0.95, 2.7, -2.7, 2.05),
        product=at(4.65, -2.1),
        card=at(4.65, 1.25),
        slope_cards=cards,
        sums=Region(bounds.left + 0.95, -1.9, -2.65, 1.3),
        rule=at(-3.4, 2.25),
        histogram=(-0.35, 2.6),
        histogram_name=at(1.2, 2.2),
        sum_cards=tuple(at(4.65, y) for y in (0.49, -0.31)),
        zoom=(at(-3.2, -0.6), 2.1),
        length_card=at(3.9, 1.5),
        things=(at(2.2, 0.1), at(5.6, 0.1)),
        weight=at(5.1, -0.5),
    )


def count_weight(card: Readout, start: float, end: float) -> tuple[Count, Count]:
    """Return the counts of the weight of a card and of the largest factor that it allows."""
    weight, top = card.numbers
    return Count(weight, start, end), Count(top, start, end, lambda w: w / 4)


def powers_line(plot: DecadePlot, length: int, log10_base: float) -> VGroup:
    """Return a dashed line for the powers of one quarter, and its name."""
    end = plot.point(length, length * log10_base)
    color = theme().slope
    line = DashedLine(plot.point(0, 0), end, color=color, stroke_width=4, dash_length=0.12)
    name = formula("(1 \\/ 4)^n", font_size=30, color=color)
    return VGroup(line, name.next_to(end, RIGHT, buff=0.15))
