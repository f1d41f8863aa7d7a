from functools import partial

import numpy as np
import pytest

from mathcore import Network, mnist, train

# pytest adds an absolute 1e-12, which would hide any error in a tiny number.
approx = partial(pytest.approx, abs=0.0)

RNG = np.random.default_rng(0)
X = RNG.standard_normal((23, 3))
Y = np.eye(2)[(X[:, 0] > X[:, 1]).astype(int)]
NET = Network.random((3, 4, 2), rng=3)
SETTINGS = {"epochs": 3, "batch_size": 5, "learning_rate": 0.7}


def test_every_step_moves_by_the_gradient_of_its_batch() -> None:
    history = train(NET, X, Y, rng=9, cost="squared", **SETTINGS)  # type: ignore[arg-type]
    net, rng = NET, np.random.default_rng(9)
    for _ in range(3):
        order = rng.permutation(23)
        for start in (0, 5, 10, 15, 20):
            batch = order[start : start + 5]
            found = net.gradients(X[batch], Y[batch], "squared")
            weights = [w - 0.7 * g for w, g in zip(net.weights, found.weights, strict=True)]
            biases = [b - 0.7 * g for b, g in zip(net.biases, found.biases, strict=True)]
            net = Network(weights, biases)
    for got, expected in zip(history.network.weights, net.weights, strict=True):
        assert got == approx(expected, rel=1e-10)
    for got, expected in zip(history.network.biases, net.biases, strict=True):
        assert got == approx(expected, rel=1e-10)


def test_the_history_is_measured_before_training_and_after_each_epoch() -> None:
    seen: list[tuple[int, Network]] = []
    history = train(
        NET,
        X,
        Y,
        rng=1,
        validation=(X[:9], Y[:9]),
        on_epoch=lambda epoch, net: seen.append((epoch, net)),
        **SETTINGS,  # type: ignore[arg-type]
    )
    assert [epoch for epoch, _ in seen] == [1, 2, 3]
    assert history.layer_speeds.shape == (4, 2)
    for index, net in [(0, NET), *seen]:
        found = net.gradients(X, Y, "cross_entropy")
        assert history.cost[index] == approx(found.cost, rel=1e-12)
        speeds = net.layer_speeds(X, Y, "cross_entropy")
        assert history.layer_speeds[index] == approx(speeds, rel=1e-12)
        right = net.forward(X).y.argmax(axis=1) == Y.argmax(axis=1)
        assert history.accuracy[index] == approx(float(right.mean()), rel=1e-15)
        assert history.validation_accuracy[index] == approx(float(right[:9].mean()), rel=1e-15)
    for array in (history.cost, history.accuracy, history.layer_speeds):
        assert not array.flags.writeable
    assert history.network.weights[0].tolist() == seen[-1][1].weights[0].tolist()
    assert history.cost[-1] < history.cost[0]


def test_training_leaves_its_network_alone_and_repeats_itself() -> None:
    before = NET.weights[0].tolist()
    one = train(NET, X, Y, rng=4, **SETTINGS)  # type: ignore[arg-type]
    other = train(NET, X, Y, rng=np.random.default_rng(4), **SETTINGS)  # type: ignore[arg-type]
    assert NET.weights[0].tolist() == before
    assert one.cost.tolist() == other.cost.tolist()
    assert one.validation_accuracy.shape == (0,)
    different = train(NET, X, Y, rng=5, **SETTINGS)  # type: ignore[arg-type]
    assert one.cost.tolist() != different.cost.tolist()


def test_no_epoch_measures_only() -> None:
    history = train(NET, X, Y, epochs=0, batch_size=1, learning_rate=1.0, rng=0)
    assert history.cost.shape == (1,)
    assert history.network.weights[1].tolist() == NET.weights[1].tolist()


def test_a_single_output_is_right_on_its_side_of_one_half() -> None:
    net = Network([[[1.0]]], [[0.0]])
    history = train(
        net,
        [[-1.0], [1.0], [-2.0], [0.0]],
        [[0.0], [1.0], [0.0], [1.0]],
        epochs=0,
        batch_size=1,
        learning_rate=1.0,
        rng=0,
    )
    assert history.accuracy.tolist() == [0.75]


def test_digits_are_learnt() -> None:
    training, test = mnist().split(rng=0, training=1000)
    net = Network.random((784, 30, 10), 1, "lecun_normal")
    history = train(
        net,
        training.X,
        training.Y,
        epochs=10,
        batch_size=10,
        learning_rate=0.5,
        rng=2,
        validation=(test.X, test.Y),
    )
    assert history.accuracy[0] < 0.3
    assert history.validation_accuracy[-1] > 0.83


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": -1}, "epochs: given -1; allowed: an integer of at least 0"),
        ({"batch_size": 0}, "batch_size: given 0"),
        ({"learning_rate": 0.0}, "learning_rate: given 0; must be greater than 0"),
        ({"rng": "a"}, "rng: given 'a'"),
        ({"cost": "l1"}, "cost: unknown name 'l1'"),
        ({"validation": (X, Y[1:])}, "Y: given 22 rows; must have 23"),
    ],
)
def test_what_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train(NET, X, Y, **({"rng": 0} | SETTINGS | change))  # type: ignore[arg-type]
