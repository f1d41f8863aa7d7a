import math
import warnings
from decimal import Decimal, localcontext
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import mathcore
from mathcore import activation

# pytest adds an absolute 1e-12, which would hide any error in a tiny gradient.
approx = partial(pytest.approx, abs=0.0)

EPS = float(np.finfo(np.float64).eps)
TINY = float(np.finfo(np.float64).tiny)
INF = math.inf
SMOOTH = ("sigmoid", "tanh", "gelu", "silu", "softplus")


def relative(got: float, exact: str) -> float:
    true = Decimal(exact)
    return float(abs((Decimal(float(got)) - true) / true))


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
def test_values_and_slopes_against_50_digits(name: str, reference: dict[str, Any]) -> None:
    act = activation(name)
    for h, value, slope, _ in reference["activations"][name]:
        for got, exact in ((act.value(float(h)), value), (act.slope(float(h)), slope)):
            if abs(Decimal(exact)) >= TINY:
                # 8 eps are promised; the largest error seen is 2.7.
                assert relative(float(got), exact) <= 5 * EPS, (h, exact)
            else:
                assert abs(float(got)) <= TINY, (h, exact)


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
def test_log_slopes_against_50_digits(name: str, reference: dict[str, Any]) -> None:
    act = activation(name)
    for h, _, _, log in reference["activations"][name]:
        got = float(act.log_abs_slope(float(h)))
        if log == "-inf":
            assert got == -INF, h
        elif abs(Decimal(log)) >= TINY:
            assert relative(got, log) <= 1e-13, (h, log)
        else:
            assert abs(got) <= TINY, (h, log)


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
def test_logs_of_values_against_50_digits(name: str, reference: dict[str, Any]) -> None:
    act = activation(name)
    for h, value, _, _ in reference["activations"][name]:
        with localcontext(Emin=-(10**9)):
            log = float(abs(Decimal(value)).ln()) if Decimal(value) else -INF
        with np.errstate(all="ignore"):
            got = float(act.kernel_log_value(np.array(float(h))))
        assert got == approx(log, rel=1e-13, abs=4 * EPS), h


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
def test_increments_against_50_digits(name: str, reference: dict[str, Any]) -> None:
    act = activation(name)
    for h, d, exact in reference["increments"][name]:
        with np.errstate(all="ignore"):
            got = float(act.kernel_increment(np.array(float(h)), np.array(float(d))))
        if Decimal(exact) == 0:
            assert got == 0.0
        else:
            assert relative(got, exact) <= 1e-13, (h, d, exact)


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
@given(h=st.floats(-1e9, 1e9), d=st.floats(-1e9, 1e9))
@example(h=-4.8e7, d=2762.0)
def test_increments_of_any_size_are_differences(name: str, h: float, d: float) -> None:
    act = activation(name)
    with np.errstate(all="ignore"):
        got = float(act.kernel_increment(np.array(h), np.array(d)))
    difference = float(act.value(h + d)) - float(act.value(h))
    assert got == approx(difference, abs=4 * EPS * (1.0 + abs(h) + abs(d)))


def test_increments_of_softplus_where_its_two_formulas_meet() -> None:
    act, h = activation("softplus"), np.array([-2.0, -0.3, 0.3, 2.0])
    for d in (1.0, 1.005, -1.0, -1.005):
        exact = [math.log1p(math.exp(x + d)) - math.log1p(math.exp(x)) for x in h.tolist()]
        with np.errstate(all="ignore"):
            assert act.kernel_increment(h, np.full(4, d)) == approx(exact, rel=1e-14)


# value, slope and ln|slope| at -inf and +inf
LIMITS = {
    "sigmoid": [(0, 0, -INF), (1, 0, -INF)],
    "tanh": [(-1, 0, -INF), (1, 0, -INF)],
    "relu": [(0, 0, -INF), (INF, 1, 0)],
    "leaky_relu": [(-INF, 0.01, math.log(0.01)), (INF, 1, 0)],
    "elu": [(-1, 0, -INF), (INF, 1, 0)],
    "gelu": [(0, 0, -INF), (INF, 1, 0)],
    "silu": [(0, 0, -INF), (INF, 1, 0)],
    "softplus": [(0, 0, -INF), (INF, 1, 0)],
    "identity": [(-INF, 1, 0), (INF, 1, 0)],
}


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
def test_limits_hold_and_nan_passes_without_a_warning(name: str) -> None:
    act = activation(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for h, expected in zip((-INF, INF), LIMITS[name], strict=True):
            got = float(act.value(h)), float(act.slope(h)), float(act.log_abs_slope(h))
            assert got == expected
        for h, expected in zip((-1e300, 1e300), LIMITS[name], strict=True):
            assert float(act.slope(h)) == expected[1]
        for function in (act.value, act.slope, act.log_abs_slope):
            assert math.isnan(float(function(math.nan)))
        with np.errstate(all="ignore"):
            assert math.isnan(float(act.kernel_increment(np.array(math.nan), np.array(0.1))))


@pytest.mark.parametrize(
    ("name", "at_zero"),
    [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0), ("sigmoid", 0.25), ("silu", 0.5)],
)
def test_slopes_at_zero(name: str, at_zero: float) -> None:
    assert float(activation(name).slope(0.0)) == at_zero
    assert float(activation(name).slope(-0.0)) == at_zero


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
def test_the_largest_slope_is_reached_and_not_passed(name: str) -> None:
    act = activation(name)
    slopes = np.abs(act.slope(np.linspace(-60.0, 60.0, 240_001)))
    assert slopes.max() <= act.max_slope * (1 + 4 * EPS)
    assert slopes.max() == approx(act.max_slope, rel=1e-8)


@pytest.mark.parametrize("name", SMOOTH)
def test_slopes_are_derivatives_by_central_differences(name: str) -> None:
    # Richardson's extrapolation: error of order step^4 plus eps / step.
    act, h = activation(name), np.linspace(-3.0, 3.0, 61) + 0.007
    half, whole = 1e-3, 2e-3
    slopes = [(act.value(h + d) - act.value(h - d)) / (2 * d) for d in (half, whole)]
    assert (4 * slopes[0] - slopes[1]) / 3 == approx(act.slope(h), rel=1e-9, abs=1e-10)


def test_underflown_tails_keep_their_sign() -> None:
    for name in ("gelu", "silu"):
        assert math.copysign(1.0, float(activation(name).slope(-800.0))) == -1.0
        assert math.copysign(1.0, float(activation(name).value(-800.0))) == -1.0


@pytest.mark.parametrize(
    ("name", "h", "target", "exact"),
    [
        # mpmath at 50 digits: value(h) - target, and its log
        ("sigmoid", 40.0, 1.0, -4.2483542552915889772e-18),
        ("sigmoid", -40.0, 0.0, 4.2483542552915889772e-18),
        ("sigmoid", 2.0, 0.0, 0.88079707797788243633),
        ("tanh", 20.0, 1.0, -8.4967085105831778994e-18),
        ("tanh", -20.0, -1.0, 8.4967085105831778994e-18),
        ("tanh", 0.1, 0.0, 0.099667994624955817118),
        ("tanh", 0.1, -1.0, 1.0996679946249558171),
        ("tanh", 2.0, -0.5, 1.4640275800758168839),
        ("elu", -40.0, -1.0, 4.2483542552915889953e-18),
        ("elu", 2.0, -1.0, 3.0),
        ("elu", -0.25, -1.0, 0.77880078307140486825),
        ("softplus", -40.0, 0.0, 4.2483542552915889863e-18),
        ("identity", 3.0, 1.0, 2.0),
    ],
)
def test_the_error_of_a_saturated_output(name: str, h: float, target: float, exact: float) -> None:
    act = activation(name)
    with np.errstate(all="ignore"):
        error = act.kernel_residual(np.array(h), np.array(target))
        log_error = act.kernel_log_residual(np.array(h), np.array(target))
    assert float(error) == approx(exact, rel=4 * EPS)
    assert float(log_error) == approx(math.log(abs(exact)), rel=1e-14)


@pytest.mark.parametrize(
    ("name", "h", "target", "log"),
    [
        ("sigmoid", 900.0, 1.0, -900.0),
        ("sigmoid", -900.0, 0.0, -900.0),
        ("tanh", 900.0, 1.0, math.log(2.0) - 1800.0),
        ("tanh", -900.0, -1.0, math.log(2.0) - 1800.0),
        ("elu", -900.0, -1.0, -900.0),
        ("softplus", -900.0, 0.0, -900.0),
        ("silu", -900.0, 0.0, math.log(900.0) - 900.0),
    ],
)
def test_the_log_of_an_error_below_the_range(
    name: str, h: float, target: float, log: float
) -> None:
    act = activation(name)
    with np.errstate(all="ignore"):
        assert float(act.kernel_log_residual(np.array(h), np.array(target))) == approx(log)
        sign = math.copysign(1.0, float(act.kernel_residual(np.array(h), np.array(target))))
    assert sign == (-1.0 if h > 0 or name == "silu" else 1.0)


def test_subnormal_tails_are_not_cut_off() -> None:
    # 1 / (1 + exp(720)) is the first to overflow, though the result is not yet 0.
    assert float(mathcore.sigmoid(-720.0)) == approx(math.exp(-720.0), rel=1e-9)
    assert float(mathcore.sigmoid_prime(720.0)) == approx(math.exp(-720.0), rel=1e-9)


def test_results_have_the_shape_of_the_argument_and_are_locked() -> None:
    h = np.zeros((2, 3))
    for result in (mathcore.sigmoid(h), mathcore.sigmoid_prime(h), activation("elu").value(h)):
        assert result.shape == (2, 3)
        assert not result.flags.writeable
    assert isinstance(mathcore.sigmoid(0.0), np.float64)
    assert float(mathcore.sigmoid(1.0)) == approx(1 / (1 + math.exp(-1)), rel=2 * EPS)
    assert float(mathcore.sigmoid_prime(-700.0)) == approx(math.exp(-700), rel=4 * EPS)


def test_names() -> None:
    assert mathcore.ACTIVATIONS == (
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "elu",
        "gelu",
        "silu",
        "softplus",
        "identity",
    )
    assert [activation(name).name for name in mathcore.ACTIVATIONS] == list(mathcore.ACTIVATIONS)


def test_an_unknown_name_is_answered_with_the_allowed_ones_and_the_nearest() -> None:
    with pytest.raises(
        ValueError,
        match=r"activation: unknown name 'sigmoidd'; allowed: sig.*; did you mean 'sigmoid'\?",
    ):
        activation("sigmoidd")
    with pytest.raises(ValueError, match=r"unknown name 'zzz'; allowed: .*identity$"):
        activation("zzz")
    with pytest.raises(ValueError, match="unknown name 3"):
        activation(3)  # type: ignore[arg-type]


def test_arguments_that_are_no_real_numbers() -> None:
    for wrong in ("1.5", 1j, None, [[1.0], [2.0, 3.0]]):
        with pytest.raises(ValueError, match="h: "):
            mathcore.sigmoid(wrong)  # type: ignore[arg-type]
