"""Stills: the last frame of each beat, drawn in worker processes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.formats import FrameFormat
from lecture.output.stills import Sheet, write_stills
from lecture.render.tasks import RenderMode
from tests.sessions import render_session, render_spec

Small = Callable[[str], SceneEntry]
Python = Callable[..., subprocess.CompletedProcess[str]]
Run = Callable[..., Result]


def draw(folder: Path, size: FrameFormat, *scenes: SceneEntry) -> Sheet:
    render_specs = [render_spec(scene, size) for scene in scenes]
    session = render_session(folder.with_name("cache"))
    with session.locked():
        drawn = session.run_each(render_specs, RenderMode.LAST_FRAMES)
    return write_stills(list(zip(render_specs, drawn, strict=True)), folder, "σ′ & <co.>")


class Page(HTMLParser):
    """The pictures and the text of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.pictures: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "img":
            self.pictures.append(str(dict(attrs)["src"]))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_each_beat_has_its_last_frame(tmp_path: Path, size: FrameFormat, small: Small) -> None:
    folder = tmp_path / "stills"
    sheet = draw(folder, size, small("ThreeBeats"), small("Still"))
    names = [
        "01-small_scenes-01-first__b_.png",
        "01-small_scenes-02-___second.png",
        "02-small_scenes-01-whole.png",
    ]
    assert sheet.pictures == 3
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lecture-files",
        *names,
        "index.html",
    ]
    centres = []
    for name in names:
        with Image.open(folder / name) as picture:
            assert picture.size == (128, 72)
            centres.append(picture.convert("RGB").getpixel((64, 36)))
    red, blue = centres[:2]
    assert red[0] > 200
    assert red[2] < 50
    assert blue[2] > 200
    assert blue[0] < 50


def test_the_page_shows_all_stills_and_escapes_names(
    tmp_path: Path, size: FrameFormat, small: Small
) -> None:
    page = Page(draw(tmp_path / "stills", size, small("ThreeBeats")).page)
    assert len(page.pictures) == 2
    assert all((tmp_path / "stills" / name).is_file() for name in page.pictures)
    assert "σ′ & <co.>" in page.text
    assert "first <b>" in page.text
    assert not page.tags & {"b", "co.", "script", "link"}


def test_a_scene_that_fails_leaves_the_earlier_stills(
    tmp_path: Path, size: FrameFormat, small: Small
) -> None:
    folder = tmp_path / "stills"
    draw(folder, size, small("Still"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(RenderError, match="animation 1 failed: ZeroDivisionError"):
        draw(folder, size, small("Still"), small("Raises"))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"stills", "cache"}


def test_new_stills_replace_all_earlier_stills(
    tmp_path: Path, size: FrameFormat, small: Small
) -> None:
    folder = tmp_path / "stills"
    draw(folder, size, small("ThreeBeats"))
    draw(folder, size, small("Still"))
    assert len(list(folder.glob("*.png"))) == 1


def test_a_folder_with_other_files_is_an_error(python: Python, tmp_path: Path) -> None:
    precious = tmp_path / "papers"
    precious.mkdir()
    (precious / "thesis.tex").write_text("years of work", encoding="utf-8")
    run = python("-m", "lecture", "stills", "--output", "papers")
    assert run.returncode == 2
    assert "papers holds other files" in run.stderr
    assert "Traceback" not in run.stderr
    assert (precious / "thesis.tex").exists()


def test_the_command_draws_the_stills_of_a_real_scene(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lecture.toml").write_text("[chain]\nweights = [0.9, -0.8]\n", encoding="utf-8")
    ended = run("stills", "-q", "l", "--scenes", "BackwardPass")
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.strip().endswith("media/stills/index.html  6 stills")
    pictures = sorted((tmp_path / "media" / "stills").glob("*.png"))
    assert pictures[-1].name == "01-backward_pass-06-the_update.png"
    assert len({path.read_bytes() for path in pictures}) >= 4
