"""Statistics of random chains: their factors, and the speeds of their layers."""

import math
from dataclasses import dataclass

import numpy as np

from mathcore.activations import Activation
from mathcore.activations import activation as _activation
from mathcore.chain import Chain
from mathcore.draws import draw_chain
from mathcore.validation import FloatArray, as_count, as_generator, as_number

_BLOCK = 1 << 18  # most numbers in a block of random chains, which bounds memory


@dataclass(frozen=True)
class FactorStats:
    """Statistics of the factors w_j σ'(h_j), j = 2..L, of random chains.

    Attributes
    ----------
    share_below_quarter, share_above_one : float
        Shares of the factors with magnitude below 1/4 and above 1.
    mean_log, std_log : float
        Mean and standard deviation of ln|factor|; -inf and nan if a factor is exactly 0.
    count : int
        Number of factors.
    """

    share_below_quarter: float
    share_above_one: float
    mean_log: float
    std_log: float
    count: int


def factor_stats(
    weight_std: float,
    bias_std: float,
    depth: int,
    rng: np.random.Generator | int,
    draws: int,
    *,
    activation: str = "sigmoid",
) -> FactorStats:
    """Return statistics of the factors w_j σ'(h_j), j = 2..L, of random chains with input 1.

    w_1 σ'(h_1) is left out because w_1 is not in the product for dC/dw_1.

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

    Returns
    -------
    FactorStats
        Shares below 1/4 and above 1, mean and standard deviation of ln|factor|, and number.

    Raises
    ------
    ValueError
        If an argument is outside the range above, or the name is unknown.

    Examples
    --------
    >>> stats = factor_stats(1.0, 0.0, depth=3, rng=0, draws=10_000)
    >>> round(stats.share_below_quarter, 2), stats.share_above_one
    (0.73, 0.0)
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


def balance_probability(
    depth: int,
    tolerance: float,
    weight_std: float,
    rng: np.random.Generator | int,
    draws: int,
    *,
    bias_std: float = 0.0,
    activation: str = "sigmoid",
) -> float:
    """Return the share of random chains with all layer speeds within a factor `tolerance`.

    The speed of layer j is |dC/db_j|, for input 1. The ratio of two speeds depends on neither
    target nor cost.

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
        Share, from 0 to 1; a chain with a speed of exactly 0 is not in balance.

    Raises
    ------
    ValueError
        If an argument is outside the range above, or the name is unknown.

    Examples
    --------
    >>> balance_probability(depth=30, tolerance=10.0, weight_std=1.0, rng=0, draws=1000)
    0.0
    """
    layers, chains = as_count("depth", depth), as_count("draws", draws)
    ratio = as_number("tolerance", tolerance, minimum=1.0)
    generator = as_generator("rng", rng)
    balanced = 0
    for size in _blocks(chains, layers):
        chain = draw_chain(layers, generator, weight_std, bias_std, activation, size)
        speeds = chain.gradients(x=1.0, target=1.0).log10_abs_grad_b
        with np.errstate(invalid="ignore"):  # nan if a speed is 0
            spread = speeds.max(axis=1) - speeds.min(axis=1)
        balanced += int(np.count_nonzero(spread <= math.log10(ratio)))
    return balanced / chains


def _blocks(chains: int, depth: int) -> list[int]:
    size = max(1, _BLOCK // depth)
    return [min(size, chains - start) for start in range(0, chains, size)]


def _log_factors(chain: Chain, act: Activation) -> FloatArray:
    """Return ln|w_j σ'(h_j)| of every layer, also of a factor that underflows."""
    h = chain.forward(1.0).h
    with np.errstate(all="ignore"):
        logs: FloatArray = np.log(np.abs(chain.weights)) + act.kernel_log_slope(h)
    return logs


def sampled_log_slope(
    act: Activation, chain: tuple[int, np.random.Generator, float, float, str], draws: int
) -> float:
    """Return the mean of ln|σ'(h)| over the second halves of random chains."""
    depth, total = chain[0], 0.0
    for size in _blocks(draws, depth):
        h = draw_chain(*chain, size=size).forward(1.0).h[:, depth // 2 :]
        with np.errstate(all="ignore"):
            total += float(np.sum(np.mean(act.kernel_log_slope(h), axis=1)))
    return total / draws
