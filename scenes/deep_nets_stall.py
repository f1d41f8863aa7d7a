"""Scene DeepNetsStall: four networks trained on MNIST, and the layer speeds of the deepest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    Indicate,
    LaggedStart,
    RoundedRectangle,
    VGroup,
    linear,
)
from numpy.typing import NDArray

from lecture.kit.animations import Count, Drive
from lecture.kit.layout import Region, at, frame
from lecture.kit.mobjects.history_plot import EpochCounter, HistoryPlot, RevealHistory
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, FACTOR, PERCENT, PLAIN, RATIO, WEIGHT
from lecture.kit.theme import mix, theme
from lecture.kit.typeset import fit, formula
from scenes.data.chain_readings import listed, magnitudes, percentages
from scenes.data.deep_nets_stall import (
    DEPTHS,
    GUESS,
    PUBLISHED_SPEEDS,
    RATE,
    WIDTH,
    StallStudy,
    stall_study,
)
from scenes.mobjects.deep_nets_stall import (
    AccuracyTable,
    BendTrack,
    LayerStack,
    Race,
    RunnerTrack,
    stall_layout,
)
from scenes.mobjects.pixel_image import PixelImage
from scenes.scene import GradientScene

__all__ = ["DeepNetsStall"]

_DEEPEST = DEPTHS[-1]
_NARROW_START = "w tilde.op cal(N)(0, 1 \\/ n)"
_WIDE_START = "w tilde.op cal(N)(0, 1)"
_BIAS_START = "b tilde.op cal(N)(0, 1)"
_TICK_STEP = 40
_BETWEEN = " / "  # between the lists of several epochs
_TRAINING_SECONDS, _SILENCE, _REST = 4.0, 2.1, 1.6
_STUCK_SECONDS, _LEVEL_SECONDS, _REVERSED_SECONDS = 3.4, 3.0, 3.0


class DeepNetsStall(GradientScene):
    """Plot the accuracy of four networks, then follow the layer speeds of the deepest."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.accuracy()
        self.speeds_at_the_start()
        self.the_reversal()
        self.another_start()

    def prepare(self) -> None:
        """Train the networks, or load them from the cache, and choose layout and colours."""
        self.study: StallStudy = stall_study(self.cache_dir)
        self.layout = stall_layout()
        self.steps = np.arange(self.study.epochs + 1)
        self.log10 = np.log10(self.study.speeds)
        last = len(DEPTHS) - 1
        self.net_colors = [mix(theme().secondary, theme().ink, k / last) for k in range(last + 1)]

    def accuracy(self) -> None:
        """Plot the accuracy of the four networks during training."""
        study, layout = self.study, self.layout
        epochs, examples = COUNT(study.epochs), COUNT(study.examples)
        tests = COUNT(study.tests)
        self.beat(
            "accuracy",
            width=COUNT(WIDTH),
            tests=tests,
            epochs=epochs,
            examples=examples,
            rate=PLAIN(RATE),
            before=percentages(study.accuracy[:, 0]),
            before_test=percentages(study.test_accuracy[:, 0]),
            after=percentages(study.accuracy[:, -1]),
            after_test=percentages(study.test_accuracy[:, -1]),
        )
        panels = [
            self.accuracy_panel(study.accuracy, layout.training),
            self.accuracy_panel(study.test_accuracy, layout.test),
        ]
        names = VGroup(
            self.panel_name("training", layout.training), self.panel_name("test", layout.test)
        )
        counter = EpochCounter(self.label("epoch"), layout.counted)
        table, headings = self.accuracy_table()
        markers = [panel.marker for panel in panels]
        images, start = self.sample_images(), self.initialisation()
        with self.narrate("networks"):
            self.show_title()
            self.play(LaggedStart(*(FadeIn(i) for i in images), lag_ratio=0.1), run_time=1.0)
            self.play(LaggedStart(*(FadeIn(s) for s in table.stacks), lag_ratio=0.3), run_time=1.0)
        with self.narrate("start"):
            self.play(FadeIn(start[0]), run_time=0.6)
            self.at_word(self.label("biases"))
            self.play(FadeIn(start[1]), run_time=0.6)
        with self.narrate("training", epochs=epochs, examples=examples):
            self.play(FadeOut(images), run_time=0.5)
            self.play(FadeIn(*panels, names), run_time=0.6)
            self.play(FadeIn(*table.numbers, headings, counter, *markers), run_time=0.5)
            self.train(panels, table.numbers, counter.number)
        with self.narrate("stuck", stalled=COUNT(study.stalled)):
            self.compare(table.numbers[1::2])
            self.at_word(self.label("deepest"))
            self.point_out(panels[0], table.stacks[-1])
        self.wait(_REST)
        self.visible = VGroup(*panels, *markers, names, counter, table, headings, start, self.guess)

    def initialisation(self) -> VGroup:
        """Return how weights and biases are drawn, below the title."""
        weights = formula(_NARROW_START, font_size=32, color=theme().weight)
        weights.move_to(self.layout.headline, aligned_edge=LEFT)
        biases = formula(_BIAS_START, font_size=32)
        return VGroup(weights, biases.next_to(weights, RIGHT, buff=0.7))

    def sample_images(self) -> VGroup:
        """Return sample training images in rows of five."""
        images = (PixelImage(levels, size=1.0, grid=False) for levels in self.study.samples)
        return VGroup(*images).arrange_in_grid(cols=5, buff=0.2).move_to(self.layout.images)

    def accuracy_panel(self, shares: NDArray[np.float64], region: Region) -> HistoryPlot:
        """Return a plot of the share of correct answers, from 0 to 1."""
        labels = [(share, PERCENT(share)) for share in (0.0, 0.5, 1.0)]
        return HistoryPlot(shares, self.net_colors, region, self.ticks(), labels)

    def ticks(self) -> list[int]:
        """Return the labelled epochs."""
        return list(range(0, self.study.epochs + 1, _TICK_STEP))

    def panel_name(self, key: str, region: Region) -> VGroup:
        """Return the centred title of a panel."""
        point = at(region.center[0], region.top + 0.45)
        return VGroup(text_at(self.label(key), point, font_size=30))

    def accuracy_table(self) -> tuple[AccuracyTable, VGroup]:
        """Return the table of accuracies before training, and its column headings."""
        study, layout = self.study, self.layout
        shares = {"training": study.accuracy[:, 0], "test": study.test_accuracy[:, 0]}
        columns = layout.column_x
        table = AccuracyTable(DEPTHS, self.net_colors, shares, layout.table, columns)
        style: dict[str, Any] = {"edge": RIGHT, "font_size": 30, "color": theme().secondary}
        y = layout.table.top + 0.8
        headings = (
            text_at(self.label(key), at(x, y), **style)
            for key, x in zip(("training_short", "test_short"), columns, strict=True)
        )
        return table, VGroup(*headings)

    def train(
        self, panels: list[HistoryPlot], numbers: list[LiveNumber], epoch: LiveNumber
    ) -> None:
        """Animate the curves, the table and the epoch counter over the training."""
        last = self.study.epochs
        curves = np.stack([self.study.accuracy, self.study.test_accuracy], axis=1)
        self.play(
            *(RevealHistory(panel, 0, last) for panel in panels),
            *(
                self.count(number, curve, 0, last)
                for number, curve in zip(numbers, curves.reshape(len(numbers), -1), strict=True)
            ),
            Count(epoch, 0, last),
            run_time=_TRAINING_SECONDS,
            rate_func=linear,
        )

    def count(
        self, number: LiveNumber, curve: NDArray[np.float64], start: float, end: float
    ) -> Count:
        """Return an animation of a number along its values after each epoch."""
        return Count(number, start, end, partial(np.interp, xp=self.steps, fp=curve))

    def compare(self, numbers: list[LiveNumber]) -> None:
        """Enlarge one number after the other."""
        larger = (Indicate(number, scale_factor=1.25, color=theme().ink) for number in numbers)
        self.play(LaggedStart(*larger, lag_ratio=0.3), run_time=1.2)

    def point_out(self, panel: HistoryPlot, stack: LayerStack) -> None:
        """Draw the accuracy of guessing as a line, and a box around the deepest network."""
        line = panel.level(GUESS, theme().ink).set_stroke(width=2)
        above = panel.point(panel.steps, GUESS) + at(0.0, 0.22)
        name = text_at(self.label("guessing"), above, edge=RIGHT, font_size=30)
        width = self.layout.column_x[-1] - self.layout.table.left + 0.37
        box = RoundedRectangle(width=width, height=0.8, corner_radius=0.12)
        box.set_stroke(theme().ink, width=3).move_to(stack).align_to(stack, LEFT)
        box.shift(at(-0.17, 0))
        # Part of its outline, as `Create` shows it, would cross the numbers.
        self.play(FadeIn(box), run_time=0.7)
        self.play(Create(line), run_time=0.6)
        self.play(FadeIn(name), run_time=0.5)
        self.guess = VGroup(line, name, box)

    def speeds_at_the_start(self) -> None:
        """Race the hidden layers of the deepest network at their initial speeds."""
        study, published = self.study, PUBLISHED_SPEEDS[_DEEPEST]
        ratio, step = RATIO(study.lag), RATIO(study.lag_of_a_layer)
        rings, theirs = ", ".join(map(PLAIN, published)), RATIO(published[-1] / published[0])
        self.beat(
            "speeds_at_the_start",
            ratio=ratio,
            step=step,
            rings=rings,
            published=theirs,
            speeds=magnitudes(self.log10[0]),
            accuracy=PERCENT(float(study.accuracy[-1, 0])),
        )
        low, start = math.floor(float(self.log10.min())), MagnitudeScale.covering(self.log10[0])
        scale = MagnitudeScale(low, start.high, start.linear_top)
        self.track = RunnerTrack(self.log10[0], study.weight_stds[0], scale, self.layout.track)
        self.heads, self.readout = self.track_headings(), self.training_readout()
        self.strip = self.accuracy_strip(study.accuracy[-1], theme().ink)
        track = self.track
        with self.narrate("question"):
            self.play(FadeOut(self.visible), run_time=0.6)
            self.play(FadeIn(self.heads[1]), run_time=0.6)
            self.play(FadeIn(track, self.heads[0]), run_time=0.6)
            self.play(FadeIn(track.linear_axis), FadeIn(track.runners), run_time=0.5)
            self.play(FadeIn(self.strip, self.strip.marker, self.readout), run_time=0.6)
        self.wait(_SILENCE)
        with self.narrate("ratio", ratio=ratio, last=COUNT(_DEEPEST)):
            self.play(Race(track), run_time=1.4, rate_func=linear)
            self.play(FadeOut(track.linear_axis), run_time=0.4)
            self.play(FadeIn(track.log_axis), run_time=0.4)
            self.play(BendTrack(track), run_time=1.0)
            self.play(FadeIn(track.values), run_time=0.5)
            self.headline = self.comparison("slower", ratio)
            self.play(FadeIn(self.headline), run_time=0.6)
            self.at_word(self.label("rings"))
            self.rings = self.published_rings(published)
            self.play(FadeIn(self.rings), run_time=0.6)
        self.wait(_REST)

    def published_rings(self, speeds: Sequence[float]) -> VGroup:
        """Return rings at published speeds, and what a ring means."""
        rings, place = self.track.marks(np.log10(speeds)), self.layout.published
        word = text_at(self.label("published"), place, edge=RIGHT, font_size=30)
        sample = rings[0].copy().move_to(at(float(word.get_left()[0]) - 0.4, float(place[1])))
        return VGroup(rings, word, sample)

    def track_headings(self) -> VGroup:
        """Return the headings of the layers, of their speeds and of the weights' spread."""
        place = self.layout.track
        y = place.lanes.top + 0.65
        plain: dict[str, Any] = {"font_size": 30, "color": theme().secondary}
        layers = text_at(self.label("hidden_layer"), at(place.lanes.left, y), edge=LEFT, **plain)
        speed = text_at(self.label("speed"), at(place.value_x, y), edge=RIGHT, font_size=30)
        green: dict[str, Any] = {"font_size": 30, "color": theme().weight}
        std = text_at(self.label("std"), at(place.std_x, y), edge=RIGHT, **green)
        return VGroup(layers, speed, std)

    def comparison(self, key: str, ratio: str) -> VGroup:
        """Return a headline that compares the first hidden layer with the last."""
        text = text_at(
            self.label(key, ratio=ratio, last=COUNT(_DEEPEST)),
            self.layout.headline,
            edge=LEFT,
            font_size=32,
        )
        return VGroup(fit(text, frame().width).move_to(self.layout.headline, aligned_edge=LEFT))

    def the_reversal(self) -> None:
        """Follow the speeds, the weights and the accuracy of the deepest network in training."""
        study = self.study
        stalled, level, lead = COUNT(study.stalled), COUNT(study.level), RATIO(study.lead)
        epochs = study.stalled, study.level, study.epochs
        log10 = self.log10[:, -1] - self.log10[:, 0]
        self.beat(
            "the_reversal",
            stalled=stalled,
            level=level,
            lead=lead,
            epochs=listed(map(COUNT, epochs)),
            speeds=_BETWEEN.join(magnitudes(self.log10[k]) for k in epochs),
            ratios=listed(WEIGHT(10.0 ** float(log10[k])) for k in (0, *epochs)),
            stds=_BETWEEN.join(listed(map(FACTOR, study.weight_stds[k].tolist())) for k in epochs),
            accuracies=percentages(study.accuracy[-1, list(epochs)]),
        )
        color = theme().gradient
        ratio = Row(f"v_{_DEEPEST} : v_1", self.ratio, font_size=36, color=color, gap=0.8)
        ratio.move_to(self.layout.headline, aligned_edge=LEFT)
        moving = VGroup(self.track.runners, self.track.values, self.ratio)
        with self.narrate("stuck", stalled=stalled):
            self.play(FadeOut(self.headline, self.rings), run_time=0.5)
            self.play(FadeIn(ratio), run_time=0.6)
            self.follow(moving, 0, study.stalled, _STUCK_SECONDS)
        with self.narrate("level"):
            self.play(FadeIn(self.track.stds, self.heads[2]), run_time=0.6)
            self.at_word(self.label("grows"))
            moving = VGroup(*moving, self.track.stds)
            self.follow(moving, study.stalled, study.level, _LEVEL_SECONDS)
        with self.narrate("reversed", lead=lead):
            self.follow(moving, study.level, study.epochs, _REVERSED_SECONDS)
            self.headline = self.comparison("faster", lead)
            self.play(FadeOut(ratio), run_time=0.4)
            self.play(FadeIn(self.headline), run_time=0.6)
        self.wait(_REST)

    def accuracy_strip(self, shares: NDArray[np.float64], color: str) -> HistoryPlot:
        """Return a low plot of a training accuracy, below the track."""
        labels = [(share, PERCENT(share)) for share in (0.0, 1.0)]
        return HistoryPlot([shares], [color], self.layout.strip, self.ticks(), labels)

    def training_readout(self) -> VGroup:
        """Return the epoch and the accuracy, each with its name, and create the ratio of speeds."""
        self.ratio = LiveNumber(self.study.lag, WEIGHT, font_size=36, align="left", name="ratio")
        self.epoch = LiveNumber(0, COUNT, font_size=32, align="right", name="epoch")
        start = float(self.study.accuracy[-1, 0])
        self.percent = LiveNumber(start, PERCENT, font_size=32, align="right", name="accuracy")
        rows = VGroup()
        ends = zip(("epoch", "accuracy"), (self.epoch, self.percent), strict=True)
        for (key, number), (left, right) in zip(ends, self.layout.readout, strict=True):
            style: dict[str, Any] = {"edge": LEFT, "font_size": 30, "color": theme().secondary}
            rows.add(VGroup(text_at(self.label(key), left, **style), number.place(right)))
        return rows

    def follow(self, moving: VGroup, start: int, end: int, seconds: float) -> None:
        """Animate everything that changes from one epoch to another."""
        self.play(
            Drive(moving, self.show_epoch, start, end),
            RevealHistory(self.strip, start, end),
            Count(self.epoch, start, end),
            self.count(self.percent, self.study.accuracy[-1], start, end),
            run_time=seconds,
            rate_func=linear,
        )

    def show_epoch(self, step: float) -> None:
        """Show speeds and weights at a step; speeds between epochs are geometric means."""
        log10, stds = (
            np.array([np.interp(step, self.steps, column) for column in table.T])
            for table in (self.log10, self.study.weight_stds)
        )
        self.track.show_speeds(log10, stds)
        self.ratio.set_value(10.0 ** float(log10[-1] - log10[0]))

    def another_start(self) -> None:
        """Add the accuracy of a network as deep with wider weights."""
        study = self.study
        stalled, learnt = COUNT(study.stalled), PERCENT(float(study.wide_accuracy[study.stalled]))
        ends = study.wide_test_accuracy[-1], study.test_accuracy[-1, -1]
        test, other = (PERCENT(float(accuracy)) for accuracy in ends)
        self.beat("another_start", stalled=stalled, accuracy=learnt, test=test, other_test=other)
        wide = self.accuracy_strip(study.wide_accuracy, theme().weight)
        names = self.start_names()
        with self.narrate("start", accuracy=learnt, stalled=stalled):
            self.play(FadeIn(names[0]), run_time=0.5)
            self.play(FadeIn(names[1], wide.marker), run_time=0.5)
            self.play(RevealHistory(wide, 0, study.epochs), run_time=2.0, rate_func=linear)
            self.play(FadeIn(self.mark(learnt, wide)), run_time=0.5)
        with self.narrate("reason"):
            self.at_word(self.label("gradient"))
            self.play(
                Indicate(self.heads[1], scale_factor=1.1, color=theme().gradient), run_time=1.2
            )
        self.wait(_REST)

    def mark(self, learnt: str, wide: HistoryPlot) -> VGroup:
        """Return a dot on a curve where the other one begins to rise, and the accuracy there."""
        step = self.study.stalled
        point = wide.point(step, float(self.study.wide_accuracy[step]))
        number = LiveNumber(font_size=32, color=theme().weight, name="wide_accuracy")
        number.set_text(learnt).place(wide.point(step, 1.0) + at(0.0, 0.28))
        return VGroup(Dot(point, radius=0.09, color=theme().weight), number)

    def start_names(self) -> VGroup:
        """Return the initialisation of each curve in the strip, beside it."""
        names = VGroup()
        for text, color, (step, height) in zip(
            (_NARROW_START, _WIDE_START),
            (theme().ink, theme().weight),
            self.layout.start_names,
            strict=True,
        ):
            name = formula(text, font_size=30, color=color)
            point = self.strip.point(step, height)
            names.add(name.move_to(point, aligned_edge=LEFT))
        return names
