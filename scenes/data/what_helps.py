"""The gradient of a random chain with each of four remedies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mathcore import Chain, activation, draw_chain, sigmoid, sigmoid_prime
from mathcore.stability import decades_per_layer

__all__ = ["DEPTH", "REMEDIES", "Remedies", "balanced_std", "baseline_chain", "remedies"]

FloatArray = NDArray[np.float64]

DEPTH = 20
"""Layers of the chain."""

REMEDIES = ("activation", "initialisation", "shortcut", "normalisation")
"""Keys of the remedies, in their order in the scene."""

_SEED = 0
_INPUT = 1.0
_BATCH = 256


def baseline_chain() -> Chain:
    """Return the random sigmoid chain, weights and biases N(0, 1).

    Examples
    --------
    >>> baseline_chain().depth
    20
    """
    return draw_chain(DEPTH, _SEED, weight_std=1.0, bias_std=1.0)


def balanced_std() -> float:
    """Return the spread of normal weights with a mean of 0 for ``ln|w|``.

    It balances a chain with slopes of 1, such as a chain of active rectifiers.

    Examples
    --------
    >>> round(balanced_std(), 3)
    1.887
    """
    return float(10.0 ** -decades_per_layer(1.0, 0.0, "identity"))


@dataclass(frozen=True, eq=False)
class Remedies:
    """Gradient left at each layer on the way back from the output, by remedy.

    Attributes
    ----------
    baseline : numpy.ndarray
        log10 of ``|dy/da_j|`` for j = L, L - 1, ..., 0, with the input ``a_0``; the first entry
        is 0.
    with_remedy : dict
        The same with each remedy, by the keys of :data:`REMEDIES`.
    """

    baseline: FloatArray
    with_remedy: dict[str, FloatArray]

    def left(self, key: str) -> float:
        """Return log10 of the gradient at the input with the remedy `key`."""
        return float(self.with_remedy[key][-1])


def remedies() -> Remedies:
    """Return the gradients of the chain without a remedy and with each of the four.

    Examples
    --------
    >>> sorted(remedies().with_remedy) == sorted(REMEDIES)
    True
    """
    chain = baseline_chain()
    h = chain.forward(_INPUT).h
    sigma = activation("sigmoid")
    baseline = np.log(np.abs(chain.weights)) + sigma.log_abs_slope(h)
    rules: dict[str, Callable[[Chain], FloatArray]] = {
        "activation": _rectified,
        "initialisation": lambda c: _rectified(c) + np.log(balanced_std()),
        "shortcut": _shortcut,
        "normalisation": _normalised,
    }
    return Remedies(_left(baseline), {key: _left(rules[key](chain)) for key in REMEDIES})


def _left(log_factors: FloatArray) -> FloatArray:
    """Return log10 of the products of the last n factors, n = 0, ..., L."""
    return np.asarray(np.concatenate([[0.0], np.cumsum(log_factors[::-1])]) / np.log(10.0))


def _rectified(chain: Chain) -> FloatArray:
    """Return ln of the factors with ReLU, for weights and biases of positive sign."""
    active = Chain(np.abs(chain.weights), np.abs(chain.biases), "relu")
    slopes = activation("relu").log_abs_slope(active.forward(_INPUT).h)
    return np.asarray(np.log(active.weights) + slopes)


def _shortcut(chain: Chain) -> FloatArray:
    """Return ln|1 + w σ'(h)|, for a_j = a_{j-1} + σ(w_j a_{j-1} + b_j)."""
    a, logs = _INPUT, []
    for weight, bias in zip(chain.weights, chain.biases, strict=True):
        h = weight * a + bias
        logs.append(np.log(np.abs(1.0 + weight * sigmoid_prime(h))))
        a = a + float(sigmoid(h))
    return np.array(logs)


def _normalised(chain: Chain) -> FloatArray:
    """Return ln|w σ'(ĥ) / s|, with ĥ = (h - m) / s for mean m and spread s of h over a batch."""
    # The batch is the input and random inputs N(0, 1); m and s are constants of the gradient, as in
    # a trained network.
    rng = np.random.default_rng([_SEED, 1])
    a = np.concatenate([[_INPUT], rng.standard_normal(_BATCH - 1)])
    logs = []
    for weight, bias in zip(chain.weights, chain.biases, strict=True):
        h = weight * a + bias
        spread = h.std()
        centred = (h - h.mean()) / spread
        logs.append(np.log(np.abs(weight) * sigmoid_prime(centred[0]) / spread))
        a = np.asarray(sigmoid(centred))
    return np.array(logs)
