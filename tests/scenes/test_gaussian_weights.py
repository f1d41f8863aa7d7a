"""GaussianWeights: the shares shown are those of the draws and of the normal law."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lecture.kit.inspection import Snapshot
from lecture.kit.layout import Region
from lecture.kit.mobjects.value_axis import ValueAxis
from scenes.data.gaussian_weights import draw_factors, share_reaching
from scenes.mobjects.gaussian_weights import Grains, Heap, heap
from tests.stepping import SceneStepper


def drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the thousand weights, and the two sizes of factor, from NumPy alone."""
    rng = np.random.default_rng(2)
    w, b = rng.standard_normal(1000), rng.standard_normal(1000)

    def factor(h: np.ndarray) -> np.ndarray:
        return np.abs(w) / (4 * np.cosh(h / 2) ** 2)

    return w, factor(w / 2), factor(w / 2 + b)


@pytest.fixture
def snapshots(inspected: SceneStepper) -> list[Snapshot]:
    return inspected("GaussianWeights", "default", "dark")[1]


def shares(snapshots: list[Snapshot]) -> list[tuple[str, str]]:
    """Return the pairs of shares that were shown, each once, in order."""
    pairs: list[tuple[str, str]] = []
    for snapshot in snapshots:
        numbers = snapshot.numbers()
        if "share_here" in numbers:
            pair = numbers["share_here"][0], numbers["share_exact"][0]
            if not pairs or pairs[-1] != pair:
                pairs.append(pair)
    return pairs


def test_the_shares_of_these_draws_and_in_the_long_run(snapshots: list[Snapshot]) -> None:
    w, plain, biased = drawn()
    assert shares(snapshots) == [
        (f"{np.mean(np.abs(w) < 1):.3f}", "0.6827"),
        (f"{np.mean(plain < 0.25):.3f}", "0.7171"),
        (f"{np.mean(biased < 0.25):.3f}", "0.8065"),
    ]


def test_the_rain_ends_with_a_thousand_draws_and_the_last_of_them(
    snapshots: list[Snapshot],
) -> None:
    counts = [s.numbers() for s in snapshots if "draws" in s.numbers()]
    assert counts[-1]["draws"] == ["1,000"]
    last = drawn()[0][-1]
    assert counts[-1]["latest"] == [f"{last:.2f}".replace("-", "−")]


def test_the_captions_name_the_storyboards_figures(inspected: SceneStepper) -> None:
    scene, _ = inspected("GaussianWeights", "default", "dark")
    said = " ".join(line.caption for line in scene.lines)
    for figure in ("68.3 percent", "71.7 percent", "80.7 percent", "410,000", "one weight in 3"):
        assert figure in said
    assert "None of these" in said
    assert drawn()[2].max() < 1


@pytest.mark.parametrize(("bias_std", "bound"), [(0.0, 0.25), (1.0, 0.25), (1.0, 0.5), (0.0, 0.4)])
def test_the_exact_share_agrees_with_many_draws(bias_std: float, bound: float) -> None:
    rng = np.random.default_rng(11)
    w, b = rng.standard_normal((2, 400_000))
    h = w / 2 + bias_std * b
    found = np.mean(np.abs(w) / (4 * np.cosh(h / 2) ** 2) >= bound)
    exact = share_reaching(bound, bias_std=bias_std)
    assert found == pytest.approx(exact, abs=5 * math.sqrt(exact * (1 - exact) / 400_000))


def test_the_share_above_one_by_a_plain_sum() -> None:
    w, b = np.meshgrid(np.linspace(4, 9, 2501), np.linspace(-9, 3, 4001), indexing="ij")
    density = np.exp(-(w**2 + b**2) / 2) / (2 * np.pi)
    above = w / (4 * np.cosh((w / 2 + b) / 2) ** 2) >= 1
    cell = (w[1, 0] - w[0, 0]) * (b[0, 1] - b[0, 0])
    assert share_reaching(1.0, bias_std=1.0) == pytest.approx(
        2 * float(np.sum(density[above])) * cell, rel=2e-2
    )


def test_no_factor_without_bias_exceeds_the_widest_one() -> None:
    assert share_reaching(0.448, bias_std=0.0) == 0.0
    assert share_reaching(0.447, bias_std=0.0) > 0.0


def test_the_draws_are_those_of_the_seed() -> None:
    sample = draw_factors(1000, seed=2)
    for ours, theirs in zip(drawn(), (sample.weights, sample.plain, sample.biased), strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-12)


def test_a_heap_counts_as_a_histogram_does() -> None:
    values = drawn()[0]
    axis = ValueAxis(-4, 4, Region(-6, 6, -3, 2), "w")
    stacked = heap(values, axis, bins=32, columns=3)
    counts, _ = np.histogram(values, bins=32, range=(-4, 4))
    found, _ = np.histogram(stacked.spots[:, 0], bins=32, range=(-6, 6))
    np.testing.assert_array_equal(found, counts)
    tallest = (stacked.spots[:, 1].max() + 3) / stacked.height + 0.5
    assert round(tallest) == math.ceil(counts.max() / 3)
    assert len(np.unique(stacked.spots.round(9), axis=0)) == len(values)


def test_a_value_beyond_the_axis_stands_in_the_last_bin() -> None:
    axis = ValueAxis(0, 4, Region(0, 4, 0, 1), "w")
    spots = heap(np.array([4.0, 9.0, -1.0]), axis, bins=4, columns=1).spots
    assert spots.tolist() == [[3.5, 0.5], [3.5, 1.5], [0.5, 0.5]]


def test_narrow_grains_keep_their_height_and_stand_at_their_values() -> None:
    values = drawn()[1]
    axis = ValueAxis(0, 4, Region(-6, 6, -3, 2), "w")
    stacked = heap(values, axis, bins=128, columns=3, height=0.125)
    assert (stacked.width, stacked.height) == (12 / 128 / 3, 0.125)
    np.testing.assert_allclose(stacked.spots[:, 0], -6 + 3 * values, atol=12 / 128)
    counts, _ = np.histogram(values, bins=128, range=(0, 4))
    tallest = (stacked.spots[:, 1].max() + 3) / 0.125 + 0.5
    assert round(tallest) == math.ceil(counts.max() / 3)


def test_grains_fall_in_the_order_of_the_draws_and_land_where_they_belong() -> None:
    target = Heap(np.column_stack([np.arange(10.0), np.zeros(10)]), 0.5, 0.5)
    grains = Grains(target, "#FFFFFF")
    half = grains.rain(0.5, top=4.0)
    assert 0 < half.landed < 10
    lowest = half.lit.points.reshape(-1, 16, 3).mean(axis=1)
    assert np.all(np.diff(lowest[:, 1]) >= -1e-9)
    done = grains.rain(1.0, top=4.0)
    assert done.landed == 10
    corners = done.lit.points.reshape(10, 16, 3)
    np.testing.assert_allclose(corners[:, :, :2].mean(axis=1), target.spots, atol=1e-12)


def test_the_chosen_grains_are_drawn_apart() -> None:
    target = Heap(np.zeros((5, 2)), 0.5, 0.5)
    grains = Grains(target, "#FFFFFF").choose(np.array([True, False, True, False, False]))
    assert len(grains.lit.points) == 2 * 16
    assert len(grains.rest.points) == 3 * 16
