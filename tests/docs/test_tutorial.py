"""docs/tutorial.md, done as written: its files, its tests, its checks and its pictures."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LONG

PAGE = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
# A sentence that names a file and ends with a colon, and the block below it.
STEPS = re.findall(r"`([\w/]+\.(?:py|toml))`[^`\n]*:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL)
APPENDED = ("scenes/data.py", "scenes/text/en.toml")

pytestmark = pytest.mark.xdist_group("tutorial")


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )


def write_step(folder: Path, name: str, block: str) -> None:
    file = folder / name
    before = file.read_text(encoding="utf-8") + "\n" if name in APPENDED else ""
    file.write_text(before + block, encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Follow the page up to its first scene, and further if that works."""
    parent = tmp_path_factory.mktemp("tutorial")
    assert python(parent, "lecture", "init", "mine").returncode == 0
    return parent / "mine"


def test_the_steps_name_the_files() -> None:
    names = [name for name, _ in STEPS]
    assert names == [
        "scenes/inflation.py",
        "scenes/text/en.toml",
        "scenes/__init__.py",
        "scenes/data.py",
        "scenes/inflation.py",
        "scenes/text/en.toml",
        "tests/test_inflation.py",
    ]


def test_it_works_as_written(folder: Path) -> None:
    for name, block in STEPS[:3]:
        write_step(folder, name, block)
    drawn = python(folder, "lecture", "stills", "-q", "l", "--scenes", "Inflation")
    assert drawn.returncode == 0, drawn.stderr
    in_german = python(folder, "lecture", "stills", "-q", "l", "--language", "de")
    assert in_german.returncode == 2
    assert "de.toml: [Inflation] has no words; translate it from en.toml" in in_german.stderr
    for name, block in STEPS[3:]:
        write_step(folder, name, block)
    checked = python(folder, "lecture", "check", "-q", "l", "--voice", "none", "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert [scene["name"] for scene in json.loads(checked.stdout)][-1] == "Inflation"
    tested = python(folder, "pytest", "-q", "-p", "no:cacheprovider", "tests/test_inflation.py")
    assert tested.returncode == 0, tested.stdout
