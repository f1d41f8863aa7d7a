"""Times of narration lines and their words: from reading the caption or from the speech."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lecture.kit.word_times import aligned_words, spread_words
from lecture.timeline import OPENING, WHOLE, LineSpeech, SpokenWord

__all__ = [
    "PAUSE",
    "Pacing",
    "ReadingPace",
    "SpokenPace",
    "line_id",
    "reading_seconds",
]


class Pacing(Protocol):
    """Determines the times of narration lines and their words."""

    def seconds(self, beat: str, key: str, caption: str) -> float:
        """Return the duration of a line in seconds.

        Parameters
        ----------
        beat, key
            Keys of the beat and of the line; an empty text before the first beat.
        caption
            Caption of the line.
        """

    def words(self, beat: str, key: str, caption: str) -> tuple[SpokenWord, ...]:
        """Return the words of a caption, timed from the start of the line.

        Parameters
        ----------
        beat, key
            Keys of the beat and of the line; an empty text before the first beat.
        caption
            Caption of the line.
        """


@dataclass(frozen=True)
class ReadingPace:
    """Lines last as long as it takes to read their captions (see `reading_seconds`).

    Parameters
    ----------
    characters_per_second
        Reading speed.

    Examples
    --------
    >>> ReadingPace(15.0).seconds("start", "question", "x" * 30)
    2.4
    """

    characters_per_second: float

    def seconds(self, beat: str, key: str, caption: str) -> float:  # noqa: ARG002
        """Return the reading time of the caption in seconds."""
        return reading_seconds(caption, self.characters_per_second)

    def words(self, beat: str, key: str, caption: str) -> tuple[SpokenWord, ...]:
        """Return the words of the caption, spread evenly over the line by their letters."""
        return spread_words(caption, 0.0, self.seconds(beat, key, caption))


@dataclass(frozen=True)
class SpokenPace:
    """Lines last as long as their speech and a pause.

    Parameters
    ----------
    speech
        Times of speech by :func:`line_id`.
    pause
        Seconds of silence after each spoken line.
    otherwise
        Pacing of lines without speech.

    Examples
    --------
    >>> speech = {"start.question": LineSpeech(seconds=2.0)}
    >>> pace = SpokenPace(speech, pause=0.4, otherwise=ReadingPace(15.0))
    >>> pace.seconds("start", "question", ""), pace.seconds("start", "answer", "")
    (2.4, 1.0)
    >>> [(word.word, word.start) for word in pace.words("start", "question", "A or B")]
    [('A', 0.0), ('or', 0.6667), ('B', 1.6667)]
    """

    speech: Mapping[str, LineSpeech]
    pause: float
    otherwise: Pacing

    def seconds(self, beat: str, key: str, caption: str) -> float:
        """Return the duration of the line in seconds."""
        spoken = self._speech_of(beat, key)
        if spoken is None:
            return self.otherwise.seconds(beat, key, caption)
        return spoken.seconds + self.pause

    def words(self, beat: str, key: str, caption: str) -> tuple[SpokenWord, ...]:
        """Return the words of the caption with the times of the spoken words."""
        spoken = self._speech_of(beat, key)
        if spoken is None:
            return self.otherwise.words(beat, key, caption)
        if not spoken.words:
            return spread_words(caption, 0.0, spoken.seconds)
        return aligned_words(caption, spoken.words)

    def _speech_of(self, beat: str, key: str) -> LineSpeech | None:
        return speech_of(self.speech, key, (beat,) if beat else (OPENING, WHOLE))


def speech_of(
    speech: Mapping[str, LineSpeech], key: str, beats: Sequence[str]
) -> LineSpeech | None:
    """Return the speech of a line in the first of some beats that has it; ``None`` without speech.

    Before the first beat of a scene, it is not known yet whether there will be one.
    """
    found = (speech.get(line_id(beat, key)) for beat in beats)
    return next((times for times in found if times is not None), None)


def line_id(beat: str, key: str) -> str:
    """Return the identifier of a line in its scene.

    Examples
    --------
    >>> line_id("the_log_axis", "ruler")
    'the_log_axis.ruler'
    """
    return f"{beat}.{key}"


PAUSE = 0.3
"""Seconds of silence after each spoken line."""

_SETTLE_SECONDS = 0.4  # to notice the caption


def reading_seconds(caption: str, characters_per_second: float) -> float:
    """Return the reading time of a caption in seconds.

    It is ``0.4 + len(caption) / characters_per_second``, at least 1.0.

    Parameters
    ----------
    caption
        The caption.
    characters_per_second
        Reading speed; greater than 0.

    Examples
    --------
    >>> reading_seconds("x" * 30, 15.0)
    2.4
    """
    return max(1.0, _SETTLE_SECONDS + len(caption) / characters_per_second)
