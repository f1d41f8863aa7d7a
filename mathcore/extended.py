"""Forward passes whose signals leave the range of float64, as mantissas with integer exponents.

Signals of an unbounded activation can overflow or underflow along a deep chain although their
logarithms, and the signs of the gradients, are ordinary numbers. Here a = m 2^e, 1/2 <= |m| < 1.
Beyond 2^±1000 every activation of this package is a constant or proportional to h to the last
digit, so there it is evaluated at a stand-in of exponent ±1000 and, if proportional, rescaled.

As in `mathcore.smooth`, callers silence NumPy's floating-point flags.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mathcore.activation_type import Activation
from mathcore.smooth import LN2
from mathcore.validation import FloatArray

_EDGE = 1000
_NOTHING = -(1 << 30)  # exponent of zero, below any other


@dataclass(frozen=True, eq=False)
class Signals:
    """Signals of a chain, layers along axis 0, in float64 and as logarithms.

    `h` and `a` may have overflowed to ±inf or underflowed to ±0; the logarithms are right. At the
    output, `h_last` stands in for h, and `log_y` is ln|y| where y is beyond the range, else nan.
    """

    h: FloatArray
    a: FloatArray
    slope: FloatArray
    log_slope: FloatArray
    log_a: FloatArray
    h_last: FloatArray
    log_y: FloatArray


def leaves_range(w: FloatArray, h: FloatArray, a: FloatArray, x: FloatArray) -> bool:
    """Say whether a signal has overflowed, or underflowed without being exactly zero."""
    before = np.concatenate([x[None], a[:-1]])
    tiny = (np.abs(h) < 1e-280) & (w != 0.0) & (before != 0.0)
    return bool(tiny.any() or not np.isfinite(h).all())


def extended_pass(act: Activation, w: FloatArray, b: FloatArray, x: FloatArray) -> Signals:
    """Run the layers in order with unbounded exponents."""
    rows = {name: np.empty(w.shape) for name in ("h", "a", "slope", "log_slope", "log_a")}
    mantissa, exponent = np.frexp(x)
    stand_in, shifted = x, np.zeros(x.shape, dtype=bool)
    for j in range(len(w)):
        m, e = _affine(w[j], b[j], mantissa, exponent)
        near = np.clip(e, -_EDGE, _EDGE)
        stand_in = np.ldexp(m, near)
        value = act.kernel_value(stand_in)
        size = np.abs(value)
        shifted = (e != near) & ((size < 1e-290) | (size > 1e290))
        shift = np.where(shifted, e - near, 0)
        mantissa, exponent = np.frexp(value)
        exponent = exponent + shift
        rows["h"][j], rows["a"][j] = np.ldexp(m, e), np.ldexp(mantissa, exponent)
        rows["slope"][j] = act.kernel_slope(stand_in)
        rows["log_slope"][j] = act.kernel_log_slope(stand_in)
        rows["log_a"][j] = act.kernel_log_value(stand_in) + shift * LN2
    log_y = np.where(shifted, rows["log_a"][-1], np.nan)
    return Signals(**rows, h_last=stand_in, log_y=log_y)


def _affine(
    w: FloatArray, b: FloatArray, mantissa: FloatArray, exponent: NDArray[np.int32]
) -> tuple[FloatArray, NDArray[np.int32]]:
    """Return mantissa and exponent of w m 2^e + b."""
    w_mantissa, w_exponent = np.frexp(w)
    b_mantissa, b_exponent = np.frexp(b)
    product = w_mantissa * mantissa
    product_exponent = np.where(product == 0.0, _NOTHING, w_exponent + exponent)
    b_exponent = np.where(b == 0.0, _NOTHING, b_exponent)
    top = np.maximum(product_exponent, b_exponent)
    # What is 2^1074 times smaller than the other vanishes in the sum.
    total = np.ldexp(product, np.maximum(product_exponent - top, -1074))
    total = total + np.ldexp(b_mantissa, np.maximum(b_exponent - top, -1074))
    sum_mantissa, sum_exponent = np.frexp(total)
    return sum_mantissa, np.where(total == 0.0, 0, sum_exponent + top)
