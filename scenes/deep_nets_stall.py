"""Scene DeepNetsStall: four networks trained on digits, and the layer speeds of the deepest."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    RoundedRectangle,
    VGroup,
)
from numpy.typing import NDArray

from lecture.kit.animations import Count
from lecture.kit.layout import Region, at, frame
from lecture.kit.mobjects.history_plot import EpochCounter, HistoryPlot, RevealHistory
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, FACTOR, PERCENT, RATIO, power_of_ten
from lecture.kit.theme import mix, theme
from scenes.data.deep_nets_stall import AMPLIFIED_WEIGHTS, DEPTHS, WIDTH, StallStudy, stall_study
from scenes.mobjects.deep_nets_stall import (
    AccuracyTable,
    BendTrack,
    ChangeSpeeds,
    LayerStack,
    Race,
    RunnerTrack,
    speed_color,
)
from scenes.mobjects.pixel_image import PixelImage
from scenes.scene import GradientScene

__all__ = ["DeepNetsStall"]

_TOP, _BOTTOM = 1.55, -2.55
_TRAINING_PANEL = Region(-5.65, -2.35, _BOTTOM, _TOP)
_TEST_PANEL = Region(-1.45, 1.85, _BOTTOM, _TOP)
_HEADLINE_Y = 2.55
_HEADINGS_Y = 1.85
_PANEL_NAMES_Y, _TABLE_HEADINGS_Y = 2.05, 1.6
_TRAIN_X, _TEST_X = 4.9, 6.25
_GUESS = 0.1  # ten digits, all about equally frequent
_TRAINING_SECONDS = 6.0


class DeepNetsStall(GradientScene):
    """Plot the accuracy of four networks, then the layer speeds of the deepest."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.accuracy()
        self.speeds_at_the_start()
        self.speeds_over_training()
        self.the_opposite()

    def prepare(self) -> None:
        """Train the networks, or load them from the cache, and choose the colours."""
        self.study: StallStudy = stall_study(self.cache_dir)
        self.ticks = list(range(0, self.study.epochs + 1, 20))
        last = len(DEPTHS) - 1
        self.net_colors = [mix(theme().signal, theme().warning, k / last) for k in range(last + 1)]
        self.log10_start = np.log10(self.study.speeds[0])
        span = (float(self.log10_start.min()), float(self.log10_start.max()))
        self.layer_colors = [speed_color(float(log10), *span) for log10 in self.log10_start]

    def accuracy(self) -> None:
        """Plot the accuracy of the four networks during training."""
        study, epochs = self.study, COUNT(self.study.epochs)
        self.beat("accuracy", epochs=epochs, examples=COUNT(study.examples), width=COUNT(WIDTH))
        panels = [
            self.accuracy_panel(self.study.accuracy, _TRAINING_PANEL),
            self.accuracy_panel(self.study.test_accuracy, _TEST_PANEL),
        ]
        names = VGroup(
            self.panel_name("training", _TRAINING_PANEL), self.panel_name("test", _TEST_PANEL)
        )
        counter = EpochCounter(self.label("epoch"), _TRAINING_PANEL)
        table, headings = self.accuracy_table()
        markers = [panel.marker for panel in panels]
        images = self.sample_images()
        with self.narrate("networks"):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            self.play(LaggedStart(*(FadeIn(i) for i in images), lag_ratio=0.1), run_time=1.2)
            self.play(LaggedStart(*(FadeIn(s) for s in table.stacks), lag_ratio=0.3), run_time=1.2)
        with self.narrate("training", epochs=epochs):
            self.play(FadeOut(images), run_time=0.5)
            self.play(FadeIn(*panels, names), run_time=0.6)
            self.play(FadeIn(*table.numbers, headings, counter, *markers), run_time=0.5)
            self.train(panels, table.numbers, counter.number)
        deepest, percent = len(DEPTHS) - 1, PERCENT(float(self.study.accuracy[-1, -1]))
        with self.narrate("stuck", layers=COUNT(DEPTHS[deepest]), accuracy=percent):
            self.point_out(panels[0], table.stacks[-1])
        self.visible = VGroup(*panels, *markers, names, counter, table, headings)

    def sample_images(self) -> VGroup:
        """Return sample training images in rows of five."""
        images = (PixelImage(levels, size=1.1) for levels in self.study.samples)
        return VGroup(*images).arrange_in_grid(cols=5, buff=0.3).move_to(at(-2.2, -0.6))

    def accuracy_panel(self, shares: NDArray[np.float64], region: Region) -> HistoryPlot:
        """Return a plot of the share of correct answers, from 0 to 1."""
        labels = [(share, PERCENT(share)) for share in (0.0, 0.5, 1.0)]
        return HistoryPlot(shares, self.net_colors, region, self.ticks, labels)

    def panel_name(self, key: str, region: Region) -> VGroup:
        """Return the centred title of a panel."""
        return VGroup(text_at(self.label(key), at(region.center[0], _PANEL_NAMES_Y)))

    def accuracy_table(self) -> tuple[AccuracyTable, VGroup]:
        """Return the table of accuracies before training, and its column headings."""
        study, columns = self.study, (_TRAIN_X, _TEST_X)
        shares = {"training": study.accuracy[:, 0], "test": study.test_accuracy[:, 0]}
        table = AccuracyTable(DEPTHS, self.net_colors, shares, 2.55, 0.9, columns)
        style: dict[str, Any] = {"edge": RIGHT, "font_size": 22, "color": theme().secondary}
        headings = (
            text_at(self.label(key), at(x, _TABLE_HEADINGS_Y), **style)
            for key, x in zip(("training_short", "test_short"), columns, strict=True)
        )
        return table, VGroup(*headings)

    def train(
        self, panels: list[HistoryPlot], numbers: list[LiveNumber], epoch: LiveNumber
    ) -> None:
        """Animate the curves, the table and the epoch counter over the training."""
        steps = np.arange(self.study.epochs + 1)
        curves = np.stack([self.study.accuracy, self.study.test_accuracy], axis=1)
        counts = [
            Count(number, 0, steps[-1], partial(np.interp, xp=steps, fp=curve))
            for number, curve in zip(numbers, curves.reshape(len(numbers), -1), strict=True)
        ]
        self.play(
            *(RevealHistory(panel, 0, steps[-1]) for panel in panels),
            *counts,
            Count(epoch, 0, steps[-1]),
            run_time=_TRAINING_SECONDS,
            rate_func=lambda t: t,
        )

    def point_out(self, panel: HistoryPlot, stack: LayerStack) -> None:
        """Draw the accuracy of guessing as a dashed line, and a box around the deepest network."""
        line = panel.level(_GUESS, theme().ink).set_stroke(width=2)
        below = panel.point(panel.steps, _GUESS / 2)
        name = text_at(self.label("guessing"), below, edge=RIGHT, font_size=24)
        box = RoundedRectangle(width=frame().right - 2.38, height=0.8, corner_radius=0.12)
        box.set_stroke(theme().warning, width=3).move_to(stack).align_to(stack, LEFT)
        box.shift(at(-0.17, 0))
        self.play(Create(box), run_time=0.7)
        self.play(Create(line), run_time=0.6)
        self.play(FadeIn(name), run_time=0.5)
        self.guess = VGroup(line, name, box)

    def speeds_at_the_start(self) -> None:
        """Race the hidden layers of the deepest network at their initial speeds."""
        layers = COUNT(DEPTHS[-1])
        ratio, step = RATIO(self.study.lag), RATIO(self.study.lag_of_a_layer)
        self.beat("speeds_at_the_start", layers=layers, ratio=ratio, step=step)
        covering = np.concatenate([self.log10_start, np.log10(self.study.amplified_speeds)])
        wide, first = MagnitudeScale.covering(covering), MagnitudeScale.covering(self.log10_start)
        scale = MagnitudeScale(wide.low, wide.high, first.linear_top)
        bounds = frame()
        region = Region(bounds.left, bounds.right, -2.75, 1.2)
        self.track = RunnerTrack(self.log10_start, scale, region)
        self.heads = self.track_headings()
        track = self.track
        with self.narrate("race", layers=layers):
            self.play(FadeOut(self.visible, self.guess), run_time=0.6)
            self.play(FadeIn(track, self.heads[0]), run_time=0.7)
            self.play(FadeIn(track.linear_axis), FadeIn(track.runners), run_time=0.6)
            self.play(Race(track), run_time=1.6, rate_func=lambda t: t)
        with self.narrate("ruler"):
            self.play(FadeOut(track.linear_axis), run_time=0.4)
            self.play(FadeIn(track.log_axis), run_time=0.4)
            self.play(BendTrack(track), run_time=1.2)
            self.play(FadeIn(track.values, self.heads[1]), run_time=0.6)
        with self.narrate("ratio", layers=layers, ratio=ratio):
            self.headline = self.comparison("slower", ratio)
            self.play(FadeIn(self.headline), run_time=0.6)

    def track_headings(self) -> VGroup:
        """Return the headings of the layer numbers and of the speeds."""
        left, right = at(frame().left, _HEADINGS_Y), at(frame().right, _HEADINGS_Y)
        style: dict[str, Any] = {"font_size": 24, "color": theme().secondary}
        blocks = text_at(self.label("hidden_layer"), left, edge=LEFT, **style)
        speed = text_at(self.label("speed"), right, edge=RIGHT)
        return VGroup(blocks, speed)

    def comparison(self, key: str, ratio: str) -> VGroup:
        """Return a headline that compares the first hidden layer with the last."""
        return self.above(self.label(key, ratio=ratio, last=COUNT(DEPTHS[-1])))

    @staticmethod
    def above(markup: str) -> VGroup:
        """Return a headline."""
        return VGroup(text_at(markup, at(frame().left, _HEADLINE_Y), edge=LEFT, font_size=30))

    def speeds_over_training(self) -> None:
        """Plot the speeds of the hidden layers during training."""
        epochs = COUNT(self.study.epochs)
        self.beat("speeds_over_training", epochs=epochs)
        panel = self.speed_panel()
        counter = EpochCounter(self.label("epoch"), panel.region)
        table, numbers = self.speed_table()
        track = VGroup(self.track, self.track.runners, self.track.values, self.track.log_axis)
        behind = "behind" if self.study.first_is_always_slowest else "mostly_behind"
        with self.narrate("follow"):
            self.play(FadeOut(track, self.heads, self.headline), run_time=0.6)
            self.play(FadeIn(panel, panel.marker, counter), run_time=0.7)
            self.play(FadeIn(table, *numbers), run_time=0.5)
        steps = np.arange(self.study.epochs + 1)
        log10 = np.log10(self.study.speeds)
        with self.narrate(behind, epochs=epochs):
            self.play(
                RevealHistory(panel, 0, steps[-1]),
                Count(counter.number, 0, steps[-1]),
                *(
                    Count(number, 0, steps[-1], partial(_power, steps, log10[:, k]))
                    for k, number in enumerate(numbers)
                ),
                run_time=5.0,
                rate_func=lambda t: t,
            )
        self.visible = VGroup(panel, panel.marker, counter, table, *numbers)

    def speed_panel(self) -> HistoryPlot:
        """Return a plot of the speeds over the epochs, on a logarithmic axis."""
        log10 = np.log10(self.study.speeds)
        scale = MagnitudeScale.covering(log10.ravel())
        low, high = scale.low, scale.high
        labels = [((e - low) / (high - low), power_of_ten(e)) for e in scale.decades()]
        region = Region(_TRAINING_PANEL.left, 2.9, _BOTTOM, 2.1)
        heights = scale.logarithmic(log10.T)
        return HistoryPlot(heights, self.layer_colors, region, self.ticks, labels)

    def speed_table(self) -> tuple[VGroup, list[LiveNumber]]:
        """Return a legend of layers with the fastest on top, and the speeds beside it."""
        name = text_at(self.label("speed"), at(frame().right, _HEADINGS_Y), edge=RIGHT)
        numbers, table = [], VGroup(name)
        for layer, start in enumerate(self.track.starts):
            y = -2.2 + 1.0 * layer
            key = start.copy().move_to(at(4.0, y))
            key[0].set_stroke(self.layer_colors[layer]).set_fill(self.layer_colors[layer])
            number = LiveNumber(
                float(self.study.speeds[0, layer]),
                FACTOR,
                font_size=26,
                align="right",
                name=f"speed_{layer + 1}",
            )
            table.add(key)
            numbers.append(number.place(at(frame().right, y)))
        return table, numbers

    def the_opposite(self) -> None:
        """Amplify the factors above 1, and animate the new order of the layers."""
        study, track = self.study, self.track
        ratio, grown = RATIO(study.lead), COUNT(AMPLIFIED_WEIGHTS)
        self.beat("the_opposite", ratio=ratio, times=grown)
        recipe = self.above(self.label("recipe", times=grown))
        with self.narrate("amplify", times=grown):
            self.play(FadeOut(self.visible), run_time=0.5)
            self.play(
                FadeIn(track, track.runners, track.values, track.log_axis, self.heads),
                run_time=0.7,
            )
            self.play(FadeIn(recipe), run_time=0.6)
        with self.narrate("wild", ratio=ratio, last=COUNT(DEPTHS[-1])):
            self.play(ChangeSpeeds(track, np.log10(study.amplified_speeds)), run_time=1.6)
            headline = self.comparison("faster", ratio)
            self.play(FadeOut(recipe, shift=0.2 * UP), run_time=0.4)
            self.play(FadeIn(headline), run_time=0.6)
        with self.narrate("no_bad_luck"):
            self.play(FadeIn(track.marks(self.log10_start)), run_time=0.8)


def _power(steps: NDArray[np.int64], log10: NDArray[np.float64], step: float) -> float:
    """Return the speed at a fractional step, interpolated geometrically."""
    return float(10.0 ** np.interp(step, steps, log10))
