"""Formulas of the smooth activations, on float64 arrays.

Every formula is built on ``e = exp(-|h|)``, which cannot overflow, and avoids the subtraction of
nearly equal numbers. Callers silence NumPy's floating-point warnings, since results may underflow.
A value that underflows keeps its sign as a signed zero; a gradient beyond the range takes its sign
from there.
"""

import numpy as np

from mathcore.validation import FloatArray

LN2 = float(np.log(2.0))

# Root u0 of 1 + exp(-u) = u, where the slope of silu vanishes at h = -u0, as a sum of two floats.
# mpmath at 50 digits: u0 = findroot(lambda u: 1 + exp(-u) - u, 1.28)
SILU_ROOT = 1.2784645427610737
SILU_ROOT_LOW = 1.0946994183093437e-16
EXP_MINUS_SILU_ROOT = 0.2784645427610738


def sigmoid(h: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-h)), accurate in both tails."""
    e = np.exp(-np.abs(h))
    numerator: FloatArray = np.where(h < 0, e, 1.0)
    return numerator / (1.0 + e)


def sigmoid_slope(h: FloatArray) -> FloatArray:
    """Return sigmoid(h) sigmoid(-h)."""
    e = np.exp(-np.abs(h))
    one_plus = 1.0 + e
    slope: FloatArray = e / (one_plus * one_plus)
    return slope


def sigmoid_log_slope(h: FloatArray) -> FloatArray:
    """Return the logarithm of the slope, -|h| - 2 ln(1 + e)."""
    size = np.abs(h)
    log_slope: FloatArray = -size - 2.0 * np.log1p(np.exp(-size))
    return log_slope


def log_sigmoid(h: FloatArray) -> FloatArray:
    """Return the logarithm of sigmoid(h), also if sigmoid(h) underflows."""
    log_value: FloatArray = np.minimum(h, 0.0) - np.log1p(np.exp(-np.abs(h)))
    return log_value


def sigmoid_residual(h: FloatArray, target: FloatArray) -> FloatArray:
    """Return sigmoid(h) - target, as (1 - target) - sigmoid(-h) for h above 0."""
    e = np.exp(-np.abs(h))
    tail = e / (1.0 + e)
    residual: FloatArray = np.where(h > 0, -(tail - (1.0 - target)), tail - target)
    return residual


def sigmoid_log_residual(h: FloatArray, target: FloatArray) -> FloatArray:
    """Return ln|sigmoid(h) - target|, also if the difference underflows."""
    direct = np.log(np.abs(sigmoid_residual(h, target)))
    above_zero: FloatArray = np.where(target == 0.0, log_sigmoid(h), direct)
    return np.where(target == 1.0, log_sigmoid(-h), above_zero)


def sigmoid_increment(h: FloatArray, d: FloatArray) -> FloatArray:
    """Return sigmoid(h + d) - sigmoid(h), as ±s(upper) s(-lower) (1 - exp(-|d|))."""
    moved = h + d
    upper, lower = np.maximum(h, moved), np.minimum(h, moved)
    size: FloatArray = sigmoid(upper) * sigmoid(-lower) * -np.expm1(-np.abs(d))
    return np.copysign(size, d)


def tanh_slope(h: FloatArray) -> FloatArray:
    """Return sech^2(h), squared last so that the exponential stays a normal number."""
    e = np.exp(-np.abs(h))
    sech = 2.0 * e / (1.0 + e * e)
    return sech * sech


def tanh_log_slope(h: FloatArray) -> FloatArray:
    """Return ln sech^2(h), near 0 as ln(1 - tanh^2), since the other form cancels there."""
    size = np.abs(h)
    near = np.log1p(-np.square(np.tanh(np.minimum(size, 0.7))))
    far = 2.0 * (LN2 - size - np.log1p(np.exp(-2.0 * size)))
    log_slope: FloatArray = np.where(size < 0.7, near, far)
    return log_slope


def tanh_residual(h: FloatArray, target: FloatArray) -> FloatArray:
    """Return tanh(h) - target, from the distances to the asymptote if tanh is saturated."""
    e = np.exp(-2.0 * np.abs(h))
    tail = 2.0 * e / (1.0 + e)
    saturated: FloatArray = np.where(h > 0, -(tail - (1.0 - target)), tail - (1.0 + target))
    same_side = (np.abs(h) > 0.5) & (h * target > 0)
    return np.where(same_side, saturated, np.tanh(h) - target)


def tanh_log_residual(h: FloatArray, target: FloatArray) -> FloatArray:
    """Return ln|tanh(h) - target|, which is ln(2 sigmoid(-+2h)) for the target +-1."""
    direct = np.log(np.abs(tanh_residual(h, target)))
    asymptotic = LN2 + log_sigmoid(-2.0 * h * target)
    return np.where(np.abs(target) == 1.0, asymptotic, direct)


def tanh_increment(h: FloatArray, d: FloatArray) -> FloatArray:
    """Return tanh(h + d) - tanh(h), from tanh(h) = 2 sigmoid(2h) - 1."""
    return 2.0 * sigmoid_increment(2.0 * h, 2.0 * d)


def softplus(h: FloatArray) -> FloatArray:
    """Return ln(1 + exp(h))."""
    value: FloatArray = np.maximum(h, 0.0) + np.log1p(np.exp(-np.abs(h)))
    return value


def log_softplus(h: FloatArray) -> FloatArray:
    """Return ln softplus(h), which is h to the last digit for exp(h) < eps / 2."""
    log_value: FloatArray = np.where(h < -37.0, h, np.log(softplus(h)))
    return log_value


def softplus_increment(h: FloatArray, d: FloatArray) -> FloatArray:
    """Return softplus(h + d) - softplus(h) = ln(1 + sigmoid(h) (exp(d) - 1))."""
    moved = h + d
    near = np.log1p(sigmoid(h) * np.expm1(np.minimum(d, 1.0)))
    # Beyond a step of 1 as a difference, above 0 by softplus(h) = h + softplus(-h).
    above = d + (softplus(-moved) - softplus(-h))
    far = np.where(h > 0, above, softplus(moved) - softplus(h))
    return np.where(np.abs(d) <= 1.0, near, far)


def _silu_bracket(u: FloatArray) -> FloatArray:
    """Return 1 + exp(-u) - u for u >= 0, without cancellation at its root."""
    d = (u - SILU_ROOT) - SILU_ROOT_LOW
    bracket: FloatArray = -d + EXP_MINUS_SILU_ROOT * np.expm1(-d)
    return bracket


def _silu_tail(u: FloatArray) -> FloatArray:
    """Return the slope of silu at -u, for u >= 0, which is 1 minus its slope at u."""
    u = np.minimum(u, 1500.0)  # exp(-u/2) is 0 by then, and inf times 0 would be nan
    half = np.exp(-0.5 * u)
    one_plus = 1.0 + half * half
    tail: FloatArray = half * (half * _silu_bracket(u)) / (one_plus * one_plus)
    return tail


def silu(h: FloatArray) -> FloatArray:
    """Return h sigmoid(h)."""
    # Two factors exp(-|h|/2), so that no normal result passes through a subnormal number.
    half = np.exp(-0.5 * np.abs(h))
    inner: FloatArray = np.where(h < 0, half * np.maximum(h, -1500.0), h)
    return np.where(h < 0, half * inner, inner) / (1.0 + half * half)


def silu_slope(h: FloatArray) -> FloatArray:
    """Return sigmoid(h) (1 + h sigmoid(-h))."""
    tail = _silu_tail(np.abs(h))
    slope: FloatArray = np.where(h < 0, tail, 1.0 - tail)
    return slope


def silu_log_slope(h: FloatArray) -> FloatArray:
    """Return the logarithm of |sigmoid(h) (1 + h sigmoid(-h))|."""
    u = np.abs(h)
    bracket = np.log(np.abs(_silu_bracket(np.minimum(u, 1e300))))
    below = bracket - u - 2.0 * np.log1p(np.exp(-u))
    log_slope: FloatArray = np.where(h < 0, below, np.log1p(-_silu_tail(u)))
    return log_slope


def log_silu(h: FloatArray) -> FloatArray:
    """Return ln|h sigmoid(h)|."""
    size = np.minimum(np.abs(h), np.finfo(np.float64).max)
    log_value: FloatArray = np.log(size) + log_sigmoid(h)
    return log_value
