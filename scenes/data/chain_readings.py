"""Properties of a trace: its numbers as texts, layer speeds, running products and factors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lecture.kit.numbers import ACTIVATION_VALUE, FACTOR, NumberFormat, percent
from mathcore import BackwardTrace, ForwardTrace, activation

__all__ = [
    "SpeedRatio",
    "a_text",
    "cost_text",
    "dcost_dy_text",
    "factors_in_logs",
    "h_text",
    "listed",
    "magnitudes",
    "percentages",
    "received_text",
    "running_products",
    "slopes_in_logs",
    "speed_ratio",
]

Trend = Literal["falling", "rising", "level", "stopped", "dead"]
Verdict = Literal["slower", "similar", "stuck", "dead"]

_LN10 = float(np.log(10.0))
_LEVEL_DECADES = 0.5
_SIMILAR_DECADES = np.log10(2.0)


def listed(texts: Iterable[str]) -> str:
    """Return a list of numbers for a description, with semicolons beside decimal commas.

    Examples
    --------
    >>> listed(["0,5", "−1"])
    '0,5; −1'
    """
    return "; ".join(texts)


def magnitudes(log10: NDArray[np.float64], form: NumberFormat = FACTOR) -> str:
    """Return a list of magnitudes for a description, from their common logarithms.

    Examples
    --------
    >>> magnitudes(np.array([0.0, -5.0]))
    '1.000; 1.0·10⁻⁵'
    """
    return listed(form.from_log10(1.0, value) for value in log10.tolist())


def percentages(shares: NDArray[np.float64]) -> str:
    """Return a list of shares in percent for a description.

    Examples
    --------
    >>> percentages(np.array([0.25, 1.0]))
    '25 %; 100 %'
    """
    return listed(map(percent, shares.tolist()))


def h_text(trace: ForwardTrace, layer: int) -> str:
    """Return the text of ``h_j`` of a layer, from 1, also where it underflows."""
    sign, log10_abs = trace.sign_h[layer - 1], trace.log10_abs_h[layer - 1]
    return ACTIVATION_VALUE.from_log10(float(sign), float(log10_abs))


def a_text(trace: ForwardTrace, layer: int) -> str:
    """Return the text of ``a_j`` of a layer, from 1, also where it underflows."""
    sign, log10_abs = trace.sign_a[layer - 1], trace.log10_abs_a[layer - 1]
    return ACTIVATION_VALUE.from_log10(float(sign), float(log10_abs))


def received_text(trace: BackwardTrace, layer: int) -> str:
    """Return the text of what the weight of a layer receives: the input, or ``a_{j-1}``."""
    return ACTIVATION_VALUE(float(trace.x)) if layer == 1 else a_text(trace, layer - 1)


def cost_text(trace: BackwardTrace) -> str:
    """Return the text of the cost, also where it underflows."""
    return ACTIVATION_VALUE.from_log10(1.0, float(trace.log10_cost))


def dcost_dy_text(trace: BackwardTrace) -> str:
    """Return the text of ``dC/dy``, also where it underflows.

    Examples
    --------
    >>> from mathcore import Chain
    >>> dcost_dy_text(Chain([1000.0]).backward(1.0, 1.0))
    '−1.0·10⁻⁴³⁴'
    """
    return FACTOR.from_log10(float(trace.sign_dcost_dy), float(trace.log10_abs_dcost_dy))


@dataclass(frozen=True)
class SpeedRatio:
    """The ratio of the speeds of the fastest and the slowest layer.

    A step of gradient descent changes a weight in proportion to its gradient, so the ratio of two
    gradients is the ratio of two speeds.

    Parameters
    ----------
    slow, fast
        The layers with the smallest and the largest ``|dC/dw_j|``, from 1.
    log10
        Common logarithm of the ratio; infinite if the smallest gradient is exactly zero, and 0 if
        all gradients are.
    trend
        Trend of the gradients towards the first layer: falling, rising or level; stopped if that
        of the first layer is exactly zero, and dead if all are.
    verdict
        State of the slowest layer: slower than the fastest, similar to it, or stuck; dead if all
        layers are stuck.
    """

    slow: int
    fast: int
    log10: float
    trend: Trend
    verdict: Verdict


def speed_ratio(trace: BackwardTrace) -> SpeedRatio:
    """Return the ratio of the largest to the smallest gradient of a chain.

    Examples
    --------
    >>> from mathcore import Chain
    >>> found = speed_ratio(Chain([0.9, -0.8, 1.1]).backward(0.8, 1.0))
    >>> found.slow, found.fast, found.trend
    (1, 3, 'falling')
    """
    sizes = trace.log10_abs_grad_w
    slow, fast = int(np.argmin(sizes)), int(np.argmax(sizes))
    if np.isneginf(sizes[fast]):
        return SpeedRatio(slow + 1, fast + 1, 0.0, "dead", "dead")
    stuck = bool(np.isneginf(sizes[slow]))
    span = float(np.inf if stuck else sizes[fast] - sizes[slow])
    verdict: Verdict = "stuck" if stuck else "slower" if span > _SIMILAR_DECADES else "similar"
    return SpeedRatio(slow + 1, fast + 1, span, _trend(sizes), verdict)


def _trend(sizes: NDArray[np.float64]) -> Trend:
    first, last = float(sizes[0]), float(sizes[~np.isneginf(sizes)][-1])
    if np.isneginf(first):
        return "stopped"
    if abs(first - last) < _LEVEL_DECADES:
        return "level"
    return "falling" if first < last else "rising"


def running_products(trace: BackwardTrace) -> list[tuple[float, float]]:
    """Return the products of ``dC/dy`` and the last factors of the chain, as sign and log10.

    Entry ``L`` is ``dC/dy``; entry ``j - 1`` is ``dC/da_{j-1} = dC/dh_j · w_j`` for ``j`` from L
    to 2, with the factor ``w_j σ′(h_j)``; entry 0 is ``dC/dw_1``, with the factor ``x σ′(h_1)``.

    Examples
    --------
    >>> from mathcore import Chain
    >>> trace = Chain([2.0, 3.0], activation="identity").backward(1.0, 5.0)
    >>> [round(sign * 10**log10, 12) for sign, log10 in running_products(trace)]
    [6.0, 6.0, 2.0]
    """
    with np.errstate(divide="ignore"):
        weights = np.log10(np.abs(trace.weights))
    inner = trace.log10_abs_grad_b + weights
    signs = trace.sign_grad_b * np.sign(trace.weights)
    first = (float(trace.sign_grad_w[0]), float(trace.log10_abs_grad_w[0]))
    between = [(float(s), float(m)) for s, m in zip(signs[1:], inner[1:], strict=True)]
    seed = (float(trace.sign_dcost_dy), float(trace.log10_abs_dcost_dy))
    return [first, *between, seed]


def factors_in_logs(
    trace: BackwardTrace, activation_name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sign and log10 of the factors of ``dC/dw_1`` without ``dC/dy``.

    The first is ``x σ′(h_1)``, the others are ``w_j σ′(h_j)``. The logarithms are sums, and so
    correct for a factor too small for a float.

    Examples
    --------
    >>> from mathcore import Chain
    >>> sign, log10 = factors_in_logs(Chain([1.0, -4.0]).backward(0.0, 1.0), "sigmoid")
    >>> sign.tolist(), round(float(10 ** log10[1]), 6)
    ([0.0, -1.0], 0.419974)
    """
    leads = np.concatenate([[float(trace.x)], trace.weights[1:]])
    signs, log10_slopes = slopes_in_logs(trace, activation_name)
    with np.errstate(divide="ignore"):
        log10 = np.log10(np.abs(leads)) + log10_slopes
    return np.asarray(np.sign(leads) * signs), np.asarray(log10)


def slopes_in_logs(
    trace: BackwardTrace, activation_name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sign and log10 of the slopes ``σ′(h_j)``, also where they underflow.

    Examples
    --------
    >>> from mathcore import Chain
    >>> sign, log10 = slopes_in_logs(Chain([4000.0]).backward(1.0, 1.0), "sigmoid")
    >>> sign.tolist(), log10.round(2).tolist()
    ([1.0], [-1737.18])
    >>> trace = Chain([1e-200, 1e-200], activation="relu").backward(1.0, 1.0)
    >>> float(trace.h[1]), slopes_in_logs(trace, "relu")[1].tolist()
    (0.0, [0.0, 0.0])
    """
    log10 = activation(activation_name).log_abs_slope(trace.h) / _LN10
    # Where h itself is out of the range of floats, only the trace has its slope.
    lost = np.isinf(trace.h) | ((trace.h == 0.0) & (trace.sign_h != 0.0))
    with np.errstate(divide="ignore"):
        log10 = np.where(lost, np.log10(np.abs(trace.slope)), log10)
    # A slope that underflows has a finite logarithm and a signed zero.
    signs = np.where(np.isfinite(log10), np.copysign(1.0, trace.slope), 0.0)
    return np.asarray(signs), np.asarray(log10)
