from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mathcore
from mathcore import Chain, draw_chain

# pytest adds an absolute 1e-12, which would hide any error in a tiny gradient.
approx = partial(pytest.approx, abs=0.0)


def moved(chain: Chain, layer: int, dw: float) -> Chain:
    weights = chain.weights.copy()
    weights[..., layer - 1] += dw
    return Chain(weights, chain.biases, chain.activation)


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
@pytest.mark.parametrize("dw", [0.25, -0.5, 2.0])
@pytest.mark.parametrize("layer", [1, 3, 5])
def test_a_large_nudge_is_the_difference_of_two_chains(name: str, dw: float, layer: int) -> None:
    chain = draw_chain(5, 4, bias_std=0.5, activation=name)
    nudge = chain.nudge(0.8, 0.3, layer=layer, dw=dw)
    before = chain.backward(0.8, 0.3)
    after = moved(chain, layer, dw).backward(0.8, 0.3)
    assert nudge.dh == approx(after.h - before.h, rel=1e-9, abs=1e-14)
    assert nudge.da == approx(after.a - before.a, rel=1e-9, abs=1e-14)
    change = float(after.cost) - float(before.cost)
    assert float(nudge.dcost) == approx(change, rel=1e-9, abs=1e-14)
    assert nudge.dh[: layer - 1].tolist() == [0.0] * (layer - 1)
    assert nudge.da[: layer - 1].tolist() == [0.0] * (layer - 1)
    assert nudge.layer == layer
    assert nudge.dw == dw


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
@pytest.mark.parametrize("cost", mathcore.COSTS[:2])
def test_a_tiny_nudge_is_its_first_order(name: str, cost: str) -> None:
    chain = draw_chain(6, 7, bias_std=0.5, activation=name)
    nudge = chain.nudge(0.8, 0.3, layer=2, dw=1e-13, cost=cost)
    trace = chain.backward(0.8, 0.3, cost)
    assert nudge.dh == approx(nudge.dh_linear, rel=1e-10)
    assert nudge.da == approx(nudge.da_linear, rel=1e-10)
    assert float(nudge.dcost) == approx(float(nudge.dcost_linear), rel=1e-10)
    assert float(nudge.dcost_linear) == approx(1e-13 * float(trace.grad_w[1]), rel=1e-13)


def test_the_linear_changes_are_the_factors_of_the_chain_rule_one_by_one() -> None:
    chain = Chain([0.5, -1.5, 2.0], [0.1, 0.2, -0.3])
    nudge, trace = chain.nudge(0.8, 1.0, dw=1e-3), chain.backward(0.8, 1.0)
    change = 1e-3
    steps = []
    for term in trace.terms(1):
        change *= float(term)
        steps.append(change)
    linear = [v for pair in zip(nudge.dh_linear, nudge.da_linear, strict=True) for v in pair]
    assert [*linear, nudge.dcost_linear] == approx(steps, rel=1e-14)
    assert nudge.dcost == approx(nudge.dcost_linear, rel=1e-2)
    assert nudge.dcost != nudge.dcost_linear


@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("dw", [1e-12, -1e-3, 0.7, 3.0])
def test_cross_entropy(target: float, dw: float) -> None:
    chain = draw_chain(3, 1)
    nudge = chain.nudge(1.5, target, layer=3, dw=dw, cost="cross_entropy")
    before = chain.backward(1.5, target, "cross_entropy")
    after = moved(chain, 3, dw).backward(1.5, target, "cross_entropy")
    change = float(after.cost) - float(before.cost)
    assert float(nudge.dcost) == approx(change, rel=1e-12, abs=4e-16)
    expected = float(before.delta[-1]) * float(nudge.dh[-1])
    assert float(nudge.dcost_linear) == approx(expected, rel=1e-13)


def test_nudges_of_a_saturated_chain_keep_their_digits() -> None:
    # mpmath at 50 digits: sigmoid(40.001) - sigmoid(40), and (that + sigmoid(40) - 1)^2 less the
    # square before it
    nudge = Chain([40.0]).nudge(1.0, 1.0, dw=1e-3)
    assert nudge.da[0] == approx(4.2462307860460064381e-21, rel=1e-12)
    assert float(nudge.dcost) == approx(-3.6060954781809035453e-38, rel=1e-10)
    entropy = Chain([40.0]).nudge(1.0, 1.0, dw=1e-3, cost="cross_entropy")
    assert float(entropy.dcost) == approx(-4.2462307860460064381e-21, rel=1e-12)


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(-1.0, 1.0).filter(lambda d: abs(d) > 1e-8))
def test_there_and_back_again(w: float, x: float, dw: float) -> None:
    there = Chain([w], activation="silu").nudge(x, 0.0, dw=dw)
    back = Chain([w + dw], activation="silu").nudge(x, 0.0, dw=-dw)
    assert float(there.da[0]) == approx(-float(back.da[0]), rel=1e-6, abs=1e-9)


def test_a_batch_of_nudges_and_locked_results() -> None:
    batch = draw_chain(3, 1, size=(4,))
    nudge = batch.nudge(1.0, [0.0, 0.1, 0.2, 0.3], layer=2, dw=0.1)
    one = Chain(batch.weights[3]).nudge(1.0, 0.3, layer=2, dw=0.1)
    for field in ("dh", "da", "dcost", "dh_linear", "da_linear", "dcost_linear"):
        found = getattr(nudge, field)
        assert found.shape == ((4,) if "cost" in field else (4, 3))
        assert found[3] == approx(getattr(one, field), rel=1e-14)
        assert not found.flags.writeable


def test_no_nudge_changes_nothing() -> None:
    nudge = Chain([1.0, 2.0]).nudge(1.0, 0.0, dw=0.0)
    assert nudge.dh.tolist() == nudge.da.tolist() == [0.0, 0.0]
    assert float(nudge.dcost) == 0.0
    assert Chain([1.0, 2.0]).nudge(1.0, 0.0).dw == 1e-3


def test_what_a_nudge_refuses() -> None:
    chain = Chain([1.0, 2.0])
    for layer in (0, 3, 1.0):
        with pytest.raises(ValueError, match=r"layer: given .*allowed: an integer from 1 to 2"):
            chain.nudge(1.0, 0.0, layer=layer)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="dw: given nan"):
        chain.nudge(1.0, 0.0, dw=float("nan"))
    with pytest.raises(
        ValueError, match=r"dw: given an array of shape \(2,\); allowed: one number"
    ):
        chain.nudge(1.0, 0.0, dw=np.ones(2))  # type: ignore[arg-type]
