"""The package that is built carries all that its commands need."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Each package of the repository, and where the wheel has it. No name but these is taken: users
# have folders called scenes.
PACKED = {
    "lecture": "lecture",
    "mathcore": "mathcore",
    "scenes": "lecture/bundled/scenes",
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_every_file_of_the_packages_is_in_it(unpacked: Path) -> None:
    there = {
        f"{place}/{path.relative_to(ROOT / package).as_posix()}"
        for package, place in PACKED.items()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    packed = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    assert there
    assert there - packed == set()
    assert {path.partition("/")[0] for path in packed} - {"lecture", "mathcore"} == {
        path.name for path in unpacked.glob("*.dist-info")
    }


@pytest.mark.parametrize(
    "program",
    [
        ("new", "--template", "balanced"),
        ("show",),
        ("list", "--names"),
        ("schema",),
        ("stills", "-q", "l", "--scenes", "ForwardPass"),
    ],
)
def test_its_commands_run_far_from_the_repository(
    unpacked: Path, tmp_path: Path, program: tuple[str, ...]
) -> None:
    check = (
        f"import lecture; assert lecture.__file__.startswith({str(unpacked)!r});"
        "from lecture.config.discovery import find_lecture; found = find_lecture();"
        f"assert str(found.root).startswith({str(unpacked)!r});"
    )
    ended = subprocess.run(
        [sys.executable, "-c", check + f"from lecture.cli.main import cli; cli({list(program)!r})"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout


OWN_SCENE = """
from manim import Create, Scene, Square
from scenes.util import SIDE

class Boxes(Scene):
    def construct(self):
        self.play(Create(Square(SIDE)), run_time=0.2)
"""
# Without the checkout, which an editable installation puts on the path.
PROGRAM = "import sys; sys.path[:] = [{here!r}, *(p for p in sys.path if p != {root!r})];"
COMMANDS = {
    "manim": "sys.argv[1:] = ['-ql', '--dry_run', 'scenes/boxes.py', 'Boxes'];"
    "from manim.__main__ import main; main()",
    "lecture": "sys.argv[1:] = ['render', '-q', 'l', '--fps', '5', '--no-voice', '--with',"
    "'scenes/boxes.py', '--scenes', 'Boxes', '--output', 'a.mp4'];"
    "from lecture.cli.main import main; main()",
}


@pytest.mark.parametrize("command", list(COMMANDS))
def test_a_folder_scenes_of_the_user_works_as_without_the_wheel(
    unpacked: Path, tmp_path: Path, command: str
) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "boxes.py").write_text(OWN_SCENE, encoding="utf-8")
    (tmp_path / "scenes" / "util.py").write_text("SIDE = 2\n", encoding="utf-8")
    program = PROGRAM.format(here=str(tmp_path), root=str(ROOT)) + COMMANDS[command]
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
