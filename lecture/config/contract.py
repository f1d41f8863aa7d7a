"""What a package of scenes tells the generator: its object ``LECTURE``.

A lecture is a Python package whose ``__init__`` holds nothing but a :class:`Lecture`. The generator
reads the scenes, the words and the spec model from it, and imports nothing else of the package
until a scene runs. Importing this module never imports manim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from lecture.config.words import LANGUAGES, LanguageCode, Words, read_words, topic_of

if TYPE_CHECKING:
    from lecture.config.spec import LectureSpec

__all__ = ["Aspect", "Lecture", "SceneEntry", "SpecSummary", "Starter", "Template"]

Aspect = Literal["16:9", "9:16"]


@dataclass(frozen=True, slots=True)
class SceneEntry:
    """A scene of a lecture: where its class is, and what the generator must know of it.

    Parameters
    ----------
    name
        The class, which is also the name that `scenes` in ``lecture.toml`` uses.
    module
        The module that holds the class.
    title
        What the scene shows, in one line of plain words.
    file
        The module's file, for a scene outside any package; the module is then loaded from it.
    aspects
        The shapes of frame, width to height, that the scene has a layout for.
    reads
        The fields of the spec that decide on its frames beside those of the look (aspect,
        language, pace, theme), down to sub-fields such as ``"chain.activation"``; ``None`` where
        the scene may read any field.
    reads_titles
        True if it shows what the other scenes are called, and so depends on their titles.

    Examples
    --------
    >>> SceneEntry("ForwardPass", "scenes.forward_pass", "The forward pass").stem
    'forward_pass'
    """

    name: str
    module: str
    title: str
    file: Path | None = None
    aspects: tuple[str, ...] = ("16:9",)
    reads: tuple[str, ...] | None = None
    reads_titles: bool = False

    @property
    def stem(self) -> str:
        """The module's own name, which names the scene's files."""
        return self.module.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Starter:
    """What `lecture new` writes for a template: a spec, and a note on one of its tables.

    Parameters
    ----------
    spec
        The values.
    table, note
        The table of ``lecture.toml`` that the note is about, and the note, in plain words.
    """

    spec: LectureSpec
    table: str = ""
    note: str = ""


Template = Callable[[int], Starter]
"""Makes a starter from a seed, which only a template that draws numbers uses."""


@dataclass(frozen=True, slots=True)
class SpecSummary:
    """What `lecture show` prints: a line, a table, and a sentence.

    Parameters
    ----------
    head
        One line above the table.
    headings, rows
        The table, all cells formatted.
    verdict
        One sentence below it.
    data
        The same for programs: numbers in full, as JSON can hold them.
    """

    head: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    verdict: str
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lecture:
    """A lecture: its scenes in order, its words, and its tables of ``lecture.toml``.

    References name an object of the package as ``"module:attribute"``, as entry points do, so that
    importing the package imports neither its model nor NumPy, and so that the cache key of a scene
    covers the modules that the scene itself uses.

    Parameters
    ----------
    package
        The package, as it is imported: ``__name__`` in its ``__init__``.
    scenes
        The scenes, in order.
    spec
        Reference to the spec model, a subclass of :class:`lecture.config.spec.LectureSpec`; the
        base model unless given.
    words
        The folder of words within the package, which holds one ``<language>.toml`` a language.
    templates
        Reference to a mapping of names to templates, which `lecture new --template` offers; the
        first one is the default.
    summary
        Reference to a function from a spec to a :class:`SpecSummary`, which `lecture show` prints.
    packages
        Further packages whose code decides what the scenes show.

    Examples
    --------
    >>> lecture = Lecture(package="demo", scenes=(SceneEntry("Halves", "demo.halves", "Halves"),))
    >>> lecture.scene_names(), lecture.scene_names("9:16")
    (('Halves',), ())
    """

    package: str
    scenes: tuple[SceneEntry, ...]
    spec: str | None = None
    words: str = "text"
    templates: str | None = None
    summary: str | None = None
    packages: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[LanguageCode, ...]:
        """The languages that the lecture has words in, in the generator's order."""
        return tuple(code for code in LANGUAGES if self._words_file(code).is_file())

    def load_words(self, code: str = "en") -> Words:
        """Return the words of the lecture in a language.

        Raises
        ------
        ValueError
            The lecture has no words in it, or its file is not valid.
        """
        file = self._words_file(code)
        if not file.is_file():
            known = ", ".join(self.languages) or "none"
            raise ValueError(f"language: there are no words in {code!r}; choose one of: {known}")
        return read_words(file)

    def topic(self, scene: str, code: str = "en") -> str:
        """Return what a scene is called in a language: the bold part of its title."""
        return topic_of(self.load_words(code), scene)

    def scene_names(self, aspect: str | None = None) -> tuple[str, ...]:
        """Return the names of the scenes, of those that have a layout for `aspect` if given."""
        return tuple(e.name for e in self.scenes if aspect is None or aspect in e.aspects)

    def entries(
        self, names: Iterable[str], user_scenes: Iterable[SceneEntry] = ()
    ) -> tuple[SceneEntry, ...]:
        """Return the scenes of some names, in that order; an unknown name raises ``KeyError``."""
        known = {entry.name: entry for entry in (*self.scenes, *user_scenes)}
        return tuple(known[name] for name in names)

    @property
    def spec_model(self) -> type[LectureSpec]:
        """The model of the lecture's ``lecture.toml``."""
        return cast(
            "type[LectureSpec]", self._refer(self.spec or "lecture.config.spec:LectureSpec")
        )

    def load_templates(self) -> Mapping[str, Template]:
        """Return the templates of `lecture new`, at least one."""
        if self.templates is None:
            return {"default": lambda _seed: Starter(self.spec_model())}
        return cast("Mapping[str, Template]", self._refer(self.templates))

    def summarize(self, spec: LectureSpec) -> SpecSummary | None:
        """Return what `lecture show` prints of a spec, or None where the lecture has nothing."""
        if self.summary is None:
            return None
        function = cast("Callable[[LectureSpec], SpecSummary]", self._refer(self.summary))
        return function(spec)

    def _refer(self, reference: str) -> object:
        module, _, attribute = reference.partition(":")
        full = module if module.startswith("lecture.") else f"{self.package}.{module}"
        return getattr(import_module(full), attribute)

    def _words_file(self, code: str) -> Path:
        return _folder_of(self.package) / self.words / f"{code}.toml"


@cache
def _folder_of(package: str) -> Path:
    return Path(str(resources.files(package)))
