"""The floors of the house: imports point downwards only, and the command line stays light."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).parent.parent
# What a package may not import, from the ground floor up.
FORBIDDEN = {
    "mathcore": {"scenes", "lecture", "manim"},
    "scenes": {"lecture"},
    "lecture": {"tests"},
}
# The modules of `lecture` that import manim; only processes that run scenes import them.
MAY_IMPORT_MANIM = {f"lecture/engine/{name}.py" for name in ("painter", "renderer", "run", "stage")}

MODULES = [path for package in FORBIDDEN for path in sorted((ROOT / package).rglob("*.py"))]
Python = Callable[..., "subprocess.CompletedProcess[str]"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported(tree: ast.AST, *, types: bool = True) -> set[str]:
    """Name the top-level packages that a module imports anywhere in it."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add((node.module or "").partition(".")[0])
        elif types or not is_for_types_only(node):
            found |= imported(node, types=types)
    return found


def test_there_are_modules_to_look_at() -> None:
    assert {path.parent.name for path in MODULES} >= set(FORBIDDEN)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_point_downwards(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    found = imported(ast.parse(path.read_text(encoding="utf-8")))
    assert not found & FORBIDDEN[package]


@pytest.mark.parametrize(
    "path", [path for path in MODULES if name(path).startswith("lecture/")], ids=name
)
def test_only_what_runs_scenes_imports_manim(path: Path) -> None:
    found = imported(ast.parse(path.read_text(encoding="utf-8")), types=False)
    assert ("manim" in found) == (name(path) in MAY_IMPORT_MANIM)


# What runs without waiting for manim, a module a process would be slow to try: together, then.
LIGHT = [
    "mathcore",
    "lecture.config.spec",
    "scenes.catalogue",
    "lecture.cli",
    "lecture.engine",
    *(
        f"lecture.{folder}.{path.stem}"
        for folder in ("commands", "engine")
        for path in sorted((ROOT / "lecture" / folder).glob("*.py"))
        if name(path) not in MAY_IMPORT_MANIM and path.stem != "__init__"
    ),
]


def test_importing_does_not_load_manim(python: Python) -> None:
    ended = python("-c", f"import sys, {', '.join(LIGHT)}; print('manim' in sys.modules)")
    assert (ended.stdout, ended.stderr) == ("False\n", "")


@pytest.mark.parametrize("package", ["mathcore", "scenes", "lecture"])
def test_public_names_are_there(python: Python, package: str) -> None:
    program = (
        f"import {package} as p;"
        "[getattr(p, name) for name in p.__all__]; print(len(p.__all__) == len(set(p.__all__)))"
    )
    ended = python("-c", program)
    assert ended.stdout == "True\n", ended.stderr
