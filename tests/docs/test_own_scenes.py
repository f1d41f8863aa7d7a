"""docs/own-scenes.md: its scenes run, in both themes and with plain manim, and its tables hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import Result
from manim import tempconfig
from PIL import Image

from lecture.config.spec import LectureSpec
from lecture.config.user_scenes import find_scenes
from lecture.kit.inspection import inspect_scene
from lecture.kit.layout import frame, set_frame
from lecture.kit.layout_check import scene_faults
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.palette import Theme
from lecture.kit.typeset import formula
from tests.waiting import run_python

Run = Callable[..., Result]
PAGE = (Path(__file__).parents[2] / "docs" / "own-scenes.md").read_text(encoding="utf-8")
FILES = [code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "class " in code]
FLAT = ("Area", "Corner", "Photo", "Shapes", "Half")
NAMES = (*FLAT, "Bowl", "Zoom")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files of the page, and the picture that one of them shows."""
    for number, code in enumerate(FILES):
        (tmp_path / f"scenes_{number}.py").write_text(code, encoding="utf-8")
    Image.new("RGB", (40, 30), "#3366cc").save(tmp_path / "photo.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def file_of(name: str) -> str:
    (number,) = (n for n, code in enumerate(FILES) if f"class {name}(" in code)
    return f"scenes_{number}.py"


def load(name: str) -> type[LectureScene]:
    file = Path(file_of(name)).resolve()
    code = compile(file.read_text("utf-8"), str(file), "exec")
    names: dict[str, object] = {"__file__": str(file), "__name__": file.stem}
    exec(code, names)  # noqa: S102  (the page's own code)
    return names[name]  # type: ignore[return-value]


def test_each_block_is_a_file_of_scenes(folder: Path) -> None:
    found = [entry.name for file in sorted(folder.glob("*.py")) for entry in find_scenes(file)]
    assert sorted(found) == sorted(NAMES)


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.usefixtures("folder")
def test_its_layout_has_no_faults_in_either_theme(name: str) -> None:
    with tempconfig({"media_dir": "media"}):
        assert scene_faults(load(name)) == []


@pytest.mark.usefixtures("folder")
def test_the_words_follow_the_language() -> None:
    with tempconfig({"media_dir": "media"}):
        scene, snapshots = inspect_scene(load("Half"), spec=LectureSpec(language="de"))
    assert [line.caption for line in scene.recorded_lines] == ["Die Hälfte ist übrig."]
    assert "übrig: 50 %" in {text.content for text in snapshots[-1].texts}


@pytest.mark.usefixtures("folder")
def test_a_surface_and_a_moving_camera_are_rendered(run: Run) -> None:
    given = [argument for file in {*map(file_of, NAMES)} for argument in ("--with", file)]
    ended = run("stills", "-q", "l", *given, "--scenes", "Bowl,Zoom,Photo", "--output", "stills")
    assert ended.exit_code == 0, ended.output
    pictures = sorted(Path("stills").glob("*.png"))
    assert len(pictures) == 3
    for picture in pictures:
        with Image.open(picture) as drawn:
            colors = drawn.convert("RGB").getcolors(maxcolors=1 << 20)
        assert colors is not None
        assert len(colors) > 1


def test_plain_manim_previews_a_scene(folder: Path, environment: Mapping[str, str]) -> None:
    command = ("-m", "manim", "-ql", "--dry_run", file_of("Area"), "Area")
    ended = run_python(folder, *command, environment=environment)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_safe_area_is_that_of_the_kit() -> None:
    set_frame("16:9")
    found = re.search(r"x from (-[\d.]+) to ([\d.]+), y from (-[\d.]+) to ([\d.]+)", PAGE)
    assert found is not None
    region = frame()
    shown = [round(value, 2) for value in (region.left, region.right, region.bottom, region.top)]
    assert [float(number) for number in found.groups()] == shown


def test_all_names_of_the_theme_are_listed() -> None:
    table = PAGE.partition("## Colours")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))))
    assert listed == set(Theme.__dataclass_fields__) - {"name"}


def test_the_typst_of_the_table_can_be_set(tmp_path: Path) -> None:
    table = PAGE.partition("## Formulas and texts")[2].partition("\n`Text`")[0]
    cells = re.findall(r"^\| `.*? \| (.*) \|$", table, re.MULTILINE)
    codes = [code for cell in cells[:-1] for code in re.findall(r"`([^`]+)`", cell)]
    assert len(codes) > 15
    with tempconfig({"media_dir": str(tmp_path)}):
        for code in codes:
            assert len(formula(code, font_size=40).family_members_with_points()) > 0, code
