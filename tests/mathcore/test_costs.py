import math
from functools import partial

import numpy as np
import pytest

import mathcore
from mathcore import Chain, cost

# pytest adds an absolute 1e-12, which would hide any error in a tiny gradient.
approx = partial(pytest.approx, abs=0.0)


def test_squared_costs() -> None:
    assert float(cost("squared").value(0.5, 2.0)) == 2.25
    assert float(cost("half_squared").value(0.5, 2.0)) == 1.125


def test_cross_entropy_by_hand() -> None:
    c = cost("cross_entropy")
    expected = -0.3 * math.log(0.8) - 0.7 * math.log(0.2)
    assert float(c.value(0.8, 0.3)) == approx(expected, rel=1e-15)
    assert c.value([0.8, 0.8], [0.0, 1.0]) == approx([-math.log(0.2), -math.log(0.8)], rel=1e-15)


def test_cross_entropy_at_its_ends() -> None:
    c = cost("cross_entropy")
    assert c.value([0.0, 1.0, 0.0], [0.0, 1.0, 1.0]).tolist() == [0.0, 0.0, math.inf]
    assert not c.value([0.5], [0.5]).flags.writeable


@pytest.mark.parametrize("target", [0.0, 0.25, 1.0])
def test_cross_entropy_of_a_chain_agrees_with_the_cost_of_its_output(target: float) -> None:
    c, trace = cost("cross_entropy"), Chain([1.5, -2.0], 0.1).backward(0.7, target, "cross_entropy")
    assert float(trace.cost) == approx(float(c.value(trace.y, target)), rel=1e-14)
    y = float(trace.y)
    assert float(trace.dcost_dy) == approx(-target / y + (1 - target) / (1 - y), rel=1e-14)
    assert trace.delta[-1] == approx(y - target, rel=1e-14)


def test_cross_entropy_of_saturated_outputs() -> None:
    # softplus(-40) and softplus(40), from mpmath
    right = Chain([40.0]).backward(1.0, 1.0, "cross_entropy")
    assert float(right.cost) == approx(4.2483542552915889863e-18, rel=1e-15)
    assert float(right.dcost_dy) == -1.0
    wrong = Chain([-40.0]).backward(1.0, 1.0, "cross_entropy")
    assert float(wrong.cost) == 40.0
    assert float(wrong.dcost_dy) == approx(-2.3538526683701999854e17, rel=1e-14)
    lost = Chain([800.0]).backward(1.0, 0.0, "cross_entropy")
    assert float(lost.cost) == 800.0
    assert float(lost.dcost_dy) == math.inf
    assert lost.delta.tolist() == [1.0]
    assert float(Chain([800.0]).backward(1.0, 1.0, "cross_entropy").dcost_dy) == -1.0
    assert float(Chain([-800.0]).backward(1.0, 0.0, "cross_entropy").dcost_dy) == 1.0
    between = Chain([40.0]).backward(1.0, 0.5, "cross_entropy")
    assert float(between.cost) == 20.0
    assert float(between.dcost_dy) == approx(0.5 * 2.3538526683701999854e17, rel=1e-14)


def test_names() -> None:
    assert mathcore.COSTS == ("squared", "half_squared", "cross_entropy")
    assert [cost(name).name for name in mathcore.COSTS] == list(mathcore.COSTS)
    with pytest.raises(ValueError, match=r"cost: unknown name 'sqared'.*did you mean 'squared'"):
        cost("sqared")


def test_values_that_do_not_suit() -> None:
    with pytest.raises(ValueError, match=r"y: given 1\.5; the cost 'cross_entropy' allows only"):
        cost("cross_entropy").value(1.5, 0.5)
    with pytest.raises(ValueError, match=r"target: given -0\.5; "):
        cost("cross_entropy").value(0.5, [0.5, -0.5])
    with pytest.raises(ValueError, match=r"y and target: shapes do not broadcast together"):
        cost("squared").value([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="target: given nan; every value must be finite"):
        cost("squared").value(1.0, math.nan)
    with pytest.raises(ValueError, match=r"y: given inf at index \(1, 0\)"):
        cost("squared").value([[1.0], [math.inf]], 0.0)


def test_what_a_chain_refuses() -> None:
    chain = Chain([1.0], activation="tanh")
    with pytest.raises(ValueError, match=r"'cross_entropy' needs a sigmoid output, given .*'tanh'"):
        chain.backward(1.0, 0.5, "cross_entropy")
    with pytest.raises(ValueError, match=r"target: given 2; the cost 'cross_entropy'"):
        Chain([1.0]).backward(1.0, 2.0, "cross_entropy")
    with pytest.raises(ValueError, match="cost: unknown name 'l2'"):
        Chain([1.0]).backward(1.0, 2.0, "l2")
    edge = Chain([1.0]).backward(1.0, np.array([0.0, 1.0]), "cross_entropy")
    assert edge.delta.shape == (2, 1)
