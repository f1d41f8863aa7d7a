"""The remedies are checked by complex steps through chains written out in plain NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lecture.kit.numbers import WEIGHT, NumberFormat
from scenes import LECTURE
from scenes.data.what_helps import DEPTH, REMEDIES, balanced_std, baseline_chain, gap, remedies
from scenes.mobjects.what_helps import changed_neuron
from tests.stepping import SceneStepper

STEP = 1e-30
GAP = NumberFormat(decimals=1)


def sigma(h: complex) -> complex:
    return complex(1 / (1 + np.exp(-h)))


def gaussian_chain() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    weights = rng.standard_normal(20)
    return weights, rng.standard_normal(20)


Layer = Callable[[complex, complex, int], complex]
"""A layer: its output for the input, its parameter and its index."""


def normalised_layer() -> Layer:
    """Return a layer with fixed moments of the batch, whose parameter is the gain."""
    weights, biases = gaussian_chain()
    batch = np.concatenate([[1.0], np.random.default_rng([0, 1]).standard_normal(255)])
    moments = []
    for w, b in zip(weights, biases, strict=True):
        h = w * batch + b
        moments.append((h.mean(), h.std()))
        batch = 1 / (1 + np.exp(-(h - h.mean()) / h.std()))
    return lambda a, gain, k: sigma(
        gain * (weights[k] * a + biases[k] - moments[k][0]) / moments[k][1]
    )


def layers() -> dict[str, tuple[Layer, np.ndarray]]:
    """Return the layer and the parameters of each chain."""
    w, b = gaussian_chain()

    def rectified(a: complex, v: complex, k: int) -> complex:
        return v * a + abs(b[k])

    return {
        "baseline": (lambda a, v, k: sigma(v * a + b[k]), w),
        "activation": (rectified, np.abs(w)),
        "initialisation": (rectified, balanced_std() * np.abs(w)),
        "shortcut": (lambda a, v, k: a + sigma(v * a + b[k]) / 20, w),
        "undamped": (lambda a, v, k: a + sigma(v * a + b[k]), w),
        "normalisation": (normalised_layer(), np.ones(20)),
    }


def speeds(key: str) -> np.ndarray:
    """Differentiate the cost y² by the parameter of each layer, by complex steps."""
    layer, parameters = layers()[key]
    found = []
    for changed in range(20):
        a = complex(1.0)
        for k, value in enumerate(parameters):
            a = layer(a, complex(value, STEP if k == changed else 0.0), k)
        found.append(abs((a * a).imag / STEP))
    return np.array(found)


def ratio(key: str) -> float:
    found = speeds(key)
    return float(found.max() / found.min())


@pytest.fixture
def run(inspected: SceneStepper) -> SceneStepper:
    return inspected


def last_numbers(inspected: SceneStepper, beat: str) -> dict[str, list[str]]:
    snapshots = inspected("WhatHelps", "default", "dark")[1]
    return [s for s in snapshots if s.beat == beat][-1].numbers()


@pytest.mark.parametrize("key", layers())
def test_the_speeds_are_derivatives_by_complex_steps(key: str) -> None:
    found = remedies()
    others = {"baseline": found.baseline, "undamped": found.undamped}
    log10 = {**found.with_remedy, **others}[key]
    assert log10.shape == (DEPTH,)
    np.testing.assert_allclose(log10, np.log10(speeds(key)), atol=1e-9)


def test_the_chain_is_a_gaussian_one_that_loses_about_a_decade_a_layer() -> None:
    weights, biases = gaussian_chain()
    chain = baseline_chain()
    np.testing.assert_array_equal(chain.weights, weights)
    np.testing.assert_array_equal(chain.biases, biases)
    assert gap(remedies().baseline) / (DEPTH - 1) == pytest.approx(1.002, abs=0.2)


def test_the_spread_balances_the_mean_logarithm() -> None:
    assert balanced_std() == pytest.approx(np.exp((np.euler_gamma + np.log(2)) / 2), rel=1e-12)
    draws = np.random.default_rng(1).normal(0.0, balanced_std(), 400_000)
    assert np.log(np.abs(draws)).mean() == pytest.approx(0.0, abs=0.01)


def test_every_remedy_narrows_the_gap_and_none_closes_it() -> None:
    found = remedies()
    gaps = {key: gap(speeds) for key, speeds in found.with_remedy.items()}
    assert 0.5 < min(gaps.values()) < max(gaps.values()) < gap(found.baseline) - 10
    assert max(gaps, key=gaps.__getitem__) == "activation"
    # Not scaled down, the branches saturate, and the shortcut is no better than the rectifier.
    assert gap(found.undamped) > gaps["activation"]


def test_the_chain_shown_is_neither_a_lucky_nor_an_unlucky_one() -> None:
    shown, drawn = remedies(), [remedies(seed) for seed in range(1, 61)]
    for key in REMEDIES:
        gaps = [gap(found.with_remedy[key]) for found in drawn]
        low, high = np.quantile(gaps, [0.1, 0.9])
        assert low - 1e-9 <= gap(shown.with_remedy[key]) <= high + 1e-9
    low, high = np.quantile([gap(found.baseline) for found in drawn], [0.1, 0.9])
    assert low <= gap(shown.baseline) <= high


def test_normalisation_cancels_the_scale_of_the_weights() -> None:
    gaps = [gap(remedies(seed).with_remedy["normalisation"]) for seed in range(10)]
    np.testing.assert_allclose(gaps, gaps[0])


def test_the_baseline_and_each_remedy_show_the_ratio_of_the_fastest_to_the_slowest(
    run: SceneStepper,
) -> None:
    assert last_numbers(run, "the_baseline")["gap_baseline"] == [GAP(ratio("baseline"))]
    numbers = last_numbers(run, "four_remedies")
    for key in REMEDIES:
        assert numbers[f"gap_{key}"] == [GAP(ratio(key))]
    assert numbers["gain"] == [WEIGHT(balanced_std())]
    notes = run("WhatHelps", "default", "dark")[0].beats[1].notes
    assert f"a factor of {GAP(ratio('undamped'))}." in notes


def test_the_stairs_stand_at_the_levels_on_the_axis(run: SceneStepper) -> None:
    measured = run("WhatHelps", "default", "dark")[0].measured
    first, *_, last = np.log10(speeds("baseline"))
    low, high = measured["low"], measured["high"]
    for point, log10 in ((measured["start"], last), (measured["end"], first)):
        share = (point[1] - measured["bottom"]) / measured["height"]
        assert share == pytest.approx((log10 - low) / (high - low))
    assert measured["end"][0] == pytest.approx(measured["left"])
    assert measured["bracket"] == pytest.approx([measured["end"][1], measured["start"][1]])


def test_each_panel_names_its_remedy_below_a_picture_of_the_neuron(run: SceneStepper) -> None:
    _, snapshots = run("WhatHelps", "default", "dark")
    labels = LECTURE.load_words().scenes["WhatHelps"].labels
    named = [{t.content for t in s.texts if t.kind == "prose"} for s in snapshots]
    order = [next(i for i, names in enumerate(named) if labels[key] in names) for key in REMEDIES]
    assert order == sorted(order)
    for key in REMEDIES:
        picture = changed_neuron(key)
        assert 0.7 <= picture.height <= 1.0
        assert 0.8 <= picture.width <= 2.01


def test_a_topic_is_the_bold_part_of_the_title() -> None:
    title = LECTURE.load_words().scenes["DeepNetsStall"].title
    assert title.startswith(f"*{LECTURE.topic('DeepNetsStall')}*")
