"""The scale of a vertical axis for magnitudes, linear and logarithmic."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lecture.kit.numbers import PLAIN

__all__ = ["MagnitudeScale", "tick_step"]

_STEPS = (1, 2, 5)


def tick_step(span: int, most: int) -> int:
    """Return the least of 1, 2, 5, 10, 20, ... that divides `span` into at most `most` parts.

    Parameters
    ----------
    span
        Length of the axis; at least 0.
    most
        Maximum number of intervals; at least 1.

    Examples
    --------
    >>> tick_step(6, 4), tick_step(31, 4)
    (2, 10)
    """
    scale = 1
    while True:
        for step in _STEPS:
            if span <= step * scale * most:
                return step * scale
        scale *= 10


@dataclass(frozen=True)
class MagnitudeScale:
    """Heights of magnitudes on an axis of height 1, from their common logarithms.

    The logarithmic axis covers whole decades, from below the smallest magnitude to at least 10⁰.
    The linear axis ends at 1, 2 or 5 times a power of ten. Logarithms may exceed the range of a
    float; ``-inf``, the logarithm of zero, has height 0.

    Parameters
    ----------
    low, high
        Exponents at the ends of the logarithmic axis.
    linear_top
        Common logarithm of the upper end of the linear axis.

    Examples
    --------
    >>> scale = MagnitudeScale.covering(np.log10([3.9e-5, 8.0e-2]))
    >>> scale.low, scale.high
    (-6, 0)
    >>> scale.linear(np.log10([0.05])).round(3).tolist()
    [0.5]
    """

    low: int
    high: int
    linear_top: float

    @classmethod
    def covering(cls, log10_abs: NDArray[np.float64]) -> MagnitudeScale:
        """Return the scale for magnitudes, given their common logarithms."""
        finite = log10_abs[np.isfinite(log10_abs)]
        if not finite.size:
            return cls(low=-2, high=0, linear_top=0.0)
        largest = float(finite.max())
        decade = math.floor(largest)
        factor = next(n for n in (1, 2, 5, 10) if largest - decade <= math.log10(n) + 1e-9)
        low = math.floor(float(finite.min())) - 1
        return cls(low, max(0, math.ceil(largest)), decade + math.log10(factor))

    def linear(self, log10_abs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return heights on the linear axis, from 0 to 1."""
        return np.asarray(10.0 ** np.clip(log10_abs - self.linear_top, -300.0, 0.0)) * (
            log10_abs > -np.inf
        )

    def logarithmic(self, log10_abs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return heights on the logarithmic axis, from 0 to 1."""
        heights = (np.maximum(log10_abs, self.low) - self.low) / (self.high - self.low)
        return np.asarray(heights, dtype=np.float64)

    def decades(self) -> list[int]:
        """Return the exponents of the grid lines, from the top."""
        return self.labelled(12)

    def labelled(self, most: int = 5) -> list[int]:
        """Return the exponents of labels, from the top, with at most `most` intervals."""
        step = tick_step(self.high - self.low, most)
        return list(range(self.high, self.low - 1, -step))

    def linear_labels(self) -> list[tuple[float, str]]:
        """Return the heights and texts of the labels of the linear axis."""
        half = PLAIN.from_log10(1, self.linear_top - math.log10(2))
        return [(0.0, "0"), (0.5, half), (1.0, PLAIN.from_log10(1, self.linear_top))]
