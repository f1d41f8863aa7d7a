"""Loudness and true peaks compared with other meters, the limiter and fades."""

from __future__ import annotations

import numpy as np
import pytest

from lecture.voice.loudness import CEILING, TARGET, LoudnessMeter, faded, gain_to_target, limited
from lecture.voice.sound import RATE
from tests.loudness import integrated_loudness, true_peak


def speech(seconds: float, level: float, seed: int = 0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    generator = np.random.default_rng(seed)
    shape = np.abs(np.sin(2 * np.pi * 1.7 * time)) ** 2
    # Like speech, it has little sound near half of the rate, where meters of peaks differ.
    window = np.hanning(18) / np.linalg.norm(np.hanning(18))
    noise = np.convolve(generator.standard_normal(len(time)), window, mode="same")
    return (level * shape * noise).astype("f4")


def measured(*pieces: np.ndarray) -> LoudnessMeter:
    meter = LoudnessMeter()
    for piece in pieces:
        meter.add(piece)
    meter.finish()
    return meter


@pytest.mark.parametrize("level", [0.003, 0.05, 0.5])
def test_loudness_and_true_peak_are_those_of_other_meters(level: float) -> None:
    whole = np.concatenate([speech(2.0, level), speech(1.21, level / 5, 1), speech(3, level, 2)])
    meter = measured(whole)
    assert meter.loudness == pytest.approx(integrated_loudness(whole), abs=0.25)
    assert meter.peak == pytest.approx(10 ** (true_peak(whole) / 20), rel=0.02, abs=0.0005)


@pytest.mark.parametrize("length", [1, 999, 4800, 31_000])
def test_the_division_into_pieces_does_not_matter(length: int) -> None:
    whole = speech(2.3, 0.1)
    pieces = [whole[start : start + length] for start in range(0, len(whole), length)][:200]
    meter, same = measured(*pieces), measured(np.concatenate(pieces))
    assert (meter.loudness, meter.peak) == (same.loudness, same.peak)


@pytest.mark.parametrize("level", [0.005, 0.03, 0.3])
def test_gain_brings_limited_lines_to_the_target(level: float) -> None:
    lines = [speech(2.0, level), speech(3.0, level / 2, 1)]
    gain = np.float32(gain_to_target(lines))
    normalized = [limited(line * gain) for line in lines]
    silence = np.zeros(RATE // 2, "f4")
    whole = np.concatenate([part for line in normalized for part in (line, silence)])
    assert integrated_loudness(whole) == pytest.approx(TARGET, abs=0.5)
    assert true_peak(whole) <= CEILING + 0.01


def test_silence_has_no_loudness() -> None:
    for silence in (np.zeros(RATE, "f4"), np.zeros(0, "f4")):
        assert (measured(silence).loudness, measured(silence).peak) == (-np.inf, 0.0)


def test_peaks_between_samples_are_found() -> None:
    # A sine of a quarter of the rate, sampled 45 degrees from its peaks: samples are below 0.71.
    tone = np.sin(np.pi / 2 * np.arange(RATE // 4) + np.pi / 4).astype("f4")
    shaped = faded(tone)
    assert np.abs(shaped).max() == pytest.approx(np.sqrt(0.5), abs=1e-3)
    assert measured(shaped).peak == pytest.approx(1.0, abs=0.01)
    assert true_peak(limited(shaped)) <= CEILING + 0.01


def test_the_limiter_changes_only_sound_near_loud_peaks() -> None:
    quiet = speech(1.0, 0.05)
    assert limited(quiet) is quiet
    loud = speech(3.0, 0.05)
    loud[RATE : RATE + 100] *= 30
    result = limited(loud)
    assert true_peak(result) <= CEILING + 0.01
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
