"""Loudness normalization by EBU R128, a peak limiter, and fades."""

from __future__ import annotations

import math
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.filter import Graph
from numpy.lib.stride_tricks import sliding_window_view

from lecture.voice.sound import RATE, Samples, mono_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = [
    "CEILING",
    "TARGET",
    "LoudnessMeter",
    "decibels",
    "faded",
    "gain_to_target",
    "limited",
]

TARGET = -16.0  # LUFS, usual for talks on the web
CEILING = -2.0  # dBFS; AAC may add up to 1 dB

_BLOCK = 0.4  # seconds, from EBU R128
_ABSOLUTE_GATE = -70.0  # LUFS, from EBU R128: what FFmpeg gives for silence
_SILENCE = np.zeros(round(_BLOCK * RATE), np.float32)
_MAX_GAIN = 40.0  # dB; quieter sound is only noise
_FADE_IN, _FADE_OUT = 0.010, 0.030  # seconds
_STEP = RATE // 1000  # samples per step of the limiter, 1 ms
_ATTACK = 12  # steps over which the limiter reduces the gain, before and after a peak
_OVERSAMPLING = 4
# _PART is a multiple of _STEP, and _PART + 2 * _MARGIN is 2**14, a fast size for the FFT.
_PART, _MARGIN = 15_840, 272


def decibels(ratio: float) -> float:
    """Return an amplitude ratio in decibels.

    Examples
    --------
    >>> round(decibels(0.5), 2), decibels(0.0)
    (-6.02, -inf)
    """
    return 20 * math.log10(ratio) if ratio > 0 else -math.inf


class LoudnessMeter:
    """Measures sound by EBU R128, with FFmpeg's filter ``ebur128``.

    Examples
    --------
    >>> meter = LoudnessMeter()
    >>> meter.add(np.sin(np.arange(2 * RATE) * (2 * np.pi * 1000 / RATE)).astype(np.float32))
    >>> meter.finish()
    >>> round(meter.loudness), round(meter.peak, 2)
    (-3, 1.0)
    """

    def __init__(self, *, true_peak: bool = True) -> None:
        self._graph = Graph()
        source = self._graph.add_abuffer(
            sample_rate=RATE, format="fltp", layout="mono", time_base=Fraction(1, RATE)
        )
        options = {"metadata": "1", "framelog": "quiet", "peak": "true" if true_peak else "none"}
        self._graph.link_nodes(
            source, self._graph.add("ebur128", **options), self._graph.add("abuffersink")
        ).configure()
        self._start = 0
        self._metadata: dict[str, str] = {}

    def add(self, samples: Samples) -> None:
        """Measure consecutive samples."""
        if not len(samples):
            return
        self._graph.push(mono_frame(samples, start=self._start))
        self._start += len(samples)
        self._read()

    def finish(self) -> None:
        """Measure the rest; `loudness` and `peak` are those of all samples from now on."""
        self.add(_SILENCE)
        self._graph.push(None)
        self._read()

    def _read(self) -> None:
        with suppress(av.BlockingIOError, av.EOFError):
            while True:
                # The last frame has no results if it is shorter than the others.
                self._metadata = self._graph.pull().metadata or self._metadata

    @property
    def loudness(self) -> float:
        """Integrated loudness, in LUFS; -∞ for silence."""
        value = float(self._metadata.get("lavfi.r128.I", _ABSOLUTE_GATE))
        return value if value > _ABSOLUTE_GATE else -math.inf

    @property
    def peak(self) -> float:
        """Largest amplitude, also between samples, to three digits."""
        return float(self._metadata.get("lavfi.r128.true_peak", 0.0))


def gain_to_target(lines: Sequence[Samples]) -> float:
    """Return the gain, as a factor, that brings lines to `TARGET` together after limiting.

    Lines are measured as in the lecture, with silence before and after each of them.
    """
    gain = min(TARGET - _loudness(lines), _MAX_GAIN)
    # The limiter reduces the loudness, so the gain is corrected by the remaining difference.
    gain += TARGET - _loudness(limited(line * np.float32(10 ** (gain / 20))) for line in lines)
    return float(10 ** (min(gain, _MAX_GAIN) / 20))


def _loudness(lines: Iterable[Samples]) -> float:
    meter = LoudnessMeter(true_peak=False)
    meter.add(_SILENCE)
    for line in lines:
        meter.add(line)
        meter.add(_SILENCE)
    meter.finish()
    return meter.loudness


def _oversampled(samples: Samples) -> Iterator[NDArray[np.float64]]:
    """Yield parts of the sound at a higher rate, interpolated by FFT with a margin."""
    count = len(samples)
    padded = np.pad(samples.astype(np.float64), (_MARGIN, _MARGIN + -count % _PART))
    for start in range(0, count, _PART):
        spectrum = np.fft.rfft(padded[start : start + _PART + 2 * _MARGIN])
        part = np.fft.irfft(spectrum, _OVERSAMPLING * (_PART + 2 * _MARGIN)) * _OVERSAMPLING
        last = min(_PART, count - start)
        yield part[_OVERSAMPLING * _MARGIN : _OVERSAMPLING * (_MARGIN + last)]


def _peaks(part: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest amplitude of each step of a part of oversampled sound."""
    padded = np.pad(np.abs(part), (0, -len(part) % (_STEP * _OVERSAMPLING)))
    peaks: NDArray[np.float64] = padded.reshape(-1, _STEP * _OVERSAMPLING).max(axis=1)
    return peaks


def limited(samples: Samples) -> Samples:
    """Return sound whose gain is smoothly reduced around peaks above `CEILING`."""
    ceiling = 10 ** (CEILING / 20)
    steps = -(-len(samples) // _STEP)
    if not steps:
        return samples
    peaks = np.concatenate([_peaks(part) for part in _oversampled(samples)])
    if float(peaks.max()) <= ceiling:
        return samples
    allowed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    # The minimum of a window, smoothed by a window whose ends are 0: the smoothed gain exceeds the
    # allowed gain at no step, nor at its neighbours, to which np.interp reaches.
    width = 2 * _ATTACK + 1
    minimum = sliding_window_view(np.pad(allowed, 2 * _ATTACK, mode="edge"), width).min(axis=1)
    window = np.hanning(width)
    smooth = np.convolve(minimum, window / window.sum(), mode="valid")
    centers = (np.arange(steps) + 0.5) * _STEP
    gain = np.interp(np.arange(len(samples)), centers, smooth)
    return (samples * gain).astype(np.float32)


def faded(samples: Samples, *, start: bool = True, end: bool = True) -> Samples:
    """Return sound with a fade-in at its start and a fade-out at its end: cuts do not click."""
    shaped = samples.copy()
    for wanted, seconds, ends in ((start, _FADE_IN, shaped), (end, _FADE_OUT, shaped[::-1])):
        count = min(round(seconds * RATE), len(shaped) // 2) if wanted else 0
        ends[:count] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(count, 1))
    return shaped
