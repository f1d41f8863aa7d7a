"""Formulas of piecewise activations, on float64 arrays.

As in `mathcore.smooth`, callers silence NumPy's floating-point warnings, nan gives nan, and a value
that underflows keeps its sign as a signed zero.
"""

from collections.abc import Callable

import numpy as np

from mathcore.smooth import LN2
from mathcore.validation import FloatArray

LEAK = 0.01


def log_abs(h: FloatArray) -> FloatArray:
    """Return ln|h|."""
    log_value: FloatArray = np.log(np.abs(h))
    return log_value


def log_abs_difference(difference: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return ln|difference| of a and b, also if a - b overflows."""
    half = log_abs(0.5 * a - 0.5 * b) + LN2
    return np.where(np.isinf(difference), half, log_abs(difference))


def reflected_residual(
    value: Callable[[FloatArray], FloatArray], h: FloatArray, target: FloatArray
) -> FloatArray:
    """Return σ(h) - target for σ(h) = h + σ(-h), from σ(-h) above 0."""
    tail = value(-h)
    above = np.where(h == target, tail, (h - target) + tail)
    return np.where(h > 0, above, value(h) - target)


def reflected_log_residual(
    value: Callable[[FloatArray], FloatArray],
    log_value: Callable[[FloatArray], FloatArray],
    h: FloatArray,
    target: FloatArray,
) -> FloatArray:
    """Return ln|σ(h) - target| for σ(h) = h + σ(-h), which is ln|σ(-h)| for target h above 0."""
    direct = log_abs_difference(reflected_residual(value, h, target), value(h), target)
    above_zero = np.where((h == target) & (h > 0), log_value(-h), direct)
    return np.where(target == 0.0, log_value(h), above_zero)


def leaky(leak: float, h: FloatArray) -> FloatArray:
    """Return h above 0, else `leak` times h."""
    return np.where(h > 0, h, leak * h) if leak else np.maximum(h, 0.0)


def leaky_slope(leak: float, h: FloatArray) -> FloatArray:
    """Return 1 above 0, else `leak`."""
    return np.where(np.isnan(h), h, np.where(h > 0, 1.0, leak))


def leaky_log_slope(leak: float, h: FloatArray) -> FloatArray:
    """Return 0 above 0, else ln `leak`."""
    return np.where(np.isnan(h), h, np.where(h > 0, 0.0, np.log(leak)))


def log_leaky(leak: float, h: FloatArray) -> FloatArray:
    """Return the logarithm of |leaky(h)|, also if `leak` times h underflows."""
    return log_abs(h) + leaky_log_slope(leak, h)


def leaky_increment(leak: float, h: FloatArray, d: FloatArray) -> FloatArray:
    """Return leaky(h + d) - leaky(h), as slope times d unless the step crosses 0."""
    moved = h + d
    same_side = (h > 0) == (moved > 0)
    crossing = leaky(leak, moved) - leaky(leak, h)
    return np.where(same_side, leaky_slope(leak, h) * d, crossing)


def elu(h: FloatArray) -> FloatArray:
    """Return h from 0 up, else exp(h) - 1."""
    return np.where(h >= 0, h, np.expm1(np.minimum(h, 0.0)))


def elu_slope(h: FloatArray) -> FloatArray:
    """Return 1 from 0 up, else exp(h)."""
    slope: FloatArray = np.exp(np.minimum(h, 0.0))
    return slope


def elu_log_slope(h: FloatArray) -> FloatArray:
    """Return min(h, 0)."""
    log_slope: FloatArray = np.minimum(h, 0.0)
    return log_slope


def log_elu(h: FloatArray) -> FloatArray:
    """Return ln|elu(h)|."""
    return log_abs(elu(h))


def elu_increment(h: FloatArray, d: FloatArray) -> FloatArray:
    """Return elu(h + d) - elu(h): exp(h) (exp(d) - 1) below 0, d above, else the difference."""
    moved = h + d
    # From the upper end for a large step: exp(d) would overflow where exp(h) is 0.
    short = np.exp(np.minimum(h, 0.0)) * np.expm1(np.minimum(d, 1.0))
    long = np.exp(np.minimum(moved, 0.0)) * -np.expm1(-np.maximum(d, 1.0))
    below = np.where(d <= 1.0, short, long)
    one_side: FloatArray = np.where(h < 0, below, np.where(np.isnan(h), h, d))
    return np.where((h < 0) == (moved < 0), one_side, elu(moved) - elu(h))


def elu_residual(h: FloatArray, target: FloatArray) -> FloatArray:
    """Return elu(h) - target, as exp(h) - (1 + target) near the asymptote -1."""
    near_asymptote = (h < -0.5) & (target < 0)
    return np.where(near_asymptote, np.exp(h) - (1.0 + target), elu(h) - target)


def elu_log_residual(h: FloatArray, target: FloatArray) -> FloatArray:
    """Return ln|elu(h) - target|, which is h for target -1 and h below 0."""
    direct = log_abs_difference(elu_residual(h, target), elu(h), target)
    return np.where((target == -1.0) & (h < 0), h, direct)
