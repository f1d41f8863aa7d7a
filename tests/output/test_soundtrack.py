"""The soundtrack: speech and sounds of a scene, each at its time and level, cut without a click."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lecture.errors import RenderError
from lecture.output.video.soundtrack import beat_samples, lecture_samples
from lecture.timeline import Beat, Line, SceneSound, SceneTimeline
from lecture.voice.loudness import CEILING
from lecture.voice.narration import SpokenLecture, SpokenLine
from lecture.voice.sound import RATE, write_wav
from tests.loudness import true_peak

FPS = 7  # neither samples nor milliseconds hit its frames


def tone(seconds: float, pitch: float, level: float) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


def sound(path: Path, samples: np.ndarray, start: float, **gains: float) -> SceneSound:
    write_wav(path, samples)
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    return SceneSound(file=path, sha256=checksum, start=start, **gains)


def scene(*sounds: SceneSound, lines: tuple[Line, ...] = ()) -> SceneTimeline:
    beats = (Beat(name="a", start=0, frames=15), Beat(name="b", start=15, frames=15))
    size = {"width": 16, "height": 16, "fps": FPS}
    return SceneTimeline(name="S", title="", beats=beats, lines=lines, sounds=sounds, **size)


def level(samples: np.ndarray, start: float, end: float) -> float:
    return float(np.abs(samples[round(start * RATE) : round(end * RATE)]).max())


def test_gains_are_in_decibels_and_sounds_add_up(tmp_path: Path) -> None:
    low = sound(tmp_path / "low.wav", tone(3, 200, 0.5), 0.0, gain=-6.0)
    high = sound(tmp_path / "high.wav", tone(1, 1000, 0.1), 1.0, background_gain=-20.0)
    (samples,) = lecture_samples([scene(low, high)], None)
    assert len(samples) == round(Fraction(30, FPS) * RATE)
    half = 0.5 * 10 ** (-6 / 20)
    assert level(samples, 0.1, 0.9) == pytest.approx(half, rel=1e-3)
    assert level(samples, 1.1, 1.9) == pytest.approx(half / 10 + 0.1, rel=1e-2)
    assert level(samples, 2.1, 2.9) == pytest.approx(half, rel=1e-3)
    assert not samples[3 * RATE + 1 :].any()


def test_speech_and_sounds_are_heard_together(tmp_path: Path) -> None:
    speech = tone(1, 500, 0.2)
    write_wav(tmp_path / "speech.wav", speech)
    line = Line(beat="a", key="k", caption="A", spoken="A", start=1.0, end=2.0)
    spoken = SpokenLecture(
        {}, {"S": {"a.k": SpokenLine("tone", tmp_path / "speech.wav", len(speech), 1.0)}}
    )
    beep = sound(tmp_path / "beep.wav", tone(2, 2000, 0.1), 0.5)
    (both,) = lecture_samples([scene(beep, lines=(line,))], spoken)
    (alone,) = lecture_samples([scene(lines=(line,))], spoken)
    (beeps,) = lecture_samples([scene(beep)], None)
    assert np.allclose(both, alone + beeps, atol=1e-6)
    assert level(alone, 1.1, 1.9) == pytest.approx(0.2, rel=1e-3)


def test_loud_sounds_are_limited(tmp_path: Path) -> None:
    loud = [sound(tmp_path / f"{n}.wav", tone(2, 300 * n, 0.9), 0.3 * n) for n in (1, 2, 3)]
    (samples,) = lecture_samples([scene(*loud)], None)
    assert true_peak(samples) <= CEILING + 0.01
    assert true_peak(samples) > CEILING - 1


def test_sounds_across_scenes_and_beats_are_cut_without_a_click(tmp_path: Path) -> None:
    music = sound(tmp_path / "music.wav", tone(60, 100, 0.5), 1.0)
    first, second = lecture_samples([scene(music), scene()], None)
    assert not second.any()
    assert abs(first[-1]) < 1e-6
    assert level(first, 4.0, 4.2) > 0.49
    smoothest = 1.1 * 0.5 * 2 * np.pi * 100 / RATE
    assert np.abs(np.diff(first)).max() < smoothest
    for index in (0, 1):
        samples, _ = beat_samples(scene(music), index, None)
        assert len(samples) == round(Fraction(15, FPS) * RATE)
        assert np.abs(np.diff(samples)).max() < smoothest
        assert level(samples, 1.5, 2.0) > 0.49
    assert samples[0] == 0


def test_sounds_after_the_end_are_not_heard(tmp_path: Path) -> None:
    late = sound(tmp_path / "late.wav", tone(1, 100, 0.5), 99.0)
    (samples,) = lecture_samples([scene(late)], None)
    assert not samples.any()


def test_a_removed_sound_is_an_error(tmp_path: Path) -> None:
    gone = sound(tmp_path / "gone.wav", tone(1, 100, 0.5), 0.0)
    gone.file.unlink()
    with pytest.raises(RenderError, match=r"gone\.wav cannot be read as sound: .*again"):
        list(lecture_samples([scene(gone)], None))
