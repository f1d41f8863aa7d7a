"""A network with one neuron a layer: input, neurons, weights on the arrows, cost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from manim import ORIGIN, RIGHT, Arrow, Circle, MathTypst, RoundedRectangle, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.animations import Travel
from lecture.kit.layout import Point, at, frame, move_inside
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import PULSE_Z, Pulse
from lecture.kit.numbers import ACTIVATION_VALUE, PLAIN, WEIGHT
from lecture.kit.theme import theme, tint
from lecture.kit.typeset import FONT_FLOOR, formula
from mathcore import BackwardTrace, Chain, ForwardTrace
from scenes.data.chain_readings import a_text, cost_text
from scenes.mobjects.chain_columns import ChainColumns
from scenes.symbols import activation_symbol

__all__ = [
    "ChainColumns",
    "EndLabels",
    "Neuron",
    "NeuronChain",
    "gauge_levels",
    "gradient_question",
]

_BESIDE_ARROW = 0.28
_BESIDE_VERTICAL_ARROW = 0.17
_BESIDE_NODE = 0.29
_AROUND_NODE = 0.04  # between a node and a pulse
_BELOW_NEURONS = 0.28
_BESIDE_RING = 0.1
_BETWEEN_VALUES = 0.08  # least gap between numbers in a row
_QUESTION, _QUESTION_IN_PORTRAIT = (0.0, -1.6), (1.0, 0.0)
_CORNER = 0.06  # of the cost, outside the circle of its width
_GAUGE_OPACITY = 0.45
_GAUGE_POINTS = 49


def gauge_levels(activations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the levels of the gauges, from -1 to 1, in proportion to the activations.

    If the size of an activation exceeds 1, all are divided by the largest.

    Examples
    --------
    >>> gauge_levels(np.array([0.5, -2.0])).tolist()
    [0.25, -1.0]
    """
    return np.asarray(activations / max(1.0, float(np.abs(activations).max(initial=0.0))))


class Neuron(VGroup):
    """A circle with the letter of its activation, and a gauge inside it for the value.

    The gauge rises from the bottom for a positive value, and hangs from the top for a negative one.
    """

    def __init__(self, activation: str, radius: float, center: Point) -> None:
        self.body = Circle(radius=radius, color=theme().signal, stroke_width=4)
        self.body.set_fill(theme().signal, opacity=0.0)
        self.gauge = VMobject(stroke_width=0).set_fill(theme().signal, opacity=_GAUGE_OPACITY)
        size = float(np.clip(80 * radius, FONT_FLOOR, 34))
        self.symbol = formula(activation_symbol(activation), font_size=size)
        self.symbol.set_z_index(PULSE_Z + 1)
        self.fill_to(0.0)
        super().__init__(self.gauge, self.body, self.symbol)
        self.move_to(center)
        self.symbol.move_to(center)

    def fill_to(self, level: float) -> Neuron:
        """Fill the gauge to a level from -1 to 1, the share of the diameter."""
        radius = float(self.body.width) / 2
        half_angle = float(np.arccos(1 - 2 * min(1.0, abs(level))))
        angles = np.linspace(-half_angle, half_angle, _GAUGE_POINTS)
        side = -1.0 if level >= 0 else 1.0
        arc = [at(radius * np.sin(angle), side * radius * np.cos(angle)) for angle in angles]
        self.gauge.set_points_as_corners([*arc, arc[0]]).shift(self.body.get_center())
        return self


class NeuronChain(VGroup):
    """The chain with its weights; activations above it or, if it runs down, to its left.

    `y` is the height of the chain or, if it runs down, its x-coordinate. There are ``depth + 1``
    arrows: into each neuron, and into the cost.

    Examples
    --------
    >>> from mathcore import Chain
    >>> chain = Chain([0.9, -0.8])
    >>> drawn = NeuronChain(chain, chain.forward(0.8), y=1.36)
    >>> [number.text for number in drawn.weight_values]
    ['0.90', '−0.80']
    """

    def __init__(
        self, chain: Chain, trace: ForwardTrace, y: float, columns: ChainColumns | None = None
    ) -> None:
        self.columns = ChainColumns.in_frame(chain.depth) if columns is None else columns
        self.flow = self.columns.flow
        self.y = y
        self._radius = self.columns.radius
        self._levels = gauge_levels(trace.a)
        self.input_node = self._end(
            "x", Circle(radius=self.columns.input_radius), theme().secondary, "input"
        )
        width, height = self.columns.cost_size
        box = RoundedRectangle(width=width, height=height, corner_radius=0.12)
        self.cost_node = self._end("C", box, theme().cost, "cost")
        self.neurons = [
            Neuron(chain.activation, self._radius, self.neuron_point(layer))
            for layer in range(1, chain.depth + 1)
        ]
        self.arrow_list = [self._arrow(layer) for layer in range(1, chain.depth + 2)]
        self.arrows = VGroup(*self.arrow_list)
        self.weight_labels = self._weight_labels(chain.depth)
        self._weights = self._weight_values(chain.weights)
        self._activations = self._activation_values(trace)
        self.weight_values = VGroup(*self._weights.values())
        self.activation_values = VGroup(*self._activations.values())
        super().__init__(
            self.input_node,
            self.arrows,
            *self.neurons,
            self.cost_node,
            self.weight_labels,
            self.weight_values,
            self.activation_values,
        )

    @property
    def value_align(self) -> Literal["center", "right"]:
        """Edge of the activations that is aligned."""
        return "right" if self.flow.down else "center"

    def neuron_point(self, layer: int) -> Point:
        """Return the centre of the neuron of a layer, from 1."""
        return self.flow.point(self.columns.neuron_x[layer - 1], self.y)

    def weight_value(self, layer: int) -> LiveNumber | None:
        """Return the number of a weight; ``None`` where a long chain has no room for it."""
        return self._weights.get(layer)

    def activation_value(self, layer: int) -> LiveNumber | None:
        """Return the number of an activation; ``None`` where a long chain has no room for it."""
        return self._activations.get(layer)

    def beside(self, value: LiveNumber, center: Point) -> LiveNumber:
        """Move a number next to a node, where activations are written."""
        gap = _BESIDE_NODE - 0.11 if self.flow.down else _BESIDE_NODE
        return value.place(
            center + self.flow.before(max(self._radius, self.columns.input_radius) + gap)
        )

    def input_value(self, x: float) -> LiveNumber:
        """Return the number `x` next to the input, inside the margins."""
        value = LiveNumber(x, PLAIN, align=self.value_align, name="x")
        self.beside(value, self.input_node.get_center())
        move_inside(value)
        return value

    def level_of(self, layer: int) -> float:
        """Return the level of the gauge of a layer, from 1."""
        return float(self._levels[layer - 1])

    def fill_all(self) -> NeuronChain:
        """Fill every gauge to its activation."""
        for layer, neuron in enumerate(self.neurons, start=1):
            neuron.fill_to(self.level_of(layer))
        return self

    def send(
        self, pulse: Pulse, layer: int, *, strength: float | None = None, run_time: float = 1.0
    ) -> Travel:
        """Return the journey of a pulse to a node: 0 is the input, ``depth + 1`` the cost."""
        center, radius = self._ring(layer)
        return Travel(pulse, center, radius, strength=strength, run_time=run_time)

    def ring(self, layer: int, color: str) -> Pulse:
        """Return a pulse around a node: 0 is the input, ``depth + 1`` the cost."""
        center, radius = self._ring(layer)
        return Pulse(color, radius=radius, center=center)

    def _ring(self, layer: int) -> tuple[Point, float]:
        """Return centre and radius of a ring around a node, where the chain is now."""
        ends = {0: self.input_node[0], len(self.neurons) + 1: self.cost_node[0]}
        node = ends[layer] if layer in ends else self.neurons[layer - 1].body
        reach = float(max(node.width, node.height)) / 2
        if layer == len(self.neurons) + 1:
            reach += _CORNER
        return node.get_center(), reach + _AROUND_NODE

    def _end(self, letter: str, body: Circle | RoundedRectangle, color: str, end: str) -> VGroup:
        x = self.columns.input_x if end == "input" else self.columns.cost_x
        opacity = tint(color, 0.15) if end == "cost" else 0
        body.set_stroke(color, width=3.5).set_fill(color, opacity=opacity)
        text_color = theme().ink if end == "input" else color
        symbol = formula(letter, font_size=32, color=text_color).set_z_index(PULSE_Z + 1)
        return VGroup(body, symbol).move_to(self.flow.point(x, self.y))

    def _arrow(self, layer: int) -> Arrow:
        """Return the arrow into the neuron of a layer, from 1; the last enters the cost."""
        xs = (self.columns.input_x, *self.columns.neuron_x, self.columns.cost_x)
        first, last = layer == 1, layer == len(xs) - 1
        start = xs[layer - 1] + (self.columns.input_radius if first else self._radius) + 0.03
        cost_reach = self.columns.cost_size[1 if self.flow.down else 0] / 2
        end = xs[layer] - (cost_reach if last else self._radius) - 0.03
        return Arrow(
            self.flow.point(start, self.y),
            self.flow.point(end, self.y),
            buff=0,
            color=theme().secondary,
            stroke_width=4,
            tip_length=min(0.18, 0.45 * (end - start)),
            max_stroke_width_to_length_ratio=20,
            max_tip_length_to_length_ratio=0.5,
        )

    def _beside_arrow(self, layer: int, distance: float) -> Point:
        """Return the point at `distance` from an arrow, on the side of the activations."""
        along = self.flow.along(self.arrows[layer - 1].get_center())
        return self.flow.point(along, self.y) + self.flow.before(distance)

    def _fit_between_neurons(self, texts: Iterable[LiveNumber]) -> bool:
        """Return True if the widest text fits beside an arrow without touching the neurons."""
        near_edge = _BESIDE_ARROW - 0.09
        neuron = float(np.sqrt(max(0.0, self._radius**2 - near_edge**2)))
        widest = max(float(text.width) for text in texts)
        return widest + 2 * neuron + 0.16 <= self.columns.spacing

    def _weight_labels(self, depth: int) -> VGroup:
        labels = [formula(f"w_{layer}", color=theme().weight) for layer in range(1, depth + 1)]
        down = self.flow.down
        distance = _BESIDE_VERTICAL_ARROW if down else _BESIDE_ARROW
        for layer, label in enumerate(labels, start=1):
            point = self._beside_arrow(layer, distance)
            label.move_to(point, aligned_edge=RIGHT if down else ORIGIN)
        return VGroup(*labels)

    def _weight_values(self, weights: NDArray[np.float64]) -> dict[int, LiveNumber]:
        color = theme().weight
        align: Literal["left", "center"] = "left" if self.flow.down else "center"
        values = {
            layer: LiveNumber(weight, WEIGHT, color=color, align=align, name=f"w_{layer}")
            for layer, weight in enumerate(weights, start=1)
        }
        distance = _BESIDE_VERTICAL_ARROW if self.flow.down else _BESIDE_ARROW
        if not self.flow.down and not self._fit_between_neurons(values.values()):
            values, distance = self._with_room(values), self._radius + _BELOW_NEURONS
        for layer, value in values.items():
            value.place(self._beside_arrow(layer, -distance))
        return values

    def _activation_values(self, trace: ForwardTrace) -> dict[int, LiveNumber]:
        color, align = theme().signal, self.value_align
        values = {
            layer: LiveNumber(
                value, ACTIVATION_VALUE, color=color, align=align, name=f"a_{layer}"
            ).set_text(a_text(trace, layer))
            for layer, value in enumerate(trace.a, start=1)
        }
        placed = {
            layer: self.beside(value, self.neuron_point(layer))
            for layer, value in self._with_room(values).items()
        }
        # A number with a long exponent may not fit between its neuron and the margin or, in a row,
        # the value of the input.
        edge = frame().left
        if not self.flow.down:
            edge = float(self.input_value(float(trace.x)).get_right()[0]) + _BETWEEN_VALUES
        return {layer: value for layer, value in placed.items() if value.get_left()[0] >= edge}

    def _with_room(self, values: dict[int, LiveNumber]) -> dict[int, LiveNumber]:
        """Return the numbers that fit side by side in a row."""
        widest = max(float(value.width) for value in values.values())
        return {layer: values[layer] for layer in self.columns.labelled(widest)}


class EndLabels(VGroup):
    """The value of the input, the letter of the output, and the value of the cost.

    They are written beside the chain `drawn`, where it is now. The value of the cost is ``None``
    where there is no room for it.
    """

    def __init__(self, drawn: NeuronChain, trace: BackwardTrace) -> None:
        flow = drawn.flow
        self.input_value = drawn.input_value(float(trace.x))
        ring = drawn.ring(len(drawn.neurons) + 1, theme().cost)
        self.output_letter = formula("y", color=theme().signal)
        aside = ring.radius + 2 * _BESIDE_RING if flow.down else _BESIDE_ARROW
        self.output_letter.move_to(drawn.arrows[-1].get_center() + flow.before(aside))
        value = LiveNumber(
            float(trace.cost),
            ACTIVATION_VALUE,
            color=theme().cost,
            align=drawn.value_align,
            name="cost",
        ).set_text(cost_text(trace))
        gap = _BESIDE_RING if flow.down else _BESIDE_RING + LiveNumber.half_digit_height() * 30
        value.place(ring.get_center() + flow.before(ring.radius + gap))
        move_inside(value)
        # With a long exponent, it may not fit between the margin and the cost or, in a row, beside
        # the last activation.
        output = drawn.activation_value(len(drawn.neurons))
        if flow.down:
            fits = float(value.get_right()[0]) <= float(ring.get_left()[0])
        else:
            gap = float(value.get_left()[0] - output.get_right()[0]) if output else np.inf
            fits = gap >= _BETWEEN_VALUES
        self.cost_value = value if fits else None
        super().__init__(self.input_value, self.output_letter, *([value] if fits else []))


def gradient_question(drawn: NeuronChain) -> MathTypst:
    """Return ``∂C/∂w_1 = ?`` beside the chain `drawn`, with which the gradient is asked for."""
    question = formula("(partial C) / (partial w_1) = thin ?", font_size=40)
    x, y = _QUESTION_IN_PORTRAIT if drawn.flow.down else _QUESTION
    return question.move_to(at(x, y))
