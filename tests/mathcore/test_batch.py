"""Large batches: blocks, threads and the cases that leave the fast path."""

import math
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from mathcore import Chain, LogGradients, batch, draw_chain
from mathcore.validation import FloatArray


def worst(got: FloatArray, exact: FloatArray) -> float:
    with np.errstate(all="ignore"):
        error = np.abs(got - exact) / np.maximum(np.abs(exact), 1e-300)
    return float(np.nanmax(error))


def assert_same(chain: Chain, x: FloatArray, t: FloatArray, cost: str = "squared") -> None:
    alone, logs = chain.gradients(x, t, cost), chain.log_gradients(x, t, cost)
    trace = chain.backward(x, t, cost)
    assert not isinstance(alone, LogGradients)
    for found in (alone, logs):
        assert worst(found.grad_w, trace.grad_w) <= 1e-13
        assert worst(found.grad_b, trace.grad_b) <= 1e-13
    for field in ("log10_abs_grad_w", "log10_abs_grad_b"):
        got, exact = getattr(logs, field), getattr(trace, field)
        assert (np.isneginf(got) == np.isneginf(exact)).all()
        finite = np.isfinite(exact)
        assert np.abs(got[finite] - exact[finite]).max() <= 1e-12 * max(1, -exact[finite].min())
    assert (logs.sign_grad_w == trace.sign_grad_w).all()
    assert (logs.sign_grad_b == trace.sign_grad_b).all()


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
@pytest.mark.parametrize("case", ["zero", "heavy", "light", "biased", "loud", "deep", "mixed"])
def test_chains_that_leave_the_fast_path(case: str) -> None:
    rng = np.random.default_rng(3)
    weights = rng.standard_normal((300, 200 if case in {"deep", "mixed"} else 12))
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
    assert_same(Chain(weights, biases), x, t)


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


def test_blocks_cover_the_batch_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for cpus in (None, 1, 2, 3):
        monkeypatch.setattr(batch, "os", SimpleNamespace(cpu_count=lambda cpus=cpus: cpus))
        for count in (0, 1, 2, 5, 16384, 16385, 100_000):
            cuts = batch._cuts(count)
            covered = [i for cut in cuts for i in range(cut.start, cut.stop)]
            assert covered == list(range(count))
            assert all(cut.stop - cut.start <= 1 << 14 for cut in cuts)
            if count >= 16384 * (cpus or 1):
                assert len(cuts) % (cpus or 1) == 0


def test_leading_shapes_and_empty_batches() -> None:
    chain = draw_chain(3, 1, size=(2, 5))
    assert chain.gradients(1.0, 0.0).grad_w.shape == (2, 5, 3)
    assert_same(chain, np.ones(5), np.zeros((2, 1)))
    single = draw_chain(3, 1)
    assert single.log_gradients(1.0, 0.0).log10_abs_grad_b.shape == (3,)
    empty = draw_chain(3, 1, size=0)
    assert empty.gradients(1.0, 0.0).grad_w.shape == (0, 3)
    assert empty.backward(1.0, 0.0).grad_w.shape == (0, 3)


def test_bounds() -> None:
    found = batch.bounds(np.array([[-3.0, 0.0], [1e-5, 2.0]]), np.array([[-7.0, 1.0], [0.0, 0.0]]))
    assert found == batch.Bounds(heaviest=3.0, lightest=1e-5, bias=7.0)


def test_the_check_for_underflow_on_the_way() -> None:
    assert not batch._may_have_underflowed(np.array([1e-280, -1e-285]), 0.0)
    assert batch._may_have_underflowed(np.array([1.0, -1e-291]), 0.0)
    assert batch._may_have_underflowed(np.array([1e-280]), math.log(1e11))
    assert batch._may_have_underflowed(np.array([1.0, 0.0]), 0.0)
