"""Mobjects of the scene UnstableGradient: nested products, and a fan of products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import LEFT, RIGHT, Animation, Line, MathTypst, RoundedRectangle, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import PLAIN, power_of_ten
from lecture.kit.theme import theme, tint
from lecture.kit.typeset import formula
from scenes.mobjects.chain_columns import ChainColumns
from scenes.symbols import factor

__all__ = [
    "FanLines",
    "NestedProduct",
    "ProductFan",
    "SpreadFan",
    "UnstableLayout",
    "unstable_layout",
]

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


_SIZE = 32.0
_INNER_WIDTH, _TERM_ROOM = 2.25, 0.3
_INNER_TOP, _TOP_STEP, _BOTTOM, _BOTTOM_STEP = 0.95, 0.6, -0.5, 0.2
_SIDE_STEP, _NAME_MARGIN = 0.2, 0.14
# In portrait: half the width of the outermost box, and distances from the heights of layers.
_HALF_COLUMN, _DEEPEST_STEP = 2.5, 3
_ROW_TOP, _ROW_BOTTOM, _HEAD_ABOVE = 0.65, 0.65, 1.1


class NestedProduct(VGroup):
    """``∂C/∂w_1`` for a few layers, with a box around the product received by each layer.

    The product runs to the right or, in portrait, down: then `rows` holds the heights of the
    layers, the first first. `boxes` (outline and name) and `terms` run from the last layer to the
    first; `name_of` returns the name of a layer's box.

    Examples
    --------
    >>> drawn = NestedProduct(3, "sigmoid", "layer {}".format, at(0.0, 0.0))
    >>> inner, outer = drawn.boxes[0][0], drawn.boxes[-1][0]
    >>> bool(inner.width < outer.width), len(drawn.terms)
    (True, 3)
    """

    def __init__(
        self,
        depth: int,
        activation: str,
        name_of: Callable[[int], str],
        center: Point,
        rows: Sequence[float] | None = None,
    ) -> None:
        self.terms: list[MathTypst] = []
        self.boxes: list[VGroup] = []
        left = 0.0
        for index in range(depth):
            layer = depth - index
            text = "partial C \\/ partial y" if index == 0 else factor(activation, layer + 1)
            color = theme().cost if index == 0 else theme().gradient
            term = formula(text, font_size=_SIZE, color=color, track_baselines=True)
            self.terms.append(term)
            if rows is None:
                left = self._add(index, name_of(layer), left)
            else:
                self._add_below(index, name_of(layer), rows[layer - 1], rows[-1])
        row = Row("partial C \\/ partial w_1 =", factor(activation, 1), "dot", font_size=_SIZE)
        if rows is None:
            self.head = VGroup(*row.end_at(at(left - 0.15, 0.0)))
        else:
            self.head = VGroup(*row.start_at(at(-_HALF_COLUMN, rows[0] + _HEAD_ABOVE)))
        super().__init__(self.head, *self.boxes, *self.terms)
        if rows is None:
            self.move_to(center)
        else:
            self.shift(center[0] * RIGHT)

    def _add(self, index: int, name: str, left: float) -> float:
        """Prepend the last term, box the product, and return the left edge of the box."""
        term = self.terms[-1]
        if index == 0:
            words = text_at(name, at(0, 0), font_size=30)
            width = max(_INNER_WIDTH, float(words.width) + 2 * _NAME_MARGIN)
            start = -width
            Row(term).start_at(at(-(width + term.width) / 2, 0.0))
        else:
            start = left - term.width - 2 * _TERM_ROOM + 0.1
            Row(term).start_at(at(start + _TERM_ROOM - 0.05, 0.0))
            width = -start + index * _SIDE_STEP
        top = _INNER_TOP + index * _TOP_STEP
        bottom = _BOTTOM - index * _BOTTOM_STEP
        self._box(name, Region(start, start + width, bottom, top))
        return start

    def _add_below(self, index: int, name: str, height: float, last: float) -> None:
        """Put the last term above those before it, and box the product."""
        Row(self.terms[-1]).start_at(at(-0.6, height - 0.3))
        half = _HALF_COLUMN - _DEEPEST_STEP * _SIDE_STEP + index * _SIDE_STEP
        bottom = last - _ROW_BOTTOM - index * _BOTTOM_STEP
        self._box(name, Region(-half, half, bottom, height + _ROW_TOP))

    def _box(self, name: str, region: Region) -> None:
        box = RoundedRectangle(width=region.width, height=region.height, corner_radius=0.12)
        color = theme().gradient
        opacity = tint(color, 0.025, color, theme().cost, layers=_DEEPEST_STEP + 1)
        box.set_stroke(color, width=3).set_fill(color, opacity=opacity)
        box.move_to(region.center)
        corner = at(region.left + _NAME_MARGIN, region.top - 0.27)
        self.boxes.append(VGroup(box, text_at(name, corner, edge=LEFT, font_size=30)))


_NAME_ABOVE_END, _NAME_STEP = 0.3, 1.3


@dataclass(frozen=True)
class UnstableLayout:
    """Positions of the scene's parts.

    `chain` and `chain_columns` are those of `NeuronChain`. The names of the families are beside
    the ends of their lines or, with `names_top`, below each other. The dial moves from `dial` to
    `dial_aside`.
    """

    chain: float
    chain_columns: ChainColumns | None
    nested: Point
    fan: Region
    product: Point
    names_left: float
    names_top: float | None
    headline: Point
    dial: Point
    dial_aside: Point
    odds: Region

    def name_at(self, index: int, end: float) -> tuple[float, float]:
        """Return left edge and height of a family's name; `end` is the height of its lines."""
        if self.names_top is None:
            return self.names_left, end + _NAME_ABOVE_END
        return self.names_left, self.names_top - _NAME_STEP * index


def unstable_layout(nested: int) -> UnstableLayout:
    """Return the layout for the current frame, and a first chain of `nested` layers.

    Examples
    --------
    >>> round(unstable_layout(4).fan.width, 6)
    8.1
    """
    bounds = frame()
    if is_portrait():
        chain = Region(bounds.left, bounds.right, bounds.bottom + 0.3, 5.1)
        return UnstableLayout(
            chain=bounds.left + 0.5,
            chain_columns=ChainColumns.down(chain, nested),
            nested=at(0.85, 0.0),
            fan=Region(bounds.left + 1.1, bounds.right - 0.4, -0.2, 4.4),
            product=at(bounds.left + 1.4, 4.75),
            names_left=bounds.left + 1.1,
            names_top=-1.65,
            headline=at(bounds.left + 1.1, -5.9),
            dial=at(0.0, 1.6),
            dial_aside=at(0.0, 1.6),
            odds=Region(bounds.left + 0.9, bounds.right - 0.3, -5.4, -1.6),
        )
    return UnstableLayout(
        chain=1.75,
        chain_columns=None,
        nested=at(0.0, -1.4),
        fan=Region(-5.7, 2.4, -2.6, 2.4),
        product=at(-5.4, 2.2),
        names_left=2.75,
        names_top=None,
        headline=at(2.75, -0.75),
        dial=at(0.0, -1.0),
        dial_aside=at(-3.45, -1.0),
        odds=Region(1.1, 6.2, -2.5, 1.3),
    )
