"""docs/how-to.md: its scenes run and have no faults, its pictures and its tables hold."""

from __future__ import annotations

import json
import re
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from manim import tempconfig
from PIL import Image

from docs.draw_how_to import PAGE, PICTURES, STILLS, code_of, picture_of, scene_class, scene_files
from lecture.config.spec import LectureSpec
from lecture.config.user_scenes import find_scenes
from lecture.kit import numbers
from lecture.kit.inspection import inspect_scene
from lecture.kit.languages import use_language
from lecture.kit.layout_check import scene_faults
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.typeset import formula

Run = Callable[..., Result]
TEXT = PAGE.read_text(encoding="utf-8")
NAMES = re.findall(r"^class (\w+)\(", TEXT, re.MULTILINE)
IN_SPACE = ("Bowl", "Zoom")  # the layout check does not know their cameras
FLAT = [name for name in NAMES if name not in IN_SPACE]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a file for each scene, and the files that they show and play."""
    for name in NAMES:
        (tmp_path / f"{name.lower()}.py").write_text(code_of(name), encoding="utf-8")
    Image.new("RGB", (40, 30), "#3366cc").save(tmp_path / "photo.png")
    with wave.open(str(tmp_path / "click.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(range(200)) * 8)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(name: str) -> type[LectureScene]:
    return scene_class(name, code_of(name), Path(f"{name.lower()}.py").resolve())


def section(heading: str) -> str:
    return TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_each_block_is_a_file_of_one_scene(folder: Path) -> None:
    found = [find_scenes(folder / f"{name.lower()}.py") for name in NAMES]
    assert [[entry.name for entry in entries] for entries in found] == [[name] for name in NAMES]
    assert len(scene_files(PAGE)) == len(NAMES)


def test_each_task_of_the_table_is_a_section() -> None:
    listed = re.findall(r"^\| .+ \| \[(.+)\]\(#.+\) \|$", TEXT, re.MULTILINE)
    assert listed == re.findall(r"^## (.+)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.usefixtures("folder")
def test_its_layout_has_no_faults_in_either_theme(name: str) -> None:
    with tempconfig({"media_dir": "media"}):
        assert scene_faults(load(name)) == []


@pytest.mark.usefixtures("folder")
def test_the_check_has_no_faults(run: Run) -> None:
    files = [option for name in NAMES for option in ("--with", f"{name.lower()}.py")]
    scenes = ("--scenes", ",".join(NAMES))
    ended = run("check", "-q", "l", "--voice", "none", "--json", *files, *scenes)
    found = {scene["name"]: scene["faults"] for scene in json.loads(ended.stdout)}
    assert found == {name: [] for name in NAMES}


@pytest.mark.usefixtures("folder")
def test_the_words_and_numbers_follow_the_language() -> None:
    with tempconfig({"media_dir": "media"}):
        scene, snapshots = inspect_scene(load("Half"), spec=LectureSpec(language="de"))
    assert [line.caption for line in scene.recorded_lines] == ["Die Hälfte ist übrig."]
    assert "übrig: 0,5" in {text.content for text in snapshots[-1].texts}


@pytest.mark.usefixtures("folder")
def test_the_portrait_layout_has_no_faults() -> None:
    with tempconfig({"media_dir": "media"}):
        assert scene_faults(load("Pair"), LectureSpec(aspect="9:16")) == []


def test_a_surface_a_camera_and_a_photo_are_rendered(run: Run, folder: Path) -> None:
    names = (*IN_SPACE, "Photo")
    files = [option for name in names for option in ("--with", f"{name.lower()}.py")]
    ended = run("stills", "-q", "l", *files, "--scenes", ",".join(names), "--output", "stills")
    assert ended.exit_code == 0, ended.output
    pictures = sorted((folder / "stills").glob("*.png"))
    assert len(pictures) == len(names)
    for picture in pictures:
        with Image.open(picture) as drawn:
            assert drawn.convert("RGB").getcolors(maxcolors=1) is None


@pytest.mark.parametrize("name", STILLS)
def test_the_picture_was_drawn_by_the_code_shown(name: str) -> None:
    with Image.open(picture_of(name)) as picture:
        assert picture.info["Comment"] == code_of(name), "run `python docs/draw_how_to.py`"
        assert picture.getcolors(maxcolors=2) is None


def test_no_picture_is_left_over() -> None:
    assert sorted(PICTURES.iterdir()) == sorted(map(picture_of, STILLS))


def test_the_formats_print_what_the_table_says() -> None:
    head, _, *rows = re.findall(r"^\| (.+) \|$", section("Numbers"), re.MULTILINE)
    values = [float(cell) for cell in head.split(" | ")[1:]]
    assert len(rows) == 6
    for row in rows:
        code, *printed = row.split(" | ")
        number_format = eval(code.strip("`"), vars(numbers))  # noqa: S307  (the page's own code)
        with use_language("en"):
            assert [number_format(value) for value in values] == printed, code


def test_the_typst_of_the_table_can_be_set(tmp_path: Path) -> None:
    cells = re.findall(r"^\| `.*? \| (.*) \|$", section("Formulas"), re.MULTILINE)
    codes = [code for cell in cells[:-1] for code in re.findall(r"`([^`]+)`", cell)]
    assert len(codes) > 15
    with tempconfig({"media_dir": str(tmp_path)}):
        for code in codes:
            assert len(formula(code, font_size=40).family_members_with_points()) > 0, code


def test_the_faults_listed_are_those_that_the_checks_print() -> None:
    listed = re.findall(
        r"`(?:\.\.\. )?([^`]+?)(?: \.\.\.)?`",
        "\n".join(row.split(" | ")[0] for row in section("Faults").splitlines()[3:]),
    )
    root = PAGE.parents[1] / "lecture"
    files = ("kit/layout_check.py", "output/check.py", "voice/text.py")
    messages = "".join((root / file).read_text(encoding="utf-8") for file in files)
    assert len(listed) == 12
    assert [fault for fault in listed if fault not in messages] == []
