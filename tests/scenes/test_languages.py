"""The lecture in every other language than English: it fits, it can be read, it is not English."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise, product

import pytest

from scenes.catalogue import CATALOGUE
from scenes.inspection import Snapshot, layout_faults
from scenes.languages import LANGUAGES
from scenes.lecture_scene import LectureScene
from scenes.words import load_words

Inspect = Callable[..., tuple[LectureScene, list[Snapshot]]]

OTHERS = [code for code in LANGUAGES if code != "en"]
FOLLOWING = ["ForwardPass", "GradientAsProduct", "BackwardPass", "SigmaPrime"]
"""The scenes that show the lecture's own chain, or name its activation."""

_SYMBOLS = "·×−⁻⁰¹²³⁴⁵⁶⁷⁸⁹|²σφ′'≈≤≥<>=*/$_^%\u202f"
# Names, which stay in Latin letters, in Russian too.
_NAMES = {"Hochreiter", "Glorot", "Bengio", "Ioffe", "Szegedy", "He", "ReLU"}


def _case(name: str, code: str, *more: str) -> object:
    # One process runs all tests of a scene in a language, so that each run serves all of them.
    return pytest.param(name, code, *more, marks=pytest.mark.xdist_group(f"{name} {code}"))


SCENES = [_case(entry.name, code) for entry, code in product(CATALOGUE, OTHERS)]
CASES = [_case(entry.name, code, "default", "16:9") for entry, code in product(CATALOGUE, OTHERS)]
CASES += [
    _case(name, code, chain, "16:9")
    for name, code, chain in product(FOLLOWING[:3], OTHERS, ("depth_2", "depth_12"))
]
CASES += [
    _case(entry.name, code, "depth_12", "9:16")
    for entry, code in product(CATALOGUE, OTHERS)
    if "9:16" in entry.aspects
]
# An activation whose name stands on the screen, and is longest.
CASES += [_case(name, code, "growing", "16:9") for name, code in product(FOLLOWING, OTHERS)]


@pytest.mark.parametrize(("name", "code", "chain", "aspect"), CASES)
def test_the_layout_has_no_faults(
    name: str, code: str, chain: str, aspect: str, inspected: Inspect
) -> None:
    scene, snapshots = inspected(name, chain, "dark", aspect, code)
    assert [fault for snapshot in snapshots for fault in layout_faults(snapshot)] == []
    for line in scene.lines:
        assert len(line.caption) / (line.end - line.start) <= 17, line
        assert len(line.caption.split()) <= 25, line
    for before, after in pairwise(scene.lines):
        assert before.end <= after.start + 1e-9


@pytest.mark.parametrize(("name", "code"), SCENES)
def test_the_scene_lasts_35_to_70_seconds(name: str, code: str, inspected: Inspect) -> None:
    scene, _ = inspected(name, "default", "dark", "16:9", code)
    assert 35 <= scene.time <= 70


@pytest.mark.parametrize(("name", "code"), SCENES)
def test_it_tells_what_english_tells(name: str, code: str, inspected: Inspect) -> None:
    scene, _ = inspected(name, "default", "dark", "16:9", code)
    english, _ = inspected(name, "default", "dark")
    assert [beat.name for beat in scene.beats] == [beat.name for beat in english.beats]
    lines = [(line.beat, line.key) for line in scene.lines]
    assert lines == [(line.beat, line.key) for line in english.lines]
    assert {line.caption for line in scene.lines}.isdisjoint(line.caption for line in english.lines)


@pytest.mark.parametrize(("name", "code"), SCENES)
def test_numbers_have_a_comma_on_the_screen_as_in_captions(
    name: str, code: str, inspected: Inspect
) -> None:
    scene, snapshots = inspected(name, "default", "dark", "16:9", code)
    shown = {text.content for s in snapshots for text in s.texts}
    said = {words for line in scene.lines for words in (line.caption, line.spoken)}
    for text in shown | said | {beat.notes for beat in scene.beats}:
        assert not re.search(r"\d\.\d", text), text
    for line in scene.lines:
        assert set(line.spoken).isdisjoint(_SYMBOLS), line


@pytest.mark.parametrize("name", [entry.name for entry in CATALOGUE])
def test_no_english_word_is_left_on_the_screen(name: str, inspected: Inspect) -> None:
    _, snapshots = inspected(name, "default", "dark", "16:9", "ru")
    for text in (text for snapshot in snapshots for text in snapshot.texts):
        latin = set(re.findall(r"[A-Za-z]{2,}", text.words))
        assert latin <= _NAMES, text


@pytest.mark.slow
@pytest.mark.parametrize("code", OTHERS)
def test_the_lecture_lasts_8_to_11_minutes(code: str, inspected: Inspect) -> None:
    scenes = (inspected(entry.name, "default", "dark", "16:9", code)[0] for entry in CATALOGUE)
    assert 8 * 60 <= sum(scene.time for scene in scenes) <= 11 * 60


def test_every_scene_has_its_words_in_every_language() -> None:
    for code in LANGUAGES:
        assert list(load_words(code).scenes) == [entry.name for entry in CATALOGUE]
