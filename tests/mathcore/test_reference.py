"""The fast code against the two passes on plain floats."""

from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mathcore import ACTIVATIONS, COSTS, Chain, Network, activation, reference

# pytest adds an absolute 1e-12, which would hide any error in a tiny gradient.
approx = partial(pytest.approx, rel=1e-11, abs=1e-280)

DCOST_DY = {
    "squared": lambda y, t: 2.0 * (y - t),
    "half_squared": lambda y, t: y - t,
    "cross_entropy": lambda y, t: (y - t) / (y * (1.0 - y)),
}


@dataclass(frozen=True)
class Case:
    """A chain with an input and a target, and its passes on plain floats."""

    weights: list[float]
    biases: list[float]
    x: float
    target: float
    cost: str
    h: list[float]
    a: list[float]
    grad_w: list[float]
    grad_b: list[float]


def passes(
    weights: list[float], biases: list[float], x: float, target: float, name: str, cost: str
) -> Case:
    act = activation(name)
    h, a = reference.forward(weights, biases, x, lambda h: float(act.value(h)))
    assume(abs(a[-1] - target) > 1e-3)  # closer, y - t loses digits on plain floats
    slope = DCOST_DY[cost](a[-1], target)
    gradients = reference.backward(weights, h, a, lambda h: float(act.slope(h)), slope)
    return Case(weights, biases, x, target, cost, h, a, *gradients)


@st.composite
def cases(draw: st.DrawFn, name: str, most: int = 1) -> list[Case]:
    """Draw 1 to `most` chains of one depth and cost."""
    # In thousandths: a weight below 1e-100 would keep its batch off the fast path.
    numbers = st.integers(-3000, 3000).map(lambda n: n / 1000.0)
    cost = draw(st.sampled_from(COSTS if name == "sigmoid" else COSTS[:2]))
    targets = numbers.map(lambda t: abs(t) / 3.0) if cost == "cross_entropy" else numbers
    depth = draw(st.integers(1, 12))
    layers = st.lists(numbers, min_size=depth, max_size=depth)
    return [
        passes(draw(layers), draw(layers), draw(numbers), draw(targets), name, cost)
        for _ in range(draw(st.integers(1, most)))
    ]


each_activation = pytest.mark.parametrize("name", ACTIVATIONS)
few = settings(max_examples=15)


@each_activation
@few
@given(st.data())
def test_chains(name: str, data: st.DataObject) -> None:
    [case] = data.draw(cases(name))
    chain = Chain(case.weights, case.biases, name)
    forward, trace = chain.forward(case.x), chain.backward(case.x, case.target, case.cost)
    assert forward.h.tolist() == trace.h.tolist() == approx(case.h)
    assert forward.a.tolist() == trace.a.tolist() == approx(case.a[1:])
    assert trace.grad_w.tolist() == approx(case.grad_w)
    assert trace.grad_b.tolist() == approx(case.grad_b)


@each_activation
@few
@given(st.data())
def test_batches(name: str, data: st.DataObject) -> None:
    found = data.draw(cases(name, most=4))
    batch = Chain([c.weights for c in found], [c.biases for c in found], name)
    xs, targets = [c.x for c in found], [c.target for c in found]
    gradients = batch.gradients(xs, targets, found[0].cost)
    for case, grad_w, grad_b in zip(found, gradients.grad_w, gradients.grad_b, strict=True):
        assert grad_w.tolist() == approx(case.grad_w)
        assert grad_b.tolist() == approx(case.grad_b)


@each_activation
@few
@given(st.data())
def test_networks_of_one_neuron_a_layer(name: str, data: st.DataObject) -> None:
    [case] = data.draw(cases(name))
    net = Network([[[w]] for w in case.weights], [[b] for b in case.biases], name)
    gradients = net.gradients([[case.x]], [[case.target]], case.cost)
    assert [float(g[0, 0]) for g in gradients.weights] == approx(case.grad_w)
    assert [float(g[0]) for g in gradients.biases] == approx(case.grad_b)


def test_as_many_biases_as_weights() -> None:
    with pytest.raises(ValueError, match="shorter"):
        reference.forward([1.0, 2.0], [0.0], 1.0, lambda h: h)
