"""The distribution of products of factors w σ'(h) in random chains."""

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
        Bound of |w|, at least 0.
    weight_std : float
        Standard deviation, greater than 0.

    Returns
    -------
    float
        Probability, from 0 to 1.

    Raises
    ------
    ValueError
        If an argument is outside the range above.

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
    """Return the mean of log10|w_j σ'(h_j)| in a long random chain.

    This is (E ln|w| + E ln|σ'(h)|) / ln 10, with h from the stationary distribution of the chain.
    The first mean is ln std - (γ + ln 2)/2. The second is exact for piecewise linear activations,
    and for tanh without biases if the signal decays to 0; a quadrature to about ten digits for
    sigmoid, and for tanh with biases; and a mean over random chains, with `rng`, for all others.

    Parameters
    ----------
    weight_std, bias_std : float
        Standard deviations of the normal weights and biases, at least 0.
    activation : str
        One of `mathcore.ACTIVATIONS`.
    rng : numpy.random.Generator or int, optional
        Source of randomness or seed of the random chains, if they are needed.
    depth, draws : int
        Number of layers and of chains; the first half of the layers is left out of the mean.

    Returns
    -------
    float
        Decades per layer: negative for products that vanish, positive for products that explode,
        -inf if a factor can be exactly 0 (relu, or weights of standard deviation 0).

    Raises
    ------
    ValueError
        If an argument is outside the range above, the name is unknown, or `rng` is needed and
        missing.

    Examples
    --------
    >>> round(decades_per_layer(1.0, 1.0), 3)
    -1.002
    >>> round(decades_per_layer(1.0, 1.0, "silu", rng=0, draws=500), 1)
    -0.8
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
            f"rng: given None; '{act.name}' with these standard deviations is averaged over random "
            "chains; give a numpy.random.Generator or an integer seed"
        )
    else:
        chain = (layers, as_generator("rng", rng), w_std, b_std, act.name)
        mean_log_slope = sampled_log_slope(act, chain, chains)
    return (mean_log_w + mean_log_slope) / math.log(10.0)


def amplifying_width(w: ArrayLike) -> FloatArray:
    """Return the width of the set of activations a with |w σ'(w a + b)| >= 1, for the sigmoid.

    The width does not depend on b. For |w| > 4 it is (4/|w|) artanh √(1 - 4/|w|), equal to
    (2/|w|) ln(|w| (1 + √(1 - 4/|w|))/2 - 1) but without cancellation near |w| = 4. For |w| <= 4 it
    is 0, since σ' is at most 1/4.

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
    # 2 artanh v = ln((1 + v)^2 / (1 - v^2)) with 1 - v^2 = 4/|w|, without cancellation.
    doubled = 2.0 * np.log1p(root) + np.log(size / 4.0)
    return read_only(np.asarray(2.0 / size * doubled))


def widest_amplifying_weight() -> tuple[float, float]:
    """Return the weight of the largest `amplifying_width`, and the width.

    With v = √(1 - 4/|w|) the width is (1 - v^2) artanh v, with its maximum at v artanh v = 1/2.

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
    for _ in range(6):  # Newton's method converges in four steps
        v -= (v * math.atanh(v) - 0.5) / (math.atanh(v) + v / (1.0 - v * v))
    return 4.0 / (1.0 - v * v), (1.0 - v * v) * math.atanh(v)
