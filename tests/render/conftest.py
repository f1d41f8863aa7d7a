"""What the tests of the engine share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lecture.config.contract import SceneEntry

SCENES = Path(__file__).with_name("render_scenes.py")

collect_ignore = ["render_scenes.py"]  # importing manim to look for doctests takes a second
if sys.platform != "linux":
    collect_ignore.append("test_disk_full.py")  # only there can a small disk be made


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that everything works in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def scene() -> Callable[[str], SceneEntry]:
    """Name a scene of `render_scenes.py`, which no package holds."""
    return lambda name: SceneEntry(name, "render_scenes", f"The scene {name}", SCENES)
