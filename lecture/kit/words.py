"""Placeholders in words: values and plural forms filled in, for a reader or for a voice.

A placeholder such as ``{ratio}`` takes a value that the scene formats from its data. Where a number
decides the form of a word, the placeholder lists the forms by plural category:
``{ratio} {ratio:one раз|few раза|many раз|other раза}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from lecture.config.words import LineWords
from lecture.kit.languages import plural_category
from lecture.kit.numbers import read_number, speak

__all__ = ["fill", "fill_line", "plural_forms"]


class _Value(str):
    """A value for a placeholder: a number, or what a number makes of a word."""

    __slots__ = ("written",)
    written: str

    @classmethod
    def of(cls, written: str, *, aloud: bool) -> _Value:
        value = cls(speak(written) if aloud else written)
        value.written = written
        return value

    def __format__(self, forms: str) -> str:
        if not forms:
            return str(self)
        number = read_number(self.written)
        if number is None:
            raise ValueError(f"words: {self.written!r} is no number, so it has no {forms!r}")
        return plural_forms(forms)[plural_category(number)]


def plural_forms(listed: str) -> dict[str, str]:
    """Read the forms of a word, as a placeholder lists them, by category of plural.

    Examples
    --------
    >>> plural_forms("one layer|other layers")
    {'one': 'layer', 'other': 'layers'}
    """
    return dict(form.split(" ", 1) for form in listed.split("|"))


def fill(template: str, values: Mapping[str, str], *, aloud: bool = False) -> str:
    """Put `values` into the placeholders of `template`, for a reader or for a voice.

    A placeholder with forms of a word, ``{n:one layer|other layers}``, takes the form that the
    number asks for in the language in force.

    Raises
    ------
    ValueError
        If the template names a value that is not there.

    Examples
    --------
    >>> fill("{ratio} times slower", {"ratio": "2,062"})
    '2,062 times slower'
    >>> fill("{n} {n:one layer|other layers}", {"n": "1"})
    '1 layer'
    """
    named = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    missing = sorted(named - set(values))
    if missing:
        given = ", ".join(sorted(values)) or "none"
        raise ValueError(
            f"words: {template!r} needs a value for {', '.join(missing)}; given: {given}"
        )
    return template.format_map({name: _Value.of(values[name], aloud=aloud) for name in named})


def fill_line(line: LineWords, values: Mapping[str, str]) -> LineWords:
    """Return a line with its placeholders filled; a voice gets each number without symbols."""
    return LineWords(
        caption=fill(line.caption, values),
        spoken=fill(line.spoken or line.caption, values, aloud=True),
    )
