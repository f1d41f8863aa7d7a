"""User scenes: found by name without running the file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lecture.cli.options import read_lecture
from lecture.config.issues import SpecError
from lecture.config.user_scenes import find_scenes, find_user_scenes
from scenes import LECTURE

if TYPE_CHECKING:
    import subprocess

Python = Callable[..., "subprocess.CompletedProcess[str]"]

MANY = """
import manim
from scenes.lecture_scene import LectureScene as Base, LectureScene
raise SystemExit("it was run")

class _Shared(LectureScene):
    def construct(self): ...

class NotAScene:
    def construct(self): ...

class WithoutPicture(manim.Scene):
    pass

class Plain(manim.Scene):
    def construct(self): ...

class FromShared(_Shared):
    '''What it shows.

    And more about it.
    '''
    aspects = ("16:9", "9:16")

class Three(manim.ThreeDScene):
    '''Turns.'''
    aspects: tuple[str, ...] = ("9:16",)
    def construct(self): ...
"""


def write(folder: Path, text: str, name: str = "my_scenes.py") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_scenes_are_found_in_order_without_running_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, MANY)
    found = find_scenes(path)
    assert [(entry.name, entry.title, entry.aspects) for entry in found] == [
        ("Plain", "Plain", ("16:9",)),
        ("FromShared", "What it shows", ("16:9", "9:16")),
        ("Three", "Turns", ("9:16",)),
    ]
    assert {entry.file for entry in found} == {path}
    assert {entry.stem for entry in found} == {"my_scenes"}


def test_a_file_of_any_name_replaces_no_module(tmp_path: Path) -> None:
    (entry,) = find_scenes(
        write(tmp_path, "class A(Scene):\n def construct(self): ...", "os.path x.py")
    )
    assert entry.module == "user_scenes.os_path_x"
    assert entry.module not in sys.modules
    assert entry.stem.isidentifier()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "{}: no scene is in it; allowed: a file with a class that derives from"),
        ("x = 1\nclass A B:", "{}:2: not valid Python: "),
        ("\0", "{}: not valid Python: "),
        (
            "class ForwardPass(Scene):\n def construct(self): ...",
            "{}: ForwardPass: the lecture's own scenes.forward_pass has a scene of that name",
        ),
        (
            "class A(Scene):\n aspects = '4:3'\n def construct(self): ...",
            '{}:2: A.aspects: \'4:3\' was given; allowed: a tuple of "16:9", "9:16"',
        ),
        (
            "class A(Scene):\n aspects = made()\n def construct(self): ...",
            "{}:2: A.aspects: made() was given; allowed: a tuple of",
        ),
        ("class A(A, B): ...\nclass B(A): ...", "{}: no scene is in it"),
    ],
)
def test_an_invalid_file_is_reported(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SpecError) as caught:
        find_scenes(path, LECTURE.scenes)
    assert str(caught.value).startswith(message.format(f"--with {path}"))


def test_issues_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    first = write(tmp_path, "class A(Scene):\n def construct(self): ...", "a.py")
    second = write(tmp_path, "class A(Scene):\n def construct(self): ...", "b.py")
    files = [first, tmp_path / "missing.py", tmp_path / "c.toml", second]
    with pytest.raises(SpecError) as caught:
        find_user_scenes(files, LECTURE.scenes)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert lines[0].endswith("missing.py: no such file")
    assert lines[1].endswith("c.toml: not named as Python; allowed: a file whose name ends in .py")
    assert (
        lines[2] == f"--with {second}: A: {first} has a scene of that name; allowed: another name"
    )


def test_a_lecture_file_may_list_user_scenes_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path, MANY)
    write(tmp_path, 'scenes = ["Three", "ForwardPass"]\naspect = "9:16"', "lecture.toml")
    inputs = read_lecture(None, with_files=[path])
    assert [entry.name for entry in inputs.scenes] == ["Three", "ForwardPass"]
    assert inputs.scenes[0].file == path
    assert inputs.spec_file == tmp_path / "lecture.toml"
    assert [entry.name for entry in read_lecture(None, "FromShared", [path]).scenes] == [
        "FromShared"
    ]
    with pytest.raises(SpecError, match='there is no scene "Three"'):
        read_lecture(None)


@pytest.mark.parametrize(
    "text",
    ['with = ["my_scenes.py"]', 'scenes = ["my_scenes.py"]', 'scenes = ["my_scenes.Three"]'],
)
def test_a_lecture_file_cannot_name_code(python: Python, tmp_path: Path, text: str) -> None:
    write(tmp_path, "open('ran', 'w')\n" + MANY.replace("raise SystemExit", "print"))
    write(tmp_path, text, "lecture.toml")
    for command in ("show", "render"):
        result = python("-m", "lecture", command)
        assert result.returncode == 2
        assert result.stderr.startswith("lecture.toml:1: ")
    assert not (tmp_path / "ran").exists()


def test_finding_scenes_does_not_import_manim(python: Python, tmp_path: Path) -> None:
    path = write(tmp_path, MANY)
    program = (
        "import sys; from pathlib import Path; from lecture.config.user_scenes import find_scenes;"
        f"print(len(find_scenes(Path({str(path)!r}))), 'manim' in sys.modules)"
    )
    assert python("-c", program).stdout == "3 False\n"
