"""The package that is built carries all that its commands need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.waiting import LONG

# One process builds the wheel, for all tests.
pytestmark = pytest.mark.xdist_group("wheel")

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
        timeout=LONG,
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


PROGRAMS = [
    ["new", "--template", "balanced"],
    ["show"],
    ["list", "--names"],
    ["schema"],
    ["stills", "-q", "l", "--scenes", "SigmaPrime"],
]
RUN = """
import json, sys
import lecture
from click.testing import CliRunner
from lecture.cli.main import cli
from lecture.config.discovery import find_lecture

assert lecture.__file__.startswith(sys.argv[1])
assert str(find_lecture().root).startswith(sys.argv[1])
for program in json.loads(sys.argv[2]):
    ended = CliRunner().invoke(cli, program)
    assert ended.exit_code == 0, (program, ended.output)
    assert ended.stdout, program
"""


def test_its_commands_run_far_from_the_repository(unpacked: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", RUN, str(unpacked), json.dumps(PROGRAMS)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


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
    "from lecture.__main__ import main; main()",
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
        timeout=LONG,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_cluster_worker_finds_the_bundled_lecture(unpacked: Path, tmp_path: Path) -> None:
    """It unpickles the spec of the lecture in a process that has looked for no lecture."""
    path = "import sys; sys.path[:] = [sys.argv[1], *(p for p in sys.path if p != sys.argv[2])]; "
    write = (
        "import pickle; from lecture.config.discovery import find_lecture; "
        "pickle.dump(find_lecture().lecture.spec_model(), open('spec', 'wb'))"
    )
    read = (
        "import pickle; from lecture.config.discovery import add_bundled_path; add_bundled_path(); "
        "print(type(pickle.load(open('spec', 'rb'))).__module__)"
    )
    for program, said in ((write, ""), (read, "scenes.spec\n")):
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", path + program, str(unpacked), str(ROOT)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )
        assert ended.stderr == ""
        assert ended.stdout == said
