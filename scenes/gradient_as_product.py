"""Scene GradientAsProduct: a change of the first weight travels along the chain, factor by factor.

The measured changes come from a second forward pass, not from the derivative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

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
from lecture.kit.layout import at, frame, is_portrait, move_inside
from lecture.kit.lecture_scene import TITLE
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.mobjects.row import Row
from lecture.kit.numbers import ACTIVATION_VALUE, PLAIN, RATIO, WEIGHT
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, prose
from scenes.data.chain_readings import a_text, cost_text, dcost_dy_text, listed
from scenes.data.gradient_as_product import CHANGE, ripple
from scenes.mobjects.factor_card import FactorCards
from scenes.mobjects.gradient_as_product import (
    ChainProduct,
    ChangeBars,
    GrowPair,
    product_layout,
)
from scenes.mobjects.neuron_chain import EndLabels, NeuronChain, gradient_question
from scenes.scene import GradientScene
from scenes.symbols import activation_symbol, factor

if TYPE_CHECKING:
    from mathcore import BackwardTrace
    from scenes.mobjects.gradient_as_product import Offset

__all__ = ["GradientAsProduct"]

_NUDGE = 0.1
_LOG10_OF_FLOATS = 300.0
_REST = 1.6
_LONGEST = 5.6  # seconds
_MARK = 0.1  # small enough not to cover the weight beside it
_BESIDE = 0.12  # between a factor and what stands beside it
_WEAKER = 0.13  # of the pulse, a layer


class GradientAsProduct(GradientScene):
    """Change the first weight, and collect the factors of the change into the gradient."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.the_nudge()
        self.the_ripple()
        self.the_factors()
        self.the_product()
        self.every_weight()

    def prepare(self) -> None:
        """Compute the changes and create the mobjects."""
        spec = self.spec.chain
        self.chain = spec.build()
        self.trace = self.chain.backward(spec.input, spec.target, cost=spec.cost)
        self.ripple = ripple(self.chain, self.trace, spec.cost, _NUDGE)
        depth, name = self.chain.depth, self.chain.activation
        self.layout = product_layout(depth)
        chain = self.layout.chain
        forward = self.chain.forward(spec.input)
        self.drawn = NeuronChain(self.chain, forward, chain.chain, chain.columns).fill_all()
        self.ends = EndLabels(self.drawn, self.trace)
        self.cards = FactorCards(self.trace, chain.columns, name, chain.cards)
        self.bars = ChangeBars(
            self.ripple.log10_exact,
            self.ripple.log10_abs,
            self.layout.columns,
            self.layout.bars,
        )
        texts = [self.ripple.exact_text(index) for index in range(depth + 1)]
        texts += [self.ripple.predicted_text(index) for index in range(depth + 1)]
        widest = max(LiveNumber.width_of(text, 30) for text in texts)
        self.labelled = self.layout.labelled(widest)
        nudged = [a_text(self.ripple.nudged, layer) for layer in range(1, depth + 1)]
        self.roomy = chain.columns.labelled(max(LiveNumber.width_of(text, 30) for text in nudged))
        self.exact = self.changes("exact", self.layout.exact)
        self.predicted = self.changes("predicted", self.layout.predicted)
        self.steps = self.changes("predicted", self.layout.steps)
        self.product = ChainProduct(depth, name, self.layout.product, frame().width)
        self.product_side = DOWN if is_portrait() else UP
        self.change = self.product.change(1)

    def changes(self, kind: str, offset: Offset) -> dict[int, LiveNumber]:
        """Return a row of changes beside the chain, where there is room for them."""
        measured = kind == "exact"
        write = self.ripple.exact_text if measured else self.ripple.predicted_text
        color = theme().signal if measured else theme().gradient
        names = [f"a_{layer}" for layer in range(1, self.chain.depth + 1)] + ["cost"]
        row = {}
        for index in self.labelled:
            number = LiveNumber(
                color=color, align=self.layout.align, name=f"{kind}_{names[index]}"
            ).set_text(write(index))
            row[index] = self.layout.place(number, index, offset)
        return row

    def the_nudge(self) -> None:
        """Begin with the last picture of the forward pass, and increase the first weight."""
        dw = PLAIN(_NUDGE)
        weight = float(self.chain.weights[0])
        self.beat("the_nudge", dw=dw, weight=WEIGHT(weight), nudged=WEIGHT(weight + _NUDGE))
        self.question = gradient_question(self.drawn)
        self.add(self.drawn, self.ends, self.question)
        mark = Pulse(theme().weight, radius=_MARK)
        mark.move_to(self.drawn.arrow_list[0].get_center())
        with self.narrate("gradient"):
            self.show_title()
            self.play(FadeIn(mark, scale=0.3), run_time=0.6)
        step = LiveNumber(_NUDGE, PLAIN, font_size=34, color=theme().weight, name="dw")
        self.headline = Row("Delta w_1 =", step, font_size=34).start_at(self.layout.headline)
        with self.narrate("nudge", dw=dw):
            self.play(FadeIn(self.headline), run_time=0.6)
            self.at_word(dw)
            self.play(FadeOut(mark), self.shift_weight(_NUDGE), run_time=1.2)
        self.wait(_REST)

    def shift_weight(self, change: float) -> Animation:
        """Return the change of the first weight, from or to its own value."""
        number = cast("LiveNumber", self.drawn.weight_values[0])
        before = float(self.chain.weights[0]) - min(0.0, change)
        return Count(number, before, before + change)

    def the_ripple(self) -> None:
        """Move the change along the chain, with numbers and bars."""
        places = range(self.chain.depth + 1)
        nudged = self.ripple.nudged
        self.beat(
            "the_ripple",
            measured=listed(map(self.ripple.exact_text, places)),
            predicted=listed(map(self.ripple.predicted_text, places)),
            a=listed(a_text(nudged, layer) for layer in places[1:]),
            cost=cost_text(nudged),
        )
        legend = self.bars.legend(self.label("measured"), self.label("predicted"))
        legend.move_to(at(frame().right, self.layout.headline[1] + 0.1), aligned_edge=RIGHT)
        names = self.names_of_changes()
        self.ripple_marks = VGroup(legend, names, self.bars.axis)
        pulse = self.drawn.ring(0, theme().signal)
        with self.narrate("first"):
            self.play(FadeOut(self.question), run_time=0.4)
            self.play(FadeIn(legend, names), run_time=0.5)
            self.play(FadeIn(self.bars.axis), run_time=0.4)
            self.add(self.bars)
            self.play(FadeIn(pulse, scale=0.5), run_time=0.4)
            self.move_on(pulse, 0, 1.3)
        others = range(1, self.chain.depth + 1)
        time_scale = min(1.0, _LONGEST / (1.55 * len(others)))
        fate = self.ripple.fate
        ratio = RATIO.from_log10(1.0, abs(self.ripple.log10_ratio)) if fate != "stopped" else ""
        with self.narrate(fate, ratio=ratio):
            for index in others:
                self.move_on(pulse, index, time_scale)
            self.play(FadeOut(pulse), run_time=0.4)
            self.compare_ends()
        self.wait(_REST)

    def names_of_changes(self) -> VGroup:
        """Return the names of the changes at both ends of their rows."""
        names = [formula(f"Delta {q}", color=theme().secondary) for q in ("a_j", "C")]
        for name, point in zip(names, self.layout.names, strict=True):
            name.move_to(point)
        return VGroup(*names)

    def move_on(self, pulse: Pulse, index: int, time_scale: float) -> None:
        """Move the pulse to a neuron or the cost, and show the change there."""
        strength = max(0.0, 1.0 - _WEAKER * (index + 1))
        journey = self.drawn.send(pulse, index + 1, strength=strength, run_time=0.55 * time_scale)
        self.play(journey)
        moves: list[Animation] = [
            FadeIn(row[index]) for row in (self.exact, self.predicted) if index in row
        ]
        moves += self.count_value(index, self.trace, self.ripple.nudged)
        if moves:
            self.play(*moves, run_time=0.5 * time_scale)
        self.play(GrowPair(self.bars, index), run_time=0.5 * time_scale)

    def count_value(self, index: int, start: BackwardTrace, end: BackwardTrace) -> list[Animation]:
        """Count an activation or the cost from one pass to another, if there is room for it."""
        is_cost = index == self.chain.depth
        number = self.ends.cost_value if is_cost else self.drawn.activation_value(index + 1)
        if number is None:
            return []
        texts = [cost_text(t) if is_cost else a_text(t, index + 1) for t in (start, end)]
        widths = [LiveNumber.width_of(text, number.font_size) for text in texts]
        beyond = self.drawn.value_align == "right" and number.anchor[0] - max(widths) < frame().left
        if beyond or not (is_cost or index + 1 in self.roomy):
            # The changed number is longer, and has no room.
            return [FadeOut(number) if start is self.trace else FadeIn(number)]
        values = [float(t.cost if is_cost else t.a[index]) for t in (start, end)]
        ends = [
            (1.0, float(t.log10_cost))
            if is_cost
            else (float(t.sign_a[index]), float(t.log10_abs_a[index]))
            for t in (start, end)
        ]
        if any(_LOG10_OF_FLOATS < abs(log10) < np.inf for _, log10 in ends):
            return [CountMagnitude(number, ends[0], ends[1], ACTIVATION_VALUE)]
        return [Count(number, values[0], values[1])]

    def compare_ends(self) -> None:
        """Encircle the last and the first neuron, in the order of the line that compares them."""
        rings = [self.drawn.ring(layer, theme().ink) for layer in (self.chain.depth, 1)]
        for ring in rings:
            self.play(FadeIn(ring, scale=1.2), run_time=0.6)
        self.play(*(FadeOut(ring) for ring in rings), run_time=0.6)

    def the_factors(self) -> None:
        """Multiply each predicted change by a factor to get the next."""
        depth = self.chain.depth
        factors = listed(card.text for card in self.cards.cards)
        self.beat("the_factors", factors=factors, dcost_dy=dcost_dy_text(self.trace))
        self.seed = self.last_factor()
        with self.narrate("step"):
            self.clear_the_ripple()
            self.at_word(self.label("multiplies"))
            self.multiply(1, 1.2)
        time_scale = min(1.0, _LONGEST / (1.6 * (depth - 1)))
        with self.narrate("others"):
            for layer in range(2, depth + 1):
                self.multiply(layer, time_scale)
            self.at_word(self.label("cost"))
            self.play(FadeIn(self.seed), run_time=0.6)
            self.lengthen(depth + 1, 1.0)
        self.wait(_REST)

    def last_factor(self) -> VGroup:
        """Return ``∂C/∂y`` with its value, in the style of the cards."""
        name = formula("partial C \\/ partial y", color=theme().gradient)
        value = LiveNumber(name="dcost_dy").set_text(dcost_dy_text(self.trace))
        layout = self.layout
        point = layout.seed_beside_heading if self.cards.compact else layout.seed
        seed = VGroup(name.move_to(point + 0.15 * UP), value.place(point + 0.19 * DOWN))
        if self.cards.compact and layout.columns.flow.down:
            self.clear_of_heading(seed)
        move_inside(seed)
        return seed

    def clear_of_heading(self, seed: VGroup) -> None:
        """Move the last factor off the heading before it, and leave out a number it would meet."""
        gap = self.cards.headings[1].get_right()[0] + _BESIDE - seed.get_left()[0]
        seed.shift(max(0.0, gap) * RIGHT)
        last = self.chain.depth
        if self.steps[last].get_left()[0] < seed.get_right()[0] + _BESIDE:
            del self.steps[last]

    def clear_the_ripple(self) -> None:
        """Restore the values, and show the nudge and empty cards."""
        back = [self.shift_weight(-_NUDGE)]
        for index in range(self.chain.depth + 1):
            back += self.count_value(index, self.ripple.nudged, self.trace)
        gone = (*self.exact.values(), *self.predicted.values(), self.bars)
        self.play(FadeOut(*gone, self.ripple_marks), FadeOut(self.headline), run_time=0.6)
        self.play(*back, run_time=0.6)
        step = LiveNumber(
            _NUDGE, PLAIN, color=theme().weight, align=self.layout.align, name="dw"
        ).place(self.layout.point(-1, self.layout.steps))
        name = formula("Delta w_1", color=theme().weight).next_to(step, UP, buff=0.15)
        self.start = VGroup(step, name)
        slots = FadeIn(VGroup(*(card.slot for card in self.cards.cards)), self.cards.headings)
        self.play(slots, FadeIn(self.start), run_time=0.6)

    def multiply(self, layer: int, time_scale: float) -> None:
        """Light the card of a layer, and show the product after it."""
        card = self.cards.card(layer)
        self.play(card.animate.glow(), FadeIn(card.content), run_time=0.4 * time_scale)
        self.lengthen(layer, time_scale)
        self.play(card.animate.light(), run_time=0.2 * time_scale)

    def lengthen(self, number: int, time_scale: float) -> None:
        """Append a term to the product, and show the change that it predicts."""
        before, self.change = self.change, self.product.change(number)
        if number > 1:
            self.play(FadeOut(before), run_time=0.2 * time_scale)
        moves: list[Animation] = [FadeIn(self.change)]
        if number == 1:
            moves.append(FadeIn(self.product.lead))
        term = self.product.term(number)
        if term is not None:
            moves.append(FadeIn(term, shift=-0.2 * self.product_side))
        if number - 1 in self.steps:
            moves.append(FadeIn(self.steps[number - 1], shift=0.2 * DOWN))
        self.play(*moves, run_time=0.6 * time_scale)

    def the_product(self) -> None:
        """Divide by the nudge, bracket the inner terms and show the value."""
        self.beat(
            "the_product",
            gradient=self.gradient_text(),
            predicted=self.ripple.predicted_text(-1),
            measured=self.ripple.exact_text(-1),
            symbol=activation_symbol(self.chain.activation),
            depth=str(self.chain.depth),
        )
        product = self.product
        with self.narrate("formula"):
            self.play(FadeOut(*self.steps.values(), self.start), run_time=0.5)
            self.play(FadeOut(self.change, product.lead), run_time=0.5)
            self.at_word(self.label("gradient"))
            self.play(FadeIn(product.head), run_time=0.6)
        bracket = self.bracket(*product.middle())
        name = self.name_the_terms(bracket)
        with self.narrate("between"):
            self.at_word(self.label("factor"))
            self.play(Create(bracket), run_time=0.8)
            self.play(FadeIn(name), run_time=0.6)
        values = self.values()
        with self.narrate(self.ripple.value_key()):
            for part in values:
                self.play(FadeIn(part), run_time=0.6)
                self.wait(0.8)
        self.wait(_REST)
        self.formula = VGroup(product.head, *product.terms, bracket, name, values)

    def bracket(self, first: VGroup, last: VGroup) -> VMobject:
        """Return a bracket over, in portrait under, the terms from `first` to `last`."""
        left, right = first[min(1, len(first) - 1)].get_left()[0], last.get_right()[0]
        side = self.product_side
        near = float(VGroup(*self.product.terms).get_edge_center(side)[1]) + 0.1 * side[1]
        far = near + 0.12 * side[1]
        corners = ((left, near), (left, far), (right, far), (right, near))
        line = VMobject(color=theme().gradient, stroke_width=3)
        return line.set_points_as_corners([at(x, y) for x, y in corners])

    def name_the_terms(self, bracket: VMobject) -> VGroup:
        """Return the general form of the inner terms, with a label."""
        symbol = formula(factor(self.chain.activation, "j"), font_size=32, color=theme().gradient)
        words = prose(self.label("inner"), font_size=32)
        name = VGroup(symbol, words.next_to(symbol, RIGHT, buff=0.2))
        move_inside(name.next_to(bracket, self.product_side, buff=0.12))
        return name

    def gradient_text(self) -> str:
        """Return the text of ``dC/dw_1``."""
        trace = self.trace
        return CHANGE.from_log10(float(trace.sign_grad_w[0]), float(trace.log10_abs_grad_w[0]))

    def values(self) -> VGroup:
        """Return the gradient, the predicted and the measured change of the cost."""
        orange, blue = theme().gradient, theme().signal
        rows = VGroup(
            self.value("partial C \\/ partial w_1 =", self.gradient_text(), orange, "gradient_1"),
            self.value(
                "(partial C \\/ partial w_1) thin Delta w_1 =",
                self.ripple.predicted_text(-1),
                orange,
                "predicted_cost",
            ),
            self.value("Delta C =", self.ripple.exact_text(-1), blue, "exact_cost"),
        )
        return self.layout.arrange(rows)

    @staticmethod
    def value(name: str, text: str, color: str, quantity: str) -> VGroup:
        """Return a value with its name: beside it, in portrait below it."""
        number = LiveNumber(font_size=32, color=color, align="left", name=quantity).set_text(text)
        if not is_portrait():
            return Row(name, number, font_size=32)
        symbol = Row(name, font_size=32).start_at(at(0.0, 0.0))
        return VGroup(symbol, number.place(at(0.0, -0.45)))

    def every_weight(self) -> None:
        """Leave the chain and the factors; the next scene begins with this picture."""
        self.beat("every_weight")
        title = next(mobject for mobject in self.mobjects if mobject.name == TITLE)
        backwards = list(reversed(self.cards.cards))
        with self.narrate("backwards"):
            self.play(FadeOut(self.formula, self.seed, title), run_time=0.6)
            pulse = self.drawn.ring(self.chain.depth + 1, theme().gradient)
            self.play(FadeIn(pulse, scale=1.2), run_time=0.6)
            self.at_word(self.label("backwards"))
            glows = (cast("Animation", card.animate.glow()) for card in backwards)
            self.play(LaggedStart(*glows, lag_ratio=0.3), run_time=1.4)
            lights = (cast("Animation", card.animate.light()) for card in backwards)
            self.play(LaggedStart(*lights, lag_ratio=0.3), FadeOut(pulse), run_time=0.8)
        self.wait(_REST)
