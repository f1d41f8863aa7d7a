"""A dial for the speeds of layers, and many chains at once with the share still in balance."""

from __future__ import annotations

import math

import numpy as np
from manim import Circle, Dot, Line, VGroup, VMobject
from numpy.typing import ArrayLike, NDArray

from lecture.kit.layout import Point, at
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import COUNT, RATIO, NumberFormat, power_of_ten
from lecture.kit.theme import theme

__all__ = ["BalanceDial", "DialDots", "Survivors"]

_TICK, _LABEL_ABOVE, _LABEL_EVERY = 0.14, 0.32, 2
_ARC_RADIUS = 0.86
_BAND_WIDTH, _ARC_WIDTH = 26.0, 9.0  # stroke widths
_BAND_OPACITY = 0.3
_SAMPLES = 41


class BalanceDial(VGroup):
    """A half circle from ``10**-reach`` to ``10**reach``, with a needle at the value of a step.

    `log10` holds the value after each step, starting before the first. An arc covers the values so
    far. The arc pushes a band of `tolerance` decades as long as it fits inside; it turns grey once
    it does not.

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
        self.layers = LiveNumber(align="left", name="layers")
        self.ratio = LiveNumber(align="left", name="speed_ratio")
        self.hub = Dot(center, radius=0.1, color=theme().ink)
        self.face = self._face()
        self.needle = Line(color=theme().ink, stroke_width=5)
        self.band = VMobject(color=theme().ink, stroke_width=_BAND_WIDTH)
        self.band.set_stroke(opacity=_BAND_OPACITY)
        self.arc = VMobject(stroke_width=_ARC_WIDTH)
        self.pointer = VGroup(self.arc, self.needle)
        self.moving = VGroup(self.band, self.pointer, self.layers, self.ratio, self.hub)
        self.swing = 0.0
        super().__init__(self.face, self.band, self.pointer, self.hub)
        self.turn_to(0.0)

    def turn_to(self, step: float) -> BalanceDial:
        """Show the value after `step` steps, which may be fractional."""
        whole = min(int(step + 1e-9), len(self.log10) - 1)
        value = float(np.interp(step, np.arange(len(self.log10)), self.log10))
        values = [*self.log10[: whole + 1].tolist(), value]
        low, high = min(values), max(values)
        self.swing = high - low
        self.needle.put_start_and_end_on(self.hub.get_center(), self.at_value(value, 0.98))
        self._draw(self.arc, low - 0.02, high + 0.02)
        start = band_start(values, self.tolerance)
        self._draw(self.band, start, start + self.tolerance)
        held = self.swing <= self.tolerance
        self.arc.set_stroke(theme().gradient if held else theme().secondary)
        self.layers.set_text(COUNT(1 + whole))
        self.ratio.set_text(RATIO.from_log10(1.0, self.swing))
        return self

    def swatch(self) -> Line:
        """Return a short line that looks like the band, for a legend."""
        line = Line(at(0, 0), at(0.6, 0), color=theme().ink, stroke_width=_BAND_WIDTH)
        return line.set_stroke(opacity=_BAND_OPACITY)

    def at_value(self, exponent: ArrayLike, share: ArrayLike) -> NDArray[np.float64]:
        """Return the points for values at shares of the radius; values beyond are at the ends."""
        angle = np.pi / 2 * (1 - np.clip(np.asarray(exponent) / self.reach, -1.0, 1.0))
        direction = np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], axis=-1)
        # Relative to the hub, so that the dial can be shifted.
        center = self.hub.get_center()
        return np.asarray(center + np.asarray(share)[..., None] * self.radius * direction)

    def _draw(self, arc: VMobject, low: float, high: float) -> None:
        arc.set_points_as_corners(self.at_value(np.linspace(low, high, _SAMPLES), _ARC_RADIUS))

    def _face(self) -> VGroup:
        color = theme().secondary
        rim = VMobject(color=color, stroke_width=3)
        rim.set_points_as_corners(self.at_value(np.linspace(-self.reach, self.reach, 121), 1.0))
        marks, labels = VGroup(rim), VGroup()
        inner, outside = 1.0 - _TICK / self.radius, 1.0 + _LABEL_ABOVE / self.radius
        for exponent in range(-self.reach, self.reach + 1):
            start, end = (self.at_value(exponent, share) for share in (inner, 1.0))
            marks.add(Line(start, end, color=color, stroke_width=2))
            if exponent % _LABEL_EVERY == 0:
                label = LiveNumber(font_size=30, color=color, name="tick")
                point = self.at_value(exponent, outside)
                labels.add(label.set_text(power_of_ten(exponent)).place(point))
        return VGroup(marks, labels)


def band_start(values: list[float], tolerance: float) -> float:
    """Return the lower end of a band of width `tolerance` that the values pushed before them.

    The band is centred on the first value, and stays once it no longer holds all values.

    Examples
    --------
    >>> band_start([0.0, 0.25], 1.0), band_start([0.0, 0.75], 1.0), band_start([0.0, 1.5], 1.0)
    (-0.5, -0.25, 0.0)
    """
    low = high = values[0]
    start = low - tolerance / 2
    for value in values[1:]:
        if max(high, value) - min(low, value) > tolerance:
            return low if value > high else high - tolerance
        low, high = min(low, value), max(high, value)
        start = min(max(start, high - tolerance), low)
    return start


_DOT = 0.05
_INNERMOST, _OUTERMOST = 0.3, 0.78  # shares of the radius
_GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples spread evenly
_LOST_OPACITY = 0.55


class DialDots(VGroup):
    """A dot for each of many chains on a dial: bright while in balance, and grey after.

    Examples
    --------
    >>> dial = BalanceDial(np.zeros(3), 3, at(0.0, 0.0), 2.0, tolerance=1.0)
    >>> dots = DialDots(dial, np.array([[0.0, 0.5, 0.0], [0.0, 0.8, -0.4]]))
    >>> [dots.turn_to(step).held for step in (0.0, 1.0, 1.5, 2.0)]
    [2, 2, 2, 1]
    """

    def __init__(self, dial: BalanceDial, log10: NDArray[np.float64]) -> None:
        self.dial, self.log10 = dial, log10
        outlines = np.array(Circle(radius=_DOT).points)
        self._outline = outlines
        spread = np.arange(len(log10)) * _GOLDEN % 1.0
        self._shares = _INNERMOST + (_OUTERMOST - _INNERMOST) * np.sqrt(spread)
        self.bright, self.grey = (VMobject(stroke_width=0) for _ in range(2))
        self.bright.set_fill(theme().gradient, opacity=1.0).set_z_index(2)
        self.grey.set_fill(theme().secondary, opacity=_LOST_OPACITY)
        super().__init__(self.grey, self.bright)
        self.held = len(log10)
        self.turn_to(0.0)

    def turn_to(self, step: float) -> DialDots:
        """Show the values after `step` steps; the last whole step decides on the balance."""
        whole = min(int(step + 1e-9), self.log10.shape[1] - 2)
        share = step - whole
        values = (1 - share) * self.log10[:, whole] + share * self.log10[:, whole + 1]
        done = self.log10[:, : int(step + 1e-9) + 1]
        held = np.ptp(done, axis=1) <= self.dial.tolerance
        self.held = int(held.sum())
        centers = self.dial.at_value(values, self._shares)[:, None, :]
        for shape, chosen in ((self.bright, held), (self.grey, ~held)):
            shape.points = (centers[chosen] + self._outline).reshape(-1, 3)
        return self


class Survivors(VGroup):
    """Dots on a dial, the curve of their share over the layers, and two counters, in step.

    `shares` holds the share of all chains in balance, in percent, for 1, 2, ... layers.

    Examples
    --------
    >>> from lecture.kit.layout import Region
    >>> from lecture.kit.numbers import PLAIN
    >>> dial = BalanceDial(np.zeros(3), 3, at(0.0, 0.0), 2.0, tolerance=1.0)
    >>> dots = DialDots(dial, np.zeros((5, 3)))
    >>> plot = FunctionPlot(lambda n: 100 / n, (1, 3), (0, 100), Region(0, 2, 0, 1), "#FFFFFF")
    >>> counted = Survivors(dots, plot, np.array([100.0, 50.0, 33.0]), PLAIN).to(2)
    >>> counted.layers.text, counted.share.text
    ('2', '50 %')
    """

    def __init__(
        self,
        dots: DialDots,
        plot: FunctionPlot,
        shares: NDArray[np.float64],
        number_format: NumberFormat,
    ) -> None:
        self.dots, self.plot, self.shares = dots, plot, shares
        self.number_format = number_format
        self.curve = VMobject(color=plot.curve.get_stroke_color(), stroke_width=5)
        self.layers = LiveNumber(align="left", font_size=32, name="layers")
        self.share = LiveNumber(align="left", font_size=32, name="share")
        self.marker = plot.dot
        super().__init__(self.dots, self.curve, self.marker, self.layers, self.share)
        self.to(1.0)

    def to(self, layers: float) -> Survivors:
        """Show a number of layers, which may be fractional; the counters show whole layers."""
        low, high = self.plot.x_span
        end = max((layers - low) / (high - low), 1e-3)
        self.curve.pointwise_become_partial(self.plot.curve, 0.0, end)
        self.plot.slide_to(layers)
        self.dots.turn_to(layers - 1)
        whole = int(layers + 1e-9)
        self.layers.set_text(COUNT(whole))
        self.share.set_text(f"{self.number_format(self.shares[whole - 1])} %")
        return self
