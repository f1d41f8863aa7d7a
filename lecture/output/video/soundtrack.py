"""The samples of a lecture or a beat: the speech of each line at the time of the line."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from lecture.errors import VoiceError
from lecture.output.video.manifest import with_starts
from lecture.output.video.mux import sound_length
from lecture.voice.loudness import block_loudness, decibels, integrated_loudness, true_peak
from lecture.voice.narration import line_name
from lecture.voice.sound import RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lecture.timeline import Line, SceneTimeline
    from lecture.voice.narration import SpokenLecture
    from lecture.voice.sound import Samples

__all__ = ["LoudnessMeter", "beat_samples", "lecture_samples"]


@dataclass
class LoudnessMeter:
    """Measures the loudness of samples on their way to the encoder."""

    _blocks: list[NDArray[np.float64]] = field(default_factory=list)
    _peak: float = 0.0

    def measure(self, pieces: Iterator[Samples]) -> Iterator[Samples]:
        """Measure samples and yield them unchanged."""
        for piece in pieces:
            self._blocks.append(block_loudness(piece))
            self._peak = max(self._peak, true_peak(piece))
            yield piece

    @property
    def loudness(self) -> float | None:
        """Integrated loudness, in LUFS; ``None`` for silence."""
        value = integrated_loudness(self._blocks) if self._blocks else -np.inf
        return float(value) if np.isfinite(value) else None

    @property
    def peak(self) -> float | None:
        """True peak, in dB relative to full scale; ``None`` for silence."""
        return decibels(self._peak) if self._peak else None


def lecture_samples(records: Sequence[SceneTimeline], spoken: SpokenLecture) -> Iterator[Samples]:
    """Yield the sound of each scene; together they are as long as the video, to the sample.

    Raises
    ------
    VoiceError
        A line has no speech, or its speech is longer than the line.
    """
    for record, start in with_starts(records):
        first, last = sound_length(start), sound_length(start + record.seconds)
        samples = np.zeros(last - first, np.float32)
        for line in record.lines:
            at = sound_length(start + Fraction(line.start)) - first
            _add_speech(samples, at, record, line, spoken)
        yield samples


def beat_samples(
    record: SceneTimeline, beat_index: int, spoken: SpokenLecture
) -> tuple[Samples, int]:
    """Return the sound of a beat, as long as its frames, and the sample rate.

    Raises
    ------
    VoiceError
        A line has no speech, or its speech is longer than the line.
    """
    beat = record.beats[beat_index]
    start = Fraction(beat.start, record.fps)
    samples = np.zeros(sound_length(Fraction(beat.frames, record.fps)), np.float32)
    for line in record.lines_of(beat_index):
        at = max(0, sound_length(Fraction(line.start) - start))
        _add_speech(samples, at, record, line, spoken)
    return samples, RATE


def _add_speech(
    samples: Samples, at: int, record: SceneTimeline, line: Line, spoken: SpokenLecture
) -> None:
    speech = spoken.line(record.name, line)
    seconds = line.end - line.start
    # Lines end on frames, but for rounding: hence the half frame.
    if speech.seconds > seconds + 0.5 / record.fps or at + speech.length > len(samples):
        raise VoiceError(
            f"{line_name(record.name, line)}: its speech takes {speech.seconds:.2f} s, "
            f"but the line was rendered for {seconds:.2f} s; render the scene again"
        )
    samples[at : at + speech.length] += speech.samples()
