"""What holds in a frame that stands, for every scene that has a layout for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

import numpy as np
import pytest
from manim import Square, config, tempconfig

from lecture.kit.inspection import Shape, Snapshot, inspect_scene
from lecture.kit.layout import DOWNWARDS, Region, frame
from lecture.kit.layout_check import layout_faults
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.theme import theme, use_theme
from lecture.palette import THEMES
from scenes import LECTURE
from scenes.mobjects.chain_columns import CHAIN_X, ChainColumns
from scenes.mobjects.gradient_bars import GradientBars
from scenes.spec import GradientSpec
from tests.stepping import SceneStepper

STANDING = [entry.name for entry in LECTURE.scenes if "9:16" in entry.aspects]
CHAINS = ["default", "depth_2", "depth_12", "zero_and_negative", "beyond_floats"]
CASES = [
    pytest.param(name, chain, theme, marks=pytest.mark.xdist_group(name))
    for name, chain, theme in product(STANDING, CHAINS, THEMES)
]


def test_all_scenes_have_a_portrait_layout() -> None:
    assert [entry.name for entry in LECTURE.scenes] == STANDING


@pytest.mark.parametrize(("name", "chain", "theme"), CASES)
def test_the_layout_has_no_faults(
    name: str, chain: str, theme: str, inspected: SceneStepper
) -> None:
    snapshots = inspected.snapshots_in(theme, name, chain, "9:16")
    assert [fault for snapshot in snapshots for fault in layout_faults(snapshot)] == []
    for snapshot in snapshots:
        assert snapshot.room.right - snapshot.room.left == pytest.approx(8 - 1.2)
        assert snapshot.room.top - snapshot.room.bottom == pytest.approx(8 * 16 / 9 - 0.9)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.xdist_group(n)) for n in STANDING]
)
def test_its_lines_are_those_of_the_landscape_frame(name: str, inspected: SceneStepper) -> None:
    standing, _ = inspected(name, "default", "dark", "9:16")
    lying, _ = inspected(name, "default", "dark")
    assert standing.beats == lying.beats
    untimed = {"start": 0.0, "end": 0.0}
    # Times are sums of floats, in an order that the layout may change.
    assert [line.model_copy(update=untimed) for line in standing.lines] == [
        line.model_copy(update=untimed) for line in lying.lines
    ]
    assert [time for line in standing.lines for time in (line.start, line.end)] == pytest.approx(
        [time for line in lying.lines for time in (line.start, line.end)]
    )


def _neurons(snapshot: Snapshot, depth: int) -> list[Shape]:
    """Return the neurons, from the top down: the round shapes but the input, which is the first."""
    column = (CHAIN_X - 0.01, CHAIN_X + 0.01)
    round_ones = [
        s
        for s in snapshot.shapes
        if s.radius is not None and column[0] < (s.box.left + s.box.right) / 2 < column[1]
    ]
    return sorted(round_ones, key=lambda shape: -shape.box.top)[1 : depth + 1]


@pytest.mark.xdist_group("BackwardPass")
@pytest.mark.parametrize("chain", ["default", "depth_2", "depth_12"])
def test_what_belongs_to_a_layer_stands_in_its_row(chain: str, inspected: SceneStepper) -> None:
    scene, snapshots = inspected("BackwardPass", chain, "dark", "9:16")
    last = [snapshot for snapshot in snapshots if snapshot.beat == "read_it_off"][-1]
    depth = scene.spec.chain.depth
    numbers = {text.name: text.box for text in last.texts if text.kind == "number"}
    neurons = _neurons(last, depth)
    assert len(neurons) == depth
    for layer, neuron in enumerate(neurons, start=1):
        row = (neuron.box.bottom + neuron.box.top) / 2
        value, factor, gradient = (numbers[f"{q}_{layer}"] for q in ("a", "factor", "gradient"))
        assert value.right < neuron.box.left
        assert neuron.box.right < factor.left < factor.right < gradient.left
        assert (value.bottom + value.top) / 2 == pytest.approx(row, abs=0.06)
        assert (gradient.bottom + gradient.top) / 2 == pytest.approx(row, abs=0.06)
        bar = next(s for s in last.shapes if abs(s.box.right + 0.16 - gradient.left) < 0.03)
        assert (bar.box.bottom + bar.box.top) / 2 == pytest.approx(row, abs=1e-6)
        weight = numbers[f"w_{layer}"]
        assert weight.bottom > row
    for upper, lower in pairwise(neurons):
        assert upper.box.bottom > lower.box.top


@pytest.mark.parametrize("depth", range(2, 13))
def test_rows_stand_apart_and_inside_their_region(depth: int) -> None:
    region = Region(-3.4, 3.4, -6.6, 4.3)
    rows = ChainColumns.down(region, depth)
    along = [rows.input_x, *rows.neuron_x, rows.cost_x]
    np.testing.assert_allclose(np.diff(along), rows.spacing)
    assert rows.flow == DOWNWARDS
    assert -along[0] + rows.input_radius <= region.top + 1e-9
    assert -along[-1] - rows.cost_size[1] / 2 >= region.bottom - 1e-9
    # There is room for the arrows, the shortest of which enters the cost.
    assert rows.spacing - rows.radius - rows.cost_size[1] / 2 > 0.3


def test_bars_in_rows_grow_to_the_right_on_the_scale_of_bars_in_columns() -> None:
    logs = np.array([-4.0, -2.0, -1.0])
    rows = ChainColumns.down(Region(-3, 3, -6, 4), 3)
    bars = GradientBars(np.ones(3), logs, rows, Region(0.5, 2.5, -5, 3))
    columns = ChainColumns.in_frame(3)
    landscape = GradientBars(np.ones(3), logs, columns, Region(-5, 5, -3, -1))
    for logarithmic in (1.0, 0.5, 0.0):
        bars.bend(logarithmic)
        np.testing.assert_allclose(bars.heights, landscape.bend(logarithmic).heights)
        np.testing.assert_allclose([bar.get_left()[0] for bar in bars], 0.5)
        np.testing.assert_allclose([bar.get_right()[0] for bar in bars], 0.5 + 2 * bars.heights)
        np.testing.assert_allclose([-bar.get_center()[1] for bar in bars], rows.neuron_x)


class Small(LectureScene):
    """A square for a moment."""

    def construct(self) -> None:
        self.add(Square())
        self.wait(0.2)


Sizes = tuple[float, float, int, int]


def _sizes() -> Sizes:
    return config.frame_width, config.frame_height, config.pixel_width, config.pixel_height


@pytest.fixture
def own_settings() -> Iterator[None]:
    with tempconfig({"pixel_width": 192, "pixel_height": 108, "verbosity": "ERROR"}):
        yield


@pytest.mark.usefixtures("own_settings")
def test_a_frame_that_stands_is_not_inherited() -> None:
    lying = (pytest.approx(128 / 9), 8, 192, 108)
    standing = (8, pytest.approx(128 / 9), 108, 192)
    assert _sizes() == lying
    for aspect, sizes in (("9:16", standing), ("9:16", standing), ("16:9", lying)):
        scene = Small(spec=GradientSpec(aspect=aspect))
        assert _sizes() == sizes
        camera = scene.renderer.camera
        found = (camera.frame_width, camera.frame_height, camera.pixel_width, camera.pixel_height)
        assert found == sizes
    with tempconfig({"pixel_width": 108, "pixel_height": 192}):
        Small(spec=GradientSpec(aspect="9:16"))
        assert _sizes() == standing
    assert _sizes() == lying


@pytest.mark.usefixtures("own_settings")
def test_looking_at_a_scene_leaves_the_settings_as_they_were() -> None:
    before = _sizes()
    _, snapshots = inspect_scene(Small, spec=GradientSpec(aspect="9:16"))
    assert snapshots[-1].room.top > snapshots[-1].room.right
    assert _sizes() == before
    assert frame().right > frame().top


@pytest.mark.usefixtures("own_settings")
@pytest.mark.parametrize("name", THEMES)
def test_looking_at_a_scene_leaves_the_theme_as_it_was(name: str) -> None:
    with use_theme(name) as before:
        for other in THEMES:
            _, snapshots = inspect_scene(Small, spec=GradientSpec(theme=other))
            assert snapshots[-1].background == THEMES[other].background
            assert theme() == before
