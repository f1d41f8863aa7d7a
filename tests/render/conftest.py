"""What the tests of the engine share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from lecture.config.contract import SceneEntry

SCENES = Path(__file__).with_name("render_scenes.py")

# Importing manim to look for doctests takes a second.
collect_ignore = ["awkward_scenes.py", "feature_scenes.py", "hash_frames.py", "render_scenes.py"]
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


@pytest.fixture(scope="session")
def hashes(environment: Mapping[str, str]) -> Callable[..., list[str]]:
    """Hash each frame of a scene, drawn by ``"manim"`` or by the ``"engine"``."""

    @cache
    def hashes_of(
        who: str, place: str, name: str, *beats: int, size: tuple[int, int, int] = (192, 108, 6)
    ) -> list[str]:
        done = subprocess.run(
            [
                sys.executable,
                Path(__file__).with_name("hash_frames.py"),
                *(who, place, name, *map(str, size)),
                *map(str, beats),
            ],
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    return hashes_of
