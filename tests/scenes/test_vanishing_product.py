"""VanishingProduct: the products, their median and the steps of the layers, computed by hand."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import numpy as np
import pytest

from lecture.kit.inspection import Snapshot
from lecture.kit.layout import Region
from lecture.kit.mobjects.decade_plot import DecadePlot, Polylines
from lecture.kit.numbers import COUNT, FACTOR, GRADIENT, MINUS, SUPERSCRIPT, WEIGHT, speak
from scenes.data.vanishing_product import LENGTHS, draw_products, typical_steps
from scenes.mobjects.vanishing_product import LengthRuler
from tests.stepping import SceneStepper


def chains(count: int, depth: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and slopes of random sigmoid chains with input 1, layer by layer."""
    rng = np.random.default_rng(seed)
    w, b = rng.standard_normal((count, depth)), rng.standard_normal((count, depth))
    a, slopes = np.ones(count), np.empty((count, depth))
    for layer in range(depth):
        h = w[:, layer] * a + b[:, layer]
        a = 1 / (1 + np.exp(-h))
        slopes[:, layer] = 1 / (4 * np.cosh(h / 2) ** 2)
    return w, slopes


def products() -> tuple[np.ndarray, np.ndarray]:
    """Return the factors and the products of the scene's 60 chains."""
    w, slopes = chains(60, 31, seed=2)
    factors = np.abs(w * slopes)[:, 1:]
    return factors, np.cumprod(factors, axis=1)


def steps() -> np.ndarray:
    """Return the median step of each of 16 layers when the last one steps by 1."""
    w, slopes = chains(20_000, 16, seed=2)
    delta = np.empty(w.shape)
    delta[:, -1] = slopes[:, -1]
    for layer in range(14, -1, -1):
        delta[:, layer] = delta[:, layer + 1] * w[:, layer + 1] * slopes[:, layer]
    relative = np.log10(np.abs(delta / delta[:, -1:]))
    return 10 ** np.median(relative, axis=0)


@pytest.fixture
def snapshots(inspected: SceneStepper) -> list[Snapshot]:
    return inspected("VanishingProduct", "default", "dark")[1]


@pytest.fixture
def said(inspected: SceneStepper) -> list[str]:
    return [line.caption for line in inspected("VanishingProduct", "default", "dark")[0].lines]


def test_the_card_follows_the_first_chain(snapshots: list[Snapshot]) -> None:
    factors, found = products()
    counts = []
    for snapshot in snapshots:
        numbers = snapshot.numbers()
        if "n" not in numbers:
            continue
        n = int(numbers["n"][0])
        counts.append(n)
        assert numbers["product"] == [FACTOR(float(found[0, n - 1]) if n else 1.0)]
        if n:
            assert numbers["factor"] == [FACTOR(float(factors[0, n - 1]))]
    assert sorted(set(counts)) == [0, 1, 2, 3, 30]
    assert counts == sorted(counts)


def test_the_cards_of_the_slope(snapshots: list[Snapshot]) -> None:
    _, found = products()
    numbers = next(s.numbers() for s in reversed(snapshots) if "all_below" in s.numbers())
    median = 10 ** float(np.median(np.log10(found[:, -1])))
    assert numbers["median"] == [GRADIENT(median)]
    assert numbers["decades"] == ["1.002"]
    share = math.erf(1 / math.sqrt(2)) ** 10
    assert numbers["all_below"] == [f"{100 * share:.1f} %"] == ["2.2 %"]
    assert numbers["mean_log"] == ["−2.308"]


def test_the_slope_is_that_of_very_long_chains() -> None:
    w, slopes = chains(200, 3000, seed=5)
    fallen = -np.log10(np.abs(w * slopes))[:, 100:].mean()
    drawn = draw_products(2, 3, seed=0)
    assert drawn.decades_per_layer == pytest.approx(fallen, abs=5e-3)
    assert drawn.mean_log == pytest.approx(np.log(np.abs(w * slopes))[:, 100:].mean(), abs=0.012)


def test_the_notes_say_how_the_first_gradient_spreads_and_what_else_is_lost(
    inspected: SceneStepper,
) -> None:
    w, slopes = chains(20_000, 30, seed=6)
    y = np.ones(len(w))
    logs = np.log10(slopes).sum(axis=1) + np.log10(np.abs(w[:, 1:])).sum(axis=1)
    rng = np.random.default_rng(6)  # the same draws again, for the output
    weights, biases = rng.standard_normal((20_000, 30)), rng.standard_normal((20_000, 30))
    for layer in range(30):
        y = 1 / (1 + np.exp(-(weights[:, layer] * y + biases[:, layer])))
    logs += np.log10(2 * y)  # the target is 0
    notes = {b.name: b.notes for b in inspected("VanishingProduct", "default", "dark")[0].beats}
    first = re.search(r"power −([\d.]+), give or take ([\d.]+)", notes["many_chains"])
    assert first is not None
    assert float(first[1]) == pytest.approx(-logs.mean(), abs=0.15)
    assert float(first[2]) == pytest.approx(logs.std(), abs=0.15)
    # At its steepest point a factor is w / 4.
    normal = np.random.default_rng(8).standard_normal(1_000_000)
    rest = float(np.log(np.abs(normal) / 4).mean())
    shown = re.search(r"and −([\d.]+) if every.*loss is ([\d.]+) decades", notes["the_slope"])
    assert shown is not None
    assert float(shown[1]) == pytest.approx(-rest, abs=0.01)
    assert float(shown[2]) == pytest.approx(0.906, abs=0.002)


def test_the_captions_say_what_is_so(said: list[str]) -> None:
    _, found = products()
    text = " ".join(said)
    largest = math.ceil(math.log10(found[:, -1].max()))
    assert f"below 10{str(largest).replace('-', MINUS).translate(SUPERSCRIPT)}." in text
    assert "1.002 decades" in text
    assert "2.2 percent" in text
    length = float(steps()[0])
    assert f"{GRADIENT(length)} metres: less than the width of a proton" in text
    assert length < LENGTHS["proton"] == pytest.approx(1.7e-15, rel=2e-2)


def test_the_median_at_thirty_is_about_ten_to_the_minus_thirty() -> None:
    _, found = products()
    assert -31 < np.median(np.log10(found[:, -1])) < -29


def test_the_walk_down_the_layers_ends_at_the_first(snapshots: list[Snapshot]) -> None:
    expected = steps()
    layers = []
    for snapshot in snapshots:
        numbers = snapshot.numbers()
        if "layer" in numbers:
            layer = int(numbers["layer"][0])
            layers.append(layer)
            assert numbers["moves"] == [f"{WEIGHT(float(expected[layer - 1]))} m"]
    assert layers[0] == 16
    assert layers[-1] == 1


def test_the_data_are_those_of_the_recursion() -> None:
    factors, found = products()
    data = draw_products(60, 30, seed=2)
    np.testing.assert_allclose(10**data.factors, factors, rtol=1e-10)
    np.testing.assert_allclose(data.products[:, 1:], np.log10(found), rtol=1e-10)
    assert not data.products[:, 0].any()
    assert data.log10_ceiling == math.log10(0.25)
    np.testing.assert_allclose(10 ** typical_steps(16, 20_000, seed=2), steps(), rtol=1e-8)


def test_each_step_back_is_about_a_tenth() -> None:
    ratios = steps()[1:] / steps()[:-1]
    assert np.all((ratios > 7) & (ratios < 14))


def test_a_product_may_lie_above_the_powers_of_a_quarter() -> None:
    # The scene says only that it could not if every weight were below one.
    w, slopes = chains(60, 31, seed=2)
    small = np.abs(w[:, 1:]) < 1
    assert np.all(np.abs(w * slopes)[:, 1:][small] < 0.25)
    assert np.any(np.abs(w * slopes)[:, 1:] > 0.25)


def test_polylines_end_between_their_corners() -> None:
    corners = np.array(
        [[[0.0, 0.0], [1.0, -2.0], [2.0, -6.0]], [[0.0, 1.0], [1.0, 1.0], [2.0, 3.0]]]
    )
    lines = Polylines(corners, "#FFFFFF").draw_to(1.25)
    np.testing.assert_allclose(lines.tips(), [[1.25, -3.0], [1.25, 1.5]])
    assert len(lines.points) == 2 * 2 * 4
    np.testing.assert_allclose(
        lines.points[[0, 3, 4, 7], :2], [[0, 0], [1, -2], [1, -2], [1.25, -3]]
    )
    assert len(lines.draw_to(0.0).points) == 0
    np.testing.assert_allclose(lines.draw_to(9.0).tips(), corners[:, -1])


def test_decades_go_down_the_plot() -> None:
    plot = DecadePlot(30, -36, 0, Region(-3, 3, -2, 2))
    np.testing.assert_allclose(plot.point(30, 0), [3, 2, 0])
    np.testing.assert_allclose(plot.point(0, -99), [-3, -2, 0])


def test_things_stand_in_order_of_their_width() -> None:
    ruler = LengthRuler(-16, -8.0, 8.0, 0.0, LENGTHS, lambda _: 1.0)
    places = [ruler.lines[name].get_center()[0] for name in LENGTHS]
    assert places == sorted(places, reverse=True)
    assert places[0] == pytest.approx(8.0)
    assert places[-1] == pytest.approx(math.log10(LENGTHS["proton"]) + 8.0)


def test_the_voice_says_powers_in_words(said: list[str]) -> None:
    assert Decimal("1e-15") < Decimal(float(steps()[0]))
    assert speak(GRADIENT(float(steps()[0]))).endswith("times 10 to the minus 15")
    assert COUNT(30) in " ".join(said)
