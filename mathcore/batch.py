"""Gradients of large batches of chains: in blocks, on all cores, inside the result's own memory.

A block is so long that NumPy's work outweighs the calls (which threads must take in turns), and the
forward signals are kept where the gradients will be written, so nothing else is allocated.
"""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from mathcore import costs, recursion
from mathcore.activation_type import Activation
from mathcore.validation import FloatArray

_BLOCK = 1 << 14  # chains a block
_SMALL = 1 << 17  # numbers below which threads do not pay

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
    size = np.abs(weights)
    lightest = float(np.min(size, where=size > 0.0, initial=1.0))
    bias = np.abs(biases).max(initial=0.0)
    return Bounds(float(size.max(initial=0.0)), lightest, float(bias))


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
            if not plain or _may_have_underflowed(results[0][0], growth):
                run = recursion.backward(act, cost, *block)
                found = (run.delta, run.grad_w, run.log_delta, run.log_grad_w)
                for array, values in zip(results, found, strict=False):
                    array[...] = values

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


def _may_have_underflowed(first_delta: FloatArray, growth: float) -> bool:
    """Say whether a running product may have lost digits on its way back to layer 1.

    Going back a layer multiplies by at most |w|/4, so a product that was too small on the way has
    grown by at most exp(growth) since.
    """
    smallest = float(np.abs(first_delta).min())
    return not (smallest > 0.0 and math.log(smallest) > math.log(1e-290) + growth)


def _sigmoid_block(
    act: Activation,
    cost: str,
    block: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
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
        e, a = delta[j], y if j == last else grad[j + 1]
        np.multiply(w[j], grad[j], out=e)
        np.add(e, b[j], out=e)
        if j == last:
            h[...] = e
        np.negative(e, out=e)
        np.exp(e, out=e)
        np.add(e, 1.0, out=a)
        np.divide(1.0, a, out=a)
        # σ(-h) is e a, to full relative accuracy since exp(-h) cannot overflow here.
        np.multiply(e, a, out=e)
        np.multiply(e, a, out=e)
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
