"""Loudness and true peak by other implementations than FFmpeg's, which the project uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lecture.voice.sound import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray


def integrated_loudness(samples: NDArray[np.float32]) -> float:
    """Return the loudness in LUFS by BS.1770, with silence before and after the samples."""
    import pyloudnorm  # noqa: PLC0415  (imports scipy, which takes a second)

    padded = np.pad(samples.astype(np.float64), RATE // 2)
    return float(pyloudnorm.Meter(RATE).integrated_loudness(padded))


def true_peak(samples: NDArray[np.float32]) -> float:
    """Return the largest amplitude, including those between samples, in dB of full scale."""
    from scipy.signal import resample  # noqa: PLC0415  (takes a second)

    padded = np.pad(samples.astype(np.float64), RATE // 10)
    finer = resample(padded, 4 * len(padded))
    return float(20 * np.log10(np.abs(finer).max()))
