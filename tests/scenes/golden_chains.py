"""Chains with their traces by mathcore, for the same computation in JavaScript.

The chains have all activations and costs, saturated neurons, zeros, asymptotes as targets, and
products beyond the range of floats.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mathcore import ACTIVATIONS, COSTS, BackwardTrace, Chain
from scenes.data.chain_readings import factors_in_logs, running_products, slopes_in_logs

__all__ = ["KINDS", "GoldenChain", "golden_chains", "numbers_of"]

KINDS = ("usual", "saturated", "asymptotes", "zeros", "huge", "tiny", "steepest")
EACH = 20  # chains of a kind, for each activation
TOLERANCE = 1e-12
# Chains are left out whose numbers change by more if parameters change in their last digit.
_LAST_DIGIT, _TRIALS, _CHANGE = 4e-16, 8, TOLERANCE / 4

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GoldenChain:
    """A chain with input, target and cost."""

    kind: str
    weights: tuple[float, ...]
    biases: tuple[float, ...]
    activation: str
    cost: str
    input: float
    target: float

    def trace(self) -> BackwardTrace:
        """Return the passes by mathcore."""
        chain = Chain(self.weights, self.biases, self.activation)
        return chain.backward(self.input, self.target, self.cost)


def golden_chains(seed: int = 20) -> list[GoldenChain]:
    """Return the same chains for the same seed, `EACH` of each kind for each activation."""
    rng = np.random.default_rng(seed)
    return [
        chain
        for activation, kind in itertools.product(ACTIVATIONS, KINDS)
        if kind != "steepest" or activation == "sigmoid"
        for chain in itertools.islice(_sound(rng, kind, activation), EACH)
    ]


def _sound(rng: np.random.Generator, kind: str, activation: str) -> Iterator[GoldenChain]:
    """Yield chains whose numbers are not a matter of rounding."""
    while True:
        chain = _draw(rng, kind, activation)
        if _is_sound(chain, rng):
            yield chain


def _draw(rng: np.random.Generator, kind: str, activation: str) -> GoldenChain:
    depth = int(rng.integers(2, 13))
    weights, biases, x, target = rng.normal(size=depth), rng.normal(size=depth), *rng.normal(size=2)
    if kind == "saturated":
        weights = rng.normal(0.0, 10.0 ** rng.uniform(1.0, 4.0), depth)
    elif kind == "asymptotes":  # of sigmoid and tanh, with an output close to the target
        weights = rng.normal(0.0, 3.0, depth)
        weights[-1], biases[-1] = 0.1, rng.choice([-1.0, 1.0]) * rng.uniform(3.0, 15.0)
        target = np.sign(biases[-1]) * (1.0 - 10.0 ** rng.uniform(-14.0, -3.0))
    elif kind == "zeros":
        weights[rng.random(depth) < 0.15] = 0.0
        biases[rng.random(depth) < 0.6] = 0.0
        x, target = rng.choice([0.0, -0.0, 0.5, 1.0]), rng.choice([0.0, -1.0, 1.0])
    elif kind == "huge":
        weights, biases = (_magnitudes(rng, depth, -3.0, 6.0) for _ in range(2))
    elif kind == "tiny":
        weights, biases = _magnitudes(rng, depth, -300.0, -100.0), np.zeros(depth)
        target = rng.choice([0.0, target])
    elif kind == "steepest":
        weights = np.full(depth, rng.choice([2.0, 4.0, 20.0, 100.0]))
        biases, x = -weights / 2, 0.5
    cost = str(rng.choice(COSTS if activation == "sigmoid" else COSTS[:2]))
    if cost == "cross_entropy":
        target = min(abs(target), 1.0)
    listed = tuple(map(float, weights)), tuple(map(float, biases))
    return GoldenChain(kind, *listed, activation, cost, float(x), float(target))


def _magnitudes(rng: np.random.Generator, size: int, low: float, high: float) -> Floats:
    return rng.choice([-1.0, 1.0], size) * 10.0 ** rng.uniform(low, high, size)


def _is_sound(chain: GoldenChain, rng: np.random.Generator) -> bool:
    """Return True if the last digits of the parameters do not matter to any number."""
    if chain.kind == "steepest":  # all weighted inputs are exactly 0
        return True
    factors = 1.0 + _LAST_DIGIT * rng.choice([-1.0, 0.0, 1.0], (2, _TRIALS, len(chain.weights)))
    factors[:, 0] = 1.0
    weights, biases = np.array(chain.weights) * factors[0], np.array(chain.biases) * factors[1]
    trials = Chain(weights, biases, chain.activation)
    trace = trials.backward(chain.input, chain.target, chain.cost)
    pairs = [
        (trace.sign_h, trace.log10_abs_h),
        (trace.sign_a, trace.log10_abs_a),
        slopes_in_logs(trace, chain.activation),
        (trace.sign_grad_w, trace.log10_abs_grad_w),
        (trace.sign_grad_b, trace.log10_abs_grad_b),
        (trace.sign_dcost_dy, trace.log10_abs_dcost_dy),
    ]
    numbers = [np.stack(pair).reshape(2, _TRIALS, -1) for pair in pairs]
    return all(bool(close(rows[:, :1], rows, _CHANGE).all()) for rows in numbers)


def numbers_of(trace: BackwardTrace, activation: str) -> Floats:
    """Return signs and logarithms, of shape (2, n), of all numbers that the page computes.

    These are cost and dC/dy, then h, a, slope, factor, running product, dC/dw and dC/db of each
    layer.
    """
    products = np.array(running_products(trace)[:-1]).T
    columns = [
        (trace.sign_h, trace.log10_abs_h),
        (trace.sign_a, trace.log10_abs_a),
        slopes_in_logs(trace, activation),
        factors_in_logs(trace, activation),
        (products[0], products[1]),
        (trace.sign_grad_w, trace.log10_abs_grad_w),
        (trace.sign_grad_b, trace.log10_abs_grad_b),
    ]
    cost_sign = 0.0 if np.isneginf(trace.log10_cost) else 1.0
    ends = [(cost_sign, trace.log10_cost), (trace.sign_dcost_dy, trace.log10_abs_dcost_dy)]
    layers = np.array([np.stack(column) for column in columns]).transpose(1, 2, 0).reshape(2, -1)
    return np.concatenate([np.array(ends, dtype=np.float64).T, layers], axis=1)


def close(expected: Floats, found: Floats, tolerance: float) -> NDArray[np.bool_]:
    """Return where signs are equal, and logarithms equal to a relative tolerance.

    A logarithm of size below 1 has the tolerance of the number itself.
    """
    with np.errstate(invalid="ignore"):  # of the difference of two logarithms of zero
        apart = np.abs(expected[1] - found[1])
    near = apart <= tolerance * np.maximum(np.abs(expected[1]), np.log10(np.e))
    return (expected[0] == found[0]) & (near & np.isfinite(apart) | (expected[1] == found[1]))
