"""Find the lecture that a command works on: a package with an object ``LECTURE``.

The one named by ``--lecture`` comes first, then the package ``scenes`` of the working directory,
then the bundled lecture. A folder ``scenes`` without a ``LECTURE`` is somebody's own and is left
alone: it is read, never imported.
"""

from __future__ import annotations

import ast
import os
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import lecture as generator
from lecture.config.contract import Lecture
from lecture.config.issues import SpecError, SpecIssue

__all__ = ["FoundLecture", "find_lecture"]

_OPTION = "--lecture"
_PACKAGE = "scenes"  # of the working directory, and of a checkout
_BUNDLED = "bundled"  # the folder of the wheel that holds it: on nobody's path until it is used


@dataclass(frozen=True, slots=True)
class FoundLecture:
    """A lecture, and where it was found.

    Parameters
    ----------
    lecture
        The object ``LECTURE`` of the package.
    root
        The folder that holds the package, from which a process imports it; ``None`` for a package
        that is installed.
    origin
        The package and where it was found, in a few words.
    """

    lecture: Lecture
    root: Path | None
    origin: str


def find_lecture(named: str | None = None, *, with_files: bool = False) -> FoundLecture:
    """Return the lecture to work on.

    Parameters
    ----------
    named
        A package or a folder, as ``--lecture`` gives it; else the ``scenes`` package of the
        working directory or, where it has none, the bundled lecture.
    with_files
        True if scenes of ``--with`` are worked on, too. Beside a folder ``scenes`` without a
        ``LECTURE`` they are then worked on without a lecture.

    Raises
    ------
    SpecError
        There is no such package, it has no ``LECTURE``, or importing it fails.

    Examples
    --------
    >>> find_lecture().lecture.scene_names()[2]
    'ForwardPass'
    """
    if named is not None:
        folder = Path(named)
        if folder.is_dir():
            return _from_folder(folder, f"{named} ({_OPTION})")
        if os.sep in named or not _is_importable(named):
            what = "no such package or folder; allowed: a package with an object LECTURE"
            raise SpecError([SpecIssue(f"{_OPTION} {named}", what)])
        return FoundLecture(_imported(named), None, f"{named} ({_OPTION})")
    here = Path(_PACKAGE)
    if _declares_lecture(here):
        return _from_folder(here, f"{_PACKAGE} (this folder)")
    if with_files and here.is_dir():
        # Its modules are what the files import, so no other package of that name may be loaded.
        origin = f"none; the folder {_PACKAGE} here has no LECTURE"
        return FoundLecture(Lecture(package=_PACKAGE, scenes=()), None, origin)
    return _from_folder(_bundled_folder(), "the bundled lecture")


def _bundled_folder() -> Path:
    """Return the folder of the bundled lecture: in the wheel, or beside the generator."""
    generator_folder = Path(generator.__path__[0])
    installed = generator_folder / _BUNDLED / _PACKAGE
    return installed if installed.is_dir() else generator_folder.parent / _PACKAGE


def _from_folder(folder: Path, origin: str) -> FoundLecture:
    resolved = folder.resolve()
    if not _declares_lecture(resolved):
        what = "no object LECTURE in its __init__.py; see docs/own-lecture.md for how to write one"
        raise SpecError([SpecIssue(f"{_OPTION} {folder}", what)])
    if str(resolved.parent) not in sys.path:
        sys.path.insert(0, str(resolved.parent))
    found = _imported(resolved.name)
    imported = Path(str(sys.modules[resolved.name].__file__)).parent.resolve()
    if imported != resolved:
        what = f"a package of that name is in {imported}, too; allowed: a folder of another name"
        raise SpecError([SpecIssue(f"{_OPTION} {folder}", what)])
    return FoundLecture(found, resolved.parent, origin)


def _imported(package: str) -> Lecture:
    try:
        found = getattr(import_module(package), "LECTURE", None)
    except Exception as error:
        what = f"importing it failed: {type(error).__name__}: {error}"
        raise SpecError([SpecIssue(f"{_OPTION} {package}", what)]) from error
    if not isinstance(found, Lecture):
        what = "it has no object LECTURE of the type lecture.config.contract.Lecture"
        raise SpecError([SpecIssue(f"{_OPTION} {package}", what)])
    return found


def _is_importable(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _declares_lecture(folder: Path) -> bool:
    """Return True if the package in a folder assigns ``LECTURE``; its code is read, not run."""
    try:
        tree = ast.parse((folder / "__init__.py").read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return any(isinstance(target, ast.Name) and target.id == "LECTURE" for target in targets)
