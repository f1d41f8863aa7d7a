"""The filters are really applied, and the teeth are really those of the network drawn."""

from __future__ import annotations

import numpy as np
import pytest

from mathcore import mnist
from scenes.data.layers_of_abstraction import (
    ANGLES,
    FIELDS,
    KERNELS,
    edge_responses,
    edge_study,
    tent,
)
from tests.stepping import SceneStepper


@pytest.fixture
def folds(inspected: SceneStepper) -> list[dict[str, list[str]]]:
    snapshots = inspected("LayersOfAbstraction", "default", "dark")[1]
    shown = [s.numbers() for s in snapshots if s.beat == "power_of_depth"]
    return [numbers for numbers in shown if "teeth" in numbers]


def test_the_responses_are_the_sums_of_products_around_each_pixel() -> None:
    study = edge_study()
    assert study.label == 4
    fours = mnist().images[np.array(mnist().labels) == 4]
    assert np.all(fours == study.image, axis=(1, 2)).sum() == 1
    padded = np.zeros((30, 30))
    padded[1:29, 1:29] = study.image
    by_hand = np.array(
        [
            [
                [abs((padded[r : r + 3, c : c + 3] * kernel).sum()) for c in range(28)]
                for r in range(28)
            ]
            for kernel in KERNELS
        ]
    )
    np.testing.assert_allclose(study.responses, by_hand / by_hand.max(), atol=1e-12)


@pytest.mark.parametrize("direction", range(4))
def test_each_filter_answers_most_to_an_edge_in_its_own_direction(direction: int) -> None:
    y, x = np.mgrid[4:-5:-1, -4:5].astype(float)
    across = -np.sin(ANGLES[direction]) * x + np.cos(ANGLES[direction]) * y
    answers = edge_responses(across > 0.1)[:, 2:7, 2:7]
    assert answers.max(axis=(1, 2)).argmax() == direction
    np.testing.assert_allclose(KERNELS.sum(axis=(1, 2)), 0.0)


def edges_by_hand() -> dict[int, set[tuple[int, int]]]:
    """Return the edges by direction: the ridges of the strongest responses, pixel by pixel."""
    responses = np.pad(edge_study().responses, ((0, 0), (1, 1), (1, 1)))
    across = {0: (1, 0), 1: (1, 1), 2: (0, 1), 3: (1, -1)}
    found: dict[int, set[tuple[int, int]]] = {k: set() for k in across}
    for row in range(1, 29):
        for column in range(1, 29):
            here = responses[:, row, column]
            k = int(here.argmax())
            down, right = across[k]
            before = responses[k, row - down, column - right]
            after = responses[k, row + down, column + right]
            if here[k] >= 0.4 and here[k] > before and here[k] >= after:
                found[k].add((row - 1, column - 1))
    return found


def test_each_edge_is_a_ridge_of_the_strongest_response(inspected: SceneStepper) -> None:
    study, expected = edge_study(), edges_by_hand()
    for k, pixels in expected.items():
        assert {(int(r), int(c)) for r, c in study.edges(k)} == pixels
    assert sum(map(len, expected.values())) > 80
    measured = inspected("LayersOfAbstraction", "default", "dark")[0].measured
    assert measured["strokes"] == [len(expected[k]) for k in range(4)]


def test_the_parts_hold_all_edges_and_the_directions_of_their_shapes() -> None:
    edges = edges_by_hand()
    for pixels in edges.values():
        assert all(any(f.holds(np.array(pixel)) for f in FIELDS.values()) for pixel in pixels)
    counts = {
        name: [sum(bool(field.holds(np.array(pixel))) for pixel in edges[k]) for k in range(4)]
        for name, field in FIELDS.items()
    }
    # A horizontal and a vertical side; both and a diagonal; two long vertical sides.
    assert min(counts["corner"][0], counts["corner"][2]) >= 5
    assert min(counts["triangle"][:3]) >= 5
    assert counts["rectangle"][2] > sum(counts["rectangle"]) / 2
    sides = {c for r, c in edges[2] if FIELDS["rectangle"].holds(np.array([r, c]))}
    assert max(sides) - min(sides) >= 2


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
def test_the_shapes_are_the_edges_of_the_digit_itself(aspect: str, inspected: SceneStepper) -> None:
    measured = inspected("LayersOfAbstraction", "default", "dark", aspect)[0].measured
    edges = edges_by_hand()
    drawn_whole = np.concatenate([np.array(part) for part in measured["digit"]])
    for field, shape, part in zip(
        FIELDS.values(), measured["shapes"], measured["digit"], strict=True
    ):
        pixels = [p for k in range(4) for p in sorted(edges[k]) if field.holds(np.array(p))]
        expected = np.array([(column, -row) for row, column in pixels], dtype=float)
        for drawn in (np.array(shape), np.array(part)):
            assert drawn.shape == expected.shape
            # Alike up to a shift and a scale.
            scale = np.ptp(drawn[:, 1]) / np.ptp(expected[:, 1])
            aligned = (drawn - drawn[0]) / scale + expected[0]
            np.testing.assert_allclose(aligned, expected, atol=1e-6)
    # The parts together are the digit: all of its edges at their places.
    every = {(c, -r) for k in range(4) for r, c in edges[k]}
    scale = np.ptp(drawn_whole[:, 1]) / np.ptp([y for _, y in every])
    low = np.array([min(x for x, _ in every), min(y for _, y in every)])
    found = np.rint((drawn_whole - drawn_whole.min(axis=0)) / scale + low).astype(int)
    assert {(int(x), int(y)) for x, y in found} == every


@pytest.mark.parametrize("layers", range(1, 6))
def test_the_network_is_the_tent_map_applied_again_and_again(layers: int) -> None:
    found = tent(layers)
    y = found.x
    for _ in range(layers):
        y = 1 - np.abs(1 - 2 * y)
    np.testing.assert_allclose(found.y, y, atol=1e-12)
    assert found.neurons == 2 * layers
    assert found.teeth == 2 ** (layers - 1)
    assert found.single_layer_neurons == 2**layers


@pytest.mark.parametrize("layers", range(1, 6))
def test_one_layer_of_that_many_neurons_is_enough_and_one_fewer_is_not(layers: int) -> None:
    found = tent(layers)
    corners = np.arange(1, 2**layers) / 2**layers
    neurons = np.maximum(found.x[:, None] - np.concatenate([[0.0], corners]), 0.0)
    assert neurons.shape[1] == found.single_layer_neurons
    steep = 2.0**layers
    weights = np.concatenate([[steep], 2 * steep * (-1.0) ** np.arange(1, 2**layers)])
    np.testing.assert_allclose(neurons @ weights, found.y, atol=1e-9)
    # With a neuron for each corner only, facing left or right, the slope at the left end is a sum
    # of some of the changes, all plus or minus 2 steep; steep itself is none of these sums.
    changes = np.diff(np.diff(found.y[:: 128 // 2**layers]) * 2**layers)
    assert set(np.abs(changes)) == {2 * steep}


def test_the_teeth_and_neurons_shown_double_or_grow_by_two(
    folds: list[dict[str, list[str]]],
) -> None:
    keys = ("layers", "teeth", "deep", "single")
    # At the end the single layer leaves the screen.
    seen = [tuple(numbers[key][0] for key in keys) for numbers in folds if "single" in numbers]
    assert all("single" in numbers for numbers in folds[: len(seen)])
    assert 0 < len(folds) - len(seen) <= 5
    for layers in range(1, 6):
        row = (f"{layers}", f"{2 ** (layers - 1)}", f"{2 * layers}", f"{2**layers}")
        assert row in seen
    assert seen[-1] == ("5", "16", "10", "32")


def test_the_words_say_the_final_counts(inspected: SceneStepper) -> None:
    scene = inspected("LayersOfAbstraction", "default", "dark")[0]
    said = [line.caption for line in scene.lines]
    assert any("needs 32 neurons instead of 10" in c for c in said)
    assert any("this 4" in c and "784 grey levels" in c for c in said)


def test_as_many_neurons_are_drawn_as_are_counted(inspected: SceneStepper) -> None:
    measured = inspected("LayersOfAbstraction", "default", "dark")[0].measured
    assert measured["neurons"] == [10, 32]
    assert measured["peaks"] == 16
