"""Forward passes beyond the range of float64, with mantissas and integer exponents.

Signals of an unbounded activation can overflow or underflow along a deep chain while their
logarithms, and the signs of the gradients, are ordinary numbers. Here a = m 2^e, 1/2 <= |m| < 1.
Beyond 2^±1000 every activation of this package is constant or proportional to h to the last digit:
it is evaluated at exponent ±1000 and, if proportional, rescaled. In their lower tails gelu and silu
underflow long before h does: there a is computed from its logarithm.

As in `mathcore.smooth`, callers silence NumPy's floating-point warnings.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mathcore.activation_type import Activation
from mathcore.smooth import LN2
from mathcore.validation import FloatArray

Exponents: TypeAlias = NDArray[np.int64]

_EDGE = 1000
_LOWEST = -(1 << 60)  # exponent of a value from its logarithm; the rest of int64 is headroom
_NOTHING = np.int64(-(1 << 62))  # exponent of zero, below any other
_TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class Signals:
    """Signals of a chain, layers along axis 0, in float64 and as logarithms."""

    h: FloatArray  # ±inf or ±0 if out of range, like a
    a: FloatArray
    slope: FloatArray
    log_slope: FloatArray
    log_a: FloatArray
    log_h: FloatArray
    h_last: FloatArray  # of the output, limited to exponents of ±1000
    log_y: FloatArray  # ln|y| for y out of range, else nan


def leaves_range(
    act: Activation, w: FloatArray, h: FloatArray, a: FloatArray, x: FloatArray
) -> bool:
    """Return True if a signal has overflowed, or underflowed without being exactly zero."""
    before = np.concatenate([x[None], a[:-1]])
    tiny = (np.abs(h) < 1e-280) & (w != 0.0) & (before != 0.0)
    if tiny.any() or not np.isfinite(h).all():
        return True
    lost = np.abs(a) < _TINY
    return bool(lost.any() and np.isfinite(act.kernel_log_value(h[lost])).any())


def extended_pass(act: Activation, w: FloatArray, b: FloatArray, x: FloatArray) -> Signals:
    """Return the forward pass with unbounded exponents."""
    rows = {name: np.empty(w.shape) for name in ("h", "a", "slope", "log_slope", "log_a", "log_h")}
    mantissa, exponent = np.frexp(x)
    exponent = exponent.astype(np.int64)
    stand_in, shifted = x, np.zeros(x.shape, dtype=bool)
    for j in range(len(w)):
        m, e = _affine(w[j], b[j], mantissa, exponent)
        rows["log_h"][j] = np.log(np.abs(m)) + e * LN2
        near = np.clip(e, -_EDGE, _EDGE)
        stand_in = np.ldexp(m, near)
        value, log_value = act.kernel_value(stand_in), act.kernel_log_value(stand_in)
        size = np.abs(value)
        shifted = (e != near) & ((size < 1e-290) | (size > 1e290))
        shift = np.where(shifted, e - near, 0)
        mantissa, exponent = _value_parts(value, np.where(shifted, -np.inf, log_value))
        exponent = exponent + shift
        rows["h"][j], rows["a"][j] = np.ldexp(m, e), np.ldexp(mantissa, exponent)
        rows["slope"][j] = act.kernel_slope(stand_in)
        rows["log_slope"][j] = act.kernel_log_slope(stand_in)
        rows["log_a"][j] = log_value + shift * LN2
    log_y = np.where(shifted, rows["log_a"][-1], np.nan)
    return Signals(**rows, h_last=stand_in, log_y=log_y)


def _value_parts(value: FloatArray, log_value: FloatArray) -> tuple[FloatArray, Exponents]:
    """Return mantissa and exponent of a value, from its logarithm if it has underflowed."""
    mantissa, exponent = np.frexp(value)
    lost = (np.abs(value) < _TINY) & np.isfinite(log_value)
    binary = np.where(lost, log_value / LN2, 0.0)
    whole = np.floor(binary)
    from_log = np.copysign(0.5 * np.exp2(binary - whole), value)
    return (
        np.where(lost, from_log, mantissa),
        np.where(lost, np.maximum(whole, _LOWEST).astype(np.int64) + 1, exponent),
    )


def _affine(
    w: FloatArray, b: FloatArray, mantissa: FloatArray, exponent: Exponents
) -> tuple[FloatArray, Exponents]:
    """Return mantissa and exponent of w m 2^e + b."""
    w_mantissa, w_exponent = np.frexp(w)
    b_mantissa, b_exponent = np.frexp(b)
    product = w_mantissa * mantissa
    product_exponent = np.where(product == 0.0, _NOTHING, w_exponent + exponent)
    b_exponent = np.where(b == 0.0, _NOTHING, b_exponent)
    top = np.maximum(product_exponent, b_exponent)
    # A term 2^1074 times smaller than the other vanishes in the sum.
    total = np.ldexp(product, np.maximum(product_exponent - top, -1074))
    total = total + np.ldexp(b_mantissa, np.maximum(b_exponent - top, -1074))
    sum_mantissa, sum_exponent = np.frexp(total)
    return sum_mantissa, np.where(total == 0.0, 0, sum_exponent + top)
