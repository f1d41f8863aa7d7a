"""The words files of a lecture: titles, captions, spoken lines and speaker notes by language.

A lecture has one TOML file per language, keyed by scene, beat and line. It contains no numbers:
placeholders such as ``{ratio}`` are filled with values that the scene formats.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, ValidationError

from lecture.errors import InputError
from lecture.model import FrozenModel

__all__ = [
    "LANGUAGES",
    "BeatWords",
    "LanguageCode",
    "LineWords",
    "SceneWords",
    "Words",
    "WordsError",
    "placeholders",
    "read_words",
    "topic_of",
]


class WordsError(InputError):
    """An invalid words file."""


LanguageCode = Literal["en", "de", "ru"]

LANGUAGES: tuple[LanguageCode, ...] = get_args(LanguageCode)
"""Languages whose number formats the generator knows."""


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the placeholders of a text.

    Raises
    ------
    ValueError
        A brace has no partner, or a placeholder no name.

    Examples
    --------
    >>> sorted(placeholders("{n} {n:one layer|other layers}, {share} of {{1, 2}}"))
    ['n', 'share']
    """
    try:
        names = frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError as error:
        raise ValueError("a brace has no partner; write {{ or }} for a brace as text") from error
    for name in names:
        if not name.isidentifier():
            raise ValueError(f"{{{name}}} has no valid name; write a name such as {{share}}")
    return names


def _check_placeholders(text: str) -> str:
    placeholders(text)
    return text


Template = Annotated[str, AfterValidator(_check_placeholders)]
"""A text with placeholders."""


class LineWords(FrozenModel):
    """A narration line: its caption, and its spoken form if that differs."""

    caption: Template
    spoken: Template = ""


class BeatWords(FrozenModel):
    """Words of a beat: speaker notes, and lines by key."""

    notes: Template
    lines: dict[str, LineWords] = Field(default_factory=dict)


class SceneWords(FrozenModel):
    """Words of a scene.

    Parameters
    ----------
    title
        Title, Typst markup.
    labels
        Short texts on the screen by key, Typst markup.
    beats
        Words of the beats, by key.
    descriptions
        What the beats show, for readers who do not see the pictures: plain text by beat.
    formulas
        Formulas of the beats, which the handout sets: Typst math by beat.
    """

    title: Template
    labels: dict[str, Template] = Field(default_factory=dict)
    beats: dict[str, BeatWords] = Field(default_factory=dict)
    descriptions: dict[str, Template] = Field(default_factory=dict)
    formulas: dict[str, Template] = Field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """Return all texts by their keys in the table of the scene.

        A line without a spoken form is spoken as its caption.
        """
        texts = {"title": self.title}
        texts |= {f"labels.{key}": label for key, label in self.labels.items()}
        for name, beat in self.beats.items():
            texts[f"beats.{name}.notes"] = beat.notes
            for key, line in beat.lines.items():
                texts[f"beats.{name}.lines.{key}.caption"] = line.caption
                texts[f"beats.{name}.lines.{key}.spoken"] = line.spoken or line.caption
        texts |= {f"descriptions.{name}": text for name, text in self.descriptions.items()}
        texts |= {f"formulas.{name}": text for name, text in self.formulas.items()}
        return texts


class Words(FrozenModel):
    """Words of a lecture in one language.

    Parameters
    ----------
    title
        Default title of the lecture, plain text.
    terms
        Short texts shared by scenes, by key.
    scenes
        Words of the scenes, by class name.
    """

    title: str
    terms: dict[str, str] = Field(default_factory=dict)
    scenes: dict[str, SceneWords]


@cache
def read_words(file: Path) -> Words:
    """Return the words of a file.

    Raises
    ------
    WordsError
        The file is not a valid words file.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        title, terms = data.pop("title", None), data.pop("terms", {})
        return Words.model_validate({"title": title, "terms": terms, "scenes": data})
    except ValidationError as error:
        issue = error.errors()[0]
        field = ".".join(map(str, issue["loc"])).removeprefix("scenes.")
        raise WordsError(
            f"{file}: {field}: {issue['msg'].removeprefix('Value error, ')}"
        ) from error
    except ValueError as error:
        raise WordsError(f"{file}: not valid TOML: {error}") from error


def topic_of(words: Words | None, scene: str) -> str:
    """Return the topic of a scene: the bold part of its title, else its class name in words.

    Examples
    --------
    >>> topic_of(None, "NoSuchScene")
    'No such scene'
    """
    found = words.scenes.get(scene) if words is not None else None
    bold = re.match(r"\*(.+?)\*", found.title) if found is not None else None
    if bold:
        return bold[1]
    return re.sub(r"(?<!^)(?=[A-Z])", " ", scene).capitalize()
