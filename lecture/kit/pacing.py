"""Durations of narration lines: the reading time of the caption, or the duration of the speech."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lecture.timeline import OPENING, WHOLE

__all__ = [
    "PAUSE",
    "Pacing",
    "ReadingPace",
    "SpokenPace",
    "line_id",
    "reading_seconds",
]


class Pacing(Protocol):
    """Determines the durations of narration lines."""

    def seconds(self, beat: str, key: str, caption: str) -> float:
        """Return the duration of a line in seconds.

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


@dataclass(frozen=True)
class SpokenPace:
    """Lines last as long as their speech and a pause.

    Parameters
    ----------
    speech
        Seconds of speech by :func:`line_id`.
    pause
        Seconds of silence after each spoken line.
    otherwise
        Pacing of lines without speech.

    Examples
    --------
    >>> pace = SpokenPace({"start.question": 2.0}, pause=0.4, otherwise=ReadingPace(15.0))
    >>> pace.seconds("start", "question", ""), pace.seconds("start", "answer", "")
    (2.4, 1.0)
    """

    speech: Mapping[str, float]
    pause: float
    otherwise: Pacing

    def seconds(self, beat: str, key: str, caption: str) -> float:
        """Return the duration of the line in seconds."""
        # Before the first beat, it is not known yet whether there will be one.
        beats = (beat,) if beat else (OPENING, WHOLE)
        found = (self.speech.get(line_id(beat, key)) for beat in beats)
        spoken = next((seconds for seconds in found if seconds is not None), None)
        if spoken is None:
            return self.otherwise.seconds(beat, key, caption)
        return spoken + self.pause


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
