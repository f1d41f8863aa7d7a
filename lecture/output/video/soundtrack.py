"""The samples of a lecture or a beat: speech at the time of its line, and sounds of the scene."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from lecture.errors import RenderError, VoiceError
from lecture.output.video.manifest import with_starts
from lecture.output.video.mux import sound_length
from lecture.voice.loudness import faded, limited
from lecture.voice.narration import line_name
from lecture.voice.sound import RATE, SoundError, read_sound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lecture.timeline import Line, SceneSound, SceneTimeline
    from lecture.voice.narration import SpokenLecture
    from lecture.voice.sound import Samples

__all__ = ["beat_samples", "lecture_samples"]


def lecture_samples(
    records: Sequence[SceneTimeline], spoken: SpokenLecture | None
) -> Iterator[Samples]:
    """Yield the sound of each scene; together they are as long as the video, to the sample.

    Raises
    ------
    VoiceError
        A line has no speech, or its speech is longer than the line.
    RenderError
        A sound of a scene cannot be read.
    """
    for record, start in with_starts(records):
        yield _mixed(record, spoken, start, start + record.seconds, start)


def beat_samples(
    record: SceneTimeline, beat_index: int, spoken: SpokenLecture | None
) -> tuple[Samples, int]:
    """Return the sound of a beat, as long as its frames, and the sample rate.

    Raises
    ------
    VoiceError
        A line has no speech, or its speech is longer than the line.
    RenderError
        A sound of the scene cannot be read.
    """
    beat = record.beats[beat_index]
    start, seconds = Fraction(beat.start, record.fps), Fraction(beat.frames, record.fps)
    return _mixed(record, spoken, Fraction(0), seconds, -start), RATE


def _mixed(
    record: SceneTimeline,
    spoken: SpokenLecture | None,
    start: Fraction,
    end: Fraction,
    origin: Fraction,
) -> Samples:
    """Return the sound from `start` to `end`, where the scene begins at `origin`."""
    first = sound_length(start)
    samples = np.zeros(sound_length(end) - first, np.float32)
    for sound in record.sounds:
        _add_sound(samples, sound_length(origin + Fraction(sound.start)) - first, sound)
    if spoken is not None:
        for line in record.lines:
            at = sound_length(origin + Fraction(line.start)) - first
            _add_speech(samples, at, record, line, spoken)
    return limited(samples) if record.sounds else samples


def _add_sound(samples: Samples, at: int, sound: SceneSound) -> None:
    if at >= len(samples):
        return
    try:
        added = read_sound(sound.file, (len(samples) - at + RATE) / RATE)
    except SoundError as error:
        raise RenderError(f"{sound.file} {error}; run the same command again") from error
    if at + len(added) > 0:
        background = samples[max(at, 0) : at + len(added)]
        background *= np.float32(_factor(sound.background_gain))
        _add(samples, at, added * np.float32(_factor(sound.gain)))


def _factor(gain: float) -> float:
    return float(10 ** (gain / 20))


def _add_speech(
    samples: Samples, at: int, record: SceneTimeline, line: Line, spoken: SpokenLecture
) -> None:
    speech = spoken.line(record.name, line)
    seconds = line.end - line.start
    # Lines end on frames, but for rounding: hence the half frame.
    if speech.seconds > seconds + 0.5 / record.fps:
        raise VoiceError(
            f"{line_name(record.name, line)}: its speech takes {speech.seconds:.2f} s, "
            f"but the line was rendered for {seconds:.2f} s; render the scene again"
        )
    if -speech.length < at < len(samples):
        _add(samples, at, speech.samples())


def _add(samples: Samples, at: int, added: Samples) -> None:
    """Add a sound that begins at the sample `at`, with a fade where it is cut."""
    first, last = max(0, -at), min(len(added), len(samples) - at)
    cut = {"start": first > 0, "end": last < len(added)}
    samples[at + first : at + last] += faded(added[first:last], **cut)
