"""Scene ForwardPass: the signal travels from the input to the cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import (
    UP,
    FadeIn,
    FadeOut,
    GrowArrow,
    LaggedStart,
    TransformFromCopy,
    VGroup,
)

from lecture.kit.animations import Count, SlideAlong
from lecture.kit.layout import Region, frame, is_portrait
from lecture.kit.mobjects.live_number import Align, LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.numbers import PLAIN
from lecture.kit.theme import theme
from lecture.kit.typeset import formula
from scenes.data.chain_readings import a_text, cost_text, h_text
from scenes.mobjects.chain_columns import CHAIN_X, ChainColumns, chain_rows
from scenes.mobjects.forward_pass import CostPanel, NeuronPanel, NeuronRows
from scenes.mobjects.neuron_chain import NeuronChain
from scenes.scene import GradientScene
from scenes.symbols import activation_name

__all__ = ["ForwardLayout", "ForwardPass", "forward_layout"]

_LONGEST_REST = 20.0  # seconds


class ForwardPass(GradientScene):
    """Follow the signal through the chain, with the numbers of each neuron."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.the_chain()
        self.one_neuron()
        self.the_rest()
        self.the_cost()

    def prepare(self) -> None:
        """Compute the passes and create the mobjects."""
        self.chain = self.spec.chain.build()
        self.trace = self.chain.backward(
            self.spec.chain.input, self.spec.chain.target, cost=self.spec.chain.cost
        )
        self.forward = self.chain.forward(self.spec.chain.input)
        self.layout = forward_layout(self.chain.depth)
        self.drawn = NeuronChain(self.chain, self.forward, self.layout.chain, self.layout.columns)
        self.panel = NeuronPanel(self.chain, self.forward, self.layout.plot)
        self.pulse = Pulse(theme().signal, center=self.drawn.input_node.get_center())

    def the_chain(self) -> None:
        """Show the chain, then its weights."""
        self.beat("the_chain", depth=str(self.chain.depth))
        drawn = self.drawn
        value = LiveNumber(
            self.spec.chain.input, PLAIN, font_size=23, align=drawn.value_align, name="x"
        )
        drawn.beside(value, drawn.input_node.get_center())
        bodies = [drawn.input_node, *drawn.neurons, drawn.cost_node]
        self.visible = VGroup(
            *bodies, drawn.arrows, drawn.weight_labels, drawn.weight_values, value
        )
        # The chain is centred until the panels appear.
        self.aside = drawn.flow.point(0.0, self.layout.chain)
        self.visible.shift(-self.aside)
        with self.narrate("layers", depth=str(self.chain.depth)):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            self.play(LaggedStart(*(FadeIn(body) for body in bodies), lag_ratio=0.2), run_time=1.2)
        with self.narrate("weights", x=PLAIN(self.spec.chain.input)):
            arrows = (GrowArrow(arrow) for arrow in drawn.arrow_list)
            self.play(LaggedStart(*arrows, lag_ratio=0.2), run_time=1.2)
            self.play(FadeIn(drawn.weight_labels), FadeIn(drawn.weight_values), run_time=0.8)
            self.play(FadeIn(value, shift=0.1 * UP), run_time=0.5)

    def one_neuron(self) -> None:
        """Show the weighted input and the activation of the first neuron."""
        self.beat("one_neuron")
        self.rows = NeuronRows(self.chain, self.forward, 1, self.layout.rows)
        with self.narrate("multiply", h=h_text(self.forward, 1)):
            self.play(self.visible.animate.shift(self.aside), run_time=0.9)
            self.play(FadeIn(self.pulse, scale=0.3), run_time=0.5)
            self.play(self.pulse.animate.move_to(self.drawn.neuron_point(1)), run_time=1.0)
            self.play(FadeIn(self.rows.weighted_input[0]), run_time=0.6)
            self.play(FadeIn(self.rows.weighted_input[1]), run_time=0.6)
        name = self.chain.activation
        key = "squash_sigmoid" if name == "sigmoid" else "squash_other"
        with self.narrate(key, activation=activation_name(name), a=a_text(self.forward, 1)):
            self.play(FadeIn(self.panel, self.panel.plot.marker), run_time=0.8)
            self.play(FadeIn(self.rows.activation), run_time=0.5)
            self.bend(1, start=0.0, run_time=1.2)
            self.show_activation(1, run_time=0.7)

    def the_rest(self) -> None:
        """Repeat it for the other neurons, faster."""
        self.beat("the_rest")
        others = range(2, self.chain.depth + 1)
        # Long chains are faster, to limit the length of the beat.
        time_scale = min(1.0, _LONGEST_REST / (2.3 * len(others)))
        with self.narrate("repeat"):
            for layer in others:
                self.pass_on(layer, time_scale)
        y_label = formula("y", font_size=26, color=theme().signal)
        y_label.move_to(self.drawn.arrows[-1].get_center() + self.drawn.flow.before(0.26))
        with self.narrate("output", y=a_text(self.forward, self.chain.depth)):
            self.play(FadeIn(y_label, shift=0.1 * UP), run_time=0.5)

    def pass_on(self, layer: int, time_scale: float) -> None:
        """Move the signal to a neuron, and show its weighted input and activation."""
        self.play(
            self.pulse.animate.move_to(self.drawn.neuron_point(layer)),
            run_time=0.6 * time_scale,
        )
        before = self.rows
        self.rows = NeuronRows(self.chain, self.forward, layer, self.layout.rows)
        start = float(self.forward.h[layer - 2])
        self.rows.activation_value.set_value(start)
        self.play(FadeOut(before), run_time=0.25 * time_scale)
        self.play(FadeIn(self.rows), run_time=0.35 * time_scale)
        self.bend(layer, start=start, run_time=0.6 * time_scale)
        self.show_activation(layer, run_time=0.5 * time_scale)

    def bend(self, layer: int, *, start: float, run_time: float) -> None:
        """Slide the dot to the weighted input of a layer while the activation counts along."""
        end = float(self.forward.h[layer - 1])
        plot = self.panel.plot
        self.play(
            SlideAlong(plot, start, end),
            Count(self.rows.activation_value, start, end),
            run_time=run_time,
        )

    def show_activation(self, layer: int, *, run_time: float) -> None:
        """Fill the neuron and copy the activation next to it."""
        neuron, value = (
            self.drawn.neurons[layer - 1],
            self.drawn.activation_values[layer - 1],
        )
        self.play(
            neuron.animate.fill_to(self.drawn.fill_of(layer)),
            TransformFromCopy(self.rows.activation_value, value),
            run_time=run_time,
        )

    def the_cost(self) -> None:
        """Compare the output with the target."""
        self.beat("the_cost")
        spec = self.spec.chain
        cost_panel = CostPanel(self.trace, spec.cost, self.layout.rows, self.layout.plot)
        y, cost = float(self.forward.y), cost_text(self.trace)
        output = a_text(self.forward, self.chain.depth)
        with self.narrate("compare", y=output, target=PLAIN(spec.target)):
            self.play(
                self.pulse.animate.move_to(self.drawn.cost_node.get_center()),
                run_time=0.8,
            )
            self.play(
                FadeOut(self.rows, self.panel, self.panel.plot.marker, self.pulse), run_time=0.5
            )
            self.play(FadeIn(cost_panel.plot, cost_panel.labels), run_time=0.7)
            self.play(FadeIn(cost_panel.target_mark), run_time=0.5)
        start = float(np.clip(spec.target, *cost_panel.plot.x_span))
        cost_panel.plot.slide_to(start)
        with self.narrate("value", cost=cost):
            self.play(FadeIn(cost_panel.plot.marker), run_time=0.4)
            self.play(SlideAlong(cost_panel.plot, start, y), run_time=1.0)
            self.play(FadeIn(cost_panel.rows), run_time=0.6)
            self.play(TransformFromCopy(cost_panel.value, self._cost_value(cost)), run_time=0.7)

    def _cost_value(self, cost: str) -> LiveNumber:
        align: Align = "left" if self.drawn.flow.down else "center"
        value = LiveNumber(font_size=23, color=theme().cost, align=align, name="cost")
        return value.set_text(cost).place(
            self.drawn.cost_node.get_center() - self.drawn.flow.before(0.56)
        )


_CHAIN_Y = 1.36


@dataclass(frozen=True)
class ForwardLayout:
    """Positions of the scene's parts.

    `chain` is a y-coordinate, in portrait an x-coordinate.
    """

    columns: ChainColumns
    chain: float
    rows: Region
    plot: Region


def forward_layout(depth: int) -> ForwardLayout:
    """Return the layout of a chain of `depth` layers in the current frame."""
    bounds = frame()
    if is_portrait():
        return ForwardLayout(
            chain_rows(depth),
            chain=CHAIN_X,
            rows=Region(-0.65, bounds.right, 0.2, 3.9),
            plot=Region(-0.3, bounds.right - 0.4, -5.6, -1.5),
        )
    return ForwardLayout(
        ChainColumns.in_frame(depth),
        chain=_CHAIN_Y,
        rows=Region(bounds.left, 0.4, bounds.bottom, -0.65),
        plot=Region(1.7, bounds.right - 0.3, bounds.bottom + 0.35, -0.6),
    )
