"""What holds for every scene of the catalogue, with any chain and in both themes."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from lecture.brand import Brand, brand_theme
from lecture.kit.inspection import inspect_scene
from lecture.kit.layout_check import layout_faults
from lecture.palette import LIGHT, THEMES
from scenes import LECTURE
from scenes.spec import GradientSpec
from tests.stepping import CHAINS, SceneStepper, entry_of, limits_of, recolored

BRANDS = (
    Brand(background="#FFFFFF", ink="#1D1D1B", accents=("#0055A4", "#B35900")),
    Brand(background="#002B45", ink="#FFFFFF", accents=("#FFCC33", "#5BC2E7", "#B5E48C")),
)
LITTLE_CONTRAST = ("#757575", "#B75E00", "#635900", "#008259", "#A43E79")
WITH_TINTS = (
    "ForwardPass",
    "GradientAsProduct",
    "BackwardPass",
    "ExplodingGradient",
    "UnstableGradient",
)
# One process runs all tests of a scene, so that each run of the scene serves all of them.
NAMES = [
    pytest.param(entry.name, marks=pytest.mark.xdist_group(entry.name)) for entry in LECTURE.scenes
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("name", NAMES)
def test_the_layout_has_no_faults(
    name: str, chain: str, theme: str, inspected: SceneStepper
) -> None:
    shown = inspected.snapshots_in(theme, name, chain)
    assert [fault for snapshot in shown for fault in layout_faults(snapshot)] == []


@pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand.background)
@pytest.mark.parametrize("name", [name for name in NAMES if name.values[0] not in WITH_TINTS])
def test_the_layout_has_no_faults_in_a_brand(
    name: str, brand: Brand, inspected: SceneStepper
) -> None:
    _, shown = inspected(name)
    snapshots = [recolored(snapshot, brand_theme(brand)) for snapshot in shown]
    assert [fault for snapshot in snapshots for fault in layout_faults(snapshot)] == []


@pytest.mark.parametrize("name", WITH_TINTS)
def test_the_layout_has_no_faults_in_a_brand_of_little_contrast(name: str) -> None:
    """The tints of cards follow from the colours of the brand, so these scenes run anew."""
    brand = Brand(background="#FFFFFF", accents=LITTLE_CONTRAST)
    scene_class = getattr(import_module(entry_of(name).module), name)
    _, shown = inspect_scene(scene_class, spec=GradientSpec(brand=brand))
    assert [fault for snapshot in shown for fault in layout_faults(snapshot)] == []


@pytest.mark.xdist_group("BackwardPass")
def test_a_theme_changes_the_colours_and_nothing_else(inspected: SceneStepper) -> None:
    """The scene whose bars have the most colours shows that `recolored` can be relied on."""
    dark, light = (inspected("BackwardPass", "depth_12", theme) for theme in THEMES)
    for before, after in zip(dark[1], light[1], strict=True):
        mixed = recolored(before, LIGHT)
        assert mixed.texts == after.texts
        assert mixed.background == after.background
        assert [(s.box, s.fill_opacity) for s in mixed.shapes] == [
            (s.box, s.fill_opacity) for s in after.shapes
        ]
    assert dark[0].lines == light[0].lines


def test_no_scene_asks_which_theme_it_is_drawn_in() -> None:
    modules = [file.read_text("utf-8") for file in Path("scenes").rglob("*.py")]
    assert len(modules) > 40
    assert not [
        text for text in modules if re.search(r"theme\(\)\.name|roles\.name|spec\.theme\b", text)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_beats_are_those_of_the_words_file_in_order(name: str, inspected: SceneStepper) -> None:
    scene, _ = inspected(name, "default", "dark")
    assert [beat.name for beat in scene.beats] == list(LECTURE.load_words().scenes[name].beats)
    assert all(beat.notes for beat in scene.beats)


@pytest.mark.parametrize("name", NAMES)
def test_the_scene_is_neither_short_nor_long(name: str, inspected: SceneStepper) -> None:
    scene, _ = inspected(name, "default", "dark")
    shortest, longest = limits_of(name)
    assert shortest <= scene.time <= longest


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("name", NAMES)
def test_captions_can_be_read(name: str, chain: str, inspected: SceneStepper) -> None:
    scene, _ = inspected(name, chain)
    assert scene.lines
    for line in scene.lines:
        assert len(line.caption) / (line.end - line.start) <= 17, line
        assert len(line.caption.split()) <= 25, line
    for before, after in zip(scene.lines, scene.lines[1:], strict=False):
        assert before.end <= after.start + 1e-9


@pytest.mark.parametrize("name", NAMES)
def test_what_a_voice_says_has_no_symbols(name: str, inspected: SceneStepper) -> None:
    scene, _ = inspected(name, "beyond_floats", "dark")
    for line in scene.lines:
        assert set(line.spoken).isdisjoint("·×−⁻⁰¹²³⁴⁵⁶⁷⁸⁹|²σφ′'≈≤≥<>=*/$_^"), line
