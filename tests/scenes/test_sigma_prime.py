"""SigmaPrime: every number shown is the sigmoid or its slope, computed here by other means."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from lecture.kit.animations import Drive
from lecture.kit.inspection import Snapshot
from lecture.kit.layout import Region
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.numbers import FACTOR
from lecture.kit.theme import theme
from scenes.data.sigma_prime import chain_slopes, slope_facts
from scenes.mobjects.sigma_prime import ChainDots, SlopeSweep, SplitSquare
from tests.stepping import CHAINS, SceneStepper


def logistic(h: float) -> float:
    return 1.0 / (1.0 + math.exp(-h))


def slope(h: float) -> float:
    """Return the slope of the logistic function, from its hyperbolic form."""
    return 0.25 / math.cosh(h / 2) ** 2


@pytest.fixture
def snapshots(inspected: SceneStepper) -> list[Snapshot]:
    return inspected("SigmaPrime", "default", "dark")[1]


def number(snapshot: Snapshot, name: str) -> str | None:
    return snapshot.numbers().get(name, [None])[0]


def test_the_card_shows_the_curve_and_its_slope_after_every_play(
    snapshots: list[Snapshot],
) -> None:
    shown = [s for s in snapshots if number(s, "h") is not None]
    assert len(shown) > 10
    for snapshot in shown:
        position = number(snapshot, "h")
        assert position is not None
        h = float(position.replace("−", "-"))
        assert number(snapshot, "sigma") == f"{logistic(h):.4f}"
        assert number(snapshot, "slope") == f"{slope(h):.4f}"


def test_the_tangent_stops_at_the_ends_and_in_the_middle(snapshots: list[Snapshot]) -> None:
    stops: list[str] = []
    for snapshot in snapshots:
        h = number(snapshot, "h")
        if h is not None and (not stops or stops[-1] != h):
            stops.append(h)
    assert stops == ["−5.00", "0.00", "5.00", "0.00", "5.00"]


def test_the_ends_say_what_the_slope_is_there(snapshots: list[Snapshot]) -> None:
    ends = [s.numbers()["slope_end"] for s in snapshots if "slope_end" in s.numbers()]
    assert ends
    assert set(ends[-1]) == {"0.0066"} == {f"{slope(5.0):.4f}"}
    assert len(ends[-1]) == 2


def test_the_words_name_the_figures(inspected: SceneStepper) -> None:
    scene, _ = inspected("SigmaPrime", "default", "dark")
    said = " ".join(line.caption for line in scene.lines)
    assert f"{slope(5.0):.4f}" == "0.0066"
    assert "the slope is 0.0066" in said
    assert "only one quarter" in said
    notes = " ".join(beat.notes for beat in scene.beats)
    ratio = round(slope(0.0) / slope(5.0))
    assert ratio == 38
    assert f"{ratio} times" in notes
    assert "exactly one quarter, 0.25" in notes


def test_a_question_is_followed_by_two_seconds_of_silence(inspected: SceneStepper) -> None:
    scene, _ = inspected("SigmaPrime", "default", "dark")
    index = next(i for i, line in enumerate(scene.lines) if line.caption.endswith("?"))
    assert scene.lines[index].key == "question"
    assert scene.lines[index + 1].start - scene.lines[index].end >= 2.0


def inputs_of(chain: str) -> list[mpmath.mpf]:
    """Return the weighted inputs of a chain of sigmoids, with 30 digits."""
    spec = CHAINS[chain].build()
    with mpmath.workdps(30):
        a, found = mpmath.mpf(CHAINS[chain].input), []
        for w, b in zip(spec.weights, spec.biases, strict=True):
            found.append(mpmath.mpf(float(w)) * a + mpmath.mpf(float(b)))
            a = 1 / (1 + mpmath.exp(-found[-1]))
    return found


@pytest.mark.parametrize("chain", CHAINS)
def test_the_card_shows_the_extreme_slopes_of_the_chain(
    chain: str, inspected: SceneStepper
) -> None:
    scene, shown = inspected("SigmaPrime", chain)
    last = [snapshot for snapshot in shown if snapshot.beat == "the_chain"][-1]
    with mpmath.workdps(30):
        slopes = [1 / (4 * mpmath.cosh(h / 2) ** 2) for h in inputs_of(chain)]
    found = {
        int(name.removeprefix("slope_")): texts[0]
        for name, texts in last.numbers().items()
        if name.startswith("slope_")
    }
    assert 1 <= len(found) <= 2
    for layer, text in found.items():
        value = slopes[layer - 1]
        assert value in (max(slopes), min(slopes))
        assert text == FACTOR.from_log10(1.0, float(mpmath.log10(value)))
    (line,) = (line for line in scene.lines if line.beat == "the_chain")
    assert str(len(slopes)) in line.caption
    assert all(text in line.caption for text in found.values())
    assert line.key == ("yours" if scene.spec.chain.activation == "sigmoid" else "with_sigmoids")


def test_the_slopes_of_the_default_chain() -> None:
    found = [f"{float(1 / (4 * mpmath.cosh(h / 2) ** 2)):.3f}" for h in inputs_of("default")]
    slopes = chain_slopes(CHAINS["default"].build(), 0.8)
    assert [slopes.text(layer) for layer in range(1, 7)] == found
    assert (found[4], found[0]) == ("0.242", "0.220")
    assert (slopes.steepest, slopes.flattest) == (5, 1)


def test_dots_rise_in_order_and_end_on_the_bell() -> None:
    _, below, _ = make_sweep()
    h = np.array([0.7, -2.0, 9.0, 5.0, -7.0, 8.0])
    dots = ChainDots(below, h)
    assert len(dots.dots) == 3
    assert sorted(head.get_center()[0] for head in dots.arrowheads) == [
        pytest.approx(-5.12),
        pytest.approx(5.12),
    ]
    heights = [[dot.get_center()[1] for dot in dots.rise(p).dots] for p in (0.0, 0.3, 1.0)]
    np.testing.assert_allclose(heights[0], -2.0)
    assert heights[1][0] > heights[1][1] == heights[1][2] == pytest.approx(-2.0)
    np.testing.assert_allclose(heights[2], [-2 + 8 * slope(x) for x in (0.7, -2.0, 5.0)])
    np.testing.assert_allclose([dot.get_center()[0] for dot in dots.dots], [0.7, -2.0, 5.0])


def test_the_area_is_the_product_of_the_sides(snapshots: list[Snapshot]) -> None:
    shown = [s for s in snapshots if number(s, "area") is not None]
    for snapshot in shown:
        a, rest, area = (float(number(snapshot, n) or "nan") for n in ("a", "one_minus_a", "area"))
        assert a + rest == pytest.approx(1.0, abs=1.1e-3)
        assert area == pytest.approx(a * rest, abs=6e-4)
    assert [number(s, "area") for s in shown][-1] == "0.2500"
    assert number(shown[0], "a") == f"{logistic(-5.0):.3f}"


def test_the_scene_says_that_it_shows_a_sigmoid_if_the_chain_has_none(
    inspected: SceneStepper,
) -> None:
    scene, _ = inspected("SigmaPrime", "relu", "light")
    assert "ReLU" in scene.lines[0].caption
    assert "sigmoid" in scene.lines[0].caption


def test_the_facts_follow_from_the_closed_form() -> None:
    facts = slope_facts()
    assert facts.peak == slope(0.0) == 0.25
    assert facts.end == pytest.approx(slope(5.0), rel=1e-12)
    assert slope(facts.flat_from) == pytest.approx(0.1 * slope(0.0), rel=1e-12)
    assert facts.flat_from > 0


def make_sweep() -> tuple[FunctionPlot, FunctionPlot, SlopeSweep]:
    above = FunctionPlot(
        np.vectorize(logistic), (-5, 5), (0, 1), Region(-5, 5, 1, 3), theme().signal
    )
    below = FunctionPlot(
        np.vectorize(slope), (-5, 5), (0, 0.25), Region(-5, 5, -2, 0), theme().slope
    )
    return above, below, SlopeSweep(above, below)


@pytest.mark.parametrize("h", [-5.0, -2.3, 0.0, 1.35, 5.0])
def test_the_tangent_touches_and_has_the_slope_of_the_curve(h: float) -> None:
    _, _, sweep = make_sweep()
    sweep.to(h)
    start, end = sweep.tangent.get_start_and_end()
    rise = (end[1] - start[1]) / 2.0  # the plot is 2 units high for a span of 1
    assert rise / (end[0] - start[0]) == pytest.approx(slope(h), rel=1e-6)
    assert sweep.curve_dot.get_center()[:2] == pytest.approx([h, 1 + 2 * logistic(h)])
    assert sweep.slope_dot.get_center()[:2] == pytest.approx([h, -2 + 8 * slope(h)])


def test_the_slope_stays_drawn_as_far_as_the_tangent_has_been() -> None:
    _, _, sweep = make_sweep()
    sweep.to(2.0)
    sweep.to(-1.0)
    assert sweep.trace.get_right()[0] == pytest.approx(2.0)
    assert sweep.trace.get_top()[1] == pytest.approx(0.0, abs=1e-3)
    assert sweep.slope_dot.get_center()[0] == pytest.approx(-1.0)


def test_the_guide_hangs_between_the_dots() -> None:
    _, _, sweep = make_sweep()
    sweep.to(1.35)
    assert sweep.guide.get_top()[1] == pytest.approx(sweep.curve_dot.get_center()[1])
    assert sweep.guide.get_bottom()[1] >= sweep.slope_dot.get_center()[1] - 1e-9
    assert np.ptp(sweep.guide.points[:, 0]) == 0


@pytest.mark.parametrize("a", [0.0, 0.0067, 0.3, 0.5, 1.0])
def test_the_corner_of_the_rectangle_lies_on_the_diagonal(a: float) -> None:
    split = SplitSquare(Region(1, 4, -2, 1)).to(a)
    x, y, _ = (split.corner.get_center() - [1, -2, 0]) / 3
    assert x == pytest.approx(a)
    assert x + y == pytest.approx(1.0)
    assert split.area.text == f"{a * (1 - a):.4f}"
    assert split.face.width * split.face.height == pytest.approx(9 * a * (1 - a), abs=1e-9)


def test_a_drive_runs_its_value_from_start_to_end() -> None:
    seen: list[float] = []
    split = SplitSquare(Region(0, 1, 0, 1))
    drive = Drive(split, seen.append, 2.0, -1.0, rate_func=lambda t: t)
    for alpha in (0.0, 0.5, 1.0):
        drive.interpolate_mobject(alpha)
    assert seen == [2.0, 0.5, -1.0]
