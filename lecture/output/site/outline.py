"""What is said when in a lecture, scene by scene."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lecture.timeline import SceneTimeline

__all__ = ["Chapter", "Said", "outline"]


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the transcript.

    Parameters
    ----------
    start
        When it begins, in seconds from the beginning of the video.
    text
        What is said.
    """

    start: float
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A scene of the lecture's video.

    Parameters
    ----------
    name, title
        The scene's, and what it shows.
    start, end
        In seconds from the beginning of the video.
    lines
        What is said.
    """

    name: str
    title: str
    start: float
    end: float
    lines: tuple[Said, ...]


def outline(records: Iterable[SceneTimeline]) -> tuple[Chapter, ...]:
    """Lay scenes one after the other, as the lecture's video does.

    Parameters
    ----------
    records
        The scenes, in the order of the video.

    Examples
    --------
    >>> from lecture.timeline import Beat, Line, SceneTimeline
    >>> line = Line(beat="b", key="a", caption="Look.", spoken="Look.", start=1, end=2)
    >>> scene = SceneTimeline(
    ...     name="A", title="", width=16, height=16, fps=10,
    ...     beats=(Beat(name="b", start=0, frames=25),), lines=(line,),
    ... )
    >>> [(chapter.start, chapter.lines) for chapter in outline([scene, scene])][1]
    (2.5, (Said(start=3.5, text='Look.'),))
    """
    chapters = []
    start = Fraction(0)
    for record in records:
        begin, end = float(start), float(start + record.seconds)
        lines = tuple(
            Said(begin + line.start, line.caption) for line in record.lines if line.caption.strip()
        )
        chapters.append(Chapter(record.name, record.title, begin, end, lines))
        start += record.seconds
    return tuple(chapters)
