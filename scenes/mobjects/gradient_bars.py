"""Bars for the gradients of the layers, on a linear or a logarithmic axis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from manim import Animation, Line, Rectangle, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Flow, Point, Region, at, frame, move_inside
from lecture.kit.mobjects.live_number import Align, LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.numbers import GRADIENT, power_of_ten
from lecture.kit.theme import mix, theme
from scenes.mobjects.chain_columns import ChainColumns

__all__ = ["BarAxis", "BendAxis", "GradientBars", "GrowBar", "RescaleAxis"]

_BAR_PER_SPACING, _THICKEST = 0.36, 0.8
_VALUE_GAP = 0.16
_LINE = 0.32  # least distance of lines of text
_TICK_SIZE = 30.0
_VALUE_SIZE = 30.0
_HALO = 8.0
_TICK_ABOVE, _TICK_BESIDE = 0.2, 0.12
_BETWEEN_TICKS = 0.18


@dataclass(frozen=True)
class BarAxis:
    """The axis of bars in a region: upwards, or to the right where the chain runs down."""

    region: Region
    flow: Flow

    @property
    def extent(self) -> float:
        """Length of the axis."""
        return self.region.width if self.flow.down else self.region.height

    def point(self, along: float, height: float) -> Point:
        """Return the point at a coordinate of the columns and a share of the axis."""
        base = self.region.left if self.flow.down else self.region.bottom
        return self.flow.point(along, base + height * self.extent)

    def grid_line(self, height: float) -> Line:
        """Return a line across all layers."""
        ends = (self.region.left, self.region.right)
        if self.flow.down:
            ends = (-self.region.top, -self.region.bottom)
        start, end = (self.point(along, height) for along in ends)
        return Line(start, end, color=theme().grid, stroke_width=2)

    def tick_label(self, height: float, text: str) -> LiveNumber:
        """Return the label of a grid line."""
        down, color = self.flow.down, theme().secondary
        align: Align = "center" if down else "right"
        start = -self.region.top - _TICK_ABOVE if down else self.region.left - _TICK_BESIDE
        label = LiveNumber(font_size=_TICK_SIZE, color=color, align=align, name="tick")
        label.set_text(text).place(self.point(start, height))
        move_inside(label)
        return label

    def logarithmic(self, scale: MagnitudeScale) -> VGroup:
        """Return the grid lines of decades, with as many labels as fit."""

        def height_of(exponent: int) -> float:
            return float(scale.logarithmic(np.array([float(exponent)]))[0])

        labelled = scale.labelled()
        if self.flow.down:
            width = LiveNumber.width_of(power_of_ten(min(scale.low, -1)), _TICK_SIZE)
            labelled = scale.labelled(most=max(1, int(self.extent / (width + _BETWEEN_TICKS))))
        return _behind(
            *(self.grid_line(height_of(exponent)) for exponent in scale.decades()),
            *(self.tick_label(height_of(e), power_of_ten(e)) for e in labelled),
        )


class GradientBars(VGroup):
    """Bars for ``|dC/dw_j|`` below their neurons; where the chain runs down, to their right.

    Set :attr:`growth` (of each bar, 0 to 1) or :attr:`logarithmic` (0 for the linear axis, 1 for
    the logarithmic one), then call :meth:`refresh`. The :attr:`values` above the bars,
    :attr:`linear_axis` and :attr:`log_axis` are not submobjects: add them separately.

    Examples
    --------
    >>> columns = ChainColumns.across(-6.2, 6.1, depth=2)
    >>> bars = GradientBars(np.ones(2), np.array([-4.0, -1.0]), columns, Region(-5, 5, -3, -1))
    >>> [value.text for value in bars.values]
    ['1.0·10⁻⁴', '0.10']
    """

    def __init__(
        self,
        sign: NDArray[np.float64],
        log10_abs: NDArray[np.float64],
        columns: ChainColumns,
        region: Region,
    ) -> None:
        texts = [
            GRADIENT.from_log10(abs(float(value_sign)), float(log10))
            for value_sign, log10 in zip(sign, log10_abs, strict=True)
        ]
        widths = [LiveNumber.width_of(text, _VALUE_SIZE) for text in texts]
        if columns.flow.down:  # long numbers take room from the bars beside them
            widest = max(widths, default=0.0)
            region = replace(region, right=min(region.right, frame().right - _VALUE_GAP - widest))
        self.region = region
        self.columns = columns
        self._flow = columns.flow
        self._axis = BarAxis(region, columns.flow)
        self.scale_of_axis = MagnitudeScale.covering(log10_abs)
        self._log10 = log10_abs
        self._linear = self.scale_of_axis.linear(log10_abs)
        self._log = self.scale_of_axis.logarithmic(log10_abs)
        self.growth = np.ones(len(log10_abs))
        self.logarithmic = 1.0
        self.bars = VGroup(*(self._bar(share) for share in self._log))
        self._corners = np.array(self.bars[0].points) if len(self.bars) else np.zeros((0, 3))
        self.linear_axis = self._linear_axis()
        self.log_axis = self._axis.logarithmic(self.scale_of_axis)
        self.values = VGroup(*self._values(texts, widths))
        super().__init__(*self.bars)
        self.refresh()

    @property
    def heights(self) -> NDArray[np.float64]:
        """Current heights of the bars, as shares of the height of the axis."""
        blend = (1 - self.logarithmic) * self._linear + self.logarithmic * self._log
        return self.growth * blend

    @property
    def linear_heights(self) -> NDArray[np.float64]:
        """Heights of the full-grown bars on the linear axis, as shares of its height."""
        return self._linear.copy()

    def refresh(self) -> GradientBars:
        """Redraw the bars for :attr:`growth` and :attr:`logarithmic`."""
        for bar, value, x, height in zip(
            self.bars, self.values, self.columns.neuron_x, self.heights, strict=True
        ):
            tall = height * self.extent
            base = self.point(x, 0.0)
            bar.points = self._corners * self._stretch(tall) + base
            value.place(base + self._upwards(tall + _VALUE_GAP))
        return self

    @property
    def extent(self) -> float:
        """Length of the axis."""
        return self._axis.extent

    def point(self, along: float, height: float) -> Point:
        """Return the point at a coordinate of the columns and a share of the axis."""
        return self._axis.point(along, height)

    def _upwards(self, distance: float) -> Point:
        """Return a shift away from the base line."""
        return self._flow.point(0.0, distance)

    def _stretch(self, tall: float) -> Point:
        return at(tall, 1.0) if self._flow.down else at(1.0, tall)

    def grow(self, layer: int, share: float) -> GradientBars:
        """Draw the bar of a layer (from 1) at `share` of its height."""
        self.growth[layer - 1] = share
        return self.refresh()

    def bend(self, logarithmic: float) -> GradientBars:
        """Interpolate the bars between the linear and the logarithmic axis."""
        self.logarithmic = logarithmic
        return self.refresh()

    def rescale(self, linear_top: float) -> GradientBars:
        """Set the top of the linear axis, as a common logarithm; taller bars are cut there."""
        self._linear = replace(self.scale_of_axis, linear_top=linear_top).linear(self._log10)
        return self.refresh()

    def _bar(self, share: float) -> VMobject:
        """Return a bar of height 1 based at the origin."""
        width = min(_THICKEST, _BAR_PER_SPACING * self.columns.spacing)
        sides = (1.0, width) if self._flow.down else (width, 1.0)
        bar = Rectangle(width=sides[0], height=sides[1], stroke_width=0)
        bar.shift(self._upwards(0.5))
        color = mix(theme().vanishing, theme().gradient, float(np.clip(share, 0.0, 1.0)))
        return bar.set_fill(color, opacity=0.8)

    def _values(self, texts: list[str], widths: list[float]) -> list[LiveNumber]:
        values = []
        align: Align = "left" if self._flow.down else "center"
        labelled = self.columns.labelled(max(widths, default=0.0))
        if not self._flow.down:  # a long number above the first bar may reach the labels
            left = np.array(self.columns.neuron_x) - np.array(widths) / 2
            labelled = [layer for layer in labelled if left[layer - 1] >= self._room_from(layer)]
        for layer, text in enumerate(texts, start=1):
            value = LiveNumber(font_size=_VALUE_SIZE, align=align, name=f"gradient_{layer}")
            # A halo separates the small figures from the grid lines.
            value.set_stroke(theme().background, width=_HALO, background=True)
            # Where not all values fit, fewer are shown, in the same size.
            values.append(value.set_text(text if layer in labelled else ""))
        return values

    def _room_from(self, layer: int) -> float:
        """Return the end of the labels beside the value of a layer on either axis."""
        level = self.point(0.0, self._linear[layer - 1])[1] + _VALUE_GAP
        beside = (m for m in self.linear_axis if abs(m.get_center()[1] - level) < _LINE)
        ticks = (mark for mark in (*self.log_axis, *beside) if mark.name == "tick")
        return max(float(tick.get_right()[0]) for tick in ticks)

    def _linear_axis(self) -> VGroup:
        labels = self.scale_of_axis.linear_labels()
        lines = (self._axis.grid_line(height) for height, _ in labels)
        widest = max(LiveNumber.width_of(text, _TICK_SIZE) for _, text in labels)
        if self._flow.down and widest + _BETWEEN_TICKS > self.extent / 2:
            labels = [labels[0], labels[-1]]
        return _behind(*lines, *(self._axis.tick_label(height, text) for height, text in labels))


def _behind(*marks: VMobject) -> VGroup:
    """Group marks behind the bars, independent of the order in which they are added."""
    return VGroup(*marks).set_z_index(-1)


class RescaleAxis(Animation):
    """Rescale the linear axis geometrically; `start` and `end` are log10 of its top."""

    def __init__(
        self, bars: GradientBars, label: LiveNumber, start: float, end: float, **options: Any
    ) -> None:
        self.bars, self.label, self.start, self.end = bars, label, start, end
        # The values of bars that have not grown yet are not on the screen.
        shown = (v for v, grown in zip(bars.values, bars.growth, strict=True) if grown)
        super().__init__(VGroup(bars, label, *shown), **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the top of the axis at `alpha`."""
        share = self.rate_func(alpha)
        top = self.start + share * (self.end - self.start)
        self.bars.rescale(top)
        self.label.set_value(10.0**top)


class GrowBar(Animation):
    """Grow the bar of a layer."""

    def __init__(self, bars: GradientBars, layer: int, **options: Any) -> None:
        self.bars, self.layer = bars, layer
        super().__init__(bars, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the height of the bar at `alpha`."""
        self.bars.grow(self.layer, self.rate_func(alpha))


class BendAxis(Animation):
    """Change the axis of the bars between linear (0) and logarithmic (1)."""

    def __init__(self, bars: GradientBars, start: float, end: float, **options: Any) -> None:
        self.bars, self.start, self.end = bars, start, end
        super().__init__(VGroup(bars, bars.values), **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the axis at `alpha`."""
        share = self.rate_func(alpha)
        self.bars.bend(self.start + share * (self.end - self.start))
