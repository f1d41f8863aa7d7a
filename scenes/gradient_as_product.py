"""Scene GradientAsProduct: a change of the first weight travels along the chain, factor by factor.

The measured changes come from a second forward pass, not from the derivative.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from manim import (
    DOWN,
    RIGHT,
    UP,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    VGroup,
    VMobject,
)

from lecture.kit.animations import Count, CountMagnitude
from lecture.kit.layout import Point, Region, at, frame
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.mobjects.row import Row
from lecture.kit.numbers import ACTIVATION_VALUE, GRADIENT, PLAIN, RATIO
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, prose
from mathcore import ForwardTrace
from scenes.data.chain_readings import dcost_dy_text
from scenes.data.gradient_as_product import ripple
from scenes.mobjects.factor_card import FactorCards
from scenes.mobjects.gradient_as_product import ChainProduct, ChangeBars, GrowPair
from scenes.mobjects.neuron_chain import NeuronChain
from scenes.scene import GradientScene
from scenes.symbols import factor

__all__ = ["GradientAsProduct"]

_NUDGE = 0.1
_LOG10_OF_FLOATS = 300.0
_ROOMY = 1.3
_CHAIN_Y, _CARDS_Y = 1.36, 0.0
_HEADLINE_Y, _QUESTION_Y = 2.5, -1.7
_EXACT_Y, _PREDICTED_Y = 0.3, -0.1
_LOWER, _STEPS_Y = 0.7, -1.65
_BARS_TOP, _BOTTOM = -0.6, -3.3
_PRODUCT_Y, _RAISE, _VALUE_Y = -1.95, 0.2, -2.98
_LONGEST = 9.0  # seconds
_SMALLEST_PULSE = 0.35
_MARK = 0.16  # small enough not to cover the weight beside it


class GradientAsProduct(GradientScene):
    """Change the first weight, and collect the factors of the change into the gradient."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.the_nudge()
        self.the_ripple()
        self.the_factors()
        self.the_product()

    def prepare(self) -> None:
        """Compute the changes and create the mobjects."""
        spec = self.spec.chain
        self.chain = spec.build()
        self.trace = self.chain.backward(spec.input, spec.target, cost=spec.cost)
        self.ripple = ripple(self.chain, self.trace, spec.cost, _NUDGE)
        self.drawn = NeuronChain(self.chain, self.chain.forward(spec.input), y=_CHAIN_Y).fill_all()
        columns = self.drawn.columns
        self.xs = (*columns.neuron_x, columns.cost_x)
        self.cards = FactorCards(self.trace, columns, self.chain.activation, y=_CARDS_Y - _LOWER)
        half = 0.5 * columns.spacing
        region = Region(columns.neuron_x[0] - half, columns.cost_x - half, _BOTTOM, _BARS_TOP)
        self.bars = ChangeBars(self.ripple.exact[:-1], self.ripple.predicted[:-1], columns, region)
        heads = [formula(f"Delta {q}", font_size=24, color=theme().secondary) for q in ("a_j", "C")]
        heads[0].move_to(at(columns.input_x, (_EXACT_Y + _PREDICTED_Y) / 2))
        self.row_name = VGroup(heads[0], heads[1].move_to(at(columns.cost_x, _EXACT_Y + 0.38)))
        self.exact, self.predicted = self.changes("exact"), self.changes("predicted")
        self.pulse = Pulse(theme().signal)

    def changes(self, kind: str) -> list[LiveNumber]:
        """Return a row of changes, one below each neuron and one below the cost."""
        measured = kind == "exact"
        write = self.ripple.exact_text if measured else self.ripple.predicted_text
        color = theme().signal if measured else theme().gradient
        size = 24 if self.drawn.columns.spacing > _ROOMY else 20
        names = [f"a_{layer}" for layer in range(1, self.chain.depth + 1)] + ["cost"]
        row = []
        for index, (x, name) in enumerate(zip(self.xs, names, strict=True)):
            number = LiveNumber(font_size=size, color=color, name=f"{kind}_{name}")
            number.set_text(write(index)).place(at(x, _EXACT_Y if measured else _PREDICTED_Y))
            row.append(number.shift(min(0.0, frame().right - number.get_right()[0]) * RIGHT))
        return row

    def the_nudge(self) -> None:
        """Show the chain after the forward pass, and increase its first weight."""
        dw = PLAIN(_NUDGE)
        self.beat("the_nudge", dw=dw)
        step = LiveNumber(_NUDGE, PLAIN, font_size=32, color=theme().weight, name="dw")
        self.headline = Row("Delta w_1 =", step, font_size=32)
        self.headline.start_at(at(frame().left, _HEADLINE_Y))
        weight = self.live(self.drawn.weight_values, 0)
        with self.narrate("question"):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            self.play(FadeIn(self.drawn.shift(_CHAIN_Y * DOWN)), run_time=0.9)
            inputs = formula("(partial C) / (partial w_1) = thin ?", font_size=40)
            self.play(FadeIn(inputs.move_to(at(0.0, _QUESTION_Y))), run_time=0.5)
            mark = Pulse(theme().weight, radius=_MARK, center=self.drawn.arrows[0].get_center())
            self.play(FadeIn(mark, scale=0.3), run_time=0.5)
        with self.narrate("nudge", dw=dw):
            self.play(FadeIn(self.headline), run_time=0.4)
            before = float(self.chain.weights[0])
            self.play(FadeOut(mark), Count(weight, before, before + _NUDGE), run_time=0.9)
            self.play(FadeOut(inputs), self.drawn.animate.shift(_CHAIN_Y * UP), run_time=0.8)

    @staticmethod
    def live(numbers: VGroup, index: int) -> LiveNumber:
        """Return a number of the chain."""
        return cast("LiveNumber", numbers[index])

    def the_ripple(self) -> None:
        """Move the change along the chain, with numbers and bars."""
        self.beat("the_ripple")
        self.legend = self.bars.legend(self.label("measured"), self.label("predicted"))
        self.legend.move_to(at(frame().right, _HEADLINE_Y), aligned_edge=RIGHT)
        first = {"exact": self.ripple.exact_text(0), "predicted": self.ripple.predicted_text(0)}
        self.pulse.move_to(at(self.drawn.columns.input_x, _CHAIN_Y))
        with self.narrate(self.ripple.key("first", 0), **first):
            self.play(FadeIn(self.legend, self.row_name, self.bars.base), run_time=0.5)
            self.add(self.bars)
            self.play(FadeIn(self.pulse, scale=0.3), run_time=0.4)
            self.move_on(0, 1.3)
        others = range(1, self.chain.depth + 1)
        time_scale = min(1.0, _LONGEST / (1.55 * len(others)))
        with self.narrate("onwards_none" if self.ripple.is_none else "onwards"):
            for index in others:
                self.move_on(index, time_scale)
        fate = self.ripple.fate
        ratio = RATIO.from_log10(1.0, abs(self.ripple.log10_ratio)) if fate != "stopped" else ""
        with self.narrate(fate, ratio=ratio):
            self.play(FadeOut(self.pulse), run_time=0.4)

    def move_on(self, index: int, time_scale: float) -> None:
        """Move the pulse to a neuron or the cost, and show the change there."""
        last = index == self.chain.depth
        node = at(self.xs[index], _CHAIN_Y)
        size = max(_SMALLEST_PULSE, 1.0 - 0.13 * (index + 1))
        scale_factor = size * 0.52 / self.pulse.width
        moves: list[Animation] = [FadeIn(self.exact[index]), FadeIn(self.predicted[index])]
        if not last:
            moves.append(self.count_activation(index, self.trace, self.ripple.nudged))
        self.play(self.pulse.animate.move_to(node).scale(scale_factor), run_time=0.55 * time_scale)
        self.play(*moves, run_time=0.5 * time_scale)
        if not last:
            self.play(GrowPair(self.bars, index), run_time=0.5 * time_scale)

    def count_activation(self, index: int, start: ForwardTrace, end: ForwardTrace) -> Animation:
        """Count the activation beside a neuron from one pass to another."""
        number = self.live(self.drawn.activation_values, index)
        ends = [(float(t.sign_a[index]), float(t.log10_abs_a[index])) for t in (start, end)]
        if any(_LOG10_OF_FLOATS < abs(log10) < np.inf for _, log10 in ends):
            return CountMagnitude(number, ends[0], ends[1], ACTIVATION_VALUE)
        return Count(number, float(start.a[index]), float(end.a[index]))

    def the_factors(self) -> None:
        """Multiply each predicted change by a factor to get the next."""
        self.beat("the_factors")
        self.steps = self.make_room()
        depth = self.chain.depth
        with self.narrate("step", factor=self.cards.card(1).value.text):
            self.clear_the_ripple()
            self.play(FadeIn(self.steps[0]), FadeIn(self.cards.headings), run_time=0.5)
            self.multiply(1, 1.3)
        time_scale = min(1.0, _LONGEST / (1.0 * depth))
        with self.narrate("others"):
            for layer in range(2, depth + 1):
                self.multiply(layer, time_scale)
            if not len(self.cards.headings):
                self.play(FadeIn(self.seed_name), run_time=0.4)
            self.play(FadeIn(self.steps[-1]), run_time=0.5)

    def make_room(self) -> list[LiveNumber]:
        """Return the nudge and the predictions, positioned below the cards."""
        columns = self.drawn.columns
        start = LiveNumber(_NUDGE, PLAIN, font_size=22, color=theme().weight, name="dw")
        self.seed_name = self.seed(at(columns.cost_x, _CARDS_Y - _LOWER))
        self.step_name = formula("Delta w_1", font_size=26, color=theme().weight)
        self.step_name.move_to(at(columns.input_x, _CARDS_Y - _LOWER))
        down = (_STEPS_Y - _PREDICTED_Y) * UP
        start.place(at(columns.input_x, _STEPS_Y))
        return [start, *(number.copy().shift(down) for number in self.predicted)]

    def seed(self, middle: Point) -> VGroup:
        """Return the last factor, dC/dy, in the style of the cards."""
        name = formula("partial C \\/ partial y", font_size=26, color=theme().cost)
        value = LiveNumber(font_size=24, name="dcost_dy").set_text(dcost_dy_text(self.trace))
        return VGroup(name.move_to(middle + 0.15 * UP), value.place(middle + 0.19 * DOWN))

    def clear_the_ripple(self) -> None:
        """Restore the weight, and leave the chain and the predictions."""
        weight = float(self.chain.weights[0])
        back = [
            Count(self.live(self.drawn.weight_values, 0), weight + _NUDGE, weight),
            *(
                self.count_activation(index, self.ripple.nudged, self.trace)
                for index in range(self.chain.depth)
            ),
        ]
        gone = (*self.exact, *self.predicted, self.bars, self.bars.base, self.legend, self.row_name)
        self.play(FadeOut(*gone), FadeOut(self.headline), run_time=0.6)
        slots = FadeIn(VGroup(*(card.slot for card in self.cards.cards)))
        names = () if len(self.cards.headings) else (FadeIn(self.step_name),)
        self.play(*back, run_time=0.5)
        self.play(self.drawn.animate.shift(_LOWER * DOWN), slots, *names, run_time=0.8)

    def multiply(self, layer: int, time_scale: float) -> None:
        """Light the card of a layer and show the product after it."""
        card = self.cards.card(layer)
        self.play(card.animate.glow(), FadeIn(card.content), run_time=0.5 * time_scale)
        self.play(
            FadeIn(self.steps[layer], target_position=self.steps[layer - 1].get_center()),
            card.animate.light(),
            run_time=0.5 * time_scale,
        )

    def the_product(self) -> None:
        """Move the factors into one line, bracket the inner ones and show the value."""
        self.beat("the_product")
        bounds = frame()
        self.product = ChainProduct(
            self.chain.depth, self.chain.activation, at(0.0, _PRODUCT_Y), bounds.width - 0.1
        )
        if len(self.product.rows) > 1:
            self.product.shift(_RAISE * UP)
        sources = [card.get_center() + _LOWER * UP for card in self.cards.cards]
        sources.append(at(self.drawn.columns.cost_x, _CHAIN_Y))
        flights = [
            FadeIn(term, target_position=source)
            for term, source in zip(self.product.terms, sources, strict=True)
        ]
        with self.narrate("formula"):
            self.play(FadeOut(*self.steps), run_time=0.4)
            stays = VGroup(self.drawn, self.cards)
            if not len(self.cards.headings):
                stays.add(self.seed_name)
                self.play(FadeOut(self.step_name), run_time=0.3)
            self.play(stays.animate.shift(_LOWER * UP), run_time=0.7)
            self.play(FadeIn(self.product.head), run_time=0.4)
            self.play(LaggedStart(*flights, lag_ratio=0.5), run_time=3.0)
        brackets = VGroup(*(self.bracket(*ends) for ends in self.product.middle()))
        name = self.name_the_terms().next_to(brackets[0], UP, buff=0.12)
        with self.narrate("between"):
            self.play(Create(brackets), run_time=0.8)
            self.play(FadeIn(name), run_time=0.5)
        self.show_the_value()

    def bracket(self, first: VGroup, last: VGroup) -> VMobject:
        """Return a bracket over the terms from `first` to `last`."""
        left, right = first[-2].get_left()[0], last.get_right()[0]
        low = first[-1].get_top()[1] + 0.12
        corners = ((left, low), (left, low + 0.12), (right, low + 0.12), (right, low))
        line = VMobject(color=theme().gradient, stroke_width=3)
        return line.set_points_as_corners([at(x, y) for x, y in corners])

    def name_the_terms(self) -> VGroup:
        """Return the general form of the inner terms, with a label."""
        symbol = formula(factor(self.chain.activation, "j"), font_size=28, color=theme().gradient)
        words = prose(self.label("inner"), font_size=24, color=theme().ink)
        return VGroup(symbol, words.next_to(symbol, RIGHT, buff=0.2))

    def show_the_value(self) -> None:
        """Show the gradient and compare it with the measured change."""
        sign, log10 = float(self.trace.sign_grad_w[0]), float(self.trace.log10_abs_grad_w[0])
        gradient = GRADIENT.from_log10(sign, log10)
        values = {
            "gradient": gradient,
            "predicted": self.ripple.predicted_text(-1),
            "exact": self.ripple.exact_text(-1),
        }
        with self.narrate(self.ripple.key("value", -1), **values):
            shown = self.values(gradient)
            for part in shown:
                self.play(FadeIn(part), run_time=0.6)

    def values(self, gradient: str) -> VGroup:
        """Return the gradient, the predicted and the measured change of the cost."""

        def number(text: str, color: str, name: str) -> LiveNumber:
            return LiveNumber(font_size=30, color=color, align="left", name=name).set_text(text)

        predicted, exact = self.ripple.predicted_text(-1), self.ripple.exact_text(-1)
        rows = VGroup(
            Row("partial C \\/ partial w_1 =", number(gradient, theme().gradient, "gradient_1")),
            Row(
                "(partial C \\/ partial w_1) thin Delta w_1 =",
                number(predicted, theme().gradient, "predicted_cost"),
            ),
            Row("Delta C =", number(exact, theme().signal, "exact_cost")),
        )
        gap = min(1.2, (frame().width - sum(row.width for row in rows)) / 2)
        x = -(sum(row.width for row in rows) + 2 * gap) / 2
        for row in rows:
            row.start_at(at(x, _VALUE_Y))
            x += row.width + gap
        return rows
