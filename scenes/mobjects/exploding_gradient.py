"""Mobjects of the scene ExplodingGradient: the window of a weight, and a logarithmic histogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import LEFT, UP, Animation, Arrow, Dot, Line, MathTypst, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.function_plot import FunctionPlot, round_ticks
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import power_of_ten
from lecture.kit.theme import theme
from lecture.kit.typeset import formula
from mathcore.stability import amplifying_width
from scenes.data.exploding_gradient import factor_curve, window
from scenes.mobjects.chain_columns import FIRST_ROW_Y, ChainColumns
from scenes.mobjects.gradient_bars import GradientBars
from scenes.mobjects.neuron_chain import Neuron

__all__ = [
    "ExplodingLayout",
    "LogHistogram",
    "RaiseHistogram",
    "TurnWeight",
    "WeightWindow",
    "example_bars",
    "exploding_layout",
    "one_neuron",
    "quantity_of",
]

_A_SPAN = (0.0, 1.0)
_FACTOR_SPAN = (0.0, 5.0)
_WEIGHT_SPAN = (0.0, 20.0)
_WIDTH_SPAN = (0.0, 0.5)
_SAMPLES = np.linspace(*_A_SPAN, 181)
_FLAT = 1e-4


class WeightWindow(VGroup):
    """The factor of a neuron over its input, and the width of its window over the weight.

    The window is the range of inputs with a factor above 1. :meth:`turn_to` updates :attr:`moving`;
    the slider and the axis of the width are not submobjects: add them separately.

    Examples
    --------
    >>> drawn = WeightWindow(Region(-6, 0, -3, 2), Region(1, 6, -3, 1), weight=1.0)
    >>> bool(abs(drawn.turn_to(8.0).span.width / 6 - amplifying_width(8.0)) < 1e-5)
    True
    """

    def __init__(self, curve_region: Region, width_region: Region, weight: float) -> None:
        self.plot = FunctionPlot(
            lambda a: factor_curve(weight, a),
            _A_SPAN,
            _FACTOR_SPAN,
            curve_region,
            theme().gradient,
        )
        self.level = self.plot.level(1.0, theme().warning)
        self.shade = VMobject(stroke_width=0).set_fill(theme().warning, opacity=0.35)
        self.span = Line(color=theme().warning, stroke_width=7)
        self._widths = FunctionPlot(
            lambda w: np.asarray(amplifying_width(w)),
            _WEIGHT_SPAN,
            _WIDTH_SPAN,
            width_region,
            theme().warning,
        )
        lines, labels = (VGroup(*part) for part in self._widths.axes)
        count = len(round_ticks(*_WEIGHT_SPAN))
        self.slider = VGroup(lines[0], *lines[2 : 2 + count], *labels[: count - 1])
        self.width_axis = VGroup(lines[1], *lines[2 + count :], *labels[count - 1 :])
        self.knob = Dot(radius=0.13, color=theme().weight).set_z_index(3)
        self.trace = VMobject(color=theme().warning, stroke_width=5)
        self.lift = Line(color=theme().secondary, stroke_width=2)
        self._traced_from: float | None = None
        self.moving = VGroup(
            self.plot.curve, self.shade, self.span, self.lift, self.trace, self.knob
        )
        super().__init__(self.plot.axes, self.level, self.moving)
        self.turn_to(weight)

    def trace_from(self, weight: float) -> WeightWindow:
        """Start the curve of the width at a weight."""
        self._traced_from = weight
        return self

    def turn_to(self, weight: float) -> WeightWindow:
        """Show another weight."""
        self.weight = weight
        values = np.minimum(factor_curve(weight, _SAMPLES), _FACTOR_SPAN[1])
        self.plot.curve.set_points_as_corners(self._on_plot(_SAMPLES, values))
        self._show_window(weight)
        foot = self._widths.point(weight, 0.0)
        width = float(amplifying_width(weight))
        self.knob.move_to(foot)
        start = self._traced_from
        lifted = width if start is not None else 0.0
        self.lift.put_start_and_end_on(foot, self._widths.point(weight, lifted) + at(0, 1e-6))
        if start is None:
            return self
        ws = np.linspace(start, weight + _FLAT, 121)
        points = [self._widths.point(w, v) for w, v in zip(ws, amplifying_width(ws), strict=True)]
        self.trace.set_points_as_corners(points)
        return self

    def _show_window(self, weight: float) -> None:
        left, right = window(weight)
        a = np.linspace(left, right, 61)
        top = np.maximum(1.0, np.minimum(factor_curve(weight, a), _FACTOR_SPAN[1]))
        above, below = self._on_plot(a, top), self._on_plot(a[::-1], np.ones_like(a))
        self.shade.set_points_as_corners([*above, *below, above[0]])
        ends = self.plot.point(left, 1.0), self.plot.point(right + _FLAT / 100, 1.0)
        self.span.put_start_and_end_on(*ends)
        self.span.set_stroke(opacity=float(right > left))

    def _on_plot(self, xs: np.ndarray, ys: np.ndarray) -> list[np.ndarray]:
        return [self.plot.point(x, y) for x, y in zip(xs, ys, strict=True)]


class TurnWeight(Animation):
    """Change the weight of a :class:`WeightWindow`."""

    def __init__(self, drawn: WeightWindow, start: float, end: float, **options: Any) -> None:
        self.drawn, self.start, self.end = drawn, start, end
        super().__init__(drawn.moving, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the weight at `alpha`."""
        self.drawn.turn_to(self.start + self.rate_func(alpha) * (self.end - self.start))


def one_neuron(center: Point) -> VGroup:
    """Return a sigmoid neuron with one weight and its input."""
    neuron = Neuron("sigmoid", 0.475, center)
    ends = center + 2.0 * LEFT, center + 0.5 * LEFT
    arrow = Arrow(*ends, buff=0, color=theme().secondary, stroke_width=4, tip_length=0.18)
    before = formula("a", font_size=32, color=theme().signal).next_to(arrow, LEFT, buff=0.15)
    weight = formula("w", font_size=30, color=theme().weight).next_to(arrow, UP, buff=0.05)
    return VGroup(neuron, arrow, before, weight)


_TICK = 0.06


class LogHistogram(VGroup):
    """Histogram of logarithms, in two colours: `below` and `above` 0.

    `low` and `high` are exponents of ten; values beyond them are counted in the outermost bars. The
    tallest bar fills the height of the region.

    Examples
    --------
    >>> data = np.array([-1.5, -0.5, -0.4, 0.5])
    >>> LogHistogram(data, -2, 1, 1, Region(-3, 3, -1, 1), tick_every=1).shares.tolist()
    [0.25, 0.5, 0.25]
    """

    def __init__(
        self,
        log10: NDArray[np.float64],
        low: int,
        high: int,
        bins_per_decade: int,
        region: Region,
        tick_every: int = 5,
    ) -> None:
        self.low, self.high, self.region = low, high, region
        self.edges = np.linspace(low, high, (high - low) * bins_per_decade + 1)
        counts, _ = np.histogram(np.clip(log10, low, high), self.edges)
        self.shares = counts / len(log10)
        self._tall = self.shares / self.shares.max() * region.height
        self.below = VMobject(stroke_width=0).set_fill(theme().vanishing, opacity=0.8)
        self.above = VMobject(stroke_width=0).set_fill(theme().warning, opacity=1.0)
        self.axis = self._axis(tick_every)
        super().__init__(self.below, self.above)
        self.grow(1.0)

    def point(self, exponent: float, height: float = 0.0) -> Point:
        """Return the point at an exponent, `height` units above the axis."""
        share = (exponent - self.low) / (self.high - self.low)
        return at(self.region.left + share * self.region.width, self.region.bottom + height)

    def grow(self, share: float) -> LogHistogram:
        """Draw the bars at `share` of their height."""
        cut = int(np.searchsorted(self.edges[:-1], -1e-9))
        self._draw(self.below, range(cut), share)
        self._draw(self.above, range(cut, len(self._tall)), share)
        return self

    def _draw(self, shape: VMobject, bins: range, share: float) -> None:
        """Draw all bars of one colour as subpaths of one mobject."""
        gap = 0.1 * (self.edges[1] - self.edges[0])
        shape.clear_points()
        for index in bins:
            left = self.point(self.edges[index] + gap)
            right = self.point(self.edges[index + 1] - gap)
            up = at(0.0, self._tall[index] * share + 1e-6)
            shape.start_new_path(left)
            shape.add_points_as_corners([left + up, right + up, right, left])

    def _axis(self, every: int) -> VGroup:
        color = theme().secondary
        marks = VGroup(Line(self.point(self.low), self.point(self.high)))
        labels = VGroup()
        first = -(-self.low // every) * every
        for exponent in range(first, self.high + 1, every):
            point = self.point(exponent)
            marks.add(Line(point + at(0, _TICK), point - at(0, _TICK)))
            label = LiveNumber(font_size=30, color=color, name="tick")
            labels.add(label.set_text(power_of_ten(exponent)).place(point - at(0, 0.28)))
        return VGroup(marks.set_stroke(color, width=2), labels)


class RaiseHistogram(Animation):
    """Grow the bars of a histogram."""

    def __init__(self, histogram: LogHistogram, **options: Any) -> None:
        self.histogram = histogram
        super().__init__(histogram, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the heights at `alpha`."""
        self.histogram.grow(self.rate_func(alpha))


_BARS_TOP, _BARS_BOTTOM = -0.95, -3.25
_BARS_LEFT, _ROOM_FOR_VALUES = 0.45, 1.5


def example_bars(columns: ChainColumns) -> Region:
    """Return the region of the bars of the example, below or right of the cards."""
    half = 0.5 * columns.spacing
    start, end = columns.neuron_x[0] - half, columns.neuron_x[-1] + half
    if columns.flow.down:
        return Region(_BARS_LEFT, frame().right - _ROOM_FOR_VALUES, -end, -start)
    return Region(start, end, _BARS_BOTTOM, _BARS_TOP)


def quantity_of(bars: GradientBars) -> MathTypst:
    """Return ``|dC/dw_j|``, at the end of the base line of the bars, in portrait above them."""
    region = bars.region
    if bars.columns.flow.down:
        name = formula("abs(partial C \\/ partial w_j)", font_size=30)
        return name.move_to(at(region.left, region.top + 0.62), aligned_edge=LEFT)
    name = formula("abs((partial C) / (partial w_j))", font_size=34)
    return name.move_to(at(bars.columns.cost_x, (region.top + region.bottom) / 2))


@dataclass(frozen=True)
class ExplodingLayout:
    """Positions of the scene's parts.

    `name`, `note` and the first of the `rows` are left ends, and `headline` is a right end;
    `neuron` and `card` are centres.
    """

    curves: Region
    widths: Region
    name: Point
    rows: Point
    neuron: Point
    note: Point
    headline: Point
    plane: Region
    card: Point
    histogram: Region
    tick_every: int


def exploding_layout() -> ExplodingLayout:
    """Return the layout for the current frame.

    Examples
    --------
    >>> exploding_layout().curves.left < exploding_layout().curves.right
    True
    """
    bounds = frame()
    if is_portrait():
        return ExplodingLayout(
            curves=Region(-2.8, 2.9, 0.5, 3.7),
            widths=Region(-2.6, 3.0, -5.9, -3.4),
            name=at(-2.8, 4.4),
            rows=at(-3.0, -0.7),
            neuron=at(2.2, -1.0),
            note=at(bounds.left, FIRST_ROW_Y),
            headline=at(bounds.right, FIRST_ROW_Y - 0.1),
            plane=Region(-2.7, 3.0, -2.4, 3.8),
            card=at(0.0, -4.6),
            histogram=Region(bounds.left + 0.3, bounds.right - 0.4, -3.4, 2.2),
            tick_every=10,
        )
    return ExplodingLayout(
        curves=Region(-5.9, 0.1, -2.75, 1.9),
        widths=Region(1.75, 6.3, -2.75, 0.35),
        name=at(-5.9, 2.35),
        rows=at(1.75, 2.25),
        neuron=at(4.6, -0.6),
        note=at(bounds.left, 2.5),
        headline=at(bounds.right, 2.4),
        plane=Region(-5.6, 1.0, -2.6, 2.0),
        card=at(4.1, 0.6),
        histogram=Region(-6.0, 6.0, -2.4, 1.0),
        tick_every=5,
    )
