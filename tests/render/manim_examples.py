"""The scenes of manim's documentation, taken from the installed package.

``python -m tests.render.manim_examples`` compares all of them, also the slow ones, with manim.
"""

from __future__ import annotations

import ast
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.util import find_spec
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent

import click

from lecture.formats import FrameFormat
from lecture.render.processes import process_context
from tests.render.hash_frames import Result, results_of_files

SIZE = FrameFormat(160, 90, 5)
LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
"""Names of the examples: drawn in tests, slow, and those that cannot be compared, with reasons."""

DIRECTIVE = re.compile(
    r"^(?P<indent> *)\.\. manim:: *(?P<name>\w+)\n(?P<body>(?:(?P=indent) +.*\n|\s*\n)*)",
    re.MULTILINE,
)
OPTION = re.compile(r"^ *:\w+:.*\n", re.MULTILINE)
# The wait shows the last state, of which many examples make a picture, and can be drawn alone.
FILE = """from manim import *

{code}

class {name}({name}):
    def construct(self):
        super().construct()
        self.next_section("end")
        self.wait(0.4)
"""
WHOLE = (0, None)


@cache
def examples() -> dict[str, str]:
    """Return the source of a file for each example, by module and name of the scene."""
    spec = find_spec("manim")
    assert spec is not None
    package = Path(spec.submodule_search_locations[0])  # type: ignore[index]
    found: dict[str, str] = {}
    for path in sorted(package.rglob("*.py")):
        module = path.relative_to(package).with_suffix("").as_posix().replace("/", ".")
        for text in _docstrings(path):
            for match in DIRECTIVE.finditer(cleandoc(text) + "\n"):
                code = _without_prompts(dedent(OPTION.sub("", match["body"])).strip())
                found[f"{module}.{match['name']}"] = FILE.format(code=code, name=match["name"])
    return found


def _docstrings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""


def _without_prompts(code: str) -> str:
    if not code.startswith(">>> "):
        return code
    return "\n".join(line[4:] for line in code.splitlines() if line.startswith((">>> ", "... ")))


def draw(
    drawn_by: str, names: list[str], beats: tuple[int, int | None] = WHOLE
) -> dict[str, Result]:
    """Draw examples by ``"manim"`` or the ``"engine"``, in one fresh process."""
    return draw_files(drawn_by, {name: examples()[name] for name in names}, beats)


def draw_files(
    drawn_by: str, files: Mapping[str, str], beats: tuple[int, int | None] = WHOLE
) -> dict[str, Result]:
    """Draw scenes of files, by module and name of the scene, in one fresh process."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, mp_context=process_context()) as process,
    ):
        return process.submit(results_of_files, drawn_by, Path(folder), files, SIZE, beats).result()


def main() -> None:
    """Compare all examples and print those that differ."""
    names = [name for name in examples() if name not in LISTS["opengl"]]
    manim, engine = (draw(drawn_by, names) for drawn_by in ("manim", "engine"))
    equal = [name for name in names if manim[name] == engine[name]]
    failing = [name for name in names if isinstance(manim[name], str)]
    click.echo(f"{len(equal) - len(failing)} are equal, {len(failing)} fail in manim")
    for name in sorted({*names} - {*equal}):
        click.echo(f"{name} differs: {manim[name]} {engine[name]}")


if __name__ == "__main__":
    main()
