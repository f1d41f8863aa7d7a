"""Formulas of gelu, h Φ(h), built on the Mills ratio of the normal distribution.

With u = |h|, φ the normal density and R(u) = Φ(-u) / φ(u) its Mills ratio (smooth, of order 1/u):

    gelu(-u)  = -u φ(u) R(u)                gelu(u)  = u (1 - φ(u) R(u))
    gelu'(-u) = φ(u) (R(u) - u)             gelu'(u) = 1 - gelu'(-u)

R(u) - u has a root u0. It is computed as -(u - u0) Q(u) with Q smooth and positive, and u0 as a sum
of two floats, so that the slope is exact to the last digits also beside its zero.

Recipe of the tables, with mpmath at 50 digits: R = sqrt(pi/2) exp(u^2/2) erfc(u/sqrt(2)), or its
asymptotic series from u = 100 on; u0 from findroot on R(u) - u; Q = (u - R) / (u - u0). For f(u) =
R (u + 1) and f(u) = Q the Chebyshev coefficients in t = (u - 5) / (u + 5) are
c_j = (2 if j else 1) / 48 sum_i f(5 (1 + t_i) / (1 - t_i)) cos(j v_i) with t_i = cos v_i and
v_i = pi (i + 1/2) / 48 for i = 0..47. Coefficients from j = 24 on are below 4e-17 and left out.

As in `mathcore.smooth`, callers silence NumPy's floating-point warnings.
"""

import numpy as np
from numpy.polynomial.chebyshev import chebval

from mathcore.validation import FloatArray

_SQRT_TAU = 2.5066282746310002  # sqrt(2 pi), nearest float
_LN_SQRT_TAU = 0.9189385332046728  # ln sqrt(2 pi), nearest float

# Coefficients c_0..c_23 of the recipe above.
GELU_ROOT = 0.7517915246935645
GELU_ROOT_LOW = -1.4956759177009883e-17
_MILLS = (
    1.1579976221305188,
    -0.1633449388451398,
    -0.013683136055781576,
    0.03082200019810004,
    -0.016220073012046806,
    0.005616691016460094,
    -0.0014133933783549216,
    0.0002502625460725661,
    -2.468907239728387e-05,
    -1.0107964061837592e-06,
    7.495419179740573e-07,
    -7.600274268728337e-08,
    -1.1574771441328644e-08,
    3.333386472599843e-09,
    7.538039628171347e-11,
    -1.1104247263727494e-10,
    3.509243776551059e-12,
    3.6894953861750955e-12,
    -2.3376697776383095e-13,
    -1.3271797523541405e-13,
    9.921706995888276e-15,
    5.276004995455379e-15,
    -3.373097694187926e-16,
    -2.2804338776379985e-16,
)
_QUOTIENT = (
    1.2259182622406541,
    -0.30393785499390014,
    0.10080911941980679,
    -0.02834394150977215,
    0.006648706164325906,
    -0.0012562643746282273,
    0.0001762481522962657,
    -1.3934341854313243e-05,
    -6.54352032292436e-07,
    3.4603378634424706e-07,
    -2.8982042399895598e-08,
    -4.561373933353276e-09,
    1.103611736562751e-09,
    3.1381299877663516e-11,
    -3.1843566810017055e-11,
    7.326034994733094e-13,
    9.279813088657945e-13,
    -4.932455102179649e-14,
    -2.9600864941493794e-14,
    1.9120642281862737e-15,
    1.0532083706440697e-15,
    -5.841572147253876e-17,
    -4.1097974248411194e-17,
    1.1138652017814171e-18,
)
_LARGEST = 1e150  # in place of inf, for which t would be inf/inf
_ZERO_DENSITY = 40.0  # φ(40) is below the smallest subnormal


def _chebyshev(coefficients: tuple[float, ...], u: FloatArray) -> FloatArray:
    series: FloatArray = np.asarray(chebval((u - 5.0) / (u + 5.0), coefficients))
    return series


def _mills(u: FloatArray) -> FloatArray:
    """Return R(u) for 0 <= u <= 1e150."""
    return _chebyshev(_MILLS, u) / (u + 1.0)


def _mills_less_u(u: FloatArray) -> FloatArray:
    """Return R(u) - u for 0 <= u <= 1e150, without cancellation at its root."""
    d = (u - GELU_ROOT) - GELU_ROOT_LOW
    return -d * _chebyshev(_QUOTIENT, u)


def _times_density(u: FloatArray, factor: FloatArray) -> FloatArray:
    """Return factor φ(u) for 0 <= u <= 40."""
    # u^2 is exact for the leading 24 bits of u; the rest is a second exponential. The first is
    # applied as two square roots, so that no normal result passes through a subnormal number.
    head = u.astype(np.float32).astype(np.float64)
    rest = np.exp(-0.5 * (u - head) * (u + head))
    root = np.exp(-0.25 * head * head)
    product: FloatArray = root * (root * (factor * rest / _SQRT_TAU))
    return product


def _slope_tail(u: FloatArray) -> FloatArray:
    """Return gelu'(-u) for u >= 0."""
    u = np.minimum(u, _ZERO_DENSITY)
    return _times_density(u, _mills_less_u(u))


def gelu(h: FloatArray) -> FloatArray:
    """Return h Φ(h)."""
    u = np.minimum(np.abs(h), _ZERO_DENSITY)
    mills = _mills(u)
    above = h * (1.0 - _times_density(u, mills))
    return np.where(h < 0, _times_density(u, -u * mills), above)


def gelu_slope(h: FloatArray) -> FloatArray:
    """Return Φ(h) + h φ(h)."""
    tail = _slope_tail(np.abs(h))
    slope: FloatArray = np.where(h < 0, tail, 1.0 - tail)
    return slope


def gelu_log_slope(h: FloatArray) -> FloatArray:
    """Return the logarithm of |Φ(h) + h φ(h)|."""
    u = np.minimum(np.abs(h), _LARGEST)
    below = np.log(np.abs(_mills_less_u(u))) - 0.5 * h * h - _LN_SQRT_TAU
    log_slope: FloatArray = np.where(h < 0, below, np.log1p(-_slope_tail(np.abs(h))))
    return log_slope


def log_gelu(h: FloatArray) -> FloatArray:
    """Return ln|h Φ(h)|."""
    u = np.minimum(np.abs(h), _LARGEST)
    below = np.log(u) + np.log(_mills(u)) - 0.5 * h * h - _LN_SQRT_TAU
    log_value: FloatArray = np.where(h < 0, below, np.log(np.abs(gelu(h))))
    return log_value
