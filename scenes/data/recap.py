"""The numbers that the last scene repeats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from joblib import Memory

from mathcore import activation
from mathcore.stability import decades_per_layer
from scenes.data.deep_nets_stall import DEPTHS, code_version, start_speeds
from scenes.data.unstable_gradient import (
    DEEPEST,
    DRAWS,
    ODDS_SEED,
    READ_AT,
    TOLERANCE,
    tuned_shares,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["RecapNumbers", "recap_numbers"]

_SEEDS = 20


@dataclass(frozen=True)
class RecapNumbers:
    """One number of each part of the lecture.

    Parameters
    ----------
    lag
        Speed of the last of four hidden layers over that of the first, before training on MNIST:
        the median over 20 seeds.
    largest_slope
        Largest slope of the sigmoid.
    loss
        Loss of a product for each layer, for weights and biases from N(0, 1): the geometric mean.
    balanced
        Share of chains of `READ_AT` layers, tuned to balance on average, in which all layer speeds
        are within a factor of ten.
    """

    lag: float
    largest_slope: float
    loss: float
    balanced: float


@cache
def recap_numbers(folder: Path) -> RecapNumbers:
    """Return the numbers; those of networks are computed now or read from `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    lag = Memory(folder, verbose=0).cache(_median_lag)(DEPTHS[-1], _SEEDS, code_version())
    shares = tuned_shares(DEEPEST, TOLERANCE, DRAWS, ODDS_SEED)
    return RecapNumbers(
        lag=lag,
        largest_slope=activation("sigmoid").max_slope,
        loss=10.0 ** -decades_per_layer(1.0, 1.0),
        balanced=float(shares[READ_AT - 1]),
    )


def _median_lag(depth: int, seeds: int, code: str) -> float:  # noqa: ARG001  (of the cache key)
    speeds = start_speeds(depth, range(seeds))
    return float(np.median(speeds[:, -1] / speeds[:, 0]))
