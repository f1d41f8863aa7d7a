"""A pass through a chain in long arithmetic, which the numbers on the screen are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import mpmath
import pytest
from manim import tempconfig

from lecture.kit.numbers import NumberFormat
from tests.stepping import CHAINS


@pytest.fixture(scope="session", autouse=True)
def _media_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with tempconfig({"media_dir": str(tmp_path_factory.mktemp("media"))}):
        yield


@dataclass(frozen=True)
class ExactPass:
    """A pass through a chain in long arithmetic, computed apart from the project's own code.

    Lists have an entry a layer; `factors` are those of dC/dw_1 but the last, `running` the product
    before the first factor and after each, from the last layer to the first.
    """

    h: list[mpmath.mpf]
    a: list[mpmath.mpf]
    slopes: list[mpmath.mpf]
    factors: list[mpmath.mpf]
    grad_w: list[mpmath.mpf]
    running: list[mpmath.mpf]
    dcost_dy: mpmath.mpf
    cost: mpmath.mpf


_VALUES = {
    "sigmoid": lambda h: 1 / (1 + mpmath.exp(-h)),
    "tanh": mpmath.tanh,
    "relu": lambda h: max(h, mpmath.mpf(0)),
    "identity": lambda h: h,
}
_SLOPES = {
    "sigmoid": lambda h: mpmath.exp(-h) / (1 + mpmath.exp(-h)) ** 2,
    "tanh": lambda h: mpmath.sech(h) ** 2,
    "relu": lambda h: mpmath.mpf(int(h > 0)),
    "identity": lambda _: mpmath.mpf(1),
}
_COSTS = {
    "squared": (lambda y, t: (y - t) ** 2, lambda y, t: 2 * (y - t)),
    "half_squared": (lambda y, t: (y - t) ** 2 / 2, lambda y, t: y - t),
    # Only for targets 0 and 1, which is all that the chains of these tests have.
    "cross_entropy": (
        lambda y, t: -mpmath.log(y) if t == 1 else -mpmath.log(1 - y),
        lambda y, t: -1 / y if t == 1 else 1 / (1 - y),
    ),
}


@cache
def _exact(chain: str) -> ExactPass:
    spec = CHAINS[chain]
    weights = [mpmath.mpf(w) for w in spec.build().weights]
    biases = [mpmath.mpf(b) for b in spec.build().biases]
    with mpmath.workdps(1000):  # the factors of a saturated chain lie hundreds of decades down
        before, h, a = mpmath.mpf(spec.input), [], []
        for weight, bias in zip(weights, biases, strict=True):
            h.append(weight * (a[-1] if a else before) + bias)
            a.append(_VALUES[spec.activation](h[-1]))
        slopes = [_SLOPES[spec.activation](value) for value in h]
        leads = [before, *weights[1:]]
        factors = [lead * slope for lead, slope in zip(leads, slopes, strict=True)]
        cost, derivative = (rule(a[-1], mpmath.mpf(spec.target)) for rule in _COSTS[spec.cost])
        running = [derivative]
        for factor in reversed(factors):
            running.append(running[-1] * factor)
        received = [before, *a[:-1]]
        # dC/dw_j = a_(j-1) · slope_j · (product of the factors behind it) · dC/dy
        grad_w = [received[j] * slopes[j] * running[len(h) - 1 - j] for j in range(len(h))]
    return ExactPass(h, a, slopes, factors, grad_w, running, derivative, cost)


@pytest.fixture(scope="session")
def exact() -> Callable[[str], ExactPass]:
    """Compute a pass through one of the chains in 1000 digits."""
    return _exact


@pytest.fixture(scope="session")
def written() -> Callable[[NumberFormat, mpmath.mpf], str]:
    """Format an exact number as the screen should show it."""

    def write(number_format: NumberFormat, value: mpmath.mpf) -> str:
        if value == 0:
            return "0"
        log10 = float(mpmath.log10(abs(value)))
        if abs(log10) < 300:
            return number_format(float(value))
        return number_format.from_log10(float(mpmath.sign(value)), log10)

    return write
