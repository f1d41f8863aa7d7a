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
from scenes.data.unstable_gradient import tuned_shares

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LAYERS", "RecapNumbers", "recap_numbers"]

LAYERS = 10
"""Layers of the chains whose balance is counted."""

_SEEDS = 20
_ODDS = (20, 10.0, 20_000, 7)  # those of UnstableGradient


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
        Share of chains of `LAYERS` layers, tuned to balance on average, in which all layer speeds
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
    return RecapNumbers(
        lag=lag,
        largest_slope=activation("sigmoid").max_slope,
        loss=10.0 ** -decades_per_layer(1.0, 1.0),
        balanced=float(tuned_shares(*_ODDS)[LAYERS - 1]),
    )


def _median_lag(depth: int, seeds: int, code: str) -> float:  # noqa: ARG001  (of the cache key)
    speeds = start_speeds(depth, range(seeds))
    return float(np.median(speeds[:, -1] / speeds[:, 0]))
