"""The speech of lines that a scene does not pace, such as the subcaptions of a plain scene."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lecture.kit.pacing import PAUSE, speech_of
from lecture.timeline import OPENING, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lecture.timeline import Line, LineSpeech

__all__ = ["frames_to_wait", "in_turn", "speech_seconds"]


def speech_seconds(line: Line, speech: Mapping[str, LineSpeech]) -> float:
    """Return the duration of the speech of a line; 0 without speech."""
    beats = (WHOLE, OPENING) if line.beat == WHOLE else (line.beat,)
    found = speech_of(speech, line.key, beats)
    return found.seconds if found is not None else 0.0


def in_turn(lines: Iterable[Line], speech: Mapping[str, LineSpeech]) -> list[Line]:
    """Return lines in order, each after the speech of the one before and as long as its own.

    Examples
    --------
    >>> from lecture.timeline import Line, LineSpeech
    >>> times = [("a", 0.0, 1.0), ("b", 1.0, 2.0)]
    >>> lines = [
    ...     Line(beat="x", key=key, caption="", spoken="", start=start, end=end)
    ...     for key, start, end in times
    ... ]
    >>> speech = {"x.a": LineSpeech(seconds=1.5), "x.b": LineSpeech(seconds=0.7)}
    >>> turns = in_turn(lines, speech)
    >>> [(line.key, line.start, line.end) for line in turns]
    [('a', 0.0, 1.5), ('b', 1.5, 2.2)]
    """
    found, until = [], 0.0
    for line in sorted(lines, key=lambda line: line.start):
        start = max(line.start, until)
        until = start + speech_seconds(line, speech)
        found.append(line.model_copy(update={"start": start, "end": max(line.end, until)}))
    return found


def frames_to_wait(
    lines: Iterable[Line],
    speech: Mapping[str, LineSpeech],
    now: float,
    fps: int,
    *,
    shown: bool,
) -> int:
    """Return the frames until the lines that are over have been spoken, and a pause.

    `shown` is true if a line that still shows may be spoken on.
    """
    latest = now + 0.5 / fps
    begun = in_turn((line for line in lines if line.start <= latest), {})
    if shown and begun and begun[-1].end > latest:
        begun.pop()
    if not begun:
        return 0
    last = in_turn(begun, speech)[-1]
    until = last.start + speech_seconds(last, speech)
    return math.ceil((until + PAUSE - now) * fps - 1e-6) if until > now + 1e-6 else 0
