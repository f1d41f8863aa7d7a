"""Backpropagation through a network, without checks, for `Network` and `train`.

Examples are rows. Callers silence NumPy's floating-point warnings.
"""

from collections.abc import Sequence

import numpy as np

from mathcore import costs
from mathcore.activations import Activation
from mathcore.validation import FloatArray, read_only


def forward_pass(
    act: Activation, weights: Sequence[FloatArray], biases: Sequence[FloatArray], x: FloatArray
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return weighted inputs H_1, ..., H_L and activations A_0, ..., A_L."""
    h: list[FloatArray] = []
    a = [x]
    for w, b in zip(weights, biases, strict=True):
        h.append(a[-1] @ w + b)
        a.append(act.kernel_value(h[-1]))
    return h, a


def backward_pass(
    act: Activation,
    cost: str,
    weights: Sequence[FloatArray],
    h: Sequence[FloatArray],
    target: FloatArray,
) -> list[FloatArray]:
    """Return dC/dH_1, ..., dC/dH_L of every example."""
    delta = [costs.output_delta(cost, act, h[-1], target)]
    for w, before in zip(weights[:0:-1], h[-2::-1], strict=True):
        delta.append((delta[-1] @ w.T) * act.kernel_slope(before))
    return delta[::-1]


def mean_cost(cost: str, act: Activation, h: FloatArray, target: FloatArray) -> float:
    """Return the cost summed over the outputs, as a mean over the examples."""
    return float(costs.output_cost(cost, act, h, target).sum(axis=1).mean())


def speeds(bias_gradients: Sequence[FloatArray]) -> FloatArray:
    """Return the norm of the bias gradient of each layer."""
    return read_only(np.array([np.linalg.norm(gradient) for gradient in bias_gradients]))
