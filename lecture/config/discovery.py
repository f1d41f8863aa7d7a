"""Find the lecture of a command: a package with an object ``LECTURE``.

``--lecture`` comes first, then the package ``scenes`` of the working directory, then the bundled
lecture. A folder ``scenes`` without a ``LECTURE`` is unrelated: it is parsed, but never imported.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from importlib import import_module, invalidate_caches
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import lecture as generator
from lecture.config.contract import Lecture
from lecture.config.issues import SpecError, SpecIssue
from lecture.errors import describe
from lecture.files import expand_home

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "FoundLecture",
    "add_bundled_path",
    "add_lecture_path",
    "find_lecture",
    "has_other_lecture",
    "imported_files",
    "reimport",
]

_OPTION = "--lecture"
_PACKAGE = "scenes"  # in the working directory, and in a checkout of the generator
_BUNDLED = "bundled"  # folder of the wheel, added to the import path only when it is used


@dataclass(frozen=True, slots=True)
class FoundLecture:
    """A lecture and its origin.

    Parameters
    ----------
    lecture
        The object ``LECTURE`` of the package.
    root
        Parent folder of the package, for the import path; ``None`` for an installed package.
    origin
        Name and source of the package, for messages.
    """

    lecture: Lecture
    root: Path | None
    origin: str


def find_lecture(named: str | None = None, *, with_files: bool = False) -> FoundLecture:
    """Return the lecture of a command.

    Parameters
    ----------
    named
        Package or folder from ``--lecture``; by default the package ``scenes`` of the working
        directory if it is a lecture, else the bundled lecture.
    with_files
        True if the command has ``--with``. In a working directory with a folder ``scenes`` that
        is no lecture, the result is then a lecture without scenes.

    Raises
    ------
    SpecError
        The package does not exist, has no ``LECTURE``, or cannot be imported.

    Examples
    --------
    >>> find_lecture().lecture.scene_names()[3]
    'ForwardPass'
    """
    if named is not None:
        folder = Path(expand_home(named))
        if folder.is_dir():
            return _from_folder(folder, f"{named} ({_OPTION})")
        if os.sep in named or not _is_importable(named):
            raise _error(
                named, "no such package or folder; allowed: a package with an object LECTURE"
            )
        return FoundLecture(_import(named), None, f"{named} ({_OPTION})")
    here = Path(_PACKAGE)
    if _declares_lecture(here):
        return _from_folder(here, f"{_PACKAGE} (this folder)")
    if with_files and here.is_dir():
        # User scenes may import modules of this folder: no other package `scenes` may be loaded.
        origin = f"none; the folder {_PACKAGE} here has no LECTURE"
        return FoundLecture(Lecture(package=_PACKAGE, scenes=()), None, origin)
    return _from_folder(_bundled_folder(), "the bundled lecture")


def has_other_lecture(lecture: Lecture) -> bool:
    """Return True if the package ``scenes`` of the working directory is another lecture."""
    here = Path(_PACKAGE)
    return _declares_lecture(here) and lecture.folder.resolve() != here.resolve()


def add_lecture_path() -> None:
    """Make a lecture importable if manim runs a file of its package.

    manim puts the folder of the file first on the path, and not the folder that holds the package
    (https://github.com/ManimCommunity/manim/issues/2097).
    """
    folder = Path(sys.path[0]).resolve()
    if _declares_lecture(folder):
        sys.path.insert(0, str(folder.parent))


def add_bundled_path() -> None:
    """Make the bundled lecture importable, behind all other packages, for a cluster worker."""
    parent = str(_bundled_folder().parent)
    if parent not in sys.path:
        sys.path.append(parent)


@contextmanager
def reimport(package: str) -> Iterator[None]:
    """Import the modules of a package anew inside the block, or keep the old ones if it fails."""
    old = {name: sys.modules.pop(name) for name in _imported_modules(package)}
    invalidate_caches()
    try:
        yield
    except BaseException:
        for name in _imported_modules(package):
            del sys.modules[name]
        sys.modules.update(old)
        raise


def imported_files(package: str) -> set[str]:
    """Return the files of the modules of a package that this process has imported."""
    files = [getattr(sys.modules[name], "__file__", None) for name in _imported_modules(package)]
    return {str(Path(file).resolve()) for file in files if file}


def _imported_modules(package: str) -> list[str]:
    return [name for name in sys.modules.copy() if f"{name}.".startswith(f"{package}.")]


def _bundled_folder() -> Path:
    """Return the folder of the bundled lecture, in the wheel or in the checkout."""
    generator_folder = Path(generator.__path__[0])
    installed = generator_folder / _BUNDLED / _PACKAGE
    return installed if installed.is_dir() else generator_folder.parent / _PACKAGE


def _from_folder(folder: Path, origin: str) -> FoundLecture:
    resolved = folder.resolve()
    if not _declares_lecture(resolved):
        raise _error(folder, "no object LECTURE in its __init__.py; see docs/own-lecture.md")
    if "." in resolved.name:
        raise _error(folder, "a name with a dot; allowed: a folder whose name has none")
    if str(resolved.parent) not in sys.path:
        sys.path.insert(0, str(resolved.parent))
    lecture = _import(resolved.name)
    imported = Path(str(sys.modules[resolved.name].__file__)).parent.resolve()
    if imported != resolved:
        problem = f"{imported} has the same package name; allowed: a folder of another name"
        raise _error(folder, problem)
    return FoundLecture(lecture, resolved.parent, origin)


def _import(package: str) -> Lecture:
    try:
        with chdir("."):  # the package may change the working directory
            lecture = getattr(import_module(package), "LECTURE", None)
    except Exception as error:
        raise _error(package, f"importing it failed: {describe(error)}") from error
    if not isinstance(lecture, Lecture):
        raise _error(
            package, "it has no object LECTURE of the type lecture.config.contract.Lecture"
        )
    return lecture


def _error(named: str | Path, problem: str) -> SpecError:
    return SpecError([SpecIssue(f"{_OPTION} {named}", problem)])


def _is_importable(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _declares_lecture(folder: Path) -> bool:
    """Return True if the package in a folder assigns ``LECTURE``, without importing it."""
    try:
        source = (folder / "__init__.py").read_bytes()
    except OSError:
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # which its import then reports
        return re.search(rb"^LECTURE\b", source, re.MULTILINE) is not None
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return any(isinstance(target, ast.Name) and target.id == "LECTURE" for target in targets)
