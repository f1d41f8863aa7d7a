"""Gradients of large batches of chains: in blocks, on all cores, inside the result's own memory.

A block is so long that NumPy's work outweighs the calls (which threads must take in turns), and the
forward signals are kept where the gradients will be written, so nothing else is allocated.
"""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mathcore import costs, recursion
from mathcore.activation_type import Activation
from mathcore.validation import FloatArray

_BLOCK = 1 << 14  # chains a block
_SMALL = 1 << 17  # numbers below which threads do not pay
_PIECE = 1 << 18  # numbers that the general recursion takes at a time, with some twenty temporaries

# Up to this |h| the sigmoid and its slope are above 1e-109; a product with a weight above 1e-100
# is then still a normal number, so logarithms may be taken of the factors themselves.
_REACH, _LIGHTEST = 250.0, 1e-100


@dataclass(frozen=True)
class Bounds:
    """The largest |w| and |b| of a batch, and the smallest |w| that is not 0."""

    heaviest: float
    lightest: float
    bias: float


def bounds(weights: FloatArray, biases: FloatArray) -> Bounds:
    """Return the bounds of a batch."""
    heaviest, lightest = 0.0, 1.0
    # In the order of memory, where a piece stays in cache from one pass to the next.
    flat = np.moveaxis(weights, -1, 0).reshape(-1)
    for start in range(0, flat.size, _PIECE):
        size = np.abs(flat[start : start + _PIECE])
        heaviest = max(heaviest, float(size.max()))
        smallest = size.min() or np.min(size, where=size > 0.0, initial=1.0)
        lightest = min(lightest, float(smallest))
    bias = max(biases.max(initial=0.0), -biases.min(initial=0.0))
    return Bounds(heaviest, lightest, float(bias))


def batch_gradients(
    act: Activation,
    cost: str,
    parameters: tuple[FloatArray, FloatArray],
    examples: tuple[FloatArray, FloatArray],
    limits: Bounds,
    *,
    logs: bool,
) -> list[FloatArray]:
    """Return delta and grad_w, and (if `logs`) log10 of their magnitudes, all of shape (L, n).

    `parameters` are weights and biases, of shape (L, n); `examples` inputs and targets, (n,).
    """
    w, b = parameters
    x, target = examples
    depth, count = w.shape
    if count == 1:  # done sooner by the general recursion, whose calls take all layers at once
        with np.errstate(all="ignore"):
            found = _found(recursion.backward(act, cost, w, b, x, target))
        return found if logs else found[:2]
    out = [np.empty((depth, count)) for _ in range(4 if logs else 2)]
    reach = limits.heaviest * max(1.0, float(np.abs(x).max(initial=0.0))) + limits.bias
    plain = act.name == "sigmoid" and reach <= _REACH and limits.lightest >= _LIGHTEST
    growth = depth * math.log(max(1.0, limits.heaviest / 4.0))

    def work(cut: slice) -> None:
        block = (w[:, cut], b[:, cut], x[cut], target[cut])
        results = [array[:, cut] for array in out]
        with np.errstate(all="ignore"):
            if plain:
                _sigmoid_block(act, cost, block, results)
            if not plain or _may_have_left_the_range(results[0][0], growth):
                _general_block(act, cost, block, results)

    cuts = _cuts(count)
    if w.size < _SMALL or len(cuts) == 1:
        for cut in cuts:
            work(cut)
    else:
        with ThreadPoolExecutor(_threads()) as pool:
            list(pool.map(work, cuts))
    return out


def _threads() -> int:
    return os.cpu_count() or 1


def _cuts(count: int) -> list[slice]:
    """Cut a batch into equal blocks, a multiple of the number of threads."""
    threads = _threads()
    blocks = max(1, math.ceil(count / (_BLOCK * threads))) * threads
    size = max(1, math.ceil(count / blocks))
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


def _may_have_left_the_range(first_delta: FloatArray, growth: float) -> bool:
    """Say whether a running product may have lost digits on its way back to layer 1.

    Going back a layer multiplies by at most |w|/4, so a product that was too small on the way has
    grown by at most exp(growth) since. One that was too large has stayed infinite or become nan.
    """
    size = np.abs(first_delta)
    smallest, largest = float(size.min()), float(size.max())
    in_range = smallest > 0.0 and math.isfinite(largest)
    return not (in_range and math.log(smallest) > math.log(1e-290) + growth)


Block: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def _general_block(act: Activation, cost: str, block: Block, results: Sequence[FloatArray]) -> None:
    """Fill `results` for a block of any chains, piece by piece, so that memory stays bounded."""
    w, b, x, target = block
    width = max(1, _PIECE // len(w))
    for start in range(0, len(x), width):
        cut = slice(start, start + width)
        run = recursion.backward(act, cost, w[:, cut], b[:, cut], x[cut], target[cut])
        for array, values in zip(results, _found(run), strict=False):
            array[:, cut] = values


def _found(run: recursion.Pass) -> list[FloatArray]:
    return [run.delta, run.grad_w, run.log_delta, run.log_grad_w]


def _sigmoid_block(
    act: Activation,
    cost: str,
    block: Block,
    results: Sequence[FloatArray],
) -> None:
    """Fill `results` for a block of sigmoid chains whose signals cannot leave the range.

    On the way forward the slot of delta_j takes σ'(h_j), that of grad_w_j a_{j-1}, and that of
    its logarithm log10 a_{j-1}.
    """
    w, b, x, target = block
    delta, grad = results[:2]
    logs = results[2:]
    last = len(w) - 1
    h, y = np.empty(x.shape), np.empty(x.shape)
    grad[0] = x
    if logs:
        np.log10(np.abs(x), out=logs[1][0])
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
        if logs and j < last:
            np.log10(a, out=logs[1][j + 1])
    delta[last] = costs.output_delta(cost, act, h, target)
    if logs:
        logs[0][last] = costs.output_log_delta(cost, act, h, target) / math.log(10.0)
    _sweep_back(w, delta, grad, logs)


def _sweep_back(
    w: FloatArray, delta: FloatArray, grad: FloatArray, logs: Sequence[FloatArray]
) -> None:
    """Turn the slots of slopes and signals into those of gradients, from the last layer on."""
    for j in range(len(w) - 1, -1, -1):
        if j < len(w) - 1:
            factor = delta[j]
            np.multiply(factor, w[j + 1], out=factor)
            if logs:
                log_size = logs[0][j]
                np.abs(factor, out=log_size)
                np.log10(log_size, out=log_size)
                np.add(log_size, logs[0][j + 1], out=log_size)
            np.multiply(factor, delta[j + 1], out=factor)
        np.multiply(grad[j], delta[j], out=grad[j])
        if logs:
            np.add(logs[1][j], logs[0][j], out=logs[1][j])
