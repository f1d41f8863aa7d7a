"""Mobjects of the scene DeepNetsStall: a track of layer speeds, and a table of accuracies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import LEFT, Animation, Circle, Dot, Line, ManimColor, RoundedRectangle, VGroup
from numpy.typing import ArrayLike, NDArray

from lecture.kit.layout import Region, at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.numbers import COUNT, FACTOR, PERCENT, power_of_ten
from lecture.kit.theme import mix, theme

__all__ = [
    "AccuracyTable",
    "BendTrack",
    "ChangeSpeeds",
    "LayerStack",
    "Race",
    "RunnerTrack",
    "speed_color",
]

_START_RADIUS, _HEAD_RADIUS = 0.3, 0.15
_NUMBER_SIZE = 26.0


def speed_color(log10: float, low: float, high: float) -> ManimColor:
    """Return the colour of a speed: vanishing at `low`, gradient at `high`, warning far above.

    Examples
    --------
    >>> color = speed_color(-3.0, low=-3.0, high=0.0)
    >>> color.to_hex() == theme().vanishing
    True
    """
    share = (log10 - low) / (high - low)
    if share > 1:
        return mix(theme().gradient, theme().warning, min(share - 1, 1.0))
    return mix(theme().vanishing, theme().gradient, max(share, 0.0))


class RunnerTrack(VGroup):
    """A lane for each layer, with a runner whose distance shows the layer's speed.

    Set :attr:`log10` (speeds), :attr:`progress` (elapsed share of the race) or :attr:`logarithmic`
    (0 for the linear ruler, 1 for the logarithmic one), then call :meth:`refresh`.
    The runners, their :attr:`values`, :attr:`linear_axis` and :attr:`log_axis` are not submobjects:
    add them separately.

    Examples
    --------
    >>> speeds = np.log10([0.01, 0.1])
    >>> track = RunnerTrack(speeds, MagnitudeScale.covering(speeds), Region(-6, 6, -2, 2))
    >>> [value.text for value in track.values]
    ['0.010', '0.100']
    """

    def __init__(self, log10_speeds: ArrayLike, scale: MagnitudeScale, region: Region) -> None:
        self.log10 = np.array(log10_speeds, dtype=np.float64)
        self.progress, self.logarithmic = 0.0, 0.0
        self.scale_of_track = scale
        self.span = (float(self.log10.min()), float(self.log10.max()))
        self.left, self.right = region.left + 2 * _START_RADIUS + 0.25, region.right - 1.65
        self.base = region.bottom
        self.lane_y = np.linspace(region.top, region.bottom + 0.75, len(self.log10))
        self.starts = VGroup(*(self._start(k, region.left) for k in range(len(self.log10))))
        self.trails = VGroup(*(Line(stroke_width=9) for _ in self.log10))
        self.heads = VGroup(*(Dot(radius=_HEAD_RADIUS) for _ in self.log10))
        self.runners = VGroup(self.trails, self.heads)
        self.values = VGroup(*(self._value(k, region.right) for k in range(len(self.log10))))
        self.linear_axis = self._axis(scale.linear_labels())
        self.log_axis = self._axis(
            [(self._log_share(float(e)), power_of_ten(e)) for e in scale.decades()]
        )
        lanes = VGroup(
            *(Line(at(self.left, y), at(self.right, y), stroke_width=2) for y in self.lane_y)
        )
        super().__init__(lanes.set_stroke(theme().grid).set_z_index(-1), self.starts)
        self.refresh()

    def refresh(self) -> RunnerTrack:
        """Move the runners according to :attr:`log10`, :attr:`progress` and :attr:`logarithmic`."""
        linear = self.progress * self.scale_of_track.linear(self.log10)
        log = self.scale_of_track.logarithmic(self.log10)
        shares = (1 - self.logarithmic) * linear + self.logarithmic * log
        for layer, (share, log10) in enumerate(zip(shares, self.log10, strict=True)):
            start = at(self.left, self.lane_y[layer])
            end = start + at(float(np.clip(share, 0, 1)) * (self.right - self.left), 0)
            color = speed_color(float(log10), *self.span)
            self.trails[layer].put_start_and_end_on(start - at(1e-3, 0), end).set_stroke(color)
            self.heads[layer].move_to(end).set_fill(color)
        return self

    def show_speeds(self, log10_speeds: NDArray[np.float64]) -> RunnerTrack:
        """Set other speeds, and their values."""
        self.log10 = np.array(log10_speeds)
        for value, log10 in zip(self.values, self.log10, strict=True):
            value.set_text(FACTOR.from_log10(1.0, float(log10)))
        return self.refresh()

    def marks(self, log10_speeds: NDArray[np.float64]) -> VGroup:
        """Return rings at other speeds on the logarithmic ruler."""
        rings = VGroup()
        for y, log10 in zip(self.lane_y, log10_speeds, strict=True):
            x = self.left + self._log_share(float(log10)) * (self.right - self.left)
            color = speed_color(float(log10), *self.span)
            ring = Circle(radius=_HEAD_RADIUS, color=color, stroke_width=4)
            ring.set_fill(theme().background, opacity=1.0)
            rings.add(ring.move_to(at(x, y)))
        return rings

    def _log_share(self, log10: float) -> float:
        return float(self.scale_of_track.logarithmic(np.array([log10]))[0])

    def _start(self, layer: int, left: float) -> VGroup:
        center = at(left + _START_RADIUS, self.lane_y[layer])
        block = Circle(radius=_START_RADIUS, color=theme().signal, stroke_width=3.5)
        block.set_fill(theme().signal, opacity=0.15).move_to(center)
        number = LiveNumber(layer + 1, COUNT, font_size=_NUMBER_SIZE, name=f"layer_{layer + 1}")
        return VGroup(block, number.place(center))

    def _value(self, layer: int, right: float) -> LiveNumber:
        value = LiveNumber(font_size=_NUMBER_SIZE, align="right", name=f"speed_{layer + 1}")
        value.set_text(FACTOR.from_log10(1.0, float(self.log10[layer])))
        return value.place(at(right, self.lane_y[layer]))

    def _axis(self, labels: list[tuple[float, str]]) -> VGroup:
        marks = VGroup()
        for share, text in labels:
            x = self.left + share * (self.right - self.left)
            top = at(x, float(self.lane_y[0]) + 0.3)
            marks.add(Line(top, at(x, self.base), color=theme().grid, stroke_width=2))
            label = LiveNumber(font_size=22, color=theme().secondary, name="tick")
            marks.add(label.set_text(text).place(at(x, self.base - 0.25)))
        return marks.set_z_index(-1)


class Race(Animation):
    """Move all runners from the start of the race to its end."""

    def __init__(self, track: RunnerTrack, **options: Any) -> None:
        self.track = track
        super().__init__(track.runners, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the progress of the race at `alpha`."""
        self.track.progress = self.rate_func(alpha)
        self.track.refresh()


class BendTrack(Animation):
    """Change the ruler of the track from linear to logarithmic."""

    def __init__(self, track: RunnerTrack, **options: Any) -> None:
        self.track = track
        super().__init__(track.runners, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the ruler at `alpha`."""
        self.track.logarithmic = self.rate_func(alpha)
        self.track.refresh()


class ChangeSpeeds(Animation):
    """Change the speeds of the runners, interpolated geometrically."""

    def __init__(self, track: RunnerTrack, log10_speeds: ArrayLike, **options: Any) -> None:
        self.track = track
        self.start, self.end = track.log10.copy(), np.asarray(log10_speeds, dtype=np.float64)
        super().__init__(VGroup(track.runners, track.values), **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set the speeds at `alpha`."""
        share = self.rate_func(alpha)
        self.track.show_speeds((1 - share) * self.start + share * self.end)


_BAR = (0.1, 0.52)
_STEP = 0.2


class LayerStack(VGroup):
    """Vertical bars side by side: the input, `hidden` layers in `color`, and the output."""

    def __init__(self, hidden: int, color: str | ManimColor) -> None:
        bars = [RoundedRectangle(width=_BAR[0], height=_BAR[1], corner_radius=0.05)]
        bars = [bars[0].copy().shift(at(index * _STEP, 0)) for index in range(hidden + 2)]
        for bar in bars:
            bar.set_stroke(width=0).set_fill(color, opacity=1.0)
        for bar in (bars[0], bars[-1]):
            bar.set_fill(theme().secondary, opacity=0.6)
        super().__init__(*bars)


_ROW_STEP = 1.0


class AccuracyTable(VGroup):
    """A row for each network: a stack of its layers, and one percentage for each of `shares`.

    `numbers` holds the percentages row by row, named by column and number of hidden layers.

    Examples
    --------
    >>> shares = {"test": np.array([0.97, 0.5])}
    >>> table = AccuracyTable((1, 2), ("#FFFFFF", "#FF0000"), shares, -3, 1, (2,))
    >>> [number.text for number in table.numbers]
    ['97 %', '50 %']
    """

    def __init__(
        self,
        hidden: Sequence[int],
        colors: Sequence[str | ManimColor],
        shares: dict[str, NDArray[np.float64]],
        left: float,
        top: float,
        column_x: Sequence[float],
    ) -> None:
        self.stacks: list[LayerStack] = []
        self.numbers: list[LiveNumber] = []
        for index, (layers, color) in enumerate(zip(hidden, colors, strict=True)):
            y = top - index * _ROW_STEP
            stack = LayerStack(layers, color)
            self.stacks.append(stack.move_to(at(left, y), aligned_edge=LEFT))
            for (name, column), x in zip(shares.items(), column_x, strict=True):
                number = LiveNumber(
                    float(column[index]),
                    PERCENT,
                    font_size=30,
                    align="right",
                    name=f"{name}_{layers}",
                )
                self.numbers.append(number.place(at(x, y)))
        super().__init__(*self.stacks, *self.numbers)
