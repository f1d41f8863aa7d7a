"""Which lecture a command works on, and what a folder called ``scenes`` may hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lecture.config.discovery import find_lecture
from lecture.config.issues import SpecError
from scenes import LECTURE

if TYPE_CHECKING:
    import subprocess

Python = Callable[..., "subprocess.CompletedProcess[str]"]

OWN = """
from lecture.config.contract import Lecture, SceneEntry
LECTURE = Lecture(package=__name__, scenes=(SceneEntry("Dots", f"{__name__}.dots", "Dots"),))
"""
PLAIN = """
from manim import Create, Scene, Square
from scenes.util import SIDE

class Boxes(Scene):
    def construct(self):
        self.play(Create(Square(SIDE)), run_time=0.2)
"""


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_bundled_lecture_is_found_anywhere() -> None:
    found = find_lecture()
    assert found.lecture is LECTURE
    assert found.origin == "the bundled lecture"


@pytest.mark.parametrize("init", [None, "", "LECTURES = 1\n", "raise SystemExit(3)\n", "not py ("])
def test_a_folder_scenes_without_a_lecture_is_left_alone(init: str | None) -> None:
    Path("scenes").mkdir()
    if init is not None:
        Path("scenes/__init__.py").write_text(init, encoding="utf-8")
    assert find_lecture().lecture is LECTURE


def test_the_lecture_of_the_working_directory_comes_first(python: Python, tmp_path: Path) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    (folder / "__init__.py").write_text(OWN, encoding="utf-8")
    ended = python("-m", "lecture", "list", "--names")
    assert ended.stdout == "Dots  Dots\n"
    assert ended.stderr == "lecture: scenes (this folder)\n"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("nowhere", "no such package or folder; allowed: a package with an object LECTURE"),
        ("a/b", "no such package or folder; allowed: a package with an object LECTURE"),
        (".", "no object LECTURE in its __init__.py"),
        ("json", "it has no object LECTURE of the type"),
        ("broken", "importing it failed: ZeroDivisionError: division by zero"),
    ],
)
def test_a_lecture_that_cannot_be_used_is_told(named: str, said: str) -> None:
    Path("broken").mkdir()
    Path("broken/__init__.py").write_text("1 / 0\nLECTURE = None\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        find_lecture(named)
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"--lecture {named}: {said}")


def test_scenes_of_ones_own_may_import_a_package_called_scenes(
    python: Python, tmp_path: Path
) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "util.py").write_text("SIDE = 2\n", encoding="utf-8")
    (tmp_path / "boxes.py").write_text(PLAIN, encoding="utf-8")
    ended = python(
        "-c",
        f"import sys; sys.path.insert(0, {str(tmp_path)!r});"
        "from lecture.cli.main import cli; cli(sys.argv[1:])",
        *("render", "-q", "l", "--fps", "5", "--no-voice", "--with", "boxes.py"),
        *("--scenes", "Boxes", "--output", "a.mp4"),
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.splitlines()[0] == "lecture: none; the folder scenes here has no LECTURE"
    assert (tmp_path / "a.mp4").stat().st_size > 0
