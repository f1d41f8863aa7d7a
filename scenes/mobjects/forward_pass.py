"""What happens inside one neuron: its two formulas with their numbers, and its curve."""

from __future__ import annotations

import numpy as np
from manim import LEFT, UP, VGroup

from mathcore import Chain, ForwardTrace, activation
from scenes.layout import Region, at, is_portrait
from scenes.mobjects.function_plot import FunctionPlot
from scenes.mobjects.live_number import LiveNumber
from scenes.mobjects.row import Row
from scenes.numbers import ACTIVATION_VALUE, FACTOR, PLAIN, WEIGHT
from scenes.symbols import activation_name, activation_symbol
from scenes.theme import theme
from scenes.typeset import formula, prose

__all__ = ["NARROW", "NeuronPanel", "NeuronRows"]

_ROW_SIZE = 32.0
_ROW_STEP = 0.72
_NARROW_ROW_STEP = 0.95
NARROW = 5.0
"""Regions narrower than this have no room for a formula and its result on one line."""

_PLAIN_RANGE = 4.0


class NeuronRows(VGroup):
    """Three lines for one layer: the weighted input, its numbers, and the activation.

    In a narrow region the numbers take two lines, and a line that is still too long is set
    smaller.

    Attributes
    ----------
    weighted_input : VGroup
        The formula, and its numbers.
    activation : Row
        The last line; its last part is :attr:`activation_value`.
    activation_value : LiveNumber
        The number that counts while the dot slides.
    """

    def __init__(self, chain: Chain, trace: ForwardTrace, layer: int, region: Region) -> None:
        biased = bool(np.any(chain.biases != 0))
        before = "x" if layer == 1 else f"a_{layer - 1}"
        bias = f" + b_{layer}" if biased else ""
        symbol = Row(f"h_{layer} = w_{layer} {before}{bias}", font_size=_ROW_SIZE)
        parts = (*_product(chain, trace, layer), *(_bias(chain, layer) if biased else ()))
        value = self._number(float(trace.h[layer - 1]), f"h_{layer}")
        narrow = region.width < NARROW
        if narrow:
            lines = [Row("=", *parts, font_size=_ROW_SIZE), Row("=", value, font_size=_ROW_SIZE)]
        else:
            lines = [Row("=", *parts, "=", value, font_size=_ROW_SIZE)]
        letter = activation_symbol(chain.activation)
        self.activation_value = self._number(float(trace.a[layer - 1]), f"a_{layer}")
        self.activation_value.set_color(theme().signal)
        self.activation = Row(
            f"a_{layer} = {letter}(h_{layer}) =", self.activation_value, font_size=_ROW_SIZE
        )
        top = region.top_left
        step = _NARROW_ROW_STEP if narrow else _ROW_STEP
        for place, row in enumerate((symbol, *lines, self.activation)):
            if narrow:
                row.fit(region.width)
            row.start_at(top - at(0.0, 0.3 + place * step))
        self.weighted_input = VGroup(symbol, VGroup(*lines))
        super().__init__(self.weighted_input, self.activation)

    @staticmethod
    def _number(value: float, name: str) -> LiveNumber:
        return LiveNumber(value, ACTIVATION_VALUE, font_size=_ROW_SIZE, align="left", name=name)


def _product(chain: Chain, trace: ForwardTrace, layer: int) -> tuple[str | LiveNumber, ...]:
    """Return the parts of ``w_j · a_{j-1}``, a negative second number in brackets."""
    weight = LiveNumber(
        float(chain.weights[layer - 1]),
        WEIGHT,
        font_size=_ROW_SIZE,
        color=theme().weight,
        name=f"w_{layer}",
    )
    first = layer == 1
    value = float(trace.x if first else trace.a[layer - 2])
    before = LiveNumber(
        value,
        PLAIN if first else ACTIVATION_VALUE,
        font_size=_ROW_SIZE,
        color=theme().ink if first else theme().signal,
        name="x" if first else f"a_{layer - 1}",
    )
    return (weight, "dot", "(", before, ")") if value < 0 else (weight, "dot", before)


def _bias(chain: Chain, layer: int) -> tuple[str | LiveNumber, ...]:
    bias = float(chain.biases[layer - 1])
    size = LiveNumber(abs(bias), FACTOR, font_size=_ROW_SIZE, name=f"b_{layer}")
    return ("-" if bias < 0 else "+", size)


class NeuronPanel(VGroup):
    """The curve of the activation, over all weighted inputs that the chain meets.

    Parameters
    ----------
    chain, trace
        The chain and its forward pass.
    region
        Where the curve stands.

    Attributes
    ----------
    plot : FunctionPlot
        The curve; its dot slides to the weighted input of each layer in turn.
    """

    def __init__(self, chain: Chain, trace: ForwardTrace, region: Region) -> None:
        reach = max(_PLAIN_RANGE, 1.15 * float(np.abs(trace.h).max()))
        samples = activation(chain.activation).value(np.linspace(-reach, reach, 201))
        low, high = min(0.0, float(samples.min())), float(samples.max())
        self.plot = FunctionPlot(
            lambda h: np.asarray(activation(chain.activation).value(h)),
            (-reach, reach),
            (low, high),
            region,
            theme().signal,
        )
        name = chain.activation
        letter = activation_symbol(name)
        title = (
            formula(f"{letter}(h)", font_size=30, color=theme().signal)
            if name == "sigmoid"
            else prose(
                f"${letter}(h)$, {activation_name(name)}", font_size=26, color=theme().signal
            )
        )
        title.move_to(region.top_left, aligned_edge=UP + LEFT)
        if is_portrait():  # the plot is narrow there, and its axis stands where the title ends
            title.shift((title.height + 0.25) * UP)
        axis_name = formula("h", font_size=26, color=theme().secondary)
        axis_name.next_to(self.plot.point(reach, max(0.0, low)), buff=0.15)
        super().__init__(self.plot, title, axis_name)
