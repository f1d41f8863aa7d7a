"""Large batches: blocks, threads and the cases that leave the fast path."""

import math
import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mathcore import Chain, batch, draw_chain, recursion
from mathcore.validation import FloatArray


def worst(got: FloatArray, exact: FloatArray) -> float:
    with np.errstate(all="ignore"):
        error = np.abs(got - exact) / np.maximum(np.abs(exact), 1e-300)
    return float(np.nanmax(error))


def assert_same(chain: Chain, x: FloatArray, t: FloatArray, cost: str = "squared") -> None:
    found, trace = chain.gradients(x, t, cost), chain.backward(x, t, cost)
    assert worst(found.grad_w, trace.grad_w) <= 1e-13
    assert worst(found.grad_b, trace.grad_b) <= 1e-13
    for field in ("log10_abs_grad_w", "log10_abs_grad_b"):
        got, exact = getattr(found, field), getattr(trace, field)
        assert (np.isneginf(got) == np.isneginf(exact)).all()
        finite = np.isfinite(exact)
        assert np.abs(got[finite] - exact[finite]).max() <= 1e-12 * max(1, -exact[finite].min())
    assert (found.sign_grad_w == trace.sign_grad_w).all()
    assert (found.sign_grad_b == trace.sign_grad_b).all()


@pytest.fixture(params=[1, 3])
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    count = int(request.param)
    monkeypatch.setattr(batch, "os", SimpleNamespace(cpu_count=lambda: count))
    monkeypatch.setattr(batch, "_BLOCK", 64)
    monkeypatch.setattr(batch, "_SMALL", 1000)
    return count


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("cost", ["squared", "half_squared", "cross_entropy"])
@pytest.mark.parametrize("depth", [1, 2, 30])
def test_blocks_give_what_a_single_pass_gives(cost: str, depth: int) -> None:
    chain = draw_chain(depth, 1, bias_std=1.0, size=1001)
    rng = np.random.default_rng(2)
    assert_same(chain, rng.standard_normal(1001), rng.integers(0, 2, 1001).astype(float), cost)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
def test_other_activations(name: str) -> None:
    chain = draw_chain(5, 1, bias_std=1.0, activation=name, size=501)
    assert_same(chain, np.linspace(-2, 2, 501), np.full(501, 0.3))


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize(
    "case", ["zero", "heavy", "light", "biased", "loud", "deep", "mixed", "back"]
)
def test_chains_that_leave_the_fast_path(case: str) -> None:
    rng = np.random.default_rng(3)
    weights = rng.standard_normal((300, {"deep": 200, "mixed": 200, "back": 320}.get(case, 12)))
    biases, x, t = rng.standard_normal(weights.shape), np.ones(300), np.zeros(300)
    if case == "zero":
        weights[::7, 5] = 0.0
        x[5] = 0.0
    if case == "heavy":
        weights *= 800.0
    if case == "light":
        weights[:, 3] = 1e-300
        weights[:, 4] = 1e-20
    if case == "biased":
        biases *= 700.0
    if case == "loud":
        x *= 1e4
    if case == "deep":
        weights *= 0.01
    if case == "mixed":  # underflows in the middle, then factors above 1 bring it back
        weights, biases = np.full((300, 200), 16.0), np.full((300, 200), -8.0)
        biases[:, 0] = -16.0
        weights[:, 100:180] = 1e-4
        biases[:, 100:180] = -0.5e-4
        weights[:, 60:100] *= rng.uniform(0.9, 1.0, (300, 40))
        biases[:, 60:100] = -0.5 * weights[:, 60:100]
    if case == "back":  # overflows in the middle, then factors below 1 bring it back
        weights, biases = np.full((300, 320), 160.0), np.full((300, 320), -80.0)
        weights[:, :110] = rng.uniform(0.9, 1.1, (300, 110))
        weights[:, 110] = 1.0
        biases[:, :111] = -0.5 * weights[:, :111]
        chain = Chain(weights, biases)
        found = chain.gradients(x, t).grad_b
        assert np.isinf(found[:, 120]).all()
        assert np.isfinite(found[:, 0]).all()
        assert (found[:, 0] > 1e200).all()
    assert_same(Chain(weights, biases), x, t)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize(
    ("weights", "biases", "x"),
    [
        ([-700.0, 1e-5], [0.0, 0.0], 1.0),
        ([-0.5, 1e-5], [-699.5, 0.0], 1.0),
        ([-0.5, 1e-5], [0.0, 0.0], 1400.0),
        ([720.0, 1.0], [0.0, 0.0], 1.0),
        ([0.5, 1.0], [719.5, 0.0], 1.0),
        ([0.5, 1.0], [0.0, 0.0], 1440.0),
        ([-27.0, 1e-300], [0.0, 0.0], 1.0),
    ],
)
def test_a_far_target_does_not_hide_lost_digits(
    weights: list[float], biases: list[float], x: float
) -> None:
    # The factor w_2 slope_1 is subnormal, but the gradient behind it is not.
    chain = Chain(np.tile(weights, (200, 1)), np.tile(biases, (200, 1)))
    assert 1e-290 < abs(chain.gradients(x, 1e60).grad_b[0, 0]) < 1e-200
    assert_same(chain, np.full(200, x), np.full(200, 1e60))


def test_large_batches_use_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    block = batch._sigmoid_block

    def spy(*arguments: object) -> None:
        seen.add(threading.current_thread().name)
        block(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "_sigmoid_block", spy)
    monkeypatch.setattr(batch, "os", SimpleNamespace(cpu_count=lambda: 2))
    draw_chain(4, 0, size=40_000).gradients(1.0, 0.0)
    assert "MainThread" not in seen
    seen.clear()
    draw_chain(4, 0, size=10).gradients(1.0, 0.0)
    assert seen == {"MainThread"}
    seen.clear()
    draw_chain(4, 0, size=2).gradients(1.0, 0.0)
    assert seen == {"MainThread"}


def test_a_single_chain_takes_the_way_that_is_short_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = draw_chain(4, 0)
    expected = chain.backward(1.0, 0.0).grad_w.tolist()
    monkeypatch.setattr(batch, "_sigmoid_block", None)
    assert chain.gradients(1.0, 0.0).grad_w.tolist() == expected


def test_blocks_cover_the_batch_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for cpus in (None, 1, 2, 3):
        monkeypatch.setattr(batch, "os", SimpleNamespace(cpu_count=lambda cpus=cpus: cpus))
        for count in (0, 1, 2, 5, 16384, 16385, 65536, 65537, 100_000, 400_000):
            chunks = batch._chunks(count)
            covered = [i for chunk in chunks for i in range(chunk.start, chunk.stop)]
            assert covered == list(range(count))
            assert all(chunk.stop - chunk.start <= 1 << 16 for chunk in chunks)
            if count >= 16384 * (cpus or 1):
                assert len(chunks) % (cpus or 1) == 0


def test_leading_shapes_and_empty_batches() -> None:
    chain = draw_chain(3, 1, size=(2, 5))
    assert chain.gradients(1.0, 0.0).grad_w.shape == (2, 5, 3)
    assert_same(chain, np.ones(5), np.zeros((2, 1)))
    single = draw_chain(3, 1)
    assert single.gradients(1.0, 0.0).log10_abs_grad_b.shape == (3,)
    empty = draw_chain(3, 1, size=0)
    assert empty.gradients(1.0, 0.0).grad_w.shape == (0, 3)
    assert empty.backward(1.0, 0.0).grad_w.shape == (0, 3)


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    found = batch.bounds(np.array([[-3.0, 0.0], [1e-5, 2.0]]), np.array([[-7.0, 1.0], [0.0, 0.0]]))
    assert found == batch.Bounds(heaviest=3.0, lightest=1e-5, bias=7.0)
    monkeypatch.setattr(batch, "_PIECE", 2)
    assert batch.bounds(np.array([[-3.0, 0.0], [1e-5, 2.0]]), np.array([-6.0, 7.0])) == found
    assert batch.bounds(np.zeros((2, 3)), np.zeros((2, 3))) == batch.Bounds(0.0, 1.0, 0.0)


def test_the_check_for_underflow_on_the_way() -> None:
    assert not batch._may_have_left_the_range(np.array([1e-280, -1e-285]), 0.0)
    assert batch._may_have_left_the_range(np.array([1.0, -1e-291]), 0.0)
    assert batch._may_have_left_the_range(np.array([1e-280]), math.log(1e11))
    assert batch._may_have_left_the_range(np.array([1.0, 0.0]), 0.0)
    assert batch._may_have_left_the_range(np.array([1.0, -math.inf]), 0.0)
    assert batch._may_have_left_the_range(np.array([1.0, math.nan]), 0.0)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_the_general_recursion_takes_small_pieces(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # At 200 layers of weights near 0 every product underflows.
    chain = draw_chain(200, 5, weight_std=0.01, activation=name, size=70)
    whole = chain.backward(1.0, 0.25)
    shapes = []
    backward = recursion.backward

    def spy(*arguments: Any) -> recursion.Pass:
        shapes.append(arguments[2].shape)
        return backward(*arguments)

    monkeypatch.setattr(recursion, "backward", spy)
    monkeypatch.setattr(batch, "_PIECE", 6500)
    found = chain.gradients(1.0, 0.25)
    assert {shape[0] for shape in shapes} == {200}
    assert sum(shape[1] for shape in shapes) == 70
    assert max(shape[1] for shape in shapes) == 32
    assert found.log10_abs_grad_w == pytest.approx(whole.log10_abs_grad_w, rel=1e-13)
    monkeypatch.setattr(batch, "_PIECE", 1)
    shapes.clear()
    chain.gradients(1.0, 0.25)
    assert shapes == [(200, 1)] * 70
