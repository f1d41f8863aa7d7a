"""Lengths of steps of training, in units of daily life."""

from __future__ import annotations

from lecture.kit.numbers import NumberFormat

__all__ = ["UNITS", "length_of_step"]

UNITS = {"m": 0, "mm": -3, "um": -6, "nm": -9, "pm": -12, "fm": -15}
"""Exponents of units of length in metres, by their keys in the words file."""

_LENGTH = NumberFormat(notation="plain", significant=2)


def length_of_step(log10_metres: float) -> tuple[str, str]:
    """Return the formatted number and the unit of a length, from its common logarithm.

    The number is at least 0.1, so that a millimetre is not 1000 micrometres, except for lengths
    below all units, which are in metres.

    Examples
    --------
    >>> length_of_step(-3.3121), length_of_step(0.0), length_of_step(-40.5)
    (('0.49', 'mm'), ('1', 'm'), ('3.2·10⁻⁴¹', 'm'))
    """
    for unit, exponent in UNITS.items():
        if log10_metres >= exponent - 1:
            return _LENGTH.from_log10(1.0, log10_metres - exponent), unit
    return _LENGTH.from_log10(1.0, log10_metres), "m"
