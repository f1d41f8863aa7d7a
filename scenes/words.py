"""What the lecture says: titles, captions, spoken lines and speaker notes, apart from drawing.

The words stand in one TOML file a language, ``scenes/text/<language>.toml``, keyed by scene, beat
and line. Numbers are never typed there: a placeholder such as ``{ratio}`` takes a value that the
scene formats from its trace.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Formatter

from pydantic import BaseModel, ConfigDict

from scenes.numbers import speak

__all__ = ["BeatWords", "LineWords", "SceneWords", "Words", "fill", "load_words"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LineWords(_Frozen):
    """One narration line: its caption, and what a voice says where that differs."""

    caption: str
    spoken: str = ""

    def with_values(self, values: Mapping[str, str]) -> LineWords:
        """Fill the placeholders; in the spoken form each number is written out in words."""
        aloud = {name: speak(value) for name, value in values.items()}
        return LineWords(
            caption=fill(self.caption, values), spoken=fill(self.spoken or self.caption, aloud)
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
    """The words of the whole lecture in one language, by scene."""

    scenes: dict[str, SceneWords]


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put `values` into the placeholders of `template`.

    Raises
    ------
    ValueError
        If the template names a value that is not there.

    Examples
    --------
    >>> fill("{ratio} times slower", {"ratio": "2,062"})
    '2,062 times slower'
    """
    named = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    missing = sorted(named - set(values))
    if missing:
        given = ", ".join(sorted(values)) or "none"
        raise ValueError(
            f"words: {template!r} needs a value for {', '.join(missing)}; given: {given}"
        )
    return template.format_map(values)


@cache
def load_words(language: str = "en") -> Words:
    """Read the words of the lecture in `language`.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    folder = resources.files("scenes") / "text"
    source = folder / f"{language}.toml"
    if not source.is_file():
        known = ", ".join(sorted(f.name.removesuffix(".toml") for f in folder.iterdir()))
        raise ValueError(f"language: there are no words in {language!r}; choose one of: {known}")
    return Words(scenes=tomllib.loads(source.read_text(encoding="utf-8")))
