"""Scene SigmaPrime: a tangent slides along the sigmoid; its slope, the bell, is at most 1/4."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    Indicate,
    VGroup,
    VMobject,
    linear,
    smooth,
)

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
from scenes.data.chain_readings import listed
from scenes.data.sigma_prime import chain_slopes, slope_facts
from scenes.mobjects.sigma_prime import SIDE, ChainDots, SlopeSweep, SplitSquare
from scenes.scene import GradientScene
from scenes.symbols import activation_name, slope

__all__ = ["SigmaPrime", "SlopeLayout", "slope_layout"]

_POSITION = NumberFormat(decimals=2, notation="fixed")
_VALUE = NumberFormat(decimals=4, notation="fixed")
_SWEEP_SECONDS = 2.2
_REST, _AFTER_QUESTION = 1.6, 2.1  # seconds


class SigmaPrime(GradientScene):
    """Plot the slope of the sigmoid with a sliding tangent, and derive its maximum."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.the_curve()
        self.the_tangent_draws_the_slope()
        self.the_peak()
        self.the_flat_ends()
        self.the_chain()
        self.why_a_quarter()

    def prepare(self) -> None:
        """Compute the values and create the plots."""
        self.facts = slope_facts()
        self.layout = slope_layout()
        upper, lower = self.layout.upper, self.layout.lower
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
            LiveNumber(0.0, form, font_size=30, align="right", name=name)
            for name, form in (("h", _POSITION), ("sigma", _VALUE), ("slope", _VALUE))
        ]
        names = ("h", theme().ink), ("sigma(h)", theme().signal), ("sigma'(h)", theme().slope)
        self.readout = Readout(
            [(*name, number) for name, number in zip(names, numbers, strict=True)], width=2.1
        )
        self.readout.move_to(self.layout.card)
        self.moving = VGroup(self.sweep, self.readout)
        self.touch(self.span[0])

    def touch(self, h: float) -> None:
        """Move the tangent to `h` and update the three numbers."""
        self.sweep.to(h)
        shown = h, self.curve.value(h), self.slope.value(h)
        for number, value in zip(self.readout.numbers, shown, strict=True):
            number.set_value(value)

    def the_curve(self) -> None:
        """Draw the sigmoid below the factor that contains its slope."""
        self.beat("the_curve")
        name = self.spec.chain.activation
        self.curve_name = self.name_of(self.curve, "sigma(h)", theme().signal, 0.85)
        self.upper_axis = self.axis_letter(self.curve)
        self.factor = formula("{{ w_j : weight }} {{ sigma'(h_j) : slope }}", font_size=48).move_to(
            self.layout.factor
        )
        self.factor.select("weight").set_color(theme().weight)
        self.factor.select("slope").set_color(theme().slope)
        key = "sigmoid" if name == "sigmoid" else "other"
        # The curve is centred until its slope appears.
        self.upper = VGroup(self.curve, self.upper_axis, self.curve_name).shift(
            self.layout.alone * DOWN
        )
        with self.narrate(key, activation=activation_name(name)):
            self.show_title()
            self.play(FadeIn(self.factor, scale=0.8), run_time=0.5)
            self.play(FadeIn(self.curve.axes, self.upper_axis), run_time=0.6)
            self.play(Create(self.curve.curve), run_time=1.2)
            self.play(FadeIn(self.curve_name, shift=0.1 * UP), run_time=0.4)
        with self.narrate("question"):
            self.play(Indicate(self.curve.curve, scale_factor=1.0, color=theme().ink))
        self.wait(_AFTER_QUESTION)

    def name_of(self, plot: FunctionPlot, text: str, color: str, height: float) -> VMobject:
        """Return the label of a curve, at a share `height` of its plot's height."""
        y = plot.region.bottom + height * plot.region.height
        name = formula(text, font_size=36, color=color)
        return name.move_to(at(plot.region.left + 0.25, y), aligned_edge=LEFT)

    def axis_letter(self, plot: FunctionPlot, letter: str = "h") -> VMobject:
        """Return the label of the horizontal axis."""
        name = formula(letter, font_size=30, color=theme().secondary)
        return name.next_to(plot.point(plot.x_span[1], 0.0), RIGHT, buff=0.28)

    def the_tangent_draws_the_slope(self) -> None:
        """Slide the tangent along the curve and plot its slope below."""
        places = (self.span[0], 0.0, self.span[1])
        self.beat(
            "the_tangent_draws_the_slope",
            positions=listed(map(_POSITION, places)),
            values=listed(_VALUE(float(self.curve.value(h))) for h in places),
            slopes=listed(_VALUE(float(self.slope.value(h))) for h in places),
        )
        self.slope_name = self.name_of(self.slope, "sigma'(h)", theme().slope, 0.5)
        self.lower_axis = self.axis_letter(self.slope)
        low, high = self.span
        sweep = self.sweep
        with self.narrate("tangent"):
            self.play(FadeOut(self.factor), run_time=0.4)
            self.play(self.upper.animate.shift(self.layout.alone * UP), run_time=0.7)
            self.play(FadeIn(sweep.curve_dot, sweep.tangent), FadeIn(self.readout), run_time=0.6)
            self.play(FadeIn(self.slope.axes, self.lower_axis, self.slope_name), run_time=0.6)
            self.play(FadeIn(sweep.guide, sweep.slope_dot), run_time=0.4)
        self.add(self.moving)
        with self.narrate("bell"):
            self.slide(low, 0.0, seconds=_SWEEP_SECONDS, rate=linear)
            self.at_word(self.label("falls"))
            self.slide(0.0, high, seconds=_SWEEP_SECONDS, rate=linear)
        self.wait(_REST)

    def slide(self, start: float, end: float, *, seconds: float, rate: object = smooth) -> None:
        """Slide the tangent from `start` to `end`."""
        drive = Drive(self.moving, self.touch, start, end, rate_func=rate)
        self.play(drive, run_time=seconds)

    def the_peak(self) -> None:
        """Return to the steepest point and draw the maximum of the slope."""
        peak = self.facts.peak
        self.beat("the_peak", peak=PLAIN(peak))
        self.ceiling = self.slope.level(peak, theme().ink)
        self.ceiling_name = formula("1 / 4", font_size=30)
        self.ceiling_name.next_to(self.slope.point(self.span[1], peak), RIGHT, buff=0.2)
        glow = Pulse(theme().slope, radius=0.42, center=self.slope.point(0.0, peak))
        with self.narrate("quarter"):
            self.slide(self.span[1], 0.0, seconds=1.2)
            self.play(FadeIn(glow, scale=0.3), run_time=0.4)
            self.play(FadeOut(glow, scale=1.6), run_time=0.5)
            self.at_word(self.label("quarter"))
            self.play(Create(self.ceiling), run_time=0.8)
            self.play(FadeIn(self.ceiling_name), run_time=0.4)
        self.wait(_REST)

    def the_flat_ends(self) -> None:
        """Show the slope at both ends and highlight the saturated parts."""
        facts, high = self.facts, self.span[1]
        values = {"high": PLAIN(high), "end": _VALUE(facts.end)}
        self.beat(
            "the_flat_ends",
            high=values["high"],
            end=values["end"],
            edge=WEIGHT(facts.flat_from),
            ratio=RATIO(facts.ratio),
        )
        self.end_values = VGroup(*(self.end_value(h) for h in self.span))
        self.ends = VGroup(
            *(self.flat_part(plot, side) for plot in (self.curve, self.slope) for side in (-1, 1))
        )
        with self.narrate("ends", **values):
            self.slide(0.0, high, seconds=1.2)
            self.at_word(self.label("saturated"))
            self.play(FadeIn(self.ends), run_time=0.9)
            self.play(FadeIn(self.end_values, shift=0.1 * UP), run_time=0.5)
        self.wait(_REST)

    def the_chain(self) -> None:
        """Show the weighted inputs of the chain as dots on the bell."""
        spec = self.spec.chain
        slopes = chain_slopes(spec.build(), spec.input)
        low, high = slopes.text(slopes.flattest), slopes.text(slopes.steepest)
        self.beat("the_chain", low=low, high=high)
        rows = [
            (f"slope_{layer}", slope("sigmoid", layer), theme().slope, slopes.text(layer))
            for layer in (slopes.steepest, slopes.flattest)
        ]
        self.chain_card = Readout.of_texts(rows, width=self.layout.chain_card_width)
        self.chain_card.move_to(self.layout.card).align_to(self.readout, RIGHT)
        self.dots = ChainDots(self.slope, slopes.h)
        sweep = self.sweep
        key = "yours" if spec.activation == "sigmoid" else "with_sigmoids"
        depth = str(len(slopes.h))
        with self.narrate(key, count=depth, low=low, high=high):
            leaving = sweep.tangent, sweep.guide, sweep.curve_dot, sweep.slope_dot
            self.play(FadeOut(*leaving, self.readout, self.end_values), run_time=0.5)
            self.play(FadeIn(self.dots), run_time=0.5)
            self.at_word(self.label("slopes"))
            self.play(Drive(self.dots, self.dots.rise, 0.0, 1.0, rate_func=linear), run_time=2.4)
            self.play(FadeIn(self.chain_card), run_time=0.5)
        self.wait(_REST)

    def end_value(self, h: float) -> LiveNumber:
        """Return the slope at an end of the span, above the lower curve."""
        number = LiveNumber(self.facts.end, _VALUE, font_size=30, align="right", name="slope_end")
        right = self.slope.point(h, 0.0)[0] + (number.width if h < 0 else -0.16)
        inner = right if h < 0 else right - number.width
        middle = self.slope.point(0.0, 0.0)[0]
        per_unit = self.slope.region.width / (self.span[1] - self.span[0])
        top = self.slope.point(0.0, self.slope.value((inner - middle) / per_unit))[1]
        return number.place(at(right, top + 0.22))

    def flat_part(self, plot: FunctionPlot, side: int) -> VGroup:
        """Return a glowing copy of the saturated part of a curve, on one side."""
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
        """Write the slope as a function of the output: a parabola, and an area."""
        start, large, half = outputs = float(sigmoid(self.span[0])), 0.8, 0.5
        self.beat(
            "why_a_quarter",
            peak=PLAIN(self.facts.peak),
            outputs=listed(map(SIDE, outputs)),
            others=listed(SIDE(1.0 - a) for a in outputs),
            areas=listed(_VALUE(a * (1.0 - a)) for a in outputs),
        )
        rule = self.rule()
        rule.move_to(at(self.layout.rule_x, self.layout.rule_y), aligned_edge=LEFT)
        parabola, split = self.parabola(), self.split()
        parabola.slide_to(start)
        split.to(start)
        with self.narrate("rule"):
            self.clear_the_plots()
            self.play(FadeIn(rule, shift=0.1 * UP), run_time=0.7)
            self.play(FadeIn(parabola.axes, self.output_letter), run_time=0.5)
            self.play(Create(parabola.curve), run_time=0.9)
            self.play(FadeIn(split.unit_square), run_time=0.5)
            self.at_word(self.label("rectangle"))
            self.play(FadeIn(split.moving, parabola.marker), run_time=0.5)
            self.slide_output(start, large, seconds=2.0)
        with self.narrate("half"):
            self.at_word(self.label("equal"))
            self.slide_output(large, half, seconds=1.2)
            self.play(Create(self.parabola_ceiling), run_time=0.7)
            self.play(FadeIn(self.parabola_ceiling_name), run_time=0.4)
        self.wait(_REST)

    def rule(self) -> VMobject:
        """Return the formula of the slope, in the colours of slope and output."""
        text = "{{ sigma'(h) : slope }} = {{ sigma(h) : output }} (1 - {{ sigma(h) : output }})"
        text += " = {{ a : output }} (1 - {{ a : output }})"
        rule = formula(text, font_size=36)
        rule.select("slope").set_color(theme().slope)
        rule.select("output").set_color(theme().signal)
        return rule

    def clear_the_plots(self) -> None:
        """Fade out everything but the title."""
        self.play(
            FadeOut(
                self.curve,
                self.slope,
                self.sweep.area,
                self.sweep.trace,
                self.ends,
                self.dots,
                self.chain_card,
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
        """Return a plot of the slope over the output."""
        region, peak = self.layout.parabola, self.facts.peak
        plot = FunctionPlot(lambda a: a * (1.0 - a), (0.0, 1.0), (0.0, peak), region, theme().slope)
        self.output_letter = self.axis_letter(plot, "a").set_color(theme().signal)
        self.parabola_ceiling = plot.level(peak, theme().ink)
        name = formula("1 / 4", font_size=30)
        self.parabola_ceiling_name = name.next_to(plot.point(1.0, peak), RIGHT, buff=0.2)
        self.parabola_plot = plot
        return plot

    def split(self) -> SplitSquare:
        """Return the unit square with its rectangle."""
        self.split_square = SplitSquare(self.layout.square)
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
_ASIDE = 0.3  # shift to the right, since one side is labelled at the left


@dataclass(frozen=True)
class SlopeLayout:
    """Positions of the scene's parts.

    `rule_x` and `rule_y` are the left end of the formula, and `card` is the centre of the numbers.
    `alone` is the downward shift of the first curve until the second appears, and `factor` the
    centre of the factor below it until then.
    """

    upper: Region
    lower: Region
    parabola: Region
    square: Region
    rule_x: float
    rule_y: float
    alone: float
    card: Point
    factor: Point
    chain_card_width: float = 3.4


def slope_layout() -> SlopeLayout:
    """Return the layout for the current frame.

    Examples
    --------
    >>> slope_layout().upper.bottom > slope_layout().lower.top
    True
    """
    bounds = frame()
    left, right = bounds.left + _EDGE, bounds.right - _EDGE
    if is_portrait():
        half = _SQUARE_SIDE / 2
        return SlopeLayout(
            upper=Region(left, right, 1.0, 4.2),
            lower=Region(left, right, -4.4, -1.0),
            parabola=Region(left, right, 0.2, 3.2),
            square=Region(_ASIDE - half, _ASIDE + half, -5.3, -5.3 + _SQUARE_SIDE),
            rule_x=bounds.left,
            rule_y=4.3,
            alone=2.6,
            card=at(right - 1.05, -5.8),
            factor=at(0.0, -3.2),
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
        factor=at(0.0, -2.6),
    )
