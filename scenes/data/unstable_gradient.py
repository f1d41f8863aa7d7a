"""Three families of random chains, and the probability of balanced speeds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mathcore import Chain, activation, draw_chain
from mathcore.stability import balance_probability, decades_per_layer

__all__ = [
    "DEEPEST",
    "DRAWS",
    "ODDS_SEED",
    "READ_AT",
    "TOLERANCE",
    "Family",
    "FamilyName",
    "Odds",
    "balanced_std",
    "centred_chains",
    "families",
    "odds_of_balance",
    "one_walk",
    "range_so_far",
    "tuned_shares",
]

FamilyName = Literal["exploding", "balanced", "vanishing"]

DEEPEST, READ_AT = 20, 10
"""Layers of the deepest chains whose balance is counted, and of those that the lecture names."""

TOLERANCE = 10.0
"""Factor within which the layer speeds of a balanced chain are."""

DRAWS, ODDS_SEED = 20_000, 9
"""Number and seed of the chains."""

_SLOPE_AT_0 = 0.25
_HALF = 0.5


@dataclass(frozen=True)
class Family:
    """Random chains of one family, and the products of their last factors.

    Parameters
    ----------
    name
        Behaviour of most products.
    std
        Standard deviation of the weights.
    log10
        Common logarithm of the magnitude of the product of the last n factors: shape
        (chains, layers + 1), with n = 0 first.
    log10_typical
        Common logarithm of the geometric mean of a factor.
    """

    name: FamilyName
    std: float
    log10: NDArray[np.float64]
    log10_typical: float

    @property
    def median(self) -> NDArray[np.float64]:
        """Common logarithm of the median product of the last n factors."""
        return np.asarray(np.median(self.log10, axis=0))


def _mean_log10_normal() -> float:
    """Return the mean of log10|z| for a standard normal z."""
    return decades_per_layer(1.0, activation="identity")


def balanced_std() -> float:
    """Return the standard deviation of weights for a geometric mean factor of 1, at slopes of 1/4.

    Examples
    --------
    >>> round(balanced_std(), 3)
    7.549
    """
    return float(10.0 ** -_mean_log10_normal() / _SLOPE_AT_0)


def centred_chains(std: float, depth: int, size: int, rng: np.random.Generator) -> Chain:
    """Return random chains with all weighted inputs 0, for an input of 1/2.

    Examples
    --------
    >>> chains = centred_chains(5.0, 3, 2, np.random.default_rng(1))
    >>> chains.forward(0.5).h.tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    weights = rng.normal(0.0, std, (size, depth))
    return Chain(weights, -_HALF * weights)


def _going_back(chains: Chain, x: float) -> NDArray[np.float64]:
    """Return log10 of the products of the last n factors, n = 0, ..., L - 1."""
    slopes = activation(chains.activation).log_abs_slope(chains.forward(x).h)
    logs = (np.log(np.abs(chains.weights)) + slopes) / np.log(10.0)
    back = np.cumsum(logs[:, :0:-1], axis=1)
    return np.concatenate([np.zeros((len(back), 1)), back], axis=1)


def families(layers: int, size: int, large_std: float, seed: int) -> tuple[Family, ...]:
    """Return three families of chains: exploding, balanced on average, and vanishing.

    The first two have weights of standard deviation `large_std` and :func:`balanced_std`, and
    weighted inputs of 0; the last has weights and biases N(0, 1).

    Examples
    --------
    >>> [family.name for family in families(5, 3, 20.0, seed=1)]
    ['exploding', 'balanced', 'vanishing']
    """
    rng = np.random.default_rng(seed)
    kinds: tuple[tuple[FamilyName, float], ...] = (
        ("exploding", large_std),
        ("balanced", balanced_std()),
    )
    found = []
    for name, std in kinds:
        chains = centred_chains(std, layers + 1, size, rng)
        typical = np.log10(std * _SLOPE_AT_0) + _mean_log10_normal()
        found.append(Family(name, std, _going_back(chains, _HALF), float(typical)))
    plain = draw_chain(layers + 1, rng, weight_std=1.0, bias_std=1.0, size=size)
    typical = decades_per_layer(1.0, 1.0)
    return (*found, Family("vanishing", 1.0, _going_back(plain, 1.0), typical))


def one_walk(layers: int, seed: int) -> NDArray[np.float64]:
    """Return log10 of the speeds of the layers of a balanced chain, relative to the last.

    Examples
    --------
    >>> one_walk(4, seed=1).shape
    (4,)
    """
    return np.asarray(_balanced_walks(layers, 1, seed)[0])


@dataclass(frozen=True)
class Odds:
    """Shares of chains with all layer speeds within a factor of each other.

    Parameters
    ----------
    depths
        Numbers of layers, from 1.
    tuned, plain
        Shares for chains balanced on average, and for weights and biases N(0, 1).
    sample
        Common logarithms of the speeds of the layers relative to the last, for the first chains
        balanced on average: shape (chains, layers), the last layer first.
    """

    depths: NDArray[np.int64]
    tuned: NDArray[np.float64]
    plain: NDArray[np.float64]
    sample: NDArray[np.float64]


def range_so_far(log10: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the range of the first n values along the last axis, for each n.

    Examples
    --------
    >>> range_so_far(np.array([0.0, 0.5, -0.25])).tolist()
    [0.0, 0.5, 0.75]
    """
    highest = np.maximum.accumulate(log10, axis=-1)
    return np.asarray(highest - np.minimum.accumulate(log10, axis=-1))


@cache
def odds_of_balance(deepest: int, tolerance: float, draws: int, seed: int, sample: int) -> Odds:
    """Return the shares of random chains with all layer speeds within a factor `tolerance`.

    The speed of a layer is |dC/db_j|. In a chain with all weighted inputs 0 it changes from layer
    to layer by the factors alone. The first `sample` of these chains are returned.

    Examples
    --------
    >>> odds = odds_of_balance(3, 10.0, draws=500, seed=1, sample=20)
    >>> float(odds.tuned[0]), odds.sample.shape
    (1.0, (20, 3))
    """
    depths = np.arange(1, deepest + 1)
    plain = [
        balance_probability(int(depth), tolerance, 1.0, seed + int(depth), draws, bias_std=1.0)
        for depth in depths
    ]
    walks = _balanced_walks(deepest, draws, seed)
    return Odds(depths, _shares(walks, tolerance), np.array(plain), walks[:sample])


def tuned_shares(deepest: int, tolerance: float, draws: int, seed: int) -> NDArray[np.float64]:
    """Return `Odds.tuned` alone: the shares for chains that are balanced on average."""
    return _shares(_balanced_walks(deepest, draws, seed), tolerance)


def _balanced_walks(layers: int, draws: int, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return _going_back(centred_chains(balanced_std(), layers, draws, rng), _HALF)


def _shares(walks: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    return np.asarray(np.mean(range_so_far(walks) <= np.log10(tolerance), axis=0))
