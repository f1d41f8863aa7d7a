"""When the words of a caption are spoken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

from lecture.timeline import SpokenWord

__all__ = ["aligned_words", "caption_parts", "spread_words", "word_onset"]

# Letters and digits, with apostrophes within words and points and commas within numbers.
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+|(?<=\d)[.,]\d+)*")
_SOFT_HYPHEN = "\u00ad"


def spread_words(text: str, start: float, end: float) -> tuple[SpokenWord, ...]:
    """Return the words of a text, spread evenly over a time by their letters.

    Each letter, space and punctuation mark takes the same time. The parts of a hyphenated word are
    words of their own.

    Parameters
    ----------
    text
        The text.
    start, end
        Start of the first word and end of the last, in seconds.

    Examples
    --------
    >>> [(word.word, word.start, word.end) for word in spread_words("Ten, or 0.596?", 0.0, 6.5)]
    [('Ten', 0.0, 1.5), ('or', 2.5, 3.5), ('0.596', 4.0, 6.5)]
    """
    found = list(_WORD.finditer(_composed(text)))
    if not found:
        return ()
    first, last = found[0].start(), found[-1].end()

    def time(index: int) -> float:
        return _rounded(start + (end - start) * (index - first) / (last - first))

    return tuple(
        SpokenWord(word=word[0], start=time(word.start()), end=time(word.end())) for word in found
    )


def aligned_words(caption: str, spoken: Sequence[SpokenWord]) -> tuple[SpokenWord, ...]:
    """Return the words of a caption with the times of the spoken words.

    Words that are spoken in another form, such as numbers, start with the spoken words in their
    place, and words that are not spoken with the next spoken word.

    Parameters
    ----------
    caption
        The caption.
    spoken
        At least one spoken word.

    Examples
    --------
    >>> spoken = spread_words("It is one half.", 0.0, 14.0)
    >>> [(word.word, word.start, word.end) for word in aligned_words("It is 0.5.", spoken)]
    [('It', 0.0, 2.0), ('is', 3.0, 5.0), ('0.5', 6.0, 14.0)]
    """
    words = _words(caption)
    matcher = SequenceMatcher(
        None, [_key(word) for word in words], [_key(word.word) for word in spoken], autojunk=False
    )
    found: list[SpokenWord] = []
    for _, first, last, spoken_first, spoken_last in matcher.get_opcodes():
        block = spoken[spoken_first:spoken_last]
        for index, word in enumerate(words[first:last]):
            if len(block) == last - first:
                start, end = block[index].start, block[index].end
            elif block:
                start, end = block[0].start, block[-1].end
            else:
                rest = spoken[spoken_first:]
                start = end = rest[0].start if rest else spoken[-1].end
            found.append(SpokenWord(word=word, start=start, end=end))
    return tuple(found)


def caption_parts(
    caption: str, words: Sequence[SpokenWord]
) -> tuple[tuple[str, SpokenWord | None], ...]:
    """Return a caption in parts: its words, each with its times, and the text between them.

    Parameters
    ----------
    caption
        The caption.
    words
        Result of `aligned_words`; the caption is one part without any.

    Examples
    --------
    >>> words = spread_words("So, why?", 0.0, 7.0)
    >>> [(text, word and word.start) for text, word in caption_parts("So, why?", words)]
    [('So', 0.0), (', ', None), ('why', 4.0), ('?', None)]
    """
    if not words:
        return ((caption, None),)
    text, end = _composed(caption), 0
    parts: list[tuple[str, SpokenWord | None]] = []
    for found, word in zip(_WORD.finditer(text), words, strict=True):
        parts += [(text[end : found.start()], None), (found[0], word)]
        end = found.end()
    parts.append((text[end:], None))
    return tuple(part for part in parts if part[0])


def word_onset(words: Sequence[SpokenWord], wanted: str, occurrence: int = 1) -> float:
    """Return the start of a word, or of several words in a row.

    Parameters
    ----------
    words
        Words of a line.
    wanted
        The word as in the caption; case and punctuation do not matter.
    occurrence
        Number of the occurrence, from 1.

    Raises
    ------
    ValueError
        There is no such word or occurrence; the message lists the words.

    Examples
    --------
    >>> words = spread_words("One step, then one more.", 0.0, 23.0)
    >>> word_onset(words, "step"), word_onset(words, "one", 2), word_onset(words, "one more")
    (4.0, 15.0, 15.0)
    """
    sought = [_key(word) for word in _words(wanted)]
    keys = [_key(word.word) for word in words]
    starts = [
        word.start
        for index, word in enumerate(words)
        if sought and keys[index : index + len(sought)] == sought
    ]
    if 1 <= occurrence <= len(starts):
        return starts[occurrence - 1]
    problem = f"has no word {wanted!r}"
    if starts:
        times = "once" if len(starts) == 1 else f"{len(starts)} times"
        problem = f"has the word {wanted!r} {times}, so it has no occurrence {occurrence}"
    listed = ", ".join(word.word for word in words) or "none"
    raise ValueError(f"the line {problem}; its words: {listed}")


def _words(text: str) -> list[str]:
    return _WORD.findall(_composed(text))


def _composed(text: str) -> str:
    """Return a text without soft hyphens and without accents that are not part of a letter."""
    composed = unicodedata.normalize("NFC", text).replace(_SOFT_HYPHEN, "")
    return "".join(letter for letter in composed if unicodedata.category(letter) != "Mn")


def _key(word: str) -> str:
    return unicodedata.normalize("NFKC", word).replace("’", "'").casefold()


def _rounded(seconds: float) -> float:
    return round(seconds, 4)
