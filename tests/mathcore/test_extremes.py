"""Gradients far outside the range of float64."""

import math
from decimal import Decimal, localcontext
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathcore import Chain, draw_chain, sigmoid_prime

# pytest adds an absolute 1e-12, which would hide any error in a tiny gradient.
approx = partial(pytest.approx, abs=0.0)


def test_chains_of_a_thousand_layers_against_50_digits(reference: dict[str, Any]) -> None:
    for name, scale, cost, target, rows in reference["chains"]:
        weights = [scale * ((7919 * j) % 2003 - 1000.5) / 400.0 for j in range(1, 1001)]
        biases = [((104729 * j) % 1009 - 504) / 300.0 for j in range(1, 1001)]
        chain = Chain(weights, biases, name)
        trace, alone = (
            chain.backward(0.75, target, cost),
            chain.gradients(0.75, target, cost),
        )
        for found in (trace, alone):
            for j, log_w, sign, log_b in rows:
                where = (name, scale, cost, j)
                log = found.log10_abs_grad_w[j - 1]
                assert log == approx(float(log_w), rel=1e-11, abs=1e-14), where
                assert found.sign_grad_w[j - 1] == sign, where
                log = found.log10_abs_grad_b[j - 1]
                assert log == approx(float(log_b), rel=1e-11, abs=1e-14), where


@pytest.mark.parametrize("size", [4e5, 4e-5, -4e5])
def test_products_of_ten_to_the_five_thousand(size: float) -> None:
    # Every bias puts its layer at h = 0, so every factor is size / 4, that is 10^5 or 10^-5.
    weights = np.full(1000, size)
    chain = Chain(weights, np.append(-size, np.full(999, -size / 2)))
    trace = chain.backward(1.0, 0.0)
    assert trace.factors.tolist() == [size / 4] * 1000
    step = math.log10(abs(size) / 4)
    expected = [math.log10(0.25) + (1000 - j) * step for j in range(1, 1001)]
    assert trace.log10_abs_grad_b == approx(expected, rel=1e-13)
    assert trace.log10_abs_grad_w[0] == approx(expected[0], rel=1e-13)
    assert trace.log10_abs_grad_w[1:] == approx(
        [e + math.log10(0.5) for e in expected[1:]], rel=1e-13
    )
    signs = [math.copysign(1.0, size) ** (1000 - j) for j in range(1, 1001)]
    assert trace.sign_grad_w.tolist() == trace.sign_grad_b.tolist() == signs
    assert abs(trace.grad_b[0]) == (math.inf if abs(size) > 4 else 0.0)
    assert np.copysign(1.0, trace.grad_w).tolist() == signs


def test_the_classical_explosion_has_factors_of_exactly_25() -> None:
    trace = Chain([100.0] * 6, [-100.0] + [-50.0] * 5).backward(1.0, 0.0)
    assert trace.h.tolist() == [0.0] * 6
    assert trace.factors.tolist() == [25.0] * 6
    assert trace.grad_b.tolist() == [0.25 * 25.0**k for k in (5, 4, 3, 2, 1, 0)]


def test_a_gradient_that_leaves_the_range_and_returns() -> None:
    # Ten weights of 1e-40 take the running product to 1e-400 before ten of 1e40 bring it back.
    weights = [1.0] + [1e40] * 10 + [1e-40] * 10
    chain = Chain(weights, activation="identity")
    # With x = 1e-200 neither the signal nor y - t does more than cross the range on its way.
    trace = chain.backward(1e-200, -1.0)
    assert trace.grad_b[0] == approx(2.0, rel=1e-12)
    assert trace.grad_w[0] == approx(2e-200, rel=1e-12)
    assert trace.grad_b[10] == 0.0
    assert trace.log10_abs_grad_b[10] == approx(math.log10(2.0) - 400, rel=1e-14)
    assert trace.grad_w[10] == approx(2e-240, rel=1e-12)
    negative = Chain([-w for w in weights], activation="identity").backward(1e-200, -1.0)
    assert negative.grad_b[0] == approx(2.0, rel=1e-12)
    assert negative.grad_b[1] == approx(-2e-40, rel=1e-12)


def test_digits_lost_below_the_range_come_back() -> None:
    # On its way the product is 3e-320, a subnormal number with four digits.
    weights = [1e100, 1e100, 1.2345678901234567e-160, 1.2345678901234567e-160]
    trace = Chain([1.0, *weights], activation="identity").backward(1e-150, -1.0)
    expected = 2.0 * (1.2345678901234567e-160 * 1e100) ** 2
    assert float(trace.grad_b[0]) == approx(expected, rel=1e-12)
    assert float(trace.grad_w[1]) == approx(expected * 1e-250, rel=1e-12)


def test_digits_lost_in_a_single_factor_come_back() -> None:
    # w_2 slope_1 is 2e-319, though the gradient behind it is 5e-270.
    trace = Chain([1.0, 1e-307, 4e50], [-28.0, 0.0, -2e50]).backward(1.0, 0.0)
    assert trace.h[2] == 0.0
    expected = 2.5e49 * 1e-307 * float(sigmoid_prime(-27.0))
    assert float(trace.grad_b[0]) == approx(expected, rel=1e-12)
    assert float(trace.grad_w[0]) == approx(expected, rel=1e-12)


def test_an_overflow_times_an_exact_zero_is_zero() -> None:
    trace = Chain([0.0] + [1e200] * 3, [1.0, 0.0, 0.0, 0.0], "identity").backward(1.0, 0.0)
    assert trace.h.tolist() == [1.0, 1e200, math.inf, math.inf]
    assert trace.grad_b[0] == math.inf
    before = Chain([1e200, 1e200, 0.0], activation="identity").backward(1.0, 1.0)
    assert before.grad_w.tolist()[:2] == [0.0, 0.0]
    assert before.sign_grad_w.tolist() == [0.0, 0.0, -1.0]
    assert before.log10_abs_grad_w.tolist() == [
        -math.inf,
        -math.inf,
        approx(math.log10(2) + 400),
    ]


@pytest.mark.parametrize("name", ["identity", "leaky_relu", "relu", "elu", "gelu", "silu"])
@pytest.mark.parametrize("target", [0.0, 0.5])
def test_signals_that_overflow(name: str, target: float) -> None:
    depth, w, x = 1000, 1e5, 2.0
    trace = Chain([w] * depth, activation=name).backward(x, target)
    assert trace.a[0] == 2e5
    assert trace.a[-1] == math.inf
    # All h are large and positive, so every activation here is the identity; y = 2e5000.
    expected = math.log10(2 * 2) + 5000 + math.log10(2) + 5000 - 5
    assert trace.log10_abs_grad_w == approx([expected] * depth, rel=1e-13)
    assert trace.sign_grad_w.tolist() == [1.0] * depth
    logs = [math.log10(2 * 2) + 5000 + 5 * (depth - j) for j in range(1, depth + 1)]
    assert trace.log10_abs_grad_b == approx(logs, rel=1e-13)
    assert Chain([w] * depth, activation=name).forward(x).a[-1] == math.inf


@pytest.mark.parametrize(
    ("name", "slope"),
    [("identity", 1.0), ("tanh", 1.0), ("elu", 1.0), ("leaky_relu", 0.01), ("gelu", 0.5)],
)
def test_signals_that_underflow(name: str, slope: float) -> None:
    # Negative signals, that are soon so small that the activation is its tangent at 0.
    depth, w, x = 400, 1e-5, -1e-20
    trace = Chain([w] * depth, activation=name).backward(x, 0.0)
    assert trace.a[-1] == 0.0
    step = math.log10(w * slope)
    y = math.log10(abs(x)) + depth * step
    expected = math.log10(2) + y + depth * step - math.log10(w) + math.log10(abs(x))
    assert trace.log10_abs_grad_w == approx([expected] * depth, rel=1e-13)
    assert trace.sign_grad_w.tolist() == [1.0] * depth
    assert trace.sign_grad_b.tolist() == [-1.0] * depth
    wanted = Chain([w] * depth, activation=name).backward(x, 1.0)
    rest = depth * step - math.log10(w) + math.log10(abs(x)) + math.log10(2)
    assert wanted.log10_abs_grad_w == approx([rest] * depth, rel=1e-13)


def test_a_bias_catches_a_signal_that_has_underflowed_or_lifts_one_that_overflows() -> None:
    caught = Chain([1e-200, 1e-200, 1.0, 2.0], [0.0, 0.0, 0.25, 0.0], "identity").backward(1.0, 0.0)
    assert caught.h[2:].tolist() == [0.25, 0.5]
    assert caught.grad_w[3] == 0.25
    # The bias matters beside a product beyond the range that the next weight brings back.
    back = Chain([1e200, 1e200, -1e-250], [0.0, 1e308, 0.0], "identity").backward(1.0, 0.0)
    assert back.h[1] == math.inf
    assert back.h[2] == approx(-1e150, rel=1e-14)
    assert back.sign_grad_w.tolist() == [1.0, 1.0, -1.0]
    equal = Chain([1e154, -1e154, 1.0], [0.0, 1e308, 1.5], "identity").backward(1.0, 0.0)
    assert abs(equal.h[1]) < 1e293


@given(
    st.lists(st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300), min_size=1, max_size=40),
    st.floats(1e-300, 1e300),
)
def test_identity_chains_of_any_size_against_decimals(weights: list[float], x: float) -> None:
    trace = Chain(weights, activation="identity").backward(x, 0.0)
    with localcontext(prec=40, Emax=10**6, Emin=-(10**6)):
        y = math.prod((Decimal(w) for w in weights), start=Decimal(x))
        for j, w in enumerate(weights):
            gradient = 2 * y * y / Decimal(w)
            log = float(abs(gradient).log10())
            assert trace.log10_abs_grad_w[j] == approx(log, rel=1e-11, abs=1e-11)
            assert trace.sign_grad_w[j] == math.copysign(1.0, float(gradient.copy_sign(gradient)))


def test_a_saturated_chain_below_the_range() -> None:
    # y - 1 = -sigmoid(-900), far below the range, and its slope too.
    trace = Chain([900.0]).backward(1.0, 1.0)
    assert trace.log10_abs_grad_w[0] == approx((math.log(2) - 1800) / math.log(10), rel=1e-14)
    assert trace.sign_grad_w.tolist() == [-1.0]
    assert Chain([900.0]).backward(1.0, 0.0).sign_grad_w.tolist() == [1.0]
    other = Chain([-900.0, 1.0]).backward(1.0, 0.0)  # a_1 = sigmoid(-900)
    assert other.grad_w[1] == 0.0
    expected = math.log10(2 * 0.5 * 0.25) - 900 / math.log(10)
    assert other.log10_abs_grad_w[1] == approx(expected, rel=1e-14)
    assert other.sign_grad_w.tolist() == [1.0, 1.0]


# mpmath at 1200 digits: log10|dC/dw_j|, its sign, and log10|dC/db_j|.
VALUES_BELOW_THE_RANGE = [
    (
        ("gelu", [-40.0, 2.0, -3.0], 0.0),
        [-693.41462076916973457, -695.31771041792439691, -695.49380167698007815],
        [1, 1, -1],
        [-693.41462076916973457, -347.48276394990651721, -347.65885520896219845],
    ),
    (
        ("gelu", [-40.0, 2.0, -3.0], 0.5),
        [-346.05679555587151731, -347.95988520462617965, -348.13597646368186089],
        [-1, -1, 1],
        [-346.05679555587151731, -0.12493873660829995313, -0.30102999566398119521],
    ),
    (
        ("silu", [-800.0, 2.0, -3.0], 0.0),
        [-688.41232176512164558, -688.71280855310767459, -688.88889981216335583],
        [1, 1, -1],
        [-688.41232176512164558, -344.18031301749815605, -344.35640427655383729],
    ),
    (
        ("silu", [-1500.0, 2.0, 1e300], 0.0),
        [-696.83258281351550339, -697.13332318297208281, -996.83229318730810164],
        [1, 1, 1],
        [-696.83258281351550339, -48.867691587150022579, -348.56666159148604141],
    ),
]


@pytest.mark.parametrize(("chain", "grad_w", "signs", "grad_b"), VALUES_BELOW_THE_RANGE)
def test_values_that_underflow_are_no_zeros(
    chain: tuple[str, list[float], float],
    grad_w: list[float],
    signs: list[int],
    grad_b: list[float],
) -> None:
    # a_1 has underflowed, though h_1 is an ordinary number.
    name, weights, target = chain
    trace = Chain(weights, activation=name).backward(1.0, target)
    assert trace.a[0] == 0.0
    assert trace.log10_abs_grad_w == approx(grad_w, rel=1e-14)
    assert trace.log10_abs_grad_b == approx(grad_b, rel=1e-14)
    assert trace.sign_grad_w.tolist() == signs


@pytest.mark.parametrize("name", ["gelu", "silu"])
def test_a_value_far_below_the_range(name: str) -> None:
    # ln|a_1| is about -1e9: too large for the exponents of a float, not for those of a chain.
    h = -1e9 if name == "silu" else -4e4
    trace = Chain([h, 2.0], activation=name).backward(1.0, 0.0)
    log_a = (h if name == "silu" else -0.5 * h * h) / math.log(10.0)
    assert trace.log10_abs_grad_b[1] == approx(log_a, rel=1e-7)
    assert trace.log10_abs_grad_w[1] == approx(2.0 * log_a, rel=1e-7)


@pytest.mark.parametrize("name", ["identity", "elu"])
def test_an_error_beyond_the_range(name: str) -> None:
    trace = Chain([1.0], activation=name).backward(1.7e308, -1.7e308)
    assert trace.dcost_dy == math.inf
    expected = math.log10(2.0) + math.log10(2.0 * 1.7) + 308.0
    assert trace.log10_abs_grad_b[0] == approx(expected, rel=1e-15)
    scaled = Chain([1.0, 1e-10], [0.0, 1.7e308], name).backward(1.0, -1.7e308)
    assert scaled.grad_b[1] == math.inf
    assert scaled.grad_b[0] == approx(2e-10 * 2.0 * 1.7e308, rel=1e-12)


def test_a_thousand_deep_chains_have_finite_logs() -> None:
    batch = draw_chain(1000, 0, size=200)
    found = batch.gradients(1.0, 0.0)
    assert np.isfinite(found.log10_abs_grad_w).all()
    # 0.906 decades a layer, with a spread of a hundredth of that over 200 chains.
    assert found.log10_abs_grad_w[:, 0].mean() == approx(-905.6, abs=5.0)
