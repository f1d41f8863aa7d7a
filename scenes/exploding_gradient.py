"""Scene ExplodingGradient: factors above 1, and why large weights rarely produce them.

The examples are sigmoid chains of the scene itself, independent of the spec.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    Animation,
    Create,
    DashedLine,
    FadeIn,
    FadeOut,
    Indicate,
    LaggedStart,
    VGroup,
    VMobject,
)

from lecture.kit.animations import Count, Drive
from lecture.kit.layout import at, is_portrait
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.readout import Readout
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, FACTOR, GRADIENT, PLAIN, WEIGHT, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, in_words, prose
from mathcore.stability import amplifying_width, widest_amplifying_weight
from scenes.data.chain_readings import listed, magnitudes
from scenes.data.exploding_gradient import LargeDraws, classical_chain, large_draws
from scenes.mobjects.chain_columns import chain_layout
from scenes.mobjects.exploding_gradient import (
    LogHistogram,
    RaiseHistogram,
    TurnWeight,
    WeightWindow,
    example_bars,
    exploding_layout,
    one_neuron,
    quantity_of,
)
from scenes.mobjects.factor_card import FactorCards
from scenes.mobjects.gradient_bars import BarAxis, BendAxis, GradientBars, GrowBar, RescaleAxis
from scenes.mobjects.neuron_chain import NeuronChain
from scenes.mobjects.window_plane import WindowPlane
from scenes.scene import GradientScene

__all__ = ["ExplodingGradient"]

_FIRST, _THRESHOLD, _SHOWN, _LARGEST = 1.0, 4.0, 5.5, 20.0
_DEPTH, _WEIGHT, _INPUT, _TARGET = 6, 100.0, 0.5, 1.0
_STD, _DRAWS, _SEED, _DEEP = 10.0, 100_000, 20, 10
_DOTS = 300
_ROW_STEP = 0.62
_LOW, _HIGH = -30, 5
_RARE, _USUAL = (NumberFormat(notation="plain", significant=n) for n in (1, 3))
_ONE_DECIMAL = NumberFormat(decimals=1, notation="fixed")
_WIDTH_FORMAT = NumberFormat(decimals=4)
_LIVE: dict[str, Any] = {"font_size": 30, "align": "left"}
_REST, _AFTER_QUESTION = 1.5, 2.0  # seconds


class ExplodingGradient(GradientScene):
    """Find weights and activations with a factor above 1, and chains made of them."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.layout = exploding_layout()
        self.grow_the_weight()
        self.the_narrow_window()
        self.twenty_five_to_the_n()
        self.large_is_not_enough()

    def grow_the_weight(self) -> None:
        """Raise a weight until the maximum of its factor exceeds 1."""
        weights = (_FIRST, _THRESHOLD, _SHOWN)
        self.beat(
            "grow_the_weight",
            weights=listed(map(WEIGHT, weights)),
            tops=listed(FACTOR(weight / 4) for weight in weights),
        )
        self.window = WeightWindow(self.layout.curves, self.layout.widths, _FIRST)
        self.tracing = False
        self.rows, self.neuron = self.live_rows(), one_neuron(self.layout.neuron)
        name, slider_name, one = self.names()
        with self.narrate("escape"):
            self.show_title()
            self.play(FadeIn(self.window.plot, name), run_time=0.8)
            slider = (self.window.slider, slider_name, self.window.knob)
            self.play(FadeIn(self.neuron, *slider, *self.rows[:2]), run_time=0.7)
            self.play(Create(self.window.level), FadeIn(one), run_time=0.7)
        self.wait(_AFTER_QUESTION)
        with self.narrate("grow"):
            self.turn(_FIRST, _THRESHOLD, run_time=2.6)
        with self.narrate("cross"):
            self.at_word(PLAIN(_THRESHOLD))
            self.turn(_THRESHOLD, _SHOWN, run_time=1.0)
        self.wait(_REST)
        self.first_half = VGroup(
            self.window, self.window.plot, self.window.slider, slider_name, name, one, self.rows
        )

    def names(self) -> tuple[VGroup, VMobject, LiveNumber]:
        """Return the labels of the axes, of the slider and of the line at 1."""
        curve = formula("abs(w sigma'(w a + b))", font_size=30, color=theme().gradient)
        curves, widths = self.layout.curves, self.layout.widths
        curve.move_to(self.layout.name, aligned_edge=LEFT)
        bias = formula("b = -w \\/ 2", font_size=30, color=theme().secondary)
        bias.next_to(curve, RIGHT, buff=0.5)
        axis = formula("a", font_size=30, color=theme().secondary)
        axis.next_to(at(curves.right, curves.bottom), RIGHT, buff=0.15)
        slider = formula("w", font_size=30, color=theme().weight)
        slider.next_to(at(widths.left, widths.bottom), LEFT, buff=0.25)
        one = LiveNumber(1.0, PLAIN, font_size=30, color=theme().warning, name="one")
        one.place(self.window.plot.point(1.0, 1.0) + 0.25 * RIGHT)
        return VGroup(curve, bias, axis), slider, one

    def live_rows(self) -> VGroup:
        """Return rows with the weight, the maximum of its factor and the width of the window."""
        roles = theme()
        self.numbers = {
            "w": LiveNumber(_FIRST, WEIGHT, color=roles.weight, **_LIVE, name="w"),
            "top": LiveNumber(_FIRST / 4, FACTOR, color=roles.gradient, **_LIVE, name="top"),
            "width": LiveNumber(
                float(amplifying_width(_THRESHOLD)),
                _WIDTH_FORMAT,
                color=roles.warning,
                **_LIVE,
                name="width",
            ),
        }
        rows = VGroup(
            Row("w =", self.numbers["w"], font_size=30),
            Row("w \\/ 4 =", self.numbers["top"], font_size=30),
            Row(f"{in_words(self.label('width'))} =", self.numbers["width"], font_size=30),
        )
        for index, row in enumerate(rows):
            row.start_at(self.layout.rows - at(0.0, index * _ROW_STEP))
        return rows

    def turn(self, start: float, end: float, *, run_time: float) -> None:
        """Change the weight and the numbers that depend on it."""
        numbers = self.numbers
        moves: list[Animation] = [
            TurnWeight(self.window, start, end),
            Count(numbers["w"], start, end),
            Count(numbers["top"], start, end, lambda w: w / 4),
        ]
        if self.tracing:
            moves.append(Count(numbers["width"], start, end, lambda w: float(amplifying_width(w))))
        self.play(*moves, run_time=run_time)

    def the_narrow_window(self) -> None:
        """Plot the width of the window over the weight."""
        best, widest = widest_amplifying_weight()
        self.beat(
            "the_narrow_window",
            weight=WEIGHT(best),
            width=_WIDTH_FORMAT(widest),
            top=FACTOR(best / 4),
            largest=WEIGHT(_LARGEST),
            largest_top=FACTOR(_LARGEST / 4),
            narrow=_WIDTH_FORMAT(float(amplifying_width(_LARGEST))),
        )
        with self.narrate("widest", width=_WIDTH_FORMAT(widest)):
            self.play(FadeOut(self.neuron), run_time=0.4)
            self.turn(_SHOWN, _THRESHOLD, run_time=0.6)
            self.at_word(self.label("window"))
            self.play(FadeIn(self.window.width_axis, self.rows[2]), run_time=0.7)
            self.window.trace_from(_THRESHOLD)
            self.tracing = True
            self.turn(_THRESHOLD, best, run_time=2.0)
        with self.narrate("shrinks"):
            self.turn(best, _LARGEST, run_time=2.6)
        self.wait(_REST)
        self.first_half.add(self.window.width_axis)

    def twenty_five_to_the_n(self) -> None:
        """Go back through a chain with every neuron at its steepest point."""
        self.chain = classical_chain(_DEPTH, _WEIGHT)
        self.trace = self.chain.backward(_INPUT, _TARGET)
        values = {
            "weight": PLAIN(_WEIGHT),
            "bias": PLAIN(float(self.chain.biases[0])),
            "factor": PLAIN(float(self.trace.factors[1])),
        }
        sizes = self.trace.log10_abs_grad_w[::-1]
        self.beat(
            "twenty_five_to_the_n",
            weight=values["weight"],
            bias=values["bias"],
            input=PLAIN(_INPUT),
            factor=FACTOR(float(self.trace.factors[1])),
            tops=magnitudes(sizes),
            gradients=magnitudes(sizes, GRADIENT),
            ratio=COUNT(10.0 ** float(sizes[-1] - sizes[0])),
        )
        self.build(values)
        self.grow_bars(values["factor"])

    def build(self, values: dict[str, str]) -> None:
        """Show the chain of the example."""
        layout = self.layout
        chain = chain_layout(_DEPTH)
        columns = chain.columns
        drawn = NeuronChain(self.chain, self.chain.forward(_INPUT), chain.chain, columns)
        self.drawn = drawn.fill_all()
        self.cards = FactorCards(self.trace, columns, self.chain.activation, y=chain.cards)
        region = example_bars(columns)
        sizes = self.trace.log10_abs_grad_w
        self.bars = GradientBars(self.trace.sign_grad_w, sizes, columns, region)
        self.bars.growth[:] = 0.0
        self.bars.bend(0.0)
        note = self.label("example", x=PLAIN(_INPUT), **values)
        if is_portrait():
            note = note.replace(": ", ": \\ ", 1)
        self.note = prose(note, font_size=30, color=theme().secondary)
        self.note.move_to(layout.note, aligned_edge=LEFT)
        with self.narrate("built", weight=values["weight"], bias=values["bias"]):
            self.play(FadeOut(self.first_half), run_time=0.6)
            self.play(FadeIn(self.drawn), run_time=0.9)
            self.play(FadeIn(self.note), run_time=0.6)
            slots = (FadeIn(card.slot) for card in reversed(self.cards.cards))
            self.play(LaggedStart(*slots, lag_ratio=0.15), run_time=0.9)

    def grow_bars(self, factor: str) -> None:
        """Grow the bars on a rescaled linear axis, then show them on a logarithmic one."""
        sizes = self.trace.log10_abs_grad_w
        ratio = float(10.0 ** (sizes[0] - sizes[-1]))
        about = COUNT(float(f"{ratio:.1g}"))
        axis, top = self.linear_axis(float(sizes[-1]))
        self.quantity = quantity_of(self.bars)
        with self.narrate("rescale", factor=factor):
            for card in reversed(self.cards.cards):
                self.play(FadeIn(card.content), card.animate.light(), run_time=0.3)
            self.play(FadeIn(axis, top, self.quantity), run_time=0.5)
            self.add(self.bars)
            for layer in range(_DEPTH, 0, -1):
                self.grow(layer, top)
        with self.narrate("climb", ratio=about):
            # No axis is shown while the bars follow neither.
            self.play(FadeOut(axis, top), run_time=0.4)
            self.play(BendAxis(self.bars, 0.0, 1.0), run_time=1.2)
            self.play(FadeIn(self.bars.log_axis), run_time=0.4)
            self.headline = self.climb(factor, COUNT(ratio))
            if is_portrait():
                self.play(FadeOut(self.note), run_time=0.4)
            self.at_word(about)
            self.play(FadeIn(self.headline), run_time=0.6)
        self.wait(_REST)

    def climb(self, factor: str, ratio: str) -> Row:
        """Return a row with the growth of the gradient on its way to layer 1."""
        color = theme().gradient
        number = LiveNumber(font_size=36, color=color, align="left", name="ratio").set_text(ratio)
        row = Row(f"{factor}^{_DEPTH - 1} =", number, font_size=36, color=color)
        return row.end_at(self.layout.headline)

    def linear_axis(self, log10_top: float) -> tuple[VGroup, LiveNumber]:
        """Return two grid lines and the number at the upper one."""
        axis = BarAxis(self.bars.region, self.bars.columns.flow)
        lines = VGroup(axis.grid_line(0.0), axis.grid_line(1.0)).set_z_index(-1)
        top = axis.tick_label(1.0, FACTOR(10.0**log10_top))
        top.name = "axis_top"
        self.bars.rescale(log10_top)
        return VGroup(lines, axis.tick_label(0.0, PLAIN(0.0))), top

    def grow(self, layer: int, top: LiveNumber) -> None:
        """Rescale the axis for the next bar, then grow the bar to its top."""
        sizes = self.trace.log10_abs_grad_w
        if layer < _DEPTH:
            ends = float(sizes[layer]), float(sizes[layer - 1])
            self.play(RescaleAxis(self.bars, top, *ends), run_time=0.4)
        self.play(GrowBar(self.bars, layer), run_time=0.25)
        self.play(FadeIn(self.bars.values[layer - 1]), run_time=0.2)

    def large_is_not_enough(self) -> None:
        """Draw large weights at random: factors above 1 occur, but hardly ever in a row."""
        drawn = large_draws(_STD, _DEPTH, _DRAWS, _SEED)
        deep = large_draws(_STD, _DEEP, _DRAWS, _SEED)
        std, draws, depth = PLAIN(_STD), COUNT(_DRAWS), str(_DEPTH)
        self.beat(
            "large_is_not_enough",
            std=std,
            draws=draws,
            above=_RARE(100 * drawn.share_above_one),
            median=_RARE(drawn.median_factor),
            again=_ONE_DECIMAL(100 * drawn.share_above_again),
            deep=str(_DEEP),
            rare=COUNT(_DRAWS * deep.share_above_one),
            shares=listed(_ONE_DECIMAL(100 * share) for share in drawn.shares_above_one),
            always=listed(map(COUNT, drawn.always_above_one)),
        )
        bars = (self.bars, self.bars.values, self.bars.log_axis, self.quantity, self.headline)
        note = () if is_portrait() else (self.note,)
        with self.narrate("question"):
            values = self.drawn.weight_values
            self.play(Indicate(values, scale_factor=1.0, color=theme().ink), run_time=1.2)
        self.wait(_AFTER_QUESTION)
        self.play(FadeOut(self.drawn, self.cards, *note, *bars), run_time=0.6)
        self.drop_the_activations(drawn, std, draws)
        self.multiply_them(drawn, depth)

    def drop_the_activations(self, drawn: LargeDraws, std: str, draws: str) -> None:
        """Follow the chains through the window, layer by layer."""
        plane = WindowPlane(drawn, _DOTS, self.layout.plane)
        card = self.hit_card()
        shares = [_ONE_DECIMAL(100 * share) for share in drawn.shares_above_one]
        always = [COUNT(count) for count in drawn.always_above_one]

        def follow(start: int, end: int) -> None:
            for index in range(start, end):
                drive = Drive(plane.dots, plane.go_to, float(index), index + 1.0)
                self.play(drive, run_time=1.0)
                plane.go_to(index + 1.0)
                show_layer(index + 1)
                self.wait(0.3)

        def show_layer(index: int) -> None:
            for number, text in zip(
                card.numbers, (str(index + 2), f"{shares[index]} %", always[index]), strict=True
            ):
                number.set_text(text)

        show_layer(0)
        with self.narrate("drop", draws=draws, std=std):
            self.play(FadeIn(plane), run_time=0.6)
            self.play(FadeIn(plane.window), run_time=0.6)
            self.play(FadeIn(plane.dots), run_time=0.6)
        with self.narrate("caught", share=shares[0]):
            self.at_word(shares[0])
            self.play(FadeIn(card), run_time=0.6)
            self.play(Indicate(plane.inside, scale_factor=1.0, color=theme().ink), run_time=1.0)
        with self.narrate("row", twice=always[1], always=always[-1]):
            follow(0, len(shares) - 1)
            self.at_word(always[-1])
            self.play(Indicate(card.numbers[-1], scale_factor=1.0, color=theme().warning))
        self.play(FadeOut(plane, plane.window, plane.dots, card), run_time=0.6)

    def hit_card(self) -> Readout:
        """Return a card with a layer, its share of factors above 1, and chains above 1 so far."""
        rows: list[tuple[str, str, LiveNumber | None]] = []
        for name in ("layer", "hits", "always"):
            number = LiveNumber(0, COUNT, font_size=30, align="right", name=name)
            rows.append((in_words(self.label(name)), theme().ink, number))
        return Readout(rows, width=4.6).move_to(self.layout.card)

    def multiply_them(self, drawn: LargeDraws, depth: str) -> None:
        """Show the distribution of the products; nearly all are below 1."""
        above = _RARE(100 * drawn.share_above_one)
        below = _USUAL(100 * (1 - drawn.share_above_one))
        layout = self.layout
        chart = LogHistogram(drawn.log10, _LOW, _HIGH, 2, layout.histogram, layout.tick_every)
        foot = at(0.0, layout.histogram.bottom - 0.9)
        name = text_at(self.label("axis", depth=depth), foot, color=theme().secondary)
        top = layout.histogram.top + 1.5 - layout.histogram.bottom
        one = DashedLine(chart.point(0), chart.point(0, top), color=theme().ink, stroke_width=3)
        with self.narrate("product", below=below):
            self.play(FadeIn(chart.axis, name), run_time=0.5)
            self.play(RaiseHistogram(chart), run_time=0.9)
            self.play(Create(one), run_time=0.4)
            self.at_word(below)
            self.play(FadeIn(self.share(below, chart.point(-0.6), "below")), run_time=0.6)
            self.play(FadeIn(self.share(above, chart.point(0.6), "above")), run_time=0.6)
        self.wait(_REST)

    def share(self, text: str, foot: np.ndarray, side: str) -> VGroup:
        """Return a percentage and its label, left or right of the line at a product of 1."""
        left = side == "below"
        shares_y = self.layout.histogram.top + 1.2
        color = theme().vanishing if left else theme().warning
        number = LiveNumber(
            font_size=44, color=color, align="right" if left else "left", name=f"share_{side}"
        )
        number.set_text(f"{text} %").place(at(foot[0], shares_y))
        edge = RIGHT if left else LEFT
        words = text_at(self.label(side), at(foot[0], shares_y - 0.42), edge=edge, color=color)
        return VGroup(number, words)
