"""Scene ForwardPass: the signal travels from the input to the cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import DOWN, Animation, FadeIn, FadeOut, GrowArrow, LaggedStart, VGroup

from lecture.kit.animations import Drive, SlideAlong
from lecture.kit.layout import Region, frame, is_portrait
from lecture.kit.lecture_scene import TITLE
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.numbers import FACTOR, PLAIN, WEIGHT
from lecture.kit.theme import theme
from scenes.data.chain_readings import a_text, cost_text, h_text, listed
from scenes.mobjects.chain_columns import chain_layout
from scenes.mobjects.forward_pass import CostPanel, NeuronPanel, NeuronRows
from scenes.mobjects.neuron_chain import EndLabels, NeuronChain, gradient_question
from scenes.scene import GradientScene
from scenes.symbols import activation_name, activation_symbol

__all__ = ["ForwardPanels", "ForwardPass", "forward_panels"]

_LONGEST_REST = 7.0  # seconds
_SECONDS_A_LAYER = 2.3
_REST, _AFTER_QUESTION = 1.6, 2.1
_BESIDE_WEIGHTS = 0.1
_MARK = 0.1  # small enough not to cover the weight beside it


class ForwardPass(GradientScene):
    """Follow the signal through the chain, with the numbers of each neuron."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.the_chain()
        self.one_neuron()
        self.the_rest()
        self.the_cost()
        self.the_question()

    def prepare(self) -> None:
        """Compute the passes and create the mobjects."""
        spec = self.spec.chain
        self.chain = spec.build()
        self.trace = self.chain.backward(spec.input, spec.target, cost=spec.cost)
        self.forward = self.chain.forward(spec.input)
        layout, self.panels = chain_layout(self.chain.depth), forward_panels()
        self.drawn = NeuronChain(self.chain, self.forward, layout.chain, layout.columns)
        self.ends = EndLabels(self.drawn, self.trace)
        self.plot_left = self.panels.left
        if is_portrait():  # the plot is beside the chain
            weights = float(self.drawn.weight_values.get_right()[0])
            self.plot_left = max(self.plot_left, weights + _BESIDE_WEIGHTS)
        self.panel = NeuronPanel(self.chain, self.forward, self.panels.plot, self.plot_left)
        # The chain is centred until the panels appear.
        self.aside = self.drawn.flow.point(0.0, layout.chain)

    def the_chain(self) -> None:
        """Show the chain, then its weights."""
        depth = str(self.chain.depth)
        self.beat(
            "the_chain",
            depth=depth,
            input=PLAIN(self.spec.chain.input),
            weights=listed(WEIGHT(float(weight)) for weight in self.chain.weights),
        )
        drawn = self.drawn
        bodies = [drawn.input_node, *drawn.neurons, drawn.cost_node]
        weights = VGroup(drawn.weight_labels, drawn.weight_values)
        value = self.ends.input_value
        self.visible = VGroup(*bodies, drawn.arrows, weights, value).shift(-self.aside)
        with self.narrate("layers", depth=depth):
            self.show_title()
            self.play(LaggedStart(*(FadeIn(body) for body in bodies), lag_ratio=0.2), run_time=1.2)
        with self.narrate("weights"):
            arrows = (GrowArrow(arrow) for arrow in drawn.arrow_list)
            self.play(LaggedStart(*arrows, lag_ratio=0.2), run_time=1.2)
            self.at_word("w")
            self.play(FadeIn(drawn.weight_labels), run_time=0.8)
            self.play(FadeIn(drawn.weight_values), FadeIn(value, shift=0.1 * DOWN), run_time=0.8)
        self.wait(_REST)

    def one_neuron(self) -> None:
        """Show the weighted input and the activation of the first neuron."""
        self.beat(
            "one_neuron",
            weight=WEIGHT(float(self.chain.weights[0])),
            bias=FACTOR(float(self.chain.biases[0])),
            input=PLAIN(self.spec.chain.input),
            h=h_text(self.forward, 1),
            a=a_text(self.forward, 1),
            symbol=activation_symbol(self.chain.activation),
        )
        self.rows = NeuronRows(self.chain, self.forward, 1, self.panels.rows)
        biased = bool(np.any(self.chain.biases != 0))
        with self.narrate("multiply"):
            self.play(self.visible.animate.shift(self.aside), run_time=0.9)
            self.pulse = self.drawn.ring(0, theme().signal)
            self.play(FadeIn(self.pulse, scale=0.5), run_time=0.5)
            self.at_word("x")
            self.play(self.drawn.send(self.pulse, 1), run_time=1.0)
            self.at_word("b")
            self.play(FadeIn(self.rows.symbol), run_time=0.6)
        key = "weighted_input" if biased else "without_bias"
        with self.narrate(key, h=h_text(self.forward, 1)):
            for row in self.rows.numbers:
                self.play(FadeIn(row), run_time=0.6)
        name = self.chain.activation
        key = "squash_sigmoid" if name == "sigmoid" else "squash_other"
        with self.narrate(key, activation=activation_name(name)):
            self.play(FadeIn(self.panel), run_time=0.8)
            self.play(FadeIn(self.panel.plot.marker), run_time=0.4)
            self.at_word("h")
            self.play(SlideAlong(self.panel.plot, 0.0, float(self.forward.h[0])), run_time=1.4)
            self.play(FadeIn(self.rows.activation), run_time=0.5)
            self.at_word(self.label("gauge"))
            self.show_activation(1, run_time=0.9)
        self.wait(_REST)

    def the_rest(self) -> None:
        """Repeat it for the other neurons, faster."""
        others = range(2, self.chain.depth + 1)
        self.beat(
            "the_rest",
            biases=listed(FACTOR(float(bias)) for bias in self.chain.biases[1:]),
            h=listed(h_text(self.forward, layer) for layer in others),
            a=listed(a_text(self.forward, layer) for layer in others),
        )
        # Long chains are faster, to limit the length of the beat.
        time_scale = min(1.0, _LONGEST_REST / (_SECONDS_A_LAYER * len(others)))
        with self.narrate("repeat"):
            for layer in others:
                self.pass_on(layer, time_scale)
            self.at_word("y")
            self.play(FadeIn(self.ends.output_letter), run_time=0.6)
        self.wait(_REST)

    def pass_on(self, layer: int, time_scale: float) -> None:
        """Move the signal to a neuron, and show its weighted input and activation."""
        self.play(self.drawn.send(self.pulse, layer), run_time=0.6 * time_scale)
        before = self.rows
        self.rows = NeuronRows(self.chain, self.forward, layer, self.panels.rows)
        start, end = (float(self.forward.h[index]) for index in (layer - 2, layer - 1))
        self.play(FadeOut(before), run_time=0.2 * time_scale)
        self.play(FadeIn(self.rows.symbol, self.rows.numbers), run_time=0.3 * time_scale)
        self.play(SlideAlong(self.panel.plot, start, end), run_time=0.6 * time_scale)
        self.play(FadeIn(self.rows.activation), run_time=0.25 * time_scale)
        self.show_activation(layer, run_time=0.35 * time_scale)

    def show_activation(self, layer: int, *, run_time: float) -> None:
        """Fill the gauge of a neuron, and show its activation if there is room for it."""
        neuron, value = self.drawn.neurons[layer - 1], self.drawn.activation_value(layer)
        level = self.drawn.level_of(layer)
        moves: list[Animation] = [Drive(neuron.gauge, neuron.fill_to, 0.0, level)]
        if value is not None:
            moves.append(FadeIn(value, shift=0.1 * DOWN))
        self.play(*moves, run_time=run_time)

    def the_cost(self) -> None:
        """Compare the output with the target."""
        spec, panels = self.spec.chain, self.panels
        output = a_text(self.forward, self.chain.depth)
        cost, target = cost_text(self.trace), PLAIN(spec.target)
        self.beat("the_cost", y=output, target=target, cost=cost)
        regions = panels.rows, panels.plot
        self.cost_panel = CostPanel(self.trace, spec.cost, *regions, self.plot_left)
        plot, rows = self.cost_panel.plot, self.cost_panel.rows
        with self.narrate("compare", target=target):
            self.play(self.drawn.send(self.pulse, self.chain.depth + 1), run_time=0.8)
            gone = (self.rows, self.panel, self.panel.plot.marker, self.pulse)
            self.play(FadeOut(*gone), run_time=0.5)
            self.play(FadeIn(plot, self.cost_panel.labels), run_time=0.7)
            self.at_word("t")
            self.play(FadeIn(self.cost_panel.target_mark), run_time=0.5)
        start = float(np.clip(spec.target, *plot.x_span))
        plot.slide_to(start)
        with self.narrate(spec.cost, cost=cost):
            self.play(FadeIn(rows[0]), FadeIn(plot.marker), run_time=0.5)
            self.play(SlideAlong(plot, start, float(self.forward.y)), run_time=1.0)
            self.play(FadeIn(rows[1:]), run_time=0.6)
            if self.ends.cost_value is not None:
                self.play(FadeIn(self.ends.cost_value), run_time=0.6)
        self.wait(_REST)

    def the_question(self) -> None:
        """Ask for the gradient of the first weight; the next scene begins with this picture."""
        self.beat("the_question")
        panel = self.cost_panel
        title = next(mobject for mobject in self.mobjects if mobject.name == TITLE)
        with self.narrate("question"):
            self.play(FadeOut(panel, panel.plot.marker, title), run_time=0.6)
            ring = self.drawn.ring(self.chain.depth + 1, theme().cost)
            self.play(FadeIn(ring, scale=1.3), run_time=0.6)
            self.at_word(self.label("first"))
            mark = Pulse(theme().weight, radius=_MARK)
            mark.move_to(self.drawn.arrow_list[0].get_center())
            self.play(FadeIn(mark, scale=0.3), run_time=0.6)
            question = gradient_question(self.drawn)
            self.play(FadeIn(question), FadeOut(ring, mark), run_time=0.6)
        self.wait(_AFTER_QUESTION)


@dataclass(frozen=True)
class ForwardPanels:
    """Regions of the formulas and of the plot, and the left edge of the labels of the plot."""

    rows: Region
    plot: Region
    left: float


def forward_panels() -> ForwardPanels:
    """Return the regions beside the chain in the current frame."""
    bounds = frame()
    if is_portrait():
        return ForwardPanels(
            rows=Region(-0.5, bounds.right, 0.2, 3.9),
            plot=Region(-0.3, bounds.right - 0.4, -5.6, -1.5),
            left=-0.95,
        )
    return ForwardPanels(
        rows=Region(bounds.left, 0.4, bounds.bottom, -0.5),
        plot=Region(1.7, bounds.right - 0.3, bounds.bottom + 0.5, -0.6),
        left=0.55,
    )
