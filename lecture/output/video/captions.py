"""Captions in pieces that can be read at a glance, and the files that hold them."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import srt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["ROWS", "ROW_LENGTH", "Cue", "cues", "pieces", "write_srt", "write_vtt"]

ROW_LENGTH = 42  # characters, as broadcasters have it
ROWS = 2

_CLAUSE_ENDS = (".", ",", ";", ":", "?", "!")
_CLAUSE_WORTH = 0.4  # how far from the even place, as a share of a piece, a clause's end may lie


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of a caption.

    Parameters
    ----------
    name
        Says which, and stays the same from one rendering to the next.
    start, end
        When it is shown, in seconds.
    text
        At most two rows, with a line break between them.
    """

    name: str
    start: Fraction
    end: Fraction
    text: str


def pieces(caption: str) -> list[str]:
    r"""Cut a caption into pieces of at most two rows, at the ends of clauses where it can be.

    Examples
    --------
    >>> pieces("Each layer builds on the one below: layers of abstraction.")
    ['Each layer builds on the one below:\nlayers of abstraction.']
    """
    words = caption.split()
    count = 1
    while True:
        parts = _parted(words, count)
        rows = [_rows(part) for part in parts]
        if all(len(row) <= ROWS for row in rows) or count >= len(words):
            return ["\n".join(row) for row in rows]
        count += 1


def _parted(words: Sequence[str], count: int) -> list[list[str]]:
    """Part words into runs of about the same length."""
    parts: list[list[str]] = []
    rest = list(words)
    for left in range(count, 1, -1):
        at = _break_at(rest, 1 / left, 1 / left, most=len(rest) - left + 1)
        parts.append(rest[:at])
        rest = rest[at:]
    return [*parts, rest]


def _break_at(words: Sequence[str], share: float, piece: float, most: int) -> int:
    """Return behind which word to break, so that about a `share` of the length comes before."""
    total = len(" ".join(words))

    def distance(at: int) -> float:
        away = abs(len(" ".join(words[:at])) / total - share) / piece
        return away - _CLAUSE_WORTH * words[at - 1].endswith(_CLAUSE_ENDS)

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


def cues(name: str, caption: str, start: Fraction, end: Fraction, said: Fraction) -> list[Cue]:
    """Show a caption in pieces, each for its share of the time in which it is said.

    Parameters
    ----------
    name
        The line's name.
    caption
        What is said.
    start, end
        When it begins, and when the last piece goes.
    said
        When the last word has been said.
    """
    parts = pieces(caption)
    shares = [len(part) for part in parts]
    shown = []
    begin = start
    for number, part in enumerate(parts, start=1):
        share = Fraction(sum(shares[:number]), sum(shares))
        until = end if number == len(parts) else start + (said - start) * share
        label = name if len(parts) == 1 else f"{name}.{number}"
        shown.append(Cue(label, begin, until, part))
        begin = until
    return shown


def write_srt(shown: Iterable[Cue]) -> str:
    """Write captions as SubRip."""
    text: str = srt.compose(
        srt.Subtitle(number, _time(cue.start), _time(cue.end), cue.text)
        for number, cue in enumerate(shown, start=1)
    )
    return text


def write_vtt(shown: Iterable[Cue], language: str = "en") -> str:
    """Write captions, or chapters, as WebVTT."""
    blocks = [f"WEBVTT\nLanguage: {language}"]
    for cue in shown:
        text = re.sub("[&<>]", lambda found: _ESCAPES[found[0]], cue.text)
        blocks.append(f"{cue.name}\n{_stamp(cue.start)} --> {_stamp(cue.end)}\n{text}")
    return "\n\n".join(blocks) + "\n"


_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _time(seconds: Fraction) -> timedelta:
    return timedelta(milliseconds=round(seconds * 1000))


def _stamp(seconds: Fraction) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
