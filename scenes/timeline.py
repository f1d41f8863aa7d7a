"""What a scene recorded of itself while it ran: beats and narration lines with their times."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Beat", "NarrationLine", "reading_seconds"]

_SETTLE_SECONDS = 0.4  # the eye finds the caption before it begins to read


@dataclass(frozen=True)
class Beat:
    """One step of a scene: at once a section of the video, a clip and a slide.

    Parameters
    ----------
    name
        Key of the beat, in snake case.
    start
        Seconds from the beginning of the scene.
    notes
        Speaker notes.
    loop
        Whether the clip of this beat may run in a loop.
    """

    name: str
    start: float
    notes: str
    loop: bool


@dataclass(frozen=True)
class NarrationLine:
    """One line of narration, with the time in which its caption is shown, in seconds.

    Parameters
    ----------
    beat, key
        The names of the line's beat and of the line within it.
    caption, spoken
        What is shown, and what a voice says.
    start, end
        Seconds from the beginning of the scene.
    """

    beat: str
    key: str
    caption: str
    spoken: str
    start: float
    end: float


def reading_seconds(caption: str, characters_per_second: float) -> float:
    """Return how long a caption stays, for a reader of that speed.

    ``0.4 + len(caption) / characters_per_second`` seconds, and never less than one second.

    Examples
    --------
    >>> reading_seconds("x" * 30, 15.0)
    2.4
    """
    return max(1.0, _SETTLE_SECONDS + len(caption) / characters_per_second)
