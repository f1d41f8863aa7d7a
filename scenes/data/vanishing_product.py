"""Products of many factors in random sigmoid chains, and how far their layers move."""

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
"""Widths in metres to compare with: a hair, a small virus and a hydrogen atom, about; for the
proton twice its charge radius (CODATA). The names are keys of the words file."""


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of something drawn at random."""

    mean: float
    spread: float


@dataclass(frozen=True)
class RandomProducts:
    """Products of the first n factors ``w_j σ'(h_j)`` of chains drawn at random.

    Parameters
    ----------
    factors
        ``log10|w_j σ'(h_j)|`` for j from 2, shape (chains, length): w_1 is no factor of a gradient.
    """

    factors: Values

    @property
    def products(self) -> Values:
        """``log10`` of the products, shape (chains, length + 1), with 0 before the first factor."""
        start = np.zeros((len(self.factors), 1))
        return np.hstack([start, np.cumsum(self.factors, axis=1)])

    @property
    def median(self) -> Values:
        """The median of ``log10`` of the products, for each number of factors from 0."""
        return np.asarray(np.median(self.products, axis=0))

    @property
    def decades_per_layer(self) -> float:
        """How many decades a product loses per layer, on average in a long chain."""
        return -decades_per_layer(1.0, 1.0)

    @property
    def mean_log(self) -> float:
        """Mean of the natural logarithm of a factor in a long chain, negative: the same loss."""
        return -math.log(10.0) * self.decades_per_layer

    @property
    def mean_log_at_rest(self) -> float:
        """The same mean if every neuron stood at its steepest point, where the slope is a quarter.

        ``E ln|w| + ln σ'(0)``, with ``E ln|w| = -(γ + ln 2) / 2`` for a weight from N(0, 1).
        """
        return -(np.euler_gamma + math.log(2.0)) / 2 + math.log(activation("sigmoid").max_slope)

    @property
    def decades_without_biases(self) -> float:
        """How many decades a product loses per layer in a long chain without biases."""
        return -decades_per_layer(1.0, 0.0)

    def first_gradient(self, chains: int, seed: int) -> Spread:
        """Draw other chains as deep as these, and see how ``log10|dC/dw_1|`` spreads."""
        trace = draw_chain(self.factors.shape[1], seed, 1.0, 1.0, size=chains).backward(_INPUT, 0.0)
        found = trace.log10_abs_grad_w[:, 0]
        return Spread(float(found.mean()), float(found.std()))

    @property
    def log10_ceiling(self) -> float:
        """``log10`` of the largest slope: what a factor cannot exceed while ``|w| <= 1``."""
        return math.log10(activation("sigmoid").max_slope)

    @staticmethod
    def share_all_below_one(weights: int) -> float:
        """Return the share of draws in which every one of so many weights is below 1."""
        return prob_weight_below() ** weights


def draw_products(chains: int, length: int, seed: int) -> RandomProducts:
    """Draw chains with weights and biases from N(0, 1) and input 1.

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
    """Return how far each layer's bias moves when that of the last layer moves by 1, as log10.

    A step of gradient descent moves a bias by its gradient, so this is the median over random
    chains (weights and biases from N(0, 1)) of ``log10|dC/db_j| - log10|dC/db_L|``.

    Examples
    --------
    >>> steps = typical_steps(16, 2000, seed=0)
    >>> float(steps[-1]), bool(-16 < steps[0] < -14)
    (0.0, True)
    """
    trace = draw_chain(depth, seed, 1.0, 1.0, size=chains).backward(_INPUT, 0.0)
    relative = trace.log10_abs_grad_b - trace.log10_abs_grad_b[:, -1:]
    return np.asarray(np.median(relative, axis=0))
