"""The chain of the page computes what `mathcore` computes, and writes numbers as the video does."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lecture.kit.languages import language, plural_categories, plural_category, use_language
from lecture.kit.numbers import (
    ACTIVATION_VALUE,
    GRADIENT,
    PLAIN,
    RATIO,
    WEIGHT,
    power_of_ten,
    read_number,
    speak,
)
from lecture.output.site.explorables import import_map, load_explorables
from mathcore import ACTIVATIONS, COSTS
from scenes.spec import GradientSpec
from tests.scenes.golden_chains import TOLERANCE, GoldenChain, close, golden_chains, numbers_of
from tests.waiting import LONG

if TYPE_CHECKING:
    from playwright.sync_api import Page

# One process computes the golden chains, and starts the browser.
pytestmark = pytest.mark.xdist_group("browser")

ROOT = Path(__file__).parent.parent.parent
MODULES = ROOT / "scenes" / "explorables"
OF_A_LAYER = ("h", "a", "slope", "factor", "product", "gradW", "gradB")

Floats = NDArray[np.float64]


def program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"there is no {name}; tools/install-system --tests installs it"
    return found


def node(source: str, data: object) -> Any:
    """Run a module whose expression `result` is computed from `data`; it may use all modules."""
    imports = [f'import * as {path.stem} from "{path.as_uri()}";' for path in MODULES.glob("*.mjs")]
    read = 'import { readFileSync } from "node:fs"; const data = JSON.parse(readFileSync(0));'
    write = "process.stdout.write(JSON.stringify(result));"
    ended = subprocess.run(
        [program("node"), "--input-type=module", "-e", "\n".join([*imports, read, source, write])],
        input=json.dumps(data),
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def chains() -> list[tuple[GoldenChain, Floats]]:
    """Chains, with their numbers by mathcore."""
    return [(chain, numbers_of(chain.trace(), chain.activation)) for chain in golden_chains()]


def numbers_in(trace: dict[str, Any]) -> Floats:
    """Return the numbers of a trace in JavaScript in the order of `numbers_of`."""
    layers = [layer[name] for layer in trace["layers"] for name in OF_A_LAYER]
    numbers = [trace["cost"], trace["costSlope"], *layers]
    logs = [-np.inf if number["log10"] is None else number["log10"] for number in numbers]
    return np.array([[number["sign"] for number in numbers], logs], dtype=np.float64)


def test_golden_chains_have_what_can_go_wrong(chains: list[tuple[GoldenChain, Floats]]) -> None:
    assert len(chains) >= 1000
    assert {chain.activation for chain, _ in chains} == set(ACTIVATIONS)
    assert {chain.cost for chain, _ in chains} == set(COSTS)
    assert {len(chain.weights) for chain, _ in chains} == set(range(2, 13))
    logs = [numbers[1] for _, numbers in chains]
    assert sum(bool((log == -np.inf).any()) for log in logs) > 100  # exact zeros
    assert sum(bool(((log < -2000) & (log > -np.inf)).any()) for log in logs) > 100
    assert sum(bool((log > 30).any()) for log in logs) > 10


def test_node_computes_as_mathcore(chains: list[tuple[GoldenChain, Floats]]) -> None:
    given = [asdict(chain) for chain, _ in chains]
    traces = node("const result = data.map(chain.computeTrace);", given)
    for (chain, numbers), trace in zip(chains, traces, strict=True):
        assert close(numbers, numbers_in(trace), TOLERANCE).all(), chain


def test_chromium_computes_as_mathcore(
    page: Page, chains: list[tuple[GoldenChain, Floats]]
) -> None:
    imports = json.dumps(import_map(load_explorables(GradientSpec())))
    page.set_content(f'<script type="importmap">{imports}</script>')
    compute = """async (text) => {
      const { computeTrace } = await import("chain/chain.mjs");
      return JSON.stringify(JSON.parse(text).map(computeTrace));
    }"""
    traces = json.loads(page.evaluate(compute, json.dumps([asdict(chain) for chain, _ in chains])))
    for (chain, numbers), trace in zip(chains, traces, strict=True):
        assert close(numbers, numbers_in(trace), TOLERANCE).all(), chain


def test_a_relative_difference_of_1e_11_is_noticed() -> None:
    expected = np.array([[1.0, -1.0, 0.0], [0.5, -2000.0, -np.inf]])
    assert close(expected, expected.copy(), TOLERANCE).all()
    logs = np.array([[0.0], [1.0]])
    assert not close(expected, expected + logs * 1e-11 * 2000, TOLERANCE)[:2].any()
    assert not close(expected, -expected, TOLERANCE).any()


@pytest.mark.parametrize("code", ["en", "de", "ru"])
def test_numbers_are_written_and_spoken_as_in_the_video(code: Any) -> None:
    rng = np.random.default_rng(3)
    ties = [0.0625, 0.5625, 0.125, 2.5, 0.25, 12.5, 0.015625, 1024.5, 9.5, 0.05, 9.95, 1e6, 1e4]
    edges = [0.0995, 0.00995, 99.5, 9.996, 9999.5, 0.01, 0.1, 100.0, 5e-5, 1e-300, 1e300, 12345.0]
    spread = 10.0 ** rng.uniform(-8, 8, 300)
    values = np.array([0.0, *ties, *edges, *spread])
    values = np.concatenate([values, -values])
    logs = [(1.0, -400.0), (-1.0, -2000.02), (1.0, 999.999), (0.0, -np.inf), (-1.0, 500.5)]
    logs += [(1.0, -999999.5), (-1.0, -1e6), (1.0, 999999.99), (-1.0, -11039813.6), (1.0, 2.5e20)]
    with np.errstate(divide="ignore"):
        pairs = [*zip(np.sign(values), np.log10(np.abs(values)), strict=True), *logs]
    given = [{"sign": s, "log10": m if np.isfinite(m) else None} for s, m in pairs]
    source = """
    const formats = numbers.formatsOf(data.marks);
    const logs = data.logs.map(({ sign, log10 }) => ({ sign, log10: log10 ?? -Infinity }));
    const all = ["value", "gradient", "tick", "ratio"].map((name) => logs.map(formats[name]));
    const written = ["weight", "plain"].map((name) => data.values.map(formats[name]));
    const spoken = all[1].map(formats.speak), parsed = written[1].map(formats.parse);
    const powers = data.powers.map(formats.powerOfTen);
    const result = { all, written, spoken, parsed, powers };
    """
    powers = [-1_500_000, -3, 999_999, 20_000_000]
    with use_language(code):
        data = {"marks": asdict(language()), "logs": given, "values": values.tolist()}
        data["powers"] = powers
        found = node(source, data)
        for texts, form in zip(
            found["all"], (ACTIVATION_VALUE, GRADIENT, PLAIN, RATIO), strict=True
        ):
            assert texts == [form.from_log10(float(s), float(m)) for s, m in pairs], form
        for texts, form in zip(found["written"], (WEIGHT, PLAIN), strict=True):
            assert texts == [form(value) for value in values.tolist()], form
        assert found["spoken"] == [speak(text) for text in found["all"][1]]
        assert found["powers"] == [power_of_ten(power) for power in powers]
    assert found["parsed"] == pytest.approx(values.tolist(), rel=0.06)


@pytest.mark.parametrize("log10", [1.5, 5.0, 15.3, 308.0, 400.0, 2e7])
def test_the_plural_form_is_that_of_the_ratio(log10: float) -> None:
    source = """
    const formats = numbers.formatsOf(data.marks);
    const trace = { layers: [0, data.log10].map((log10) => ({ gradW: { log10 } })) };
    const { slower } = data;
    const result = verdict.verdict(trace, { slower }, "ru", formats.ratio, formats.parse).text;
    """
    with use_language("ru"):
        slower = {category: category for category in plural_categories("ru")}
        data = {"marks": asdict(language()), "log10": log10, "slower": slower}
        number = read_number(RATIO.from_log10(1.0, log10))
        assert number is not None
        assert node(source, data) == plural_category(number)


def test_the_types_are_sound() -> None:
    ended = subprocess.run(
        [program("tsc"), "--project", ROOT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout


def test_modules_and_style_are_small() -> None:
    sizes = [path.stat().st_size for path in MODULES.iterdir() if path.suffix in {".mjs", ".css"}]
    assert len(sizes) > 10
    assert sum(sizes) < 61 * 1024
