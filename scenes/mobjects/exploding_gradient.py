"""How a weight changes a neuron's factor: its curve, its window above 1, and the window's width."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import LEFT, UP, Animation, Arrow, Dot, Line, VGroup, VMobject

from mathcore.stability import amplifying_width
from scenes.data_exploding import factor_curve, window
from scenes.layout import Point, Region, at
from scenes.mobjects.function_plot import FunctionPlot, round_ticks
from scenes.mobjects.neuron_chain import Neuron
from scenes.theme import theme
from scenes.typeset import formula

__all__ = ["TurnWeight", "WeightWindow", "one_neuron"]

_A_SPAN = (0.0, 1.0)
_FACTOR_SPAN = (0.0, 5.0)
_WEIGHT_SPAN = (0.0, 20.0)
_WIDTH_SPAN = (0.0, 0.5)
_SAMPLES = np.linspace(*_A_SPAN, 181)
_FLAT = 1e-4


class WeightWindow(VGroup):
    """The factor of one neuron over what comes in, and the width of its window over the weight.

    Everything is changed in place by :meth:`turn_to`.

    Parameters
    ----------
    curve_region, width_region
        Where the two plots stand.
    weight
        The weight to begin with.

    Attributes
    ----------
    plot : FunctionPlot
        Axes of the factor; its curve moves.
    level : VMobject
        The dashed line at 1.
    shade, span : VMobject
        What lies above 1, and the window on the line at 1.
    slider, knob, width_axis, trace, lift : VMobject
        The axis of the weight with its knob; the axis of the width, its curve so far, and the
        line from the knob up to it.

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
        """Begin the curve of the width at this weight."""
        self._traced_from = weight
        return self

    def turn_to(self, weight: float) -> WeightWindow:
        """Show everything for another weight."""
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
    """Turn the weight of a :class:`WeightWindow` from one value to another."""

    def __init__(self, drawn: WeightWindow, start: float, end: float, **options: Any) -> None:
        self.drawn, self.start, self.end = drawn, start, end
        super().__init__(drawn.moving, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the weight that belongs to `alpha`."""
        self.drawn.turn_to(self.start + self.rate_func(alpha) * (self.end - self.start))


def one_neuron(center: Point) -> VGroup:
    """Return a sigmoid neuron at `center` with one weight, and what comes in through it.

    Examples
    --------
    >>> len(one_neuron(at(0.0, 0.0)))
    4
    """
    neuron = Neuron("sigmoid", 0.475, center)
    ends = center + 2.0 * LEFT, center + 0.5 * LEFT
    arrow = Arrow(*ends, buff=0, color=theme().secondary, stroke_width=4, tip_length=0.18)
    before = formula("a", font_size=32, color=theme().signal).next_to(arrow, LEFT, buff=0.15)
    weight = formula("w", font_size=28, color=theme().weight).next_to(arrow, UP, buff=0.05)
    return VGroup(neuron, arrow, before, weight)
