"""The figures of the scene against closed forms and Monte Carlos of the test's own."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from lecture.kit.layout import Region, at
from lecture.kit.numbers import RATIO
from lecture.kit.theme import theme
from scenes.data.unstable_gradient import Family, balanced_std, families, odds_of_balance, one_walk
from scenes.mobjects.unstable_gradient import BalanceDial, NestedProduct, ProductFan
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
    assert "spread of 7.55" in text(inspected)


def test_the_odds_agree_with_another_monte_carlo(inspected: SceneStepper) -> None:
    rng = np.random.default_rng(77)
    factors = np.log10(np.abs(rng.normal(0, balanced_std(), (100_000, 19))) / 4)
    walks = np.concatenate([np.zeros((100_000, 1)), np.cumsum(factors, axis=1)], axis=1)
    shares = [float(np.mean(np.ptp(walks[:, :n], axis=1) <= 1)) for n in range(1, 21)]
    odds = odds_of_balance(20, 10.0, 20_000, seed=7)
    assert odds.tuned == pytest.approx(shares, abs=0.015)
    assert np.all(np.diff(odds.tuned) <= 0)
    assert odds.tuned[-1] < 0.005
    middle, last = round(100 * shares[9]), round(100 * shares[19], 1)
    assert f"At 10 layers {middle} % are left, at 20 layers {last} %" in text(inspected)


def test_an_ordinary_start_loses_its_balance_at_once(inspected: SceneStepper) -> None:
    rng = np.random.default_rng(78)
    w, a, slopes = rng.normal(size=(100_000, 3)), np.ones(100_000), []
    for j in range(3):
        a = 1 / (1 + np.exp(-w[:, j] * a))
        slopes.append(np.log10(a * (1 - a)))
    back = [slopes[2]]
    for j in (1, 0):
        back.append(back[-1] + np.log10(np.abs(w[:, j + 1])) + slopes[j])
    share = float(np.mean(np.ptp(np.array(back), axis=0) <= 1))
    odds = odds_of_balance(5, 10.0, 20_000, seed=7)
    assert odds.plain[2] == pytest.approx(share, abs=0.006)
    assert odds.plain[4] < 0.001
    assert f"{100 * share:.0f} % are left at three layers" in text(inspected)


def test_the_dial_shows_the_spread_of_the_speeds_so_far(inspected: SceneStepper) -> None:
    walk = one_walk(20, seed=4)
    shown = {
        int(n["layers"][0]): n["speed_ratio"][0]
        for n in numbers(inspected, "the_odds_of_balance")
        if "speed_ratio" in n
    }
    assert list(shown) == [1, 2, 3, 4, 20]
    for layers, ratio in shown.items():
        assert ratio == RATIO(10 ** np.ptp(walk[:layers]))


def test_the_arc_warns_once_the_swing_exceeds_the_tolerance() -> None:
    dial = BalanceDial(np.array([0.0, 0.6, -0.5]), 3, at(0.0, 0.0), 2.0, tolerance=1.0)
    assert dial.turn_to(1.0).arc.get_stroke_color().to_hex() == theme().weight
    assert dial.turn_to(2.0).arc.get_stroke_color().to_hex() == theme().warning
    assert dial.swing == pytest.approx(1.1)
    # Below 1 the needle stands to the left of the hub; moved, the dial turns about its new hub.
    assert dial.needle.get_end()[0] < 0
    dial.shift(at(5.0, 1.0)).turn_to(0.0)
    assert dial.needle.get_end() == pytest.approx([5.0, 1.0 + 0.98 * 2.0, 0.0])


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


def test_lines_end_at_the_given_share() -> None:
    fan = ProductFan(4, low=-4, high=4, tick=4, region=Region(0, 4, -4, 4))
    lines = fan.lines(np.array([[0.0, 1.0, 2.0, 3.0, 4.0], [0.0, -1.0, -2.0, -3.0, -4.0]]), "#FFF")
    for line, slope in zip(lines.reach(0.625).chains.get_subpaths(), (1, -1), strict=True):
        assert line[-1] == pytest.approx([2.5, slope * 2.5, 0.0])


def test_the_scene_does_not_depend_on_the_chain_of_the_lecture(inspected: SceneStepper) -> None:
    scene, _ = inspected("UnstableGradient", "growing", "dark")
    assert " ".join(line.caption for line in scene.lines) == text(inspected)
