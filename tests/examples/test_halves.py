"""The worked example: another topic, with the same kit, checks and commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from fractions import Fraction
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest
from fuzz_strategies import NASTY
from manim import tempconfig

from lecture.config.user_scenes import find_scenes
from lecture.kit.inspection import Snapshot, inspect_scene
from lecture.kit.layout_check import layout_faults
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.theme import use_theme
from lecture.kit.typeset import escape
from scenes.spec import GradientSpec

if TYPE_CHECKING:
    import subprocess

Python = Callable[..., "subprocess.CompletedProcess[str]"]
EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "halves.py"


@pytest.fixture(scope="module")
def halves() -> type[LectureScene]:
    (entry,) = find_scenes(EXAMPLE)
    found = spec_from_file_location(entry.module, EXAMPLE)
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    sys.modules[entry.module] = module
    found.loader.exec_module(module)
    scene: type[LectureScene] = getattr(module, entry.name)
    return scene


Run = Callable[[GradientSpec], tuple[LectureScene, list[Snapshot]]]


@pytest.fixture
def run(halves: type[LectureScene], tmp_path: Path) -> Run:
    def inspect(spec: GradientSpec) -> tuple[LectureScene, list[Snapshot]]:
        with tempconfig({"media_dir": str(tmp_path)}):
            return inspect_scene(halves, spec=spec)

    return inspect


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_layout_has_no_faults(run: Run, theme: str) -> None:
    _, snapshots = run(GradientSpec.model_validate({"theme": theme, "author": "A. Lecturer"}))
    with use_theme(theme):
        assert [fault for shot in snapshots for fault in layout_faults(shot)] == []


def test_the_number_on_screen_is_the_sum_of_the_pieces(run: Run) -> None:
    scene, snapshots = run(GradientSpec())
    expected = sum(Fraction(1, 2**n) for n in range(1, 9))
    (texts,) = {tuple(texts) for shot in snapshots[-1:] for texts in shot.numbers().values()}
    assert texts == (f"{float(expected):.4f}",)
    assert [beat.name for beat in scene.recorded_beats] == [
        "who_speaks",
        "the_square",
        "half_of_the_rest",
        "what_is_left",
    ]
    assert all(beat.notes for beat in scene.recorded_beats)
    assert len(scene.recorded_lines) == 4


@pytest.mark.parametrize("text", [*NASTY[:2], NASTY[5], NASTY[6], NASTY[9], "a" * 200])
def test_title_and_author_of_the_file_reach_typst_as_text(
    run: Run, text: str, tmp_path: Path
) -> None:
    if any(ord(c) < 32 or c in "\u2028\u2029" for c in text):
        with pytest.raises(ValueError, match="title"):
            GradientSpec(title=text)
        return
    spec = GradientSpec(title=text, author=text)
    _, snapshots = run(spec)
    shown = {t.content for shot in snapshots for t in shot.texts}
    assert escape(spec.title) in shown or not escape(spec.title).strip('#";')
    assert not any("root:" in content for content in shown)
    assert {path.name for path in tmp_path.iterdir()} <= {"Tex", "texts", "images", "videos"}


def test_it_is_short_enough_to_be_read_at_once() -> None:
    code = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(code) <= 75


def test_the_command_draws_it_like_any_other_scene(python: Python, tmp_path: Path) -> None:
    (tmp_path / "lecture.toml").write_text('scenes = ["Halves"]\ntitle = "Sums"', encoding="utf-8")
    options = ["-q", "l", "--fps", "2", "--voice", "none", "--with", str(EXAMPLE)]
    ended = python("-m", "lecture", "render", *options)
    assert ended.returncode == 0, ended.stderr
    with av.open(tmp_path / "media" / "lecture.mp4") as segment:
        assert segment.metadata["title"] == "Sums"
        assert segment.duration is not None
        assert 10 < segment.duration / av.time_base < 40
    captions = (tmp_path / "media" / "lecture.srt").read_text(encoding="utf-8")
    assert "Each piece takes half of what is still empty." in " ".join(captions.split())


def test_without_the_option_the_file_does_not_find_it(python: Python, tmp_path: Path) -> None:
    (tmp_path / "lecture.toml").write_text('scenes = ["Halves"]', encoding="utf-8")
    ended = python("-m", "lecture", "render", "-q", "l")
    assert ended.returncode == 2
    assert 'there is no scene "Halves"' in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["lecture.toml"]
