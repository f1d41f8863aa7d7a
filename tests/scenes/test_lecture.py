"""What holds for the lecture as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenes.catalogue import CATALOGUE
from scenes.inspection import Snapshot
from scenes.lecture_scene import LectureScene
from scenes.words import load_words

Inspect = Callable[[str, str, str], tuple[LectureScene, list[Snapshot]]]

ORDER = [
    "LayersOfAbstraction",
    "DeepNetsStall",
    "ForwardPass",
    "GradientAsProduct",
    "BackwardPass",
    "SigmaPrime",
    "GaussianWeights",
    "VanishingProduct",
    "ExplodingGradient",
    "UnstableGradient",
    "WhatHelps",
]


def test_the_scenes_follow_the_argument() -> None:
    assert [entry.name for entry in CATALOGUE] == ORDER
    assert list(load_words().scenes) == ORDER


def test_files_are_named_after_their_scenes() -> None:
    for entry in CATALOGUE:
        assert entry.module == f"scenes.{entry.stem}"
        assert entry.stem.replace("_", "") == entry.name.lower()


@pytest.mark.slow
def test_the_lecture_lasts_8_to_11_minutes(inspected: Inspect) -> None:
    seconds = sum(inspected(entry.name, "default", "dark")[0].time for entry in CATALOGUE)
    assert 8 * 60 <= seconds <= 11 * 60
