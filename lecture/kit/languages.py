"""Number formats, spoken symbols and plural forms of the lecture's languages.

Numbers on the screen and in captions have the marks of the language: a decimal point in English, a
decimal comma in German and Russian, where "2,062 times" would read as about two. Whole numbers are
grouped from four digits on with a comma in English, else from five on with a narrow space.

Spoken forms keep numerals, which a voice inflects correctly; number words from a library would all
be nominatives, which is wrong in Russian. Only symbols are spelled out.

The active language is a context variable, like the theme; a scene sets it when it is created.
"""

from __future__ import annotations

import math
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
_MOST_PLACES = 30


@dataclass(frozen=True)
class Language:
    """Number format of a language, and spoken forms of symbols.

    Parameters
    ----------
    code
        Language code, also the name of the words file.
    decimal
        Decimal mark.
    group
        Separator of groups of three digits.
    grouped_from
        Least number of digits of a grouped whole number.
    undefined
        Text for NaN.
    minus, times_ten, to_the, infinity
        Spoken minus sign, ``·10``, exponent and ``∞``.
    units
        Spoken forms of units by their symbols, each by plural category of the number before it.
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
    units: Mapping[str, Mapping[str, str]]


def _units(categories: str, table: str) -> dict[str, dict[str, str]]:
    """Read a table with a line for each unit: its symbol and its forms, divided by ``|``."""
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return {symbol: dict(zip(categories.split(), forms, strict=True)) for symbol, *forms in rows}


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
        units=_units(
            "one other",
            """
            %    | percent             | percent
            mm   | millimetre          | millimetres
            cm   | centimetre          | centimetres
            m    | metre               | metres
            km   | kilometre           | kilometres
            g    | gram                | grams
            kg   | kilogram            | kilograms
            ms   | millisecond         | milliseconds
            s    | second              | seconds
            min  | minute              | minutes
            h    | hour                | hours
            m/s  | metre per second    | metres per second
            km/h | kilometre per hour  | kilometres per hour
            Hz   | hertz               | hertz
            °C   | degree Celsius      | degrees Celsius
            """,
        ),
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
        units=_units(
            "one other",
            """
            %    | Prozent             | Prozent
            mm   | Millimeter          | Millimeter
            cm   | Zentimeter          | Zentimeter
            m    | Meter               | Meter
            km   | Kilometer           | Kilometer
            g    | Gramm               | Gramm
            kg   | Kilogramm           | Kilogramm
            ms   | Millisekunde        | Millisekunden
            s    | Sekunde             | Sekunden
            min  | Minute              | Minuten
            h    | Stunde              | Stunden
            m/s  | Meter pro Sekunde   | Meter pro Sekunde
            km/h | Kilometer pro Stunde | Kilometer pro Stunde
            Hz   | Hertz               | Hertz
            °C   | Grad Celsius        | Grad Celsius
            """,
        ),
    ),
    "ru": Language(
        code="ru",
        decimal=",",
        group=_NARROW_NO_BREAK_SPACE,
        grouped_from=5,
        undefined="не определено",
        minus="минус",
        times_ten="умножить на 10",
        # "в степени n" needs no ordinal number, which would be inflected.
        to_the="в степени",
        infinity="бесконечность",
        units=_units(
            "one few many other",
            """
            %    | процент            | процента            | процентов            | процента
            mm   | миллиметр          | миллиметра          | миллиметров          | миллиметра
            cm   | сантиметр          | сантиметра          | сантиметров          | сантиметра
            m    | метр               | метра               | метров               | метра
            km   | километр           | километра           | километров           | километра
            g    | грамм              | грамма              | граммов              | грамма
            kg   | килограмм          | килограмма          | килограммов          | килограмма
            ms   | миллисекунда       | миллисекунды        | миллисекунд          | миллисекунды
            s    | секунда            | секунды             | секунд               | секунды
            min  | минута             | минуты              | минут                | минуты
            h    | час                | часа                | часов                | часа
            m/s  | метр в секунду     | метра в секунду     | метров в секунду     | метра в секунду
            km/h | километр в час     | километра в час     | километров в час     | километра в час
            Hz   | герц               | герца               | герц                 | герца
            °C   | градус Цельсия     | градуса Цельсия     | градусов Цельсия     | градуса Цельсия
            """,
        ),
    ),
}

_active: ContextVar[Language] = ContextVar("language", default=_ALL["en"])


def language() -> Language:
    """Return the active language.

    Examples
    --------
    >>> with use_language("de"):
    ...     language().decimal
    ','
    """
    return _active.get()


def set_language(code: LanguageCode) -> Language:
    """Set the active language and return it.

    Parameters
    ----------
    code
        ``"en"``, ``"de"`` or ``"ru"``.

    Raises
    ------
    ValueError
        The code is unknown.
    """
    if code not in _ALL:
        known = ", ".join(LANGUAGES)
        raise ValueError(f"language: there are no words in {code!r}; choose one of: {known}")
    _active.set(_ALL[code])
    return _ALL[code]


@contextmanager
def use_language(code: LanguageCode) -> Iterator[Language]:
    """Set the active language for a ``with`` block, and yield it.

    Parameters
    ----------
    code
        ``"en"``, ``"de"`` or ``"ru"``.

    Raises
    ------
    ValueError
        The code is unknown.
    """
    before = language()
    try:
        yield set_language(code)
    finally:
        _active.set(before)


@cache
def _locale(code: LanguageCode) -> Locale:
    from babel import Locale  # noqa: PLC0415  (slow to import, and needed only for plural forms)

    return Locale.parse(code)


def plural_categories(code: LanguageCode) -> frozenset[str]:
    """Return the plural categories of a language, such as ``"one"``, as defined by CLDR.

    Examples
    --------
    >>> sorted(plural_categories("ru"))
    ['few', 'many', 'one', 'other']
    """
    return frozenset({*_locale(code).plural_form.tags, "other"})


def plural_category(value: Decimal) -> str:
    """Return the plural category of `value` in the active language.

    Trailing zeros count: 1.0 and 1 may have different categories.

    Examples
    --------
    >>> with use_language("ru"):
    ...     [plural_category(Decimal(text)) for text in ("21", "2062", "11", "4.8", "3.9e6")]
    ['one', 'few', 'many', 'other', 'many']
    """
    # No rule depends on the digits of a number as large or small as this.
    if value and abs(value.adjusted()) > _MOST_PLACES:
        value = Decimal(1).scaleb(int(math.copysign(_MOST_PLACES, value.adjusted())))
    # Babel reads the digits of the text: "3900000" is a whole number, unlike "3.9e6".
    return str(_locale(language().code).plural_form(Decimal(f"{value:f}")))
