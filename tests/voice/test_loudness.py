"""Loudness compared with ffmpeg's meter, true peaks, the limiter and fades."""

from __future__ import annotations

import av
import numpy as np
import pytest
from av.filter import Graph

from lecture.voice.loudness import (
    CEILING,
    TARGET,
    block_loudness,
    decibels,
    faded,
    gain_to_target,
    integrated_loudness,
    limited,
    true_peak,
)
from lecture.voice.sound import RATE


def speech(seconds: float, level: float, seed: int = 0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    generator = np.random.default_rng(seed)
    shape = np.abs(np.sin(2 * np.pi * 1.7 * time)) ** 2
    return (level * shape * generator.standard_normal(len(time))).astype("f4")


def ffmpeg_loudness(samples: np.ndarray) -> float:
    """Return the loudness by ffmpeg's ebur128 filter, another implementation of EBU R128."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono", time_base=None)
    meter = graph.add("ebur128", "metadata=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    loudness = -70.0
    padded = np.concatenate([samples, np.zeros(RATE, "f4")])
    for start in range(0, len(padded), RATE // 10):
        frame = av.AudioFrame.from_ndarray(
            padded[np.newaxis, start : start + RATE // 10], format="flt", layout="mono"
        )
        frame.sample_rate, frame.pts = RATE, start
        graph.push(frame)
        while True:
            try:
                metadata = graph.pull().metadata
            except (av.BlockingIOError, av.EOFError):
                break
            loudness = float(metadata.get("lavfi.r128.I", loudness))
    return loudness


def test_the_loudness_of_lines_is_that_of_the_whole_sound() -> None:
    lines = [speech(2.0, 0.1), speech(1.2, 0.02, 1), speech(3.1, 0.2, 2)]
    silence = np.zeros(RATE // 2, "f4")
    whole = np.concatenate([np.concatenate([silence, line, silence]) for line in lines])
    parts = integrated_loudness(map(block_loudness, lines))
    assert parts == pytest.approx(ffmpeg_loudness(whole), abs=0.25)


@pytest.mark.parametrize("level", [0.005, 0.03, 0.3])
def test_gain_brings_limited_lines_to_the_target(level: float) -> None:
    lines = [speech(2.0, level), speech(3.0, level / 2, 1)]
    gain = np.float32(gain_to_target(lines))
    normalized = [limited(line * gain) for line in lines]
    silence = np.zeros(RATE // 2, "f4")
    whole = np.concatenate([part for line in normalized for part in (line, silence)])
    assert ffmpeg_loudness(whole) == pytest.approx(TARGET, abs=0.5)
    assert decibels(true_peak(whole)) <= CEILING + 0.01


def test_silence_has_no_loudness() -> None:
    assert integrated_loudness([block_loudness(np.zeros(RATE, "f4"))]) == -np.inf


def test_peaks_between_samples_are_found() -> None:
    # A sine of a quarter of the rate, sampled 45 degrees from its peaks: samples are below 0.71.
    tone = np.sin(np.pi / 2 * np.arange(RATE // 4) + np.pi / 4).astype("f4")
    shaped = faded(tone)
    assert np.abs(shaped).max() == pytest.approx(np.sqrt(0.5), abs=1e-3)
    assert true_peak(shaped) == pytest.approx(1.0, abs=0.01)
    assert decibels(true_peak(limited(shaped))) <= CEILING + 0.01


def test_the_limiter_changes_only_sound_near_loud_peaks() -> None:
    quiet = speech(1.0, 0.05)
    assert limited(quiet) is quiet
    loud = speech(3.0, 0.05)
    loud[RATE : RATE + 100] *= 30
    result = limited(loud)
    assert decibels(true_peak(result)) <= CEILING + 0.01
    assert np.array_equal(result[: RATE - 3000], loud[: RATE - 3000])
    assert np.array_equal(result[RATE + 3100 :], loud[RATE + 3100 :])


def test_the_gain_of_the_limiter_is_smooth() -> None:
    tone = (0.4 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE)).astype("f4")
    tone[RATE // 2 :] *= 4
    gain = limited(tone) / np.where(tone == 0, 1, tone)
    assert np.abs(np.diff(gain[np.abs(tone) > 0.01])).max() < 0.02


def test_faded_sound_begins_and_ends_at_zero() -> None:
    shaped = faded(np.ones(RATE, "f4"))
    assert shaped[0] == shaped[-1] == 0
    assert np.abs(np.diff(shaped)).max() < 0.005
    assert np.all(shaped[2000:-2000] == 1)
    assert np.all(np.isfinite(faded(np.ones(3, "f4"))))
    assert len(faded(np.ones(0, "f4"))) == 0
