"""SigmaPrime: every number shown is the sigmoid or its slope, computed here by other means."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lecture.kit.animations import Drive
from lecture.kit.inspection import Snapshot
from lecture.kit.layout import Region
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.theme import theme
from scenes.data.sigma_prime import slope_facts
from scenes.mobjects.sigma_prime import SlopeSweep, SplitSquare
from tests.stepping import SceneStepper


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


def test_the_captions_name_the_storyboards_figures(inspected: SceneStepper) -> None:
    scene, _ = inspected("SigmaPrime", "default", "dark")
    said = " ".join(line.caption for line in scene.lines)
    ratio = round(slope(0.0) / slope(5.0))
    assert "0.0066" in said
    assert "0.25" in said
    assert ratio == 38
    assert f"{ratio} times" in said


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
