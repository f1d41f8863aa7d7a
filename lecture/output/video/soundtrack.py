"""Lay the speech of lines where their scenes have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from lecture.errors import VoiceError
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
    """Measures sound that passes, piece by piece."""

    _blocks: list[NDArray[np.float64]] = field(default_factory=list)
    _peak: float = 0.0

    def passing(self, pieces: Iterator[Samples]) -> Iterator[Samples]:
        """Let sound through, and measure it."""
        for piece in pieces:
            self._blocks.append(block_loudness(piece))
            self._peak = max(self._peak, true_peak(piece))
            yield piece

    @property
    def loudness(self) -> float | None:
        """Integrated loudness of all that passed, in LUFS; ``None`` for silence."""
        value = integrated_loudness(self._blocks) if self._blocks else -np.inf
        return float(value) if np.isfinite(value) else None

    @property
    def peak(self) -> float | None:
        """The highest true peak of all that passed, in dB below full scale."""
        return decibels(self._peak) if self._peak else None


def lecture_samples(records: Sequence[SceneTimeline], spoken: SpokenLecture) -> Iterator[Samples]:
    """Return the sound of a lecture, a scene at a time.

    Each line's speech begins where its line does, to the sample. All pieces together are as long
    as the pictures, to the sample.

    Raises
    ------
    VoiceError
        A line was not spoken, or its speech is longer than its line.
    """
    start = Fraction(0)
    for record in records:
        first, last = sound_length(start), sound_length(start + record.seconds)
        piece = np.zeros(last - first, np.float32)
        for line in record.lines:
            _lay(piece, sound_length(start + Fraction(line.start)) - first, record, line, spoken)
        yield piece
        start += record.seconds


def beat_samples(
    record: SceneTimeline, beat_index: int, spoken: SpokenLecture
) -> tuple[Samples, int]:
    """Return the sound of one beat, as long as its pictures, and its rate.

    Parameters
    ----------
    record
        The scene as filmed.
    beat_index
        Which of its beats.
    spoken
        The lecture's speech.
    """
    beat = record.beats[beat_index]
    start = Fraction(beat.start, record.fps)
    end = start + Fraction(beat.frames, record.fps)
    piece = np.zeros(sound_length(end - start), np.float32)
    for line in record.lines_of(beat_index):
        at = max(0, sound_length(Fraction(line.start) - start))
        _lay(piece, at, record, line, spoken)
    return piece, RATE


def _lay(piece: Samples, at: int, record: SceneTimeline, line: Line, spoken: SpokenLecture) -> None:
    speech = spoken.line(record.name, line)
    room = line.end - line.start
    # Half a frame, because the ends of lines are frames, but for rounding.
    if speech.seconds > room + 0.5 / record.fps or at + speech.length > len(piece):
        raise VoiceError(
            f"{line_name(record.name, line)}: its speech takes {speech.seconds:.2f} s, "
            f"but its pictures were drawn for {room:.2f} s; draw the scene again"
        )
    piece[at : at + speech.length] += speech.samples()
