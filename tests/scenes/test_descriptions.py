"""Each number that is new on the screen is said or described."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lecture.config.words import LANGUAGES
from lecture.kit.inspection import Snapshot
from scenes import LECTURE
from tests.stepping import CHAINS, SceneStepper

_EXPONENT = "10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+"
_NUMBER = re.compile(rf"\d+(?:[,.\u202f]\d+)*(?:·{_EXPONENT})?|{_EXPONENT}")


def numbers_in(text: str) -> list[str]:
    """Return the numbers in a text as they are written, without signs."""
    return _NUMBER.findall(text)


def shown_in(snapshot: Snapshot) -> Iterator[str]:
    """Yield the numbers on the screen besides those of axes and formulas."""
    for text in snapshot.texts:
        if text.kind == "prose" or (text.kind == "number" and text.name != "tick"):
            yield from numbers_in(text.content)


def missing_numbers(
    inspected: SceneStepper, language: str, *, described: bool = True
) -> dict[str, list[str]]:
    """Return the numbers of each beat that are new in the lecture, but not said or described."""
    found: dict[str, list[str]] = {}
    known: set[str] = set()
    for entry in LECTURE.scenes:
        scene, snapshots = inspected(entry.name, language=language)
        for beat in scene.beats:
            lines = [line.caption for line in scene.lines if line.beat == beat.name]
            texts = [*lines, beat.description] if described else lines
            known.update(numbers_in(" ".join(texts)))
            shown = [shown_in(snapshot) for snapshot in snapshots if snapshot.beat == beat.name]
            new = dict.fromkeys(n for numbers in shown for n in numbers if n not in known)
            known.update(new)
            if new:
                found[f"{entry.name}.{beat.name}"] = list(new)
    return found


@pytest.mark.xdist_group("descriptions")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_new_number_is_said_or_described(language: str, inspected: SceneStepper) -> None:
    assert missing_numbers(inspected, language) == {}


@pytest.mark.xdist_group("descriptions")
def test_lines_alone_leave_numbers_unsaid(inspected: SceneStepper) -> None:
    missing = missing_numbers(inspected, "en", described=False)
    assert {"ForwardPass.the_chain", "BackwardPass.factor_by_factor"} <= missing.keys()
    assert sum(map(len, missing.values())) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_beat_has_a_description(language: str) -> None:
    scenes = LECTURE.load_words(language).scenes
    assert {name: list(scene.descriptions) for name, scene in scenes.items()} == {
        name: list(scene.beats) for name, scene in scenes.items()
    }


@pytest.mark.parametrize(
    "name",
    [pytest.param(e.name, marks=pytest.mark.xdist_group(e.name)) for e in LECTURE.scenes],
)
def test_descriptions_hold_for_every_chain(name: str, inspected: SceneStepper) -> None:
    for chain in CHAINS:
        scene, _ = inspected(name, chain)
        for beat in scene.beats:
            assert beat.description
            assert not re.search(r"\bnan\b|[{}]", beat.description), beat
