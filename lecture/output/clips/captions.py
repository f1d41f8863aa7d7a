"""The captions of a beat, for its clip."""

from __future__ import annotations

from base64 import b64encode
from fractions import Fraction
from typing import TYPE_CHECKING

from lecture.kit.pacing import line_id
from lecture.output.video.captions import Cue, cues

if TYPE_CHECKING:
    from lecture.timeline import SceneTimeline
    from lecture.voice.narration import SpokenLecture

__all__ = ["beat_cues", "track_address"]


def beat_cues(
    record: SceneTimeline, beat_place: int, spoken: SpokenLecture | None = None
) -> tuple[Cue, ...]:
    """Return the captions of a beat, in seconds from its own first frame.

    Parameters
    ----------
    record
        The scene.
    beat_place
        The beat's place in it, from 0.
    spoken
        The speech, which says when the pieces of a caption are said; ``None`` where there is
        none.

    Examples
    --------
    >>> from lecture.timeline import Beat, Line, SceneTimeline
    >>> told = Beat(name="told", start=10, frames=20)
    >>> line = Line(beat="told", key="a", caption="Look.", spoken="Look.", start=1.5, end=3)
    >>> scene = SceneTimeline(
    ...     name="A", title="", width=16, height=16, fps=10, beats=(told,), lines=(line,)
    ... )
    >>> [(float(cue.start), float(cue.end), cue.text) for cue in beat_cues(scene, 0)]
    [(0.5, 2.0, 'Look.')]
    """
    beat = record.beats[beat_place]
    first, length = Fraction(beat.start, record.fps), Fraction(beat.frames, record.fps)
    found: list[Cue] = []
    for line in record.lines_of(beat_place):
        if not line.caption.strip():
            continue
        start = max(Fraction(line.start) - first, Fraction(0))
        end = min(Fraction(line.end) - first, length)
        said = end
        if spoken is not None:
            said = min(end, start + Fraction(spoken.line(record.name, line).seconds))
        found += cues(line_id(line.beat, line.key), line.caption, start, end, said)
    return tuple(found)


def track_address(captions: str) -> str:
    """Return an address that holds captions itself.

    A page that is opened as a file may not read captions from a file beside it.

    Parameters
    ----------
    captions
        As WebVTT.

    Examples
    --------
    >>> track_address("WEBVTT")
    'data:text/vtt;charset=utf-8;base64,V0VCVlRU'
    """
    encoded = b64encode(captions.encode()).decode("ascii")
    return f"data:text/vtt;charset=utf-8;base64,{encoded}"
