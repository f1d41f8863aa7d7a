"""A network with one neuron a layer: input, neurons, weights on the arrows, cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from manim import ORIGIN, RIGHT, Arrow, Circle, RoundedRectangle, Typst, VGroup
from numpy.typing import NDArray

from lecture.kit.layout import Point
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import PULSE_Z
from lecture.kit.numbers import ACTIVATION_VALUE, WEIGHT
from lecture.kit.theme import theme
from lecture.kit.typeset import formula
from mathcore import Chain, ForwardTrace
from scenes.data.chain_readings import a_text
from scenes.mobjects.chain_columns import ChainColumns
from scenes.symbols import activation_symbol

__all__ = ["ChainColumns", "Neuron", "NeuronChain", "fill_opacities"]

_BESIDE_ARROW = 0.28
_BESIDE_VERTICAL_ARROW = 0.17
_EMPTY_FILL, _FULL_FILL = 0.10, 0.50


def fill_opacities(activations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the fill opacities of the neurons, in proportion to ``|a_j|``.

    If an activation exceeds 1, all are divided by the largest.

    Examples
    --------
    >>> fill_opacities(np.array([0.0, 0.5, 1.0])).round(3).tolist()
    [0.1, 0.3, 0.5]
    """
    size = np.abs(activations)
    share = size / max(1.0, float(size.max(initial=0.0)))
    return np.asarray(_EMPTY_FILL + (_FULL_FILL - _EMPTY_FILL) * share)


class Neuron(VGroup):
    """A circle with the letter of its activation; the fill shows its value."""

    def __init__(self, activation: str, radius: float, center: Point) -> None:
        self.body = Circle(radius=radius, color=theme().signal, stroke_width=4)
        self.body.set_fill(theme().signal, opacity=0.0)
        size = float(np.clip(80 * radius, 20, 34))
        self.symbol = formula(activation_symbol(activation), font_size=size)
        self.symbol.set_z_index(PULSE_Z + 1)
        super().__init__(self.body, self.symbol)
        self.move_to(center)
        self.symbol.move_to(center)

    def fill_to(self, opacity: float) -> Neuron:
        """Fill the neuron; for use with ``.animate``."""
        self.body.set_fill(theme().signal, opacity=opacity)
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
        self._fills = fill_opacities(trace.a)
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
        self.weight_values = self._weight_values(chain.weights)
        self.activation_values = self._activation_values(trace)
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

    def beside(self, value: LiveNumber, center: Point) -> LiveNumber:
        """Move a number next to a node, where activations are written."""
        gap = 0.12 if self.flow.down else 0.2
        distance = max(self._radius, self.columns.input_radius) + gap
        return value.place(center + self.flow.before(distance))

    def fill_of(self, layer: int) -> float:
        """Return the fill opacity of the neuron of a layer, from 1."""
        return float(self._fills[layer - 1])

    def fill_all(self) -> NeuronChain:
        """Fill every neuron with its activation."""
        for layer, neuron in enumerate(self.neurons, start=1):
            neuron.fill_to(self.fill_of(layer))
        return self

    def _end(self, letter: str, body: Circle | RoundedRectangle, color: str, end: str) -> VGroup:
        x = self.columns.input_x if end == "input" else self.columns.cost_x
        body.set_stroke(color, width=3.5).set_fill(color, opacity=0.15 if end == "cost" else 0)
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

    def _height_beside_arrow(self, texts: Sequence[Typst | LiveNumber]) -> float:
        """Return the distance of labels from the arrows: small if they fit between neurons."""
        lower_edge = _BESIDE_ARROW - 0.09
        neuron = float(np.sqrt(max(0.0, self._radius**2 - lower_edge**2)))
        widest = max(float(text.width) for text in texts)
        fits = widest + 2 * neuron + 0.16 <= self.columns.spacing
        return _BESIDE_ARROW if fits else self._radius + 0.2

    def _weight_labels(self, depth: int) -> VGroup:
        size = 24 if self.columns.spacing > 1.3 else 20
        labels = [
            formula(f"w_{layer}", font_size=size, color=theme().weight)
            for layer in range(1, depth + 1)
        ]
        down = self.flow.down
        distance = _BESIDE_VERTICAL_ARROW if down else self._height_beside_arrow(labels)
        for layer, label in enumerate(labels, start=1):
            point = self._beside_arrow(layer, distance)
            label.move_to(point, aligned_edge=RIGHT if down else ORIGIN)
        return VGroup(*labels)

    def _weight_values(self, weights: NDArray[np.float64]) -> VGroup:
        size = 23 if self.columns.spacing > 1.3 else 20
        color = theme().weight
        align: Literal["left", "center"] = "left" if self.flow.down else "center"
        values = [
            LiveNumber(weight, WEIGHT, font_size=size, color=color, align=align, name=f"w_{layer}")
            for layer, weight in enumerate(weights, start=1)
        ]
        down = self.flow.down
        distance = _BESIDE_VERTICAL_ARROW if down else self._height_beside_arrow(values)
        for layer, value in enumerate(values, start=1):
            value.place(self._beside_arrow(layer, -distance))
        return VGroup(*values)

    def _activation_values(self, trace: ForwardTrace) -> VGroup:
        size = 24 if self.columns.spacing > 1.3 else 20
        values = VGroup()
        for layer, activation in enumerate(trace.a, start=1):
            value = LiveNumber(
                activation,
                ACTIVATION_VALUE,
                font_size=size,
                color=theme().signal,
                align=self.value_align,
                name=f"a_{layer}",
            )
            value.set_text(a_text(trace, layer))
            values.add(self.beside(value, self.neuron_point(layer)))
        return values
