"""Factors of single sigmoid neurons with random weights: a sample, and exact shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mathcore import sigmoid_prime

__all__ = ["USUAL_INPUT", "FactorSample", "draw_factors", "share_reaching"]

Values = NDArray[np.float64]

USUAL_INPUT = 0.5
"""Input of the neurons: the output of a sigmoid with weighted input 0."""

_FARTHEST = 12.0  # the normal density there is 2e-32
_NODES = 400


@dataclass(frozen=True)
class FactorSample:
    """Weights from N(0, 1), and the magnitudes of their factors.

    Parameters
    ----------
    weights
        The weights w, in the order of the draws.
    plain
        ``|w σ'(h)|`` with ``h = w / 2``.
    biased
        ``|w σ'(h)|`` with ``h = w / 2 + b``, each neuron with a bias b from N(0, 1).
    """

    weights: Values
    plain: Values
    biased: Values

    @property
    def count(self) -> int:
        """Number of draws."""
        return len(self.weights)


def draw_factors(count: int, seed: int) -> FactorSample:
    """Return a random sample of factors; weights are drawn first, then biases.

    Examples
    --------
    >>> sample = draw_factors(1000, seed=2)
    >>> sample.count, bool((sample.plain < 0.45).all())
    (1000, True)
    """
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal(count)
    biases = rng.standard_normal(count)
    sizes, h = np.abs(weights), USUAL_INPUT * weights
    return FactorSample(weights, sizes * sigmoid_prime(h), sizes * sigmoid_prime(h + biases))


def share_reaching(bound: float, *, bias_std: float) -> float:
    """Return P(|w σ'(w / 2 + b)| >= bound) for w from N(0, 1) and b from N(0, bias_std²).

    For a given w this is the probability of ``|h| <= c``, with c the positive root of
    ``σ'(c) = bound / |w|``. It is 0 for ``|w| < 4 bound``; the integral over larger weights is a
    Gauss-Legendre sum in ``t``, with ``|w| = 4 bound + t²``, which removes the square root from
    the integrand. Without a bias the probability is 1 between two values of w, found by
    bisection, and 0 elsewhere.

    Examples
    --------
    >>> round(1 - share_reaching(0.25, bias_std=0.0), 3), share_reaching(1.0, bias_std=0.0)
    (0.717, 0.0)
    >>> round(1 - share_reaching(0.25, bias_std=1.0), 3)
    0.807
    """
    if bias_std == 0:
        return _share_without_bias(bound)
    nodes, weights = _quadrature()
    longest = math.sqrt(max(_FARTHEST - 4 * bound, 1.0))
    t, dt = longest * (nodes + 1) / 2, longest * weights / 2
    w = 4 * bound + t * t
    half_width = _half_width(bound / w)
    center = USUAL_INPUT * w
    chance = _normal((half_width - center) / bias_std) - _normal((-half_width - center) / bias_std)
    density = np.exp(-w * w / 2) / math.sqrt(2 * math.pi)
    return float(np.sum(2 * density * chance * 2 * t * dt))


@cache
def _quadrature() -> tuple[Values, Values]:
    """Return the nodes and weights of the sum, which are found as eigenvalues of a large matrix."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return np.asarray(nodes), np.asarray(weights)


def _half_width(slope: Values) -> Values:
    """Return the positive root h of σ'(h) = slope, for a slope of at most 1/4."""
    root = np.sqrt(np.clip(1.0 - 4.0 * slope, 0.0, 1.0))
    return np.asarray(np.log((1.0 + root) / np.maximum(1.0 - root, 1e-300)))


def _normal(x: Values) -> Values:
    """Return the distribution function of N(0, 1) at x."""
    return np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in x])


def _share_without_bias(bound: float) -> float:
    def size(w: float) -> float:
        return w * float(sigmoid_prime(USUAL_INPUT * w))

    grid = np.linspace(0.0, 40.0, 4001)
    top = float(grid[np.argmax(grid * sigmoid_prime(USUAL_INPUT * grid))])
    if size(top) < bound:
        return 0.0
    ends = []
    for outside in (0.0, 200.0):
        low, high = top, outside
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if size(middle) >= bound else (low, middle)
        ends.append(low)
    first, last = (math.erf(w / math.sqrt(2.0)) for w in ends)
    return last - first
