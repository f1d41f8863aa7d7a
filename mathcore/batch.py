"""Gradients of large batches of chains, in chunks on all cores.

A chunk is large enough for the arithmetic to outweigh NumPy's calls, during which threads wait for
each other. The forward signals are stored where the gradients will be: nothing else is allocated.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from mathcore import costs, recursion
from mathcore.activation_type import Activation
from mathcore.validation import FloatArray

_BLOCK = 1 << 16  # most chains in a chunk
_SMALL = 1 << 17  # numbers below which threads do not pay
_PIECE = 1 << 18  # numbers per call of the general recursion, which makes some twenty temporaries

# Up to this |h| the sigmoid and its slope are above 1e-109. Their product with a weight above
# 1e-100 is a normal number, so its logarithm is exact to rounding.
_REACH, _LIGHTEST = 250.0, 1e-100
_LN10 = math.log(10.0)


@dataclass(frozen=True)
class Bounds:
    """The largest |w| and |b| of a batch, and its smallest |w| other than 0."""

    heaviest: float
    lightest: float
    bias: float


def bounds(weights: FloatArray, biases: FloatArray) -> Bounds:
    """Return the bounds of a batch."""
    heaviest, lightest = 0.0, 1.0
    # In memory order, and in pieces that stay in cache between the passes.
    flat = np.moveaxis(weights, -1, 0).reshape(-1)
    for start in range(0, flat.size, _PIECE):
        size = np.abs(flat[start : start + _PIECE])
        heaviest = max(heaviest, float(size.max()))
        smallest = size.min() or np.min(size, where=size > 0.0, initial=1.0)
        lightest = min(lightest, float(smallest))
    bias = max(biases.max(initial=0.0), -biases.min(initial=0.0))
    return Bounds(heaviest, lightest, float(bias))


class BatchGradients(NamedTuple):
    """Gradients and log10 of their magnitudes, of shape (L, n)."""

    delta: FloatArray
    grad_w: FloatArray
    log_delta: FloatArray
    log_grad_w: FloatArray


class _Batch(NamedTuple):
    """Weights and biases of shape (L, n), inputs and targets of shape (n,)."""

    w: FloatArray
    b: FloatArray
    x: FloatArray
    target: FloatArray

    def part(self, chains: slice) -> Self:
        return type(self)(self.w[:, chains], self.b[:, chains], self.x[chains], self.target[chains])


def gradients(
    act: Activation,
    cost: str,
    parameters: tuple[FloatArray, FloatArray],
    examples: tuple[FloatArray, FloatArray],
    limits: Bounds,
) -> BatchGradients:
    """Return the gradients for weights and biases (L, n), and for inputs and targets (n,)."""
    batch = _Batch(*parameters, *examples)
    depth, count = batch.w.shape
    if count == 1:  # the general recursion makes one call for all layers, which is faster here
        with np.errstate(all="ignore"):
            return _general(act, cost, batch)
    out = BatchGradients(*(np.empty((depth, count)) for _ in range(4)))
    reach = limits.heaviest * max(1.0, float(np.abs(batch.x).max(initial=0.0))) + limits.bias
    plain = act.name == "sigmoid" and reach <= _REACH and limits.lightest >= _LIGHTEST
    growth = depth * math.log(max(1.0, limits.heaviest / 4.0))

    def fill(chunk: slice) -> None:
        part, results = batch.part(chunk), BatchGradients(*(array[:, chunk] for array in out))
        with np.errstate(all="ignore"):
            if plain:
                _sigmoid_block(act, cost, part, results)
            if not plain or _may_have_left_the_range(results.delta[0], growth):
                _general_block(act, cost, part, results)

    chunks = _chunks(count)
    if batch.w.size < _SMALL or len(chunks) == 1:
        for chunk in chunks:
            fill(chunk)
    else:
        with ThreadPoolExecutor(_threads()) as pool:
            list(pool.map(fill, chunks))
    return out


def _threads() -> int:
    return os.cpu_count() or 1


def _chunks(count: int) -> list[slice]:
    """Return equal chunks of a batch, in a multiple of the number of threads."""
    threads = _threads()
    blocks = max(1, math.ceil(count / (_BLOCK * threads))) * threads
    size = max(1, math.ceil(count / blocks))
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


def _may_have_left_the_range(first_delta: FloatArray, growth: float) -> bool:
    """Return False if no partial product can have left the range of normal numbers."""
    # A layer multiplies the product by at most |w|/4, so a product below the range has grown by at
    # most exp(growth) at layer 1. A product above the range is still infinite there, or nan.
    size = np.abs(first_delta)
    smallest, largest = float(size.min()), float(size.max())
    in_range = smallest > 0.0 and math.isfinite(largest)
    return not (in_range and math.log(smallest) > math.log(1e-290) + growth)


def _general(act: Activation, cost: str, batch: _Batch) -> BatchGradients:
    run = recursion.backward(act, cost, batch.w, batch.b, batch.x, batch.target)
    return BatchGradients(run.delta, run.grad_w, run.log_delta, run.log_grad_w)


def _general_block(act: Activation, cost: str, batch: _Batch, results: BatchGradients) -> None:
    """Fill `results` for any chains, in pieces that bound the memory of the temporaries."""
    width = max(1, _PIECE // len(batch.w))
    for start in range(0, len(batch.x), width):
        piece = slice(start, start + width)
        found = _general(act, cost, batch.part(piece))
        for array, values in zip(results, found, strict=True):
            array[:, piece] = values


def _sigmoid_block(act: Activation, cost: str, batch: _Batch, results: BatchGradients) -> None:
    """Fill `results` for sigmoid chains with all signals in range."""
    w, b, x, target = batch
    # On the way forward `delta` holds σ'(h_j), `grad` a_{j-1}, and `log_grad` ln a_{j-1}: NumPy's
    # natural logarithm takes half the time of the common one.
    delta, grad, log_delta, log_grad = results
    last = len(w) - 1
    h, y = np.empty(x.shape), np.empty(x.shape)
    grad[0] = x
    np.log(np.abs(x), out=log_grad[0])
    for j in range(last + 1):
        a, slope = y if j == last else grad[j + 1], delta[j]
        np.multiply(w[j], grad[j], out=a)
        np.add(a, b[j], out=a)
        if j == last:
            h[...] = a
        # With e = exp(h), which cannot overflow here, σ(-h) is 1 / (1 + e) and σ(h) is e σ(-h).
        np.exp(a, out=a)
        np.add(a, 1.0, out=slope)
        np.divide(1.0, slope, out=slope)
        np.multiply(a, slope, out=a)
        np.multiply(a, slope, out=slope)
        if j < last:
            np.log(a, out=log_grad[j + 1])
    delta[last] = costs.output_delta(cost, act, h, target)
    log_delta[last] = costs.output_log_delta(cost, act, h, target)
    _sweep_back(w, results)


def _sweep_back(w: FloatArray, results: BatchGradients) -> None:
    """Replace slopes and signals by gradients, from the last layer to the first."""
    delta, grad, log_delta, log_grad = results
    for j in range(len(w) - 1, -1, -1):
        if j < len(w) - 1:
            factor = delta[j]
            np.multiply(factor, w[j + 1], out=factor)
            np.abs(factor, out=log_delta[j])
            np.log(log_delta[j], out=log_delta[j])
            np.add(log_delta[j], log_delta[j + 1], out=log_delta[j])
            np.divide(log_delta[j + 1], _LN10, out=log_delta[j + 1])
            np.multiply(factor, delta[j + 1], out=factor)
        np.multiply(grad[j], delta[j], out=grad[j])
        np.add(log_grad[j], log_delta[j], out=log_grad[j])
        np.divide(log_grad[j], _LN10, out=log_grad[j])
    np.divide(log_delta[0], _LN10, out=log_delta[0])
