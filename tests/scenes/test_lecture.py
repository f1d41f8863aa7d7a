"""What holds for the lecture as a whole."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest

from lecture.config.contract import SceneEntry
from lecture.kit.inspection import Snapshot, inspect_scene
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.pacing import PAUSE, ReadingPace, SpokenPace, line_id
from lecture.voice.hibari import HibariVoice
from lecture.voice.sound import RATE, resampled, trimmed
from scenes import LECTURE
from scenes.spec import GradientSpec

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
    assert [entry.name for entry in LECTURE.scenes] == ORDER
    assert list(LECTURE.load_words().scenes) == ORDER


def test_files_are_named_after_their_scenes() -> None:
    for entry in LECTURE.scenes:
        assert entry.module == f"scenes.{entry.stem}"
        assert entry.stem.replace("_", "") == entry.name.lower()


def spoken_seconds(entry: SceneEntry, voice: HibariVoice, read: LectureScene) -> float:
    """Run a scene at the pace of the voice, and return how long it lasts."""

    def seconds(spoken: str) -> float:
        return len(trimmed(resampled(voice.speak(voice.wording(spoken))))) / RATE

    speech = {line_id(line.beat, line.key): seconds(line.spoken) for line in read.lines}
    scene_class = getattr(import_module(entry.module), entry.name)
    reading = ReadingPace(GradientSpec().pace)
    pacing = SpokenPace(speech, pause=PAUSE, otherwise=reading)
    spoken, _ = inspect_scene(scene_class, spec=GradientSpec(), pacing=pacing)
    for line in spoken.lines:
        assert line.end - line.start >= speech[line_id(line.beat, line.key)]
    return float(spoken.time)


@pytest.mark.slow
def test_spoken_too_scenes_and_lecture_keep_their_length(inspected: Inspect) -> None:
    voice = HibariVoice()
    lengths = {
        entry.name: spoken_seconds(entry, voice, inspected(entry.name, "default", "dark")[0])
        for entry in LECTURE.scenes
    }
    assert {name: s for name, s in lengths.items() if not 35 <= s <= 70} == {}
    assert 8 * 60 <= sum(lengths.values()) <= 11 * 60


@pytest.mark.slow
def test_the_lecture_lasts_8_to_11_minutes(inspected: Inspect) -> None:
    seconds = sum(inspected(entry.name, "default", "dark")[0].time for entry in LECTURE.scenes)
    assert 8 * 60 <= seconds <= 11 * 60
