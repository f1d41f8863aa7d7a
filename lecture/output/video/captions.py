"""Captions: the text of lines in cues of two rows, as SubRip and WebVTT."""

from __future__ import annotations

import re
import textwrap
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

import srt

from lecture.kit.pacing import line_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lecture.timeline import SceneTimeline
    from lecture.voice.narration import SpokenLecture

__all__ = [
    "ROWS",
    "ROW_LENGTH",
    "Cue",
    "cues",
    "pieces",
    "timeline_cues",
    "vtt_data_uri",
    "write_srt",
    "write_vtt",
]

ROW_LENGTH = 42  # characters, as usual in broadcasting
ROWS = 2

_TAG = re.compile(r"<(?=\S)")
_CLAUSE_ENDS = (".", ",", ";", ":", "?", "!")
# A break at the end of a clause may be this far from the even position, as a share of a piece.
_CLAUSE_TOLERANCE = 0.4


@dataclass(frozen=True, slots=True)
class Cue:
    """A WebVTT cue.

    Parameters
    ----------
    name
        Identifier, the same in each render.
    start, end
        Seconds.
    text
        At most two rows.
    """

    name: str
    start: Fraction
    end: Fraction
    text: str


def timeline_cues(
    record: SceneTimeline,
    spoken: SpokenLecture | None = None,
    *,
    beat_index: int | None = None,
    start: Fraction = Fraction(0),
) -> tuple[Cue, ...]:
    """Return the captions of a scene, or of one of its beats.

    Parameters
    ----------
    record
        The scene.
    spoken
        The speech, which times the pieces of a caption; ``None`` spreads them over the line.
    beat_index
        The beat, from 0; ``None`` for the whole scene.
    start
        Time at which the scene or the beat begins, in seconds.

    Examples
    --------
    >>> from lecture.timeline import Beat, Line, SceneTimeline
    >>> look = Beat(name="look", start=10, frames=20)
    >>> line = Line(beat="look", key="a", caption="Look.", spoken="Look.", start=1.5, end=3)
    >>> scene = SceneTimeline(
    ...     name="A", title="", width=16, height=16, fps=10, beats=(look,), lines=(line,)
    ... )
    >>> [(float(c.start), float(c.end), c.name) for c in timeline_cues(scene, beat_index=0)]
    [(0.5, 2.0, 'A.look.a')]
    """
    if beat_index is None:
        lines, first, frames = record.lines, 0, record.frames
    else:
        beat = record.beats[beat_index]
        lines, first, frames = record.lines_of(beat_index), beat.start, beat.frames
    shift, last = start - Fraction(first, record.fps), start + Fraction(frames, record.fps)
    found: list[Cue] = []
    for line in lines:
        if line.caption.strip():
            begin = max(shift + Fraction(line.start), start)
            end = min(shift + Fraction(line.end), last)
            speech_end = end
            if spoken is not None:
                speech_end = min(end, begin + Fraction(spoken.line(record.name, line).seconds))
            name = f"{record.name}.{line_id(line.beat, line.key)}"
            found += cues(name, line.caption, begin, end, speech_end)
    return tuple(found)


def pieces(caption: str) -> list[str]:
    r"""Split a caption into pieces of at most two rows, preferably at the ends of clauses.

    Examples
    --------
    >>> pieces("Each layer builds on the one below: layers of abstraction.")
    ['Each layer builds on the one below:\nlayers of abstraction.']
    """
    words = caption.split()
    count = 1
    while True:
        parts = _split(words, count)
        rows = [_rows(part) for part in parts]
        if all(len(row) <= ROWS for row in rows) or count >= len(words):
            return ["\n".join(row) for row in rows]
        count += 1


def _split(words: Sequence[str], count: int) -> list[list[str]]:
    """Split words into runs of about the same length."""
    parts: list[list[str]] = []
    rest = list(words)
    for left in range(count, 1, -1):
        at = _break_at(rest, 1 / left, 1 / left, most=len(rest) - left + 1)
        parts.append(rest[:at])
        rest = rest[at:]
    return [*parts, rest]


def _break_at(words: Sequence[str], share: float, piece: float, most: int) -> int:
    """Return the number of words before a break at about a `share` of the length."""
    total = len(" ".join(words))

    def distance(at: int) -> float:
        offset = abs(len(" ".join(words[:at])) / total - share) / piece
        return offset - _CLAUSE_TOLERANCE * words[at - 1].endswith(_CLAUSE_ENDS)

    return min(range(1, max(most, 1) + 1), key=distance)


def _rows(words: Sequence[str]) -> list[str]:
    text = " ".join(words)
    if len(text) <= ROW_LENGTH:
        return [text]
    at = _break_at(words, 0.5, 0.5, most=len(words) - 1)
    even = [" ".join(words[:at]), " ".join(words[at:])]
    if all(len(row) <= ROW_LENGTH for row in even):
        return even
    return textwrap.wrap(text, ROW_LENGTH, break_long_words=False, break_on_hyphens=False)


def cues(
    name: str, caption: str, start: Fraction, end: Fraction, speech_end: Fraction
) -> list[Cue]:
    """Return the pieces of a caption as cues, each timed by its share of the characters.

    Parameters
    ----------
    name
        Name of the line; pieces are numbered.
    caption
        The text.
    start, end
        Start of the first cue and end of the last.
    speech_end
        End of the speech, by which the cues are timed.
    """
    parts = pieces(caption)
    total, count, begin = sum(map(len, parts)), 0, start
    found = []
    for number, part in enumerate(parts, start=1):
        count += len(part)
        until = end if number == len(parts) else start + (speech_end - start) * count / total
        label = name if len(parts) == 1 else f"{name}.{number}"
        found.append(Cue(label, begin, until, part))
        begin = until
    return found


def write_srt(captions: Iterable[Cue]) -> str:
    """Return captions as SubRip.

    Players take ``<`` and a letter for the start of a tag; a word joiner, which is invisible,
    separates them.
    """
    text: str = srt.compose(
        srt.Subtitle(number, _time(cue.start), _time(cue.end), _TAG.sub("<\u2060", cue.text))
        for number, cue in enumerate(captions, start=1)
    )
    return text


def write_vtt(captions: Iterable[Cue]) -> str:
    """Return captions or chapters as WebVTT.

    The standard forbids an arrow in the name of a cue, and metadata right under the first line.
    """
    blocks = ["WEBVTT"]
    for cue in captions:
        name = cue.name.replace("-->", "→")
        text = escape(cue.text, quote=False)
        blocks.append(f"{name}\n{_timestamp(cue.start)} --> {_timestamp(cue.end)}\n{text}")
    return "\n\n".join(blocks) + "\n"


def vtt_data_uri(text: str) -> str:
    """Return a data URI of WebVTT, because browsers block caption files beside a local page.

    Examples
    --------
    >>> vtt_data_uri("WEBVTT")
    'data:text/vtt;charset=utf-8;base64,V0VCVlRU'
    """
    encoded = b64encode(text.encode()).decode("ascii")
    return f"data:text/vtt;charset=utf-8;base64,{encoded}"


def _time(seconds: Fraction) -> timedelta:
    return timedelta(milliseconds=round(seconds * 1000))


def _timestamp(seconds: Fraction) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
