"""ForwardPass shows the true weighted inputs, activations and cost, layer by layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lecture.kit.lecture_scene import LectureScene
from lecture.kit.numbers import ACTIVATION_VALUE, FACTOR, PLAIN, WEIGHT
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
    counting = _values_before_the_dot_arrives(exact(chain), scene, written)
    for snapshot in snapshots:
        for name, texts in snapshot.numbers().items():
            if name != "tick":
                assert set(texts) <= {expected[name], counting.get(name, "")}, (snapshot.beat, name)
    last = set().union(*(s.numbers() for s in snapshots))
    depth = scene.spec.chain.depth
    assert {f"{q}_{layer}" for q in "wha" for layer in range(1, depth + 1)} <= last


def _values_before_the_dot_arrives(
    passed: Any, scene: LectureScene, write: Write
) -> dict[str, str]:
    """While its dot has not moved yet, a_j shows the curve where the dot stands: at h_{j-1}."""
    starts = [passed.a[0] * 0, *passed.h[:-1]]
    first = {"sigmoid": 0.5}.get(scene.spec.chain.activation, 0.0)
    values = [first, *passed.a[:-1]]
    assert len(starts) == len(values)
    return {f"a_{j}": write(ACTIVATION_VALUE, v) for j, v in enumerate(values, start=1)}


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
def test_neurons_fill_in_proportion_to_their_activations(
    chain: str, inspected: SceneStepper, exact: Exact
) -> None:
    scene, snapshots = inspected("ForwardPass", chain, "dark")
    depth = scene.spec.chain.depth
    circles = [s for s in snapshots[-1].shapes if s.radius is not None and s.radius > 0.2]
    neurons = sorted(circles, key=lambda shape: shape.box.left)[-depth:]
    fills = np.array([neuron.fill_opacity for neuron in neurons])
    sizes = np.array([float(abs(a)) for a in exact(chain).a])
    slope, empty = np.polyfit(sizes, fills, 1)
    assert slope > 0.3
    np.testing.assert_allclose(fills, empty + slope * sizes, atol=1e-9)


def test_the_default_chain_ends_at_its_cost(inspected: SceneStepper) -> None:
    _, snapshots = inspected("ForwardPass", "default", "dark")
    numbers = snapshots[-1].numbers()
    assert numbers["cost"] == ["0.163", "0.163"]
    assert [numbers[f"a_{layer}"][0] for layer in range(1, 7)] == [
        "0.673",
        "0.369",
        "0.600",
        "0.603",
        "0.410",
        "0.596",
    ]
