"""Costs, their derivatives and signals below the range of float64, against mpmath."""

import math
from collections.abc import Callable
from functools import cache, partial

import mpmath as mp
import numpy as np
import pytest

from mathcore import ACTIVATIONS, Chain

# pytest adds an absolute 1e-12, which would hide any error beside 0.
approx = partial(pytest.approx, rel=1e-14, abs=0.0)

Function = Callable[[mp.mpf], mp.mpf]

LEAK = mp.mpf(0.01)
VALUES: dict[str, Function] = {
    "sigmoid": lambda h: 1 / (1 + mp.exp(-h)),
    "tanh": mp.tanh,
    "relu": lambda h: max(h, mp.mpf(0)),
    "leaky_relu": lambda h: h if h > 0 else LEAK * h,
    "elu": lambda h: h if h >= 0 else mp.expm1(h),
    "gelu": lambda h: h * mp.erfc(-h / mp.sqrt(2)) / 2,
    "silu": lambda h: h / (1 + mp.exp(-h)),
    "softplus": lambda h: mp.log1p(mp.exp(h)),
    "identity": lambda h: h,
}


@cache
def output(name: str, h: float) -> tuple[mp.mpf, int]:
    """Return y with 50 digits of its distance to the asymptotes, and its number of digits."""
    zeros = {"tanh": 0.87 * abs(h), "gelu": 0.22 * h * h}.get(name, 0.44 * abs(h))
    digits = 60 + int(zeros)
    with mp.workdps(digits):
        return VALUES[name](mp.mpf(h)), digits


def exact(name: str, cost: str, h: float, target: float) -> tuple[mp.mpf, mp.mpf]:
    """Return C and dC/dy to 50 digits, for a weighted input of the output."""
    y, digits = output(name, h)
    with mp.workdps(digits):
        return _exact(cost, y, mp.mpf(target))


def _exact(cost: str, y: mp.mpf, t: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
    if cost == "cross_entropy":
        at_one = -t * mp.log(y) if t else mp.mpf(0)
        at_zero = -(1 - t) * mp.log1p(-y) if t != 1 else mp.mpf(0)
        return at_one + at_zero, (y - t) / (y * (1 - y))
    scale = 1 if cost == "squared" else mp.mpf(1) / 2
    return scale * (y - t) ** 2, 2 * scale * (y - t)


def log10(value: mp.mpf) -> float:
    return float(mp.log10(abs(value))) if value else -math.inf


TAILS = [
    *(("sigmoid", side * h, t) for h in (30.0, 800.0, 4605.17) for side in (1, -1) for t in (0, 1)),
    *(("sigmoid", h, 0.5) for h in (-4605.17, -0.25, 0.0, 4605.17)),
    *(("tanh", side * h, t) for h in (20.0, 400.0, 2302.6) for side in (1, -1) for t in (-1, 0, 1)),
    *(("elu", -h, t) for h in (30.0, 800.0, 4605.17) for t in (-1, 0)),
    *((name, -h, 0) for name in ("gelu", "silu", "softplus") for h in (20.0, 38.5)),
    *(("silu", -h, 0) for h in (800.0, 4596.7)),
    *(("softplus", -h, 0) for h in (800.0, 4605.17)),
    ("gelu", -95.9, 0),
    # Above 0 these three are h plus or minus their tail, so the target h leaves the tail alone.
    *(("gelu", h, h) for h in (7.5, 40.0, 95.9)),
    *((name, h, h) for name in ("silu", "softplus") for h in (30.0, 800.0, 4600.0)),
    *((name, 30.0, 30.0 - 2**-48) for name in ("gelu", "silu", "softplus")),
    *((name, -3.0, 0) for name in ACTIVATIONS),
]

CLOSE = {"rel": 1e-14, "abs": 1e-15}  # of a logarithm, which is 0 for a cost of 1


@pytest.mark.parametrize("cost", ["squared", "half_squared", "cross_entropy"])
def test_a_cost_down_to_ten_to_the_minus_four_thousand(cost: str) -> None:
    smallest = 0.0
    for name, h, target in TAILS:
        if cost == "cross_entropy" and name != "sigmoid":
            continue
        where = (name, h, target)
        trace = Chain([h], activation=name).backward(1.0, target, cost)
        wanted_cost, wanted_slope = exact(name, cost, h, target)
        assert trace.log10_cost == pytest.approx(log10(wanted_cost), **CLOSE), where
        assert trace.log10_abs_dcost_dy == pytest.approx(log10(wanted_slope), **CLOSE), where
        assert trace.sign_dcost_dy == mp.sign(wanted_slope), where
        smallest = min(smallest, log10(wanted_slope) if wanted_slope else 0.0)
    assert cost == "cross_entropy" or smallest < -1999


def test_the_gradients_of_a_target_on_the_asymptote_of_an_unbounded_activation() -> None:
    for name in ("gelu", "silu", "softplus"):
        trace = Chain([1.0, 90.0], activation=name).backward(90.0, 8100.0)
        assert trace.log10_abs_grad_w[1] == approx(float(trace.log10_abs_dcost_dy + np.log10(90)))
        assert trace.sign_grad_w.tolist() == [trace.sign_dcost_dy] * 2
        assert trace.sign_dcost_dy == (1.0 if name == "softplus" else -1.0)


def test_signals_that_underflow() -> None:
    chain = Chain([-1000.0, 1e-300, -1e-300], [0.0, 0.0, 0.0])
    trace = chain.forward(1.0)
    assert trace.h[1] == trace.a[0] == 0.0
    with mp.workdps(60):
        a_1 = VALUES["sigmoid"](mp.mpf(-1000))
        h_2 = mp.mpf(1e-300) * a_1
    assert trace.log10_abs_a == approx([log10(a_1), math.log10(0.5), math.log10(0.5)], rel=1e-15)
    assert trace.log10_abs_h == approx([3.0, log10(h_2), math.log10(0.5) - 300], rel=1e-15)
    assert trace.sign_a.tolist() == [1.0, 1.0, 1.0]
    assert trace.sign_h.tolist() == [-1.0, 1.0, -1.0]
    tiny = Chain([-1e-200] * 3, activation="tanh").backward(1.0, 0.0)
    assert tiny.log10_abs_h == approx([-200.0, -400.0, -600.0])
    assert tiny.log10_abs_a == approx([-200.0, -400.0, -600.0])
    assert tiny.sign_a.tolist() == [-1.0, 1.0, -1.0]
    assert tiny.log10_cost == approx(-1200.0)
    assert (tiny.sign_dcost_dy, tiny.log10_abs_dcost_dy) == (-1.0, approx(np.log10(2) - 600))


def test_signals_and_costs_that_overflow() -> None:
    trace = Chain([-1e200] * 2, activation="identity").backward(1e5, 1.0)
    assert trace.log10_abs_a == approx([205.0, 405.0])
    assert trace.sign_a.tolist() == [-1.0, 1.0]
    assert trace.log10_cost == approx(810.0)
    assert (trace.sign_dcost_dy, trace.log10_abs_dcost_dy) == (1.0, approx(405 + np.log10(2)))


@pytest.mark.parametrize(
    ("weights", "name", "x", "target", "cost"),
    [
        ([2.0, 3.0], "identity", 1.0, 6.0, "squared"),
        ([2.0, -3.0], "identity", 1.0, -6.0, "half_squared"),
        ([1.0, 0.0], "sigmoid", 1.0, 0.5, "squared"),
        ([1.0, 0.0], "sigmoid", 1.0, 0.5, "cross_entropy"),
        ([-1.0] * 12, "relu", 1.0, 0.0, "squared"),
        ([3.0, 2.0], "relu", 1.0, 6.0, "squared"),
        ([1.0, 0.0], "tanh", 1.0, 0.0, "squared"),
        ([1.0, 0.0], "gelu", -1.0, 0.0, "squared"),
        ([2.0, 1.0], "elu", 1.0, 2.0, "squared"),
    ],
)
def test_an_output_on_its_target_is_an_exact_zero(
    weights: list[float], name: str, x: float, target: float, cost: str
) -> None:
    trace = Chain(weights, activation=name).backward(x, target, cost)
    assert math.copysign(1.0, trace.dcost_dy) == 1.0
    assert (trace.dcost_dy, trace.sign_dcost_dy) == (0.0, 0.0)
    assert trace.log10_abs_dcost_dy == -math.inf
    assert trace.sign_grad_w.tolist() == [0.0] * len(weights)
    if cost != "cross_entropy":
        assert (trace.cost, trace.log10_cost) == (0.0, -math.inf)


def test_a_batch_has_the_logarithms_of_its_chains() -> None:
    weights = [[3.0, -1000.0], [1e-200, 1e-200], [0.5, 0.25]]
    batch = Chain(weights, activation="silu").backward([1.0, 1.0, 2.0], [0.0, 0.0, 1.0])
    for row, (w, x, t) in enumerate(zip(weights, (1.0, 1.0, 2.0), (0.0, 0.0, 1.0), strict=True)):
        one = Chain(w, activation="silu").backward(x, t)
        assert batch.log10_cost[row] == approx(one.log10_cost)
        assert batch.log10_abs_dcost_dy[row] == approx(one.log10_abs_dcost_dy)
        assert batch.sign_dcost_dy[row] == one.sign_dcost_dy
        assert batch.log10_abs_a[row].tolist() == approx(one.log10_abs_a.tolist())
        assert batch.log10_abs_h[row].tolist() == approx(one.log10_abs_h.tolist())
