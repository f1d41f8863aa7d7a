"""VanishingProduct: the products, their median and the steps of the layers, computed by hand."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import numpy as np
import pytest

from lecture.kit.inspection import Snapshot
from lecture.kit.layout import Region, at
from lecture.kit.mobjects.decade_plot import DecadePlot, Polylines
from lecture.kit.numbers import COUNT, FACTOR, GRADIENT, MINUS, SUPERSCRIPT, WEIGHT, speak
from scenes.data.vanishing_product import LENGTHS, draw_products, typical_steps
from scenes.mobjects.length_zoom import LengthZoom
from scenes.mobjects.vanishing_product import FactorHistogram, factor_arrows, hang_from_one
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


def test_the_cards_and_the_notes_of_the_slope(
    snapshots: list[Snapshot], inspected: SceneStepper
) -> None:
    _, found = products()
    numbers = next(s.numbers() for s in reversed(snapshots) if "decades" in s.numbers())
    median = 10 ** float(np.median(np.log10(found[:, -1])))
    assert numbers["median"] == [GRADIENT(median)]
    assert numbers["decades"] == ["1.002"]
    share = math.erf(1 / math.sqrt(2)) ** 10
    beat = next(b for b in inspected("VanishingProduct")[0].beats if b.name == "the_slope")
    assert f"all of 10 weights lie below one in only {100 * share:.1f} percent" in beat.notes


def test_the_triangle_and_the_line_that_speaks_of_it_measure_the_drawn_median(
    snapshots: list[Snapshot], said: list[str]
) -> None:
    _, found = products()
    median = np.median(np.log10(found), axis=0)
    fallen = f"{median[9] - median[19]:.1f}"
    assert fallen == "10.2"
    assert any(
        f"exponentially: here {fallen} decades, factors of ten, in 10 layers" in line
        for line in said
    )
    shown = [text.words for s in snapshots if s.beat == "the_slope" for text in s.texts]
    # The text says that it is not the slope of long chains.
    assert any(text.startswith("here:") and fallen in text for text in shown)


def stationary_log(bias_std: float = 1.0) -> float:
    """Return E ln|w σ'(wa + b)| of a long chain: a grid of activations, mapped until it is fixed.

    Independent of mathcore, which works with Gauss-Hermite nodes of h.
    """
    h = np.linspace(-12.0, 12.0, 2401)
    step = h[1] - h[0]
    a = 1 / (1 + np.exp(-h))
    spread = np.sqrt(a**2 + bias_std**2)  # of the next h, given a
    kernel = np.exp(-0.5 * (h[:, None] / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
    density = np.exp(-(h**2) / 2) / math.sqrt(2 * math.pi)
    for _ in range(60):
        density = kernel @ density * step
    log_slope = -h - 2 * np.log1p(np.exp(-h))
    return float(np.sum(density * log_slope) * step) - (np.euler_gamma + math.log(2)) / 2


def test_the_means_and_their_conversion(snapshots: list[Snapshot], inspected: SceneStepper) -> None:
    factors, found = products()
    mean = stationary_log()
    beats = inspected("VanishingProduct", "default", "dark")[0].beats
    notes = next(beat.notes for beat in beats if beat.name == "log_sum")
    numbers = next(s.numbers() for s in reversed(snapshots) if "long" in s.numbers())
    assert f"or {mean:.3f} in natural logarithms".replace("-", MINUS) in notes
    converted = f"{mean / math.log(10):.3f}".replace("-", MINUS)
    assert numbers["long"] == [converted] == ["−1.002"]
    here = float(np.log10(factors).mean())
    assert numbers["here"] == [f"{here:.3f}".replace("-", MINUS)]
    # The log of a product is a sum of logs, so the mean factor is the mean slope of the chains.
    assert np.log10(found[:, -1]).mean() / 30 == pytest.approx(here)


def test_the_arrows_are_as_long_as_the_logs_of_the_first_factors() -> None:
    factors = np.log10(products()[0][0, :6])
    plot = DecadePlot(6, -5, 0, Region(0.0, 6.0, -5.0, 0.0))  # one unit a decade
    arrows = factor_arrows(plot, factors)
    products_of_them = np.concatenate([[0.0], np.cumsum(factors)])
    shifts = hang_from_one(plot, factors)
    for n, (arrow, shift) in enumerate(zip(arrows, shifts, strict=True)):
        start, end = arrow.get_start(), arrow.get_end()
        np.testing.assert_allclose(start, at(n + 1, products_of_them[n]), atol=1e-6)
        np.testing.assert_allclose(end, at(n + 1, products_of_them[n + 1]), atol=1e-6)
        np.testing.assert_allclose((start + shift)[1], 0.0, atol=1e-6)
        np.testing.assert_allclose((end + shift)[1], factors[n], atol=1e-6)


def test_the_histogram_counts_every_factor_on_the_scale_of_the_arrows() -> None:
    logs = np.log10(products()[0])
    plot = DecadePlot(6, -5, 0, Region(0.0, 6.0, -5.0, 0.0))
    chart = FactorHistogram(logs, plot, 7.0, 2.0)
    assert chart.shares.sum() == pytest.approx(1.0)
    inside = (logs >= chart.edges[16]) & (logs < chart.edges[17])
    assert chart.edges[16] == -1.0
    assert chart.shares[16] == pytest.approx(inside.mean())
    np.testing.assert_allclose(chart.point(-2.0), at(7.0, -2.0))
    assert chart.grow(0.5).bars.width == pytest.approx(1.0, abs=1e-4)
    mean = float(logs.mean())
    np.testing.assert_allclose(chart.mean_line(mean).get_y(), mean, atol=1e-6)


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
    at_rest = re.search(r"steepest point, the latter would be −([\d.]+)\.", notes["log_sum"])
    assert at_rest is not None
    assert float(at_rest[1]) == pytest.approx(-rest, abs=0.01)
    plain = re.search(r"Without biases the loss is ([\d.]+) decades", notes["the_slope"])
    assert plain is not None
    expected = -stationary_log(bias_std=1e-9) / math.log(10)
    assert expected == pytest.approx(0.906, abs=0.002)
    assert float(plain[1]) == pytest.approx(expected, abs=0.001)


def test_the_captions_say_what_is_so(said: list[str]) -> None:
    _, found = products()
    text = " ".join(said)
    largest = math.ceil(math.log10(found[:, -1].max()))
    assert f"all 60 end below 10{str(largest).replace('-', MINUS).translate(SUPERSCRIPT)}." in text
    assert "1.002 decades" in text
    assert "less than a proton is wide" in text
    assert float(steps()[0]) < LENGTHS["proton"] == pytest.approx(1.7e-15, rel=2e-2)


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


def test_the_widths_of_the_things_are_facts() -> None:
    # Hair 50 to 100 µm; small viruses and coronaviruses about 0.1 µm; the hydrogen atom, twice its
    # Bohr radius of 52.9 pm; the proton, twice its charge radius of 0.8409 fm (CODATA 2018).
    assert LENGTHS["step"] == 1.0
    assert 5e-5 <= LENGTHS["hair"] <= 1e-4
    assert LENGTHS["virus"] == 1e-7
    assert LENGTHS["atom"] == pytest.approx(2 * 5.29177e-11, rel=0.05)
    assert LENGTHS["proton"] == pytest.approx(2 * 8.409e-16, rel=0.01)


def test_the_widths_are_on_the_screen(snapshots: list[Snapshot]) -> None:
    numbers = next(s.numbers() for s in reversed(snapshots) if "width_hair" in s.numbers())
    shown = {key: numbers[f"width_{key}"] for key in LENGTHS}
    assert shown == {
        "step": ["1 m"],
        "hair": ["8.0·10⁻⁵ m"],
        "virus": ["1.0·10⁻⁷ m"],
        "atom": ["1.1·10⁻¹⁰ m"],
        "proton": ["1.7·10⁻¹⁵ m"],
    }


def test_the_view_is_to_scale_and_ten_times_larger_a_decade() -> None:
    logs = np.array([-4.0, -3.0, -2.0])
    view = LengthZoom(LENGTHS, logs, at(1.0, 0.0), 2.0)
    view.zoom_to(-4.0)
    assert view.arrows[0].width == pytest.approx(view.unit)
    hair = view.things["hair"]
    assert hair.width / view.arrows[0].width == pytest.approx(8e-5 / 1e-4)
    assert view.visibility("hair") == 1.0
    assert view.visibility("step") == view.visibility("proton") == 0.0
    np.testing.assert_allclose(hair.get_center(), at(1.0, 0.0), atol=1e-6)
    before = hair.width
    assert view.zoom_to(-3.0).arrows[1].width == pytest.approx(view.unit)
    assert hair.width == pytest.approx(before / 10)


def test_at_the_end_the_proton_is_wider_than_the_arrow_of_the_first_layer() -> None:
    view = LengthZoom(LENGTHS, np.log10(steps()), at(0.0, 0.0), 2.0)
    first = view.zoom_to(math.log10(float(steps()[0]))).arrows[0].width
    assert view.visibility("proton") > 0.9
    assert view.things["proton"].width / first == pytest.approx(
        LENGTHS["proton"] / float(steps()[0])
    )


def test_the_line_is_flat_at_a_weight_of_four_and_climbs_above(snapshots: list[Snapshot]) -> None:
    seen = [s.numbers() for s in snapshots if s.beat == "escape" and "w" in s.numbers()]
    pairs = list(dict.fromkeys((n["w"][0], n["top"][0]) for n in seen))
    assert pairs == [("1.00", "0.250"), ("4.00", "1.000"), ("5.50", "1.375")]


def test_the_voice_says_powers_in_words(said: list[str]) -> None:
    assert Decimal("1e-15") < Decimal(float(steps()[0]))
    assert speak(GRADIENT(float(steps()[0]))).endswith("times 10 to the minus 15")
    assert COUNT(30) in " ".join(said)
