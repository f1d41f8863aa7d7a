"""The numbers of the nudge against plain NumPy, and the order in which they appear."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from lecture.kit.inspection import Snapshot
from lecture.kit.layout import Region, frame, set_frame
from lecture.kit.layout_check import layout_faults
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import ACTIVATION_VALUE, FACTOR, WEIGHT, NumberFormat
from lecture.kit.typeset import formula
from mathcore import Chain
from scenes.data.gradient_as_product import BELOW_FLOATS, ripple
from scenes.mobjects.chain_columns import ChainColumns
from scenes.mobjects.gradient_as_product import ChangeBars, product_layout
from scenes.spec import ChainSpec, GradientSpec
from tests.stepping import SceneStepper, assert_continued, run_scene

Exact = Callable[[str], Any]
Write = Callable[[Any, Any], str]

PRODUCT_Y = -2.05
CHANGE = NumberFormat(notation="scientific", significant=3)
WEIGHTS, X, TARGET, STEP = (0.9, -0.8, 1.1, 0.7, -0.6, 0.95), 0.8, 1.0, 0.1


def sigmoid(h: float) -> float:
    return 1.0 / (1.0 + np.exp(-h))


def run(weights: tuple[float, ...]) -> np.ndarray:
    """Return the activations of a chain without biases, and last its cost."""
    a, found = X, []
    for w in weights:
        a = sigmoid(w * a)
        found.append(a)
    return np.array([*found, (a - TARGET) ** 2])


def first_order() -> np.ndarray:
    """Return the changes that the chain rule predicts, one factor after the other."""
    a = run(WEIGHTS)
    change, found = STEP * X * a[0] * (1 - a[0]), []
    for j, w in enumerate(WEIGHTS):
        change = change if j == 0 else change * w * a[j] * (1 - a[j])
        found.append(change)
    return np.array([*found, change * 2 * (a[-2] - TARGET)])


NAMES = [*(f"a_{j}" for j in range(1, 7)), "cost"]


def shown(inspected: SceneStepper, name: str) -> set[str]:
    _, snapshots = inspected("GradientAsProduct", "default", "dark")
    return {text for s in snapshots for text in s.numbers().get(name, [])}


@pytest.mark.parametrize(("place", "name"), list(enumerate(NAMES)))
def test_the_measured_changes_are_those_of_a_second_run(
    place: int, name: str, inspected: SceneStepper
) -> None:
    change = run((WEIGHTS[0] + STEP, *WEIGHTS[1:])) - run(WEIGHTS)
    assert shown(inspected, f"exact_{name}") == {CHANGE(change[place])}


@pytest.mark.parametrize(("place", "name"), list(enumerate(NAMES)))
def test_the_predictions_are_products_of_factors(
    place: int, name: str, inspected: SceneStepper
) -> None:
    assert shown(inspected, f"predicted_{name}") == {CHANGE(first_order()[place])}


def test_the_product_is_the_gradient(inspected: SceneStepper) -> None:
    assert shown(inspected, "gradient_1") == {CHANGE(first_order()[-1] / STEP)} == {"−3.89·10⁻⁵"}


def test_the_last_factor_is_the_slope_of_the_cost(inspected: SceneStepper) -> None:
    slope = 2 * (run(WEIGHTS)[-2] - TARGET)
    assert shown(inspected, "dcost_dy") == {FACTOR(slope)} == {"−0.807"}


def test_the_chain_shows_the_nudge_and_is_put_back(inspected: SceneStepper) -> None:
    _, snapshots = inspected("GradientAsProduct", "default", "dark")
    plain, nudged = run(WEIGHTS), run((WEIGHTS[0] + STEP, *WEIGHTS[1:]))
    rippled = [s.numbers() for s in snapshots if s.beat == "the_ripple"][-1]
    assert rippled["w_1"] == [WEIGHT(1.0)]
    assert shown(inspected, "dw") == {"0.1"}
    assert [rippled[f"a_{j}"] for j in range(1, 7)] == [[ACTIVATION_VALUE(a)] for a in nudged[:6]]
    end = snapshots[-1].numbers()
    assert end["w_1"] == [WEIGHT(0.9)]
    assert [end[f"a_{j}"] for j in range(1, 7)] == [[ACTIVATION_VALUE(a)] for a in plain[:6]]


def test_activations_and_a_slope_of_the_cost_that_underflow(
    inspected: SceneStepper, exact: Exact, written: Write
) -> None:
    _, snapshots = inspected("GradientAsProduct", "saturated", "dark")
    passed = exact("saturated")
    end = snapshots[-1].numbers()
    assert [end[f"a_{j}"] for j in range(1, 5)] == [
        [written(ACTIVATION_VALUE, a)] for a in passed.a
    ]
    assert end["a_2"] == ["5.1·10⁻⁴³⁵"]
    rippled = [s.numbers() for s in snapshots if s.beat == "the_ripple"][-1]
    # The first layer is saturated, so that its nudge moves nothing that a float can hold.
    assert rippled["a_2"] == ["5.1·10⁻⁴³⁵"]
    texts = {text for s in snapshots for text in s.numbers().get("dcost_dy", [])}
    assert texts == {written(FACTOR, passed.dcost_dy)} == {"−1.0·10⁻⁴³⁴"}


def test_changes_appear_from_the_first_layer_to_the_cost(inspected: SceneStepper) -> None:
    _, snapshots = inspected("GradientAsProduct", "default", "dark")
    seen: list[str] = []
    for snapshot in snapshots:
        seen += [name for name in snapshot.numbers() if name.startswith("exact_")]
    assert list(dict.fromkeys(seen)) == [f"exact_{name}" for name in NAMES]


def formulas(snapshot: Snapshot, y: float) -> list[str]:
    """Return the formulas on the line at a height, from the left."""
    on_line = [t for t in snapshot.texts if t.kind == "formula" and t.box.bottom < y < t.box.top]
    return [t.content.strip("$ ") for t in sorted(on_line, key=lambda text: text.box.left)]


def test_the_formula_names_each_layer_once_in_reading_order(inspected: SceneStepper) -> None:
    _, snapshots = inspected("GradientAsProduct", "default", "dark")
    last = [s for s in snapshots if s.beat == "the_product"][-1]
    middle = [c for j in range(2, 7) for c in ("dot", f"w_{j}", f"sigma'(h_{j})")]
    assert formulas(last, PRODUCT_Y) == [
        "partial C \\/ partial w_1 =",
        "x", "sigma'(h_1)", *middle, "dot", "partial C \\/ partial y",
    ]  # fmt: skip


def test_the_formula_grows_from_one_link_to_all(inspected: SceneStepper) -> None:
    _, snapshots = inspected("GradientAsProduct", "default", "dark")
    grown = [formulas(s, PRODUCT_Y) for s in snapshots if s.beat == "the_factors"]
    for number, quantity in enumerate([*(f"a_{j}" for j in range(1, 7)), "C"], start=1):
        line = next(line for line in grown if line and line[0] == f"Delta {quantity}")
        assert line[1] == "approx Delta w_1 dot"
        assert sum(part == "dot" for part in line) == number - 1
    lengths = [len(line) for line in grown if line and line[0].startswith("Delta")]
    assert lengths == sorted(lengths)


def test_a_long_formula_has_an_ellipsis_and_fits(inspected: SceneStepper) -> None:
    _, snapshots = inspected("GradientAsProduct", "depth_12", "dark")
    last = [s for s in snapshots if s.beat == "the_product"][-1]
    line = formulas(last, PRODUCT_Y)
    first, hidden = line.index("x"), line.index("dots.c")
    assert first < line.index("w_2") < hidden < line.index("w_12")
    assert line[-1] == "partial C \\/ partial y"


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
@pytest.mark.parametrize("chain", ["default", "depth_12"])
def test_the_scene_begins_with_the_last_picture_of_the_forward_pass(
    chain: str, aspect: str, inspected: SceneStepper
) -> None:
    before = inspected("ForwardPass", chain, "dark", aspect)[1][-1]
    first = inspected("GradientAsProduct", chain, "dark", aspect)[1][0]
    assert_continued(before, first)


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
@pytest.mark.parametrize("chain", ["default", "depth_12"])
def test_the_scene_ends_with_the_chain_and_all_factors(
    chain: str, aspect: str, inspected: SceneStepper
) -> None:
    scene, snapshots = inspected("GradientAsProduct", chain, "dark", aspect)
    last = snapshots[-1]
    names = [text for text in last.texts if text.kind != "number"]
    assert {text.kind for text in names} == {"formula"}
    layers = range(1, scene.spec.chain.depth + 1)
    shown = {"x", "cost", *(f"{quantity}_{j}" for quantity in ("w", "a", "factor") for j in layers)}
    assert set(last.numbers()) == shown


def test_all_bars_are_on_one_logarithmic_scale(inspected: SceneStepper) -> None:
    scene, _ = inspected("GradientAsProduct", "default", "dark")
    heights = np.array(scene.measured["bars"])
    measured = run((WEIGHTS[0] + STEP, *WEIGHTS[1:])) - run(WEIGHTS)
    logs = np.log10(np.abs(np.stack([measured, first_order()], axis=1)))
    assert heights.shape == logs.shape == (7, 2)
    slope, start = np.polyfit(logs.ravel(), heights.ravel(), 1)
    np.testing.assert_allclose(heights, start + slope * logs, atol=1e-6)
    # Even the smallest change can be seen.
    assert heights.min() > 0.2


def test_a_change_of_zero_has_no_bar() -> None:
    columns, region = ChainColumns.across(-3, 3, depth=2), Region(-3, 3, -1, 1)
    logs = np.array([-2.0, -np.inf])
    bars = ChangeBars(logs, logs, columns, region).grow(0, 1.0).grow(1, 1.0)
    np.testing.assert_allclose(bars.heights, [[2.0, 2.0], [0.0, 0.0]])


def lines(inspected: SceneStepper, chain: str) -> str:
    scene, _ = inspected("GradientAsProduct", chain, "dark")
    return " ".join(line.caption for line in scene.lines)


def test_the_ripple_is_described_as_it_is(inspected: SceneStepper) -> None:
    assert "output moves 3,663 times less" in lines(inspected, "default")
    # 0.8·0.1 becomes 8, 12.5, 20 times as much: 2,000 in all.
    assert "output moves 2,000 times more" in lines(inspected, "growing")
    assert "factor of zero stops the ripple" in lines(inspected, "zero_and_negative")
    assert "factor of zero stops the ripple" in lines(inspected, "dead")


def test_a_change_too_small_for_a_float_is_not_called_zero() -> None:
    chain = Chain([5.0, -9.0, 11.0, 7.0, -60.0, 9.5, 100.0, 900.0, -50.0, 0.000123])
    found = ripple(chain, chain.backward(0.8, 1.0), "squared", 0.1)
    assert found.exact[-1] == 0
    assert found.exact_text(10) == BELOW_FLOATS == "<10⁻³⁰⁰"
    assert "·10⁻⁴" in found.predicted_text(10)
    assert found.fate == "falling"


def test_a_step_past_a_kink_is_not_called_stopped() -> None:
    chain = Chain([-0.05, 1.0], activation="relu")
    assert ripple(chain, chain.backward(1.0, 1.0), "squared", 0.1).fate == "kink"
    dead = Chain([-5.0, 1.0], activation="relu")
    assert ripple(dead, dead.backward(1.0, 1.0), "squared", 0.1).fate == "stopped"


LONG_NUMBERS = {
    # Activations of 0 become numbers with exponents.
    "16:9": ChainSpec(
        weights=(0.0, 0.7, 1.0, 0.1, 1.5, -1.1, -1.1, 0.6, -0.1, 0.0, 0.0, -1.6),
        activation="leaky_relu",
        cost="half_squared",
        input=0.4,
    ),
    # The factor of the cost is beside a formula and a long change.
    "9:16": ChainSpec(
        weights=(-18.0, -3.0, 3.0, -9.0, -1.0, -1.0, 4.0, -18.0, 3.0, -7.0, 1.0),
        activation="silu",
        input=6.0,
        target=0.0,
    ),
}


@pytest.mark.parametrize("aspect", LONG_NUMBERS)
def test_long_numbers_have_room_or_are_left_out(aspect: str) -> None:
    spec = GradientSpec.model_validate({"chain": LONG_NUMBERS[aspect], "aspect": aspect})
    _, snapshots = run_scene("GradientAsProduct", spec)
    assert [fault for snapshot in snapshots for fault in layout_faults(snapshot)] == []


@pytest.mark.parametrize("depth", range(2, 13))
@pytest.mark.parametrize("text", ["−1.20·10⁻³", "−1.83·10⁻⁷⁷³²⁴²", "−10^(−2.3·10⁸)"])
def test_changes_stand_apart_from_each_other_and_from_their_name(depth: int, text: str) -> None:
    set_frame("16:9")
    layout = product_layout(depth)
    indices = layout.labelled(LiveNumber.width_of(text, 30))
    assert (indices[0], indices[-1]) == (0, depth)
    numbers = [
        layout.place(LiveNumber().set_text(text), index, layout.predicted) for index in indices
    ]
    name = formula("Delta a_j").move_to(layout.names[0])
    for before, after in pairwise([name, *numbers]):
        assert after.get_left()[0] - before.get_right()[0] > 0.05
    assert numbers[-1].get_right()[0] <= frame().right + 1e-6
