"""The stationary distribution of a long chain with a bounded activation, by quadrature.

Given a_{j-1}, the weighted input h_j is normal with mean 0 and standard deviation
s = √(w_std^2 a^2 + b_std^2), so s is a Markov chain on a finite interval. Its transition operator
is collocated at Chebyshev points in θ = arsinh s, and the distribution is the left eigenvector of
the eigenvalue 1. The integral over the normal variable uses Gauss-Legendre panels that shrink
geometrically towards 0, since σ(s z) is steep there for a large s.
"""

import numpy as np

from mathcore.activations import Activation
from mathcore.validation import FloatArray

_POINTS = 48  # collocation points
_EDGES = 12.0 * 0.5 ** np.arange(18.0)  # panel edges; the normal density at 12 is 2e-32
_ORDER = 16  # nodes a panel


def mean_log_slope(act: Activation, weight_std: float, bias_std: float) -> float:
    """Return the stationary mean of ln|σ'(h)|, for an activation with values in [-1, 1]."""
    z, weight = _normal_quadrature()
    low = np.arcsinh(bias_std)
    # Weights far below the biases leave an interval of length 0, which is a divisor below.
    length = max(float(np.arcsinh(np.hypot(weight_std, bias_std)) - low), 1e-290)
    points = -np.cos(np.pi * (np.arange(_POINTS) + 0.5) / _POINTS)
    spread = np.sinh(low + 0.5 * (points + 1.0) * length)
    h = spread[:, None] * z
    with np.errstate(all="ignore"):
        after = np.arcsinh(np.hypot(weight_std * act.kernel_value(h), bias_std))
        position = 2.0 * (after - low) / length - 1.0
        log_slope = act.kernel_log_slope(h)
    operator = _mean_chebyshev(position, weight) @ _interpolation(points)
    # p T = p with sum 1: one more equation than unknowns, but consistent.
    system = np.vstack([operator.T - np.eye(_POINTS), np.ones(_POINTS)])
    right = np.append(np.zeros(_POINTS), 1.0)
    distribution = np.linalg.lstsq(system, right, rcond=None)[0]
    return float(distribution @ (log_slope @ weight))


def _normal_quadrature() -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights of the expectation over a standard normal variable."""
    nodes, weights = np.polynomial.legendre.leggauss(_ORDER)
    edges = np.append(_EDGES, 0.0)
    width = edges[:-1] - edges[1:]
    z = (edges[1:, None] + 0.5 * width[:, None] * (nodes + 1.0)).ravel()
    w = (0.5 * width[:, None] * weights).ravel() * np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return np.concatenate([-z, z]), np.concatenate([w, w])


def _mean_chebyshev(position: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the weighted sums over the last axis of the Chebyshev polynomials at `position`."""
    values = np.polynomial.chebyshev.chebvander(np.clip(position, -1.0, 1.0), _POINTS - 1)
    sums: FloatArray = weight @ values
    return sums


def _interpolation(points: FloatArray) -> FloatArray:
    """Return the Chebyshev coefficients of the Lagrange polynomials of `points`, by column."""
    at_points = np.polynomial.chebyshev.chebvander(points, _POINTS - 1)
    norm = np.where(np.arange(_POINTS) == 0, 1.0, 2.0) / _POINTS
    coefficients: FloatArray = (norm * at_points).T
    return coefficients
