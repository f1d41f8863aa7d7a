"""Factors above 1: the activations for them, and their share in random chains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mathcore import Chain, activation, draw_chain, sigmoid_prime
from mathcore.stability import amplifying_width

__all__ = ["LargeDraws", "classical_chain", "factor_curve", "large_draws", "window"]

_HALF = 0.5  # the activation of a sigmoid at its steepest point


def factor_curve(weight: float, activations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``|w σ′(w a + b)|`` at `activations`, centred by the bias ``b = −w/2``.

    Examples
    --------
    >>> factor_curve(8.0, np.array([0.5])).tolist()
    [2.0]
    """
    return np.asarray(abs(weight) * sigmoid_prime(weight * (activations - _HALF)))


def window(weight: float) -> tuple[float, float]:
    """Return the ends of the interval of activations with a centred factor of at least 1.

    Examples
    --------
    >>> window(3.0)
    (0.5, 0.5)
    """
    half = float(amplifying_width(weight)) / 2
    return _HALF - half, _HALF + half


def classical_chain(depth: int, weight: float = 100.0) -> Chain:
    """Return a sigmoid chain with all weighted inputs 0 for an input of 1/2.

    With the biases ``b = −w/2`` every activation is 1/2, every slope is at its maximum and every
    factor is a quarter of the weight.

    Examples
    --------
    >>> classical_chain(3).backward(0.5, 1.0).factors.tolist()
    [25.0, 25.0, 25.0]
    """
    return Chain(np.full(depth, weight), biases=-_HALF * weight)


@dataclass(frozen=True)
class LargeDraws:
    """Products of the factors of layers 2 to L, in chains with large random weights.

    Parameters
    ----------
    log10
        Common logarithm of each product's magnitude.
    depth, std
        Number of layers, and standard deviation of the weights.
    """

    log10: NDArray[np.float64]
    depth: int
    std: float

    @property
    def share_above_one(self) -> float:
        """Share of the chains whose product exceeds 1."""
        return float(np.mean(self.log10 > 0))

    @property
    def log10_median(self) -> float:
        """Common logarithm of the median product."""
        return float(np.median(self.log10))


def large_draws(std: float, depth: int, draws: int, seed: int) -> LargeDraws:
    """Return the products of factors of random sigmoid chains without biases, for an input of 1.

    Examples
    --------
    >>> large_draws(10.0, 6, draws=2000, seed=1).share_above_one < 0.02
    True
    """
    chains = draw_chain(depth, np.random.default_rng(seed), weight_std=std, size=draws)
    slopes = activation("sigmoid").log_abs_slope(chains.forward(1.0).h)
    logs = (np.log(np.abs(chains.weights)) + slopes) / np.log(10.0)
    return LargeDraws(np.asarray(logs[:, 1:].sum(axis=1)), depth, std)
