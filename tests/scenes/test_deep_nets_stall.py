"""The trainings are real, and every number on the screen is one of theirs."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray

from lecture.kit.inspection import Snapshot
from lecture.kit.numbers import COUNT, FACTOR, RATIO, WEIGHT, percent
from mathcore import History, Network, mnist, train
from scenes.data.deep_nets_stall import (
    DEPTHS,
    PUBLISHED_SPEEDS,
    SETUPS,
    StallStudy,
    stall_study,
    start_speeds,
    starting_net,
)
from tests.stepping import SceneStepper

EPOCHS = 120
MODULE = "scenes.data.deep_nets_stall"

# One process runs all tests of the scene, so that they share its trainings.
pytestmark = pytest.mark.xdist_group("DeepNetsStall")


@pytest.fixture(scope="module")
def data() -> tuple[NDArray[np.float64], ...]:
    training, test = mnist().split(rng=0, training=1000)
    return training.X, training.Y, test.X, test.Y


@pytest.fixture(scope="module")
def deepest(data: tuple[NDArray[np.float64], ...]) -> History:
    x, y, *test = data
    net = Network.random((784, 30, 30, 30, 30, 10), rng=0, initializer="lecun_normal")
    settings = {"epochs": EPOCHS, "batch_size": 20, "learning_rate": 0.2}
    return train(net, x, y, rng=0, validation=(test[0], test[1]), **settings)


@pytest.fixture(scope="module")
def folder(inspected: SceneStepper) -> Path:
    """The folder in which the scene found or put its trainings."""
    return inspected.results


@pytest.fixture(scope="module")
def study(folder: Path) -> StallStudy:
    return stall_study(folder)


@pytest.fixture(scope="module")
def starts() -> dict[int, NDArray[np.float64]]:
    """Speeds before training for 20 seeds, by number of hidden layers."""
    return {depth: start_speeds(depth, range(20)) for depth in PUBLISHED_SPEEDS}


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
    spread = [weights.std() for weights in deepest.network.weights[:4]]
    np.testing.assert_array_equal(study.weight_stds[-1], spread)
    assert study.accuracy.shape == study.test_accuracy.shape == (4, EPOCHS + 1)
    assert study.weight_stds.shape == study.speeds.shape == (EPOCHS + 1, 4)
    assert (study.examples, study.tests) == (1000, 4000)


def test_deeper_is_worse_although_every_network_learns_its_examples(study: StallStudy) -> None:
    assert (np.diff(study.test_accuracy[:, -1]) < 0).all()
    assert study.test_accuracy[0, -1] > 0.87
    assert study.test_accuracy[3, -1] < 0.86
    assert study.accuracy[:, -1].min() > 0.99


def test_the_deepest_only_guesses_until_it_is_said_to_start(study: StallStudy) -> None:
    stalled = study.stalled
    assert 30 <= stalled <= 50
    assert study.accuracy[3, : stalled + 1].max() < 0.2 <= study.accuracy[3, stalled + 1]
    assert study.accuracy[:3, stalled].min() > 0.9


def test_the_first_layer_is_the_slowest_until_the_order_is_reversed(study: StallStudy) -> None:
    assert (np.diff(study.speeds[0]) > 0).all()
    assert 90 < study.lag < 100
    assert study.lag_of_a_layer == pytest.approx(np.cbrt(study.lag))
    assert (study.speeds[: study.stalled + 1].argmin(axis=1) == 0).all()
    first, *_, last = study.speeds.T
    assert (first[: study.level] < last[: study.level]).all()
    assert first[study.level] >= last[study.level]
    assert study.stalled < study.level < 80
    # Reversed for good: in each of the last twenty epochs the last layer is the slowest.
    assert (study.speeds[-20:].argmin(axis=1) == 3).all()
    assert study.lead == pytest.approx(first[-1] / last[-1])
    assert 1.8 < study.lead < 2.7


def test_the_weights_grow_when_the_network_starts_to_learn(study: StallStudy) -> None:
    start, stalled, end = study.weight_stds[[0, study.stalled, -1]]
    np.testing.assert_allclose(start, [784**-0.5, *[30**-0.5] * 3], rtol=0.05)
    assert (stalled < 1.15 * start).all()
    assert (end > 2.4 * start).all()


def test_another_start_of_the_same_depth_does_not_stall(study: StallStudy) -> None:
    assert study.wide_accuracy[study.stalled] > 0.9
    assert study.wide_test_accuracy[-1] < study.test_accuracy[3, -1]


def test_the_speeds_at_the_start_are_those_of_backpropagation_by_hand(
    study: StallStudy,
    starts: dict[int, NDArray[np.float64]],
    data: tuple[NDArray[np.float64], ...],
) -> None:
    x, y, *_ = data
    by_hand = speeds_by_hand(starting_net(4), x, y)
    np.testing.assert_allclose(study.speeds[0], by_hand, rtol=1e-9)
    np.testing.assert_array_equal(starts[4][0], study.speeds[0])
    np.testing.assert_allclose(starts[2][7], speeds_by_hand(starting_net(2, seed=7), x, y))


@pytest.mark.parametrize("depth", PUBLISHED_SPEEDS)
def test_published_speeds_lie_within_the_spread_over_seeds(
    depth: int, starts: dict[int, NDArray[np.float64]]
) -> None:
    ours, published = starts[depth], PUBLISHED_SPEEDS[depth]
    assert ours.shape == (20, depth)
    assert (ours.min(axis=0) < published).all()
    assert (published < ours.max(axis=0)).all()
    distances = np.log10(published) - np.log10(ours).mean(axis=0)
    assert (np.abs(distances) < 2 * np.log10(ours).std(axis=0, ddof=1)).all()
    assert (ours.argmin(axis=1) == 0).all()


def trainings(folder: Path) -> dict[Path, int]:
    """Return when each training in a folder was computed."""
    return {file: file.stat().st_mtime_ns for file in folder.rglob("output.pkl")}


Counted = tuple[Path, list[tuple[int, ...]]]


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """An empty cache folder, and the sizes of the networks trained since, for no epoch each."""
    sizes: list[tuple[int, ...]] = []

    def counting(net: Network, *args: Any, **options: Any) -> History:
        sizes.append(net.sizes)
        return train(net, *args, **options)

    monkeypatch.setattr(f"{MODULE}.train", counting)
    monkeypatch.setattr(f"{MODULE}._EPOCHS", 0)
    stall_study.cache_clear()
    return tmp_path / "results", sizes


def test_each_setup_is_trained_once_for_all_runs_of_the_scene(counted: Counted) -> None:
    results, sizes = counted
    for _ in range(3):
        stall_study.cache_clear()  # as in another process
        assert stall_study(results).epochs == 0
    assert [len(size) - 2 for size in sizes] == [depth for depth, _ in SETUPS]
    assert len(trainings(results)) == len(SETUPS) == len(DEPTHS) + 1


def test_two_chunks_at_the_same_time_train_each_setup_once(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    results, sizes = counted
    chunk: Callable[[Path], StallStudy] = stall_study.__wrapped__
    second, waiting = Thread(target=chunk, args=(results,)), Event()

    class Watched(FileLock):
        def acquire(self, *args: Any, **options: Any) -> Any:
            if second.ident is None:
                return super().acquire(*args, **options)
            waiting.set()
            return super().acquire(*args, **options)

    counting = import_module(MODULE).train

    def training(net: Network, *args: Any, **options: Any) -> History:
        if second.ident is None:
            second.start()
            assert waiting.wait(60)  # the second chunk asks for the lock while this one trains
        return counting(net, *args, **options)  # type: ignore[no-any-return]

    monkeypatch.setattr(f"{MODULE}.FileLock", Watched)
    monkeypatch.setattr(f"{MODULE}.train", training)
    chunk(results)
    second.join(60)
    assert not second.is_alive()
    assert len(sizes) == len(SETUPS)


def test_finished_trainings_are_read_from_their_folder(
    study: StallStudy, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stall_study.cache_clear()
    monkeypatch.setattr(f"{MODULE}.train", None)
    np.testing.assert_array_equal(stall_study(folder).speeds, study.speeds)


@pytest.mark.filterwarnings("ignore:Exception while loading results:UserWarning")
def test_a_damaged_training_is_computed_anew(counted: Counted) -> None:
    results, sizes = counted
    whole = stall_study(results)
    damaged = min(trainings(results))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(bytes(content))
    before = trainings(results)
    stall_study.cache_clear()
    found = stall_study(results)
    for name in ("accuracy", "test_accuracy", "speeds", "weight_stds", "wide_accuracy"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
    after = trainings(results)
    assert {file for file in after if after[file] != before[file]} == {damaged}
    assert len(sizes) == len(SETUPS) + 1


def test_other_code_is_another_training(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    results, sizes = counted
    stall_study(results)
    stall_study.cache_clear()
    monkeypatch.setattr(f"{MODULE}.code_version", lambda: "other code")
    monkeypatch.setattr(f"{MODULE}._EPOCHS", 1)
    assert stall_study(results).epochs == 1
    assert len(sizes) == len(trainings(results)) == 2 * len(SETUPS)


def test_the_table_shows_the_last_accuracies(
    snapshots: list[Snapshot], study: StallStudy, deepest: History
) -> None:
    numbers = last_of(snapshots, "accuracy").numbers()
    assert numbers["epoch"] == [COUNT(EPOCHS)]
    assert numbers["training_4"] == [percent(float(np.mean(deepest.accuracy[-1])))]
    for place in range(4):
        assert numbers[f"training_{place + 1}"] == [percent(study.accuracy[place, -1])]
        assert numbers[f"test_{place + 1}"] == [percent(study.test_accuracy[place, -1])]


@pytest.mark.parametrize(("beat", "epoch"), [("speeds_at_the_start", 0), ("the_reversal", EPOCHS)])
def test_the_numbers_shown_are_those_of_the_training(
    beat: str, epoch: int, snapshots: list[Snapshot], deepest: History
) -> None:
    numbers = last_of(snapshots, beat).numbers()
    for layer in range(4):
        shown = FACTOR(float(deepest.layer_speeds[epoch, layer]))
        assert numbers[f"speed_{layer + 1}"] == [shown]
    assert numbers["epoch"] == [COUNT(epoch)]
    assert numbers["accuracy"] == [percent(float(deepest.accuracy[epoch]))]


def test_the_reversal_shows_ratio_and_weights_at_each_of_its_stops(
    snapshots: list[Snapshot], study: StallStudy
) -> None:
    shown = [s.numbers() for s in snapshots if s.beat == "the_reversal"]
    for epoch in (study.stalled, study.level, EPOCHS):
        first, *_, last = study.speeds[epoch]
        stops = [n for n in shown if n["epoch"] == [COUNT(epoch)] and "ratio" in n]
        assert {*stops[0]["ratio"]} == {WEIGHT(last / first)}
        if epoch > study.stalled:
            stds = [stops[0][f"std_{layer}"] for layer in range(1, 5)]
            assert stds == [[FACTOR(std)] for std in study.weight_stds[epoch]]


def test_the_headlines_compare_the_first_layer_with_the_last(
    snapshots: list[Snapshot], study: StallStudy
) -> None:
    first, *_, last = study.speeds.T
    for beat, words in (
        ("speeds_at_the_start", f"*{RATIO(last[0] / first[0])} times slower*"),
        ("the_reversal", f"*{RATIO(first[-1] / last[-1])} times faster*"),
    ):
        assert any(words in text.content for text in last_of(snapshots, beat).texts)


def test_the_accuracy_of_the_other_start_is_that_of_its_training(
    snapshots: list[Snapshot], study: StallStudy
) -> None:
    shown = last_of(snapshots, "another_start").numbers()["wide_accuracy"]
    assert shown == [percent(study.wide_accuracy[study.stalled])]


def test_each_lane_bears_the_number_of_its_layer(snapshots: list[Snapshot]) -> None:
    shown = [s.numbers() for s in snapshots if "layer_1" in s.numbers()]
    assert shown
    for numbers in shown:
        assert [set(numbers[f"layer_{k}"]) for k in range(1, 5)] == [{str(k)} for k in range(1, 5)]


def test_runners_and_rings_stand_where_their_speeds_are_on_the_track(
    inspected: SceneStepper,
) -> None:
    measured = inspected("DeepNetsStall", "default", "dark")[0].measured
    log10 = np.concatenate([measured["log10"], np.log10(PUBLISHED_SPEEDS[4])])
    steps = np.diff([*measured["heads"], *measured["rings"]]) / np.diff(log10)
    np.testing.assert_allclose(steps, steps[0])
    assert steps[0] > 0
