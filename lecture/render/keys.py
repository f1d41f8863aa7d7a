"""Keys by content: a scene's films are found again by a digest of all that its frames depend on.

Nothing here imports manim or runs a scene: code is read, not run, to learn what it imports.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lecture
from lecture.kit.words import load_words, topic
from scenes.catalogue import SceneEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lecture.render.tasks import SceneRenderSpec

__all__ = ["code_digest", "digest", "installed_digest", "scene_key", "timeline_key", "versions"]

_FORMAT = 1  # of what is stored; raised when an older version's films cannot be read any more
_PACKAGES = ("mathcore", "scenes")
# What decides on the pixels beside the project's own code.
_LIBRARIES = ("av", "manim", "manimpango", "numpy", "pillow", "pycairo", "scikit-learn", "typst")
# The part of the spec that all scenes depend on.
_LOOK = ("aspect", "language", "pace", "theme")
# The modules that decide on the pixels and on how they are encoded.
_DRAWING = (
    "canvas",
    "encoder",
    "encoding",
    "painter",
    "rectangles",
    "reel",
    "renderer",
    "run",
    "stage",
)


def digest(value: Any) -> str:
    """Return a digest of a value made of dictionaries, lists, texts and numbers.

    Examples
    --------
    >>> digest({"a": 1, "b": [2.5]}) == digest({"b": [2.5], "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def versions() -> dict[str, str]:
    """Return the versions of the libraries that decide on the pixels."""
    found = {name: version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), **found}


def scene_key(view: SceneRenderSpec) -> str:
    """Return the key of a scene's films.

    Parameters
    ----------
    view
        The scene, and all that its frames depend on.
    """
    encoding = view.encoding.value
    return digest(
        {
            "rehearsal": timeline_key(view),
            "width": view.format.width,
            "height": view.format.height,
            "fps": view.format.fps,
            "encoding": [encoding.name, encoding.pixel_format, encoding.options],
            "speech": None if view.speech is None else dict(view.speech),
            "drawing": _drawing_digest(),
        }
    )


def timeline_key(view: SceneRenderSpec) -> str:
    """Return the key of what a scene says and of the order of its beats.

    Parameters
    ----------
    view
        The scene; its format, its encoding and its speech do not matter.
    """
    spec = view.spec.model_dump(mode="json")
    reads = view.scene.reads
    fields = spec if reads is None else {name: spec.get(name) for name in (*_LOOK, *reads)}
    language = spec.get("language", "en")
    told = load_words(language)
    words = told.scenes.get(view.scene.name)
    return digest(
        {
            "format": _FORMAT,
            "scene": view.scene.name,
            "code": code_digest(view.scene),
            "spec": fields,
            "words": None if words is None else words.model_dump(mode="json"),
            "activations": told.activations,
            "topics": [topic(name, language) for name in told.scenes]
            if view.scene.names_others
            else None,
            "versions": versions(),
        }
    )


def code_digest(entry: SceneEntry) -> str:
    """Return a digest of a scene's module and of all modules of the project that it imports.

    A scene in a file of its own may import modules that lie beside it; they count, too.

    Parameters
    ----------
    entry
        Where the scene lives.
    """
    start = entry.file if entry.file is not None else _source_of(entry.module)
    seen: dict[str, str] = {}
    waiting = [] if start is None else [(entry.module, start)]
    while waiting:
        name, path = waiting.pop()
        if name in seen:
            continue
        content = _content(path)
        seen[name] = hashlib.sha256(content).hexdigest()
        for imported in _imports(content):
            beside = path.parent / f"{imported.partition('.')[0]}.py"
            if imported.partition(".")[0] in _PACKAGES:
                waiting.extend(_with_parents(imported))
            elif entry.file is not None and beside.is_file():
                waiting.append((beside.stem, beside))
    return digest(seen)


def _with_parents(name: str) -> Iterator[tuple[str, Path]]:
    """Name a module and the packages it is in, as far as they have a file."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        module = ".".join(parts[:end])
        source = _source_of(module)
        if source is not None:
            yield module, source


@cache
def _source_of(module: str) -> Path | None:
    """Find a module's file, without importing the packages it is in."""
    top, _, rest = module.partition(".")
    found = find_spec(top)
    if found is None or not found.submodule_search_locations:
        return None
    place = Path(next(iter(found.submodule_search_locations)), *rest.split("."))
    for file in (place.with_suffix(".py") if rest else place, place / "__init__.py"):
        if file.is_file():
            return file
    return None


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


@cache
def _imports(content: bytes) -> tuple[str, ...]:
    """Name all that a module imports, also from packages as names that may be modules."""
    found: list[str] = []
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):  # running the scene will tell
        return ()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(dict.fromkeys(found))


@cache
def installed_digest() -> str:
    """Return a digest of all code and all words of the project as they are installed here."""
    found: dict[str, str] = {}
    for name in (*_PACKAGES, "lecture"):
        source = _source_of(name)
        folder = source.parent if source is not None else Path(next(iter(lecture.__path__)))
        for file in sorted((*folder.rglob("*.py"), *folder.rglob("*.toml"))):
            found[f"{name}/{file.relative_to(folder).as_posix()}"] = hashlib.sha256(
                file.read_bytes()
            ).hexdigest()
    return digest(found)


@cache
def _drawing_digest() -> str:
    folder = Path(next(iter(lecture.__path__))) / "engine"
    return digest({name: _content(folder / f"{name}.py").decode() for name in _DRAWING})
