"""docs/tutorial.md, done as written: its files, its tests and its checks."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from docs.draw_tutorial import STEPS, write_step
from tests.waiting import run_python

pytestmark = pytest.mark.xdist_group("tutorial")


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_python(folder, "-m", *arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the lecture that the page begins with."""
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
