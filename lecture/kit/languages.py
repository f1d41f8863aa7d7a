"""The languages of the lecture, and how each of them writes, speaks and counts.

Numbers follow the language everywhere, on the screen as in captions: with a decimal point in
English, with a decimal comma in German and Russian. A German who reads "2,062 times" takes it for
two, so an international form would mislead; and a form that changed between the picture and its
caption would make one number look like two. Whole numbers are grouped as the language does: from
four digits on with a comma in English, from five on with a narrow space in the others.

Spoken forms keep their numerals: the voices of a language read them by its own rules, which number
words in the nominative, all that a library could put there, would break in Russian. Only symbols
are said in words.

The language in force belongs to the process, like the theme: a scene puts its own in force when it
is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from lecture.config.words import LANGUAGES, LanguageCode

if TYPE_CHECKING:
    from babel import Locale

__all__ = [
    "Language",
    "language",
    "plural_categories",
    "plural_category",
    "set_language",
    "use_language",
]

_NARROW_NO_BREAK_SPACE = "\u202f"


@dataclass(frozen=True)
class Language:
    """How a language writes numbers and speaks them.

    Parameters
    ----------
    code
        Names the language, and its file of words.
    decimal
        Stands between the whole part and the fraction.
    group
        Stands between groups of three digits of a whole number.
    grouped_from
        Digits from which a whole number is grouped.
    undefined
        Is shown for what is not a number.
    minus, times_ten, to_the, infinity
        What a voice says for a minus sign, for the two parts of ``a·10ⁿ``, and for ``∞``.
    per_cent
        What a voice says for a percent sign, by the category of plural of the number before it.
    """

    code: LanguageCode
    decimal: str
    group: str
    grouped_from: int
    undefined: str
    minus: str
    times_ten: str
    to_the: str
    infinity: str
    per_cent: Mapping[str, str]


_ALL: dict[LanguageCode, Language] = {
    "en": Language(
        code="en",
        decimal=".",
        group=",",
        grouped_from=4,
        undefined="undefined",
        minus="minus",
        times_ten="times 10",
        to_the="to the",
        infinity="infinity",
        per_cent={"one": "percent", "other": "percent"},
    ),
    "de": Language(
        code="de",
        decimal=",",
        group=_NARROW_NO_BREAK_SPACE,
        grouped_from=5,
        undefined="nicht definiert",
        minus="minus",
        times_ten="mal 10",
        to_the="hoch",
        infinity="unendlich",
        per_cent={"one": "Prozent", "other": "Prozent"},
    ),
    "ru": Language(
        code="ru",
        decimal=",",
        group=_NARROW_NO_BREAK_SPACE,
        grouped_from=5,
        undefined="не определено",
        minus="минус",
        times_ten="умножить на 10",
        # "in the power of n" needs no ordinal, which would have to agree.
        to_the="в степени",
        infinity="бесконечность",
        per_cent={
            "one": "процент",
            "few": "процента",
            "many": "процентов",
            "other": "процента",
        },
    ),
}

_active: ContextVar[Language] = ContextVar("language", default=_ALL["en"])


def language() -> Language:
    """Return the language in force.

    Examples
    --------
    >>> with use_language("de"):
    ...     language().decimal
    ','
    """
    return _active.get()


def set_language(code: LanguageCode) -> Language:
    """Put a language in force until it is changed again, and return it.

    Raises
    ------
    ValueError
        If there is no language of that code.
    """
    if code not in _ALL:
        known = ", ".join(LANGUAGES)
        raise ValueError(f"language: there are no words in {code!r}; choose one of: {known}")
    _active.set(_ALL[code])
    return _ALL[code]


@contextmanager
def use_language(code: LanguageCode) -> Iterator[Language]:
    """Put a language in force for the length of a ``with`` block."""
    before = language()
    try:
        yield set_language(code)
    finally:
        _active.set(before)


@cache
def _locale(code: LanguageCode) -> Locale:
    from babel import Locale  # noqa: PLC0415  (only words with a plural need wait for it)

    return Locale.parse(code)


def plural_categories(code: LanguageCode) -> frozenset[str]:
    """Return the categories of plural that a language has, by CLDR's names.

    Examples
    --------
    >>> sorted(plural_categories("ru"))
    ['few', 'many', 'one', 'other']
    """
    return frozenset({*_locale(code).plural_form.tags, "other"})


def plural_category(value: Decimal) -> str:
    """Return the category of plural that `value` takes in the language in force.

    Decimals count as they are written: 1.0 is not 1.

    Examples
    --------
    >>> with use_language("ru"):
    ...     [plural_category(Decimal(text)) for text in ("21", "2062", "11", "4.8", "3.9e6")]
    ['one', 'few', 'many', 'other', 'many']
    """
    # A power of ten is a whole number with zeros at its end, which "3.9e6" does not show.
    return str(_locale(language().code).plural_form(Decimal(f"{value:f}")))
