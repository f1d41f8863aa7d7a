"""The words file of a lecture: titles, captions, spoken lines and speaker notes in one language.

Each lecture has one TOML file a language, keyed by scene, beat and line. Numbers are never typed
there: a placeholder such as ``{ratio}`` takes a value that the scene formats from its data.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from lecture.model import FrozenModel

__all__ = [
    "LANGUAGES",
    "BeatWords",
    "LanguageCode",
    "LineWords",
    "SceneWords",
    "Words",
    "read_words",
    "topic_of",
]

LanguageCode = Literal["en", "de", "ru"]

LANGUAGES: tuple[LanguageCode, ...] = get_args(LanguageCode)
"""The languages that the generator writes and speaks numbers in."""


class LineWords(FrozenModel):
    """One narration line: its caption, and what a voice says where that differs."""

    caption: str
    spoken: str = ""


class BeatWords(FrozenModel):
    """The words of one beat: speaker notes, and lines by key."""

    notes: str
    lines: dict[str, LineWords] = Field(default_factory=dict)


class SceneWords(FrozenModel):
    """The words of one scene. The title is Typst markup; labels are short texts on the screen."""

    title: str
    labels: dict[str, str] = Field(default_factory=dict)
    beats: dict[str, BeatWords] = Field(default_factory=dict)


class Words(FrozenModel):
    """The words of a lecture in one language.

    Parameters
    ----------
    title
        What the lecture is called unless ``lecture.toml`` says otherwise, plain text.
    terms
        Short texts that several scenes share, by key.
    scenes
        The words of each scene, by the name of its class.
    """

    title: str
    terms: dict[str, str] = Field(default_factory=dict)
    scenes: dict[str, SceneWords]


@cache
def read_words(file: Path) -> Words:
    """Return the words of a file.

    Raises
    ------
    ValueError
        The file is not TOML, or not a words file.
    """
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    title, terms = data.pop("title", None), data.pop("terms", {})
    return Words.model_validate({"title": title, "terms": terms, "scenes": data})


def topic_of(words: Words | None, scene: str) -> str:
    """Return what a scene is called: the bold part of its title, else its class name in words.

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
