"""The figures about the slope of the sigmoid that the lecture names."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mathcore import activation, sigmoid_prime

__all__ = ["SlopeFacts", "slope_facts"]


@dataclass(frozen=True)
class SlopeFacts:
    """How large the slope of the sigmoid is, and where it is small.

    Parameters
    ----------
    reach
        The curve is shown from ``-reach`` to ``reach``.
    peak
        The largest slope.
    end
        The slope at ``reach`` and ``-reach``.
    flat_share, flat_from
        Where ``|h|`` exceeds `flat_from`, the slope is below the share `flat_share` of the peak.
    """

    reach: float
    peak: float
    end: float
    flat_share: float
    flat_from: float

    @property
    def ratio(self) -> float:
        """How many times larger the peak is than the slope at the ends."""
        return self.peak / self.end


def slope_facts(reach: float = 5.0, flat_share: float = 0.1) -> SlopeFacts:
    """Compute the figures.

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
