"""Loudness normalization by EBU R128, a peak limiter, and fades.

Lines are measured as in the lecture, with silence before and after each of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lecture.voice.sound import RATE, Samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "CEILING",
    "TARGET",
    "block_loudness",
    "decibels",
    "faded",
    "gain_to_target",
    "integrated_loudness",
    "limited",
    "true_peak",
]

TARGET = -16.0  # LUFS, usual for talks on the web
CEILING = -2.0  # dBFS; AAC may add up to 1 dB

_BLOCK = 0.4  # seconds, from EBU R128
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0  # LUFS and LU, from EBU R128
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


def block_loudness(samples: Samples) -> NDArray[np.float64]:
    """Return the loudness in LUFS of overlapping blocks of 0.4 s, padded with silence."""
    from pyloudnorm import Meter  # noqa: PLC0415  (imports scipy, which takes half a second)

    silence = np.zeros(round(_BLOCK * RATE))
    padded = np.concatenate([silence, samples.astype(np.float64), silence])
    meter = Meter(RATE, block_size=_BLOCK)
    meter.integrated_loudness(padded)
    return np.asarray(meter.blockwise_loudness, dtype=np.float64)


def integrated_loudness(blocks: Iterable[NDArray[np.float64]]) -> float:
    """Return the integrated loudness of blocks in LUFS, with the gates of EBU R128.

    Examples
    --------
    >>> quiet, loud = np.full(50, -40.0), np.full(50, -20.0)
    >>> integrated_loudness([quiet, loud])  # the quiet blocks are below the relative gate
    -20.0
    """
    levels = np.concatenate(list(blocks))
    audible = levels[levels >= _ABSOLUTE_GATE]
    if not len(audible):
        return -math.inf
    gate = _mean_level(audible) + _RELATIVE_GATE
    return _mean_level(audible[audible > gate])


def _mean_level(levels: NDArray[np.float64]) -> float:
    return 10 * math.log10(float(np.mean(10 ** (levels / 10))))


def gain_to_target(lines: Sequence[Samples]) -> float:
    """Return the gain, as a factor, that brings lines to `TARGET` together after limiting."""
    gain = TARGET - integrated_loudness(block_loudness(line) for line in lines)
    gain = min(gain, _MAX_GAIN)
    # The limiter reduces the loudness, so the gain is corrected by the remaining difference.
    limited_lines = (limited(line * np.float32(10 ** (gain / 20))) for line in lines)
    gain += TARGET - integrated_loudness(block_loudness(line) for line in limited_lines)
    return float(10 ** (min(gain, _MAX_GAIN) / 20))


def true_peak(samples: Samples) -> float:
    """Return the largest amplitude, including peaks between samples."""
    return max((float(np.abs(part).max()) for part in _oversampled(samples)), default=0.0)


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
