"""The lecture of a command: ``--lecture``, the folder ``scenes``, or the bundled lecture."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lecture.config.discovery import find_lecture, imported_files, reimport
from lecture.config.issues import SpecError
from scenes import LECTURE

if TYPE_CHECKING:
    import subprocess

Python = Callable[..., "subprocess.CompletedProcess[str]"]

EXAMPLE = Path(__file__).parents[2] / "examples" / "geometric_series"

LECTURE_INIT = """
from lecture.config.contract import Lecture, SceneEntry
LECTURE = Lecture(package=__name__, scenes=(SceneEntry("Dots", f"{__name__}.dots", "Dots"),))
"""
USER_SCENE = """
from manim import Create, Scene, Square
from scenes.util import SIDE

class Boxes(Scene):
    def construct(self):
        self.play(Create(Square(SIDE)), run_time=0.2)
"""


@pytest.fixture(autouse=True)
def _empty_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_bundled_lecture_is_the_default() -> None:
    found = find_lecture()
    assert found.lecture is LECTURE
    assert found.origin == "the bundled lecture"


@pytest.mark.parametrize("init", [None, "", "LECTURES = 1\n", "raise SystemExit(3)\n", "not py ("])
def test_a_folder_scenes_without_a_lecture_is_ignored(init: str | None) -> None:
    Path("scenes").mkdir()
    if init is not None:
        Path("scenes/__init__.py").write_text(init, encoding="utf-8")
    assert find_lecture().lecture is LECTURE


def test_the_lecture_of_the_working_directory_comes_first(python: Python, tmp_path: Path) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    (folder / "__init__.py").write_text(LECTURE_INIT, encoding="utf-8")
    result = python("-m", "lecture", "list", "--names")
    assert result.stdout == "Dots  Dots\n"
    assert result.stderr == "lecture: scenes (this folder)\n"


def test_the_lecture_file_of_another_lecture_is_not_read(python: Python, tmp_path: Path) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    (tmp_path / "lecture.toml").write_text('scenes = ["Dots"]', encoding="utf-8")
    show = ("-m", "lecture", "show", "--lecture", str(EXAMPLE))
    assert 'there is no scene "Dots"' in python(*show).stderr
    (folder / "__init__.py").write_text(LECTURE_INIT, encoding="utf-8")
    assert python(*show).returncode == 0
    assert 'there is no scene "Dots"' in python(*show, "--spec", "lecture.toml").stderr


def test_a_lecture_with_a_syntax_error_is_not_ignored(python: Python, tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "__init__.py").write_text("\nLECTURE = (]\n", encoding="utf-8")
    result = python("-m", "lecture", "list")
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("--lecture scenes: importing it failed: SyntaxError: ")
    assert line.endswith("(__init__.py, line 2)")


def test_modules_are_imported_again_or_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "edited_lecture" / "__init__.py"
    file.parent.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    file.write_text(LECTURE_INIT, encoding="utf-8")
    (file.parent / "data.py").write_text("", encoding="utf-8")
    first = find_lecture("edited_lecture").lecture
    import_module("edited_lecture.data")
    assert imported_files("edited_lecture") == {str(file), str(file.with_name("data.py"))}

    file.write_text(LECTURE_INIT.replace('"Dots"', '"Points"'), encoding="utf-8")
    with reimport("edited_lecture"):
        second = find_lecture("edited_lecture").lecture
    assert (first.scene_names(), second.scene_names()) == (("Dots",), ("Points",))
    assert imported_files("edited_lecture") == {str(file)}

    file.write_text("LECTURE = 1 / 0", encoding="utf-8")
    with pytest.raises(SpecError), reimport("edited_lecture"):
        find_lecture("edited_lecture")
    assert find_lecture("edited_lecture").lecture is second


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ("nowhere", "no such package or folder; allowed: a package with an object LECTURE"),
        ("a/b", "no such package or folder; allowed: a package with an object LECTURE"),
        (".", "no object LECTURE in its __init__.py"),
        ("json", "it has no object LECTURE of the type"),
        (
            "broken",
            "importing it failed: ZeroDivisionError: division by zero (broken/__init__.py, line 1)",
        ),
        ("unclosed", "importing it failed: SyntaxError: "),
    ],
)
def test_an_invalid_lecture_is_reported(named: str, problem: str) -> None:
    Path("broken").mkdir()
    Path("broken/__init__.py").write_text("1 / 0\nLECTURE = None\n", encoding="utf-8")
    Path("unclosed").mkdir()
    Path("unclosed/__init__.py").write_text("LECTURE = (\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        find_lecture(named)
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"--lecture {named}: {problem}")


def test_user_scenes_may_import_a_package_called_scenes(python: Python, tmp_path: Path) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "util.py").write_text("SIDE = 2\n", encoding="utf-8")
    (tmp_path / "boxes.py").write_text(USER_SCENE, encoding="utf-8")
    result = python(
        "-c",
        f"import sys; sys.path.insert(0, {str(tmp_path)!r});"
        "from lecture.cli.main import cli; cli(sys.argv[1:])",
        *("render", "-q", "l", "--fps", "5", "--no-voice", "--with", "boxes.py"),
        *("--scenes", "Boxes", "--output", "a.mp4"),
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr.splitlines()[0] == "lecture: none; the folder scenes here has no LECTURE"
    assert (tmp_path / "a.mp4").stat().st_size > 0


def test_modules_of_a_lecture_do_not_move_the_working_directory(
    python: Python, tmp_path: Path
) -> None:
    folder = tmp_path / "moving"
    folder.mkdir()
    moves = "import os\nos.chdir('/')\n"
    init = LECTURE_INIT.replace("package=__name__", "package=__name__, spec='spec:Spec'")
    (folder / "__init__.py").write_text(moves + init, encoding="utf-8")
    spec = "from lecture.config.spec import LectureSpec\nclass Spec(LectureSpec): ...\n"
    (folder / "spec.py").write_text(moves + spec, encoding="utf-8")
    program = (
        "import os; from lecture.config.discovery import find_lecture, imported_files, reimport\n"
        "lecture = find_lecture('moving').lecture; print(os.getcwd())\n"
        "print(lecture.spec_model.__name__, os.getcwd())"
    )
    result = python("-c", program)
    assert result.stdout == f"{tmp_path}\nSpec {tmp_path}\n", result.stderr


INIT_WITH_SPEC = """
from lecture.config.contract import Lecture, SceneEntry
LECTURE = Lecture(
    package=__name__, spec="spec:Spec",
    scenes=(SceneEntry("Dots", f"{__name__}.dots", "Dots"),),
)
"""
SPEC = """
from lecture.config.spec import LectureSpec
from . import LECTURE

class Spec(LectureSpec):
    lecture = LECTURE
"""
WORDS = 'title = "Dots"\n[Dots]\ntitle = "*Dots*"\n'


@pytest.mark.parametrize(
    ("name", "files", "said"),
    [
        (
            "copied",
            {"__init__.py": INIT_WITH_SPEC, "spec.py": "from the_original import Spec\n"},
            "copied: spec:Spec cannot be imported: ModuleNotFoundError: No module named 'the_or",
        ),
        (
            "without",
            {"__init__.py": INIT_WITH_SPEC, "spec.py": ""},
            "spec:Spec cannot be imported: AttributeError: module 'without.spec' has no attribute",
        ),
        (
            "lecture.v2",
            {"__init__.py": LECTURE_INIT},
            "--lecture lecture.v2: a name with a dot; allowed: a folder whose name has none",
        ),
        (
            "unclosed",
            {"__init__.py": INIT_WITH_SPEC, "spec.py": SPEC, "text/en.toml": f"{WORDS}[Dots"},
            "/unclosed/text/en.toml: not valid TOML: ",
        ),
        (
            "untitled",
            {"__init__.py": INIT_WITH_SPEC, "spec.py": SPEC, "text/en.toml": f"{WORDS}titel = 1"},
            "/untitled/text/en.toml: Dots.titel: Extra inputs are not permitted",
        ),
    ],
)
def test_a_lecture_that_cannot_be_read_ends_with_a_line(
    python: Python, tmp_path: Path, name: str, files: dict[str, str], said: str
) -> None:
    for path, text in files.items():
        file = tmp_path / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    result = python("-m", "lecture", "list", "--lecture", name, "--language", "en")
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert said in line
