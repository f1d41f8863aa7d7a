"""Numbers about the slope of the sigmoid, and its values along a chain."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lecture.kit.numbers import FACTOR
from mathcore import Chain, activation, sigmoid_prime

__all__ = ["ChainSlopes", "SlopeFacts", "chain_slopes", "slope_facts"]


@dataclass(frozen=True)
class SlopeFacts:
    """The slope of the sigmoid: its maximum, its ends and its flat tails.

    Parameters
    ----------
    reach
        The curve is drawn from ``-reach`` to ``reach``.
    peak
        Largest slope.
    end
        Slope at ``reach`` and ``-reach``.
    flat_share, flat_from
        For ``|h|`` above `flat_from` the slope is less than `flat_share` times the peak.
    """

    reach: float
    peak: float
    end: float
    flat_share: float
    flat_from: float

    @property
    def ratio(self) -> float:
        """Peak over the slope at the ends."""
        return self.peak / self.end


def slope_facts(reach: float = 5.0, flat_share: float = 0.1) -> SlopeFacts:
    """Return the numbers about the slope.

    The slope is ``a (1 - a)``, a parabola in the output ``a``; it is ``flat_share / 4`` at
    ``a = (1 ± √(1 - flat_share)) / 2``, and ``h = ln(a / (1 - a))`` there.

    Examples
    --------
    >>> facts = slope_facts()
    >>> facts.peak, round(facts.end, 4), round(facts.flat_from, 2)
    (0.25, 0.0066, 3.64)
    """
    root = math.sqrt(1.0 - flat_share)
    return SlopeFacts(
        reach=reach,
        peak=activation("sigmoid").max_slope,
        end=float(sigmoid_prime(reach)),
        flat_share=flat_share,
        flat_from=math.log((1.0 + root) / (1.0 - root)),
    )


@dataclass(frozen=True)
class ChainSlopes:
    """The slopes of the sigmoid at the weighted inputs of a chain.

    Parameters
    ----------
    h
        Weighted inputs of the layers.
    log10
        Common logarithms of the slopes, also where a slope underflows.
    """

    h: NDArray[np.float64]
    log10: NDArray[np.float64]

    @property
    def steepest(self) -> int:
        """Layer with the largest slope, from 1."""
        return int(np.argmax(self.log10)) + 1

    @property
    def flattest(self) -> int:
        """Layer with the smallest slope, from 1."""
        return int(np.argmin(self.log10)) + 1

    def text(self, layer: int) -> str:
        """Return the text of the slope of a layer, from 1."""
        return FACTOR.from_log10(1.0, float(self.log10[layer - 1]))


def chain_slopes(chain: Chain, x: float) -> ChainSlopes:
    """Return the slopes along a chain, whose neurons are replaced by sigmoids if they are others.

    Examples
    --------
    >>> slopes = chain_slopes(Chain([0.9, -0.8]), 0.8)
    >>> slopes.flattest, slopes.text(1), slopes.steepest, slopes.text(2)
    (1, '0.220', 2, '0.233')
    """
    h = Chain(chain.weights, chain.biases, "sigmoid").forward(x).h
    return ChainSlopes(h, activation("sigmoid").log_abs_slope(h) / math.log(10.0))
