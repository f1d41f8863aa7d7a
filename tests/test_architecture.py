"""The house: imports point downwards only, and the command line never waits for manim."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).parent.parent
# The floors of the generator, from the ground up; each imports itself and what is below it.
FLOORS = (
    (
        "lecture.brand",
        "lecture.model",
        "lecture.errors",
        "lecture.files",
        "lecture.formats",
        "lecture.palette",
        "lecture.timeline",
    ),
    ("lecture.config",),
    ("lecture.kit",),
    ("lecture.voice",),
    ("lecture.render",),
    ("lecture.output",),
    ("lecture.cli", "lecture.__main__"),
)
LECTURE_MAY_IMPORT = ("scenes", "mathcore", "lecture.kit", "lecture.config", *FLOORS[0])
PACKAGES = ("mathcore", "scenes", "lecture")
# The modules beside the kit that import manim; only processes that run scenes import them.
MAY_IMPORT_MANIM = {
    f"lecture/render/backend/{name}.py" for name in ("isolated_config", "painter", "renderer")
}

MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
Python = Callable[..., "subprocess.CompletedProcess[str]"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported(tree: ast.AST, *, types: bool = True) -> set[str]:
    """Return the modules and names that a module imports anywhere in it."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif types or not is_for_types_only(node):
            found |= imported(node, types=types)
    return found


def within(found: str, parts: tuple[str, ...]) -> bool:
    return any(f"{found}.".startswith(f"{part}.") for part in parts)


def floor_of(of: str) -> int:
    return next(level for level, parts in enumerate(FLOORS) if within(of, parts))


def imports_of(path: Path) -> set[str]:
    return imported(ast.parse(path.read_text(encoding="utf-8")))


def test_there_are_modules_to_look_at() -> None:
    assert {path.parent.name for path in MODULES} >= set(PACKAGES)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_point_downwards(path: Path) -> None:
    ours = {found for found in imports_of(path) if within(found, (*PACKAGES, "tests"))}
    if module(path) == "lecture":
        assert ours == set()
    elif module(path).startswith("lecture."):
        below = tuple(part for parts in FLOORS[: floor_of(module(path)) + 1] for part in parts)
        assert {found for found in ours if not within(found, below) and found != "lecture"} == set()
    else:
        allowed = LECTURE_MAY_IMPORT if module(path).startswith("scenes") else ("mathcore",)
        assert {found for found in ours if not within(found, allowed)} == set()
        assert not within("manim", tuple(imports_of(path))) or module(path).startswith("scenes")


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=name)
def test_packages_re_export_nothing(path: Path) -> None:
    names = ("Explorable", "Lecture", "SceneEntry")
    contract = {f"lecture.config.contract.{name}" for name in names}
    if module(path) != "mathcore":  # whose public names are its contract
        assert imports_of(path) <= contract


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if name(p).startswith("lecture/") and not within(module(p), FLOORS[2])],
    ids=name,
)
def test_only_what_runs_scenes_imports_manim(path: Path) -> None:
    found = imported(ast.parse(path.read_text(encoding="utf-8")), types=False)
    assert any(within(f, ("manim",)) for f in found) == (name(path) in MAY_IMPORT_MANIM)


# Attributes and modules of manim that its documentation does not promise to keep.
INTERNALS = {
    "path_obj",
    "subcaptions",
    "_refresh_svg_stroke_widths",
    "_stroke_width_tracked_submobjects",
    "manim.scene.scene",
    "CairoRenderer",
}


def words_of(path: Path) -> set[str]:
    """Return attributes, defined and imported names, and texts of a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(attr=word) | ast.FunctionDef(name=word):
                found.add(word)
            case ast.Constant(value=str(word)):
                found.add(word)
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
    return found


def test_internals_of_manim_are_used_in_one_module() -> None:
    users = {name(path): words_of(path) & INTERNALS for path in MODULES}
    assert {path: used for path, used in users.items() if used} == {
        "lecture/kit/manim_internals.py": INTERNALS
    }


# What runs without waiting for manim, a module a process would be slow to try: together, then.
LIGHT = [
    "mathcore",
    "lecture.config.spec",
    "scenes.spec",
    "scenes.templates",
    "scenes.summary",
    *(
        f"lecture.{folder}.{path.stem}"
        for folder in ("cli", "config", "render", "voice")
        for path in sorted((ROOT / "lecture" / folder).glob("*.py"))
        if name(path) not in MAY_IMPORT_MANIM and path.stem != "__init__"
    ),
]


def test_importing_does_not_load_manim(python: Python) -> None:
    ended = python("-c", f"import sys, {', '.join(LIGHT)}; print('manim' in sys.modules)")
    assert (ended.stdout, ended.stderr) == ("False\n", "")


@pytest.mark.parametrize(
    ("arguments", "slow"),
    [
        (["--help"], ["pydantic", "rich", "numpy", "av"]),
        (["list", "--names"], ["numpy", "av"]),
        (["show"], ["av"]),
    ],
)
def test_short_commands_wait_for_no_slow_package(
    python: Python, arguments: list[str], slow: list[str]
) -> None:
    program = (
        "import sys; from lecture.cli.main import cli;"
        f"cli({arguments}, standalone_mode=False);"
        f"print([name for name in {slow} if name in sys.modules])"
    )
    ended = python("-c", program)
    assert ended.stdout.splitlines()[-1] == "[]", ended.stderr


@pytest.mark.parametrize("package", ["mathcore", "scenes"])
def test_public_names_are_there(python: Python, package: str) -> None:
    program = (
        f"import {package} as p;"
        "[getattr(p, name) for name in p.__all__]; print(len(p.__all__) == len(set(p.__all__)))"
    )
    ended = python("-c", program)
    assert ended.stdout == "True\n", ended.stderr
