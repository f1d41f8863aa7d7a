"""BackwardPass shows the true gradients, in the right order, at the right heights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from manim import Dot, Scene, tempconfig

from lecture.kit.inspection import Snapshot, take_snapshot
from lecture.kit.layout import Region, set_frame
from lecture.kit.layout_check import layout_faults
from lecture.kit.numbers import ACTIVATION_VALUE, FACTOR, GRADIENT, PLAIN, WEIGHT
from scenes.backward_pass import backward_layout
from scenes.mobjects.backward_pass import staircase, step_arrows
from scenes.mobjects.chain_columns import ChainColumns
from scenes.mobjects.gradient_bars import GradientBars
from tests.stepping import CHAINS as CHAIN_SPECS
from tests.stepping import SceneStepper, assert_continued

Exact = Callable[[str], Any]
Write = Callable[[Any, Any], str]

pytestmark = pytest.mark.xdist_group("BackwardPass")

CHAINS = [
    "default",
    "depth_2",
    "depth_12",
    "relu",
    "zero_and_negative",
    "beyond_floats",
    "saturated",
    "dead",
    "growing",
]
CASES = [(chain, "16:9") for chain in CHAINS] + [
    (chain, "9:16")
    for chain in ("default", "depth_2", "depth_12", "zero_and_negative", "beyond_floats")
]
BASE_LINE = -3.34
BASE_LINES_OF_ROWS = (0.0, 0.5)  # where cards show their values alone, and with their formulas


def _bar_lengths(snapshot: Snapshot, aspect: str) -> np.ndarray:
    """Return how long the bars are that have a length, from the first layer to the last."""
    if aspect == "16:9":
        bars = [s.box for s in snapshot.shapes if abs(s.box.bottom - BASE_LINE) < 1e-6]
        return np.array([b.top - b.bottom for b in sorted(bars, key=lambda box: box.left)])
    lying = [
        s.box
        for s in snapshot.shapes
        if any(abs(s.box.left - base) < 1e-6 for base in BASE_LINES_OF_ROWS)
    ]
    return np.array([b.right - b.left for b in sorted(lying, key=lambda box: -box.top)])


# Shown only where there is room for them.
IN_ROOM = ("gradient", "product", "slope", "received", "branch")


def _expected(passed: Any, spec: Any, write: Write) -> dict[str, str]:
    expected = {"x": PLAIN(spec.input), "cost": write(ACTIVATION_VALUE, passed.cost)}
    received = [spec.input, *passed.a]
    for layer, weight in enumerate(spec.build().weights, start=1):
        factor = write(FACTOR, passed.factors[layer - 1])
        expected |= {
            f"w_{layer}": WEIGHT(weight),
            f"a_{layer}": write(ACTIVATION_VALUE, passed.a[layer - 1]),
            f"factor_{layer}": factor,
            f"times_factor_{layer}": f"× {factor}",
            f"gradient_{layer}": write(GRADIENT, abs(passed.grad_w[layer - 1])),
            f"product_{layer}": write(FACTOR, passed.running[len(passed.a) - layer]),
            f"slope_{layer}": write(FACTOR, passed.slopes[layer - 1]),
            f"received_{layer}": write(ACTIVATION_VALUE, received[layer - 1]),
            f"branch_{layer}": write(GRADIENT, passed.grad_w[layer - 1]),
        }
    return expected


@pytest.mark.parametrize(("chain", "aspect"), CASES)
def test_every_number_is_that_of_the_exact_pass(
    chain: str, aspect: str, inspected: SceneStepper, exact: Exact, written: Write
) -> None:
    scene, snapshots = inspected("BackwardPass", chain, "dark", aspect)
    expected = _expected(exact(chain), scene.spec.chain, written)
    running = {written(FACTOR, value) for value in exact(chain).running}
    shown: set[str] = set()
    for snapshot in snapshots:
        for name, texts in snapshot.numbers().items():
            if name == "tick":
                continue
            allowed = running if name == "running" else {expected[name]}
            assert set(texts) <= {*allowed, *([""] if name.startswith("gradient") else [])}, name
            shown.add(name)
    assert shown <= {*expected, "running"}
    in_room = (*IN_ROOM, "a_", "factor_") if chain == "beyond_floats" else IN_ROOM
    always = {name for name in expected if not name.startswith(in_room)}
    assert shown >= {*always, "running", "gradient_1", f"gradient_{len(exact(chain).a)}"}
    if (chain, aspect) == ("default", "16:9"):
        assert shown == {*expected, "running"}


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
@pytest.mark.parametrize("chain", ["default", "depth_12"])
def test_the_scene_begins_with_the_last_picture_of_the_product(
    chain: str, aspect: str, inspected: SceneStepper
) -> None:
    before = inspected("GradientAsProduct", chain, "dark", aspect)[1][-1]
    first = inspected("BackwardPass", chain, "dark", aspect)[1][0]
    assert_continued(before, first)


@pytest.mark.parametrize("chain", ["default", "growing"])
def test_the_branch_multiplies_to_the_gradient(
    chain: str, inspected: SceneStepper, exact: Exact
) -> None:
    passed = exact(chain)
    _, snapshots = inspected("BackwardPass", chain, "dark")
    received = [inspected("BackwardPass", chain, "dark")[0].spec.chain.input, *passed.a]
    rows = [s.numbers() for s in snapshots if any("branch" in name for name in s.numbers())]
    assert rows
    for layer, slope in enumerate(passed.slopes, start=1):
        before = passed.running[len(passed.a) - layer]
        product = before * slope * received[layer - 1]
        assert product / passed.grad_w[layer - 1] == pytest.approx(1.0, rel=1e-12)
    # A line of the branch names one layer only.
    for row in rows:
        layers = {name.rpartition("_")[2] for name in row if name.startswith(IN_ROOM[1:])}
        assert len(layers) == 1


@pytest.mark.parametrize(("chain", "aspect"), CASES)
def test_the_running_product_takes_one_factor_after_the_other(
    chain: str, aspect: str, inspected: SceneStepper, exact: Exact, written: Write
) -> None:
    _, snapshots = inspected("BackwardPass", chain, "dark", aspect)
    texts = [t for s in snapshots for t in s.numbers().get("running", [])]
    steps = [text for place, text in enumerate(texts) if place == 0 or texts[place - 1] != text]
    wanted = [written(FACTOR, value) for value in exact(chain).running]
    distinct = [t for place, t in enumerate(wanted) if place == 0 or wanted[place - 1] != t]
    assert steps == distinct


@pytest.mark.parametrize(("chain", "aspect"), CASES)
def test_bars_appear_from_the_last_layer_to_the_first(
    chain: str, aspect: str, inspected: SceneStepper
) -> None:
    scene, snapshots = inspected("BackwardPass", chain, "dark", aspect)
    order: list[str] = []
    for snapshot in snapshots:
        names = sorted(n for n in snapshot.numbers() if n.startswith("gradient_"))
        order += [name for name in names if name not in order]
    depth = scene.spec.chain.depth
    layers = [int(name.removeprefix("gradient_")) for name in order]
    assert layers == sorted(layers, reverse=True)
    assert {1, depth} <= set(layers)
    assert len(layers) == depth or (depth > 6 and len(layers) >= depth / 3)


@pytest.mark.parametrize(("chain", "aspect"), CASES)
def test_bars_end_at_heights_in_step_with_the_logarithms(
    chain: str, aspect: str, inspected: SceneStepper, exact: Exact
) -> None:
    _, snapshots = inspected("BackwardPass", chain, "dark", aspect)
    heights = _bar_lengths(snapshots[-1], aspect)
    sizes = [abs(g) for g in exact(chain).grad_w if g != 0]
    logs = np.array([float(_log10(size)) for size in sizes])
    assert len(heights) == len(logs)
    if not sizes:
        return  # a dead chain has no bar at all
    steps = np.diff(heights)
    # One scale for all layers: equal differences of the logarithm are equal differences of height.
    unit = (max(heights) - min(heights)) / (logs.max() - logs.min())
    np.testing.assert_allclose(steps, unit * np.diff(logs), rtol=1e-9, atol=1e-9)


def _log10(value: Any) -> float:
    import mpmath  # noqa: PLC0415  (an oracle of the tests alone)

    return float(mpmath.log10(value))


@pytest.mark.parametrize(
    ("chain", "aspect"), [("default", "16:9"), ("growing", "16:9"), ("default", "9:16")]
)
def test_bars_on_the_linear_axis_are_in_proportion(
    chain: str, aspect: str, inspected: SceneStepper, exact: Exact
) -> None:
    _, snapshots = inspected("BackwardPass", chain, "dark", aspect)
    before = next(s for s in snapshots if s.beat == "where_did_the_bars_go")
    sizes = np.array([float(abs(g)) for g in exact(chain).grad_w])
    tall = _bar_lengths(before, aspect)
    # Bars lower than a thousandth of a unit are not shapes any more, so count from the right.
    np.testing.assert_allclose(tall / tall[-1], (sizes / sizes[-1])[-len(tall) :], rtol=1e-9)


def test_the_default_chain_has_these_gradients(inspected: SceneStepper) -> None:
    _, snapshots = inspected("BackwardPass", "default", "dark")
    last = snapshots[-1].numbers()
    assert [last[f"gradient_{layer}"][0] for layer in range(1, 7)] == [
        "3.9·10⁻⁵",
        "1.9·10⁻⁴",
        "4.0·10⁻⁴",
        "3.8·10⁻³",
        "2.7·10⁻²",
        "8.0·10⁻²",
    ]


@pytest.mark.parametrize(
    ("chain", "sentence"),
    [
        ("default", "layer 1 learns 2,052 times slower than layer 6"),
        ("zero_and_negative", "a layer without a gradient does not learn"),
        ("dead", "no layer learns"),
        ("depth_2", "layer 1 learns 4.8 times slower than layer 2"),
    ],
)
def test_the_last_sentence_is_chosen_by_the_numbers(
    chain: str, sentence: str, inspected: SceneStepper
) -> None:
    scene, _ = inspected("BackwardPass", chain, "dark")
    compared = [line.caption for line in scene.lines if line.beat == "read_it_off"]
    assert sentence in compared[-1]


@pytest.mark.parametrize("chain", ["default", "growing", "zero_and_negative"])
def test_the_arrows_of_the_update_are_in_proportion_to_the_gradients(
    chain: str, exact: Exact
) -> None:
    spec = CHAIN_SPECS[chain]
    trace = spec.build().backward(spec.input, spec.target, cost=spec.cost)
    columns = ChainColumns.in_frame(spec.depth)
    arrows = step_arrows(trace, columns, 0.0)
    sizes = [float(g) for g in exact(chain).grad_w if g != 0]
    assert len(arrows) == len(sizes)
    longest = max(map(abs, sizes))
    for arrow, size in zip(arrows, sizes, strict=True):
        length = 0.95 * abs(size) / longest
        if isinstance(arrow, Dot):
            assert length < 0.12
            continue
        start, end = arrow.get_start(), arrow.get_end()
        assert abs(end[1] - start[1]) == pytest.approx(length, rel=1e-6)
        # A step goes against its gradient.
        assert np.sign(end[1] - start[1]) == -np.sign(size)


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        ("default", "going down"),
        ("growing", "climbs"),
        ("relu", "nearly level"),
        ("zero_and_negative", "it ends where a factor is zero"),
        ("dead", "an exact zero has no place"),
    ],
)
def test_the_staircase_is_described_as_it_goes(
    chain: str, words: str, inspected: SceneStepper
) -> None:
    scene, _ = inspected("BackwardPass", chain, "dark")
    described = [line for line in scene.lines if line.beat == "the_log_axis"]
    assert words in described[-1].caption


def _labels(snapshots: list[Snapshot]) -> set[str]:
    return {text.content for s in snapshots for text in s.texts if text.kind == "prose"}


@pytest.mark.parametrize(
    ("chain", "label", "other"),
    [
        ("default", "too small to see", "exactly zero"),
        ("saturated", "too small to see", "exactly zero"),
        ("zero_and_negative", "exactly zero", "too small to see"),
        ("dead", "exactly zero", "too small to see"),
    ],
)
def test_a_zero_is_not_called_small(
    chain: str, label: str, other: str, inspected: SceneStepper
) -> None:
    _, snapshots = inspected("BackwardPass", chain, "dark")
    labels = _labels(snapshots)
    assert label in labels
    assert other not in labels


@given(
    st.lists(st.floats(-1.0, 1.0), min_size=2, max_size=12),
    st.integers(0, 9).map(lambda power: 10.0**power),
    st.sampled_from(["16:9", "9:16"]),
)
@example([-1.0, -1.0, *[-0.24] * 3, *[0.0] * 5], 4.6e8, "16:9")  # wide beside wide labels
@example([-1.0, -0.05, 0.0], 3.8e6, "9:16")  # wider than the room beside the bars
def test_values_of_bars_do_not_meet_each_other_or_the_labels_of_an_axis(
    shares: list[float], largest: float, aspect: str
) -> None:
    logs = largest * np.array(shares)
    quiet = {"pixel_width": 192, "pixel_height": 108, "dry_run": True, "verbosity": "ERROR"}
    with tempconfig(quiet):
        set_frame(aspect)
        layout = backward_layout(len(logs))
        bars = GradientBars(np.ones(len(logs)), logs, layout.columns, layout.bars)
        for axis, logarithmic in ((bars.linear_axis, 0.0), (bars.log_axis, 1.0)):
            scene = Scene()
            scene.add(axis, bars, bars.bend(logarithmic).values)
            assert layout_faults(take_snapshot(scene)) == []


@pytest.mark.parametrize("chain", ["default", "zero_and_negative", "dead"])
def test_the_staircase_leads_over_the_bars_and_nothing_else(chain: str) -> None:
    trace = CHAIN_SPECS[chain].build().backward(0.8, 1.0)
    bars = GradientBars(
        trace.sign_grad_w,
        trace.log10_abs_grad_w,
        ChainColumns.in_frame(len(trace.h)),
        Region(-5.0, 5.0, -3.0, -1.0),
    )
    bars.bend(1.0)
    drawn = trace.sign_grad_w != 0
    line = staircase(bars, drawn)
    half = 0.5 * bars.columns.spacing
    middles = [0.5 * (a + b) for a, b in zip(line.points[::4], line.points[3::4], strict=True)]
    treads = [m for m in middles if any(abs(m[0] - x) < half / 2 for x in bars.columns.neuron_x)]
    expected = [
        bars.point(x, height)
        for x, height, has_bar in zip(bars.columns.neuron_x, bars.heights, drawn, strict=True)
        if has_bar
    ]
    found, wanted = (np.reshape(points, (-1, 3)) for points in (treads[::-1], expected))
    np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_a_dead_chain_has_no_staircase_and_no_small_bars(inspected: SceneStepper) -> None:
    scene, snapshots = inspected("BackwardPass", "dead", "dark")
    lines = {(line.beat, line.key): line.caption for line in scene.lines}
    assert "exactly zero" in lines["where_did_the_bars_go", "dead"]
    assert not {"ruler", "level", "zero", "invisible"} & {key for _, key in lines}
    assert [s for s in snapshots if len(_bar_lengths(s, "16:9"))] == []


def test_nothing_vanishes_where_nothing_vanishes(inspected: SceneStepper) -> None:
    scene, _ = inspected("BackwardPass", "growing", "dark")
    captions = [line.caption for line in scene.lines if line.beat == "where_did_the_bars_go"]
    assert "can be seen" in captions[0]
