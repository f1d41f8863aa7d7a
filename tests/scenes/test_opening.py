"""Opening: the steps of two layers on one scale, with lengths from long arithmetic."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest

from lecture.kit.inspection import Snapshot
from lecture.kit.layout import frame
from scenes import LECTURE
from scenes.data.opening import UNITS, length_of_step
from scenes.mobjects.road_map import STATIONS, RoadMap
from scenes.opening import Opening
from scenes.spec import GradientSpec
from tests.scenes.conftest import ExactPass
from tests.stepping import CHAINS, SceneStepper

Exact = Callable[[str], ExactPass]

pytestmark = pytest.mark.xdist_group("Opening")


def contents(snapshots: list[Snapshot]) -> set[str]:
    return {text.content for snapshot in snapshots for text in snapshot.texts}


@pytest.mark.parametrize("chain", ["default", "depth_2", "depth_12", "growing", "beyond_floats"])
def test_the_lengths_are_those_of_the_gradients(
    chain: str, inspected: SceneStepper, exact: Exact
) -> None:
    sizes = [abs(value) for value in exact(chain).grad_w]
    length = min(sizes) / max(sizes)
    slow, fast = sizes.index(min(sizes)) + 1, sizes.index(max(sizes)) + 1
    scene, snapshots = inspected("Opening", chain)
    number, unit = length_of_step(float(mpmath.log10(length)))
    assert {f"layer {slow}", f"layer {fast}", "1 m", f"{number} {unit.replace('u', 'µ')}"} <= (
        contents(snapshots)
    )
    said = " ".join(line.caption for line in scene.lines)
    assert f"layer {fast} by one metre" in said
    assert number in said
    if length > mpmath.mpf(10) ** -16:
        shown = float(number) * 10.0 ** UNITS[unit]
        assert shown == pytest.approx(float(length), rel=0.06)


def test_a_layer_without_a_gradient_does_not_move(inspected: SceneStepper) -> None:
    scene, snapshots = inspected("Opening", "zero_and_negative")
    assert "0 m" in contents(snapshots)
    assert "does not move that of layer 1 at all" in " ".join(line.caption for line in scene.lines)


def test_the_default_step_is_half_a_millimetre() -> None:
    assert length_of_step(-mpmath.log10(2051.6)) == ("0.49", "mm")


def test_the_arrows_are_drawn_on_one_scale() -> None:
    scene = Opening(spec=GradientSpec(chain=CHAINS["depth_2"]), skip_animations=True)
    long, short = scene.step(0.0, 0.0), scene.step(0.0, -1.0)
    assert long.width == pytest.approx(frame().width, rel=1e-6)
    assert short.width == pytest.approx(0.1 * frame().width, rel=1e-6)
    assert scene.step(0.0, -5.0).width == pytest.approx(0.14)


def test_title_and_author_are_shown_as_given() -> None:
    scene = Opening(spec=GradientSpec(title="A & B #1", author="C. D."), skip_animations=True)
    scene.show_heading()
    shown = [str(line.typst_code) for line in scene.heading]
    assert ["A & B #1" in shown[0], "C. D." in shown[1]] == [True, True]


def test_the_road_map_lights_the_station_of_each_scene() -> None:
    stations = [STATIONS[entry.name] for entry in LECTURE.scenes if entry.name in STATIONS]
    assert stations == sorted(stations)
    assert set(stations) == {1, 2, 3, 4, 5}
    for lit in range(1, 6):
        icons = RoadMap(5.0, lit=lit).icons
        bright = [i for i, icon in enumerate(icons, 1) if icon[0].get_stroke_opacity() > 0.9]
        assert bright == [lit]
