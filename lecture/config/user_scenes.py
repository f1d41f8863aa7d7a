"""Find user scenes in Python files without importing them.

Only the option ``--with my_scenes.py`` names such files, never a lecture file. The code runs only
in the worker process that renders one of its scenes.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lecture.config.contract import ASPECTS, SceneEntry
from lecture.config.issues import SpecError, SpecIssue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["find_scenes", "find_user_scenes"]

_OPTION = "--with"


def find_user_scenes(
    paths: Iterable[Path], lecture_scenes: Sequence[SceneEntry]
) -> tuple[SceneEntry, ...]:
    """Return the scenes of several Python files, whose names must be unique.

    Parameters
    ----------
    paths
        Python files.
    lecture_scenes
        Scenes of the lecture, whose names are reserved.

    Raises
    ------
    SpecError
        A file is invalid, or two scenes have the same name.
    """
    found: dict[str, SceneEntry] = {}
    issues: list[SpecIssue] = []
    for path in paths:
        try:
            listed = find_scenes(path, lecture_scenes)
        except SpecError as error:
            issues += error.issues
            continue
        issues += [_conflict(e, found[e.name]) for e in listed if e.name in found]
        found |= {entry.name: entry for entry in listed}
    if issues:
        raise SpecError(issues)
    return tuple(found.values())


def find_scenes(path: Path, lecture_scenes: Sequence[SceneEntry] = ()) -> tuple[SceneEntry, ...]:
    r"""Return the scenes of a Python file, in the order of the file.

    A scene is a class with a public name whose bases, resolved within the file, include a name
    ending in ``Scene``; the class or a base in the file must define ``construct``. Its title is
    the first line of the docstring; the class attribute ``aspects = ("16:9", "9:16")`` lists the
    aspect ratios that it has a layout for, by default 16:9.

    Raises a `SpecError` if the file cannot be read, is not valid Python or has no scene, or if a
    scene has the name of one of `lecture_scenes`.

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
    scenes = [node for node in classes.values() if _is_scene(node, classes)]
    if not scenes:
        raise _error(
            path, "no scene is in it; allowed: a file with a class that derives from LectureScene"
        )
    # The package does not exist, so the module never replaces another of the same name.
    module = "user_scenes." + re.sub(r"\W", "_", path.stem)
    entries = tuple(
        SceneEntry(node.name, module, _title(node), path.resolve(), _aspects(node, path))
        for node in scenes
    )
    known = {entry.name: entry for entry in lecture_scenes}
    issues = [_conflict(entry, known[entry.name]) for entry in entries if entry.name in known]
    if issues:
        raise SpecError(issues)
    return entries


def _error(path: Path, problem: str, field: str = "", line: int | None = None) -> SpecError:
    return SpecError([SpecIssue(f"{_OPTION} {path}", problem, field, line)])


def _parse(path: Path) -> ast.Module:
    if path.suffix != ".py":
        raise _error(path, "not named as Python; allowed: a file whose name ends in .py")
    try:
        return ast.parse(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise _error(path, "no such file") from error
    except OSError as error:
        raise _error(path, f"cannot be read: {error.strerror}") from error
    except SyntaxError as error:
        raise _error(path, f"not valid Python: {error.msg}", line=error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise _error(path, f"not valid Python: {error}") from error


def _bases(
    node: ast.ClassDef, classes: Mapping[str, ast.ClassDef], derived: Sequence[str] = ()
) -> Iterator[ast.ClassDef | str]:
    """Yield a class and its bases: classes of the file, and names of imported classes."""
    yield node
    for base in node.bases:
        name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
        if isinstance(base, ast.Name) and name in classes and name not in (*derived, node.name):
            yield from _bases(classes[name], classes, (*derived, node.name))
        else:
            yield name


def _is_scene(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> bool:
    bases = list(_bases(node, classes))
    constructs = any(
        isinstance(part, ast.FunctionDef) and part.name == "construct"
        for base in bases
        if isinstance(base, ast.ClassDef)
        for part in base.body
    )
    derives = any(isinstance(base, str) and base.endswith("Scene") for base in bases)
    return derives and constructs and not node.name.startswith("_")


def _title(node: ast.ClassDef) -> str:
    lines = (ast.get_docstring(node) or "").strip().splitlines()
    return lines[0].strip().removesuffix(".") if lines else node.name


def _aspects(node: ast.ClassDef, path: Path) -> tuple[str, ...]:
    for part in node.body:
        if not isinstance(part, ast.Assign | ast.AnnAssign) or part.value is None:
            continue
        targets = part.targets if isinstance(part, ast.Assign) else [part.target]
        if any(isinstance(target, ast.Name) and target.id == "aspects" for target in targets):
            return _read_aspects(part.value, node, path)
    return ("16:9",)


def _read_aspects(value: ast.expr, node: ast.ClassDef, path: Path) -> tuple[str, ...]:
    try:
        given = ast.literal_eval(value)
    except ValueError:
        given = None
    if isinstance(given, tuple | list) and given and all(item in ASPECTS for item in given):
        return tuple(given)
    allowed = ", ".join(f'"{aspect}"' for aspect in ASPECTS)
    problem = f"{ast.unparse(value)} was given; allowed: a tuple of {allowed}"
    raise _error(path, problem, f"{node.name}.aspects", value.lineno)


def _conflict(entry: SceneEntry, other: SceneEntry) -> SpecIssue:
    source = other.file or f"the lecture's own {other.module}"
    problem = f"{source} has a scene of that name; allowed: another name"
    return SpecIssue(f"{_OPTION} {entry.file}", problem, entry.name)
