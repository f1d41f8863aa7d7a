"""The numbers of the recap: one from each part of the lecture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mathcore import activation
from scenes.data.deep_nets_stall import DEPTHS, start_speeds
from scenes.data.unstable_gradient import (
    DEEPEST,
    DRAWS,
    ODDS_SEED,
    READ_AT,
    TOLERANCE,
    tuned_shares,
)
from scenes.data.vanishing_product import draw_products

__all__ = ["STARTS", "RecapNumbers", "recap_numbers"]

FloatArray = NDArray[np.float64]

STARTS = 20
"""Random starts of the network whose speeds are compared."""

_CHAINS, _FACTORS, _PRODUCTS_SEED = 60, 10, 2


@dataclass(frozen=True, eq=False)
class RecapNumbers:
    """One number, or one picture of numbers, from each part of the lecture.

    Attributes
    ----------
    speeds : numpy.ndarray
        Median speed of each hidden layer over random starts, in units of the last layer's.
    peak : float
        Largest slope of the sigmoid.
    products : numpy.ndarray
        ``log10`` of the products of the first n factors of random chains, n from 0, of shape
        (chains, factors + 1).
    decades : float
        Mean loss of such a product per layer of a long chain, in decades.
    layers : int
        Layers of the chains that are balanced on average.
    share : float
        Share of these chains in which all speeds lie within a factor of ten.
    """

    speeds: FloatArray
    peak: float
    products: FloatArray
    decades: float
    layers: int
    share: float

    @property
    def ratio(self) -> float:
        """Speed of the last hidden layer over that of the first."""
        return float(1.0 / self.speeds[0])


@cache
def recap_numbers() -> RecapNumbers:
    """Return the numbers of the recap.

    Examples
    --------
    >>> numbers = recap_numbers()
    >>> len(numbers.speeds), numbers.peak, numbers.layers
    (4, 0.25, 10)
    """
    logs = np.log10(start_speeds(DEPTHS[-1], range(STARTS)))
    shares = tuned_shares(DEEPEST, TOLERANCE, DRAWS, ODDS_SEED)
    drawn = draw_products(_CHAINS, _FACTORS, _PRODUCTS_SEED)
    return RecapNumbers(
        speeds=np.asarray(10.0 ** np.median(logs - logs[:, -1:], axis=0)),
        peak=activation("sigmoid").max_slope,
        products=drawn.products,
        decades=drawn.decades_per_layer,
        layers=READ_AT,
        share=float(shares[READ_AT - 1]),
    )
