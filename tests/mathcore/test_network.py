import math
from functools import partial

import numpy as np
import pytest

import mathcore
from mathcore import Chain, Network, cost, mnist

# pytest adds an absolute 1e-12, which would hide any error in a tiny gradient.
approx = partial(pytest.approx, abs=0.0)


def small(activation: str = "sigmoid") -> Network:
    return Network.random((3, 4, 5, 2), rng=1, initializer="lecun_normal", activation=activation)


def examples(rows: int = 7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    return rng.standard_normal((rows, 3)), rng.uniform(0.1, 0.9, (rows, 2))


def test_a_network_of_one_neuron_a_layer_is_a_chain() -> None:
    chain = Chain([0.5, -1.5, 2.0], [0.1, 0.2, -0.3])
    net = Network([[[w]] for w in chain.weights], [[b] for b in chain.biases])
    trace, gradients = chain.backward(0.8, 1.0), net.gradients([[0.8]], [[1.0]])
    assert net.sizes == (1, 1, 1, 1)
    assert [float(g[0, 0]) for g in gradients.weights] == approx(trace.grad_w.tolist(), rel=1e-14)
    assert [float(g[0]) for g in gradients.biases] == approx(trace.grad_b.tolist(), rel=1e-14)
    assert gradients.cost == approx(float(trace.cost), rel=1e-14)
    forward = net.forward([[0.8]])
    assert [float(h[0, 0]) for h in forward.h] == approx(trace.h.tolist(), rel=1e-15)
    assert [float(a[0, 0]) for a in forward.a] == approx(trace.a.tolist(), rel=1e-15)


@pytest.mark.parametrize("cost_name", mathcore.COSTS)
def test_gradients_by_complex_step(cost_name: str) -> None:
    net, (X, Y) = small(), examples()  # noqa: N806

    def value(weights: list[np.ndarray], biases: list[np.ndarray]) -> complex:
        a = X.astype(complex)
        for w, b in zip(weights, biases, strict=True):
            a = 1 / (1 + np.exp(-(a @ w + b)))
        if cost_name == "cross_entropy":
            losses = -Y * np.log(a) - (1 - Y) * np.log(1 - a)
        else:
            losses = (a - Y) ** 2 / (2 if cost_name == "half_squared" else 1)
        return complex(losses.sum() / len(X))

    found = net.gradients(X, Y, cost_name)
    parameters = [[w.astype(complex) for w in net.weights], [b.astype(complex) for b in net.biases]]
    assert found.cost == approx(value(*parameters).real, rel=1e-13)
    for arrays, gradients in zip(parameters, (found.weights, found.biases), strict=True):
        for array, gradient in zip(arrays, gradients, strict=True):
            assert gradient.shape == array.shape
            for index in np.ndindex(array.shape):
                array[index] += 1e-100j
                exact = value(*parameters).imag / 1e-100
                array[index] -= 1e-100j
                assert float(gradient[index]) == approx(exact, rel=1e-11)


def test_the_cost_is_that_of_the_outputs() -> None:
    net, (X, Y) = small("tanh"), examples()  # noqa: N806
    expected = cost("squared").value(net.forward(X).y, Y).sum(axis=1).mean()
    assert net.gradients(X, Y).cost == approx(float(expected), rel=1e-14)
    assert net.forward(X).y.shape == (7, 2)


def test_speeds_are_norms_of_the_gradients_by_the_biases() -> None:
    net, (X, Y) = small(), examples()  # noqa: N806
    gradients = net.gradients(X, Y, "cross_entropy")
    expected = [math.hypot(*gradient) for gradient in gradients.biases]
    speeds = net.layer_speeds(X, Y, "cross_entropy")
    assert speeds == approx(expected, rel=1e-13)
    assert [gradient.shape for gradient in gradients.biases] == [(4,), (5,), (2,)]
    for array in (*gradients.weights, *gradients.biases, speeds, net.weights[0]):
        assert not array.flags.writeable
    assert gradients.biases[-1] == approx((net.forward(X).y - Y).mean(axis=0), rel=1e-13)


def test_random_networks() -> None:
    net = Network.random((64, 30, 10), 5, "he_normal", "relu", bias_std=0.5)
    assert net.activation == "relu"
    assert net.sizes == (64, 30, 10)
    rng = np.random.default_rng(5)
    first = math.sqrt(2 / 64) * rng.standard_normal((64, 30))
    assert net.weights[0] == approx(first, rel=1e-15)
    assert net.biases[0] == approx(0.5 * rng.standard_normal(30), rel=1e-15)
    assert net.weights[1] == approx(math.sqrt(2 / 30) * rng.standard_normal((30, 10)), rel=1e-15)
    plain = Network.random((3, 2), 0)
    assert plain.activation == "sigmoid"
    generator = np.random.default_rng(0)
    assert plain.weights[0].tolist() == generator.standard_normal((3, 2)).tolist()
    assert plain.biases[0].tolist() == generator.standard_normal(2).tolist()


def test_a_network_keeps_its_own_parameters() -> None:
    w, b = np.ones((2, 1)), np.zeros(1)
    net = Network([w], [b])
    w[0, 0] = b[0] = 5.0
    assert net.weights[0].tolist() == [[1.0], [1.0]]
    assert net.biases[0].tolist() == [0.0]


def test_speeds_at_the_start_on_mnist() -> None:
    data, _ = mnist().split(rng=0, training=1000)
    for hidden, expected in ((2, 4.8), (3, 22.8), (4, 126.0)):
        ratios = []
        for seed in range(20):
            net = Network.random((784, *[30] * hidden, 10), seed, "lecun_normal")
            speeds = net.layer_speeds(data.X, data.Y, "cross_entropy")
            ratios.append(float(speeds[-2] / speeds[0]))
        assert min(ratios) > 1.0
        assert float(np.median(ratios)) == approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("weights", "biases", "message"),
    [
        ([], [], "weights and biases: given 0 and 0 layers"),
        ([[[1.0]]], [[1.0], [1.0]], "given 1 and 2 layers; allowed: the same number"),
        ([[1.0]], [[1.0]], r"weights\[0\] and biases\[0\]: given shapes \(1,\) and \(1,\)"),
        ([np.ones((0, 1))], [[1.0]], r"given shapes \(0, 1\)"),
        ([[[1.0, 2.0]]], [[1.0]], r"given shapes \(1, 2\) and \(1,\); allowed: \(fan_in, fan_out"),
        ([[[1.0]], [[1.0], [2.0]]], [[0.0], [0.0]], r"weights\[1\]: .* must have 1 rows"),
        ([[[math.nan]]], [[0.0]], r"weights\[0\]: given nan"),
        ([[[1.0]]], [[math.inf]], r"biases\[0\]: given inf"),
    ],
)
def test_parameters_that_make_no_network(weights: list, biases: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network(weights, biases)


def test_what_random_refuses() -> None:
    with pytest.raises(ValueError, match=r"sizes: given \[3\]; allowed: at least an input"):
        Network.random((3,), 0)
    with pytest.raises(ValueError, match="sizes: given 0"):
        Network.random((3, 0), 0)
    with pytest.raises(ValueError, match="initializer: unknown name"):
        Network.random((3, 1), 0, "none")
    with pytest.raises(ValueError, match="activation: unknown name"):
        Network.random((3, 1), 0, activation="none")
    with pytest.raises(ValueError, match="bias_std: given -1"):
        Network.random((3, 1), 0, bias_std=-1.0)


def test_examples_that_do_not_suit() -> None:
    net, (X, Y) = small(), examples()  # noqa: N806
    with pytest.raises(ValueError, match=r"X: given shape \(7, 2\); allowed: \(n, 3\) with n >= 1"):
        net.forward(Y)
    with pytest.raises(ValueError, match=r"X: given shape \(3,\)"):
        net.forward(X[0])
    with pytest.raises(ValueError, match=r"Y: given shape \(7, 3\); allowed: \(n, 2\)"):
        net.gradients(X, X)
    with pytest.raises(ValueError, match="Y: given 6 rows; must have 7"):
        net.gradients(X, Y[1:])
    with pytest.raises(ValueError, match=r"X: given shape \(0, 3\)"):
        net.layer_speeds(X[:0], Y[:0])
    with pytest.raises(ValueError, match="'cross_entropy' needs a sigmoid output"):
        small("tanh").gradients(X, Y, "cross_entropy")
