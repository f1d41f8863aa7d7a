"""docs/own-scenes.md: its scenes run, in both themes and with plain manim, and its tables hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import Result
from manim import tempconfig

from docs.draw_how_to import ROOT, code_of, scene_class, scene_files
from lecture.config.user_scenes import find_scenes
from lecture.kit.layout import frame, set_frame
from lecture.kit.layout_check import scene_faults
from lecture.palette import Theme
from tests.waiting import run_python

Run = Callable[..., Result]
PAGE = ROOT / "docs" / "own-scenes.md"
TEXT = PAGE.read_text(encoding="utf-8")
NAMES = ("Area", "Corner")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files of the page."""
    for name in NAMES:
        (tmp_path / f"{name.lower()}.py").write_text(code_of(name, PAGE), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_block_is_a_file_of_scenes(folder: Path) -> None:
    found = [entry.name for file in sorted(folder.glob("*.py")) for entry in find_scenes(file)]
    assert sorted(found) == sorted(NAMES)
    assert len(scene_files(PAGE)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("folder")
def test_its_layout_has_no_faults_in_either_theme(name: str) -> None:
    with tempconfig({"media_dir": "media"}):
        assert scene_faults(scene_class(name, code_of(name, PAGE), Path("file.py"))) == []


@pytest.mark.usefixtures("folder")
def test_the_check_has_no_faults(run: Run) -> None:
    files = ("--with", "area.py", "--with", "corner.py")
    ended = run("check", "-q", "l", "--voice", "none", "--json", *files, "--scenes", "Area,Corner")
    found = {scene["name"]: scene["faults"] for scene in json.loads(ended.stdout)}
    assert found == {name: [] for name in NAMES}


def test_plain_manim_previews_a_scene(folder: Path, environment: Mapping[str, str]) -> None:
    command = ("-m", "manim", "-ql", "--dry_run", "area.py", "Area")
    ended = run_python(folder, *command, environment=environment)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_safe_area_is_that_of_the_kit() -> None:
    set_frame("16:9")
    found = re.search(r"x from (-[\d.]+) to ([\d.]+), y from (-[\d.]+) to ([\d.]+)", TEXT)
    assert found is not None
    region = frame()
    shown = [round(value, 2) for value in (region.left, region.right, region.bottom, region.top)]
    assert [float(number) for number in found.groups()] == shown


def test_all_names_of_the_theme_are_listed() -> None:
    table = TEXT.partition("## Colours")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))))
    assert listed == set(Theme.__dataclass_fields__) - {"name"}
