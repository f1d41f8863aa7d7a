"""Factors above 1: the activations for them, and their share in random chains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mathcore import Chain, activation, draw_chain, sigmoid_prime
from mathcore.stability import amplifying_width

__all__ = [
    "LargeDraws",
    "classical_chain",
    "factor_curve",
    "large_draws",
    "unbiased_window",
    "window",
]

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
    """Factors of layers 2 to L, in chains with large random weights.

    Parameters
    ----------
    log10_factors
        Common logarithm of each factor's magnitude, shape (draws, layers - 1).
    activations, weights
        The activations that the layers receive, and their weights, of the same shape.
    std
        Standard deviation of the weights.
    """

    log10_factors: NDArray[np.float64]
    activations: NDArray[np.float64]
    weights: NDArray[np.float64]
    std: float

    @property
    def log10(self) -> NDArray[np.float64]:
        """Common logarithm of each product's magnitude."""
        return np.asarray(self.log10_factors.sum(axis=1))

    @property
    def share_above_one(self) -> float:
        """Share of the chains whose product exceeds 1."""
        return float(np.mean(self.log10 > 0))

    @property
    def log10_median(self) -> float:
        """Common logarithm of the median product."""
        return float(np.median(self.log10))

    @property
    def hits(self) -> NDArray[np.bool_]:
        """True where a factor exceeds 1."""
        return self.log10_factors > 0

    @property
    def shares_above_one(self) -> NDArray[np.float64]:
        """Share of the factors above 1, layer by layer."""
        return np.asarray(self.hits.mean(axis=0))

    @property
    def always_above_one(self) -> NDArray[np.int_]:
        """Number of chains whose factors up to each layer all exceed 1."""
        return np.asarray(np.logical_and.accumulate(self.hits, axis=1).sum(axis=0))

    @property
    def share_above_again(self) -> float:
        """Share of the factors above 1 among those that follow a factor above 1."""
        before, after = self.hits[:, :-1], self.hits[:, 1:]
        return float((before & after).sum() / before.sum())

    @property
    def median_factor(self) -> float:
        """Median size of a factor of all layers."""
        return float(10 ** np.median(self.log10_factors))


def large_draws(std: float, depth: int, draws: int, seed: int) -> LargeDraws:
    """Return the factors of random sigmoid chains without biases, for an input of 1.

    Examples
    --------
    >>> large_draws(10.0, 6, draws=2000, seed=1).share_above_one < 0.02
    True
    """
    chains = draw_chain(depth, np.random.default_rng(seed), weight_std=std, size=draws)
    trace = chains.forward(1.0)
    slopes = activation("sigmoid").log_abs_slope(trace.h)
    logs = (np.log(np.abs(chains.weights)) + slopes) / np.log(10.0)
    return LargeDraws(logs[:, 1:], trace.a[:, :-1], chains.weights[:, 1:], std)


def unbiased_window(weight: float) -> float:
    """Return the largest activation with a factor ``|w σ′(w a)|`` of at least 1, without a bias.

    Without a bias, the window begins at an activation of 0; this is half of its width with one.

    Examples
    --------
    >>> unbiased_window(4.0), round(unbiased_window(10.0), 4)
    (0.0, 0.2063)
    """
    return float(amplifying_width(weight)) / 2
