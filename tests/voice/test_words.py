"""Times of the words of speech, by the voice's own durations or spread evenly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hibari import Hibari

from lecture.kit.word_times import spread_words, word_onset
from lecture.output.video.manifest import scene_entries
from lecture.timeline import SceneTimeline
from lecture.voice import hibari_model
from lecture.voice.hibari import HibariVoice
from lecture.voice.narration import SpokenLine, speak_lecture
from lecture.voice.recordings import Recordings
from lecture.voice.sound import RATE, Sound, Voice
from tests.voice.conftest import scene as make_scene

Scene = Callable[..., SceneTimeline]
Write = Callable[..., Path]

# Onsets in seconds from the start of the line, as hibari 0.2.1 speaks the lines. They were read by
# eye from spectrograms of 5 ms a step, beside the boundaries of a forced alignment by pocketsphinx
# 5.1.1: the start of the noise of a fricative, of the closure of a stop or of a glottal stop within
# a phrase, of the sound after a pause, else the change of the formants. Words whose boundary cannot
# be seen, such as between two nasals, are left out, and so are the first words of lines. The lead
# of the model was found with other lines.
CHECKED = {
    "Ask for the sign of the error before you show its size.": {
        "for": 0.50,
        "sign": 0.85,
        "error": 1.70,
        "before": 2.19,
        "show": 2.94,
    },
    "Every neuron adds its bias, and squashes the sum.": {
        "adds": 0.69,
        "its": 0.99,
        "bias": 1.13,
        "and": 1.98,
        "squashes": 2.08,
        "sum": 2.73,
    },
    "For a chain of thirty layers, the product is practically zero.": {
        "chain": 0.17,
        "layers": 1.08,
        "the": 2.07,
        "product": 2.12,
        "is": 2.73,
        "practically": 2.88,
        "zero": 3.53,
    },
    "Can a machine find good features without help? Sometimes it can.": {
        "find": 0.58,
        "good": 0.90,
        "features": 1.07,
        "without": 1.57,
        "help": 1.89,
        "sometimes": 2.97,
        "it": 3.53,
    },
    "The curve is flat on both sides; learning slows down there.": {
        "curve": 0.12,
        "is": 0.57,
        "flat": 0.81,
        "on": 1.18,
        "both": 1.34,
        "sides": 1.60,
        "learning": 2.65,
        "slows": 3.09,
        "down": 3.64,
        "there": 3.94,
    },
    "On a log axis, the same numbers fall along a straight line.": {
        "log": 0.17,
        "axis": 0.55,
        "the": 1.65,
        "same": 1.73,
        "fall": 2.56,
        "straight": 3.22,
        "line": 3.58,
    },
    "Between 0.1 and 0.3, nothing much happens.": {
        "0.1": 0.33,
        "and": 1.20,
        "0.3": 1.35,
        "nothing": 2.66,
        "happens": 3.25,
    },
    "Start with random numbers, then train for sixty epochs.": {
        "random": 0.46,
        "then": 1.60,
        "train": 1.78,
        "for": 2.13,
        "sixty": 2.26,
    },
    "However, a well-chosen start keeps every signal alive.": {
        "a": 0.62,
        "start": 1.30,
        "every": 1.91,
        "signal": 2.20,
    },
    "Here comes the surprise: more depth can hurt the network.": {
        "comes": 0.29,
        "surprise": 0.71,
        "more": 1.81,
        "depth": 2.09,
        "can": 2.46,
    },
}

TEXTS = (
    "“Don’t stop” — it's four-fold; yes (or no)…",
    "It is 0.596, then 3.9 times 10 to the minus 5, or 2062.",
    "Tanh saturates. Relu does not! Does gelu? Dr. Smith knows.",
    "Ten percent - or 1-2 layers - is small; " + "so we add one layer, and one more, " * 10,
)


@pytest.fixture(scope="module")
def voice() -> HibariVoice:
    return HibariVoice()


def spoken(text: str, narrator: Voice | Recordings, folder: Path, scene: Scene) -> SpokenLine:
    record = scene("One", {"start": [("line", text)]})
    return speak_lecture([record], narrator, folder).lines["One"]["start.line"]


@pytest.fixture(scope="module")
def lines(voice: HibariVoice, tmp_path_factory: pytest.TempPathFactory) -> dict[str, SpokenLine]:
    """The speech of the checked lines."""
    folder = tmp_path_factory.mktemp("speech")
    return {text: spoken(text, voice, folder, make_scene) for text in CHECKED}


def test_95_percent_of_the_words_start_within_50_ms(lines: dict[str, SpokenLine]) -> None:
    errors = {}
    for text, onsets in CHECKED.items():
        for word, onset in onsets.items():
            errors[text, word] = word_onset(lines[text].words, word) - onset
    sizes = np.abs(list(errors.values()))
    assert len(sizes) >= 50
    assert np.mean(sizes <= 0.05) >= 0.95, errors
    assert np.median(sizes) <= 0.02


def test_words_after_a_pause_start_with_their_sound(lines: dict[str, SpokenLine]) -> None:
    found = []
    for line in lines.values():
        samples = line.samples()
        hop = RATE // 200
        level = np.abs(samples[: len(samples) // hop * hop]).reshape(-1, hop).max(axis=1)
        loud = level > 0.03 * level.max()
        for word, before in zip(line.words[1:], line.words, strict=False):
            if word.start - before.end < 0.1:
                continue
            # The first loud hop after at least 60 ms of silence, within 150 ms of the word.
            first = round(word.start * 200) - 30
            heard = [n for n in range(first, first + 60) if loud[n] and not loud[n - 12 : n].any()]
            assert len(heard) == 1, word
            found.append(word.start - heard[0] / 200)
    assert len(found) >= 7
    assert np.abs(found).max() <= 0.06
    assert np.median(np.abs(found)) <= 0.04


@pytest.mark.parametrize("text", TEXTS)
def test_all_words_are_timed_in_order(
    voice: HibariVoice, tmp_path: Path, scene: Scene, text: str
) -> None:
    line = spoken(text, voice, tmp_path, scene)
    words = [word.word.replace(",", "") for word in line.words]
    expected = text.replace("’", "'").replace("1-2", "1 to 2")
    assert words == [word.word for word in spread_words(expected, 0, 1)]
    times = [time for word in line.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] <= line.seconds
    assert times[-1] > line.seconds - 0.6
    assert line.words != spread_words(text, 0.0, line.seconds)


def test_a_sentence_that_hibari_splits_is_timed_throughout() -> None:
    text = "We add one layer, and then one more, " * 20
    sound = hibari_model.TimedHibari("heart").speak(text, speed=1.0, seed=0)
    words = [word.word for word in sound.words]
    assert words == text.replace(",", "").split()
    assert sound.seconds - 1.5 < sound.words[-1].end < sound.seconds


def test_times_do_not_change_the_sound() -> None:
    wording = "The slope is small. Is it 0.25?"
    timed = hibari_model.TimedHibari("heart").speak(wording, speed=1.0, seed=0)
    assert np.array_equal(timed.samples, Hibari(voice="heart")(wording, speed=1.0, seed=0))


def test_words_are_cached(voice: HibariVoice, tmp_path: Path, scene: Scene) -> None:
    text = "The slope is at most one quarter."
    first = spoken(text, voice, tmp_path, scene)
    assert spoken(text, HibariVoice(), tmp_path, scene) == first


def test_a_model_without_the_node_has_no_times(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scene: Scene
) -> None:
    monkeypatch.setattr(hibari_model, "_DURATIONS", "/Renamed_output_0")
    text = "The slope is small."
    line = spoken(text, HibariVoice(), tmp_path, scene)
    assert line.words == spread_words(text, 0.0, line.seconds)


def test_recordings_and_voices_without_times_are_spread_evenly(
    wav: Write, syllables: Any, speech_like: Any, tmp_path: Path, scene: Scene
) -> None:
    text = "Ten words, or fewer."
    wav("recordings/One.start.line.wav", speech_like(2.0, rate=48_000))
    recordings = Recordings(tmp_path / "recordings")
    for narrator in (recordings, syllables()):
        line = spoken(text, narrator, tmp_path / "cache", scene)
        assert line.words == spread_words(text, 0.0, line.seconds)
    # The cache has the sound of a recording by its content, but not the words of its line.
    other = spoken("Six words, or fewer.", recordings, tmp_path / "cache", scene)
    assert [word.word for word in other.words] == ["Six", "words", "or", "fewer"]


def test_times_are_those_of_the_trimmed_sound(
    syllables: Any, speech_like: Any, tmp_path: Path, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    silence = np.zeros(24_000, np.float32)
    samples = np.concatenate([silence, speech_like(1.0), silence])
    words = spread_words("One two", 1.1, 1.9)
    voice = syllables()
    monkeypatch.setattr(voice, "speak", lambda _: Sound(samples, 24_000, words))
    line = spoken("One two", voice, tmp_path, scene)
    # A second of silence before the speech is cut to 30 ms.
    assert line.words[0].start == 0  # a line starts with its first word
    assert line.words[1].start == pytest.approx(words[1].start - 0.97, abs=0.01)
    assert line.words[1].end == pytest.approx(0.93, abs=0.01)


def test_the_manifest_has_the_words_of_captions(
    syllables: Any, tmp_path: Path, scene: Scene
) -> None:
    record = scene("One", {"start": [("a", "A line."), ("b", "It is 0.5.")]}, seconds=3.0)
    said = record.lines[1].model_copy(update={"spoken": "It is one half."})
    record = record.model_copy(update={"lines": (record.lines[0], said)})
    speech = speak_lecture([record], syllables(), tmp_path)
    (entry,) = scene_entries([record], speech)
    first, second = entry.captioned_lines
    assert [word.word for word in first.words] == ["A", "line"]
    assert [word.word for word in second.words] == ["It", "is", "0.5"]
    words = speech.lines["One"]["start.b"].words
    assert [w.start for w in second.words] == pytest.approx([3 + w.start for w in words[:3]])
    assert second.words[-1].end == pytest.approx(3 + words[-1].end)
    (silent,) = scene_entries([record])
    assert all(line.words == () for line in silent.captioned_lines)
