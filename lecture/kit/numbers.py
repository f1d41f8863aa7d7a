"""Formats of all numbers on the screen, in captions and in speech.

Numbers are formatted in fixed notation or as ``a·10ⁿ``, with a true minus sign and the marks of
the active language (see `lecture.kit.languages`). Values beyond the range of a float are formatted
from their sign and the logarithm of their magnitude; from 10^(±10⁶) on as ``10^(b·10ⁿ)``, whose
parentheses hold an exponent that the screen shows raised.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Literal

from lecture.kit.languages import language, plural_category

__all__ = [
    "ACTIVATION_VALUE",
    "COUNT",
    "FACTOR",
    "FROM_SUPERSCRIPT",
    "GRADIENT",
    "LEAST_ROUNDED",
    "MINUS",
    "PERCENT",
    "PLAIN",
    "RAISED",
    "RATIO",
    "SUPERSCRIPT",
    "TIMES_TEN",
    "WEIGHT",
    "NumberFormat",
    "format_log10",
    "percent",
    "power_of_ten",
    "read_number",
    "speak",
]

MINUS = "\u2212"
TIMES_TEN = "\u00b710"
SUPERSCRIPT = str.maketrans(f"0123456789{MINUS}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
FROM_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", f"0123456789{MINUS}")
RAISED = re.compile(r"(?<=10)\^\(([^()]*)\)")
"""The exponent of ``10^(b·10ⁿ)``, with its parentheses."""
LEAST_ROUNDED = 10**6
"""The least exponent that is rounded; a mantissa beside it would say nothing."""
_PER_CENT = " %"
_NO_BREAK_SPACE = "\u00a0"
_LARGEST_FIXED_EXPONENT = 4
_LEAST_RATIO, _SMALL_RATIO, _LARGE_RATIO = 0.05, 9.95, 1e6
_LOG10_OF_FLOATS = 300
_DIGITS_OF_LOG10 = 12
_FIXED_EXPONENTS = (-1, 0, 1)
_DIGITS_OF_POWERS = 2  # in plain notation
_MOST_PLACES = 10**17
_DECIMAL = Context(Emax=MAX_EMAX, Emin=MIN_EMIN)


@dataclass(frozen=True)
class NumberFormat:
    """A number format; call it with a value to get a string.

    Parameters
    ----------
    decimals
        Largest number of decimals in fixed notation. Larger numbers have fewer, for at most
        ``decimals + 1`` significant digits.
    significant
        Significant digits in ``a·10ⁿ`` and in plain notation.
    notation
        - ``"auto"``: fixed, but ``a·10ⁿ`` from 10⁴ on, and below ``10**(1 - decimals)``, where
          fixed notation has fewer than two significant digits.
        - ``"scientific"``: ``a·10ⁿ``, but fixed from 0.1 to below 100.
        - ``"integer"``: rounded to an integer, with thousands separated.
        - ``"plain"``: without trailing zeros, for numbers that a lecturer has chosen.
        - ``"ratio"``: one decimal from 0.05 to below ten, an integer below a million, else
          ``a·10ⁿ``.
        - ``"fixed"``: always `decimals` decimals, for a coordinate that passes through zero.

    Examples
    --------
    >>> NumberFormat(decimals=3)(0.67261)
    '0.673'
    >>> NumberFormat(decimals=3)(-3.94e-5)
    '−3.9·10⁻⁵'
    >>> scientific = NumberFormat(notation="scientific")
    >>> scientific(0.0795), scientific(3.125), scientific(-1953.1)
    ('8.0·10⁻²', '3.1', '−2.0·10³')
    >>> NumberFormat(notation="integer")(2062.3)
    '2,062'
    >>> NumberFormat(notation="plain", significant=4)(1.0)
    '1'
    >>> NumberFormat(decimals=2, notation="fixed")(-0.001)
    '0.00'
    """

    decimals: int = 3
    significant: int = 2
    notation: Literal["auto", "scientific", "integer", "plain", "ratio", "fixed"] = "auto"

    def __call__(self, value: float) -> str:
        """Return `value` as text; an exact zero is ``0``."""
        return _localized(self._format(float(value)))

    def _format(self, value: float) -> str:
        if self.notation == "fixed" and math.isfinite(value):
            return _true_minus(f"{value:z.{self.decimals}f}")
        if value == 0 or not math.isfinite(value):
            return _special(value)
        if self.notation == "ratio" and _LEAST_RATIO <= abs(value) < _SMALL_RATIO:
            return _true_minus(f"{value:.1f}")
        if self.notation == "integer" or (
            self.notation == "ratio" and _SMALL_RATIO <= abs(value) < _LARGE_RATIO
        ):
            return _true_minus(f"{round(value):,}")
        if self.notation == "plain":
            text = f"{value:.{self.significant}g}"
            return (
                _scientific(Decimal(text), _DIGITS_OF_POWERS) if "e" in text else _true_minus(text)
            )
        exact = Decimal(value)
        fixed = self._fixed(exact) if self.notation == "auto" else None
        if fixed is None and self.notation == "scientific":
            fixed = _without_power(exact, self.significant)
        return fixed if fixed is not None else _scientific(exact, self.significant)

    def from_log10(self, sign: float, log10_abs: float) -> str:
        """Return ``sign * 10**log10_abs`` as text, also beyond the range of a float.

        Parameters
        ----------
        sign
            Negative, zero or positive.
        log10_abs
            Common logarithm of the magnitude; ``-inf`` for zero.

        Examples
        --------
        >>> NumberFormat().from_log10(-1, -0.5), NumberFormat().from_log10(1, -400.0)
        ('−0.316', '1.0·10⁻⁴⁰⁰')
        """
        if abs(log10_abs) < _LOG10_OF_FLOATS:
            # The last digits are those of the logarithm: without them 0.0625 is no longer a tie.
            magnitude = float(f"{10.0**log10_abs:.{_DIGITS_OF_LOG10}e}")
            return self(math.copysign(magnitude, sign) if sign else 0.0)
        if log10_abs < 0 and self.notation in {"fixed", "integer"}:
            return self(0.0)
        plain = self.notation == "plain"
        return format_log10(sign, log10_abs, _DIGITS_OF_POWERS if plain else self.significant)

    def _fixed(self, value: Decimal) -> str | None:
        if value.adjusted() >= _LARGEST_FIXED_EXPONENT:
            return None
        smallest = Decimal(1).scaleb(1 - self.decimals)
        for places in range(self.decimals, -1, -1):
            rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
            if abs(rounded) < smallest:
                return None
            if len(rounded.as_tuple().digits) <= self.decimals + 1:
                return _true_minus(f"{rounded:f}")
            if rounded.adjusted() >= _LARGEST_FIXED_EXPONENT:
                return None
        return _true_minus(f"{rounded:f}")


def _without_power(value: Decimal, significant: int) -> str | None:
    """Return a value from 0.1 to below 100 in fixed notation; ``None`` for any other value."""
    rounded = Decimal(f"{value:.{significant - 1}e}")
    if rounded.adjusted() not in _FIXED_EXPONENTS:
        return None
    places = max(0, significant - 1 - rounded.adjusted())
    return _true_minus(f"{rounded:.{places}f}")


def _scientific(value: Decimal, significant: int) -> str:
    mantissa, exponent = f"{value:.{significant - 1}e}".split("e")
    return _compose(mantissa, int(exponent))


def _compose(mantissa: str, exponent: int) -> str:
    power = _true_minus(str(exponent)).translate(SUPERSCRIPT)
    return f"{_true_minus(mantissa)}{TIMES_TEN}{power}"


def _rounded_power(exponent: float) -> str:
    """Return a power of ten whose exponent has too many digits to be written out."""
    return f"10^({_scientific(Decimal(exponent), 2)})"


def _special(value: float) -> str:
    if math.isnan(value):
        return language().undefined
    return "0" if value == 0 else "∞" if value > 0 else f"{MINUS}∞"


def _localized(text: str) -> str:
    """Replace the decimal point and commas by the marks of the active language."""
    marks = language()
    whole, point, fraction = text.partition(".")
    if "," in whole:
        digits = sum(character.isdigit() for character in whole)
        whole = whole.replace(",", marks.group if digits >= marks.grouped_from else "")
    return f"{whole}{marks.decimal if point else ''}{fraction}"


def _true_minus(text: str) -> str:
    return text.replace("-", MINUS)


def percent(share: float) -> str:
    """Return a fraction as a percentage without decimals.

    Parameters
    ----------
    share
        The fraction: 1.0 is 100 %.

    Examples
    --------
    >>> percent(0.9638), percent(1.0)
    ('96 %', '100 %')
    """
    return f"{round(100 * share)}{_PER_CENT}"


def power_of_ten(exponent: int) -> str:
    """Return a power of ten, for the labels of an axis.

    Examples
    --------
    >>> power_of_ten(-4), power_of_ten(-12_000_000)
    ('10⁻⁴', '10^(−1.2·10⁷)')
    """
    if abs(exponent) >= LEAST_ROUNDED:
        return _localized(_rounded_power(exponent))
    return f"10{_true_minus(str(exponent)).translate(SUPERSCRIPT)}"


def format_log10(sign: float, log10_abs: float, significant: int = 2) -> str:
    """Return ``sign * 10**log10_abs`` as ``a·10ⁿ``, also beyond the range of a float.

    If the exponent has more than six digits, the number is ``10^(b·10ⁿ)``: the exponent is
    rounded, and there is no mantissa.

    Parameters
    ----------
    sign
        Negative, zero or positive.
    log10_abs
        Common logarithm of the magnitude; ``-inf`` for zero.
    significant
        Significant digits of the mantissa.

    Examples
    --------
    >>> format_log10(-1, -400.5)
    '−3.2·10⁻⁴⁰¹'
    >>> format_log10(-1, -11_039_813.6)
    '−10^(−1.1·10⁷)'
    >>> format_log10(0, float("-inf"))
    '0'
    """
    if sign == 0 or not math.isfinite(log10_abs):
        return _special(0.0 if sign == 0 or log10_abs == -math.inf else sign * log10_abs)
    exponent = math.floor(log10_abs)
    mantissa = f"{10 ** (log10_abs - exponent):.{significant - 1}f}"
    if float(mantissa) >= 10:  # 9.96 rounds to 10.0
        mantissa, exponent = f"{1:.{significant - 1}f}", exponent + 1
    if abs(exponent) >= LEAST_ROUNDED:
        return _localized(f"{MINUS if sign < 0 else ''}{_rounded_power(log10_abs)}")
    return _localized(_compose(f"-{mantissa}" if sign < 0 else mantissa, exponent))


def read_number(text: str) -> Decimal | None:
    """Parse a formatted number of the active language.

    Returns
    -------
    Decimal or None
        The number with its decimals, limited to exponents of ±10¹⁷; ``None`` if the text is not
        a number.

    Examples
    --------
    >>> read_number("−3.9·10⁻⁵"), read_number("2,062"), read_number("96 %"), read_number("ReLU")
    (Decimal('-0.000039'), Decimal('2062'), Decimal('96'), None)
    >>> read_number("2.5 m/s")
    Decimal('2.5')
    >>> read_number("−10^(−1.1·10⁷)")
    Decimal('-1E-11000000')
    """
    marks = language()
    number = _split_unit(text)[0]
    try:
        if raised := RAISED.search(number):
            mantissa = f"{number[: raised.start()].removesuffix('10')}1"
            exponent = int(read_number(raised[1]) or 0)
        else:
            mantissa, found, power = number.partition(TIMES_TEN)
            exponent = int(power.translate(FROM_SUPERSCRIPT).replace(MINUS, "-")) if found else 0
        plain = mantissa.replace(marks.group, "").replace(marks.decimal, ".").replace(MINUS, "-")
        return Decimal(plain).scaleb(max(-_MOST_PLACES, min(exponent, _MOST_PLACES)), _DECIMAL)
    except (InvalidOperation, ValueError):
        return None


def speak(text: str) -> str:
    """Return the spoken form of a formatted number in the active language: numerals and words.

    A unit behind a space is spoken as a word; `Language.units` has all that are known.

    Examples
    --------
    >>> speak("−3.9·10⁻⁵")
    'minus 3.9 times 10 to the minus 5'
    >>> speak("2,062"), speak("96 %"), speak("10⁻²⁴")
    ('2062', '96 percent', '10 to the minus 24')
    >>> speak("10^(−1.1·10⁷)")
    '10 to the minus 1.1 times 10 to the 7'
    >>> speak("3 m"), speak("1 s"), speak("4.2·10³ km/h")
    ('3 metres', '1 second', '4.2 times 10 to the 3 kilometres per hour')
    """
    words = language()
    number, unit = _split_unit(text)
    if unit:
        category = plural_category(read_number(number) or Decimal(0))
        return f"{speak(number)} {words.units[unit][category]}"
    if raised := RAISED.search(text):
        return f"{speak(text[: raised.start()])} {words.to_the} {speak(raised[1])}"
    mantissa, found, power = text.partition(TIMES_TEN)
    spoken = _speak_minus(mantissa.replace(words.group, "").replace("∞", words.infinity))
    if found:
        return f"{spoken} {words.times_ten} {words.to_the} {_speak_exponent(power)}"
    base = spoken.rstrip("".join(map(chr, FROM_SUPERSCRIPT)))
    if base == spoken:
        return spoken
    return f"{base} {words.to_the} {_speak_exponent(spoken[len(base) :])}"


def _split_unit(text: str) -> tuple[str, str]:
    """Return a number and its unit, which is empty if the text does not end in a known one."""
    number, _, unit = text.replace(_NO_BREAK_SPACE, " ").rpartition(" ")
    known = unit in language().units and number[-1:].isdigit()
    return (number, unit) if known else (text, "")


def _speak_exponent(exponent: str) -> str:
    return _speak_minus(exponent.translate(FROM_SUPERSCRIPT))


def _speak_minus(text: str) -> str:
    return text.replace(MINUS, f"{language().minus} ")


WEIGHT = NumberFormat(decimals=2)
ACTIVATION_VALUE = NumberFormat(decimals=3)
FACTOR = NumberFormat(decimals=3)
GRADIENT = NumberFormat(notation="scientific")
PLAIN = NumberFormat(notation="plain", significant=4)
RATIO = NumberFormat(notation="ratio")
COUNT = NumberFormat(notation="integer")
PERCENT = percent
