"""Products of factors in random sigmoid chains, and the steps of their layers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mathcore import activation, draw_chain
from mathcore.stability import decades_per_layer, prob_weight_below

__all__ = ["LENGTHS", "RandomProducts", "draw_products", "typical_steps"]

Values = NDArray[np.float64]

_INPUT = 1.0

LENGTHS = {"step": 1.0, "hair": 8e-5, "virus": 1e-7, "atom": 1.1e-10, "proton": 2 * 8.41e-16}
"""Lengths in metres for comparison: approximate widths of a hair, a small virus and a hydrogen
atom, and twice the charge radius of the proton (CODATA). The names are keys of the text file."""


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of a random number."""

    mean: float
    spread: float


@dataclass(frozen=True)
class RandomProducts:
    """Products of the first n factors ``w_j σ'(h_j)`` of random chains.

    Parameters
    ----------
    factors
        ``log10|w_j σ'(h_j)|`` for j from 2, shape (chains, length); w_1 is no factor of dC/dw_1.
    """

    factors: Values

    @property
    def products(self) -> Values:
        """``log10`` of the products of n factors, n from 0, shape (chains, length + 1)."""
        start = np.zeros((len(self.factors), 1))
        return np.hstack([start, np.cumsum(self.factors, axis=1)])

    @property
    def median(self) -> Values:
        """Median of ``log10`` of the products of n factors, n from 0."""
        return np.asarray(np.median(self.products, axis=0))

    @property
    def mean_log10(self) -> float:
        """Mean common logarithm of the factors drawn, a product's mean decrease in decades."""
        return float(self.factors.mean())

    @property
    def decades_per_layer(self) -> float:
        """Mean loss of a product per layer of a long chain, in decades."""
        return -decades_per_layer(1.0, 1.0)

    @property
    def mean_log(self) -> float:
        """Mean of the natural logarithm of a factor in a long chain."""
        return -math.log(10.0) * self.decades_per_layer

    @property
    def mean_log_at_rest(self) -> float:
        """Mean of the natural logarithm of a factor at the largest slope, a quarter.

        ``E ln|w| + ln σ'(0)``, with ``E ln|w| = -(γ + ln 2) / 2`` for a weight from N(0, 1).
        """
        return -(np.euler_gamma + math.log(2.0)) / 2 + math.log(activation("sigmoid").max_slope)

    @property
    def decades_without_biases(self) -> float:
        """Mean loss of a product per layer of a long chain without biases, in decades."""
        return -decades_per_layer(1.0, 0.0)

    def first_gradient(self, chains: int, seed: int) -> Spread:
        """Return mean and spread of ``log10|dC/dw_1|`` over other random chains of this depth."""
        trace = draw_chain(self.factors.shape[1], seed, 1.0, 1.0, size=chains).backward(_INPUT, 0.0)
        found = trace.log10_abs_grad_w[:, 0]
        return Spread(float(found.mean()), float(found.std()))

    @property
    def log10_ceiling(self) -> float:
        """``log10`` of the largest slope, the bound of a factor with ``|w| <= 1``."""
        return math.log10(activation("sigmoid").max_slope)

    @staticmethod
    def share_all_below_one(weights: int) -> float:
        """Return the share of draws with all of `weights` weights below 1 in magnitude."""
        return prob_weight_below() ** weights


def draw_products(chains: int, length: int, seed: int) -> RandomProducts:
    """Return the factors of random chains with input 1, weights and biases from N(0, 1).

    Examples
    --------
    >>> found = draw_products(60, 30, seed=2)
    >>> found.products.shape, round(found.decades_per_layer, 3)
    ((60, 31), 1.002)
    """
    drawn = draw_chain(length + 1, seed, 1.0, 1.0, size=chains)
    h = drawn.forward(_INPUT).h
    logs = np.log(np.abs(drawn.weights)) + activation("sigmoid").log_abs_slope(h)
    return RandomProducts(np.asarray(logs[:, 1:] / math.log(10.0)))


def typical_steps(depth: int, chains: int, seed: int) -> Values:
    """Return log10 of the median step of each bias, relative to the step of the last layer.

    A step of gradient descent changes a bias in proportion to its gradient, so this is the median
    of ``log10|dC/db_j| - log10|dC/db_L|`` over random chains, weights and biases from N(0, 1).

    Examples
    --------
    >>> steps = typical_steps(16, 2000, seed=0)
    >>> float(steps[-1]), bool(-16 < steps[0] < -14)
    (0.0, True)
    """
    trace = draw_chain(depth, seed, 1.0, 1.0, size=chains).backward(_INPUT, 0.0)
    relative = trace.log10_abs_grad_b - trace.log10_abs_grad_b[:, -1:]
    return np.asarray(np.median(relative, axis=0))
