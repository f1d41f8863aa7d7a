"""Settings of manim in the file of a scene have manim's effect, or are refused by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from manim import Polygram, VMobject, config, tempconfig
from manim.constants import RendererType
from manim.mobject.opengl.opengl_compatibility import ConvertToOpenGL
from manim.mobject.opengl.opengl_vectorized_mobject import OpenGLVMobject
from PIL import Image

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.kit.manim_internals import replace_slow_methods
from tests.render.conftest import SIZE
from tests.sessions import render

Hashes = Callable[..., list[str]]

PLAIN = """
from manim import *
{}
class Plain(Scene):
    def construct(self):
        {}
        self.play(Create(Square().to_edge(LEFT)), run_time=0.5)
        self.play(FadeIn(Circle()), run_time=0.5)
"""
OF_A_LECTURE = """
from manim import *
from lecture.kit.lecture_scene import LectureScene
{}
class Plain(LectureScene):
    def construct(self):
        {}
        self.beat("a")
        self.play(Create(Square()), run_time=0.2)
"""


def write(path: Path, scene: str, at_top: str = "", inside: str = "pass") -> SceneEntry:
    path.write_text(scene.format(at_top, inside), encoding="utf-8")
    return SceneEntry("Plain", path.stem, "", path)


@pytest.mark.parametrize(
    "lines",
    [
        "config.background_color = '#2E8B57'",
        "config['background_color'] = WHITE",
        "config.frame_width, config.frame_height = 16, 9",
        "config.frame_x_radius = 5",
        "config.seed = 7",
        "config.from_animation_number = 1",
        "config.upto_animation_number = 0",
        f"config.pixel_width, config.frame_rate = {SIZE.width}, {SIZE.fps}",
    ],
)
def test_a_setting_has_the_effect_of_manim(hashes: Hashes, work: Path, lines: str) -> None:
    square = "self.add(Square(color=random_color(), fill_opacity=1).to_edge(RIGHT))"
    path = work / "plain.py"
    write(path, PLAIN, lines, square)
    drawn = hashes("engine", str(path), "Plain")
    assert len(drawn) == (3 if "animation_number" in lines else 6)
    assert drawn == hashes("manim", str(path), "Plain")
    if "pixel" not in lines:
        write(work / "without.py", PLAIN, "", square)
        assert hashes("engine", str(work / "without.py"), "Plain") != drawn


def test_settings_of_files_and_messages_have_no_effect(hashes: Hashes, work: Path) -> None:
    write(work / "without.py", PLAIN)
    settings = ("media_dir = 'away'", "text_dir = 'away'", "dry_run = False", "write_all = True")
    quiet = ("preview = True", "output_file = 'away'", "disable_caching = False", "format = 'gif'")
    write(work / "plain.py", PLAIN, "\n".join(f"config.{line}" for line in (*settings, *quiet)))
    drawn = hashes("engine", str(work / "plain.py"), "Plain")
    assert drawn == hashes("engine", str(work / "without.py"), "Plain")
    assert {path.name for path in work.iterdir()} <= {"plain.py", "without.py", "__pycache__"}


def test_pictures_are_found_in_the_folder_of_the_setting(hashes: Hashes, work: Path) -> None:
    (work / "pictures").mkdir()
    Image.new("RGB", (4, 4), "red").save(work / "pictures" / "red.png")
    path = work / "plain.py"
    write(path, PLAIN, "config.assets_dir = 'pictures'", "self.add(ImageMobject('red.png'))")
    assert hashes("engine", str(path), "Plain") == hashes("manim", str(path), "Plain")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("config.pixel_width, config.pixel_height = 540, 960", "pixel_width is set to 540; "),
        ("config.pixel_height = 500", "pixel_height is set to 500; "),
        ("config.quality = 'low_quality'", "pixel_width is set to 854; "),
        ("config.frame_rate = 24", "frame_rate is set to 24; "),
        ("config.background_opacity = 0.5", "background_opacity is set to 0.5; "),
        ("config.transparent = True", "background_opacity is set to 0.0; "),
        ("config.renderer = 'opengl'", "renderer is set to opengl; "),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_other_settings_are_refused_by_name(
    work: Path, lines: str, problem: str, *, inside: bool
) -> None:
    if inside and "renderer" in lines:
        lines = "self.play(Wait(0.1)); " + lines
    entry = write(work / "own.py", PLAIN, *(("", lines) if inside else (lines, "pass")))
    with pytest.raises(RenderError, match=f"failed: own.py: config.{problem}remove this setting, "):
        render(work / "cache", entry, workers=1)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("config.background_color = WHITE", "choose the theme in lecture.toml"),
        ("config.frame_width = 20", "choose the aspect in lecture.toml"),
        ("config.frame_y_radius = 5", "choose the aspect in lecture.toml"),
    ],
)
def test_settings_that_a_lecture_scene_overwrites_are_refused(
    work: Path, line: str, hint: str
) -> None:
    entry = write(work / "own.py", OF_A_LECTURE, line)
    with pytest.raises(RenderError, match=f"remove this setting, {hint}"):
        render(work / "cache", entry, workers=1)
    write(work / "own.py", OF_A_LECTURE, "", "self.camera.background_color = WHITE")
    render(work / "cache", entry, workers=1)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("self.camera.reset_pixel_shape(90, 160)", "its camera has 160x90 pixels, the frame 128x"),
        ("self.camera.frame_rate = 24", "its camera has 24 frames a second, the video 10; "),
        (
            "self.camera.background_image = 'small.png'; self.camera.init_background()",
            "the picture of its background has 4x4 pixels, the frame 128x72; ",
        ),
    ],
)
def test_a_camera_of_another_size_is_refused(work: Path, line: str, problem: str) -> None:
    Image.new("RGB", (4, 4), "red").save(work / "small.png")
    entry = write(work / "own.py", PLAIN, "", line)
    with pytest.raises(RenderError, match=problem):
        render(work / "cache", entry, workers=1)


def test_base_classes_are_assigned_for_another_renderer_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replace_slow_methods()
    with monkeypatch.context() as patch:
        patch.setattr(ConvertToOpenGL, "_converted_classes", None)
        with tempconfig({"renderer": "Cairo"}):
            pass
        with pytest.raises(TypeError, match="not iterable"):
            config.renderer = "opengl"
    with tempconfig({"renderer": "opengl"}):
        assert issubclass(Polygram, OpenGLVMobject)
    assert config.renderer is RendererType.CAIRO
    assert issubclass(Polygram, VMobject)
    with pytest.raises(ValueError, match="42"):
        config.renderer = 42
