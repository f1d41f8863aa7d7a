"""The figures of the scene against closed forms and Monte Carlos of the test's own."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from manim import VMobject

from lecture.kit.layout import Region, at
from lecture.kit.numbers import RATIO
from lecture.kit.theme import theme
from scenes.data.unstable_gradient import Family, balanced_std, families, odds_of_balance, one_walk
from scenes.mobjects.balance_dial import BalanceDial, DialDots
from scenes.mobjects.unstable_gradient import NestedProduct, ProductFan
from tests.stepping import SceneStepper

# E log10|z| for z ~ N(0, 1) is -(Euler's constant + ln 2) / (2 ln 10).
MEAN_LOG10 = -(0.5772156649015329 + math.log(2)) / (2 * math.log(10))


def text(inspected: SceneStepper) -> str:
    scene, _ = inspected("UnstableGradient", "default", "dark")
    return " ".join(line.caption for line in scene.lines)


def numbers(inspected: SceneStepper, beat: str) -> list[dict[str, list[str]]]:
    _, snapshots = inspected("UnstableGradient", "default", "dark")
    return [s.numbers() for s in snapshots if s.beat == beat]


@pytest.fixture(scope="module")
def drawn() -> dict[str, Family]:
    return {f.name: f for f in families(30, 40, 20.0, seed=11)}


def test_the_balanced_spread_makes_the_mean_logarithm_zero() -> None:
    assert balanced_std() == pytest.approx(4 * 10**-MEAN_LOG10)
    z = np.random.default_rng(5).normal(0, balanced_std(), 400_000)
    assert np.mean(np.log10(np.abs(z) / 4)) == pytest.approx(0, abs=0.004)


def test_the_three_families_explode_balance_and_vanish(drawn: dict[str, Family]) -> None:
    ends = {name: family.log10[:, -1] for name, family in drawn.items()}
    assert ends["exploding"].min() > 3
    assert ends["vanishing"].max() < -20
    assert abs(drawn["balanced"].median[-1]) < 1
    # ... but single chains of the balanced family drift apart all the same.
    assert np.ptp(ends["balanced"]) > 8
    assert drawn["exploding"].median[-1] == pytest.approx(
        30 * (math.log10(5) + MEAN_LOG10), abs=1.5
    )
    assert drawn["vanishing"].median[-1] == pytest.approx(-30.06, abs=1.5)


def test_the_products_begin_at_the_last_layer() -> None:
    weights = np.random.default_rng(4).normal(0.0, balanced_std(), 4)
    expected = np.cumsum(np.log10(np.abs([weights[3], weights[2], weights[1]]) / 4))
    assert one_walk(4, seed=4)[1:] == pytest.approx(expected)
    assert one_walk(4, seed=4)[0] == 0


def test_typical_factors_are_shown(inspected: SceneStepper) -> None:
    end = numbers(inspected, "three_fates")[-1]
    assert end["typical_exploding"] == [f"{20 / 4 * 10**MEAN_LOG10:.2f}"] == ["2.65"]
    assert end["typical_balanced"] == ["1.00"]
    # 1.002 decades a layer: one layer, one decade.
    assert end["typical_vanishing"] == [f"{10**-1.002:.2f}"] == ["0.10"]
    assert "At 7.55 they balance" in text(inspected)
    assert "After an ordinary start, products of 30 factors vanish" in text(inspected)


def balanced_walks(chains: int, layers: int) -> np.ndarray:
    """Return log10 of the speeds relative to the last layer, by a way of the test's own."""
    rng = np.random.default_rng(77)
    factors = np.log10(np.abs(rng.normal(0, balanced_std(), (chains, layers - 1))) / 4)
    return np.concatenate([np.zeros((chains, 1)), np.cumsum(factors, axis=1)], axis=1)


def ordinary_share(bias_std: float, layers: int, chains: int = 200_000) -> float:
    """Return the share of ordinary chains with speeds |dC/db_j| within a decade."""
    rng = np.random.default_rng(78)
    w, b = rng.normal(size=(chains, layers)), bias_std * rng.normal(size=(chains, layers))
    a, slopes = np.ones(chains), []
    for j in range(layers):
        a = 1 / (1 + np.exp(-(w[:, j] * a + b[:, j])))
        slopes.append(np.log10(a * (1 - a)))
    back = [slopes[-1]]
    for j in range(layers - 2, -1, -1):
        back.append(back[-1] + np.log10(np.abs(w[:, j + 1])) + slopes[j])
    return float(np.mean(np.ptp(np.array(back), axis=0) <= 1))


def test_the_odds_agree_with_another_monte_carlo(inspected: SceneStepper) -> None:
    walks = balanced_walks(100_000, 20)
    shares = [float(np.mean(np.ptp(walks[:, :n], axis=1) <= 1)) for n in range(1, 21)]
    odds = odds_of_balance(20, 10.0, 20_000, seed=9, sample=200)
    assert odds.tuned == pytest.approx(shares, abs=0.015)
    assert np.all(np.diff(odds.tuned) <= 0)
    middle, last = round(100 * shares[9]), round(100 * shares[19], 1)
    assert (middle, last) == (12, 0.3)
    assert f"At 10 layers, {middle} % are still in balance" in text(inspected)
    assert f"in balance, at 20 layers {last} %." in text(inspected)


def test_an_ordinary_start_has_biases_and_loses_its_balance_at_once(
    inspected: SceneStepper,
) -> None:
    odds = odds_of_balance(5, 10.0, 20_000, seed=9, sample=200)
    share = ordinary_share(1.0, 3)
    assert share == pytest.approx(0.030, abs=0.002)
    assert odds.plain[2] == pytest.approx(share, abs=0.005)
    # Without biases it would be half as many again.
    assert ordinary_share(0.0, 3) == pytest.approx(0.048, abs=0.003)
    assert odds.plain[1] == pytest.approx(ordinary_share(1.0, 2), abs=0.015)
    assert odds.plain[4] < 0.001
    assert "3 % are left at 3 layers" in text(inspected)
    assert numbers(inspected, "the_odds_of_balance")[-1]["share_at_3"] == ["3 %"]


def test_the_counters_are_in_step_with_the_dots_and_the_curve(inspected: SceneStepper) -> None:
    shown = numbers(inspected, "the_odds_of_balance")
    counted = [(n["layers"][0], n["share"][0]) for n in shown if "share" in n]
    assert list(dict.fromkeys(counted)) == [("1", "100 %"), ("10", "12 %"), ("20", "0.3 %")]
    assert shown[-1]["share_at_10"] == ["12 %"]
    assert shown[-1]["share_at_20"] == ["0.3 %"]
    measured = inspected("UnstableGradient", "default", "dark")[0].measured
    sample = odds_of_balance(20, 10.0, 20_000, seed=9, sample=200).sample
    held = [int(np.sum(np.ptp(sample[:, :n], axis=1) <= 1)) for n in range(1, 21)]
    assert measured["dots"] == held
    assert (held[0], held[9], held[19]) == (200, 23, 1)
    odds = odds_of_balance(20, 10.0, 20_000, seed=9, sample=1).tuned
    assert measured["curve_ends"] == pytest.approx(
        100 * odds, abs=0.3
    )  # percent; its corners are between depths


def test_the_dial_shows_the_range_of_the_speeds_so_far(inspected: SceneStepper) -> None:
    walk = one_walk(20, seed=4)
    shown = {
        int(n["layers"][0]): n["speed_ratio"][0]
        for n in numbers(inspected, "the_odds_of_balance")
        if "speed_ratio" in n
    }
    assert list(shown) == [1, 2, 3, 4, 5, 6]
    for layers, ratio in shown.items():
        assert ratio == RATIO(10 ** np.ptp(walk[:layers]))
    assert np.ptp(walk[:5]) < 1 < np.ptp(walk[:6])
    assert "At 6 layers, its speeds span more than a factor of 10" in text(inspected)


def test_the_arc_pushes_the_band_until_it_no_longer_fits() -> None:
    dial = BalanceDial(np.array([0.0, 0.8, -0.5]), 3, at(0.0, 0.0), 2.0, tolerance=1.0)

    def ends(arc: VMobject) -> list[float]:
        """Return the ends of an arc in decades, read from its angles."""
        points = (arc.get_start(), arc.get_end())
        return [3 * (1 - math.atan2(y, x) / (math.pi / 2)) for x, y, _ in points]

    assert ends(dial.band) == pytest.approx([-0.5, 0.5])
    assert ends(dial.turn_to(1.0).band) == pytest.approx([-0.2, 0.8])
    assert dial.arc.get_stroke_color().to_hex() == theme().gradient
    assert ends(dial.turn_to(2.0).band) == pytest.approx([-0.2, 0.8])
    assert dial.arc.get_stroke_color().to_hex() == theme().secondary
    assert ends(dial.arc) == pytest.approx([-0.52, 0.82])
    assert dial.swing == pytest.approx(1.3)
    # Below 1 the needle points to the left; moved, the dial turns about its new hub.
    assert dial.needle.get_end()[0] < 0
    dial.shift(at(5.0, 1.0)).turn_to(0.0)
    assert dial.needle.get_end() == pytest.approx([5.0, 1.0 + 0.98 * 2.0, 0.0])


def test_each_dot_stands_at_the_value_of_its_chain() -> None:
    dial = BalanceDial(np.zeros(3), 3, at(0.0, 0.0), 2.0, tolerance=1.0)
    walks = np.array([[0.0, 0.5, 1.0], [0.0, -1.0, -2.0]])
    dots = DialDots(dial, walks).turn_to(2.0)
    for shape, exponent in ((dots.bright, 1.0), (dots.grey, -2.0)):
        x, y, _ = shape.get_center()
        assert 3 * (1 - math.atan2(y, x) / (math.pi / 2)) == pytest.approx(exponent)


def test_each_box_holds_all_the_boxes_of_later_layers() -> None:
    drawn = NestedProduct(4, "sigmoid", "layer {}".format, at(0.0, 0.0))
    frames = [box[0] for box in drawn.boxes]
    for inner, outer in pairwise(frames):
        assert outer.get_left()[0] < inner.get_left()[0]
        assert outer.get_right()[0] > inner.get_right()[0]
        assert outer.get_top()[1] > inner.get_top()[1]
        assert outer.get_bottom()[1] < inner.get_bottom()[1]
    contents = [term.typst_code.strip("$ ") for term in drawn.terms]
    factors = [f"w_{j} sigma'(h_{j})" for j in (4, 3, 2)]
    assert contents == ["partial C \\/ partial y", *factors]


def test_in_portrait_each_term_is_in_the_row_of_the_layer_that_receives_it() -> None:
    rows = [4.0, 2.0, 0.0, -2.0]
    drawn = NestedProduct(4, "sigmoid", "layer {}".format, at(0.8, 0.0), rows)
    for index, (term, box) in enumerate(zip(drawn.terms, drawn.boxes, strict=True)):
        layer = 4 - index
        assert term.get_center()[1] == pytest.approx(rows[layer - 1], abs=0.35)
        assert box[0].get_bottom()[1] < rows[-1] <= rows[layer - 1] < box[0].get_top()[1]
        above = rows[layer - 2] if layer > 1 else 5.9
        assert box[0].get_top()[1] < above


def test_lines_end_at_the_given_share() -> None:
    fan = ProductFan(4, low=-4, high=4, tick=4, region=Region(0, 4, -4, 4))
    lines = fan.lines(np.array([[0.0, 1.0, 2.0, 3.0, 4.0], [0.0, -1.0, -2.0, -3.0, -4.0]]), "#FFF")
    for line, slope in zip(lines.reach(0.625).chains.get_subpaths(), (1, -1), strict=True):
        assert line[-1] == pytest.approx([2.5, slope * 2.5, 0.0])


def test_the_scene_does_not_depend_on_the_chain_of_the_lecture(inspected: SceneStepper) -> None:
    scene, _ = inspected("UnstableGradient", "growing", "dark")
    assert " ".join(line.caption for line in scene.lines) == text(inspected)
