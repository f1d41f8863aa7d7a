"""Change mathcore in many small ways and see whether its tests notice.

Each mutant is a copy of the package with one change; its tests must fail. Two sorts: changes
written by hand below, each a mistake somebody could make, and changes made mechanically from the
syntax tree (operators, comparisons, numbers), of which a sample is drawn. Run from the repository:
``python benchmarks/mathcore_mutants.py [--sample 150] [--seed 0] [--jobs 2]``. Not part of the
tests, because it takes minutes. EQUIVALENT names the survivors that no test can kill, and why.
"""

import argparse
import ast
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parents[1]


class Mutant(NamedTuple):
    """One change: in `file`, the text `old` (which occurs once) becomes `new`."""

    file: str
    old: str
    new: str


BY_HAND = [
    # The gradients of the first half of the layers are zeroed.
    Mutant(
        "recursion.py",
        "    grad = delta * before\n",
        "    delta = np.where(np.arange(len(delta)).reshape(-1, *[1] * (delta.ndim - 1))"
        " < len(delta) // 2, 0.0, delta)\n    grad = delta * before\n",
    ),
    Mutant(
        "recursion.py", "    return Pass(", "    grad[: len(grad) // 2] = 0.0\n    return Pass("
    ),
    Mutant("batch.py", "    return out\n", "    out[1][: depth // 2] = 0.0\n    return out\n"),
    Mutant("batch.py", "    return out\n", "    out[0][: depth // 2] = 0.0\n    return out\n"),
    Mutant(
        "backprop.py",
        "delta[::-1]",
        "[d * (i >= len(delta) // 2) for i, d in enumerate(delta[::-1])]",
    ),
    # Recursions that are off by one layer, or lack a factor.
    Mutant("recursion.py", "factors = w[1:] * slope[:-1]", "factors = w[:-1] * slope[:-1]"),
    Mutant("recursion.py", "factors = w[1:] * slope[:-1]", "factors = w[1:] * slope[1:]"),
    Mutant("recursion.py", "np.log(np.abs(w[1:])) + log_slope[:-1]", "np.log(np.abs(w[1:]))"),
    Mutant("recursion.py", "    return running[::-1]", "    return running"),
    Mutant("recursion.py", "w[j] * before + b[j]", "w[j] * before - b[j]"),
    Mutant("recursion.py", "log_delta + log_before / _LN10", "log_delta"),
    Mutant("recursion.py", "[x[None], a[:-1]]", "[a[:1], a[:-1]]"),
    Mutant("recursion.py", "np.logical_and.accumulate(sound[::-1])[::-1]", "sound"),
    Mutant("recursion.py", "    sound[:-1] &= _normal(factors)\n", ""),
    Mutant("recursion.py", "np.where(sound, gradient, sign *", "np.where(sound, gradient, 1.0 *"),
    Mutant("recursion.py", "(extended.log_y > 0) | (target == 0.0)", "extended.log_y > 0"),
    Mutant("recursion.py", "(extended.log_y > 0) | (target == 0.0)", "target == 0.0"),
    Mutant("recursion.py", "np.where(np.isneginf(log_size), 0.0,", "np.where(False, 0.0,"),
    # The fast path.
    Mutant(
        "batch.py",
        "np.multiply(a, slope, out=slope)",
        "np.multiply(a, a, out=slope)",
    ),
    Mutant("batch.py", "np.multiply(a, slope, out=a)", "np.copyto(a, slope)"),
    Mutant("batch.py", " and math.isfinite(largest)", ""),
    Mutant("batch.py", "size.min() or np.min(size, where=size > 0.0, initial=1.0)", "size.min()"),
    Mutant("batch.py", "np.add(a, b[j], out=a)", "np.add(a, 0.0, out=a)"),
    Mutant(
        "batch.py",
        "np.multiply(factor, w[j + 1], out=factor)",
        "np.multiply(factor, w[j], out=factor)",
    ),
    Mutant("batch.py", "count == 1", "count == 0"),
    Mutant("batch.py", "reach <= _REACH and limits", "limits"),
    Mutant("batch.py", " and limits.lightest >= _LIGHTEST", ""),
    Mutant("batch.py", "_REACH, _LIGHTEST = 250.0", "_REACH, _LIGHTEST = 2500.0"),
    Mutant("batch.py", " + limits.bias", ""),
    Mutant("batch.py", "np.abs(x).max(initial=0.0)", "0.0"),
    Mutant(
        "batch.py",
        "if not plain or _may_have_left_the_range(results[0][0], growth):",
        "if not plain:",
    ),
    Mutant("batch.py", "math.log(1e-290) + growth", "math.log(1e-290)"),
    Mutant("batch.py", "smallest > 0.0 and math", "math"),
    Mutant("batch.py", "np.log10(np.abs(x), out=logs[1][0])", "logs[1][0] = 0.0"),
    # Numerics of the activations.
    Mutant("smooth.py", "    return numerator / (1.0 + e)", "    return 1.0 / (1.0 + np.exp(-h))"),
    Mutant(
        "smooth.py",
        "slope: FloatArray = e / (one_plus * one_plus)",
        "slope: FloatArray = sigmoid(h) * (1.0 - sigmoid(h))",
    ),
    Mutant("smooth.py", "-size - 2.0 * np.log1p(np.exp(-size))", "np.log(sigmoid_slope(h))"),
    Mutant(
        "smooth.py",
        "np.where(h > 0, -(tail - (1.0 - target)), tail - target)",
        "sigmoid(h) - target",
    ),
    Mutant(
        "smooth.py",
        "-(tail - (1.0 - target)), tail - target",
        "(1.0 - target) - tail, tail - target",
    ),
    Mutant("smooth.py", "np.where(target == 1.0, log_sigmoid(-h), above_zero)", "above_zero"),
    Mutant("smooth.py", "np.where(target == 0.0, log_sigmoid(h), direct)", "direct"),
    Mutant("smooth.py", "sigmoid(upper) * sigmoid(-lower)", "sigmoid(lower) * sigmoid(-upper)"),
    Mutant("smooth.py", "np.where(size < 0.7, near, far)", "far"),
    Mutant("smooth.py", "    return sech * sech", "    return 1.0 - np.square(np.tanh(h))"),
    Mutant("smooth.py", "(u - SILU_ROOT) - SILU_ROOT_LOW", "u - SILU_ROOT"),
    Mutant("smooth.py", "half * (half * _silu_bracket(u))", "(half * half) * _silu_bracket(u)"),
    Mutant("smooth.py", "np.where(h < -37.0, h, np.log(softplus(h)))", "np.log(softplus(h))"),
    Mutant("smooth.py", "np.minimum(u, 1500.0)", "u"),
    Mutant("smooth.py", "np.minimum(u, 1e300)", "u"),
    Mutant("gelu.py", "(u - GELU_ROOT) - GELU_ROOT_LOW", "u - GELU_ROOT"),
    Mutant("gelu.py", "u.astype(np.float32).astype(np.float64)", "u"),
    Mutant(
        "gelu.py",
        "root * (root * (factor * rest / _SQRT_TAU))",
        "root * root * (factor * rest / _SQRT_TAU)",
    ),
    Mutant("gelu.py", "np.log1p(-_slope_tail(np.abs(h)))", "np.log(gelu_slope(h))"),
    Mutant("piecewise.py", "np.where(h > 0, 1.0, 0.0)", "np.where(h >= 0, 1.0, 0.0)"),
    Mutant("piecewise.py", "np.where(h > 0, 1.0, LEAK)", "np.where(h >= 0, 1.0, LEAK)"),
    Mutant("piecewise.py", "np.positive(h)", "h + 0.0"),
    Mutant("piecewise.py", "np.expm1(np.minimum(h, 0.0))", "np.exp(np.minimum(h, 0.0)) - 1.0"),
    Mutant("activation_type.py", "leggauss(10)", "leggauss(3)"),
    Mutant(
        "activation_type.py", "np.where(target == 0.0, self.kernel_log_value(h), direct)", "direct"
    ),
    Mutant("activation_type.py", "np.where(cancels, d * mean_slope, whole)", "whole"),
    # Costs.
    Mutant("costs.py", "2.0 * Cost(name).scale * residual\n", "Cost(name).scale * residual\n"),
    Mutant("costs.py", "target * below + (1.0 - target) * above", "above - target * h"),
    Mutant("costs.py", "dy * (2.0 * residual + dy)", "dy * 2.0 * residual"),
    Mutant("costs.py", "np.where(target == 1.0, -1.0 / y, at_zero)", "at_zero"),
    Mutant(
        "costs.py",
        "log_residual + math.log(2.0 * Cost(name).scale) + log_slope",
        "log_residual + log_slope",
    ),
    # Chains, traces, nudges.
    Mutant("chain.py", "w * run.slope", "run.slope"),
    Mutant("chain.py", "dw * before", "dw"),
    Mutant("chain.py", "act.kernel_increment(h[j], dh[j])", "act.kernel_slope(h[j]) * dh[j]"),
    Mutant("traces.py", "self.weights[..., first + 1 :]", "self.weights[..., first:-1]"),
    Mutant("traces.py", "self.x if first == 0 else", "self.x if first <= 1 else"),
    Mutant(
        "chain.py",
        "np.broadcast_to(array, lead).copy()",
        "np.array(np.broadcast_to(array, lead), copy=None)",
    ),
    # Beyond the range.
    Mutant("extended.py", "_EDGE = 1000", "_EDGE = 30"),
    Mutant("extended.py", "shift * LN2", "0.0"),
    Mutant("extended.py", "(size < 1e-290) | (size > 1e290)", "size > 1e290"),
    Mutant("extended.py", "(size < 1e-290) | (size > 1e290)", "size < 1e-290"),
    Mutant("extended.py", "np.where(b == 0.0, _NOTHING, b_exponent)", "b_exponent"),
    Mutant("extended.py", "tiny.any() or not np.isfinite(h).all()", "tiny.any()"),
    Mutant("extended.py", "tiny.any() or not np.isfinite(h).all()", "not np.isfinite(h).all()"),
    Mutant("extended.py", "    lost = np.abs(a) < _TINY\n", "    lost = np.abs(a) < 0.0\n"),
    Mutant(
        "extended.py", "whole, _LOWEST).astype(np.int64) + 1", "whole, _LOWEST).astype(np.int64)"
    ),
    Mutant(
        "piecewise.py",
        "np.where(np.isinf(difference), half, log_abs(difference))",
        "log_abs(difference)",
    ),
    # Statistics.
    Mutant("ensembles.py", "_log_factors(chain, act)[:, 1:]", "_log_factors(chain, act)"),
    Mutant("ensembles.py", "logs < math.log(0.25)", "logs < math.log(0.5)"),
    Mutant("ensembles.py", "speeds = after + log_slope", "speeds = after"),
    Mutant("ensembles.py", "speeds.max(axis=1) - speeds.min(axis=1)", "-speeds.min(axis=1)"),
    Mutant("ensembles.py", "[:, depth // 2 :]", "[:, :]"),
    Mutant("stability.py", "0.5 * math.log(LEAK)", "math.log(LEAK)"),
    Mutant("stability.py", "2.0 * np.log1p(root) +", "np.log1p(root) +"),
    Mutant("stability.py", "range(6)", "range(2)"),
    Mutant("stationary.py", "np.concatenate([-z, z]), np.concatenate([w, w])", "z, 2 * w"),
    Mutant("stationary.py", "_POINTS = 48", "_POINTS = 4"),
    Mutant("draws.py", "math.sqrt(2.0 / inputs)", "math.sqrt(1.0 / inputs)"),
    Mutant("draws.py", "math.sqrt(3.0) * std", "std"),
    # Networks, training, the cache.
    Mutant("network.py", "a_in.T @ d / count", "a_in.T @ d"),
    Mutant("network.py", "[d.mean(axis=0) for d in delta]", "[d.sum(axis=0) for d in delta]"),
    Mutant("backprop.py", " * act.kernel_slope(before)", ""),
    Mutant("training.py", "step = rate / len(batch)", "step = rate / size"),
    Mutant("training.py", "(x[order], y[order])", "(x[order], y)"),
    Mutant("training.py", "[w.copy() for w in net.weights]", "[*net.weights]"),
    Mutant("training.py", "(output > 0.5) == (target > 0.5)", "output > 0.5"),
    Mutant("memo.py", '        "rng": seed,\n', ""),
    Mutant("memo.py", '        "cost": one_of("cost", cost, COSTS),\n', ""),
    Mutant("memo.py", "    digest.update(_source())\n", ""),
    Mutant("memo.py", "        examples += check_examples(net, *validation)\n", "        pass\n"),
    Mutant("memo.py", "        temporary.replace(path)\n", "        path.write_bytes(b'')\n"),
    Mutant("memo.py", "        temporary.unlink(missing_ok=True)\n", "        pass\n"),
    Mutant("datasets.py", "data.data / 16.0", "data.data / 15.0"),
    Mutant("validation.py", "array.setflags(write=False)", "array.setflags(write=True)"),
    Mutant(
        "validation.py",
        "np.isfinite(array.max()) and np.isfinite(array.min())",
        "np.isfinite(array.max())",
    ),
    Mutant("validation.py", "isinstance(value, bool) or ", ""),
]

# Survivors that compute the same, by file and the changed source line, with the reason.
EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "batch.py",
        "growth = depth * math.log(max(1.0, limits.heaviest / 4.0))",
    ): "a hundredth a layer eats up the seventeen decades of room at 1e-290 only after 3900 layers",
    (
        "stationary.py",
        "_EDGES = 12.0 * 0.5 ** np.arange(18.0)  # panel edges; the normal density at 12 is 2e-32",
    ): "what lies beyond 12 standard deviations is below the rounding of the integral",
    (
        "recursion.py",
        "known = ~np.isnan(extended.log_y) & ((extended.log_y > 0) | (target == 0.0))",
    ): "a logarithm beyond the range of float64 is above 700 or below -700",
    (
        "extended.py",
        "total = np.ldexp(product, np.maximum(product_exponent - top, -1074))",
    ): "2^-1074 and 2^-1075 times a mantissa are both lost beside the other, which is 1/4 or more",
    (
        "extended.py",
        "total = total + np.ldexp(b_mantissa, np.maximum(b_exponent - top, -1074))",
    ): "likewise",
}

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.UAdd: ast.USub,
    ast.USub: ast.UAdd,
}


def mechanical(file: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (description, line, mutated source) of every mechanical mutant of a file."""
    source = file.read_text(encoding="utf-8")
    lines = source.splitlines()
    count = len(list(ast.walk(ast.parse(source))))
    for index in range(count):
        tree = ast.parse(source)
        node = list(ast.walk(tree))[index]
        change = _change(node)
        if change:
            line = lines[getattr(node, "lineno", 1) - 1].strip()
            yield f"{file.name}:{getattr(node, 'lineno', 0)} {change}", line, ast.unparse(tree)


def _change(node: ast.AST) -> str:
    """Change a node in place and say how; an empty text if there is nothing to change."""
    if isinstance(node, ast.BinOp | ast.UnaryOp | ast.BoolOp) and type(node.op) in _SWAPS:
        before = type(node.op)
        node.op = _SWAPS[before]()  # type: ignore[assignment]
        return f"{before.__name__} -> {_SWAPS[before].__name__}"
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
        before = type(node.ops[0])
        node.ops[0] = _SWAPS[before]()  # type: ignore[call-overload]
        return f"{before.__name__} -> {_SWAPS[before].__name__}"
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        value = node.value
        node.value = value + 1 if isinstance(value, int) else value * 1.01 + (value == 0.0)
        return f"{value} -> {node.value}"
    return ""


# The tests that see a change of a file soonest; all others follow.
_FIRST = {
    "activation_type.py": ["activations", "nudge"],
    "backprop.py": ["network"],
    "batch.py": ["batch"],
    "chain.py": ["chain", "nudge", "gradients"],
    "costs.py": ["costs", "nudge"],
    "datasets.py": ["training"],
    "draws.py": ["draws"],
    "ensembles.py": ["stability"],
    "extended.py": ["extremes"],
    "gelu.py": ["activations"],
    "memo.py": ["training"],
    "network.py": ["network"],
    "piecewise.py": ["activations"],
    "recursion.py": ["chain", "extremes", "gradients"],
    "smooth.py": ["activations", "costs"],
    "stability.py": ["stability"],
    "stationary.py": ["stability"],
    "traces.py": ["chain", "gradients"],
    "training.py": ["training"],
    "validation.py": ["package", "gradients"],
}
_HEAVY = ("hypothesis", "numpy.testing", "pytest", "sklearn.datasets")


def survives(package: dict[str, str]) -> bool:
    """Run the tests against the changed files; True if they pass.

    The tests run in a fork of this process, which has already imported all that is slow to import.
    """
    for module in _HEAVY:
        importlib.import_module(module)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "mathcore", root / "mathcore", ignore=ignore)
        shutil.copytree(ROOT / "tests" / "mathcore", root / "tests" / "mathcore", ignore=ignore)
        shutil.copy(ROOT / "pyproject.toml", root)
        for name, source in package.items():
            (root / "mathcore" / name).write_text(source, encoding="utf-8")
        first = [f"tests/mathcore/test_{n}.py" for name in package for n in _FIRST.get(name, [])]
        child = os.fork()
        if not child:
            _run_tests(root, first)
        return os.waitpid(child, 0)[1] == 0


def _run_tests(root: Path, first: list[str]) -> NoReturn:
    """Run the tests below `root`, some first, and end this process with their exit code."""
    signal.alarm(300)  # a mutant that never ends is killed
    os.chdir(root)
    sys.path.insert(0, str(root))
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    pytest = importlib.import_module("pytest")
    quiet = ["-W", "ignore:Module already imported", "-p", "no:cacheprovider"]
    code = pytest.main(["-x", "-q", *quiet, *first]) if first else 0
    os._exit(int(code or pytest.main(["-x", "-q", *quiet, "tests/mathcore"])))


def mutants(sample: int, seed: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (description, changed line, changed files) of all mutants to run."""
    for file, old, new in BY_HAND:
        source = (ROOT / "mathcore" / file).read_text(encoding="utf-8")
        if source.count(old) != 1:
            raise SystemExit(f"{file}: {old!r} occurs {source.count(old)} times, must be once")
        yield (
            f"{file}: {old.strip()} -> {new.strip()}",
            old.strip(),
            {file: source.replace(old, new)},
        )
    files = sorted((ROOT / "mathcore").glob("*.py"))
    found = [(file.name, *one) for file in files for one in mechanical(file)]
    for name, text, line, source in random.Random(seed).sample(found, min(sample, len(found))):  # noqa: S311
        yield text, line, {name: source}


def main() -> None:
    """Run all mutants and list the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if not survives({}):
        raise SystemExit("the tests fail without any change")
    todo = list(mutants(options.sample, options.seed))
    unexplained = killed = 0
    with ProcessPoolExecutor(options.tasks) as pool:
        outcomes = pool.map(survives, [files for _, _, files in todo])
        for done, ((text, line, files), alive) in enumerate(zip(todo, outcomes, strict=True), 1):
            killed += not alive
            if done % 25 == 0:
                print(f"{done} of {len(todo)}, {killed} killed", file=sys.stderr, flush=True)
            if alive:
                reason = EQUIVALENT.get((next(iter(files)), line))
                unexplained += reason is None
                print(
                    f"survived: {text}\n    in: {line}\n    {reason or 'NOT EXPLAINED'}", flush=True
                )
    print(f"{len(todo)} mutants, {killed} killed, {unexplained} unexplained")
    raise SystemExit(unexplained > 0)


if __name__ == "__main__":
    main()
