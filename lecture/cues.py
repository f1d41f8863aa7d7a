"""Captions as cues: of a beat for its clip, of a film for its page."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lecture.records import BeatRecord, SceneRecord

__all__ = ["Cue", "beat_cues", "track_address", "web_vtt"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A text that is shown for a while.

    Parameters
    ----------
    start, end
        In seconds.
    text
        Plain text.
    """

    start: float
    end: float
    text: str


def beat_cues(record: SceneRecord, beat: BeatRecord) -> tuple[Cue, ...]:
    """Return the captions of a beat, in seconds from its own first frame.

    Parameters
    ----------
    record
        The scene.
    beat
        One of its beats.

    Examples
    --------
    >>> from lecture.records import BeatRecord, LineRecord, SceneRecord
    >>> told = BeatRecord(name="told", start=10, frames=20)
    >>> line = LineRecord(beat="told", key="a", caption="Look.", spoken="Look.", start=1.5, end=3)
    >>> scene = SceneRecord(
    ...     name="A", title="", width=16, height=16, fps=10, beats=(told,), lines=(line,)
    ... )
    >>> beat_cues(scene, told)
    (Cue(start=0.5, end=2.0, text='Look.'),)
    """
    start, length = beat.start / record.fps, beat.frames / record.fps
    return tuple(
        Cue(max(line.start - start, 0.0), min(line.end - start, length), line.caption)
        for line in record.lines
        if line.beat == beat.name and line.start < start + length and line.end > start
    )


def web_vtt(cues: Iterable[Cue]) -> str:
    r"""Write cues as WebVTT.

    Examples
    --------
    >>> print(web_vtt([Cue(0.5, 3661.25, "a < b --> c")]), end="")
    WEBVTT
    <BLANKLINE>
    00:00:00.500 --> 01:01:01.250
    a &lt; b --&gt; c
    """
    # An empty line would end the cue.
    texts = (
        f"\n{_clock(cue.start)} --> {_clock(cue.end)}\n"
        f"{escape(' '.join(cue.text.split()), quote=False)}\n"
        for cue in cues
    )
    return "WEBVTT\n" + "".join(texts)


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


def _clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{thousandths:03}"
