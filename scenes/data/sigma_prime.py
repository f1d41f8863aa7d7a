"""Numbers about the slope of the sigmoid."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mathcore import activation, sigmoid_prime

__all__ = ["SlopeFacts", "slope_facts"]


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
