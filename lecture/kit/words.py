"""What the lecture says: titles, captions, spoken lines and speaker notes, apart from drawing.

The words stand in one TOML file a language, ``scenes/text/<language>.toml``, keyed by scene, beat
and line. Numbers are never typed there: a placeholder such as ``{ratio}`` takes a value that the
scene formats from its trace. Where a number decides the form of a word, the placeholder names the
forms by category of plural: ``{ratio} {ratio:one раз|few раза|many раз|other раза}``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Formatter

from pydantic import BaseModel, ConfigDict

from lecture.kit.languages import LanguageCode, language, plural_category
from lecture.kit.numbers import read_number, speak

__all__ = [
    "BeatWords",
    "LineWords",
    "SceneWords",
    "Words",
    "active_words",
    "fill",
    "load_words",
    "plural_forms",
    "topic",
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LineWords(_Frozen):
    """One narration line: its caption, and what a voice says where that differs."""

    caption: str
    spoken: str = ""

    def with_values(self, values: Mapping[str, str]) -> LineWords:
        """Fill the placeholders; in the spoken form each number is said without symbols."""
        return LineWords(
            caption=fill(self.caption, values),
            spoken=fill(self.spoken or self.caption, values, aloud=True),
        )


class BeatWords(_Frozen):
    """The words of one beat: speaker notes, and lines by key."""

    notes: str
    lines: dict[str, LineWords] = {}


class SceneWords(_Frozen):
    """The words of one scene. The title is Typst markup; labels are short texts on the screen."""

    title: str
    labels: dict[str, str] = {}
    beats: dict[str, BeatWords] = {}


class Words(_Frozen):
    """The words of the whole lecture in one language.

    Parameters
    ----------
    title
        What the lecture is called unless its file says otherwise, plain text.
    activations
        What each activation is called, by its name in the lecture's file.
    scenes
        The words of each scene, by the name of its class.
    """

    title: str
    activations: dict[str, str]
    scenes: dict[str, SceneWords]


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


@cache
def load_words(code: str = "en") -> Words:
    """Read the words of the lecture in a language.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    folder = resources.files("scenes") / "text"
    source = folder / f"{code}.toml"
    if not source.is_file():
        known = ", ".join(sorted(f.name.removesuffix(".toml") for f in folder.iterdir()))
        raise ValueError(f"language: there are no words in {code!r}; choose one of: {known}")
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    return Words(title=data.pop("title"), activations=data.pop("activations"), scenes=data)


def active_words() -> Words:
    """Return the words in the language in force."""
    return load_words(language().code)


def topic(scene: str, code: LanguageCode | None = None) -> str:
    """Return what a scene is called: the bold part of its title, else its class name in words.

    Parameters
    ----------
    scene
        The scene's class.
    code
        The language; the one in force unless given.

    Examples
    --------
    >>> topic("BackwardPass"), topic("BackwardPass", "de"), topic("NoSuchScene")
    ('Backward pass', 'Rückwärtsdurchlauf', 'No such scene')
    """
    words = (active_words() if code is None else load_words(code)).scenes.get(scene)
    bold = re.match(r"\*(.+?)\*", words.title) if words is not None else None
    if bold:
        return bold[1]
    return re.sub(r"(?<!^)(?=[A-Z])", " ", scene).capitalize()
