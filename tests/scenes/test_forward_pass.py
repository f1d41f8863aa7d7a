"""ForwardPass shows the true weighted inputs, activations and cost, layer by layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lecture.kit.layout import Region
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import ACTIVATION_VALUE, FACTOR, PLAIN, WEIGHT
from lecture.kit.theme import set_theme, theme
from mathcore import Chain
from scenes.data.chain_readings import a_text, h_text
from scenes.mobjects.forward_pass import CostPanel, NeuronRows
from tests.stepping import SceneStepper

Exact = Callable[[str], Any]
Write = Callable[[Any, Any], str]

pytestmark = pytest.mark.xdist_group("ForwardPass")

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


def _expected(passed: Any, spec: Any, write: Write) -> dict[str, str]:
    chain = spec.build()
    expected = {
        "x": PLAIN(spec.input),
        "y": write(ACTIVATION_VALUE, passed.a[-1]),
        "target": PLAIN(abs(spec.target)),
        "cost": write(ACTIVATION_VALUE, passed.cost),
    }
    for layer in range(1, chain.depth + 1):
        expected |= {
            f"w_{layer}": WEIGHT(chain.weights[layer - 1]),
            f"b_{layer}": FACTOR(abs(chain.biases[layer - 1])),
            f"h_{layer}": write(ACTIVATION_VALUE, passed.h[layer - 1]),
            f"a_{layer}": write(ACTIVATION_VALUE, passed.a[layer - 1]),
        }
    return expected


@pytest.mark.parametrize(("chain", "aspect"), CASES)
def test_every_number_is_that_of_the_exact_pass(
    chain: str, aspect: str, inspected: SceneStepper, exact: Exact, written: Write
) -> None:
    scene, snapshots = inspected("ForwardPass", chain, "dark", aspect)
    expected = _expected(exact(chain), scene.spec.chain, written)
    for snapshot in snapshots:
        for name, texts in snapshot.numbers().items():
            if name != "tick":
                assert set(texts) == {expected[name]}, (snapshot.beat, name)
    last = set().union(*(s.numbers() for s in snapshots))
    depth = scene.spec.chain.depth
    assert {f"{q}_{layer}" for q in "wha" for layer in range(1, depth + 1)} <= last


@pytest.mark.parametrize("chain", CHAINS)
def test_weighted_inputs_come_in_the_order_of_the_layers(
    chain: str, inspected: SceneStepper
) -> None:
    scene, snapshots = inspected("ForwardPass", chain, "dark")
    seen: list[str] = []
    for snapshot in snapshots:
        seen += [n for n in snapshot.numbers() if n.startswith("h_") and n not in seen]
    assert seen == [f"h_{layer}" for layer in range(1, scene.spec.chain.depth + 1)]


@pytest.mark.parametrize("chain", ["default", "depth_12", "zero_and_negative"])
def test_gauges_fill_in_proportion_to_the_activations(
    chain: str, inspected: SceneStepper, exact: Exact
) -> None:
    scene, _ = inspected("ForwardPass", chain, "dark")
    np.testing.assert_allclose(
        scene.measured["levels"], [float(a) for a in exact(chain).a], atol=1e-9
    )


@pytest.mark.parametrize("chain", CHAINS)
def test_a_bias_is_shown_and_grey_if_it_is_zero(chain: str, inspected: SceneStepper) -> None:
    scene, snapshots = inspected("ForwardPass", chain, "dark")
    set_theme("dark")  # another test may have left the light one
    biases = scene.spec.chain.build().biases
    texts = {text.name: text for snapshot in snapshots for text in snapshot.texts}
    for layer, bias in enumerate(biases, start=1):
        expected = theme().secondary if bias == 0 else theme().ink
        assert texts[f"b_{layer}"].color == expected
    key = "weighted_input" if biases.any() else "without_bias"
    assert key in {line.key for line in scene.lines if line.beat == "one_neuron"}


def test_no_activation_is_shown_before_its_dot_has_arrived(inspected: SceneStepper) -> None:
    _, snapshots = inspected("ForwardPass", "default", "dark")
    seen: list[str] = []
    for snapshot in snapshots:
        seen += [name for name in snapshot.numbers() if name[:2] in ("h_", "a_")]
    order = list(dict.fromkeys(seen))
    assert order == [f"{quantity}_{layer}" for layer in range(1, 7) for quantity in "ha"]


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
def test_the_scene_ends_with_the_chain_and_its_question(
    aspect: str, inspected: SceneStepper
) -> None:
    _, snapshots = inspected("ForwardPass", "default", "dark", aspect)
    last = snapshots[-1]
    assert all(text.kind != "title" for text in last.texts)
    (question,) = (text for text in last.texts if "?" in text.content)
    assert "partial w_1" in question.content
    shown = {"x", "cost", *(f"{quantity}_{layer}" for quantity in "wa" for layer in range(1, 7))}
    assert set(last.numbers()) == shown


def test_the_default_chain_ends_at_its_cost(inspected: SceneStepper) -> None:
    _, snapshots = inspected("ForwardPass", "default", "dark")
    numbers = snapshots[-1].numbers()
    assert numbers["cost"] == ["0.163"]
    assert [numbers[f"a_{layer}"][0] for layer in range(1, 7)] == [
        "0.673",
        "0.369",
        "0.600",
        "0.603",
        "0.410",
        "0.596",
    ]


@pytest.mark.parametrize("width", [7.0, 4.2])
def test_rows_with_the_longest_exponents_fit_their_region(width: float) -> None:
    chain = Chain([1448.0, -837.0], biases=[-123.456, 0.25], activation="gelu")
    forward = chain.forward(-1197.0)
    region = Region(0.0, width, -4.0, 0.0)
    for layer in (1, 2):
        rows = NeuronRows(chain, forward, layer, region)
        assert rows.get_right()[0] <= width + 1e-6
        numbers = [part.text for part in rows.get_family() if isinstance(part, LiveNumber)]
        assert a_text(forward, layer) in numbers
        assert h_text(forward, layer) in numbers


def cost_panel(chain: Chain, x: float, target: float, cost: str, width: float) -> CostPanel:
    trace = chain.backward(x, target, cost)
    return CostPanel(trace, cost, Region(-width, 0, -3, 0), Region(1, 6, -3, 0), left=0.5)


def test_the_dot_shows_the_cost_where_the_output_rounds_to_1() -> None:
    chain, x, target = Chain([50.0]), 1.0, 0.95
    # ln(1 - sigmoid(50)) is -50 to 22 digits, and sigmoid(50) is 1 as a float.
    true = 50.0 * (1.0 - target)
    plot = cost_panel(chain, x, target, "cross_entropy", 6.0).plot
    height = plot.slide_to(float(chain.forward(x).y)).dot.get_center()[1]
    assert height == pytest.approx(plot.point(1.0, true)[1], abs=1e-6)


def test_numbers_of_the_cost_too_wide_for_a_region_are_left_out() -> None:
    chain = Chain([0.39, -0.081, 0.88, -0.072], activation="leaky_relu")
    wide, narrow = (cost_panel(chain, -0.17, 0.7264, "half_squared", w) for w in (8.0, 3.9))
    names = [[part.name for row in panel.rows for part in row] for panel in (wide, narrow)]
    assert {"y", "target", "cost"} <= set(names[0])
    assert "cost" in names[1]
    assert {"y", "target"}.isdisjoint(names[1])
    assert narrow.rows.width <= 3.9
