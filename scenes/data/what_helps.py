"""The layer speeds of a random chain without a remedy and with each of four."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mathcore import Chain, draw_chain, sigmoid, sigmoid_prime
from mathcore.stability import decades_per_layer

__all__ = ["DEPTH", "REMEDIES", "Remedies", "balanced_std", "baseline_chain", "gap", "remedies"]

FloatArray = NDArray[np.float64]

DEPTH = 20
"""Layers of the chain."""

REMEDIES = ("activation", "initialisation", "shortcut", "normalisation")
"""Keys of the remedies, in their order in the scene."""

_SEED = 0
_INPUT, _TARGET = 1.0, 0.0
_BATCH = 256


def baseline_chain(seed: int = _SEED) -> Chain:
    """Return the random sigmoid chain, weights and biases N(0, 1).

    Examples
    --------
    >>> baseline_chain().depth
    20
    """
    return draw_chain(DEPTH, seed, weight_std=1.0, bias_std=1.0)


def balanced_std() -> float:
    """Return the standard deviation of normal weights with a mean of 0 for ``ln|w|``.

    It balances a chain with slopes of 1, such as a chain of active rectifiers.

    Examples
    --------
    >>> round(balanced_std(), 3)
    1.887
    """
    return float(10.0 ** -decades_per_layer(1.0, 0.0, "identity"))


@dataclass(frozen=True, eq=False)
class Remedies:
    """Speeds of the layers of a chain, log10 of ``|dC/dw_j|`` for j = 1, ..., L, by remedy.

    Attributes
    ----------
    baseline : numpy.ndarray
        Speeds without a remedy.
    with_remedy : dict
        Speeds with each remedy, by the keys of :data:`REMEDIES`. A normalised layer learns by the
        gain behind its normalisation, since the scale of its weight has no effect.
    undamped : numpy.ndarray
        Speeds with shortcuts whose branches are not scaled down.
    """

    baseline: FloatArray
    with_remedy: dict[str, FloatArray]
    undamped: FloatArray


def gap(log10_speeds: FloatArray) -> float:
    """Return log10 of the fastest speed over the slowest.

    Examples
    --------
    >>> gap(np.array([-3.0, -1.0, -2.0]))
    2.0
    """
    return float(np.ptp(log10_speeds))


def remedies(seed: int = _SEED) -> Remedies:
    """Return the speeds in a chain, for the cost (y - t)² with the target 0.

    Parameters
    ----------
    seed
        Seed of the weights and biases.

    Examples
    --------
    >>> sorted(remedies().with_remedy) == sorted(REMEDIES)
    True
    """
    chain = baseline_chain(seed)
    wider = Chain(balanced_std() * chain.weights, chain.biases)
    return Remedies(
        baseline=_speeds(chain),
        with_remedy={
            "activation": _speeds(_rectified(chain)),
            "initialisation": _speeds(_rectified(wider)),
            "shortcut": _shortcut(chain, 1.0 / DEPTH),
            "normalisation": _normalised(chain),
        },
        undamped=_shortcut(chain, 1.0),
    )


def _speeds(chain: Chain) -> FloatArray:
    return chain.backward(_INPUT, _TARGET).log10_abs_grad_w


def _rectified(chain: Chain) -> Chain:
    """Return the chain with ReLU, its weights and biases made positive, so that all are active."""
    return Chain(np.abs(chain.weights), np.abs(chain.biases), "relu")


def _shortcut(chain: Chain, scale: float) -> FloatArray:
    """Return the speeds for a_j = a_{j-1} + scale σ(w_j a_{j-1} + b_j)."""
    a, own, factors = _INPUT, [], []
    for weight, bias in zip(chain.weights, chain.biases, strict=True):
        h = weight * a + bias
        slope = scale * float(sigmoid_prime(h))
        own.append(a * slope)
        factors.append(1.0 + weight * slope)
        a = a + scale * float(sigmoid(h))
    return _product(own, factors, a)


def _normalised(chain: Chain) -> FloatArray:
    """Return the speeds of the gains g_j = 1 for a_j = σ(g_j ĥ_j), ĥ_j = (h_j - m_j) / s_j.

    m_j and s_j are mean and standard deviation of h_j over a batch, so the factor of a layer,
    w_j σ'(ĥ_j) / s_j, is ±σ'(ĥ_j) over the standard deviation of a_{j-1}.
    """
    # The batch is the input and random inputs N(0, 1); m and s are constants of the gradient, as in
    # a trained network.
    rng = np.random.default_rng([_SEED, 1])
    a = np.concatenate([[_INPUT], rng.standard_normal(_BATCH - 1)])
    own, factors = [], []
    for weight, bias in zip(chain.weights, chain.biases, strict=True):
        h = weight * a + bias
        centred = (h - h.mean()) / h.std()
        slope = float(sigmoid_prime(centred[0]))
        own.append(float(centred[0]) * slope)
        factors.append(weight * slope / float(h.std()))
        a = np.asarray(sigmoid(centred))
    return _product(own, factors, float(a[0]))


def _product(own: list[float], factors: list[float], y: float) -> FloatArray:
    """Return log10 of own factor times the factors of all later layers times dC/dy."""
    logs = np.log10(np.abs(factors))
    later = np.concatenate([np.cumsum(logs[:0:-1])[::-1], [0.0]])
    return np.asarray(np.log10(np.abs(own)) + later + np.log10(2.0 * abs(y - _TARGET)))
