"""Recordings: files of any format, normalized; faults of a folder are reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from lecture.errors import VoiceInputError
from lecture.timeline import SceneTimeline
from lecture.voice.loudness import TARGET
from lecture.voice.narration import speak_lecture
from lecture.voice.recordings import Recordings, recording_name, unused_recordings
from tests.loudness import integrated_loudness

Timelines = list[SceneTimeline]
Write = Callable[..., Path]
SpeechLike = Callable[..., np.ndarray]


def record(
    folder: Path, timelines: Timelines, wav: Write, speech_like: SpeechLike, **options: object
) -> None:
    for record in timelines:
        for line in record.lines:
            name = recording_name(record.name, line.beat, line.key) + ".wav"
            samples = speech_like(0.07 * len(line.spoken), rate=48_000)
            wav(str(folder / name), samples, **options)


def test_each_recording_is_normalized(
    timelines: Timelines, tmp_path: Path, wav: Write, speech_like: SpeechLike
) -> None:
    folder = tmp_path / "mine"
    record(folder, timelines, wav, speech_like)
    quiet = folder / "One.start.again.wav"
    wav(str(quiet), speech_like(1.0, rate=44_100, level=0.005), rate=44_100, channels=2)
    spoken = speak_lecture(timelines, Recordings(folder), tmp_path / "cache")
    for scene in spoken.lines.values():
        for line in scene.values():
            assert line.source == "recorded"
            loudness = integrated_loudness(line.samples())
            assert loudness == pytest.approx(TARGET, abs=0.5)


def test_a_recording_cut_off_within_a_sound_does_not_click(
    timelines: Timelines, tmp_path: Path, wav: Write
) -> None:
    folder = tmp_path / "mine"
    for scene in timelines:
        for line in scene.lines:
            name = recording_name(scene.name, line.beat, line.key) + ".wav"
            wav(str(folder / name), 0.1 * np.cos(np.arange(72_001) / 50))
    spoken = speak_lecture(timelines, Recordings(folder), tmp_path / "cache")
    samples = spoken.lines["One"]["start.hello"].samples()
    assert samples[0] == samples[-1] == 0
    assert np.abs(np.diff(samples)).max() <= 1.1 * np.abs(samples).max() / 50


def test_a_changed_recording_is_read_again(
    timelines: Timelines, tmp_path: Path, wav: Write, speech_like: SpeechLike
) -> None:
    folder = tmp_path / "mine"
    record(folder, timelines, wav, speech_like)
    first = speak_lecture(timelines, Recordings(folder), tmp_path / "cache")
    wav(str(folder / "Two.end.bye.wav"), speech_like(3.7, rate=48_000))
    second = speak_lecture(timelines, Recordings(folder), tmp_path / "cache")
    assert second.lines["One"] == first.lines["One"]
    assert second.seconds("Two")["end.bye"] == pytest.approx(3.7, abs=0.12)


def test_the_voice_speaks_lines_without_a_recording(
    timelines: Timelines, tmp_path: Path, wav: Write, speech_like: SpeechLike, syllables: Any
) -> None:
    folder = tmp_path / "mine"
    wav(str(folder / "One.start.again.wav"), speech_like(1.0, rate=48_000))
    spoken = speak_lecture(timelines, Recordings(folder, syllables()), tmp_path / "cache")
    assert {line.source for line in spoken.lines["Two"].values()} == {"syllables"}
    assert spoken.lines["One"]["start.again"].source == "recorded"
    assert set(spoken.voices) == {"recorded", "syllables"}


def test_all_issues_of_recordings_are_reported_at_once(
    timelines: Timelines, tmp_path: Path, wav: Write, speech_like: SpeechLike
) -> None:
    folder = tmp_path / "mine"
    record(folder, timelines, wav, speech_like)
    (folder / "One.start.hello.wav").rename(folder / "One.start.helo.wav")
    wav(str(folder / "One.start.again.wav"), np.zeros(48_000))
    (folder / "Two.end.bye.wav").write_bytes(b"no sound")
    with pytest.raises(VoiceInputError) as caught:
        speak_lecture(timelines, Recordings(folder), tmp_path / "cache")
    missing, silent, unreadable = caught.value.faults
    assert missing == (
        f"One, beat start, line hello: {folder}/One.start.hello.wav is missing; "
        'did you mean "One.start.helo.wav"?'
    )
    assert silent.startswith(f"One, beat start, line again: {folder}/One.start.again.wav is silent")
    assert unreadable.startswith(
        f"Two, beat end, line bye: {folder}/Two.end.bye.wav cannot be read as sound"
    )


@pytest.mark.parametrize(("seconds", "reason"), [(0.1, "0.10 s of speech"), (60, "60.0. s of")])
def test_recordings_that_are_too_short_or_too_long_are_invalid(
    timelines: Timelines,
    tmp_path: Path,
    wav: Write,
    speech_like: SpeechLike,
    seconds: float,
    reason: str,
) -> None:
    folder = tmp_path / "mine"
    record(folder, timelines, wav, speech_like)
    wav(str(folder / "Two.end.bye.wav"), np.abs(speech_like(seconds, rate=48_000)) + 0.1)
    with pytest.raises(VoiceInputError, match=rf"Two, beat end, line bye.*{reason}.*allowed: "):
        speak_lecture(timelines, Recordings(folder), tmp_path / "cache")


ENCODERS = {
    "WAV": "pcm_s16le",
    "Wav": "pcm_s24le",
    "m4a": "aac",
    "M4A": "alac",
    "mp3": "libmp3lame",
    "Mp3": "libmp3lame",
    "flac": "flac",
    "FLAC": "flac",
    "ogg": "libopus",
    "OGG": "flac",
    "opus": "libopus",
    "aiff": "pcm_s16be",
    "webm": "libopus",
}


def encode(path: Path, samples: np.ndarray, encoder: str) -> None:
    container_format = {"m4a": "ipod"}.get(path.suffix[1:].lower())
    with av.open(path, "w", format=container_format or path.suffix[1:].lower()) as container:
        stream: Any = container.add_stream(encoder, rate=48_000, layout="stereo")
        for start in range(0, len(samples), 960):
            pair = np.repeat(samples[np.newaxis, start : start + 960], 2, axis=0)
            frame = av.AudioFrame.from_ndarray(pair, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = 48_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.parametrize("suffix", ENCODERS)
def test_recordings_may_have_any_format_and_case_of_suffix(
    timelines: Timelines, tmp_path: Path, speech_like: SpeechLike, syllables: Any, suffix: str
) -> None:
    samples = speech_like(1.0, rate=48_000)
    encode(tmp_path / f"One.start.again.{suffix}", samples, ENCODERS[suffix])
    spoken = speak_lecture(timelines, Recordings(tmp_path, syllables()), tmp_path / "cache")
    line = spoken.lines["One"]["start.again"]
    assert line.source == "recorded"
    assert line.seconds == pytest.approx(1.04, abs=0.06)
    assert spoken.count() == {"recorded": 1, "syllables": 2}


def test_a_decomposed_name_is_the_name_of_its_line(
    scene: Callable[..., SceneTimeline], tmp_path: Path, wav: Write, speech_like: SpeechLike
) -> None:
    records = [scene("One", {"größe": [("wert", "Hello to you all.")]})]
    wav("One.gro\u0308ße.wert.wav", speech_like(1.0, rate=48_000))
    spoken = speak_lecture(records, Recordings(tmp_path), tmp_path / "cache")
    assert spoken.count() == {"recorded": 1}


def test_two_recordings_of_a_line_are_an_error_that_names_both(
    timelines: Timelines, tmp_path: Path, wav: Write, speech_like: SpeechLike, syllables: Any
) -> None:
    folder = tmp_path / "mine"
    record(folder, timelines, wav, speech_like)
    encode(folder / "One.start.hello.M4A", speech_like(1.0, rate=48_000), "aac")
    for voice in (None, syllables()):
        with pytest.raises(VoiceInputError) as caught:
            speak_lecture(timelines, Recordings(folder, voice), tmp_path / "cache")
        (fault,) = caught.value.faults
        files = f"{folder}/One.start.hello.M4A, {folder}/One.start.hello.wav"
        assert fault == (
            f"One, beat start, line hello: has several recordings: {files}; remove all but one"
        )


def test_files_that_no_line_uses_are_named(
    timelines: Timelines, tmp_path: Path, wav: Write, speech_like: SpeechLike
) -> None:
    record(tmp_path, timelines, wav, speech_like)
    (tmp_path / "One.start.hello.wav").rename(tmp_path / "one.start.hello.wav")
    for other in ("Three.start.hello.mp3", "Four.a.b.wav", "._One.start.again.wav", "notes.txt"):
        (tmp_path / other).write_bytes(b"")
    (tmp_path / "take 2.MP3").write_bytes(b"")
    unused, hint = "is not used: no line has its name", '; did you mean "One.start.hello"?'
    assert unused_recordings(Recordings(tmp_path), timelines, {"Four"}) == [
        f"{tmp_path}/Three.start.hello.mp3 {unused}{hint}",
        f"{tmp_path}/one.start.hello.wav {unused}{hint}",
        f"{tmp_path}/take 2.MP3 {unused}",
    ]


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path: Path, timelines: Timelines) -> None:
    with pytest.raises(VoiceInputError, match=r"--recordings: .*gone cannot be read: No such file"):
        speak_lecture(timelines, Recordings(tmp_path / "gone"), tmp_path / "cache")
