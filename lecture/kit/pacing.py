"""How long each narration line lasts: as long as it takes to read, or as long as a voice takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

__all__ = [
    "PAUSE",
    "Pacing",
    "ReadingPace",
    "SpokenPace",
    "line_id",
    "reading_seconds",
]


class Pacing(Protocol):
    """Says how long a narration line lasts."""

    def seconds(self, beat: str, key: str, caption: str) -> float:
        """Return the seconds of the line `key` of `beat`, whose caption is `caption`."""


@dataclass(frozen=True)
class ReadingPace:
    """Each line lasts as long as it takes to read.

    Examples
    --------
    >>> ReadingPace(15.0).seconds("start", "question", "x" * 30)
    2.4
    """

    characters_per_second: float

    def seconds(self, beat: str, key: str, caption: str) -> float:  # noqa: ARG002
        """Return the reading time of `caption`."""
        return reading_seconds(caption, self.characters_per_second)


@dataclass(frozen=True)
class SpokenPace:
    """Each line lasts as long as a voice takes, and a pause; lines without a voice are read.

    Parameters
    ----------
    speech
        Seconds of speech by :func:`line_id`.
    pause
        Seconds of silence behind each spoken line.
    otherwise
        Paces the lines that `speech` does not know.

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
        """Return the seconds of the line `key` of `beat`."""
        spoken = self.speech.get(line_id(beat, key))
        if spoken is None:
            return self.otherwise.seconds(beat, key, caption)
        return spoken + self.pause


def line_id(beat: str, key: str) -> str:
    """Name a line within its scene.

    Examples
    --------
    >>> line_id("the_log_axis", "ruler")
    'the_log_axis.ruler'
    """
    return f"{beat}.{key}"


PAUSE = 0.3
"""Seconds of silence behind each spoken line."""

_SETTLE_SECONDS = 0.4  # the eye finds the caption before it begins to read


def reading_seconds(caption: str, characters_per_second: float) -> float:
    """Return how long a caption stays, for a reader of that speed.

    ``0.4 + len(caption) / characters_per_second`` seconds, and never less than one second.

    Examples
    --------
    >>> reading_seconds("x" * 30, 15.0)
    2.4
    """
    return max(1.0, _SETTLE_SECONDS + len(caption) / characters_per_second)
