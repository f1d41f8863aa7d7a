import math
from functools import partial

import numpy as np
import pytest

import mathcore
from mathcore import draw_chain, initializer

# pytest adds an absolute 1e-12, which would hide any error in a tiny number.
approx = partial(pytest.approx, abs=0.0)


def test_a_seed_and_its_generator_draw_the_same_chain() -> None:
    one = draw_chain(4, 7, bias_std=1.0)
    other = draw_chain(4, np.random.default_rng(7), bias_std=1.0)
    assert one.weights.tolist() == other.weights.tolist()
    assert one.biases.tolist() == other.biases.tolist()
    assert one.weights.tolist() != draw_chain(4, 8).weights.tolist()


def test_weights_come_first_and_biases_only_if_asked_for() -> None:
    rng = np.random.default_rng(3)
    expected = rng.standard_normal((2, 5))
    chain = draw_chain(5, 3, weight_std=2.0, bias_std=0.5, activation="relu")
    assert chain.weights.tolist() == (2.0 * expected[0]).tolist()
    assert chain.biases.tolist() == (0.5 * expected[1]).tolist()
    assert chain.activation == "relu"
    generator = np.random.default_rng(3)
    plain = draw_chain(5, generator)
    assert plain.biases.tolist() == [0.0] * 5
    assert generator.standard_normal(5).tolist() == expected[1].tolist()


def test_sizes_and_spreads() -> None:
    assert draw_chain(3, 0).weights.shape == (3,)
    assert draw_chain(3, 0, size=5).weights.shape == (5, 3)
    assert draw_chain(3, 0, size=(2, 4)).biases.shape == (2, 4, 3)
    large = draw_chain(10, 0, weight_std=3.0, bias_std=0.5, size=20_000)
    assert large.weights.std() == approx(3.0, rel=0.01)
    assert large.biases.std() == approx(0.5, rel=0.01)
    assert draw_chain(2, 0, weight_std=0.0).weights.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"depth": 0}, "depth: given 0; allowed: an integer of at least 1"),
        ({"depth": 2.0}, "depth: given 2.0"),
        ({"rng": None}, r"rng: given None; allowed: a numpy.random.Generator or an integer seed"),
        ({"rng": -1}, "rng: given -1; allowed: a numpy.random.Generator"),
        ({"rng": True}, "rng: given True"),
        ({"weight_std": -1.0}, "weight_std: given -1; must be at least 0"),
        ({"bias_std": math.inf}, "bias_std: given inf; every value must be finite"),
        ({"size": -1}, "size: given -1; allowed: an integer of at least 0"),
        ({"size": (2, 1.5)}, "size: given 1.5"),
        ({"activation": "sigmid"}, "did you mean 'sigmoid'"),
    ],
)
def test_what_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_chain(**{"depth": 3, "rng": 0} | settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "std"),
    [
        ("gaussian", 1.0),
        ("lecun_normal", 0.2),
        ("xavier_normal", math.sqrt(2 / 125)),
        ("xavier_uniform", math.sqrt(2 / 125)),
        ("he_normal", math.sqrt(2 / 25)),
    ],
)
def test_initializers(name: str, std: float) -> None:
    rule = initializer(name)
    assert rule.name == name
    assert rule.std(25, 100) == approx(std, rel=1e-15)
    sample = rule.sample(25, 100, 0)
    assert sample.shape == (25, 100)
    assert not sample.flags.writeable
    assert sample.std() == approx(std, rel=0.05)
    assert abs(sample.mean()) < 0.1 * std
    bound = math.sqrt(3.0) * std
    inside = np.abs(sample) <= bound
    assert inside.all() == (name == "xavier_uniform")
    if name == "xavier_uniform":
        assert np.abs(sample).max() > 0.99 * bound
        assert sample.min() < 0.0 < sample.max()
    assert rule.sample(25, 100, np.random.default_rng(0)).tolist() == sample.tolist()


def test_names_of_initializers() -> None:
    assert mathcore.INITIALIZERS == (
        "gaussian",
        "lecun_normal",
        "xavier_normal",
        "xavier_uniform",
        "he_normal",
    )
    with pytest.raises(ValueError, match=r"initializer: unknown name 'xavier'.*did you mean"):
        initializer("xavier")
    with pytest.raises(ValueError, match="fan_in: given 0"):
        initializer("gaussian").std(0, 1)
    with pytest.raises(ValueError, match="fan_out: given 0"):
        initializer("gaussian").sample(1, 0, 0)
