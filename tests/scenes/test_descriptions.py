"""Each number that is new on the screen is said or described."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lecture.kit.inspection import Snapshot
from scenes import LECTURE
from tests.stepping import SceneStepper

_NUMBER = re.compile(r"−?\d+(?:[,.\u202f]\d+)*(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|−?10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")


def numbers_in(text: str) -> set[str]:
    """Return the numbers in a text, as they are written."""
    return {re.sub(r"^(10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", r"\1", found[0]) for found in _NUMBER.finditer(text)}


def shown_in(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield the numbers on the screen, besides those of axes, and the names of the quantities."""
    for text in snapshot.texts:
        if text.kind == "number" and text.name != "tick":
            yield from ((text.name, number) for number in numbers_in(text.content))
        if text.kind == "prose":
            yield from (("", number) for number in numbers_in(text.content))


def missing(inspected: SceneStepper, language: str = "en") -> dict[str, list[tuple[str, str]]]:
    """Return the numbers of each beat that are new and neither in its lines nor described."""
    found: dict[str, list[tuple[str, str]]] = {}
    known: set[tuple[str, str]] = set()
    for entry in LECTURE.scenes:
        scene, snapshots = inspected(entry.name, language=language)
        for beat in scene.beats:
            texts = [line.caption for line in scene.lines if line.beat == beat.name]
            texts.append(beat.description)
            said = {number for text in texts for number in numbers_in(text)}
            for snapshot in snapshots:
                if snapshot.beat == beat.name:
                    for name, number in shown_in(snapshot):
                        if (name, number) not in known and number not in said:
                            found.setdefault(f"{entry.name}.{beat.name}", []).append((name, number))
                        known.add((name, number))
    return found
