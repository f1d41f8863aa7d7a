"""The passes of `mathcore.reference` for batches of chains, with layers along axis 0.

Gradients are products and, in parallel, sums of logarithms, which are correct beyond the range of
float64. Callers silence NumPy's floating-point warnings.
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

_TINY = float(np.finfo(np.float64).tiny)  # smaller products lose digits


@dataclass(frozen=True, eq=False)
class Pass:
    """Signals and gradients of chains; `log_*` are decimal logarithms of magnitudes."""

    h: FloatArray
    a: FloatArray
    extended: Signals | None  # if a signal leaves the range of float64
    slope: FloatArray
    delta: FloatArray
    grad_w: FloatArray
    log_delta: FloatArray
    log_grad_w: FloatArray
    log_cost: FloatArray
    log_cost_slope: FloatArray


def forward(
    act: Activation, w: FloatArray, b: FloatArray, x: FloatArray
) -> tuple[FloatArray, FloatArray, Signals | None]:
    """Return h and a of every layer, and the extended signals if one leaves the range."""
    h, a = np.empty(w.shape), np.empty(w.shape)
    before = x
    for j in range(len(w)):
        h[j] = w[j] * before + b[j]
        a[j] = before = act.kernel_value(h[j])
    if not leaves_range(act, w, h, a, x):
        return h, a, None
    extended = extended_pass(act, w, b, x)
    return extended.h, extended.a, extended


def log_signals(
    act: Activation, h: FloatArray, extended: Signals | None
) -> tuple[FloatArray, FloatArray]:
    """Return the decimal logarithms of |h| and |a| of every layer, for the h of `forward`."""
    if extended is None:
        return np.log10(np.abs(h)), act.kernel_log_value(h) / _LN10
    return extended.log_h / _LN10, extended.log_a / _LN10


def backward(
    act: Activation, cost: str, w: FloatArray, b: FloatArray, x: FloatArray, target: FloatArray
) -> Pass:
    """Return the backward pass: gradients with the logarithms of their magnitudes."""
    h, a, extended = forward(act, w, b, x)
    if extended is None:
        slope, log_slope, log_a = (
            act.kernel_slope(h),
            act.kernel_log_slope(h),
            act.kernel_log_value(h),
        )
        h_last, log_error = h[-1], act.kernel_log_residual(h[-1], target)
    else:
        slope, log_slope, log_a = extended.slope, extended.log_slope, extended.log_a
        # y - t is y to the last digit if y overflows, or if it underflows with target 0.
        known = ~np.isnan(extended.log_y) & ((extended.log_y > 0) | (target == 0.0))
        h_last = extended.h_last
        log_error = act.kernel_log_residual(h_last, target)
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
    # Sound gradients: no factor and no partial product has left the range of normal numbers.
    sound = _normal(delta)
    sound[:-1] &= _normal(factors)
    if not (sound.all() and _normal(grad).all()):
        sound = np.logical_and.accumulate(sound[::-1])[::-1]
        steps = np.copysign(1.0, w[1:]) * np.copysign(1.0, slope[:-1])
        sign = _running(np.multiply, np.copysign(1.0, last), steps)
        delta = _restored(delta, sound, sign, log_delta)
        sign = sign * np.copysign(1.0, before)
        grad = _restored(grad, sound & _normal(grad), sign, log_grad)
    log_cost = costs.log_cost(cost, h_last, target, log_error) / _LN10
    log_cost_slope = costs.log_slope(cost, h_last, target, log_error) / _LN10
    return Pass(h, a, extended, slope, delta, grad, log_delta, log_grad, log_cost, log_cost_slope)


def _running(op: np.ufunc, last: FloatArray, steps: FloatArray) -> FloatArray:
    """Return `last` accumulated with `steps`, from the last layer to the first."""
    sequence = np.concatenate([np.asarray(last)[None], steps[::-1]])
    running: FloatArray = op.accumulate(sequence, axis=0)
    return running[::-1]


def _normal(product: FloatArray) -> NDArray[np.bool_]:
    """Return True for normal numbers: not 0, subnormal, infinite or nan."""
    size = np.abs(product)
    return (size >= _TINY) & (size < np.inf)


def _restored(
    gradient: FloatArray, sound: NDArray[np.bool_], sign: FloatArray, log_size: FloatArray
) -> FloatArray:
    """Return sound gradients unchanged, and all others from sign and logarithm."""
    return np.where(sound, gradient, sign * np.power(10.0, log_size))
