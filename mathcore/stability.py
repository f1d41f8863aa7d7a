"""How likely a product of factors w σ'(h) is to vanish, to explode, or to stay in balance."""

import math

import numpy as np
from numpy.typing import ArrayLike

from mathcore import stationary
from mathcore.activations import activation as _activation
from mathcore.ensembles import FactorStats, balance_probability, factor_stats, sampled_log_slope
from mathcore.piecewise import LEAK
from mathcore.validation import FloatArray, as_count, as_finite, as_generator, as_number, read_only

__all__ = [
    "FactorStats",
    "amplifying_width",
    "balance_probability",
    "decades_per_layer",
    "factor_stats",
    "prob_weight_below",
    "widest_amplifying_weight",
]

# E ln|z| for z ~ N(0, 1) is -(γ + ln 2) / 2, with γ Euler's constant.
_MEAN_LOG_NORMAL = -0.5 * (0.5772156649015329 + math.log(2.0))


def prob_weight_below(bound: float = 1.0, weight_std: float = 1.0) -> float:
    """Return P(|w| < bound) = erf(bound / (√2 std)) for w ~ N(0, std^2).

    Parameters
    ----------
    bound : float
        At least 0.
    weight_std : float
        Standard deviation, greater than 0.

    Returns
    -------
    float
        A probability from 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> round(prob_weight_below(), 4)
    0.6827
    """
    limit = as_number("bound", bound, minimum=0.0)
    std = as_number("weight_std", weight_std, minimum=0.0, strict=True)
    return math.erf(limit / (math.sqrt(2.0) * std))


def decades_per_layer(
    weight_std: float = 1.0,
    bias_std: float = 0.0,
    activation: str = "sigmoid",
    *,
    rng: np.random.Generator | int | None = None,
    depth: int = 400,
    draws: int = 2000,
) -> float:
    """Return the slope of log10|product of w_j σ'(h_j)| per layer in a long random chain.

    It is (E ln|w| + E ln|σ'(h)|) / ln 10, with h from the stationary law of the chain. The first
    mean is ln std - (γ + ln 2)/2. The second is exact for piecewise linear activations, and for
    tanh without biases while the signal dies out; quadrature to about ten digits for sigmoid, and
    for tanh with biases; for all others a mean over random chains, for which `rng` is needed.

    Parameters
    ----------
    weight_std, bias_std : float
        Standard deviations of the normal weights and biases, at least 0.
    activation : str
        One of `mathcore.ACTIVATIONS`.
    rng : numpy.random.Generator or int, optional
        Source of randomness or seed, used only where random chains are.
    depth, draws : int
        Layers (the first half is left to settle) and number of those random chains.

    Returns
    -------
    float
        Decades per layer: negative where products vanish; -inf if a factor can be exactly 0
        (relu, or weights of standard deviation 0).

    Raises
    ------
    ValueError
        If an argument is out of range or unknown, or `rng` is missing where it is needed.

    Examples
    --------
    >>> round(decades_per_layer(1.0, 1.0), 3)
    -1.002
    """
    w_std = as_number("weight_std", weight_std, minimum=0.0)
    b_std = as_number("bias_std", bias_std, minimum=0.0)
    act = _activation(activation)
    layers, chains = as_count("depth", depth, minimum=2), as_count("draws", draws)
    if w_std == 0.0 or act.name == "relu":
        return -math.inf
    mean_log_w = math.log(w_std) + _MEAN_LOG_NORMAL
    dies_out = act.name == "tanh" and b_std == 0.0 and mean_log_w <= 0.0
    if act.name == "identity" or dies_out:
        mean_log_slope = 0.0
    elif act.name == "leaky_relu":
        mean_log_slope = 0.5 * math.log(LEAK)  # h is symmetric about 0
    elif act.name == "sigmoid" or (act.name == "tanh" and b_std > 0.0):
        mean_log_slope = stationary.mean_log_slope(act, w_std, b_std)
    elif rng is None:
        raise ValueError(
            f"rng: given None; '{act.name}' with these spreads has no quadrature here and is "
            "averaged over random chains: give a numpy.random.Generator or an integer seed"
        )
    else:
        chain = (layers, as_generator("rng", rng), w_std, b_std, act.name)
        mean_log_slope = sampled_log_slope(act, chain, chains)
    return (mean_log_w + mean_log_slope) / math.log(10.0)


def amplifying_width(w: ArrayLike) -> FloatArray:
    """Return the width of the set of activations a with |w σ'(w a + b)| >= 1, for the sigmoid.

    It does not depend on b and is (4/|w|) artanh √(1 - 4/|w|) for |w| > 4, which equals
    (2/|w|) ln(|w| (1 + √(1 - 4/|w|))/2 - 1) without its cancellation near |w| = 4; 0 for |w| <= 4,
    since σ' is at most 1/4.

    Parameters
    ----------
    w : array_like
        Weights, of any shape.

    Returns
    -------
    numpy.ndarray
        Widths, of the shape of `w`, read-only, from 0 to 0.4477.

    Raises
    ------
    ValueError
        If a weight is not finite.

    Examples
    --------
    >>> amplifying_width([4.0, 100.0]).round(4).tolist()
    [0.0, 0.0917]
    """
    size = np.maximum(np.abs(as_finite("w", w)), 4.0)
    root = np.sqrt((size - 4.0) / size)
    # 2 artanh v = ln((1 + v)^2 / (1 - v^2)), and 1 - v^2 is 4/|w|; neither end cancels.
    doubled = 2.0 * np.log1p(root) + np.log(size / 4.0)
    return read_only(np.asarray(2.0 / size * doubled))


def widest_amplifying_weight() -> tuple[float, float]:
    """Return the weight with the largest `amplifying_width`, and that width.

    With v = √(1 - 4/|w|) the width is (1 - v^2) artanh v, largest where v artanh v = 1/2.

    Returns
    -------
    tuple of float
        The weight, 6.894, and the width, 0.4477.

    Examples
    --------
    >>> [round(number, 6) for number in widest_amplifying_weight()]
    [6.894151, 0.447743]
    """
    v = 0.65
    for _ in range(6):  # Newton; quadratic, converged after four
        v -= (v * math.atanh(v) - 0.5) / (math.atanh(v) + v / (1.0 - v * v))
    return 4.0 / (1.0 - v * v), (1.0 - v * v) * math.atanh(v)
