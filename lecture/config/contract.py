"""The object ``LECTURE`` of a lecture package: scenes, words, spec model, templates, explorables.

A lecture is a Python package whose ``__init__`` defines a :class:`Lecture` and imports nothing
else of the package. The other modules are imported when they are needed: a scene's when it is
rendered. Importing this module never imports manim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import chdir
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from lecture.config.words import (
    LANGUAGES,
    LanguageCode,
    SceneWords,
    Words,
    WordsError,
    placeholders,
    read_words,
    topic_of,
)
from lecture.errors import InputError, describe

if TYPE_CHECKING:
    from lecture.config.spec import LectureSpec

__all__ = [
    "ASPECTS",
    "Aspect",
    "Explorable",
    "ExplorableContent",
    "Lecture",
    "SceneEntry",
    "SpecSummary",
    "Starter",
    "Template",
]

Aspect = Literal["16:9", "9:16"]
"""Aspect ratio of the frame: landscape or portrait."""

ASPECTS: tuple[Aspect, ...] = get_args(Aspect)


@dataclass(frozen=True, slots=True)
class SceneEntry:
    """A scene of a lecture.

    Parameters
    ----------
    name
        Name of the scene's class, used by `scenes` in ``lecture.toml`` and on the command line.
    module
        Full name of the module that defines the class.
    title
        Title, one line of plain text in English.
    file
        File of the module if it belongs to no package; the module is then loaded from the file.
    aspects
        Aspect ratios that the scene has a layout for: ``"16:9"``, ``"9:16"`` or both.
    reads
        Fields of the spec that the frames depend on besides aspect, language, pace and theme,
        such as ``"chain.activation"``; ``None`` if the scene may read any field. A change of
        another field does not render the scene again.

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

    @property
    def stem(self) -> str:
        """Last part of the module's name, used in names of output files."""
        return self.module.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Starter:
    """The content of a ``lecture.toml`` that `lecture new` writes.

    Parameters
    ----------
    spec
        Values of the fields.
    table
        Name of the table that the note explains, such as ``"chain"``.
    note
        Comment written above that table, plain text.
    """

    spec: LectureSpec
    table: str = ""
    note: str = ""


Template = Callable[[int], Starter]
"""Returns the starter for a seed, which templates without random values ignore."""


@dataclass(frozen=True, slots=True)
class SpecSummary:
    """The output of `lecture show`.

    Parameters
    ----------
    head
        Line above the table.
    headings
        Column headings.
    rows
        Formatted cells, as many in each row as there are headings.
    verdict
        Sentence below the table.
    data
        The same values unrounded, for `lecture show --json`; must be serializable as JSON.
    """

    head: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    verdict: str
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Explorable:
    """A part of the web page whose numbers the reader can change.

    Parameters
    ----------
    name
        Name of letters, digits and hyphens, unique in the lecture; part of links to the page.
    module
        JavaScript module, as a path in the package. It may import modules of its folder by
        ``import { name } from "./other.js"``, and exports ``mount(element, data, page)``. That
        function fills the element and returns an object with the method ``show(state)``.
        ``page.link(state)`` is a link that opens the page and has ``show(state)`` called, and
        ``page.copy(text)`` copies a text and resolves to whether that is done.
    content
        Reference to a function from a spec to an :class:`ExplorableContent`.
    beats
        Beats that it belongs to, as ``"Scene.beat"``. The page links it to those in the video, and
        leaves it out if there are none.
    style
        Style sheet, as a path in the package.

    Examples
    --------
    >>> chain = Explorable(
    ...     name="chain",
    ...     module="explorables/chain.js",
    ...     content="explorables:chain",
    ...     beats=("BackwardPass.the_log_axis",),
    ... )
    >>> chain.style is None
    True
    """

    name: str
    module: str
    content: str
    beats: tuple[str, ...]
    style: str | None = None


@dataclass(frozen=True, slots=True)
class ExplorableContent:
    """The heading of an explorable and the numbers and words that its module is given.

    Parameters
    ----------
    title
        Heading, plain text in the language of the spec.
    data
        Values for ``mount``; must be serializable as JSON.
    """

    title: str
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lecture:
    """A lecture: its scenes in order, its words and its model of ``lecture.toml``.

    References have the form ``"module:attribute"`` of entry points, relative to the package.
    Importing the package therefore imports neither its spec model nor NumPy, and the cache key of
    a scene covers only the modules that the scene uses.

    Parameters
    ----------
    package
        Full name of the package: ``__name__`` in its ``__init__``.
    scenes
        Scenes in the default order.
    spec
        Reference to the spec model, a subclass of :class:`lecture.config.spec.LectureSpec`; the
        base model by default.
    words
        Folder in the package with a words file ``<language>.toml`` for each language.
    templates
        Reference to a mapping from names to templates for `lecture new --template`; the first
        template is the default.
    summary
        Reference to a function from a spec to a :class:`SpecSummary`, printed by `lecture show`.
    packages
        Further packages whose code the frames depend on.
    explorables
        Parts of the web page whose numbers the reader can change.

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
    explorables: tuple[Explorable, ...] = ()

    @property
    def folder(self) -> Path:
        """Folder of the package."""
        return _package_folder(self.package)

    @property
    def languages(self) -> tuple[LanguageCode, ...]:
        """Languages that the lecture has a words file for."""
        return tuple(code for code in LANGUAGES if self.words_file(code).is_file())

    def words_file(self, code: str) -> Path:
        """Return the path of the words file of a language, whether or not it exists."""
        return self.folder / self.words / f"{code}.toml"

    def load_words(self, code: str = "en") -> Words:
        """Return the words of the lecture in a language.

        Parameters
        ----------
        code
            Language code, one of `languages`.

        Raises
        ------
        ValueError
            The lecture has no words in that language.
        WordsError
            The words file is invalid.
        """
        file = self.words_file(code)
        if not file.is_file():
            known = ", ".join(self.languages) or "none"
            raise ValueError(f"language: there are no words in {code!r}; choose one of: {known}")
        return read_words(file)

    def check_words(self, scenes: Iterable[SceneEntry], code: LanguageCode) -> None:
        """Check that scenes have the same keys and placeholders as in the first language.

        Raises
        ------
        WordsError
            A beat, line, label or description is missing, or a placeholder is missing or unknown.
        """
        first = next(iter(self.languages), code)
        if first == code:
            return
        complete, given = self.load_words(first).scenes, self.load_words(code).scenes
        origin = self.words_file(first).name
        for scene in [entry.name for entry in scenes if entry.file is None]:
            fault = _translation_fault(scene, complete.get(scene), given.get(scene), origin)
            if fault:
                raise WordsError(f"{self.words_file(code)}: {fault}")

    def topic(self, scene: str, code: str = "en") -> str:
        """Return the topic of a scene: the bold part of its title in a language."""
        return topic_of(self.load_words(code), scene)

    def scene_names(self, aspect: str | None = None) -> tuple[str, ...]:
        """Return the names of the scenes, or of those with a layout for `aspect`."""
        return tuple(e.name for e in self.scenes if aspect is None or aspect in e.aspects)

    def entries(
        self, names: Iterable[str], user_scenes: Iterable[SceneEntry] = ()
    ) -> tuple[SceneEntry, ...]:
        """Return the entries of scenes by name.

        Parameters
        ----------
        names
            Names of scenes, in the order of the result.
        user_scenes
            Scenes from outside the lecture, which `names` may contain.

        Raises
        ------
        KeyError
            A name is unknown.
        """
        known = {entry.name: entry for entry in (*self.scenes, *user_scenes)}
        return tuple(known[name] for name in names)

    @property
    def spec_model(self) -> type[LectureSpec]:
        """Model of the lecture's ``lecture.toml``."""
        reference = self.spec or "lecture.config.spec:LectureSpec"
        return cast("type[LectureSpec]", self._resolve(reference))

    def load_templates(self) -> Mapping[str, Template]:
        """Return the templates of `lecture new` by name; at least one."""
        if self.templates is None:
            return {"default": lambda _seed: Starter(self.spec_model())}
        return cast("Mapping[str, Template]", self._resolve(self.templates))

    def summarize(self, spec: LectureSpec) -> SpecSummary | None:
        """Return the output of `lecture show` for a spec; ``None`` without `summary`."""
        if self.summary is None:
            return None
        return cast("Callable[[LectureSpec], SpecSummary]", self._resolve(self.summary))(spec)

    def explorable_content(self, explorable: Explorable, spec: LectureSpec) -> ExplorableContent:
        """Return the heading and the data of an explorable for a spec."""
        content = self._resolve(explorable.content)
        return cast("Callable[[LectureSpec], ExplorableContent]", content)(spec)

    def _resolve(self, reference: str) -> object:
        module, _, attribute = reference.partition(":")
        full_name = module if module.startswith("lecture.") else f"{self.package}.{module}"
        try:
            with chdir("."):  # the module may change the working directory
                return getattr(import_module(full_name), attribute)
        except Exception as error:
            problem = f"{reference} cannot be imported: {describe(error)}"
            raise InputError(f"{self.package}: {problem}") from error


@cache
def _package_folder(package: str) -> Path:
    return Path(str(resources.files(package)))


def _translation_fault(
    scene: str, complete: SceneWords | None, given: SceneWords | None, origin: str
) -> str:
    """Return the first fault of the words of a scene; an empty text if there is none.

    The words are compared with `complete`, which are those of the file `origin`.
    """
    missing = _keys_of(complete) - _keys_of(given)
    if missing:
        what = min(missing) if given is not None else "words"
        return f"[{scene}] has no {what}; translate it from {origin}"
    if complete is None or given is None:
        return ""
    texts = given.texts()
    for key, text in complete.texts().items():
        expected, found = placeholders(text), placeholders(texts[key])
        if found - expected:
            known = ", ".join(f"{{{name}}}" for name in sorted(expected)) or "no placeholders"
            unknown = f"{{{min(found - expected)}}}"
            return f"{scene}.{key}: {unknown} has no value; {origin} has {known}"
        if expected - found:
            return (
                f"{scene}.{key}: {{{min(expected - found)}}} is missing; insert it as in {origin}"
            )
    return ""


def _keys_of(words: SceneWords | None) -> set[str]:
    """Return the names of the labels, beats, lines, descriptions and formulas of a scene."""
    if words is None:
        return set()
    labels = {f"label {name}" for name in words.labels}
    beats = {f"beat {name}" for name in words.beats}
    lines = {f"line {key} in {name}" for name, beat in words.beats.items() for key in beat.lines}
    descriptions = {f"description of {name}" for name in words.descriptions}
    formulas = {f"formula of {name}" for name in words.formulas}
    return labels | beats | lines | descriptions | formulas
