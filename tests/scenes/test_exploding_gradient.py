"""The figures of the scene against closed forms and a Monte Carlo of the test's own."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from lecture.kit.inspection import Snapshot
from lecture.kit.layout import Region
from lecture.kit.numbers import FACTOR, WEIGHT, NumberFormat
from scenes.data.exploding_gradient import classical_chain, factor_curve, large_draws, window
from scenes.mobjects.exploding_gradient import LogHistogram
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
    assert "In 99.6 % of them" in text(inspected)


def test_over_ten_layers_it_is_rarer_still(inspected: SceneStepper) -> None:
    scene, _ = inspected("ExplodingGradient", "default", "dark")
    notes = next(b.notes for b in scene.beats if b.name == "large_is_not_enough")
    found = re.search(r"Over 10 layers it is (\d+) in 100,000", notes)
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
