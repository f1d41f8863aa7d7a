"""Captions: the text of lines in cues of two rows, as SubRip and WebVTT.

Whatever the texts, names and times of lines are, the files have the same cues: with a visible text,
without overlap, at least a millisecond long, and within their scene.
"""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
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
    "legal_cues",
    "pieces",
    "timeline_cues",
    "vtt_data_uri",
    "write_srt",
    "write_vtt",
]

ROW_LENGTH = 42  # characters, as usual in broadcasting
ROWS = 2

_MILLISECOND = Fraction(1, 1000)

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")  # but no space that keeps words together
_BLOCK_NAMES = ("NOTE", "REGION", "STYLE", "WEBVTT")
# What players of SubRip hide: tags, entities, line breaks of ASS, arrows. A word joiner, which is
# invisible, separates them. For braces, which hide all that is between them, no separator helps.
_SRT_MARKUP = re.compile(r"<(?=\S)|&(?=#?\w+;)|\\|--(?=>)")
_SRT_BRACES = str.maketrans("{}", "\uff5b\uff5d")
_WORD_JOINER = "\u2060"

_CLAUSE_ENDS = (".", ",", ";", ":", "?", "!")
# A break at the end of a clause may be this far from the even position, as a share of a piece.
_CLAUSE_TOLERANCE = 0.4
# A break after a function word is as good as one this much farther away.
_FUNCTION_WORD_COST = 1.0
_FUNCTION_WORDS = {
    "en": "a an the and or but nor so if than that as at by for from in into of on onto over per to"
    " under up with without not is are was were its their our each every only about",
    "de": "der die das den dem des ein eine einen einem einer eines und oder aber denn dass als wie"
    " an auf aus bei bis durch gegen im in ins mit nach ohne um unter von vom vor zu zum zur über"
    " am für nicht nur jede jeder jedes je ist sind",
    "ru": "и а но или что чем как в во на за к ко о об от до из с со у по при под над для без не ни"
    " лишь это",
}
FUNCTION_WORDS = frozenset(word for words in _FUNCTION_WORDS.values() for word in words.split())
"""Words after which a row does not end where another break fits."""


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
    first, frames = 0, record.frames
    if beat_index is not None:
        first, frames = record.beats[beat_index].start, record.beats[beat_index].frames
    shift, last = start - Fraction(first, record.fps), start + Fraction(frames, record.fps)
    found: list[Cue] = []
    for line in record.lines:
        begin, end = Fraction(line.start), Fraction(line.end)
        spoken_until = end
        if spoken is not None:
            spoken_until = min(end, begin + Fraction(spoken.line(record.name, line).seconds))
        name = f"{record.name}.{line_id(line.beat, line.key)}"
        found += cues(name, line.caption, begin, end, spoken_until)
    return legal_cues(
        Cue(cue.name, max(cue.start + shift, start), min(cue.end + shift, last), cue.text)
        for cue in found
    )


def legal_cues(given: Iterable[Cue]) -> tuple[Cue, ...]:
    r"""Return cues in the order of time, with times in milliseconds, and plain names and texts.

    A cue begins when the one before has ended; cues without a text or without duration are left
    out. Legal cues stay as they are.

    Examples
    --------
    >>> second = Fraction(1)
    >>> legal_cues([Cue("a\nb", second, 2 * second, "1\n\n2"), Cue("c", second, second, "3")])
    (Cue(name='a b', start=Fraction(1, 1), end=Fraction(2, 1), text='1\n2'),)
    """
    found: list[Cue] = []
    until = Fraction(0)
    for cue in sorted(given, key=lambda cue: cue.start):
        start, end = max(_rounded(cue.start), until), _rounded(cue.end)
        rows = [row for row in map(_plain, cue.text.splitlines()) if _visible(row)]
        if rows and start < end:
            found.append(Cue(_plain(cue.name), start, end, "\n".join(rows)))
            until = end
    return tuple(found)


def _rounded(seconds: Fraction) -> Fraction:
    return round(seconds / _MILLISECOND) * _MILLISECOND


def _plain(text: str) -> str:
    """Return a text in one line, without control characters."""
    return _SPACE.sub(" ", _CONTROL.sub("", _SPACE.sub(" ", text))).strip()


def _visible(text: str) -> bool:
    return any(unicodedata.category(letter)[0] not in "CZ" for letter in text)


def pieces(caption: str) -> list[str]:
    r"""Split a caption into pieces of at most two rows, preferably at the ends of clauses.

    Examples
    --------
    >>> pieces("Each layer builds on the one below: layers of abstraction.")
    ['Each layer builds on the one below:\nlayers of abstraction.']
    """
    words = _plain(caption).split(" ")
    shown = sum(min(len(word), ROW_LENGTH) + 1 for word in words)
    count = math.ceil(shown / (ROWS * (ROW_LENGTH + 1)))
    while True:
        rows = [_rows(part) for part in _split(words, count)]
        if all(len(row) <= ROWS for row in rows) or count >= len(words):
            return ["\n".join(row) for row in rows]
        count += 1


def _split(words: Sequence[str], count: int) -> list[Sequence[str]]:
    """Split words into runs of about the same length."""
    parts: list[Sequence[str]] = []
    rest, length = words, _length(words)
    for left in range(count, 1, -1):
        at = _break_at(rest, length, 1 / left, 1 / left, most=len(rest) - left + 1)
        parts.append(rest[:at])
        length -= _length(rest[:at]) + 1
        rest = rest[at:]
    return [*parts, rest]


def _length(words: Sequence[str]) -> int:
    return len(" ".join(words))


def _break_at(words: Sequence[str], total: int, share: float, piece: float, most: int) -> int:
    """Return the number of words before a break at about a `share` of the `total` length."""
    best, least, length = 1, math.inf, -1
    for at in range(1, most + 1):
        length += len(words[at - 1]) + 1
        offset = abs(length / total - share) / piece
        if offset - _CLAUSE_TOLERANCE > least and length / total > share:
            break  # later breaks are farther away
        distance = offset + _cost_after(words[at - 1])
        if distance < least:
            best, least = at, distance
    return best


def _cost_after(word: str) -> float:
    """Return the cost of a break after a word, as a share of a piece."""
    if word.endswith(_CLAUSE_ENDS):
        return -_CLAUSE_TOLERANCE
    return _FUNCTION_WORD_COST * (word.lower() in FUNCTION_WORDS)


def _rows(words: Sequence[str]) -> list[str]:
    text = " ".join(words)
    if len(text) <= ROW_LENGTH:
        return [text]
    found, least = None, math.inf
    for at in range(1, len(words)):
        even = [" ".join(words[:at]), " ".join(words[at:])]
        distance = abs(2 * len(even[0]) / len(text) - 1) + _cost_after(words[at - 1])
        if distance < least and all(len(row) <= ROW_LENGTH for row in even):
            found, least = even, distance
    return found or textwrap.wrap(text, ROW_LENGTH, break_long_words=False, break_on_hyphens=False)


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
    """Return captions as SubRip, whose players would hide what they take for markup."""
    text: str = srt.compose(
        srt.Subtitle(number, _time(cue.start), _time(cue.end), _srt_text(cue.text))
        for number, cue in enumerate(legal_cues(captions), start=1)
    )
    return text


def _srt_text(text: str) -> str:
    separated = _SRT_MARKUP.sub(lambda found: found[0] + _WORD_JOINER, text)
    return separated.translate(_SRT_BRACES)


def write_vtt(captions: Iterable[Cue]) -> str:
    """Return captions or chapters as WebVTT.

    The standard forbids an arrow in the name of a cue, and metadata right under the first line.
    """
    blocks = ["WEBVTT"]
    for cue in legal_cues(captions):
        name = cue.name.replace("-->", "→")
        if name.startswith(_BLOCK_NAMES):
            name = f"_{name}"  # some parsers take the cue for another block
        times = f"{_timestamp(cue.start)} --> {_timestamp(cue.end)}"
        blocks.append("\n".join(filter(None, (name, times, escape(cue.text, quote=False)))))
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
