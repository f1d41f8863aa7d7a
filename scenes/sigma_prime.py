"""Sigma prime: a tangent slides along the sigmoid, and its slope never exceeds one quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, FadeOut, VGroup, VMobject, linear, smooth

from lecture.kit.animations import Drive, SlideAlong
from lecture.kit.layout import Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.mobjects.readout import Readout
from lecture.kit.numbers import PLAIN, RATIO, WEIGHT, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula
from mathcore import sigmoid, sigmoid_prime
from scenes.data.sigma_prime import slope_facts
from scenes.mobjects.sigma_prime import SlopeSweep, SplitSquare
from scenes.scene import GradientScene
from scenes.symbols import activation_name

__all__ = ["SigmaPrime", "SlopeLayout", "slope_layout"]


_POSITION = NumberFormat(decimals=2, notation="fixed")
_VALUE = NumberFormat(decimals=4, notation="fixed")
_SWEEP_SECONDS = 2.6


class SigmaPrime(GradientScene):
    """The tangent of the sigmoid draws the curve of its slope, and a parabola says how high."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.the_curve()
        self.the_tangent_draws_the_slope()
        self.the_peak()
        self.the_flat_ends()
        self.why_a_quarter()

    def prepare(self) -> None:
        """Compute the figures and make the two plots with what moves on them."""
        self.facts = slope_facts()
        self.places = slope_layout()
        upper, lower = self.places.upper, self.places.lower
        self.span = (-self.facts.reach, self.facts.reach)
        self.curve = FunctionPlot(
            sigmoid, self.span, (0.0, 1.0), upper, theme().signal, y_labels="left"
        )
        self.slope = FunctionPlot(
            sigmoid_prime,
            self.span,
            (0.0, self.facts.peak),
            lower,
            theme().slope,
            y_labels="left",
        )
        self.sweep = SlopeSweep(self.curve, self.slope)
        numbers = [
            LiveNumber(0.0, form, font_size=26, align="right", name=name)
            for name, form in (("h", _POSITION), ("sigma", _VALUE), ("slope", _VALUE))
        ]
        names = ("h", theme().ink), ("sigma(h)", theme().signal), ("sigma'(h)", theme().slope)
        self.readout = Readout(
            [(*name, number) for name, number in zip(names, numbers, strict=True)], width=2.1
        )
        self.readout.move_to(self.places.card)
        self.moving = VGroup(self.sweep, self.readout)
        self.touch(self.span[0])

    def touch(self, h: float) -> None:
        """Let the tangent touch at `h`, and show the three numbers there."""
        self.sweep.to(h)
        shown = h, self.curve.value(h), self.slope.value(h)
        for number, value in zip(self.readout.numbers, shown, strict=True):
            number.set_value(value)

    def the_curve(self) -> None:
        """Draw the sigmoid."""
        self.beat("the_curve")
        name = self.spec.chain.activation
        self.curve_name = self.name_of(self.curve, "sigma(h)", theme().signal, 0.85)
        self.upper_axis = self.axis_letter(self.curve)
        key = "sigmoid" if name == "sigmoid" else "other"
        # Alone on the screen, the curve stands in the middle; it makes room for its slope later.
        self.upper = VGroup(self.curve, self.upper_axis, self.curve_name).shift(
            self.places.alone * DOWN
        )
        with self.narrate(
            key,
            activation=activation_name(name),
            low=PLAIN(self.span[0]),
            high=PLAIN(self.span[1]),
        ):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            self.play(FadeIn(self.curve.axes, self.upper_axis), run_time=0.7)
            self.play(Create(self.curve.curve), run_time=1.2)
            self.play(FadeIn(self.curve_name, shift=0.1 * UP), run_time=0.5)

    def name_of(self, plot: FunctionPlot, text: str, color: str, height: float) -> VMobject:
        """Return the name of a curve, near the left edge at a share of the height of its plot."""
        y = plot.region.bottom + height * plot.region.height
        name = formula(text, font_size=36, color=color)
        return name.move_to(at(plot.region.left + 0.25, y), aligned_edge=LEFT)

    def axis_letter(self, plot: FunctionPlot, letter: str = "h") -> VMobject:
        """Return the letter at the right end of the horizontal axis."""
        name = formula(letter, font_size=28, color=theme().secondary)
        return name.next_to(plot.point(plot.x_span[1], 0.0), RIGHT, buff=0.28)

    def the_tangent_draws_the_slope(self) -> None:
        """Slide the tangent across the curve while its slope draws the lower one."""
        self.beat("the_tangent_draws_the_slope")
        self.slope_name = self.name_of(self.slope, "sigma'(h)", theme().slope, 0.5)
        self.lower_axis = self.axis_letter(self.slope)
        low, high = self.span
        sweep = self.sweep
        with self.narrate("tangent"):
            self.play(self.upper.animate.shift(self.places.alone * UP), run_time=0.8)
            self.play(FadeIn(sweep.curve_dot, sweep.tangent), run_time=0.7)
            self.play(FadeIn(self.readout), run_time=0.6)
            self.play(FadeIn(self.slope.axes, self.lower_axis, self.slope_name), run_time=0.7)
            self.play(FadeIn(sweep.guide, sweep.slope_dot), run_time=0.5)
        self.add(self.moving)
        with self.narrate("rise"):
            self.slide(low, 0.0, seconds=_SWEEP_SECONDS, rate=linear)
        with self.narrate("fall"):
            self.slide(0.0, high, seconds=_SWEEP_SECONDS, rate=linear)

    def slide(self, start: float, end: float, *, seconds: float, rate: object = smooth) -> None:
        """Slide the tangent from `start` to `end`."""
        drive = Drive(self.moving, self.touch, start, end, rate_func=rate)
        self.play(drive, run_time=seconds)

    def the_peak(self) -> None:
        """Go back to the steepest point and put the ceiling on it."""
        peak = self.facts.peak
        self.beat("the_peak", peak=PLAIN(peak))
        self.ceiling = self.slope.level(peak, theme().warning)
        self.ceiling_name = formula("1 / 4", font_size=30, color=theme().warning)
        self.ceiling_name.next_to(self.slope.point(self.span[1], peak), RIGHT, buff=0.2)
        glow = Pulse(theme().slope, radius=0.42, center=self.slope.point(0.0, peak))
        with self.narrate("quarter", peak=PLAIN(peak)):
            self.slide(self.span[1], 0.0, seconds=1.2)
            self.play(FadeIn(glow, scale=0.3), run_time=0.5)
            self.play(FadeOut(glow, scale=1.6), run_time=0.6)
        with self.narrate("ceiling"):
            self.play(Create(self.ceiling), run_time=1.0)
            self.play(FadeIn(self.ceiling_name), run_time=0.4)

    def the_flat_ends(self) -> None:
        """Go to the right end, read the slope there, and light both saturated ends."""
        facts, high = self.facts, self.span[1]
        said = {"high": PLAIN(high), "end": _VALUE(facts.end)}
        self.beat("the_flat_ends", high=said["high"], end=said["end"])
        values = VGroup(*(self.end_value(h) for h in self.span))
        with self.narrate("ends", **said, ratio=RATIO(facts.ratio)):
            self.slide(0.0, high, seconds=1.2)
            self.play(FadeIn(values[1], shift=0.1 * UP), run_time=0.5)
            self.play(FadeIn(values[0], shift=0.1 * UP), run_time=0.5)
        self.ends = VGroup(
            *(self.flat_part(plot, side) for plot in (self.curve, self.slope) for side in (-1, 1))
        )
        with self.narrate("saturated", edge=WEIGHT(facts.flat_from)):
            self.play(FadeIn(self.ends), run_time=0.9)
        self.end_values = values

    def end_value(self, h: float) -> LiveNumber:
        """Return the slope at the end `h` of the span, above all of the lower curve beneath it."""
        number = LiveNumber(self.facts.end, _VALUE, font_size=24, align="right", name="slope_end")
        right = self.slope.point(h, 0.0)[0] + (number.width if h < 0 else -0.16)
        inner = right if h < 0 else right - number.width
        middle = self.slope.point(0.0, 0.0)[0]
        per_unit = self.slope.region.width / (self.span[1] - self.span[0])
        top = self.slope.point(0.0, self.slope.value((inner - middle) / per_unit))[1]
        return number.place(at(right, top + 0.22))

    def flat_part(self, plot: FunctionPlot, side: int) -> VGroup:
        """Return a glowing stretch of a curve where the slope is small, on one side."""
        xs = side * np.linspace(self.facts.flat_from, self.span[1], 40)
        corners = [plot.point(x, y) for x, y in zip(xs, plot.function(xs), strict=True)]
        strokes = ((16.0, 0.25), (7.0, 1.0))
        return VGroup(
            *(
                VMobject(color=theme().vanishing, stroke_width=width)
                .set_stroke(opacity=opacity)
                .set_points_as_corners(corners)
                for width, opacity in strokes
            )
        )

    def why_a_quarter(self) -> None:
        """Write the slope with the output: a parabola, and the area of a rectangle."""
        self.beat("why_a_quarter", peak=PLAIN(self.facts.peak))
        rule = self.rule()
        rule.move_to(at(self.places.rule_x, self.places.rule_y), aligned_edge=LEFT)
        parabola, split = self.parabola(), self.split()
        with self.narrate("rule"):
            self.clear_the_plots()
            self.play(FadeIn(rule, shift=0.1 * UP), run_time=0.7)
            self.play(FadeIn(parabola.axes, self.output_letter), run_time=0.6)
            self.play(Create(parabola.curve), run_time=1.0)
        start = float(sigmoid(self.span[0]))
        parabola.slide_to(start)
        split.to(start)
        with self.narrate("area"):
            self.play(FadeIn(split.frame_of_one), run_time=0.6)
            self.play(FadeIn(split.moving, parabola.marker), run_time=0.6)
            self.slide_output(start, 0.8, seconds=2.4)
        with self.narrate("half", peak=PLAIN(self.facts.peak)):
            self.slide_output(0.8, 0.5, seconds=1.2)
            self.play(Create(self.parabola_ceiling), run_time=0.7)
            self.play(FadeIn(self.parabola_ceiling_name), run_time=0.4)

    def rule(self) -> VMobject:
        """Return the slope written with the output, in the colours of the two quantities."""
        text = "{{ sigma'(h) : slope }} = {{ sigma(h) : output }} (1 - {{ sigma(h) : output }})"
        text += " = {{ a : output }} (1 - {{ a : output }})"
        rule = formula(text, font_size=36)
        rule.select("slope").set_color(theme().slope)
        rule.select("output").set_color(theme().signal)
        return rule

    def clear_the_plots(self) -> None:
        """Take everything but the title off the screen."""
        self.play(
            FadeOut(
                self.curve,
                self.slope,
                self.moving,
                self.ends,
                self.end_values,
                self.curve_name,
                self.slope_name,
                self.upper_axis,
                self.lower_axis,
                self.ceiling,
                self.ceiling_name,
            ),
            run_time=0.6,
        )

    def parabola(self) -> FunctionPlot:
        """Return the slope as a function of the output, with its ceiling."""
        region, peak = self.places.parabola, self.facts.peak
        plot = FunctionPlot(lambda a: a * (1.0 - a), (0.0, 1.0), (0.0, peak), region, theme().slope)
        self.output_letter = self.axis_letter(plot, "a").set_color(theme().signal)
        self.parabola_ceiling = plot.level(peak, theme().warning)
        name = formula("1 / 4", font_size=30, color=theme().warning)
        self.parabola_ceiling_name = name.next_to(plot.point(1.0, peak), RIGHT, buff=0.2)
        self.parabola_plot = plot
        return plot

    def split(self) -> SplitSquare:
        """Return the unit square with its rectangle."""
        self.split_square = SplitSquare(self.places.square)
        return self.split_square

    def slide_output(self, start: float, end: float, *, seconds: float) -> None:
        """Slide the output from `start` to `end`, on the parabola and in the square."""
        split = self.split_square
        self.play(
            SlideAlong(self.parabola_plot, start, end),
            Drive(split.moving, split.to, start, end),
            run_time=seconds,
        )


_EDGE = 0.9  # units between the margins and the plots, for the labels of the axes
_SQUARE_SIDE = 3.6
_ASIDE = 0.3  # to the right of the middle, since the name of one side stands at the left


@dataclass(frozen=True)
class SlopeLayout:
    """Regions and heights of the scene.

    Parameters
    ----------
    upper, lower
        The sigmoid and its slope.
    parabola, square
        The slope over the output, and the unit square.
    rule_x, rule_y
        Where the formula begins, and its height.
    alone
        How far below its place the sigmoid stands while it is alone on the screen.
    card
        The middle of the card with the numbers.
    """

    upper: Region
    lower: Region
    parabola: Region
    square: Region
    rule_x: float
    rule_y: float
    alone: float
    card: Point


def slope_layout() -> SlopeLayout:
    """Return the layout for the frame as it is now.

    Examples
    --------
    >>> slope_layout().upper.bottom > slope_layout().lower.top
    True
    """
    room = frame()
    left, right = room.left + _EDGE, room.right - _EDGE
    if is_portrait():
        half = _SQUARE_SIDE / 2
        return SlopeLayout(
            upper=Region(left, right, 1.0, 4.2),
            lower=Region(left, right, -4.4, -1.0),
            parabola=Region(left, right, 0.2, 3.2),
            square=Region(_ASIDE - half, _ASIDE + half, -5.3, -5.3 + _SQUARE_SIDE),
            rule_x=room.left,
            rule_y=4.3,
            alone=2.6,
            card=at(right - 1.05, -5.65),
        )
    return SlopeLayout(
        upper=Region(left, right, 0.1, 2.3),
        lower=Region(left, right, -3.05, -0.85),
        parabola=Region(left, -0.9, -2.9, 0.7),
        square=Region(right - _SQUARE_SIDE, right, -2.9, -2.9 + _SQUARE_SIDE),
        rule_x=left,
        rule_y=1.95,
        alone=1.4,
        card=at(right - 1.4, 1.05),
    )
