"""The trainings are real, and every number on the screen is one of theirs."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lecture.kit.inspection import Snapshot
from lecture.kit.numbers import COUNT, FACTOR, RATIO, percent
from mathcore import History, Network, digits, train
from scenes.data.deep_nets_stall import DEPTHS, StallStudy, amplified, stall_study, starting_net
from tests.stepping import SceneStepper

EPOCHS = 40


@pytest.fixture(scope="module")
def data() -> tuple[NDArray[np.float64], ...]:
    training, test = digits().split(rng=0, training=1438)
    return training.X, training.Y, test.X, test.Y


@pytest.fixture(scope="module")
def deepest(data: tuple[NDArray[np.float64], ...]) -> History:
    x, y, *test = data
    net = Network.random((64, 30, 30, 30, 30, 10), rng=0, initializer="lecun_normal")
    settings = {"epochs": EPOCHS, "batch_size": 20, "learning_rate": 0.2}
    return train(net, x, y, rng=0, validation=(test[0], test[1]), **settings)


@pytest.fixture(scope="module")
def folder(inspected: SceneStepper) -> Path:
    """The folder in which the scene found or put its trainings."""
    inspected("DeepNetsStall")
    return inspected.results


@pytest.fixture(scope="module")
def study(folder: Path) -> StallStudy:
    return stall_study(folder)


@pytest.fixture
def snapshots(inspected: SceneStepper) -> list[Snapshot]:
    return inspected("DeepNetsStall", "default", "dark")[1]


def last_of(snapshots: list[Snapshot], beat: str) -> Snapshot:
    return [snapshot for snapshot in snapshots if snapshot.beat == beat][-1]


def speeds_by_hand(net: Network, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[float]:
    """Backpropagate in plain NumPy; return the norms of the mean deltas of the hidden layers."""
    activations = [x]
    for weights, bias in zip(net.weights, net.biases, strict=True):
        activations.append(1 / (1 + np.exp(-(activations[-1] @ weights + bias))))
    delta = activations[-1] - y
    speeds = []
    for weights, a in zip(net.weights[:0:-1], activations[-2:0:-1], strict=True):
        delta = (delta @ weights.T) * a * (1 - a)
        speeds.append(float(np.linalg.norm(delta.mean(axis=0))))
    return speeds[::-1]


def test_the_study_keeps_what_an_independent_training_finds(
    study: StallStudy, deepest: History
) -> None:
    np.testing.assert_array_equal(study.accuracy[3], deepest.accuracy)
    np.testing.assert_array_equal(study.test_accuracy[3], deepest.validation_accuracy)
    np.testing.assert_array_equal(study.speeds, deepest.layer_speeds[:, :4])
    assert study.accuracy.shape == study.test_accuracy.shape == (4, EPOCHS + 1)


def test_deeper_is_not_better_and_the_deepest_cannot_fit_its_own_examples(
    study: StallStudy,
) -> None:
    final = study.test_accuracy[:, -1]
    assert (np.diff(final) <= 0).all()
    assert final[0] > 0.95
    assert study.accuracy[3, -1] < 0.2
    assert study.accuracy[:3, -1].min() > 0.8


def test_the_speeds_at_the_start_are_those_of_backpropagation_by_hand(
    study: StallStudy, data: tuple[NDArray[np.float64], ...]
) -> None:
    x, y, *_ = data
    np.testing.assert_allclose(study.speeds[0], speeds_by_hand(starting_net(4), x, y), rtol=1e-9)
    turned = speeds_by_hand(amplified(starting_net(4), x), x, y)
    np.testing.assert_allclose(study.amplified_speeds, turned, rtol=1e-9)


def test_the_first_layer_is_about_a_hundred_times_slower_then_faster(study: StallStudy) -> None:
    assert (np.diff(study.speeds[0]) > 0).all()
    assert (np.diff(study.amplified_speeds) < 0).all()
    assert 90 < study.lag < 150
    assert 90 < study.lead < 150
    assert study.lag_of_a_layer == pytest.approx(np.cbrt(study.lag))


def test_no_neuron_of_the_amplified_network_is_saturated_before_the_output(
    data: tuple[NDArray[np.float64], ...],
) -> None:
    x = data[0]
    hidden = amplified(starting_net(4), x).forward(x).a[:-1]
    assert all(((a > 0.15) & (a < 0.85)).all() for a in hidden)
    np.testing.assert_allclose([a.mean() for a in hidden], 0.5, atol=0.02)


def test_at_the_start_the_first_layer_is_the_slowest_for_other_seeds_too(
    data: tuple[NDArray[np.float64], ...],
) -> None:
    x, y, *_ = data
    for seed in range(12):
        net = Network.random((64, 30, 30, 30, 30, 10), rng=seed, initializer="lecun_normal")
        assert np.argmin(net.layer_speeds(x, y, "cross_entropy")) == 0


def trainings(folder: Path) -> dict[Path, int]:
    """Return when each training in a folder was computed."""
    return {file: file.stat().st_mtime_ns for file in folder.rglob("output.pkl")}


def test_finished_trainings_are_read_from_their_folder(
    study: StallStudy, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(trainings(folder)) == len(DEPTHS)
    stall_study.cache_clear()
    monkeypatch.setattr("scenes.data.deep_nets_stall.train", None)
    np.testing.assert_array_equal(stall_study(folder).speeds, study.speeds)


@pytest.mark.filterwarnings("ignore:Exception while loading results:UserWarning")
def test_a_damaged_training_is_computed_anew(
    study: StallStudy, folder: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "results"))
    damaged = min(trainings(copy))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(bytes(content))
    before = trainings(copy)
    stall_study.cache_clear()
    found = stall_study(copy)
    for name in ("accuracy", "test_accuracy", "speeds"):
        np.testing.assert_array_equal(getattr(found, name), getattr(study, name))
    after = trainings(copy)
    assert {file for file in after if after[file] != before[file]} == {damaged}


def test_other_code_is_another_training(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "results"))
    stall_study.cache_clear()
    monkeypatch.setattr("scenes.data.deep_nets_stall._code", lambda: "other code")
    monkeypatch.setattr("scenes.data.deep_nets_stall._EPOCHS", 1)
    assert stall_study(copy).epochs == 1
    assert len(trainings(copy)) == 2 * len(DEPTHS)


def test_the_table_shows_the_last_accuracies(
    snapshots: list[Snapshot], study: StallStudy, deepest: History
) -> None:
    numbers = last_of(snapshots, "accuracy").numbers()
    assert numbers["epoch"] == [COUNT(EPOCHS)]
    assert numbers["training_4"] == [percent(float(np.mean(deepest.accuracy[-1])))]
    for place in range(4):
        assert numbers[f"training_{place + 1}"] == [percent(study.accuracy[place, -1])]
        assert numbers[f"test_{place + 1}"] == [percent(study.test_accuracy[place, -1])]


@pytest.mark.parametrize(
    ("beat", "epoch"), [("speeds_at_the_start", 0), ("speeds_over_training", EPOCHS)]
)
def test_the_speeds_shown_are_those_of_the_training(
    beat: str, epoch: int, snapshots: list[Snapshot], deepest: History
) -> None:
    numbers = last_of(snapshots, beat).numbers()
    for layer in range(4):
        shown = FACTOR(float(deepest.layer_speeds[epoch, layer]))
        assert numbers[f"speed_{layer + 1}"] == [shown]


def test_the_opposite_shows_the_speeds_and_their_ratio(
    snapshots: list[Snapshot], data: tuple[NDArray[np.float64], ...]
) -> None:
    x, y, *_ = data
    speeds = speeds_by_hand(amplified(starting_net(4), x), x, y)
    last = last_of(snapshots, "the_opposite")
    for layer, speed in enumerate(speeds, start=1):
        assert last.numbers()[f"speed_{layer}"] == [FACTOR(speed)]
    assert any(f"*{RATIO(speeds[0] / speeds[3])} times faster*" in t.content for t in last.texts)


def test_each_lane_bears_the_number_of_its_layer(inspected: SceneStepper) -> None:
    _, snapshots = inspected("DeepNetsStall", "default", "dark")
    shown = [s.numbers() for s in snapshots if "layer_1" in s.numbers()]
    assert shown
    for numbers in shown:
        assert [set(numbers[f"layer_{k}"]) for k in range(1, 5)] == [{str(k)} for k in range(1, 5)]


def test_the_runners_stand_where_their_speeds_are_on_the_track(inspected: SceneStepper) -> None:
    measured = inspected("DeepNetsStall", "default", "dark")[0].measured
    steps = np.diff(measured["heads"]) / np.diff(measured["log10"])
    np.testing.assert_allclose(steps, steps[0])
    assert steps[0] > 0
