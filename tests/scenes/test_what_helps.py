"""The remedies are checked by complex steps through chains written out in plain NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lecture.kit.numbers import FACTOR, GRADIENT, RATIO, WEIGHT
from scenes import LECTURE
from scenes.data.what_helps import DEPTH, REMEDIES, balanced_std, baseline_chain, remedies
from tests.stepping import SceneStepper

STEP = 1e-30
RECAP = ["DeepNetsStall", "GradientAsProduct", "SigmaPrime", "VanishingProduct", "UnstableGradient"]


def sigma(h: complex) -> complex:
    return complex(1 / (1 + np.exp(-h)))


def gaussian_chain() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    weights = rng.standard_normal(20)
    return weights, rng.standard_normal(20)


def slope(step: Callable[[complex, int], complex], start: int) -> float:
    """Differentiate the output by the activation `a_start`, by a complex step."""
    value = complex(1.0)
    for layer in range(start):
        value = step(value, layer)
    value = complex(value.real, STEP)
    for layer in range(start, 20):
        value = step(value, layer)
    return abs(value.imag / STEP)


def normalised_step() -> Callable[[complex, int], complex]:
    weights, biases = gaussian_chain()
    batch = np.concatenate([[1.0], np.random.default_rng([0, 1]).standard_normal(255)])
    moments = []
    for w, b in zip(weights, biases, strict=True):
        h = w * batch + b
        moments.append((h.mean(), h.std()))
        batch = 1 / (1 + np.exp(-(h - h.mean()) / h.std()))
    return lambda a, k: sigma((weights[k] * a + biases[k] - moments[k][0]) / moments[k][1])


def steps() -> dict[str, Callable[[complex, int], complex]]:
    w, b = gaussian_chain()
    return {
        "baseline": lambda a, k: sigma(w[k] * a + b[k]),
        "activation": lambda a, k: abs(w[k]) * a + abs(b[k]),
        "initialisation": lambda a, k: balanced_std() * abs(w[k]) * a + abs(b[k]),
        "shortcut": lambda a, k: a + sigma(w[k] * a + b[k]),
        "normalisation": normalised_step(),
    }


@pytest.fixture
def run(inspected: SceneStepper) -> SceneStepper:
    return inspected


def last_numbers(inspected: SceneStepper, beat: str) -> dict[str, list[str]]:
    snapshots = inspected("WhatHelps", "default", "dark")[1]
    return [s for s in snapshots if s.beat == beat][-1].numbers()


@pytest.mark.parametrize("key", ["baseline", *REMEDIES])
def test_what_is_left_is_the_derivative_by_a_complex_step(key: str) -> None:
    found = remedies()
    log10 = found.baseline if key == "baseline" else found.with_remedy[key]
    assert len(log10) == DEPTH + 1
    by_hand = [np.log10(slope(steps()[key], start)) for start in range(20, -1, -1)]
    np.testing.assert_allclose(log10, by_hand, atol=1e-9)


def test_the_chain_is_a_gaussian_one_of_which_about_a_decade_a_layer_is_lost() -> None:
    weights, biases = gaussian_chain()
    chain = baseline_chain()
    np.testing.assert_array_equal(chain.weights, weights)
    np.testing.assert_array_equal(chain.biases, biases)
    assert remedies().baseline[-1] / DEPTH == pytest.approx(-1.002, abs=0.2)


def test_the_spread_balances_the_mean_logarithm() -> None:
    assert balanced_std() == pytest.approx(np.exp((np.euler_gamma + np.log(2)) / 2), rel=1e-12)
    draws = np.random.default_rng(1).normal(0.0, balanced_std(), 400_000)
    assert np.log(np.abs(draws)).mean() == pytest.approx(0.0, abs=0.01)


def test_every_remedy_leaves_far_more_than_the_baseline_and_three_are_nearly_level() -> None:
    found = remedies()
    left = {key: found.left(key) for key in REMEDIES}
    assert min(left.values()) - found.baseline[-1] > 10
    assert left["activation"] < -5
    assert all(abs(left[key]) < 3 for key in REMEDIES[1:])


def test_the_baseline_and_each_remedy_show_what_is_left(run: SceneStepper) -> None:
    shown = last_numbers(run, "the_baseline")["left_baseline"]
    assert shown == [GRADIENT(slope(steps()["baseline"], 0))]
    numbers = last_numbers(run, "four_remedies")
    for key in REMEDIES:
        assert numbers[f"left_{key}"] == [FACTOR(slope(steps()[key], 0))]
    assert numbers["gain"] == [WEIGHT(balanced_std())]


def test_the_verdict_says_how_much_more_the_weakest_remedy_keeps(run: SceneStepper) -> None:
    by_hand = [slope(steps()[key], 0) for key in REMEDIES]
    saved = RATIO(min(by_hand) / slope(steps()["baseline"], 0))
    scene = run("WhatHelps", "default", "dark")[0]
    assert any(f"at least {saved} times" in line.caption for line in scene.lines)


def test_the_stairs_stand_at_the_levels_on_the_axis(run: SceneStepper) -> None:
    measured = run("WhatHelps", "default", "dark")[0].measured
    log10 = remedies().baseline
    assert measured["start"] == pytest.approx(measured["first"])
    assert measured["end"] == pytest.approx(measured["last"])
    share = (measured["end"][1] - measured["bottom"]) / measured["height"]
    low, high = measured["low"], measured["high"]
    assert share == pytest.approx((log10[-1] - low) / (high - low))


def test_the_recap_points_back_at_five_scenes_by_their_titles(run: SceneStepper) -> None:
    scene, snapshots = run("WhatHelps", "default", "dark")
    assert [line.key for line in scene.lines if line.beat == "recap"] == [*RECAP, "sources"]
    recap = [s for s in snapshots if s.beat == "recap"]
    named = [{t.content for t in s.texts if t.kind == "prose"} for s in recap]
    order = [
        next(place for place, names in enumerate(named) if f"*{LECTURE.topic(name)}*" in names)
        for name in RECAP
    ]
    assert order == sorted(order)


def test_a_topic_is_the_bold_part_of_the_title() -> None:
    title = LECTURE.load_words().scenes["DeepNetsStall"].title
    assert title.startswith(f"*{LECTURE.topic('DeepNetsStall')}*")
