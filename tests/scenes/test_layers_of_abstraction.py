"""The filters are really applied, and the teeth are really those of the network drawn."""

from __future__ import annotations

import numpy as np
import pytest

from mathcore import digits
from scenes.data.layers_of_abstraction import ANGLES, KERNELS, edge_responses, edge_study, tent
from tests.stepping import SceneStepper


@pytest.fixture
def folds(inspected: SceneStepper) -> list[dict[str, list[str]]]:
    snapshots = inspected("LayersOfAbstraction", "default", "dark")[1]
    shown = [s.numbers() for s in snapshots if s.beat == "power_of_depth"]
    return [numbers for numbers in shown if "teeth" in numbers]


def test_the_responses_are_the_sums_of_products_around_each_pixel() -> None:
    image = digits().images[digits().labels.index(4)]
    padded = np.zeros((10, 10))
    padded[1:9, 1:9] = image
    by_hand = np.array(
        [
            [
                [abs((padded[r : r + 3, c : c + 3] * kernel).sum()) for c in range(8)]
                for r in range(8)
            ]
            for kernel in KERNELS
        ]
    )
    study = edge_study()
    np.testing.assert_array_equal(study.image, image)
    np.testing.assert_allclose(study.responses, by_hand / by_hand.max(), atol=1e-12)


@pytest.mark.parametrize("direction", range(4))
def test_each_filter_answers_most_to_an_edge_in_its_own_direction(direction: int) -> None:
    y, x = np.mgrid[4:-5:-1, -4:5].astype(float)
    across = -np.sin(ANGLES[direction]) * x + np.cos(ANGLES[direction]) * y
    answers = edge_responses(across > 0.1)[:, 2:7, 2:7]
    assert answers.max(axis=(1, 2)).argmax() == direction
    np.testing.assert_allclose(KERNELS.sum(axis=(1, 2)), 0.0)


def test_strokes_stand_where_their_own_filter_answers_most(inspected: SceneStepper) -> None:
    study = edge_study()
    places = np.concatenate([study.edges(k) for k in range(4)])
    assert len(places) > 20
    assert len(np.unique(places, axis=0)) == len(places)
    for k in range(4):
        for row, column in study.edges(k):
            assert study.responses[k, row, column] == study.responses[:, row, column].max()
    measured = inspected("LayersOfAbstraction", "default", "dark")[0].measured
    assert measured["strokes"] == [len(study.edges(k)) for k in range(4)]


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
    assert 0 < len(folds) - len(seen) <= 3
    for layers in range(1, 6):
        row = (f"{layers}", f"{2 ** (layers - 1)}", f"{2 * layers}", f"{2**layers}")
        assert row in seen
    assert seen[-1] == ("5", "16", "10", "32")


def test_the_words_say_the_final_counts(inspected: SceneStepper) -> None:
    scene = inspected("LayersOfAbstraction", "default", "dark")[0]
    said = [line.caption for line in scene.lines]
    assert any("16 teeth" in c and "10 neurons" in c and "32" in c for c in said)
    assert any("this 4" in c and "64 grey levels" in c for c in said)


def test_as_many_neurons_are_drawn_as_are_counted(inspected: SceneStepper) -> None:
    measured = inspected("LayersOfAbstraction", "default", "dark")[0].measured
    assert measured["neurons"] == [10, 32]
    assert measured["peaks"] == 16
