"""Speech of a lecture: cached and normalized; errors name their lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lecture.errors import VoiceError, VoiceInputError
from lecture.render.processes import process_context
from lecture.timeline import SceneTimeline
from lecture.voice.choose import choose_voice
from lecture.voice.loudness import TARGET
from lecture.voice.narration import LectureSpeaker, SpokenLecture, speak_lecture
from lecture.voice.sound import RATE
from tests.loudness import integrated_loudness, true_peak
from tests.waiting import LONG

Timelines = list[SceneTimeline]
Write = Callable[..., Path]
SpeechLike = Callable[..., np.ndarray]


def paths(spoken: SpokenLecture) -> list[Path]:
    return [line.sound for lines in spoken.lines.values() for line in lines.values()]


def test_each_line_is_spoken_once_and_then_cached(
    timelines: Timelines, syllables: Any, tmp_path: Path
) -> None:
    voice = syllables()
    progress: list[tuple[str, int, int]] = []
    first = speak_lecture(
        timelines, voice, tmp_path, on_progress=lambda *done: progress.append(done)
    )
    assert voice.spoken == [line.spoken for record in timelines for line in record.lines]
    assert progress == [("One", 1, 2), ("One", 2, 2), ("Two", 1, 1)]
    second_voice = syllables()
    assert speak_lecture(timelines, second_voice, tmp_path) == first
    assert second_voice.spoken == []


def test_cached_speech_depends_on_the_text_and_the_voice(
    timelines: Timelines, syllables: Any, tmp_path: Path
) -> None:
    speak_lecture(timelines, syllables(), tmp_path)
    other = syllables(identity={"engine": "syllables", "version": "2"})
    speak_lecture(timelines, other, tmp_path)
    assert len(other.spoken) == 3
    changed = timelines[1].lines[0].model_copy(update={"spoken": "Something else."})
    voice = syllables()
    speak_lecture(
        [timelines[0], timelines[1].model_copy(update={"lines": (changed,)})], voice, tmp_path
    )
    assert voice.spoken == ["Something else."]


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "no record", "binary record"])
def test_damaged_speech_is_made_again(
    timelines: Timelines, syllables: Any, tmp_path: Path, damage: str
) -> None:
    first = speak_lecture(timelines, syllables(), tmp_path)
    samples = [line.samples() for line in first.lines["One"].values()]
    victim = first.lines["One"]["start.hello"].sound
    content = victim.read_bytes()
    if damage == "cut":
        victim.write_bytes(content[: len(content) // 2])
    elif damage == "flip":
        victim.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif damage == "empty":
        victim.write_bytes(b"")
    elif damage == "no record":
        victim.with_suffix(".json").unlink()
    else:
        victim.with_suffix(".json").write_bytes(b"\xff\xfe")
    voice = syllables()
    spoken = speak_lecture(timelines, voice, tmp_path)
    assert voice.spoken == ["Hello to you all."]
    assert spoken == first
    for before, line in zip(samples, spoken.lines["One"].values(), strict=True):
        assert np.array_equal(before, line.samples())


def test_the_error_of_a_voice_names_the_line_and_earlier_lines_stay_cached(
    timelines: Timelines, syllables: Any, tmp_path: Path
) -> None:
    with pytest.raises(VoiceError) as caught:
        speak_lecture(timelines, syllables(fails_at="once more"), tmp_path)
    assert str(caught.value) == (
        "One, beat start, line again: the voice syllables failed: "
        "ConnectionError: the line went dead"
    )
    voice = syllables()
    speak_lecture(timelines, voice, tmp_path)
    assert voice.spoken == ["And once more.", "Good bye, and thank you for listening."]
    assert not [path for path in tmp_path.iterdir() if ".new" in path.name]


@pytest.mark.parametrize(
    ("sound", "reason"),
    [
        (np.zeros(24_000), "gave silence"),
        (np.full(24_000, np.nan), "not numbers"),
        (np.ones(24_000 * 121), "spoke for 121 s"),
        (np.zeros(0), "gave silence"),
    ],
)
def test_invalid_sound_from_a_voice_is_an_error(
    timelines: Timelines,
    syllables: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sound: np.ndarray,
    reason: str,
) -> None:
    voice = syllables()
    invalid = type(voice.speak("x"))(sound.astype("f4"), 24_000)
    monkeypatch.setattr(voice, "speak", lambda _: invalid)
    with pytest.raises(VoiceError, match=f"One, beat start, line hello.*{reason}"):
        speak_lecture(timelines, voice, tmp_path)


def test_all_lines_are_checked_before_the_first_is_spoken(
    timelines: Timelines, syllables: Any, tmp_path: Path
) -> None:
    lines = [line.model_copy(update={"spoken": "σ′ ≤ 1/4"}) for line in timelines[0].lines]
    invalid = [timelines[0].model_copy(update={"lines": tuple(lines)}), timelines[1]]
    voice = syllables()
    with pytest.raises(VoiceInputError) as caught:
        speak_lecture(invalid, voice, tmp_path)
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [
        "One, beat start, line hello",
        "One, beat start, line again",
    ]
    assert voice.spoken == []


def test_scenes_that_are_spoken_one_by_one_give_the_same_speech(
    timelines: Timelines, syllables: Any, tmp_path: Path
) -> None:
    voice = syllables()
    speaker = LectureSpeaker(voice, tmp_path / "scenes")
    speech = {}
    for record in reversed(timelines):
        speaker.check([record])
        speech[record.name] = speaker.speak(record)
    assert len(voice.spoken) == 3
    spoken = speaker.spoken(record.name for record in timelines)
    whole = speak_lecture(timelines, syllables(), tmp_path / "whole")
    assert speech == {record.name: whole.speech(record.name) for record in timelines}
    assert speech == {record.name: spoken.speech(record.name) for record in timelines}
    assert len(voice.spoken) == 3
    for scene, lines in whole.lines.items():
        for name, line in lines.items():
            other = spoken.lines[scene][name]
            assert (other.gain, other.words) == (line.gain, line.words)
            assert other.sound.read_bytes() == line.sound.read_bytes()


def test_a_voice_has_one_gain_and_the_lecture_the_target_loudness(
    timelines: Timelines, syllables: Any, tmp_path: Path
) -> None:
    spoken = speak_lecture(timelines, syllables(), tmp_path)
    lines = [line for scene in spoken.lines.values() for line in scene.values()]
    assert len({line.gain for line in lines}) == 1
    silence = np.zeros(RATE // 2, np.float32)
    whole = np.concatenate([part for line in lines for part in (line.samples(), silence)])
    assert integrated_loudness(whole) == pytest.approx(TARGET, abs=0.3)
    for line in lines:
        samples = line.samples()
        assert len(samples) == line.length
        assert true_peak(samples) <= -1
        assert samples[0] == samples[-1] == 0


def test_removed_speech_is_an_error(timelines: Timelines, syllables: Any, tmp_path: Path) -> None:
    spoken = speak_lecture(timelines, syllables(), tmp_path)
    line = spoken.lines["Two"]["end.bye"]
    line.sound.unlink()
    with pytest.raises(VoiceError, match="run the same command again"):
        line.samples()
    with pytest.raises(VoiceError, match="Three, beat end, line bye was never spoken"):
        spoken.line("Three", timelines[1].lines[0])


def _speak(timelines: Timelines, voice: object, folder: Path) -> int:
    speak_lecture(timelines, voice, folder)
    return len(voice.spoken)


def test_two_processes_share_one_cache(
    timelines: Timelines, syllables: Any, tmp_path: Path
) -> None:
    with process_context().Pool(2) as pool:
        waiting = [pool.apply_async(_speak, (timelines, syllables(), tmp_path)) for _ in range(2)]
        assert sum(found.get(LONG) for found in waiting) == 3


# --- hibari ---


def test_hibari_is_deterministic(timelines: Timelines, tmp_path: Path) -> None:
    first = speak_lecture(timelines, choose_voice("hibari"), tmp_path / "a")
    second = speak_lecture(timelines, choose_voice("hibari"), tmp_path / "b")
    for one, other in zip(paths(first), paths(second), strict=True):
        assert one.name == other.name
        assert one.read_bytes() == other.read_bytes()
    assert 0.6 < first.seconds("One")["start.hello"] < 2.0
    assert first.voices == {
        "hibari": {
            "engine": "hibari-tts",
            "version": "0.2.1",
            "voice": "heart",
            "seed": "0",
            "words_per_minute": "175",
        }
    }
