"""The numbers of the recap, computed anew in plain NumPy, and its sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

from lecture.kit.languages import LANGUAGES
from mathcore import mnist
from scenes.data.deep_nets_stall import starting_net
from scenes.data.recap import recap_numbers
from scenes.data.unstable_gradient import READ_AT
from tests.stepping import SceneStepper

SHOWN = ["126 ×", "÷ 10", "12 %"]
SOURCES = ("Geoscientists", "Nielsen", "Telgarsky", "Glorot, Bengio", "He", "Ioffe, Szegedy")


def sigma(h: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-h)))


def lag(seed: int) -> float:
    """Return last over first speed of a network, by gradients of the cost of all 1,000 images."""
    images, _ = mnist().split(rng=0, training=1000)
    net = starting_net(4, seed=seed)
    activations = [np.asarray(images.X).T]
    for weights, biases in zip(net.weights, net.biases, strict=True):
        activations.append(
            sigma(np.asarray(weights).T @ activations[-1] + np.asarray(biases)[:, None])
        )
    delta = activations[-1] - np.asarray(images.Y).T  # of the cross-entropy
    speeds = []
    for weights, a in zip(reversed(net.weights), reversed(activations[:-1]), strict=True):
        speeds.append(float(np.linalg.norm(delta.mean(axis=1))))
        delta = (np.asarray(weights) @ delta) * a * (1 - a)
    hidden = speeds[1:]  # from the last to the first
    return hidden[0] / hidden[-1]


def test_the_lag_is_the_median_of_twenty_networks(tmp_path: Path) -> None:
    found = recap_numbers(tmp_path)
    assert found.lag == pytest.approx(float(np.median([lag(seed) for seed in range(20)])), rel=1e-9)


def test_the_loss_is_the_mean_logarithm_of_a_factor(tmp_path: Path) -> None:
    """E ln|w| in closed form, and E ln σ'(h) over the activations of long random chains."""
    rng = np.random.default_rng(5)
    a = np.full(4_000, 0.5)
    logs = []
    for layer in range(60):
        h = rng.standard_normal(4_000) * a + rng.standard_normal(4_000)
        a = sigma(h)
        logs.append(np.log(a * (1 - a)).mean() if layer >= 10 else np.nan)
    density = lambda w: np.log(w) * 2 * np.exp(-w * w / 2) / np.sqrt(2 * np.pi)  # noqa: E731
    mean_log = integrate.quad(density, 0, np.inf)[0] + float(np.nanmean(logs))
    assert recap_numbers(tmp_path).loss == pytest.approx(np.exp(-mean_log), rel=0.01)


def test_the_share_in_balance_is_that_of_other_draws(tmp_path: Path) -> None:
    """Factors of a chain at h = 0: a quarter times weights whose mean logarithm is ln 4."""
    draws = np.log(np.abs(np.random.default_rng(3).standard_normal((200_000, READ_AT - 1))))
    steps = draws + (np.euler_gamma + np.log(2)) / 2  # of mean 0
    walks = np.concatenate([np.zeros((200_000, 1)), np.cumsum(steps, axis=1)], axis=1)
    inside = np.ptp(walks, axis=1) <= np.log(10)
    assert recap_numbers(tmp_path).balanced == pytest.approx(float(inside.mean()), abs=0.01)


def test_the_slope_is_a_quarter(tmp_path: Path) -> None:
    assert recap_numbers(tmp_path).largest_slope == 0.25


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
def test_five_pictures_stay_with_their_numbers(aspect: str, inspected: SceneStepper) -> None:
    _, snapshots = inspected("Recap", aspect=aspect)
    pictures = [s for s in snapshots if s.beat == "five_pictures"]
    for snapshot in (pictures[-1], snapshots[-1]):
        numbers = [t.content for t in snapshot.texts if t.kind == "number"]
        assert sorted(numbers) == sorted(SHOWN)
        formulas = [t.content for t in snapshot.texts if t.kind == "formula"]
        assert any("w_j" in text for text in formulas)
        assert any("1 \\/ 4" in text for text in formulas)
    counts = [sum(t.kind == "number" for t in s.texts) for s in pictures]
    assert counts == sorted(counts)  # what has appeared stays


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_last_cards_name_the_sources_and_the_licence_of_the_images(
    code: str, inspected: SceneStepper
) -> None:
    _, snapshots = inspected("Recap", language=code)
    shown = " ".join(t.content for s in snapshots if s.beat == "sources" for t in s.texts)
    for name in SOURCES:
        assert name in shown
    last = " ".join(t.content for t in snapshots[-1].texts)
    assert all(part in last for part in ("MNIST", "LeCun, Cortes, Burges", "CC BY-SA 3.0"))
