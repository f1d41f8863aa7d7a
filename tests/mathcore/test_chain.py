import math
from functools import partial

import numpy as np
import pytest

import mathcore
from mathcore import Chain

# pytest adds an absolute 1e-12, which would hide any error in a tiny gradient.
approx = partial(pytest.approx, abs=0.0)


def s(h: float) -> float:
    return 1 / (1 + math.exp(-h))


def ds(h: float) -> float:
    return s(h) * s(-h)


class TestThreeNeuronsByHand:
    """The chain of equation 12, worked with the math module alone."""

    w, b, x, t = (0.5, -1.5, 2.0), (0.1, 0.2, -0.3), 0.8, 1.0

    def setup_method(self) -> None:
        w, b = self.w, self.b
        self.h1 = w[0] * self.x + b[0]
        self.h2 = w[1] * s(self.h1) + b[1]
        self.h3 = w[2] * s(self.h2) + b[2]
        self.trace = Chain(w, b).backward(self.x, self.t)

    def test_forward(self) -> None:
        fwd = Chain(self.w, self.b).forward(self.x)
        assert fwd.h == approx([self.h1, self.h2, self.h3], rel=1e-15)
        assert fwd.a == approx([s(self.h1), s(self.h2), s(self.h3)], rel=1e-15)
        assert float(fwd.y) == fwd.a[-1]
        assert float(fwd.x) == self.x

    def test_gradients(self) -> None:
        _, w2, w3 = self.w
        dcdy = 2 * (s(self.h3) - self.t)
        d3 = dcdy * ds(self.h3)
        d2 = d3 * w3 * ds(self.h2)
        d1 = d2 * w2 * ds(self.h1)
        assert float(self.trace.cost) == approx((s(self.h3) - self.t) ** 2, rel=1e-15)
        assert float(self.trace.dcost_dy) == approx(dcdy, rel=1e-15)
        assert self.trace.delta == approx([d1, d2, d3], rel=1e-14)
        assert self.trace.grad_b is self.trace.delta
        grads = [d1 * self.x, d2 * s(self.h1), d3 * s(self.h2)]
        assert self.trace.grad_w == approx(grads, rel=1e-14)
        assert self.trace.log10_abs_grad_w == approx([math.log10(abs(g)) for g in grads], rel=1e-14)
        assert self.trace.sign_grad_w.tolist() == [1.0, -1.0, -1.0]
        assert self.trace.sign_grad_b.tolist() == [1.0, -1.0, -1.0]

    def test_terms_read_from_the_input_to_the_cost(self) -> None:
        _, w2, w3 = self.w
        dcdy = 2 * (s(self.h3) - self.t)
        expected = [self.x, ds(self.h1), w2, ds(self.h2), w3, ds(self.h3), dcdy]
        assert self.trace.terms(1) == approx(expected, rel=1e-14)
        assert self.trace.terms(3) == approx([s(self.h2), ds(self.h3), dcdy], rel=1e-14)

    def test_factors(self) -> None:
        expected = [w * ds(h) for w, h in zip(self.w, (self.h1, self.h2, self.h3), strict=True)]
        assert self.trace.factors == approx(expected, rel=1e-14)


@pytest.mark.parametrize("name", mathcore.ACTIVATIONS)
@pytest.mark.parametrize("cost", ["squared", "half_squared"])
def test_the_product_of_the_terms_is_the_gradient(name: str, cost: str) -> None:
    trace = mathcore.draw_chain(7, 3, bias_std=0.5, activation=name).backward(0.7, 0.2, cost)
    for j in range(1, 8):
        assert np.prod(trace.terms(j)) == approx(trace.grad_w[j - 1], rel=1e-13)


def test_a_nudge_of_identity_neurons_by_hand() -> None:
    n = Chain([2.0, 3.0], activation="identity").nudge(1.0, 5.0, layer=1, dw=0.5)
    assert n.dh.tolist() == n.da.tolist() == n.dh_linear.tolist() == [0.5, 1.5]
    assert float(n.dcost) == 2.5**2 - 1
    assert float(n.dcost_linear) == 3.0


def test_a_nudge_of_a_later_weight_leaves_the_layers_before_it() -> None:
    n = mathcore.draw_chain(4, 1).nudge(1.0, 0.0, layer=3, dw=1e-6)
    assert n.layer == 3
    assert n.dw == 1e-6
    assert n.dh[:2].tolist() == n.da[:2].tolist() == [0.0, 0.0]
    assert n.da[2:] == approx(n.da_linear[2:], rel=1e-5)
    assert float(n.dcost) == approx(float(n.dcost_linear), rel=1e-5)


def test_a_saturated_output_keeps_its_error() -> None:
    trace = Chain([40.0]).backward(1.0, 1.0, "cross_entropy")
    assert trace.delta[0] == approx(-4.248354255291589e-18, rel=1e-14)


def test_an_unknown_activation_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"unknown name 'sigmoidd'.*did you mean 'sigmoid'"):
        Chain([1.0], activation="sigmoidd")
