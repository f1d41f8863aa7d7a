"""The numbers of the nudge against plain NumPy, and the order in which they appear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lecture.kit.numbers import ACTIVATION_VALUE, FACTOR, GRADIENT, WEIGHT
from mathcore import Chain
from scenes.data.gradient_as_product import BELOW_FLOATS, ripple
from tests.stepping import SceneStepper

Exact = Callable[[str], Any]
Write = Callable[[Any, Any], str]

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
    assert shown(inspected, f"exact_{name}") == {GRADIENT(change[place])}


@pytest.mark.parametrize(("place", "name"), list(enumerate(NAMES)))
def test_the_predictions_are_products_of_factors(
    place: int, name: str, inspected: SceneStepper
) -> None:
    assert shown(inspected, f"predicted_{name}") == {GRADIENT(first_order()[place])}


def test_the_product_is_the_gradient(inspected: SceneStepper) -> None:
    assert shown(inspected, "gradient_1") == {GRADIENT(first_order()[-1] / STEP)} == {"−3.9·10⁻⁵"}


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


def test_the_formula_names_each_layer_once_in_reading_order(inspected: SceneStepper) -> None:
    _, snapshots = inspected("GradientAsProduct", "default", "dark")
    formulas = [t for t in snapshots[-1].texts if t.kind == "formula" and t.box.top < -1.0]
    row = sorted((t for t in formulas if t.font_size > 30), key=lambda t: t.box.left)
    middle = [c for j in range(2, 7) for c in ("dot", f"w_{j}", f"sigma'(h_{j})")]
    assert [t.content.strip("$ ") for t in row if "=" not in t.content] == [
        "x", "sigma'(h_1)", *middle, "dot", "partial C \\/ partial y",
    ]  # fmt: skip


def lines(inspected: SceneStepper, chain: str) -> str:
    scene, _ = inspected("GradientAsProduct", chain, "dark")
    return " ".join(line.caption for line in scene.lines)


def test_the_ripple_is_described_as_it_is(inspected: SceneStepper) -> None:
    assert "output moves 3,663 times less" in lines(inspected, "default")
    # 0.8·0.1 becomes 8, 12.5, 20 times as much: 2,000 in all.
    assert "output moves 2,000 times more" in lines(inspected, "growing")
    assert "it stops the ripple" in lines(inspected, "zero_and_negative")
    assert "The change moves on" in lines(inspected, "zero_and_negative")


def test_nothing_moves_on_along_a_dead_chain(inspected: SceneStepper) -> None:
    said = lines(inspected, "dead")
    assert "There is no change to move on" in said
    assert "The change moves on" not in said
    assert "it stops the ripple" in said


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
