"""Time the gradients of a large batch of chains against torch, jax and a lower bound.

All contestants get the same float64 weights and biases and return dC/dw and dC/db of every layer.
Rounds are interleaved, so that other load on the machine affects all of them. CPU time is that of
all threads, which other load affects less than wall time; the last two columns are ratios to the
bound on one thread. Run from the repository: ``python benchmarks/mathcore.py``. Torch and jax are
optional (see requirements.txt); without them their rows read "not installed".
"""

import argparse
import gc
import importlib
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

# Started as a script, this folder comes first on the path, where this file would hide the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from mathcore import Chain  # noqa: E402

Array: TypeAlias = Any  # of whichever library
Run: TypeAlias = Callable[[], Array]


def bound(weights: np.ndarray, threads: int) -> Run:
    """One exp, one reciprocal, two logs and one pass of memory traffic over as many elements."""
    flat = weights.ravel()
    size = 8192

    def work(start: int, stop: int, out: np.ndarray) -> None:
        a, b = np.empty(size), np.empty(size)
        for low in range(start, stop, size):
            cut = slice(low, min(low + size, stop))
            x, y = a[: cut.stop - low], b[: cut.stop - low]
            np.exp(flat[cut], out=x)
            np.divide(1.0, x, out=y)
            np.log(x, out=x)
            np.log(y, out=y)
            np.add(x, y, out=out[cut])

    def run() -> np.ndarray:
        out = np.empty_like(flat)
        edges = np.linspace(0, flat.size, threads + 1).astype(int)
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, edges[:-1], edges[1:], [out] * threads))
        return out

    return run


def torch_runs(torch: ModuleType, weights: np.ndarray, biases: np.ndarray) -> dict[str, Run]:
    """Torch in its natural forms and in its best: one leaf a layer, unrolled."""
    w = torch.tensor(weights, requires_grad=True)
    b = torch.tensor(biases, requires_grad=True)
    depth = w.shape[1]
    w_layers = [torch.tensor(weights[:, j].copy(), requires_grad=True) for j in range(depth)]
    b_layers = [torch.tensor(biases[:, j].copy(), requires_grad=True) for j in range(depth)]

    def cost(ws: Array, bs: Array) -> Array:
        a = torch.ones(len(weights), dtype=torch.float64)
        for wj, bj in zip(ws, bs, strict=True):
            a = torch.sigmoid(wj * a + bj)
        return (a**2).sum()

    def indexing() -> Array:
        layers = [w[:, j] for j in range(depth)], [b[:, j] for j in range(depth)]
        return torch.autograd.grad(cost(*layers), (w, b))

    def unbind() -> Array:
        return torch.autograd.grad(cost(w.unbind(1), b.unbind(1)), (w, b))

    def leaves() -> Array:
        return torch.autograd.grad(cost(w_layers, b_layers), (*w_layers, *b_layers))

    return {"torch, w[:, j]": indexing, "torch, unbind": unbind, "torch, one leaf a layer": leaves}


def jax_run(jax: ModuleType, weights: np.ndarray, biases: np.ndarray) -> Run:
    """Return jit(vmap(grad)) of a scan over the layers."""
    jax.config.update("jax_enable_x64", True)

    def cost(w: Array, b: Array) -> Array:
        def layer(a: Array, parameters: Array) -> tuple[Array, None]:
            return jax.nn.sigmoid(parameters[0] * a + parameters[1]), None

        y, _ = jax.lax.scan(layer, jax.numpy.float64(1.0), (w, b))
        return y**2

    gradients = jax.jit(jax.vmap(jax.grad(cost, argnums=(0, 1))))
    w, b = jax.numpy.asarray(weights), jax.numpy.asarray(biases)
    return lambda: jax.block_until_ready(gradients(w, b))


def contestants(count: int, depth: int) -> dict[str, Run | None]:
    """Return the runs by name, None for a library that is not installed."""
    rng = np.random.default_rng(0)
    weights, biases = rng.standard_normal((2, count, depth))
    chain = Chain(weights, biases)
    runs: dict[str, Run | None] = {
        "bound, one thread": bound(weights, 1),
        "bound, all threads": bound(weights, os.cpu_count() or 1),
        "mathcore, Chain.gradients": lambda: chain.gradients(1.0, 0.0),
        "Chain(...).gradients": lambda: Chain(weights, biases).gradients(1.0, 0.0),
    }
    for name, build in (("torch", torch_runs), ("jax", jax_run)):
        try:
            module = importlib.import_module(name)
        except ImportError:
            runs[name] = None
            continue
        built = build(module, weights, biases)
        runs |= built if isinstance(built, dict) else {"jax, jit(vmap(grad)), scan": built}
    check_agreement(runs, chain)
    return runs


def check_agreement(runs: dict[str, Run | None], chain: Chain) -> None:
    """Raise AssertionError if a contestant returns other gradients."""
    grad = chain.gradients(1.0, 0.0).grad_w
    for name in ("torch, unbind", "jax, jit(vmap(grad)), scan"):
        if run := runs.get(name):
            np.testing.assert_allclose(np.asarray(run()[0]), grad, rtol=1e-9, atol=1e-300)


def compare(count: int, depth: int, rounds: int) -> None:
    """Print minimum and median of interleaved rounds, and the ratios to the bound."""
    runs = contestants(count, depth)
    times: dict[str, list[float]] = {name: [] for name in runs}
    work: dict[str, list[float]] = {name: [] for name in runs}
    for lap in range(rounds + 1):
        for name, run in runs.items():
            if run is None:
                continue
            start, busy = time.perf_counter(), time.process_time()
            result = run()
            elapsed, busy = time.perf_counter() - start, time.process_time() - busy
            del result
            if lap:  # the first lap warms up
                times[name].append(elapsed * 1e3)
                work[name].append(busy * 1e3)
    floor, floor_work = (min(table["bound, one thread"]) for table in (times, work))
    print(f"{count} chains of {depth} layers, float64, {os.cpu_count()} cores, {rounds} rounds")
    columns = f"{'min ms':>9}{'median':>9}{'CPU ms':>9}{'wall/bound':>12}{'CPU/bound':>11}"
    print(f"{'':28}{columns}")
    for name, taken in times.items():
        if not taken:
            print(f"{name:28}  not installed (pip install -r benchmarks/requirements.txt)")
            continue
        low, middle, busy = min(taken), statistics.median(taken), min(work[name])
        ratios = f"{low / floor:12.2f}{busy / floor_work:11.2f}"
        print(f"{name:28}{low:9.1f}{middle:9.1f}{busy:9.1f}{ratios}")


def timings(run: Run, laps: int) -> list[float]:
    """Return the milliseconds of `laps` runs."""
    times = []
    for _ in range(laps):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def single_chain() -> None:
    """Print the times of one small chain."""
    print("\none chain:\n  layers  method           min ms  median ms")
    for depth in (3, 10, 30):
        chain = Chain(np.ones(depth))
        for name in ("backward", "gradients"):
            method = getattr(chain, name)
            taken = timings(lambda method=method: method(1.0, 0.0), 500)
            print(f"{depth:8}  {name:14}{min(taken):9.3f}{statistics.median(taken):11.3f}")


def scaling() -> None:
    """Print time and peak memory per number for growing depths and batches."""
    print("\nChain.gradients:\n  chains  layers   min ms  ns/number  peak memory / result")
    rng = np.random.default_rng(0)
    shapes = ((25, 50), (50, 50), (100, 50), (100, 25), (50, 100), (1, 1000))
    for count, depth in ((1000 * thousands, depth) for thousands, depth in shapes):
        chain = Chain(*rng.standard_normal((2, count, depth)))
        low = min(timings(lambda chain=chain: chain.gradients(1.0, 0.0), 5))
        gc.collect()
        tracemalloc.start()
        chain.gradients(1.0, 0.0)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        size = count * depth
        memory = peak / (4 * 8 * size)
        print(f"{count:8}{depth:8}{low:9.1f}{low / size * 1e6:11.1f}{memory:22.2f}")


def main() -> None:
    """Run all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chains", type=int, default=100_000)
    parser.add_argument("--depth", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    compare(options.chains, options.depth, options.rounds)
    single_chain()
    scaling()


if __name__ == "__main__":
    main()
