"""Placeholders of the words files: formatted values and plural forms.

``{ratio}`` is replaced by a value that the scene formats. A placeholder with plural forms by
category, ``{ratio:one раз|few раза|many раз|other раза}``, is replaced by the form for the value.
"""

from __future__ import annotations

from collections.abc import Mapping

from lecture.config.words import LineWords, placeholders
from lecture.kit.languages import plural_category
from lecture.kit.numbers import read_number, speak

__all__ = ["fill", "fill_line", "plural_forms"]


class _Value(str):
    """A value of a placeholder, whose format specification is a list of plural forms."""

    __slots__ = ("formatted",)
    formatted: str

    @classmethod
    def of(cls, formatted: str, *, aloud: bool) -> _Value:
        value = cls(speak(formatted) if aloud else formatted)
        value.formatted = formatted
        return value

    def __format__(self, forms: str) -> str:
        if not forms:
            return str(self)
        number = read_number(self.formatted)
        if number is None:
            raise ValueError(f"words: {self.formatted!r} is no number, so it has no {forms!r}")
        known, category = plural_forms(forms), plural_category(number)
        if category not in known:
            raise ValueError(
                f"words: {forms!r} has no form for {self.formatted}; add |{category} and the form"
            )
        return known[category]


def plural_forms(forms: str) -> dict[str, str]:
    """Return the plural forms in a placeholder by category.

    Examples
    --------
    >>> plural_forms("one layer|other layers")
    {'one': 'layer', 'other': 'layers'}
    """
    return dict(form.split(" ", 1) for form in forms.split("|"))


def fill(template: str, values: Mapping[str, str], *, aloud: bool = False) -> str:
    """Return `template` with its placeholders replaced.

    Parameters
    ----------
    template
        Text with placeholders ``{name}`` or ``{name:one layer|other layers}``.
    values
        Formatted values by name; surplus ones are ignored.
    aloud
        True to insert the spoken forms of numbers.

    Raises
    ------
    ValueError
        A placeholder has no value, or plural forms but no number, or no form for the number.

    Examples
    --------
    >>> fill("{ratio} times slower", {"ratio": "2,062"})
    '2,062 times slower'
    >>> fill("{n} {n:one layer|other layers}", {"n": "1"})
    '1 layer'
    """
    names = placeholders(template)
    missing = sorted(names - set(values))
    if missing:
        given = ", ".join(sorted(values)) or "none"
        raise ValueError(
            f"words: {template!r} needs a value for {', '.join(missing)}; given: {given}"
        )
    return template.format_map({name: _Value.of(values[name], aloud=aloud) for name in names})


def fill_line(line: LineWords, values: Mapping[str, str]) -> LineWords:
    """Return a line with the placeholders of its caption and its spoken form replaced."""
    return LineWords(
        caption=fill(line.caption, values),
        spoken=fill(line.spoken or line.caption, values, aloud=True),
    )
