"""The figures of the scene against closed forms and a Monte Carlo of the test's own."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from lecture.kit.inspection import Snapshot
from lecture.kit.layout import Region
from lecture.kit.numbers import FACTOR, WEIGHT, NumberFormat
from scenes.data.exploding_gradient import (
    classical_chain,
    factor_curve,
    large_draws,
    unbiased_window,
    window,
)
from scenes.mobjects.exploding_gradient import LogHistogram
from scenes.mobjects.window_plane import WindowPlane
from tests.stepping import SceneStepper

WIDTH = NumberFormat(decimals=4)


def width(w: float) -> float:
    """Return the width of the window where the factor is at least 1, in closed form."""
    return (2 / w) * math.log(w * (1 + math.sqrt(1 - 4 / w)) / 2 - 1) if w > 4 else 0.0


def beat(inspected: SceneStepper, name: str) -> list[Snapshot]:
    _, snapshots = inspected("ExplodingGradient", "default", "dark")
    return [s for s in snapshots if s.beat == name]


def text(inspected: SceneStepper) -> str:
    scene, _ = inspected("ExplodingGradient", "default", "dark")
    return " ".join(line.caption for line in scene.lines)


def test_weight_top_and_width_belong_together(inspected: SceneStepper) -> None:
    seen = [
        tuple(numbers[name][0] for name in ("w", "top", "width"))
        for numbers in (s.numbers() for s in beat(inspected, "the_narrow_window"))
        if "width" in numbers
    ]
    weights = [4.0, 4.0 / (1 - 0.647927**2), 20.0]
    expected = [(WEIGHT(w), FACTOR(w / 4), WIDTH(width(w))) for w in weights]
    assert list(dict.fromkeys(seen)) == expected
    assert expected[1] == ("6.89", "1.724", "0.4477")


def test_the_widest_window_beats_its_neighbours() -> None:
    left, right = window(6.894)
    assert right - left == pytest.approx(0.4477, abs=5e-5)
    assert right - left > max(width(6.5), width(7.3))
    # At the ends of the window the factor is 1 exactly.
    assert factor_curve(6.894, np.array([left, right])) == pytest.approx(1.0)
    assert factor_curve(4.0, np.linspace(0, 1, 101)).max() == pytest.approx(1.0)


def test_every_factor_of_the_built_chain_is_25(inspected: SceneStepper) -> None:
    end = beat(inspected, "twenty_five_to_the_n")[-1].numbers()
    assert [end[f"factor_{layer}"] for layer in range(2, 7)] == [["25.00"]] * 5
    assert end["factor_1"] == ["0.125"]
    # dC/dw_6 = 2 (1/2 - 1) · 1/4 · 1/2, and 25 times more for each layer before it.
    sizes = ["1.2·10⁶", "4.9·10⁴", "2.0·10³", "78", "3.1"]
    assert [end[f"gradient_{layer}"] for layer in range(1, 6)] == [[size] for size in sizes]
    assert end["gradient_6"][0] in ("0.12", "0.13")  # 0.125 lies on the edge between the two
    assert end["ratio"] == ["9,765,625"]
    assert classical_chain(6).forward(0.5).h.tolist() == [0.0] * 6


def test_bars_arrive_from_the_last_layer_to_the_first_and_the_axis_gives_way(
    inspected: SceneStepper,
) -> None:
    bars, tops = [], []
    for snapshot in beat(inspected, "twenty_five_to_the_n"):
        numbers = snapshot.numbers()
        bars += [name for name in numbers if name.startswith("gradient_")]
        tops += numbers.get("axis_top", [])
    assert list(dict.fromkeys(bars)) == [f"gradient_{layer}" for layer in range(6, 0, -1)]
    assert list(dict.fromkeys(tops)) == [FACTOR(0.125 * 25**k) for k in range(6)]


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
def test_no_bar_is_under_an_axis_of_another_scale(inspected: SceneStepper, aspect: str) -> None:
    _, snapshots = inspected("ExplodingGradient", "default", "dark", aspect)
    true = {f"gradient_{layer}": 0.125 * 25.0 ** (6 - layer) for layer in range(1, 7)}
    stages = []
    for numbers in (s.numbers() for s in snapshots if s.beat == "twenty_five_to_the_n"):
        shown = [value for name, value in true.items() if name in numbers]
        if "axis_top" in numbers:
            top = next(
                0.125 * 25**k for k in range(6) if [FACTOR(0.125 * 25**k)] == numbers["axis_top"]
            )
            assert all(value <= top for value in shown)
            assert numbers["tick"] == ["0"]
            stages.append("linear")
        elif shown:
            stages.append("log" if "tick" in numbers else "none")
    # While the bars change their scale, there is no axis.
    assert list(dict.fromkeys(stages)) == ["linear", "none", "log"]
    assert stages.count("none") >= 2


def monte_carlo(draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the factors of layers 2 to 6 of random chains, and the activations they receive."""
    rng = np.random.default_rng(seed)
    w, a = rng.normal(0, 10, (draws, 6)), np.ones(draws)
    factors, received = np.empty((draws, 5)), np.empty((draws, 5))
    for j in range(6):
        h = w[:, j] * a
        if j:
            received[:, j - 1] = a
            factors[:, j - 1] = np.abs(w[:, j]) / (4 * np.cosh(np.clip(h, -600, 600) / 2) ** 2)
        a = 1 / (1 + np.exp(-np.clip(h, -600, 600)))
    return factors, received


def hits_of_the_second_layer() -> float:
    """Return P(|w_2| σ'(w_2 σ(w_1)) > 1) for weights from N(0, 10²), by quadrature."""
    w = np.linspace(-60.0, 60.0, 4801)
    density = np.exp(-0.5 * (w / 10) ** 2) / (10 * math.sqrt(2 * math.pi)) * (w[1] - w[0])
    a = 1 / (1 + np.exp(-w))
    above = np.abs(w)[:, None] / (4 * np.cosh(w[:, None] * a / 2) ** 2) > 1
    return float(density @ above @ density)


def test_a_factor_exceeds_1_in_17_to_31_percent_of_the_draws_of_a_layer(
    inspected: SceneStepper,
) -> None:
    factors, _ = monte_carlo(400_000, seed=7)
    drawn = large_draws(10.0, 6, draws=100_000, seed=20)
    np.testing.assert_allclose(drawn.shares_above_one, (factors > 1).mean(axis=0), atol=0.004)
    assert drawn.shares_above_one[0] == pytest.approx(hits_of_the_second_layer(), abs=0.004)
    assert drawn.median_factor == pytest.approx(np.median(factors), abs=0.003)
    assert 0.16 < drawn.shares_above_one.min() < drawn.shares_above_one.max() < 0.31
    seen = [s.numbers() for s in beat(inspected, "large_is_not_enough")]
    shown = [(n["layer"][0], n["hits"][0], n["always"][0]) for n in seen if "hits" in n]
    expected = [
        (str(layer), f"{100 * share:.1f} %", f"{count:,}")
        for layer, share, count in zip(
            range(2, 7), drawn.shares_above_one, drawn.always_above_one, strict=True
        )
    ]
    assert list(dict.fromkeys(shown)) == expected
    twice, always = (drawn.always_above_one[index] for index in (1, -1))
    said = f"most miss: {twice:,} hit the first two windows, and {always} all five."
    assert said in text(inspected)


def test_a_factor_above_1_is_hardly_ever_followed_by_another() -> None:
    factors, received = monte_carlo(400_000, seed=8)
    drawn = large_draws(10.0, 6, draws=100_000, seed=20)
    in_a_row = np.logical_and.accumulate(factors > 1, axis=1).sum(axis=0) / 4
    for found, expected in zip(drawn.always_above_one, in_a_row, strict=True):
        assert abs(found - expected) < 5 * math.sqrt(expected + 1)
    assert drawn.always_above_one[-1] <= 5  # of 100,000
    hit, after = factors[:, :-1] > 1, factors[:, 1:] > 1
    again = (hit & after).sum() / hit.sum()
    assert drawn.share_above_again == pytest.approx(again, abs=0.004)
    assert again < 0.025
    # After a hit the activation is in the middle, since the weighted input was small: above the
    # widest window without a bias, half of 0.4477.
    low, high = np.quantile(received[:, 1:][hit], [0.05, 0.95])
    assert 0.4477 / 2 < low < 0.5 < high < 0.8


def test_a_draw_by_hand() -> None:
    # w_1 = -3: a_1 = 1 / (1 + e^3) = 0.0474. w_2 = 10: h_2 = 0.474, and its factor is 2.365.
    first = 1 / (1 + math.exp(3.0))
    h = 10 * first
    slope = math.exp(-h) / (1 + math.exp(-h)) ** 2
    assert 10 * slope == pytest.approx(2.365, abs=1e-3)
    assert first < unbiased_window(10.0)
    # a_2 = 0.616, so the next factor is 10 times 0.0021 for w_3 = 10.
    second = 1 / (1 + math.exp(-h))
    assert 10 * math.exp(-10 * second) / (1 + math.exp(-10 * second)) ** 2 < 0.03
    assert second > unbiased_window(10.0)


def test_dots_in_the_window_are_those_of_factors_above_1() -> None:
    drawn = large_draws(10.0, 6, draws=3_000, seed=1)
    inside = np.array(
        [
            [a < unbiased_window(max(4.0, abs(w))) for a, w in zip(row_a, row_w, strict=True)]
            for row_a, row_w in zip(drawn.activations, drawn.weights, strict=True)
        ]
    )
    np.testing.assert_array_equal(inside, drawn.hits)
    plane = WindowPlane(drawn, 300, Region(0.0, 1.0, 0.0, 30.0))
    points = 16  # of a diamond
    for index in range(5):
        plane.go_to(float(index))
        assert len(plane.inside.points) == points * plane.hits[:, index].sum()
        assert len(plane.outside.points) == points * (~plane.hits[:, index]).sum()
        centers = plane.inside.points.reshape(-1, points, 3).mean(axis=1)
        assert all(x < unbiased_window(max(4.0, y)) + 1e-6 for x, y, _ in centers)
    # On the way to the next layer, the colours are still those of the last.
    moving = plane.go_to(0.5).inside.points
    assert len(moving) == points * plane.hits[:, 0].sum()


def test_the_question_is_followed_by_two_seconds_of_silence(inspected: SceneStepper) -> None:
    scene, _ = inspected("ExplodingGradient", "default", "dark")
    for line, following in pairwise(scene.lines):
        if line.caption.endswith("?"):
            assert following.start - line.end >= 2.0 - 1e-6
    assert sum(line.caption.endswith("?") for line in scene.lines) == 2


def test_large_random_weights_rarely_make_the_product_exceed_1(inspected: SceneStepper) -> None:
    rng = np.random.default_rng(99)
    w, a, product = rng.normal(0, 10, (200_000, 6)), np.ones(200_000), np.ones(200_000)
    for j in range(6):
        a = 1 / (1 + np.exp(-np.clip(w[:, j] * a, -500, 500)))
        product *= np.abs(w[:, j]) * a * (1 - a) if j else 1.0
    share = np.mean(product > 1)
    drawn = large_draws(10.0, 6, draws=100_000, seed=20)
    assert drawn.share_above_one == pytest.approx(share, abs=0.0008)
    assert drawn.log10_median == pytest.approx(np.log10(np.median(product)), abs=0.1)
    end = beat(inspected, "large_is_not_enough")[-1].numbers()
    assert end["share_above"] == [f"{100 * share:.1f} %"] == ["0.4 %"]
    assert end["share_below"] == ["99.6 %"]
    assert "below 1 in 99.6 % of the chains" in text(inspected)


def test_over_ten_layers_it_is_rarer_still(inspected: SceneStepper) -> None:
    scene, _ = inspected("ExplodingGradient", "default", "dark")
    notes = next(b.notes for b in scene.beats if b.name == "large_is_not_enough")
    found = re.search(r"over 10 layers (\d+) in 100,000", notes)
    # In the long run about 7 in 100,000: a Poisson count.
    assert found is not None
    assert 1 <= int(found[1]) <= 16


def test_the_histogram_splits_at_a_product_of_1() -> None:
    data = np.array([-3.5, -0.2, 0.2, 0.7, 9.0])
    chart = LogHistogram(data, -4, 2, 2, Region(-3, 3, 0, 1), tick_every=1)
    assert chart.shares.sum() == pytest.approx(1.0)
    assert chart.below.get_right()[0] < chart.point(0)[0] < chart.above.get_left()[0]
    assert chart.shares[-1] == pytest.approx(0.2)
    assert chart.grow(0.5).below.height == pytest.approx(0.5, abs=1e-4)


def test_the_scene_does_not_depend_on_the_chain_of_the_lecture(inspected: SceneStepper) -> None:
    scene, _ = inspected("ExplodingGradient", "growing", "dark")
    assert " ".join(line.caption for line in scene.lines) == text(inspected)
