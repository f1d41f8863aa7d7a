"""What a synthetic voice may be given to read, and how it is told to pronounce a term.

A voice reads symbols wrongly without saying so; they are refused here instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from pydantic import field_validator

from lecture.model import FrozenModel

__all__ = ["LONGEST_TEXT", "Pronunciations", "load_pronunciations", "read_numbers", "text_faults"]

LONGEST_TEXT = 400  # characters; a line of 25 words has 150

_MARKS = " .,;:!?'\"()-–—…’‘“”"
# Latin and Cyrillic letters; Greek ones are symbols here.
_PLAIN = re.compile(rf"[A-Za-zÀ-ÖØ-öø-ÿĀ-žЀ-ӿ0-9{re.escape(_MARKS)}]")
_LONG_INTEGER = re.compile(r"(?<![\d.,])\d{4,}(?![\d,]|\.\d)")


def text_faults(text: str) -> list[str]:
    """Say what is wrong with a text for a voice: nothing, as a rule.

    Examples
    --------
    >>> text_faults("The slope is at most one quarter, or 0.25.")
    []
    >>> text_faults("σ′(h) ≤ 1/4")
    ["σ ′ ≤ / cannot be spoken; write them in words, in the line's spoken form"]
    """
    if not text.strip():
        return ["there is nothing to say; give the line a spoken form"]
    faults = []
    symbols = dict.fromkeys(sign for sign in text if not _PLAIN.fullmatch(sign))
    if symbols:
        shown = " ".join(sign if sign.isprintable() else ascii(sign) for sign in symbols)
        faults.append(f"{shown} cannot be spoken; write them in words, in the line's spoken form")
    elif not any(sign.isalnum() for sign in text):
        faults.append("there are no words in it; give the line a spoken form")
    if len(text) > LONGEST_TEXT:
        faults.append(f"it has {len(text)} characters; allowed: at most {LONGEST_TEXT}")
    return faults


def read_numbers(text: str) -> str:
    """Group the digits of long integers, which are otherwise read as years.

    Examples
    --------
    >>> read_numbers("2062 times, and 0.8071 or 1999.5")
    '2,062 times, and 0.8071 or 1999.5'
    """
    return _LONG_INTEGER.sub(lambda found: f"{int(found[0]):,}", text)


class Pronunciations(FrozenModel):
    """How to say words that a voice would get wrong.

    Parameters
    ----------
    words
        Phonemes of American English, as misaki writes them, by word or words in lower case.
    """

    words: Mapping[str, str] = {}

    @field_validator("words")
    @classmethod
    def _apart_from_markup(cls, words: Mapping[str, str]) -> Mapping[str, str]:
        for word, phonemes in words.items():
            if not re.fullmatch(r"[a-z]+(?:[ '-][a-z]+)*", word):
                raise ValueError(f"{word!r} was given; allowed: words in lower case")
            if not phonemes or set(phonemes) & set("/()[]"):
                raise ValueError(f"{word!r}: {phonemes!r} was given; allowed: phonemes alone")
        return words

    def marked(self, text: str) -> str:
        """Mark the words of the list in a text as hibari wants it: ``[word](/phonemes/)``.

        Examples
        --------
        >>> Pronunciations(words={"relu": "ɹˈɛlu"}).marked("Relu, not prelude.")
        '[Relu](/ɹˈɛlu/), not prelude.'
        """
        if not self.words:
            return text
        longest_first = sorted(self.words, key=len, reverse=True)
        either = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
        return either.sub(lambda found: f"[{found[0]}](/{self.words[found[0].lower()]}/)", text)


@cache
def load_pronunciations() -> Pronunciations:
    """Read the list that comes with the project, ``pronunciations.toml``."""
    source = resources.files("lecture.voice") / "pronunciations.toml"
    return Pronunciations.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
