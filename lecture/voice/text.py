"""Checks of texts for synthetic voices, and pronunciations.

Voices misread symbols silently, so texts with symbols are rejected.
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
# Latin and Cyrillic letters; Greek letters are symbols of formulas.
_PLAIN = re.compile(rf"[A-Za-zÀ-ÖØ-öø-ÿĀ-žЀ-ӿ0-9{re.escape(_MARKS)}]")
_LONG_INTEGER = re.compile(r"(?<![\d.,])\d{4,}(?![\d,]|\.\d)")


def text_faults(text: str) -> list[str]:
    """Return the issues of a text for a voice; an empty list if there are none.

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
    symbols = dict.fromkeys(c for c in text if not _PLAIN.fullmatch(c))
    if symbols:
        listed = " ".join(c if c.isprintable() else ascii(c) for c in symbols)
        faults.append(f"{listed} cannot be spoken; write them in words, in the line's spoken form")
    elif not any(c.isalnum() for c in text):
        faults.append("there are no words in it; give the line a spoken form")
    if len(text) > LONGEST_TEXT:
        faults.append(f"it has {len(text)} characters; allowed: at most {LONGEST_TEXT}")
    return faults


def read_numbers(text: str) -> str:
    """Return text with grouped digits in long integers, which voices would read as years.

    Examples
    --------
    >>> read_numbers("2062 times, and 0.8071 or 1999.5")
    '2,062 times, and 0.8071 or 1999.5'
    """
    return _LONG_INTEGER.sub(lambda found: f"{int(found[0]):,}", text)


class Pronunciations(FrozenModel):
    """Pronunciations of words that a voice mispronounces."""

    words: Mapping[str, str] = {}
    """Phonemes of American English, in misaki's notation, by lower-case words."""

    @field_validator("words")
    @classmethod
    def _without_markup(cls, words: Mapping[str, str]) -> Mapping[str, str]:
        for word, phonemes in words.items():
            if not re.fullmatch(r"[a-z]+(?:[ '-][a-z]+)*", word):
                raise ValueError(f"{word!r} was given; allowed: words in lower case")
            if not phonemes or set(phonemes) & set("/()[]"):
                raise ValueError(f"{word!r}: {phonemes!r} was given; allowed: phonemes alone")
        return words

    def marked(self, text: str) -> str:
        """Return text with listed words in hibari's notation ``[word](/phonemes/)``.

        Examples
        --------
        >>> Pronunciations(words={"relu": "ɹˈɛlu"}).marked("Relu, not prelude.")
        '[Relu](/ɹˈɛlu/), not prelude.'
        """
        if not self.words:
            return text
        longest_first = sorted(self.words, key=len, reverse=True)
        listed = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
        return listed.sub(lambda found: f"[{found[0]}](/{self.words[found[0].lower()]}/)", text)


@cache
def load_pronunciations() -> Pronunciations:
    """Return the pronunciations of the project, from ``pronunciations.toml``."""
    source = resources.files("lecture.voice") / "pronunciations.toml"
    return Pronunciations.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
