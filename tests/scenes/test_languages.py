"""The lecture in every other language than English: it fits, it can be read, it is not English."""

from __future__ import annotations

import re
from itertools import pairwise, product

import pytest

from lecture.config.words import LANGUAGES
from lecture.kit.layout_check import layout_faults
from scenes import LECTURE
from tests.stepping import SceneStepper, limits_of

OTHERS = [code for code in LANGUAGES if code != "en"]
FOLLOWING = ["ForwardPass", "GradientAsProduct", "BackwardPass"]
"""The scenes that show the lecture's own chain."""

_SYMBOLS = "·×−⁻⁰¹²³⁴⁵⁶⁷⁸⁹|²σφ′'≈≤≥<>=*/$_^%\u202f"
# Names, which stay in Latin letters, in Russian too.
_NAMES = {"Glorot", "Bengio", "Ioffe", "Szegedy", "He", "ReLU", "Telgarsky", "Nielsen"}
_NAMES |= {"et", "al", "Neural", "Networks", "Deep"}
_NAMES |= {"MNIST", "LeCun", "Cortes", "Burges", "CC", "BY", "SA"}
_NAMES |= {"Data", "Science", "and", "Machine", "Learning", "for", "Geoscientists"}


def _case(name: str, code: str, *more: str) -> object:
    # One process runs a scene in a language with all chains: the runs share most texts.
    return pytest.param(name, code, *more, marks=pytest.mark.xdist_group(f"{name} {code}"))


SCENES = [_case(entry.name, code) for entry, code in product(LECTURE.scenes, OTHERS)]
CASES = [
    _case(entry.name, code, "default", "16:9") for entry, code in product(LECTURE.scenes, OTHERS)
]
CASES += [
    _case(name, code, chain, "16:9")
    for name, code, chain in product(FOLLOWING, OTHERS, ("depth_2", "depth_12"))
]
CASES += [
    _case(entry.name, code, "depth_12", "9:16")
    for entry, code in product(LECTURE.scenes, OTHERS)
    if "9:16" in entry.aspects
]
# An activation whose name stands on the screen, and is longest.
CASES += [
    _case(name, code, "growing", "16:9")
    for name, code in product(("ForwardPass", "SigmaPrime"), OTHERS)
]


@pytest.mark.parametrize(("name", "code", "chain", "aspect"), CASES)
def test_the_layout_has_no_faults(
    name: str, code: str, chain: str, aspect: str, inspected: SceneStepper
) -> None:
    scene, snapshots = inspected(name, chain, "dark", aspect, code)
    assert [fault for snapshot in snapshots for fault in layout_faults(snapshot)] == []
    for line in scene.lines:
        assert len(line.caption) / (line.end - line.start) <= 17, line
        assert len(line.caption.split()) <= 25, line
    for before, after in pairwise(scene.lines):
        assert before.end <= after.start + 1e-9


@pytest.mark.parametrize(("name", "code"), SCENES)
def test_the_scene_is_neither_short_nor_long(name: str, code: str, inspected: SceneStepper) -> None:
    scene, _ = inspected(name, "default", "dark", "16:9", code)
    shortest, longest = limits_of(name)
    assert shortest <= scene.time <= longest


@pytest.mark.parametrize(("name", "code"), SCENES)
def test_beats_and_captions_are_those_of_the_language(
    name: str, code: str, inspected: SceneStepper
) -> None:
    scene, _ = inspected(name, "default", "dark", "16:9", code)
    beats = LECTURE.load_words(code).scenes[name].beats
    assert [beat.name for beat in scene.beats] == list(beats)
    plain = [line for line in scene.lines if "{" not in beats[line.beat].lines[line.key].caption]
    assert plain
    for line in plain:
        assert line.caption == beats[line.beat].lines[line.key].caption
        assert (
            line.caption
            != LECTURE.load_words().scenes[name].beats[line.beat].lines[line.key].caption
        )


@pytest.mark.parametrize(("name", "code"), SCENES)
def test_numbers_have_a_comma_on_the_screen_as_in_captions(
    name: str, code: str, inspected: SceneStepper
) -> None:
    scene, snapshots = inspected(name, "default", "dark", "16:9", code)
    shown = {text.content for s in snapshots for text in s.texts}
    said = {words for line in scene.lines for words in (line.caption, line.spoken)}
    for text in shown | said | {beat.notes for beat in scene.beats}:
        numbers = re.sub(r"CC\s+BY-SA 3\.0", "", text)  # the name of a licence
        assert not re.search(r"\d\.\d", numbers), text
    for line in scene.lines:
        assert set(line.spoken).isdisjoint(_SYMBOLS), line


@pytest.mark.parametrize(("name", "code"), [_case(entry.name, "ru") for entry in LECTURE.scenes])
def test_no_english_word_is_left_on_the_screen(
    name: str, code: str, inspected: SceneStepper
) -> None:
    _, snapshots = inspected(name, "default", "dark", "16:9", code)
    for text in (text for snapshot in snapshots for text in snapshot.texts):
        latin = set(re.findall(r"[A-Za-z]{2,}", text.words))
        assert latin <= _NAMES, text


@pytest.mark.slow
@pytest.mark.parametrize("code", OTHERS)
def test_the_lecture_lasts_10_to_12_minutes(code: str, inspected: SceneStepper) -> None:
    scenes = (inspected(entry.name, "default", "dark", "16:9", code)[0] for entry in LECTURE.scenes)
    assert 10 * 60 <= sum(scene.time for scene in scenes) <= 12 * 60


def test_every_scene_has_its_words_in_every_language() -> None:
    for code in LANGUAGES:
        assert list(LECTURE.load_words(code).scenes) == [entry.name for entry in LECTURE.scenes]
