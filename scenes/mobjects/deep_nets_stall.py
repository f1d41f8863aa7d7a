"""Mobjects of DeepNetsStall: a track of layer speeds, a table of accuracies, and the layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import LEFT, Animation, Circle, Dot, Line, ManimColor, RoundedRectangle, VGroup
from numpy.typing import ArrayLike, NDArray

from lecture.kit.layout import Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.numbers import COUNT, FACTOR, PERCENT, power_of_ten
from lecture.kit.theme import mix, theme

__all__ = [
    "AccuracyTable",
    "BendTrack",
    "LayerStack",
    "Race",
    "RunnerTrack",
    "StallLayout",
    "Track",
    "lag_color",
    "stall_layout",
]

_START_RADIUS, _HEAD_RADIUS = 0.27, 0.15
_LAYER_SIZE, _TICK_SIZE = 30.0, 30.0
_VALUE_SIZE = 33.0  # exponents have two thirds of it
_FARTHEST_BEHIND = 2.0  # decades


def lag_color(decades: float) -> ManimColor:
    """Return the colour of a speed, by its distance from the fastest in decades.

    The fastest has the colour of gradients; two decades behind, it is that of vanishing ones.

    Examples
    --------
    >>> lag_color(2.5).to_hex() == theme().vanishing, lag_color(0.0).to_hex() == theme().gradient
    (True, True)
    """
    return mix(theme().gradient, theme().vanishing, min(decades / _FARTHEST_BEHIND, 1.0))


@dataclass(frozen=True)
class Track:
    """Positions of the parts of a `RunnerTrack`.

    `lanes` reaches from the circles of the layers to the ends of the lanes, and from the axis to
    the first lane. Speeds end at `value_x`, standard deviations at `std_x`; `most` bounds the
    labelled intervals of the logarithmic axis.
    """

    lanes: Region
    value_x: float
    std_x: float
    most: int


class RunnerTrack(VGroup):
    """A lane for each layer, with a runner whose distance shows the layer's speed.

    Set :attr:`log10` (speeds), :attr:`progress` (elapsed share of the race) or :attr:`logarithmic`
    (0 for the linear ruler, 1 for the logarithmic one), then call :meth:`refresh`.
    The runners, their :attr:`values`, the :attr:`stds` of the weights, :attr:`linear_axis` and
    :attr:`log_axis` are not submobjects: add them separately.

    Examples
    --------
    >>> place = Track(Region(-6, 3, -2, 2), value_x=5, std_x=6, most=12)
    >>> speeds = np.log10([0.01, 0.1])
    >>> track = RunnerTrack(speeds, [0.2, 0.3], MagnitudeScale.covering(speeds), place)
    >>> [value.text for value in track.values], [std.text for std in track.stds]
    (['0.010', '0.100'], ['0.200', '0.300'])
    """

    def __init__(
        self, log10_speeds: ArrayLike, stds: ArrayLike, scale: MagnitudeScale, place: Track
    ) -> None:
        self.log10 = np.array(log10_speeds, dtype=np.float64)
        self.progress, self.logarithmic = 0.0, 0.0
        self.scale_of_track = scale
        lanes = place.lanes
        self.left, self.right = lanes.left + 2 * _START_RADIUS + 0.25, lanes.right
        self.base = lanes.bottom
        self.lane_y = np.linspace(lanes.top, lanes.bottom + 0.45, len(self.log10))
        self.starts = VGroup(*(self._start(k, lanes.left) for k in range(len(self.log10))))
        self.trails = VGroup(*(Line(stroke_width=9) for _ in self.log10))
        self.heads = VGroup(*(Dot(radius=_HEAD_RADIUS) for _ in self.log10))
        self.runners = VGroup(self.trails, self.heads)
        self.values = self._column("speed", place.value_x, theme().ink)
        self.stds = self._column("std", place.std_x, theme().weight)
        self.linear_axis = self._axis(scale.linear_labels(), _TICK_SIZE)
        decades = scale.labelled(place.most)
        powers = [(self._log_share(float(e)), power_of_ten(e)) for e in decades]
        self.log_axis = self._axis(powers, _VALUE_SIZE)
        lines = VGroup(
            *(Line(at(self.left, y), at(self.right, y), stroke_width=2) for y in self.lane_y)
        )
        super().__init__(lines.set_stroke(theme().grid).set_z_index(-1), self.starts)
        self.show_speeds(self.log10, np.asarray(stds, dtype=np.float64))

    def refresh(self) -> RunnerTrack:
        """Move the runners according to :attr:`log10`, :attr:`progress` and :attr:`logarithmic`."""
        linear = self.progress * self.scale_of_track.linear(self.log10)
        log = self.scale_of_track.logarithmic(self.log10)
        shares = (1 - self.logarithmic) * linear + self.logarithmic * log
        fastest = float(self.log10.max())
        for layer, (share, log10) in enumerate(zip(shares, self.log10, strict=True)):
            start = at(self.left, self.lane_y[layer])
            end = start + at(float(np.clip(share, 0, 1)) * (self.right - self.left), 0)
            color = lag_color(fastest - float(log10))
            self.trails[layer].put_start_and_end_on(start - at(1e-3, 0), end).set_stroke(color)
            self.heads[layer].move_to(end).set_fill(color)
        return self

    def show_speeds(
        self, log10_speeds: NDArray[np.float64], stds: NDArray[np.float64]
    ) -> RunnerTrack:
        """Set other speeds and standard deviations."""
        self.log10 = np.array(log10_speeds)
        for value, log10 in zip(self.values, self.log10, strict=True):
            value.set_text(FACTOR.from_log10(1.0, float(log10)))
        for number, std in zip(self.stds, stds, strict=True):
            number.set_value(float(std))
        return self.refresh()

    def marks(self, log10_speeds: ArrayLike) -> VGroup:
        """Return a ring in each lane at another speed on the logarithmic ruler."""
        rings = VGroup()
        for y, log10 in zip(self.lane_y, np.asarray(log10_speeds), strict=True):
            x = self.left + self._log_share(float(log10)) * (self.right - self.left)
            ring = Circle(radius=1.35 * _HEAD_RADIUS, color=theme().ink, stroke_width=4)
            rings.add(ring.move_to(at(x, y)))
        return rings.set_z_index(1)

    def _log_share(self, log10: float) -> float:
        return float(self.scale_of_track.logarithmic(np.array([log10]))[0])

    def _start(self, layer: int, left: float) -> VGroup:
        center = at(left + _START_RADIUS, self.lane_y[layer])
        block = Circle(radius=_START_RADIUS, color=theme().signal, stroke_width=3.5)
        block.set_fill(theme().signal, opacity=0.15).move_to(center)
        number = LiveNumber(layer + 1, COUNT, font_size=_LAYER_SIZE, name=f"layer_{layer + 1}")
        return VGroup(block, number.place(center))

    def _column(self, name: str, right: float, color: str) -> VGroup:
        numbers = VGroup()
        for layer, y in enumerate(self.lane_y, start=1):
            style: dict[str, Any] = {"font_size": _VALUE_SIZE, "color": color, "align": "right"}
            numbers.add(LiveNumber(name=f"{name}_{layer}", **style).place(at(right, y)))
        return numbers

    def _axis(self, labels: list[tuple[float, str]], size: float) -> VGroup:
        marks = VGroup()
        for share, text in labels:
            x = self.left + share * (self.right - self.left)
            top = at(x, float(self.lane_y[0]) + 0.3)
            marks.add(Line(top, at(x, self.base), color=theme().grid, stroke_width=2))
            label = LiveNumber(font_size=size, color=theme().secondary, name="tick")
            marks.add(label.set_text(text).place(at(x, self.base - 0.3)))
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


class AccuracyTable(VGroup):
    """A row for each network: a stack of its layers, and one percentage for each of `shares`.

    The rows lie in `region`, with a percentage at each of `column_x`. `numbers` holds them row by
    row, named by column and number of hidden layers.

    Examples
    --------
    >>> shares = {"test": np.array([0.97, 0.5])}
    >>> table = AccuracyTable((1, 2), ("#FFFFFF", "#FF0000"), shares, Region(-3, 3, 0, 1), (2,))
    >>> [number.text for number in table.numbers]
    ['97 %', '50 %']
    """

    def __init__(
        self,
        hidden: Sequence[int],
        colors: Sequence[str | ManimColor],
        shares: dict[str, NDArray[np.float64]],
        region: Region,
        column_x: Sequence[float],
    ) -> None:
        self.stacks: list[LayerStack] = []
        self.numbers: list[LiveNumber] = []
        rows = np.linspace(region.top, region.bottom, len(hidden))
        for index, (layers, color) in enumerate(zip(hidden, colors, strict=True)):
            stack = LayerStack(layers, color)
            start = at(region.left, rows[index])
            self.stacks.append(stack.move_to(start, aligned_edge=LEFT))
            for (name, column), x in zip(shares.items(), column_x, strict=True):
                number = LiveNumber(
                    float(column[index]),
                    PERCENT,
                    font_size=32,
                    align="right",
                    name=f"{name}_{layers}",
                )
                self.numbers.append(number.place(at(x, rows[index])))
        super().__init__(*self.stacks, *self.numbers)


@dataclass(frozen=True)
class StallLayout:
    """Positions of the scene's parts.

    `headline` is the left end of the line below the title, and `counted` the panel above the
    counter of epochs. `readout` has the ends of two rows, and `start_names` the epochs and heights
    of two names in the strip. `published` is the right end of the meaning of rings.
    """

    headline: Point
    published: Point
    images: Point
    training: Region
    test: Region
    counted: Region
    table: Region
    column_x: tuple[float, float]
    track: Track
    strip: Region
    readout: tuple[tuple[Point, Point], tuple[Point, Point]]
    start_names: tuple[tuple[float, float], tuple[float, float]]


def stall_layout() -> StallLayout:
    """Return the layout for the current frame.

    Examples
    --------
    >>> stall_layout().strip.top < stall_layout().track.lanes.bottom
    True
    """
    left, right = frame().left, frame().right
    if is_portrait():
        test = Region(-2.3, right - 0.2, -1.1, 0.7)
        return StallLayout(
            headline=at(left, 4.9),
            published=at(right, 4.35),
            images=at(0.0, 2.2),
            training=Region(-2.3, right - 0.2, 2.0, 3.8),
            test=test,
            counted=test,
            table=Region(left + 0.3, right, -6.15, -3.5),
            column_x=(1.4, right - 0.2),
            track=Track(Region(left, 0.55, -0.7, 2.9), value_x=2.2, std_x=right, most=3),
            strip=Region(-2.3, right - 0.2, -4.3, -2.3),
            readout=(
                (at(left + 0.3, -5.6), at(-0.9, -5.6)),
                (at(0.1, -5.6), at(right - 0.2, -5.6)),
            ),
            start_names=((60.0, 0.35), (11.0, 0.5)),
        )
    training = Region(-5.55, -2.55, -2.4, 1.2)
    return StallLayout(
        headline=at(left, 2.5),
        published=at(right, 2.5),
        images=at(-3.0, -0.6),
        training=training,
        test=Region(-1.4, 1.6, -2.4, 1.2),
        counted=training,
        table=Region(2.55, right, -2.1, 0.85),
        column_x=(5.0, right - 0.2),
        track=Track(Region(left, 3.0, -1.1, 1.3), value_x=4.85, std_x=right, most=12),
        strip=Region(left + 0.84, 3.0, -3.0, -2.05),
        readout=(
            (at(3.6, -2.15), at(right, -2.15)),
            (at(3.6, -2.85), at(right, -2.85)),
        ),
        start_names=((65.0, 0.4), (12.0, 0.4)),
    )
