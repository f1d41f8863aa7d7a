"""Cache keys: digests of everything that the frames of a scene depend on.

Code is parsed, not run, to find the modules that it imports; nothing here imports manim.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sysconfig
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lecture as lecture_package
from lecture.config.words import read_words
from lecture.render.imports import imported_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lecture.config.contract import Lecture, SceneEntry
    from lecture.render.tasks import SceneRenderSpec

__all__ = [
    "code_digest",
    "code_files",
    "code_folders",
    "digest",
    "fields_read",
    "forget_files",
    "installed_digest",
    "local_packages",
    "packages_digest",
    "scene_folder",
    "scene_key",
    "timeline_key",
    "versions",
]

_FORMAT = 2  # of the cache; raised when older segments cannot be read any more
_KIT = "lecture.kit"
_OUR_PACKAGES = ("scenes", "mathcore")  # beside the generator in a checkout
# Libraries that decide on the pixels.
_LIBRARIES = (
    "av",
    "manim",
    "manimpango",
    "mlxtend",
    "numpy",
    "pillow",
    "pycairo",
    "scikit-learn",
    "typst",
)
# Fields of the spec that all scenes depend on.
_LOOK = ("aspect", "language", "pace", "theme")


def digest(value: Any) -> str:
    """Return a digest of a value of dictionaries, lists, strings and numbers.

    Examples
    --------
    >>> digest({"a": 1, "b": [2.5]}) == digest({"b": [2.5], "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that decide on the pixels."""
    found = {name: version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), **found}


def scene_key(render_spec: SceneRenderSpec) -> str:
    """Return the cache key of the segments of a scene."""
    encoding = render_spec.encoding.value
    return digest(
        {
            "timeline": timeline_key(render_spec),
            "width": render_spec.format.width,
            "height": render_spec.format.height,
            "fps": render_spec.format.fps,
            "encoding": [encoding.name, encoding.pixel_format, encoding.options],
            "speech": _speech(render_spec),
            "backend": _backend_digest(),
        }
    )


def _speech(render_spec: SceneRenderSpec) -> dict[str, Any] | None:
    if render_spec.speech is None:
        return None
    return {name: speech.model_dump(mode="json") for name, speech in render_spec.speech.items()}


def timeline_key(render_spec: SceneRenderSpec) -> str:
    """Return the cache key of the timeline of a scene, without format, encoding and speech."""
    lecture = render_spec.spec.lecture
    words = lecture.load_words(render_spec.spec.language) if lecture is not None else None
    own = words.scenes.get(render_spec.scene.name) if words is not None else None
    return digest(
        {
            "format": _FORMAT,
            "scene": render_spec.scene.name,
            "code": code_digest(render_spec.scene, lecture),
            "spec": fields_read(render_spec),
            "words": None if own is None else own.model_dump(mode="json"),
            "terms": words.terms if words is not None else None,
            "versions": versions(),
        }
    )


def fields_read(render_spec: SceneRenderSpec) -> dict[str, Any]:
    """Return the fields of the spec that a scene reads, by dotted name, and its colours."""
    fields: dict[str, Any] = render_spec.spec.model_dump(mode="json")
    colors = asdict(render_spec.spec.palette)
    if render_spec.scene.reads is None:
        return {**fields, "palette": colors}
    named = {name: _field(fields, name) for name in (*_LOOK, *render_spec.scene.reads)}
    return {**named, "palette": colors}


def _field(fields: Any, name: str) -> Any:
    for part in name.split("."):
        fields = fields[part]
    return fields


@cache
def code_digest(entry: SceneEntry, lecture: Lecture | None = None) -> str:
    """Return a digest of the modules of `code_files`."""
    return digest(
        {name: _content_digest(path) for name, path in code_files(entry, lecture).items()}
    )


@cache
def code_files(entry: SceneEntry, lecture: Lecture | None = None) -> Mapping[str, Path]:
    """Return the files of the module of a scene and of all modules that it imports, recursively.

    They are modules of the lecture, of the packages that the lecture names and of the kit, and for
    a scene in a user's file the modules next to that file.
    """
    packages = (_KIT, *((lecture.package, *lecture.packages) if lecture is not None else ()))
    beside = None if entry.file is None else entry.file.parent
    start = entry.file or _source_of(entry.module)
    seen: dict[str, Path] = {}
    waiting = [] if start is None else [(entry.module, start)]
    while waiting:
        name, path = waiting.pop()
        if name not in seen:
            seen[name] = path
            waiting.extend(_imported_files(name, path, packages, beside))
    return seen


@cache
def _imported_files(
    name: str, path: Path, packages: tuple[str, ...], beside: Path | None
) -> tuple[tuple[str, Path], ...]:
    """Return the modules that a module imports from packages or from a folder, with their files."""
    found: list[tuple[str, Path]] = []
    is_package = path.name == "__init__.py"
    for imported in imported_names(_content(path), name, is_package=is_package):
        if any(imported == top or imported.startswith(f"{top}.") for top in packages):
            found += _with_parents(imported, _root_of(imported))
        elif beside is not None:
            found += _with_parents(imported, beside)
    return tuple(found)


def scene_folder(entry: SceneEntry) -> Path:
    """Return the folder of the file of a scene, or the folder that holds its package."""
    if entry.file is not None:
        return entry.file.parent
    return _root_of(entry.module) or Path.cwd()


def code_folders(entry: SceneEntry, lecture: Lecture | None) -> list[Path]:
    """Return the folders of the file of a scene and of the packages of its lecture."""
    names = [entry.module] if entry.file is None else []
    if lecture is not None:
        names += [lecture.package, *lecture.packages]
    sources = [entry.file, *map(_source_of, names)]
    return [source.parent for source in sources if source is not None]


def local_packages(lecture: Lecture | None) -> dict[str, Path]:
    """Return the folders of the packages of a lecture that are neither installed nor ours."""
    names = (lecture.package, *lecture.packages) if lecture is not None else ()
    sources = {name: source for name in names if (source := _source_of(name)) is not None}
    ours = _generator()
    installed = {ours, *(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib"))}
    return {
        name: source.parent
        for name, source in sources.items()
        if installed.isdisjoint(source.parents)
        and not (name in _OUR_PACKAGES and source.parent.parent == ours.parent)
    }


def _with_parents(name: str, root: Path | None) -> Iterator[tuple[str, Path]]:
    """Yield a module and its parent packages that have a file below `root`, with their paths."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        module = ".".join(parts[:end])
        source = _file_of(module, root)
        if source is not None:
            yield module, source


def _source_of(module: str) -> Path | None:
    """Return the file of a module without importing its parent packages."""
    return _file_of(module, _root_of(module))


@cache
def _root_of(module: str) -> Path | None:
    """Return the folder of the import path that holds the top package of a module."""
    found = find_spec(module.partition(".")[0])
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations))).parent


@cache
def _file_of(module: str, root: Path | None) -> Path | None:
    if root is None:
        return None
    path = root.joinpath(*module.split("."))
    candidates = (path / "__init__.py", path.with_name(f"{path.name}.py"))
    return next((file for file in candidates if file.is_file()), None)


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


@cache
def _content_digest(path: Path) -> str:
    return hashlib.sha256(_content(path)).hexdigest()


def installed_digest() -> str:
    """Return a digest of the installed code of the generator."""
    return _folder_digest(_generator())


def packages_digest(names: Sequence[str]) -> str:
    """Return a digest of the code and words of packages, as far as they can be imported."""
    found = [_source_of(name) for name in names]
    return digest([_folder_digest(source.parent) for source in found if source is not None])


@cache
def _folder_digest(folder: Path) -> str:
    files = sorted((*folder.rglob("*.py"), *folder.rglob("*.toml")))
    return digest({file.relative_to(folder).as_posix(): _content_digest(file) for file in files})


def forget_files() -> None:
    """Read code and words anew for the next keys, as they may have changed since the last ones."""
    files = (_root_of, _file_of, _content, _content_digest)
    for cached in (*files, _folder_digest, _imported_files, code_files, code_digest, read_words):
        cached.cache_clear()


def _generator() -> Path:
    return Path(next(iter(lecture_package.__path__)))


def _backend_digest() -> str:
    return _folder_digest(_generator() / "render" / "backend")
