"""The drawn chain: gauges, labels at all depths, and the way of a pulse past the labels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from manim import DL, UR, Scene, tempconfig

from lecture.kit.inspection import take_snapshot
from lecture.kit.layout import set_frame
from lecture.kit.layout_check import layout_faults
from lecture.kit.theme import theme
from mathcore import Chain
from scenes.mobjects.chain_columns import chain_layout
from scenes.mobjects.factor_card import FactorCards
from scenes.mobjects.neuron_chain import EndLabels, Neuron, NeuronChain, gauge_levels
from scenes.spec import ChainSpec
from tests.stepping import CHAINS

ALL = CHAINS | {
    f"depth_{depth}": ChainSpec(weights=CHAINS["depth_12"].weights[:depth])
    for depth in (3, 7, 9, 10, 11)
}
_HALF_STROKE = 0.03


@pytest.fixture(params=["16:9", "9:16"])
def aspect(request: pytest.FixtureRequest) -> Iterator[str]:
    quiet = {"pixel_width": 192, "pixel_height": 108, "dry_run": True, "verbosity": "ERROR"}
    with tempconfig(quiet):
        set_frame(request.param)
        yield request.param


def _drawn(name: str, aspect: str) -> NeuronChain:
    spec = ALL[name]
    chain = spec.build()
    layout = chain_layout(chain.depth)
    assert layout.columns.flow.down == (aspect == "9:16")
    forward = chain.forward(spec.input)
    return NeuronChain(chain, forward, layout.chain, layout.columns).fill_all()


@pytest.mark.parametrize("name", ALL)
def test_the_labels_have_room_at_every_depth(name: str, aspect: str) -> None:
    drawn, spec = _drawn(name, aspect), ALL[name]
    chain = spec.build()
    trace = chain.backward(spec.input, spec.target, cost=spec.cost)
    layout = chain_layout(chain.depth)
    cards = FactorCards(trace, layout.columns, chain.activation, layout.cards)
    scene = Scene()
    ends = EndLabels(drawn, trace)
    scene.add(drawn, ends, cards)
    assert layout_faults(take_snapshot(scene)) == []
    depth = spec.depth
    assert len(drawn.weight_labels) == depth
    # In rows, numbers with a long exponent have no room beside a node.
    in_rows = name == "saturated" and aspect == "9:16"
    assert (ends.cost_value is None) == in_rows
    for number_of in (drawn.weight_value, drawn.activation_value):
        shown = [layer for layer in range(1, depth + 1) if number_of(layer) is not None]
        assert {1, depth} <= set(shown)
        if in_rows and number_of == drawn.activation_value:
            assert shown == [1, 3, 4]
        elif name != "beyond_floats":
            assert len(shown) == depth
    values = [card.value.text for card in cards.cards]
    assert {values[0], values[-1]} <= {card.text for card in cards.cards} - {""}
    if name != "beyond_floats":
        assert values == [card.text for card in cards.cards]


def test_formulas_are_not_in_cards_that_are_narrower() -> None:
    set_frame("16:9")
    weights = (2106.095, -1578.885, 2660.278, 368.566, -391.048, -563.855, 181.159, -754.62)
    chain = ChainSpec(weights=weights, cost="cross_entropy", input=-232.629, target=0.615)
    layout = chain_layout(chain.depth)
    trace = chain.build().backward(chain.input, chain.target, cost=chain.cost)
    cards = FactorCards(trace, layout.columns, chain.activation, layout.cards)
    assert "" in [card.value.text for card in cards.cards]
    scene = Scene()
    scene.add(cards)
    assert layout_faults(take_snapshot(scene)) == []


def test_numbers_in_a_row_that_would_touch_are_left_out() -> None:
    set_frame("16:9")
    weights = (1.0, *ALL["depth_10"].weights[:-2], -0.001)
    chain = ChainSpec(weights=weights, activation="identity", input=-1.1e-15, target=0.0036)
    built = chain.build()
    layout = chain_layout(built.depth)
    trace = built.backward(chain.input, chain.target, cost=chain.cost)
    drawn = NeuronChain(built, built.forward(chain.input), layout.chain, layout.columns).fill_all()
    ends = EndLabels(drawn, trace)
    assert drawn.activation_value(1) is None
    assert ends.input_value.text == "−1.1·10⁻¹⁵"
    row = [ends.input_value, *(drawn.activation_value(layer) for layer in range(1, 11))]
    shown = [number for number in [*row, ends.cost_value] if number is not None]
    for before, after in pairwise(shown):
        assert after.get_left()[0] - before.get_right()[0] >= 0.05


@pytest.mark.parametrize("name", ["default", "depth_7", "depth_12", "beyond_floats"])
def test_a_pulse_touches_no_label_on_its_way(name: str, aspect: str) -> None:
    drawn, spec = _drawn(name, aspect), ALL[name]
    depth = spec.depth
    trace = spec.build().backward(spec.input, spec.target, cost=spec.cost)
    labels = [
        (label, *label.get_corner(DL)[:2], *label.get_corner(UR)[:2])
        for label in (
            *drawn.weight_labels,
            *drawn.weight_values,
            *drawn.activation_values,
            *EndLabels(drawn, trace),
        )
    ]
    for layer in range(depth + 1):
        pulse = drawn.ring(layer, theme().signal)
        journey = drawn.send(pulse, layer + 1)
        journey.begin()
        for alpha in np.linspace(0, 1, 21):
            journey.interpolate(float(alpha))
            x, y, _ = pulse.get_center()
            for label, left, bottom, right, top in labels:
                nearest = np.hypot(x - np.clip(x, left, right), y - np.clip(y, bottom, top))
                assert nearest > pulse.radius + _HALF_STROKE, (layer, alpha, label)


def test_a_pulse_arrives_around_the_node_and_covers_no_letter() -> None:
    drawn = NeuronChain(Chain([0.9, -0.8]), Chain([0.9, -0.8]).forward(0.8), y=0.0)
    pulse = drawn.ring(0, theme().signal)
    for layer, node in enumerate([drawn.input_node, *drawn.neurons, drawn.cost_node]):
        journey = drawn.send(pulse, layer)
        journey.begin()
        journey.interpolate(1.0)
        np.testing.assert_allclose(pulse.get_center(), node.get_center(), atol=1e-9)
        assert 2 * pulse.radius > node.width
        assert all(ring.get_fill_opacity() == 0 for ring in pulse)


def test_a_chain_that_has_moved_takes_its_rings_along() -> None:
    chain = Chain([0.9, -0.8])
    drawn = NeuronChain(chain, chain.forward(0.8), y=0.0).shift([0.0, 1.5, 0.0])
    assert drawn.ring(1, theme().signal).get_center()[1] == pytest.approx(1.5)


@pytest.mark.parametrize("level", [0.0, 0.369, 0.673, 1.0, -0.4])
def test_the_gauge_shows_the_activation_as_a_share_of_the_diameter(level: float) -> None:
    neuron = Neuron("sigmoid", 0.4, np.array([2.0, 1.0, 0.0])).fill_to(level)
    points = neuron.gauge.points - neuron.body.get_center()
    assert np.hypot(points[:, 0], points[:, 1]).max() <= 0.4 + 1e-9
    heights = points[:, 1]
    expected = (-0.4, -0.4 + 0.8 * level) if level >= 0 else (0.4 + 0.8 * level, 0.4)
    np.testing.assert_allclose((heights.min(), heights.max()), expected, atol=1e-9)


def test_levels_are_in_proportion_to_signed_activations() -> None:
    np.testing.assert_array_equal(gauge_levels(np.array([0.2, -0.6])), [0.2, -0.6])
    np.testing.assert_array_equal(gauge_levels(np.array([1.0, -4.0])), [0.25, -1.0])
