"""What holds for every scene of the catalogue, with any chain and in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lecture.kit.inspection import Snapshot, layout_faults
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.theme import use_theme
from scenes import LECTURE

Inspect = Callable[[str, str, str], tuple[LectureScene, list[Snapshot]]]

# One process runs all tests of a scene, so that each run of the scene serves all of them.
NAMES = [
    pytest.param(entry.name, marks=pytest.mark.xdist_group(entry.name)) for entry in LECTURE.scenes
]
CASES = [
    ("default", "dark"),
    ("default", "light"),
    ("depth_2", "dark"),
    ("depth_12", "dark"),
    ("depth_12", "light"),
    ("relu", "light"),
    ("zero_and_negative", "dark"),
    ("beyond_floats", "dark"),
    ("growing", "dark"),
]


@pytest.mark.parametrize(("chain", "theme"), CASES)
@pytest.mark.parametrize("name", NAMES)
def test_the_layout_has_no_faults(name: str, chain: str, theme: str, inspected: Inspect) -> None:
    _, snapshots = inspected(name, chain, theme)
    # An earlier test may have run the scene, and a scene in the other theme after it.
    with use_theme(theme):
        faults = [fault for snapshot in snapshots for fault in layout_faults(snapshot)]
    assert faults == []


@pytest.mark.parametrize("name", NAMES)
def test_beats_are_those_of_the_words_file_in_order(name: str, inspected: Inspect) -> None:
    scene, _ = inspected(name, "default", "dark")
    assert [beat.name for beat in scene.beats] == list(LECTURE.load_words().scenes[name].beats)
    assert all(beat.notes for beat in scene.beats)


@pytest.mark.parametrize("name", NAMES)
def test_the_scene_lasts_35_to_70_seconds(name: str, inspected: Inspect) -> None:
    scene, _ = inspected(name, "default", "dark")
    assert 35 <= scene.time <= 70


@pytest.mark.parametrize(("chain", "theme"), [case for case in CASES if case[1] == "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_captions_can_be_read(name: str, chain: str, theme: str, inspected: Inspect) -> None:
    scene, _ = inspected(name, chain, theme)
    assert scene.lines
    for line in scene.lines:
        assert len(line.caption) / (line.end - line.start) <= 17, line
        assert len(line.caption.split()) <= 25, line
    for before, after in zip(scene.lines, scene.lines[1:], strict=False):
        assert before.end <= after.start + 1e-9


@pytest.mark.parametrize("name", NAMES)
def test_what_a_voice_says_has_no_symbols(name: str, inspected: Inspect) -> None:
    scene, _ = inspected(name, "beyond_floats", "dark")
    for line in scene.lines:
        assert set(line.spoken).isdisjoint("·×−⁻⁰¹²³⁴⁵⁶⁷⁸⁹|²σφ′'≈≤≥<>=*/$_^"), line
