import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from mathcore import History, Network, digits, memo, train, train_memoized, training

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


def test_the_digits_are_learnt() -> None:
    training_set, test_set = digits().split(rng=0)
    net = Network.random((64, 30, 10), 1, "lecun_normal")
    history = train(
        net,
        training_set.X,
        training_set.Y,
        epochs=10,
        batch_size=10,
        learning_rate=0.5,
        rng=2,
        validation=(test_set.X, test_set.Y),
    )
    assert history.accuracy[0] < 0.3
    assert history.validation_accuracy[-1] > 0.93


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
def test_what_is_refused(change: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        train(NET, X, Y, **({"rng": 0} | SETTINGS | change))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=message):
        train_memoized(
            NET,
            X,
            Y,
            cache_dir=tmp_path,
            **({"rng": 0} | SETTINGS | change),  # type: ignore[arg-type]
        )
    assert list(tmp_path.iterdir()) == []


def assert_same_history(one: History, other: History) -> None:
    for name in ("cost", "accuracy", "layer_speeds", "validation_accuracy"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
        assert not getattr(one, name).flags.writeable
    for name in ("weights", "biases"):
        for a, b in zip(getattr(one.network, name), getattr(other.network, name), strict=True):
            assert a.tolist() == b.tolist()
    assert one.network.activation == other.network.activation


def memoized(folder: Path) -> list[float]:
    history = train_memoized(NET, X, Y, cache_dir=folder, rng=4, **SETTINGS)  # type: ignore[arg-type]
    return [float(cost) for cost in history.cost]


class TestMemo:
    @pytest.fixture
    def calls(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        made: list[int] = []

        def counted(*arguments: object, **settings: object) -> History:
            made.append(1)
            return train(*arguments, **settings)  # type: ignore[arg-type]

        monkeypatch.setattr(training, "train", counted)
        return made

    def run(self, folder: Path, **change: object) -> History:
        settings = {"net": NET, "X": X, "Y": Y, "rng": 4, "validation": (X, Y)} | SETTINGS | change
        return train_memoized(cache_dir=folder, **settings)  # type: ignore[arg-type]

    def test_a_kept_training_is_not_repeated(self, tmp_path: Path, calls: list[int]) -> None:
        folder = tmp_path / "deep" / "cache"
        first, second = self.run(folder), self.run(folder)
        assert len(calls) == 1
        assert_same_history(first, second)
        plain = train(NET, X, Y, rng=4, validation=(X, Y), **SETTINGS)  # type: ignore[arg-type]
        assert_same_history(first, plain)
        (file,) = folder.iterdir()
        assert file.suffix == ".npz"

    @pytest.mark.parametrize(
        "change",
        [
            {"epochs": 2},
            {"batch_size": 6},
            {"learning_rate": 0.6},
            {"cost": "squared"},
            {"rng": 5},
            {"validation": None},
            {"validation": (X[1:], Y[1:])},
            {"X": X + 1e-12},
            {"Y": Y[::-1]},
            {"net": Network.random((3, 4, 2), rng=8)},
            {"net": Network(NET.weights, NET.biases, "tanh"), "cost": "squared"},
        ],
    )
    def test_any_other_training_is_another(
        self, tmp_path: Path, calls: list[int], change: dict[str, object]
    ) -> None:
        self.run(tmp_path, epochs=1, cost=change.get("cost", "cross_entropy"))
        self.run(tmp_path, **({"epochs": 1} | change))
        distinct = 1 if change == {"cost": "squared"} else 2
        assert len(calls) == distinct
        self.run(tmp_path, epochs=1, cost="half_squared")
        assert len(calls) == distinct + 1

    def test_other_source_or_numpy_is_another(
        self, tmp_path: Path, calls: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.run(tmp_path)
        with monkeypatch.context() as patch:
            patch.setattr(memo, "_source", lambda: b"# another")
            self.run(tmp_path)
        assert len(calls) == 2
        monkeypatch.setattr(np, "__version__", "0.0")
        self.run(tmp_path)
        assert len(calls) == 3

    def test_the_source_is_that_of_the_package(self) -> None:
        source = memo._source()
        for module in (training, memo):
            assert Path(str(module.__file__)).read_bytes() in source

    @pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no archive", b"half", b"longer"])
    def test_a_damaged_file_is_made_anew(
        self, tmp_path: Path, calls: list[int], damage: bytes
    ) -> None:
        first = self.run(tmp_path)
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()
        damaged = {b"half": whole[: len(whole) // 2], b"longer": whole + b"\0"}
        file.write_bytes(damaged.get(damage, damage))
        assert_same_history(first, self.run(tmp_path))
        assert len(calls) == 2
        assert file.read_bytes() == whole
        assert_same_history(first, self.run(tmp_path))
        assert len(calls) == 2

    def test_every_flipped_bit_is_noticed(self, tmp_path: Path) -> None:
        self.run(tmp_path)
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()
        assert memo._load(file, NET) is not None
        # Every bit of an array's header, where a flip may make a shape smaller, and some of all.
        header = whole.index(b"NUMPY")
        for bit in [*range(8 * header, 8 * header + 1024), *range(0, 8 * len(whole), 997)]:
            content = bytearray(whole)
            content[bit // 8] ^= 1 << bit % 8
            file.write_bytes(bytes(content))
            assert memo._load(file, NET) is None, bit

    def test_two_processes_may_share_a_folder(self, tmp_path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            costs = list(pool.map(memoized, [tmp_path] * 6))
        alone = train(NET, X, Y, rng=4, **SETTINGS)  # type: ignore[arg-type]
        assert costs == [alone.cost.tolist()] * 6
        assert [file.suffix for file in tmp_path.iterdir()] == [".npz"]

    def test_a_failed_write_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            self.run(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_a_generator_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"rng: given Generator.*; allowed: an integer"):
            self.run(tmp_path, rng=np.random.default_rng(0))


def test_digits() -> None:
    data = digits()
    assert data.X.shape == (1797, 64)
    assert data.Y.shape == (1797, 10)
    assert data.images.shape == (1797, 8, 8)
    assert data.X.min() == 0.0
    assert data.X.max() == 1.0
    assert (data.Y.sum(axis=1) == 1.0).all()
    assert data.labels[:5] == (0, 1, 2, 3, 4)
    assert data.images[3, 2].tolist() == data.X[3, 16:24].tolist()
    assert not data.X.flags.writeable
    assert not data.Y.flags.writeable
    assert not data.images.flags.writeable


def test_splits() -> None:
    data = digits()
    training_set, test_set = data.split(0, 0.25)
    assert (len(training_set.X), len(test_set.X)) == (1348, 449)
    rows = {tuple(row) for row in (*training_set.X.tolist(), *test_set.X.tolist())}
    assert rows == {tuple(row) for row in data.X.tolist()}
    again = data.split(np.random.default_rng(0), 0.25)[1]
    assert again.X.tolist() == test_set.X.tolist()
    assert data.split(1, 0.25)[1].labels != test_set.labels
    order = np.random.default_rng(0).permutation(1797)
    assert test_set.labels == tuple(np.array(data.labels)[order[:449]].tolist())
    assert not test_set.X.flags.writeable
    assert not test_set.Y.flags.writeable
    assert len(data.split(0, 1e-9)[1].X) == 1
    assert len(data.split(0, 0.99999)[0].X) == 1
    for share in (0.0, 1.0, math.nan):
        with pytest.raises(ValueError, match="test_share: given"):
            data.split(0, share)
