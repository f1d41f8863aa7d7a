"""Other people's scenes: what a Python file holds, found out without running it.

Only the command line names such files (``--with my_scenes.py``); a lecture's file never can. The
file is read here, not run: it runs in the process that draws one of its scenes.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lecture.config.contract import SceneEntry
from lecture.config.issues import SpecError, SpecIssue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["find_scenes", "find_user_scenes"]

_ASPECTS = ("16:9", "9:16")
_OPTION = "--with"


def find_user_scenes(
    paths: Iterable[Path], lecture_scenes: Sequence[SceneEntry]
) -> tuple[SceneEntry, ...]:
    """Find the scenes of several files; each name may be there once.

    Parameters
    ----------
    paths
        Python files.
    lecture_scenes
        The scenes of the lecture, whose names are taken.

    Raises
    ------
    SpecError
        A file cannot be used, or a name is taken already.
    """
    found: dict[str, SceneEntry] = {}
    issues: list[SpecIssue] = []
    for path in paths:
        try:
            listed = find_scenes(path, lecture_scenes)
        except SpecError as error:
            issues += error.issues
            continue
        taken = [entry for entry in listed if entry.name in found]
        issues += [_taken(entry, found[entry.name]) for entry in taken]
        found |= {entry.name: entry for entry in listed}
    if issues:
        raise SpecError(issues)
    return tuple(found.values())


def find_scenes(path: Path, lecture_scenes: Sequence[SceneEntry] = ()) -> tuple[SceneEntry, ...]:
    r"""Find the scenes of a Python file: the classes that are drawn, in the order of the file.

    A class counts where its bases, followed within the file, end in a name that ends in
    ``Scene``, where it or one of those bases in the file has a method ``construct``, and where
    its name does not begin with an underscore. The first line of its docstring is its title; a
    class attribute ``aspects = ("16:9", "9:16")`` says which shapes of frame it has a layout for,
    16:9 unless given.

    Parameters
    ----------
    path
        The file.
    lecture_scenes
        The scenes of the lecture, whose names are taken.

    Raises
    ------
    SpecError
        The file cannot be read, is not Python, holds no scene, or one whose name is taken.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> code = "class Halves(LectureScene):\n 'Halves add up.'\n def construct(self): ..."
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "sums.py"
    ...     _ = file.write_text(code)
    ...     [(entry.name, entry.title, entry.stem) for entry in find_scenes(file)]
    [('Halves', 'Halves add up', 'sums')]
    """
    classes = {node.name: node for node in _parse(path).body if isinstance(node, ast.ClassDef)}
    drawn = [node for node in classes.values() if _is_drawn(node, classes)]
    if not drawn:
        what = "no scene is in it; allowed: a file with a class that derives from LectureScene"
        raise SpecError([SpecIssue(_named(path), what)])
    # A package that is not there, so that no module of the file's name is replaced by it.
    module = "user_scenes." + re.sub(r"\W", "_", path.stem)
    entries = tuple(
        SceneEntry(node.name, module, _title(node), path.resolve(), _aspects(node, path))
        for node in drawn
    )
    known = {entry.name: entry for entry in lecture_scenes}
    issues = [_taken(entry, known[entry.name]) for entry in entries if entry.name in known]
    if issues:
        raise SpecError(issues)
    return entries


def _named(path: Path) -> str:
    return f"{_OPTION} {path}"


def _parse(path: Path) -> ast.Module:
    if path.suffix != ".py":
        what = "not named as Python; allowed: a file whose name ends in .py"
        raise SpecError([SpecIssue(_named(path), what)])
    try:
        return ast.parse(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise SpecError([SpecIssue(_named(path), "no such file")]) from error
    except OSError as error:
        raise SpecError([SpecIssue(_named(path), f"cannot be read: {error.strerror}")]) from error
    except SyntaxError as error:
        what = f"not valid Python: {error.msg}"
        raise SpecError([SpecIssue(_named(path), what, line=error.lineno)]) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SpecError([SpecIssue(_named(path), f"not valid Python: {error}")]) from error


def _lineage(
    node: ast.ClassDef, classes: Mapping[str, ast.ClassDef], below: Sequence[str] = ()
) -> Iterator[ast.ClassDef | str]:
    """Walk through a class and its bases: classes of the file, and names from elsewhere."""
    yield node
    for base in node.bases:
        name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
        if isinstance(base, ast.Name) and name in classes and name not in (*below, node.name):
            yield from _lineage(classes[name], classes, (*below, node.name))
        else:
            yield name


def _is_drawn(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> bool:
    lineage = list(_lineage(node, classes))
    constructs = any(
        isinstance(part, ast.FunctionDef) and part.name == "construct"
        for ancestor in lineage
        if isinstance(ancestor, ast.ClassDef)
        for part in ancestor.body
    )
    is_scene = any(isinstance(base, str) and base.endswith("Scene") for base in lineage)
    return is_scene and constructs and not node.name.startswith("_")


def _title(node: ast.ClassDef) -> str:
    lines = (ast.get_docstring(node) or "").strip().splitlines()
    return lines[0].strip().removesuffix(".") if lines else node.name


def _aspects(node: ast.ClassDef, path: Path) -> tuple[str, ...]:
    for part in node.body:
        if not isinstance(part, ast.Assign | ast.AnnAssign) or part.value is None:
            continue
        targets = part.targets if isinstance(part, ast.Assign) else [part.target]
        if any(isinstance(target, ast.Name) and target.id == "aspects" for target in targets):
            return _read_aspects(part, part.value, node, path)
    return ("16:9",)


def _read_aspects(
    statement: ast.stmt, value: ast.expr, node: ast.ClassDef, path: Path
) -> tuple[str, ...]:
    try:
        given = ast.literal_eval(value)
    except ValueError:
        given = None
    if isinstance(given, tuple | list) and given and all(item in _ASPECTS for item in given):
        return tuple(given)
    what = f"{ast.unparse(value)} was given; allowed: a tuple of " + ", ".join(
        f'"{aspect}"' for aspect in _ASPECTS
    )
    raise SpecError([SpecIssue(_named(path), what, f"{node.name}.aspects", statement.lineno)])


def _taken(entry: SceneEntry, other: SceneEntry) -> SpecIssue:
    where = other.file or f"the lecture's own {other.module}"
    what = f"{where} has a scene of that name; allowed: another name"
    return SpecIssue(f"{_OPTION} {entry.file}", what, entry.name)
