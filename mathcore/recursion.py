"""The backward recursion of a chain, with the layers along axis 0.

Callers silence NumPy's floating-point flags: overflow and underflow are answered by the logarithms.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mathcore import costs
from mathcore.activation_type import Activation
from mathcore.extended import Signals, extended_pass, leaves_range
from mathcore.validation import FloatArray

_LN10 = math.log(10.0)

_TINY = float(np.finfo(np.float64).tiny)  # below it, a product loses digits


@dataclass(frozen=True, eq=False)
class Pass:
    """Signals and gradients of a chain, layers along axis 0; `log_*` are decimal logarithms."""

    h: FloatArray
    a: FloatArray
    slope: FloatArray
    delta: FloatArray
    grad_w: FloatArray
    log_delta: FloatArray
    log_grad_w: FloatArray


def forward(
    act: Activation, w: FloatArray, b: FloatArray, x: FloatArray
) -> tuple[FloatArray, FloatArray, Signals | None]:
    """Return h and a of every layer, and the extended signals if some leave the range."""
    h, a = np.empty(w.shape), np.empty(w.shape)
    before = x
    for j in range(len(w)):
        h[j] = w[j] * before + b[j]
        a[j] = before = act.kernel_value(h[j])
    if not leaves_range(act, w, h, a, x):
        return h, a, None
    extended = extended_pass(act, w, b, x)
    return extended.h, extended.a, extended


def backward(
    act: Activation, cost: str, w: FloatArray, b: FloatArray, x: FloatArray, target: FloatArray
) -> Pass:
    """Return all gradients, as products from the last layer to the first and as sums of logs."""
    h, a, extended = forward(act, w, b, x)
    if extended is None:
        slope, log_slope, log_a = (
            act.kernel_slope(h),
            act.kernel_log_slope(h),
            act.kernel_log_value(h),
        )
        last_log = costs.output_log_delta(cost, act, h[-1], target)
    else:
        slope, log_slope, log_a = extended.slope, extended.log_slope, extended.log_a
        # Of y - t only y counts if y is beyond the range above, or below it with target 0.
        known = ~np.isnan(extended.log_y) & ((extended.log_y > 0) | (target == 0.0))
        log_error = act.kernel_log_residual(extended.h_last, target)
        log_error = np.where(known, extended.log_y, log_error)
        last_log = costs.log_delta(cost, log_error, log_slope[-1])
    before = np.concatenate([x[None], a[:-1]])
    log_before = np.concatenate([np.log(np.abs(x))[None], log_a[:-1]])
    log_delta = _running(np.add, last_log, np.log(np.abs(w[1:])) + log_slope[:-1]) / _LN10
    log_grad = log_delta + log_before / _LN10
    last = costs.output_delta(cost, act, h[-1], target)
    factors = w[1:] * slope[:-1]
    delta = _running(np.multiply, last, factors)
    grad = delta * before
    sound = _normal(delta)
    sound[:-1] &= _normal(factors)
    if not (sound.all() and _normal(grad).all()):
        sound = np.logical_and.accumulate(sound[::-1])[::-1]
        steps = np.copysign(1.0, w[1:]) * np.copysign(1.0, slope[:-1])
        sign = _running(np.multiply, np.copysign(1.0, last), steps)
        delta = _restored(delta, sound, sign, log_delta)
        sign = sign * np.copysign(1.0, before)
        grad = _restored(grad, sound & _normal(grad), sign, log_grad)
    return Pass(h, a, slope, delta, grad, log_delta, log_grad)


def _running(op: np.ufunc, last: FloatArray, steps: FloatArray) -> FloatArray:
    """Accumulate `steps` from the last layer to the first, starting from `last`."""
    sequence = np.concatenate([np.asarray(last)[None], steps[::-1]])
    running: FloatArray = op.accumulate(sequence, axis=0)
    return running[::-1]


def _normal(product: FloatArray) -> NDArray[np.bool_]:
    """Say which numbers are normal ones: neither 0 nor subnormal, neither infinite nor nan."""
    size = np.abs(product)
    return (size >= _TINY) & (size < np.inf)


def _restored(
    gradient: FloatArray, sound: NDArray[np.bool_], sign: FloatArray, log_size: FloatArray
) -> FloatArray:
    """Replace what is not sound, having left the range at least on the way, by its logarithm.

    What is out of range in the end becomes ±inf or ±0, with the right sign.
    """
    return np.where(sound, gradient, sign * np.power(10.0, log_size))
