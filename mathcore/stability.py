"""How likely a product of factors w σ'(h) is to vanish, to explode, or to stay in balance."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mathcore import stationary
from mathcore.activations import Activation
from mathcore.activations import activation as _activation
from mathcore.chain import Chain
from mathcore.draws import draw_chain
from mathcore.piecewise import LEAK
from mathcore.validation import (
    FloatArray,
    as_count,
    as_finite,
    as_generator,
    as_number,
    read_only,
)

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

_BLOCK = 1 << 18  # numbers a block of random chains may hold, so that memory stays bounded


def prob_weight_below(bound: float = 1.0, weight_std: float = 1.0) -> float:
    """Return P(|w| < bound) = erf(bound / (√2 std)) for w ~ N(0, std^2).

    Parameters
    ----------
    bound : float
        At least 0.
    weight_std : float
        Standard deviation, greater than 0.

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


@dataclass(frozen=True)
class FactorStats:
    """Statistics of the factors w_j σ'(h_j), j = 2..L, of random chains.

    Attributes
    ----------
    share_below_quarter, share_above_one : float
        Shares of the factors with magnitude below 1/4 and above 1.
    mean_log, std_log : float
        Mean and standard deviation of ln|factor|; -inf and nan if some factor is exactly 0.
    count : int
        Number of factors.
    """

    share_below_quarter: float
    share_above_one: float
    mean_log: float
    std_log: float
    count: int


def factor_stats(  # noqa: PLR0913 - what a random chain is takes this much to say
    weight_std: float,
    bias_std: float,
    depth: int,
    rng: np.random.Generator | int,
    draws: int,
    *,
    activation: str = "sigmoid",
) -> FactorStats:
    """Return statistics of the factors w_j σ'(h_j), j = 2..L, over `draws` random chains.

    The first factor is left out because w_1 is not in the product for dC/dw_1. The input is 1.

    Parameters
    ----------
    weight_std, bias_std : float
        Standard deviations of the normal weights and biases, at least 0.
    depth : int
        Number of layers L, at least 2.
    rng : numpy.random.Generator or int
        Source of randomness, or a seed.
    draws : int
        Number of chains, at least 1.
    activation : str
        One of `mathcore.ACTIVATIONS`.

    Raises
    ------
    ValueError
        If an argument is out of range or unknown.

    Examples
    --------
    >>> 0.6 < factor_stats(1.0, 0.0, depth=3, rng=0, draws=1000).share_below_quarter < 0.8
    True
    """
    layers = as_count("depth", depth, minimum=2)
    chains = as_count("draws", draws)
    act, parts = _activation(activation), []
    generator = as_generator("rng", rng)
    for size in _blocks(chains, layers):
        chain = draw_chain(layers, generator, weight_std, bias_std, activation, size)
        parts.append(_log_factors(chain, act)[:, 1:])
    logs = np.concatenate(parts)
    with np.errstate(invalid="ignore"):
        spread = float(np.std(logs))
    return FactorStats(
        share_below_quarter=float(np.mean(logs < math.log(0.25))),
        share_above_one=float(np.mean(logs > 0.0)),
        mean_log=float(np.mean(logs)),
        std_log=spread,
        count=logs.size,
    )


def decades_per_layer(  # noqa: PLR0913 - what a random chain is takes this much to say
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
        mean_log_slope = _sampled_log_slope(act, chain, chains)
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
    # 2 artanh v = ln((1 + v)^2 / (1 - v^2)), and 1 - v^2 is 4/|w| exactly.
    log_ratio = 2.0 * np.log1p(root) + np.log(size / 4.0)
    doubled = np.where(size < 8.0, 2.0 * np.arctanh(np.minimum(root, 0.9)), log_ratio)
    return read_only(np.asarray(2.0 / size * doubled))


def widest_amplifying_weight() -> tuple[float, float]:
    """Return the weight with the largest `amplifying_width`, and that width.

    With v = √(1 - 4/|w|) the width is (1 - v^2) artanh v, largest where v artanh v = 1/2.

    Examples
    --------
    >>> [round(number, 6) for number in widest_amplifying_weight()]
    [6.894151, 0.447743]
    """
    v = 0.65
    for _ in range(6):  # Newton; quadratic, converged after four
        v -= (v * math.atanh(v) - 0.5) / (math.atanh(v) + v / (1.0 - v * v))
    return 4.0 / (1.0 - v * v), (1.0 - v * v) * math.atanh(v)


def balance_probability(  # noqa: PLR0913 - what a random chain is takes this much to say
    depth: int,
    tolerance: float,
    weight_std: float,
    rng: np.random.Generator | int,
    draws: int,
    *,
    bias_std: float = 0.0,
    activation: str = "sigmoid",
) -> float:
    """Return the share of random chains whose layers' speeds all lie within a factor `tolerance`.

    The speed of layer j is |dC/db_j|. The ratio of two speeds depends neither on target nor cost;
    the input is 1.

    Parameters
    ----------
    depth : int
        Number of layers L, at least 1.
    tolerance : float
        Largest allowed ratio of the fastest to the slowest layer, at least 1.
    weight_std, bias_std : float
        Standard deviations of the normal weights and biases, at least 0.
    rng : numpy.random.Generator or int
        Source of randomness, or a seed.
    draws : int
        Number of chains, at least 1.
    activation : str
        One of `mathcore.ACTIVATIONS`.

    Returns
    -------
    float
        A share from 0 to 1. A chain with a speed of exactly 0 is not in balance.

    Raises
    ------
    ValueError
        If an argument is out of range or unknown.

    Examples
    --------
    >>> balance_probability(depth=30, tolerance=10.0, weight_std=1.0, rng=0, draws=1000)
    0.0
    """
    layers, chains = as_count("depth", depth), as_count("draws", draws)
    ratio = as_number("tolerance", tolerance, minimum=1.0)
    act, generator = _activation(activation), as_generator("rng", rng)
    balanced = 0
    for size in _blocks(chains, layers):
        chain = draw_chain(layers, generator, weight_std, bias_std, activation, size)
        balanced += int(np.count_nonzero(_spread(chain, act) <= math.log(ratio)))
    return balanced / chains


def _blocks(chains: int, depth: int) -> list[int]:
    size = max(1, _BLOCK // depth)
    return [min(size, chains - start) for start in range(0, chains, size)]


def _log_factors(chain: Chain, act: Activation) -> FloatArray:
    """ln|w_j σ'(h_j)| of every layer, from logarithms, so that no factor underflows."""
    h = chain.forward(1.0).h
    with np.errstate(all="ignore"):
        logs: FloatArray = np.log(np.abs(chain.weights)) + act.kernel_log_slope(h)
    return logs


def _spread(chain: Chain, act: Activation) -> FloatArray:
    """ln of the ratio of the fastest to the slowest layer of each chain; nan if one stands still.

    ln|dC/db_j| differs from ln|σ'(h_j)| + sum over i > j of ln|w_i σ'(h_i)| by one constant.
    """
    with np.errstate(all="ignore"):
        log_slope = act.kernel_log_slope(chain.forward(1.0).h)
        after = np.zeros(log_slope.shape)
        tail = (np.log(np.abs(chain.weights)) + log_slope)[:, :0:-1]
        after[:, :-1] = np.cumsum(tail, axis=1)[:, ::-1]
        speeds = after + log_slope
        stuck = np.isneginf(speeds).any(axis=1)
        ratio: FloatArray = np.where(stuck, np.nan, speeds.max(axis=1) - speeds.min(axis=1))
    return ratio


def _sampled_log_slope(
    act: Activation, chain: tuple[int, np.random.Generator, float, float, str], draws: int
) -> float:
    """Mean of ln|σ'(h)| over the second halves of random chains."""
    depth, total = chain[0], 0.0
    for size in _blocks(draws, depth):
        h = draw_chain(*chain, size=size).forward(1.0).h[:, depth // 2 :]
        with np.errstate(all="ignore"):
            total += float(np.sum(np.mean(act.kernel_log_slope(h), axis=1)))
    return total / draws
