"""Gradients against complex steps and by their properties."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import mathcore
from mathcore import Chain, draw_chain

# pytest adds an absolute 1e-12, which would hide any error in a tiny gradient.
approx = partial(pytest.approx, abs=0.0)

EPS = float(np.finfo(np.float64).eps)
COMPLEX: dict[str, Callable[[complex], complex]] = {
    "sigmoid": lambda h: 1 / (1 + np.exp(-h)),
    "tanh": np.tanh,
    "silu": lambda h: h / (1 + np.exp(-h)),
    "softplus": lambda h: np.log(1 + np.exp(h)),
    "elu": lambda h: h if h.real >= 0 else np.exp(h) - 1,
    "identity": lambda h: h,
}


def complex_step(name: str, w: list[float], b: list[float], x: float, t: float) -> list[float]:
    """dC/dw_j as Im C(w_j + i step) / step: no subtraction, so no cancellation."""
    gradients, step = [], 1e-200
    for j in range(len(w)):
        a: complex = x
        for k, (wk, bk) in enumerate(zip(w, b, strict=True)):
            a = COMPLEX[name](complex(wk, step if k == j else 0.0) * a + bk)
        gradients.append(((a - t) ** 2).imag / step)
    return gradients


@pytest.mark.parametrize("name", list(COMPLEX))
@pytest.mark.parametrize("depth", [1, 2, 5, 20, 50])
def test_gradients_by_complex_step(name: str, depth: int) -> None:
    chain = draw_chain(depth, depth, weight_std=1.3, bias_std=0.4, activation=name)
    with np.errstate(under="ignore"):
        exact = complex_step(name, chain.weights.tolist(), chain.biases.tolist(), 0.9, 0.3)
    # The oracle forms y - t by subtraction, as is right for this target.
    assert chain.backward(0.9, 0.3).grad_w == approx(exact, rel=1e-12, abs=0.0)


floats = st.floats(-3.0, 3.0, allow_subnormal=False)
names = st.sampled_from(mathcore.ACTIVATIONS)
parameters = st.integers(1, 12).flatmap(
    lambda depth: st.tuples(
        st.lists(floats, min_size=depth, max_size=depth),
        st.lists(floats, min_size=depth, max_size=depth),
    )
)


@given(parameters, names, floats, floats)
def test_the_terms_multiply_to_the_gradient(
    wb: tuple[list[float], list[float]], name: str, x: float, t: float
) -> None:
    trace = Chain(*wb, activation=name).backward(x, t)
    for j in range(1, len(wb[0]) + 1):
        terms = trace.terms(j)
        assert terms.shape == (2 * (len(wb[0]) - j) + 3,)
        with np.errstate(under="ignore"):
            product = math.prod(terms.tolist())
        assert product == approx(float(trace.grad_w[j - 1]), rel=1e-12, abs=1e-290)


@given(parameters, names, floats, floats)
def test_logs_and_signs_are_those_of_the_gradients(
    wb: tuple[list[float], list[float]], name: str, x: float, t: float
) -> None:
    trace = Chain(*wb, activation=name).backward(x, t)
    for gradient, log, sign in (
        (trace.grad_w, trace.log10_abs_grad_w, trace.sign_grad_w),
        (trace.grad_b, trace.log10_abs_grad_b, trace.sign_grad_b),
    ):
        for g, size, s in zip(gradient.tolist(), log.tolist(), sign.tolist(), strict=True):
            if abs(g) > 1e-300:
                assert size == approx(math.log10(abs(g)), rel=1e-12, abs=1e-12)
                assert s == math.copysign(1.0, g)
            else:
                assert size <= -299.9
                assert (s == 0.0) == (size == -math.inf)


@given(parameters, floats, floats)
def test_identity_neurons_multiply_their_weights(
    wb: tuple[list[float], list[float]], x: float, t: float
) -> None:
    weights = wb[0]
    trace = Chain(weights, activation="identity").backward(x, t)
    assert float(trace.y) == approx(x * math.prod(weights), rel=1e-13, abs=1e-300)
    others = [math.prod(weights[:j] + weights[j + 1 :]) for j in range(len(weights))]
    expected = [2 * (float(trace.y) - t) * x * other for other in others]
    assert trace.grad_w == approx(expected, rel=1e-12, abs=1e-280)


@given(parameters, floats, floats)
def test_turning_two_weights_of_an_odd_activation_round_keeps_the_output(
    wb: tuple[list[float], list[float]], x: float, t: float
) -> None:
    # tanh is odd: turning round w_1 and x together changes nothing but the sign of dC/dw_1.
    weights, biases = wb
    trace = Chain(weights, biases, "tanh").backward(x, t)
    turned = Chain([-weights[0], *weights[1:]], biases, "tanh").backward(-x, t)
    assert turned.y == trace.y
    assert turned.grad_b.tolist() == trace.grad_b.tolist()
    assert turned.grad_w[0] == -trace.grad_w[0]
    assert turned.grad_w[1:].tolist() == trace.grad_w[1:].tolist()


@given(parameters, floats, floats)
@example(([0.0, 1.0, 1.175494351e-38, 2.361062662831398e-275], [0.0] * 4), 0.0, 0.0)
def test_half_the_cost_has_half_the_gradients(
    wb: tuple[list[float], list[float]], x: float, t: float
) -> None:
    chain = Chain(*wb)
    whole, half = chain.backward(x, t), chain.backward(x, t, "half_squared")
    with np.errstate(under="ignore"):
        # Subnormal numbers are rounded to multiples of 5e-324, whatever their size.
        assert (whole.grad_w / 2).tolist() == approx(half.grad_w.tolist(), rel=4 * EPS, abs=1e-322)
        assert float(whole.cost) / 2 == approx(float(half.cost), rel=4 * EPS)


@given(parameters, names, st.floats(0.1, 10.0))
def test_the_first_weight_and_the_input_scale_against_each_other(
    wb: tuple[list[float], list[float]], name: str, scale: float
) -> None:
    weights, biases = wb
    trace = Chain(weights, biases, name).backward(scale, 0.25)
    other = Chain([weights[0] * scale, *weights[1:]], biases, name).backward(1.0, 0.25)
    assert trace.a == approx(other.a, rel=1e-9, abs=1e-9)
    first, second = float(trace.grad_w[0]), float(other.grad_w[0])
    assert first == approx(scale * second, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
def test_a_batch_equals_a_loop(name: str) -> None:
    batch = draw_chain(6, 5, bias_std=1.0, activation=name, size=(2, 3))
    x, t = np.linspace(-1, 1, 3), np.array([[0.0], [0.5]])
    trace = batch.backward(x, t)
    for i in range(2):
        for j in range(3):
            chain = Chain(batch.weights[i, j], batch.biases[i, j], name)
            single = chain.backward(x[j], t[i, 0])
            assert trace.cost[i, j] == approx(float(single.cost), rel=4 * EPS)
            assert trace.y[i, j] == single.a[-1]
            for field in ("h", "a", "slope", "factors", "delta", "grad_w", "sign_grad_w"):
                expected = getattr(single, field)
                assert getattr(trace, field)[i, j] == approx(expected, rel=1e-14), field
            assert trace.log10_abs_grad_w[i, j] == approx(
                single.log10_abs_grad_w, rel=1e-14, abs=1e-14
            )
            assert trace.terms(2)[i, j] == approx(single.terms(2), rel=1e-14)


def test_one_chain_on_many_inputs() -> None:
    chain, xs = Chain([1.0, 2.0], [0.5, 0.0]), np.linspace(0, 1, 4)
    trace = chain.backward(xs, 0.0)
    assert trace.grad_w.shape == trace.weights.shape == (4, 2)
    assert trace.cost.shape == trace.x.shape == trace.target.shape == (4,)
    assert trace.grad_w[2] == approx(chain.backward(xs[2], 0.0).grad_w, rel=1e-15)
    assert chain.forward(xs).h.shape == (4, 2)
    assert chain.gradients(xs, 0.0).grad_w == approx(trace.grad_w, rel=1e-14)


def test_a_zero_weight_stops_the_gradient_exactly() -> None:
    trace = Chain([1.0, -2.0, 0.0, 0.5, 3.0]).backward(1.0, 0.0)
    assert trace.grad_w[:2].tolist() == trace.grad_b[:2].tolist() == [0.0, 0.0]
    assert trace.log10_abs_grad_w[:2].tolist() == [-math.inf, -math.inf]
    assert trace.sign_grad_w.tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]
    assert trace.sign_grad_b.tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]
    after = Chain([0.5, 3.0]).backward(0.5, 0.0)  # the zero weight leaves h_3 = 0, a_3 = 1/2
    assert trace.grad_w[3:] == approx(after.grad_w, rel=1e-15)
    assert trace.grad_w[2] != 0.0


def test_a_dead_relu_and_an_input_of_zero() -> None:
    dead = Chain([-1.0, 1.0], activation="relu").backward(1.0, 0.5)
    assert dead.grad_w.tolist() == [0.0, 0.0]
    assert dead.sign_grad_b.tolist() == [0.0, 0.0]
    still = Chain([2.0, 3.0]).backward(0.0, 0.0)
    assert still.grad_w[0] == 0.0
    assert still.log10_abs_grad_w[0] == -math.inf
    assert still.sign_grad_w.tolist() == [0.0, 1.0]
    assert still.grad_b[0] > 0.0


def test_results_and_parameters_are_locked() -> None:
    weights = np.array([[1.0, 2.0]])
    chain = Chain(weights, 0.5)
    weights[0, 0] = 9.0
    assert chain.weights.tolist() == [[1.0, 2.0]]
    assert chain.biases.tolist() == [[0.5, 0.5]]
    assert chain.activation == "sigmoid"
    trace, x = chain.backward(1.0, 0.0), np.ones(1)
    forward, gradients = chain.forward(x), chain.gradients(x, 0.0)
    x[0] = 2.0
    assert forward.x.tolist() == [1.0]
    arrays = [chain.weights, chain.biases, *vars(trace).values(), *vars(forward).values()]
    for array in [*arrays, *vars(gradients).values(), trace.terms(1), trace.y, trace.grad_b]:
        assert not array.flags.writeable
    with pytest.raises(AttributeError):
        chain.activation = "tanh"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([],), r"weights: given shape \(0,\); allowed: \(\.\.\., L\) with .* L >= 1"),
        ((2.0,), r"weights: given shape \(\)"),
        (([1.0, math.nan],), r"weights: given nan at index \(1,\); every value must be finite"),
        (([1.0, -math.inf],), r"weights: given -inf at index \(1,\)"),
        (([1.0], math.inf), "biases: given inf; every value must be finite"),
        ((["a"],), r"weights: given \['a'\] \(dtype <U1\); allowed: real numbers"),
        (([[1.0], [1.0, 2.0]],), "weights: rows of unequal length; give a rectangular array"),
        (
            ([1.0, 2.0], [1.0, 2.0, 3.0]),
            r"biases: given shape \(3,\); .* length 1 or 2, the number",
        ),
        (([1.0], [1.0, 2.0]), r"biases: given shape \(2,\)"),
        ((np.ones((3, 2)), np.ones((2, 2))), r"weights and biases: shapes .*weights \(3, 2\), bia"),
        (([1.0], 0.0, "sigmoidd"), "activation: unknown name 'sigmoidd'.*did you mean 'sigmoid'"),
    ],
)
def test_parameters_that_make_no_chain(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Chain(*arguments)  # type: ignore[arg-type]


def test_biases_may_be_one_number_a_chain() -> None:
    chain = Chain(np.ones((2, 3)), [[0.5], [1.5]])
    assert chain.biases.tolist() == [[0.5] * 3, [1.5] * 3]
    assert Chain(np.ones(3), np.ones((2, 3))).weights.shape == (2, 3)
    assert chain.depth == 3


def test_inputs_that_do_not_suit() -> None:
    chain = Chain(np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"weights and x: shapes .*: weights \(3,\), x \(2,\)"):
        chain.forward([1.0, 2.0])
    with pytest.raises(ValueError, match=r"weights and x and target: .*target \(2,\)"):
        chain.backward(1.0, [1.0, 2.0])
    with pytest.raises(ValueError, match="x: given nan"):
        chain.forward(math.nan)
    with pytest.raises(ValueError, match="target: given inf"):
        chain.gradients(1.0, math.inf)
    for wrong in (0, 3, 1.5, True, "1"):
        with pytest.raises(ValueError, match=r"j: given .*; allowed: an integer from 1 to 2"):
            chain.backward(1.0, 0.0).terms(wrong)  # type: ignore[arg-type]
