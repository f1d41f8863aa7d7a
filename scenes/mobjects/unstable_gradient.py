"""Mobjects of the scene UnstableGradient: nested products, a fan of products, and a dial."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from manim import LEFT, Animation, Dot, Line, MathTypst, RoundedRectangle, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Point, Region, at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, PLAIN, RATIO, power_of_ten
from lecture.kit.theme import theme
from lecture.kit.typeset import formula
from scenes.symbols import factor

__all__ = ["BalanceDial", "FanLines", "NestedProduct", "ProductFan", "SpreadFan", "SwingNeedle"]

_TICK = 0.06


class FanLines(VGroup):
    """The lines of a family of chains, and a bolder one for their median.

    All chains are subpaths of one mobject, which is as fast as a single line.
    """

    def __init__(
        self, corners: NDArray[np.float64], median: NDArray[np.float64], color: str
    ) -> None:
        self._corners, self._median = corners, median
        self.chains = VMobject(stroke_width=1.6, color=color).set_stroke(opacity=0.5)
        self.median = VMobject(stroke_width=5, color=color)
        super().__init__(self.chains, self.median)
        self.reach(1.0)

    def reach(self, share: float) -> FanLines:
        """Draw the lines over the first `share` of the factors."""
        count = max(share, 1e-3) * (self._corners.shape[1] - 1)
        for shape, corners in ((self.chains, self._corners), (self.median, self._median[None])):
            shape.points = _polylines(_cut(corners, count))
        return self


def _cut(corners: NDArray[np.float64], count: float) -> NDArray[np.float64]:
    """Return the first `count` segments of the lines; `count` may be fractional."""
    whole = min(int(count), corners.shape[1] - 2)
    share = count - whole
    end = (1 - share) * corners[:, whole] + share * corners[:, whole + 1]
    return np.concatenate([corners[:, : whole + 1], end[:, None]], axis=1)


def _polylines(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Bézier points of polylines, shape (lines, corners, 3), in sequence."""
    shares = np.array([0.0, 1 / 3, 2 / 3, 1.0])[:, None]
    start, end = corners[:, :-1, None], corners[:, 1:, None]
    return np.asarray(((1 - shares) * start + shares * end).reshape(-1, 3))


class ProductFan(VGroup):
    """Axes for log10 of a product against its number of factors.

    `low` and `high` are the ends of the vertical axis, `tick` is the step of its labels (decades).

    Examples
    --------
    >>> fan = ProductFan(10, low=-6, high=6, tick=6, region=Region(0, 10, -6, 6))
    >>> fan.point(5, -3.0).tolist()
    [5.0, -3.0, 0.0]
    >>> lines = fan.lines(np.zeros((4, 11)), "#FFFFFF").reach(0.5)
    >>> float(lines.median.get_right()[0]), len(lines.chains.get_subpaths())
    (5.0, 4)
    """

    def __init__(self, layers: int, low: int, high: int, tick: int, region: Region) -> None:
        self.layers, self.low, self.high, self.region = layers, low, high, region
        self.axes = self._axes(tick)
        super().__init__(self.axes)

    def point(self, count: float, exponent: float) -> Point:
        """Return the point for a number of factors and the exponent of their product."""
        up = (exponent - self.low) / (self.high - self.low)
        return at(
            self.region.left + count / self.layers * self.region.width,
            self.region.bottom + up * self.region.height,
        )

    def lines(self, log10: NDArray[np.float64], color: str) -> FanLines:
        """Return the lines of a family, shape (chains, layers + 1), and of its median."""
        median = np.median(log10, axis=0)
        return FanLines(self._corners(log10), self._corners(median[None])[0], color)

    def _corners(self, log10: NDArray[np.float64]) -> NDArray[np.float64]:
        height = self.region.height / (self.high - self.low)
        xs = np.linspace(self.region.left, self.region.right, self.layers + 1)
        ys = self.region.bottom + (np.clip(log10, self.low, self.high) - self.low) * height
        return np.stack([np.broadcast_to(xs, ys.shape), ys, np.zeros_like(ys)], axis=-1)

    def _axes(self, tick: int) -> VGroup:
        color = theme().secondary
        marks = VGroup(
            Line(self.point(0, self.low), self.point(0, self.high)),
            Line(self.point(0, 0), self.point(self.layers, 0)),
        )
        labels = VGroup()
        for exponent in range(-(-self.low // tick) * tick, self.high + 1, tick):
            point = self.point(0, exponent)
            marks.add(Line(point - at(_TICK, 0), point + at(_TICK, 0)))
            label = LiveNumber(font_size=30, color=color, align="right", name="tick")
            labels.add(label.set_text(power_of_ten(exponent)).place(point - at(0.16, 0)))
        for count in range(10, self.layers + 1, 10):
            point = self.point(count, self.low)
            marks.add(Line(point, point + at(0, 2 * _TICK)))
            label = LiveNumber(float(count), PLAIN, font_size=30, color=color, name="tick")
            labels.add(label.place(point - at(0, 0.2)))
        marks.add(Line(self.point(0, self.low), self.point(self.layers, self.low)))
        return VGroup(marks.set_stroke(color, width=2), labels)


class SpreadFan(Animation):
    """Draw the lines of a family from the first factor to the last."""

    def __init__(self, lines: FanLines, **options: Any) -> None:
        self.lines = lines
        super().__init__(lines, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Draw the lines up to `alpha`."""
        self.lines.reach(self.rate_func(alpha))


_DIAL_TICK = 0.14
_ARC_RADIUS = 0.86
_SAMPLES = 41


class BalanceDial(VGroup):
    """A half circle from ``10**-reach`` to ``10**reach``, with a needle at the value of a step.

    `log10` holds the value after each step, starting before the first. An arc covers the values so
    far; its colour warns if they span more than `tolerance` decades.

    Examples
    --------
    >>> dial = BalanceDial(np.array([0.0, 1.5, -1.5]), 3, at(0.0, 0.0), 2.0, tolerance=1.0)
    >>> dial.turn_to(1.0).swing, dial.turn_to(2.0).swing
    (1.5, 3.0)
    """

    def __init__(
        self,
        log10: NDArray[np.float64],
        reach: int,
        center: Point,
        radius: float,
        tolerance: float,
    ) -> None:
        self.log10, self.reach, self.radius = log10, reach, radius
        self.tolerance = tolerance
        self.hub = Dot(center, radius=0.1, color=theme().ink)
        self.face = self._face()
        self.needle = Line(color=theme().ink, stroke_width=5)
        self.arc = VMobject(stroke_width=14)
        self.moving = VGroup(self.arc, self.needle, self.hub)
        self.swing = 0.0
        super().__init__(self.face, self.moving)
        self.turn_to(0.0)

    def turn_to(self, step: float) -> BalanceDial:
        """Show the value after `step` steps, which may be fractional."""
        whole = min(int(step), len(self.log10) - 1)
        passed = self.log10[: whole + 1]
        value = float(np.interp(step, np.arange(len(self.log10)), self.log10))
        low, high = min(float(passed.min()), value), max(float(passed.max()), value)
        self.swing = high - low
        self.needle.put_start_and_end_on(self.hub.get_center(), self._at(value, 0.98))
        exponents = np.linspace(low - 0.02, high + 0.02, _SAMPLES)
        self.arc.set_points_as_corners([self._at(e, _ARC_RADIUS) for e in exponents])
        held = self.swing <= self.tolerance
        self.arc.set_stroke(theme().weight if held else theme().warning, opacity=0.8)
        return self

    def _at(self, exponent: float, share: float) -> Point:
        angle = math.pi / 2 * (1 - float(np.clip(exponent / self.reach, -1.0, 1.0)))
        # Relative to the hub, so that the dial can be shifted.
        center = self.hub.get_center()
        return np.asarray(center + share * self.radius * at(math.cos(angle), math.sin(angle)))

    def _face(self) -> VGroup:
        color = theme().secondary
        rim = VMobject(color=color, stroke_width=3)
        rim.set_points_as_corners(
            [self._at(e, 1.0) for e in np.linspace(-self.reach, self.reach, 121)]
        )
        marks, labels = VGroup(rim), VGroup()
        for exponent in range(-self.reach, self.reach + 1):
            inner = 1.0 - _DIAL_TICK / self.radius
            marks.add(
                Line(
                    self._at(exponent, inner), self._at(exponent, 1.0), color=color, stroke_width=2
                )
            )
            label = LiveNumber(font_size=30, color=color, name="tick")
            outside = 1.0 + 0.32 / self.radius
            labels.add(label.set_text(power_of_ten(exponent)).place(self._at(exponent, outside)))
        return VGroup(marks, labels)


class SwingNeedle(Animation):
    """Turn the needle from step `start` to `end`, and update two numbers.

    `count` is the number of layers, `ratio` the largest value divided by the smallest.
    """

    def __init__(
        self,
        dial: BalanceDial,
        count: LiveNumber,
        ratio: LiveNumber,
        start: float,
        end: float,
        **options: Any,
    ) -> None:
        self.dial, self.count, self.ratio = dial, count, ratio
        self.start, self.end = start, end
        super().__init__(VGroup(dial.moving, count, ratio), **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the step at `alpha`."""
        step = self.start + self.rate_func(alpha) * (self.end - self.start)
        self.dial.turn_to(step)
        self.count.set_text(COUNT(1 + math.floor(step + 1e-9)))
        self.ratio.set_text(RATIO.from_log10(1.0, self.dial.swing))


_SIZE = 32.0
_INNER_WIDTH, _TERM_ROOM = 2.25, 0.3
_INNER_TOP, _TOP_STEP, _BOTTOM, _BOTTOM_STEP = 0.95, 0.6, -0.5, 0.2
_SIDE_STEP = 0.2


class NestedProduct(VGroup):
    """``∂C/∂w_1`` for a few layers, with a box around the product received by each layer.

    `boxes` (outline and name) and `terms` run from the last layer to the first; `name_of` returns
    the name of a layer's box.

    Examples
    --------
    >>> drawn = NestedProduct(3, "sigmoid", "layer {}".format, at(0.0, 0.0))
    >>> inner, outer = drawn.boxes[0][0], drawn.boxes[-1][0]
    >>> bool(inner.width < outer.width), len(drawn.terms)
    (True, 3)
    """

    def __init__(
        self, depth: int, activation: str, name_of: Callable[[int], str], center: Point
    ) -> None:
        self.terms: list[MathTypst] = []
        self.boxes: list[VGroup] = []
        left = 0.0
        for index in range(depth):
            layer = depth - index
            left = self._add(index, layer, activation, name_of(layer), left)
        self.head = self._head(activation, left)
        super().__init__(self.head, *self.boxes, *self.terms)
        self.move_to(center)

    def _add(self, index: int, layer: int, activation: str, name: str, left: float) -> float:
        """Prepend the term received by a layer, box the product, and return its left edge."""
        text = "partial C \\/ partial y" if index == 0 else factor(activation, layer + 1)
        color = theme().cost if index == 0 else theme().gradient
        term = formula(text, font_size=_SIZE, color=color, track_baselines=True)
        if index == 0:
            width, start = _INNER_WIDTH, 0.0
            Row(term).start_at(at(-(_INNER_WIDTH + term.width) / 2, 0.0))
        else:
            start = left - term.width - 2 * _TERM_ROOM + 0.1
            Row(term).start_at(at(start + _TERM_ROOM - 0.05, 0.0))
            width = -start + index * _SIDE_STEP
        if index == 0:
            start = -_INNER_WIDTH
        top = _INNER_TOP + index * _TOP_STEP
        bottom = _BOTTOM - index * _BOTTOM_STEP
        frame = RoundedRectangle(width=width, height=top - bottom, corner_radius=0.12)
        frame.set_stroke(theme().gradient, width=3).set_fill(theme().gradient, opacity=0.025)
        frame.move_to(at(start + width / 2, (top + bottom) / 2))
        words = text_at(name, at(start + 0.14, top - 0.27), edge=LEFT, font_size=30)
        self.terms.append(term)
        self.boxes.append(VGroup(frame, words))
        return start

    def _head(self, activation: str, left: float) -> VGroup:
        row = Row("partial C \\/ partial w_1 =", factor(activation, 1), "dot", font_size=_SIZE)
        return VGroup(*row.end_at(at(left - 0.15, 0.0)))
