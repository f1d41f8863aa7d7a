"""GaussianWeights: the shares shown are those of the draws and of the normal law."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from lecture.kit.inspection import Snapshot
from lecture.kit.layout import Region
from mathcore.stability import prob_weight_below
from scenes.data.gaussian_weights import draw_factors, share_reaching
from scenes.mobjects.gaussian_weights import Bins, Grains, Heap, MovingAxis, View, heap
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


def normal(x: mpmath.mpf) -> mpmath.mpf:
    """Return the density of N(0, 1)."""
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


def exact_shares() -> dict[str, float]:
    """Return the probabilities that the scene shows, by integrals with 30 digits."""

    def size(w: mpmath.mpf) -> mpmath.mpf:
        return w / (4 * mpmath.cosh(w / 4) ** 2)

    def above_one_quarter(w: mpmath.mpf) -> mpmath.mpf:
        half = 2 * mpmath.acosh(mpmath.sqrt(w))  # |w| σ′(h) >= 1/4 where cosh²(h/2) <= |w|
        return normal(w) * (mpmath.ncdf(half - w / 2) - mpmath.ncdf(-half - w / 2))

    with mpmath.workdps(30):
        quarter = mpmath.mpf(1) / 4
        first, last = (mpmath.findroot(lambda w: size(w) - quarter, x) for x in (1.1, 8.0))
        between = mpmath.ncdf(last) - mpmath.ncdf(first)
        return {
            "band": float(mpmath.erf(1 / mpmath.sqrt(2))),
            "plain": float(1 - 2 * between),
            "biased": float(1 - 2 * mpmath.quad(above_one_quarter, [1, 2, 4, 8, 16])),
        }


def test_the_probabilities_agree_with_integrals_of_30_digits() -> None:
    exact = exact_shares()
    assert prob_weight_below() == pytest.approx(exact["band"], rel=1e-13)
    assert 1 - share_reaching(0.25, bias_std=0.0) == pytest.approx(exact["plain"], rel=1e-12)
    assert 1 - share_reaching(0.25, bias_std=1.0) == pytest.approx(exact["biased"], rel=1e-9)
    shown = [f"{100 * exact[name]:.1f}" for name in ("band", "plain", "biased")]
    assert shown == ["68.3", "71.7", "80.7"]


def test_the_shares_of_these_draws_and_in_the_long_run(snapshots: list[Snapshot]) -> None:
    w, plain, biased = drawn()
    exact = exact_shares()
    assert shares(snapshots) == [
        (f"{100 * np.mean(here):.1f} %", f"{100 * exact[name]:.1f} %")
        for name, here in (
            ("band", np.abs(w) < 1),
            ("plain", plain < 0.25),
            ("biased", biased < 0.25),
        )
    ]


def test_the_share_stays_while_the_weights_are_multiplied_by_one_quarter(
    snapshots: list[Snapshot],
) -> None:
    for beat in ("the_fold", "one_quarter"):
        (share,) = set(shares([s for s in snapshots if s.beat == beat]))
        assert share == shares(snapshots)[0]
    w = drawn()[0]
    np.testing.assert_array_equal(np.abs(w) < 1, np.abs(w) / 4 < 0.25)


def test_a_share_is_shown_with_the_event_that_has_it(snapshots: list[Snapshot]) -> None:
    """After the last move of a beat, the card names what is on the axis."""
    ends = {snapshot.beat: snapshot for snapshot in snapshots}
    names = {
        "the_fold": ("$ |w| $", "$ |w| < 1 $"),
        "one_quarter": ("$ |w| dot 1 \\/ 4 $", "$ |w| dot 1 \\/ 4 < 1 \\/ 4 $"),
        "the_slope": ("$ |w| dot sigma'(h) $", "$ |w| dot sigma'(h) < 1 \\/ 4 $"),
        "the_bias": ("$ |w| dot sigma'(h) $", "$ |w| dot sigma'(h) < 1 \\/ 4 $"),
    }
    for beat, (letter, event) in names.items():
        formulas = [text.content for text in ends[beat].texts if text.kind == "formula"]
        assert letter in formulas, beat
        assert event in formulas, beat


def test_the_axis_ends_with_quarters(snapshots: list[Snapshot]) -> None:
    assert {"0.25", "0.5", "0.75", "1"} <= set(snapshots[-1].numbers()["tick"])


def test_the_rain_ends_with_a_thousand_draws_and_the_last_of_them(
    snapshots: list[Snapshot],
) -> None:
    counts = [s.numbers() for s in snapshots if "draws" in s.numbers()]
    assert counts[-1]["draws"] == ["1,000"]
    last = drawn()[0][-1]
    assert counts[-1]["latest"] == [f"{last:.2f}".replace("-", "−")]


def test_the_captions_name_the_figures(inspected: SceneStepper) -> None:
    scene, _ = inspected("GaussianWeights", "default", "dark")
    said = " ".join(line.caption for line in scene.lines)
    for figure in ("68.3 percent", "71.7 percent", "80.7 percent", "None of these 1,000"):
        assert figure in said
    notes = " ".join(beat.notes for beat in scene.beats)
    for figure in ("410,000", "one weight in 3"):
        assert figure in notes
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
    view = View.over(Region(-6, 6, -3, 2), -4, 4)
    stacked = heap(values, view, -3, Bins(-4, 4, width=0.25, columns=3))
    counts, _ = np.histogram(values, bins=32, range=(-4, 4))
    found, _ = np.histogram(stacked.spots[:, 0], bins=32, range=(-6, 6))
    np.testing.assert_array_equal(found, counts)
    tallest = (stacked.spots[:, 1].max() + 3) / stacked.height + 0.5
    assert round(tallest) == math.ceil(counts.max() / 3)
    assert len(np.unique(stacked.spots.round(9), axis=0)) == len(values)


def test_a_value_beyond_the_bins_stands_in_the_last_one() -> None:
    bins = Bins(0, 4, width=1.0, columns=1)
    spots = heap(np.array([4.0, 9.0, -1.0]), View(0.0, 1.0), 0.0, bins).spots
    assert spots.tolist() == [[3.5, 0.5], [3.5, 1.5], [0.5, 0.5]]


def test_narrow_grains_keep_their_height_and_stand_at_their_values() -> None:
    values = drawn()[1]
    view = View.over(Region(-6, 6, -3, 2), 0, 4)
    bins = Bins(0, 4, width=1 / 32, columns=3)
    stacked = heap(values, view, -3, bins, height=0.125)
    assert (stacked.width, stacked.height) == (12 / 128 / 3, 0.125)
    np.testing.assert_allclose(stacked.spots[:, 0], -6 + 3 * values, atol=12 / 128)
    counts, _ = np.histogram(values, bins=128, range=(0, 4))
    tallest = (stacked.spots[:, 1].max() + 3) / 0.125 + 0.5
    assert round(tallest) == math.ceil(counts.max() / 3)


def test_a_fold_turns_the_left_half_over_the_hinge_and_leaves_none_there() -> None:
    start = Heap(np.array([[-2.0, 0.5], [-0.5, 0.5], [1.0, 0.5]]), 0.2, 0.2)
    end = Heap(np.array([[2.0, 0.5], [0.5, 0.5], [1.0, 0.7]]), 0.1, 0.2)
    grains = Grains(start, "#FFFFFF")

    x = [centers_of(grains.fold(start, end, 0.0, share)) for share in (0.0, 0.25, 0.5, 1.0)]
    np.testing.assert_allclose(x[0], [-2.0, -0.5, 1.0], atol=1e-9)
    np.testing.assert_allclose(x[1][:2], -np.cos(np.pi / 4) * np.array([2.0, 0.5]), atol=1e-9)
    np.testing.assert_allclose(x[2][:2], 0.0, atol=1e-9)  # edge on, at the hinge
    np.testing.assert_allclose(x[3], [2.0, 0.5, 1.0], atol=1e-9)


def centers_of(grains: Grains) -> np.ndarray:
    """Return the x of the centres of all grains."""
    corners = grains.lit.points.reshape(-1, 16, 3)
    return np.asarray((corners[:, :, 0].min(axis=1) + corners[:, :, 0].max(axis=1)) / 2)


def test_the_axis_its_band_and_its_hinge_follow_one_scale() -> None:
    region = Region(-6, 6, -3, 2)
    axis = MovingAxis(region)
    both, close = View.over(region, -4, 4), View.over(region, 0, 1.125)
    for share in (0.0, 0.3, 1.0):
        view = both.toward(close, share)
        axis.to(view, low=0.0, high=0.25)
        assert axis.band.get_left()[0] == pytest.approx(view.x_of(0.0))
        assert axis.band.get_right()[0] == pytest.approx(view.x_of(0.25))
        assert axis.edge.get_center()[0] == pytest.approx(view.x_of(0.25))
        assert axis.hinge.get_center()[0] == pytest.approx(view.origin)
        for value, line, label in zip(
            axis.whole.values, axis.whole.lines, axis.whole.labels, strict=True
        ):
            assert line.get_center()[0] == pytest.approx(view.x_of(value))
            beyond = view.x_of(value) > region.right + 0.25
            assert (label.get_fill_opacity() == 0) == beyond
    assert close.x_of(0.0) == region.left
    assert close.x_of(1.125) == pytest.approx(region.right)


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
