"""What holds for the lecture as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from lecture.kit.pacing import PAUSE, ReadingPace, SpokenPace, line_id, reading_seconds
from lecture.timeline import LineSpeech
from lecture.voice.hibari import HibariVoice
from lecture.voice.sound import RATE, resampled, trimmed
from scenes import LECTURE
from scenes.spec import GradientSpec
from tests.stepping import FRAME_RATE, SceneStepper, Stepped, SteppedScene, limits_of, run_scene

ORDER = [
    "Opening",
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
    "Recap",
]


def test_the_scenes_follow_the_argument() -> None:
    assert [entry.name for entry in LECTURE.scenes] == ORDER
    assert list(LECTURE.load_words().scenes) == ORDER


def test_files_are_named_after_their_scenes() -> None:
    for entry in LECTURE.scenes:
        assert entry.module == f"scenes.{entry.stem}"
        assert entry.stem.replace("_", "") == entry.name.lower()


@pytest.fixture(scope="module")
def speak() -> Callable[[SteppedScene], dict[str, float]]:
    """Return the seconds of speech of each line of a scene."""
    voice = HibariVoice()

    def seconds(spoken: str) -> float:
        return len(trimmed(resampled(voice.speak(voice.wording(spoken))))) / RATE

    return lambda scene: {
        line_id(line.beat, line.key): seconds(line.spoken) for line in scene.lines
    }


def spoken_seconds(read: Stepped, speech: Mapping[str, float]) -> float:
    """Return how long a scene lasts that is spoken, from the animations of the scene that is read.

    A line lasts until its speech and its pause have ended, or its animations where these take
    longer.
    """
    scene, snapshots = read
    total = scene.time
    for line in scene.lines:
        needed = reading_seconds(line.caption, scene.spec.pace)
        waited = line.end - line.start < needed + 2 / FRAME_RATE
        ends = [s.time for s in snapshots if line.start < s.time <= line.end]
        animated = (ends[-2] if len(ends) > 1 else line.start) if waited else line.end
        spoken = speech[line_id(line.beat, line.key)] + PAUSE
        total += max(spoken, animated - line.start) - (line.end - line.start)
    return total


@pytest.mark.slow
def test_spoken_too_scenes_and_lecture_keep_their_length(
    inspected: SceneStepper, speak: Callable[[SteppedScene], dict[str, float]]
) -> None:
    lengths = {}
    for entry in LECTURE.scenes:
        read = inspected(entry.name)
        lengths[entry.name] = spoken_seconds(read, speak(read[0]))
    for name, seconds in lengths.items():
        shortest, longest = limits_of(name)
        assert shortest <= seconds <= longest, name
    assert 10 * 60 <= sum(lengths.values()) <= 12 * 60


@pytest.mark.slow
def test_a_scene_that_is_spoken_lasts_as_long_as_was_computed(
    inspected: SceneStepper, speak: Callable[[SteppedScene], dict[str, float]]
) -> None:
    read = inspected("BackwardPass")
    speech = speak(read[0])
    times = {name: LineSpeech(seconds=seconds) for name, seconds in speech.items()}
    pacing = SpokenPace(times, pause=PAUSE, otherwise=ReadingPace(GradientSpec().pace))
    spoken, _ = run_scene("BackwardPass", GradientSpec(), pacing)
    for line in spoken.lines:
        assert line.end - line.start >= speech[line_id(line.beat, line.key)]
    assert spoken.time == pytest.approx(spoken_seconds(read, speech), rel=0.02)
    assert spoken.time != pytest.approx(read[0].time, rel=0.02)


@pytest.mark.slow
def test_read_without_a_voice_the_lecture_lasts_10_to_12_minutes(inspected: SceneStepper) -> None:
    seconds = sum(inspected(entry.name, "default", "dark")[0].time for entry in LECTURE.scenes)
    assert 10 * 60 <= seconds <= 12 * 60
