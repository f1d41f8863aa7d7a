"""Gradient descent with momentum on the bowl C(w) = ½ Σ λ w², whose minimum is at 0.

A step is ``s = momentum * (the step before) - rate * curvature * w``, for each weight on its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Descent",
    "best_heavy",
    "best_rate",
    "cost",
    "descend",
    "descend_until",
    "factors",
    "long_run_factor",
]

Array = NDArray[np.float64]
_MOST_STEPS = 100_000


@dataclass(frozen=True)
class Descent:
    """The weights after 0, 1, 2, ... steps, shape (steps + 1, weights), and how they were made."""

    curvatures: Array
    rate: float
    momentum: float
    path: Array

    @property
    def factor(self) -> float:
        """The factor of a step in the long run (see `long_run_factor`)."""
        return long_run_factor(self.curvatures, self.rate, self.momentum)

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.path) - 1

    @property
    def distances(self) -> Array:
        """Distances from the minimum after each step, relative to that at the start."""
        lengths = np.linalg.norm(self.path, axis=-1)
        return np.asarray(lengths / lengths[0])

    def at(self, step: float, weight: int = 0) -> float:
        """Return a weight at a step; between whole steps, in proportion.

        Examples
        --------
        >>> descend([1.0], 0.5, [8.0], 3).at(1.5)
        3.0
        """
        return float(np.interp(step, np.arange(len(self.path)), self.path[:, weight]))


def cost(curvatures: ArrayLike, weights: ArrayLike) -> Array:
    """Return the cost; the last axis of `weights` is that of the curvatures.

    Examples
    --------
    >>> float(cost([1.0, 9.0], [-3.0, 1.0]))
    9.0
    """
    return np.asarray(0.5 * np.sum(np.asarray(curvatures) * np.asarray(weights) ** 2, axis=-1))


def factors(curvatures: ArrayLike, rate: float) -> Array:
    """Return the factors ``1 - rate * curvature`` of a step without momentum.

    Examples
    --------
    >>> factors([1.0, 9.0], 0.2).round(6).tolist()
    [0.8, -0.8]
    """
    return np.asarray(1.0 - rate * np.asarray(curvatures, dtype=np.float64))


def descend(
    curvatures: ArrayLike, rate: float, start: ArrayLike, steps: int, momentum: float = 0.0
) -> Descent:
    """Return the weights after 0 to `steps` steps.

    Examples
    --------
    >>> descend([1.0], 0.5, [8.0], 3).path.ravel().tolist()
    [8.0, 4.0, 2.0, 1.0]
    """
    slope = np.asarray(curvatures, dtype=np.float64)
    path = [np.asarray(start, dtype=np.float64)]
    step = np.zeros_like(path[0])
    for _ in range(steps):
        step = momentum * step - rate * slope * path[-1]
        path.append(path[-1] + step)
    return Descent(slope, rate, momentum, np.array(path))


def best_rate(flat: float, steep: float) -> float:
    """Return the rate with the least largest factor: 2/(λ₁ + λ₂), where both have one size.

    Examples
    --------
    >>> best_rate(1.0, 9.0)
    0.2
    """
    return 2.0 / (flat + steep)


def best_heavy(flat: float, steep: float) -> tuple[float, float]:
    """Return the rate and the momentum with the least long-run factor, (√κ - 1)/(√κ + 1).

    Examples
    --------
    >>> best_heavy(1.0, 9.0)
    (0.25, 0.25)
    """
    low, high = np.sqrt(flat), np.sqrt(steep)
    return float(4.0 / (low + high) ** 2), float(((high - low) / (high + low)) ** 2)


def long_run_factor(curvatures: ArrayLike, rate: float, momentum: float = 0.0) -> float:
    """Return the factor by which a step changes the distance from the minimum, after many steps.

    It is the largest root of ``z² - (1 + momentum - rate * curvature) z + momentum``, in size.

    Examples
    --------
    >>> round(long_run_factor([1.0, 9.0], 0.2), 6)
    0.8
    >>> round(long_run_factor([1.0, 9.0], 0.25, 0.25), 6)
    0.5
    """
    half = (factors(curvatures, rate) + momentum) / 2
    # Two complex roots have the product `momentum`.
    rest = np.sqrt(np.maximum(half**2 - momentum, 0.0))
    sizes = np.where(half**2 < momentum, np.sqrt(momentum), np.abs(half) + rest)
    return float(np.max(sizes))


def descend_until(share: float, descent: Descent) -> Descent:
    """Repeat a descent up to the first step that leaves at most `share` of the distance.

    Raises
    ------
    ValueError
        More than `share` is left after 100,000 steps.

    Examples
    --------
    >>> descend_until(0.01, descend([1.0, 9.0], 0.2, [-3.0, 1.0], 1)).steps
    21
    """
    steps = 16
    while steps <= _MOST_STEPS:
        found = descend(descent.curvatures, descent.rate, descent.path[0], steps, descent.momentum)
        reached = np.flatnonzero(found.distances <= share)
        if reached.size:
            return replace(found, path=found.path[: reached[0] + 1])
        steps *= 4
    raise ValueError(f"rate: {descent.rate:g} leaves more than {share:g} of the distance")
