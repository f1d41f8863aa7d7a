"""Loudness by EBU R128, peaks below a ceiling, and no clicks.

A lecture's speech is measured as it lies in the lecture: with silence before and after each line.
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

TARGET = -16.0  # LUFS, what platforms for talks ask for
CEILING = -2.0  # dB below full scale; AAC may then put up to 1 dB on top

_BLOCK = 0.4  # seconds, set by EBU R128
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0  # LUFS, LU; likewise
_MOST_GAIN = 40.0  # dB; more would amplify nothing but noise
_FADE_IN, _FADE_OUT = 0.010, 0.030  # seconds
_STEP = RATE // 1000  # samples in which the limiter looks at peaks: 1 ms
_LOOK = 12  # steps to either side over which it turns the gain down and up again
_FINER = 4  # times the rate, to see peaks between samples
_PART, _MARGIN = 15_872, 256  # samples that are interpolated at once: 16,384


def decibels(ratio: float) -> float:
    """Return a ratio of amplitudes in decibels.

    Examples
    --------
    >>> round(decibels(0.5), 2), decibels(0.0)
    (-6.02, -inf)
    """
    return 20 * math.log10(ratio) if ratio > 0 else -math.inf


def block_loudness(samples: Samples) -> NDArray[np.float64]:
    """Return the loudness of the overlapping blocks of 0.4 s, with silence around, in LUFS."""
    from pyloudnorm import Meter  # noqa: PLC0415  (its import of scipy takes half a second)

    silence = np.zeros(round(_BLOCK * RATE))
    padded = np.concatenate([silence, samples.astype(np.float64), silence])
    meter = Meter(RATE, block_size=_BLOCK)
    meter.integrated_loudness(padded)
    return np.asarray(meter.blockwise_loudness, dtype=np.float64)


def integrated_loudness(blocks: Iterable[NDArray[np.float64]]) -> float:
    """Return the loudness of all blocks together, gated as EBU R128 says, in LUFS.

    Examples
    --------
    >>> quiet, loud = np.full(50, -40.0), np.full(50, -20.0)
    >>> integrated_loudness([quiet, loud])  # what is far quieter than the rest does not count
    -20.0
    """
    levels = np.concatenate(list(blocks))
    heard = levels[levels >= _ABSOLUTE_GATE]
    if not len(heard):
        return -math.inf
    gate = _mean_level(heard) + _RELATIVE_GATE
    return _mean_level(heard[heard > gate])


def _mean_level(levels: NDArray[np.float64]) -> float:
    return 10 * math.log10(float(np.mean(10 ** (levels / 10))))


def gain_to_target(lines: Sequence[Samples]) -> float:
    """Return the one gain that brings lines to `TARGET` together, as a factor.

    What the limiter will take away is made up for.
    """
    gain = TARGET - integrated_loudness(block_loudness(line) for line in lines)
    gain = min(gain, _MOST_GAIN)
    limited_lines = (limited(line * np.float32(10 ** (gain / 20))) for line in lines)
    gain += TARGET - integrated_loudness(block_loudness(line) for line in limited_lines)
    return float(10 ** (min(gain, _MOST_GAIN) / 20))


def true_peak(samples: Samples) -> float:
    """Return the largest amplitude, also between samples."""
    return max((float(np.abs(part).max()) for part in _finer(samples)), default=0.0)


def _finer(samples: Samples) -> Iterator[NDArray[np.float64]]:
    """Interpolate, band-limited, so that peaks between samples become samples.

    Long sound comes in parts, each interpolated with its surroundings.
    """
    count = len(samples)
    padded = np.pad(samples.astype(np.float64), (_MARGIN, _MARGIN + -count % _PART))
    for start in range(0, count, _PART):
        spectrum = np.fft.rfft(padded[start : start + _PART + 2 * _MARGIN])
        finer = np.fft.irfft(spectrum, _FINER * (_PART + 2 * _MARGIN)) * _FINER
        last = min(_PART, count - start)
        yield finer[_FINER * _MARGIN : _FINER * (_MARGIN + last)]


def limited(samples: Samples) -> Samples:
    """Turn the gain down smoothly where peaks would pass `CEILING`."""
    ceiling = 10 ** (CEILING / 20)
    steps = -(-len(samples) // _STEP)
    if not steps:
        return samples
    finer = np.abs(np.concatenate(list(_finer(samples))))
    if float(finer.max()) <= ceiling:
        return samples
    padded = np.zeros(steps * _STEP * _FINER)
    padded[: len(finer)] = finer
    allowed = np.minimum(1.0, ceiling / np.maximum(padded.reshape(steps, -1).max(axis=1), 1e-9))
    # The least gain of a neighbourhood, averaged over one that is narrower by the step to either
    # side that interpolation reaches: never more than what any peak allows.
    wide = 2 * _LOOK + 1
    least = sliding_window_view(np.pad(allowed, 2 * _LOOK, mode="edge"), wide).min(axis=1)
    bell = np.hanning(wide)
    smooth = np.convolve(least, bell / bell.sum(), mode="valid")
    centres = (np.arange(steps) + 0.5) * _STEP
    gain = np.interp(np.arange(len(samples)), centres, smooth)
    return (samples * gain).astype(np.float32)


def faded(samples: Samples) -> Samples:
    """Let sound begin and end at silence, without a click."""
    shaped = samples.copy()
    for seconds, ends in ((_FADE_IN, shaped), (_FADE_OUT, shaped[::-1])):
        count = min(round(seconds * RATE), len(shaped) // 2)
        ends[:count] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(count, 1))
    return shaped
