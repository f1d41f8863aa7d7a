"""What the tests of the engine share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from lecture.config.contract import SceneEntry
from lecture.formats import FrameFormat
from lecture.render.processes import process_context
from tests.render.hash_frames import frame_hashes, hashes_of_scenes

SCENES = Path(__file__).with_name("render_scenes.py")
SIZE = FrameFormat(192, 108, 6)

# Importing manim to look for doctests takes a second.
collect_ignore = ["render_scenes.py"]
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
def hashes() -> Callable[..., list[str]]:
    """Hash each frame of a scene, drawn by ``"manim"`` or the ``"engine"`` in a fresh process."""
    context = process_context()

    @cache
    def hashes_of(
        drawn_by: Literal["manim", "engine"],
        place: str,
        name: str,
        beats: tuple[int, int | None] = (0, None),
        size: FrameFormat = SIZE,
    ) -> list[str]:
        with ProcessPoolExecutor(1, mp_context=context) as process:
            return process.submit(frame_hashes, drawn_by, place, name, size, beats).result()

    return hashes_of


def draw_together(
    drawn_by: Literal["manim", "engine"], place: Path, scenes: Mapping[str, tuple[int, int | None]]
) -> dict[str, list[str]]:
    """Hash each frame of beats of several scenes of a file, drawn in one fresh process."""
    with ProcessPoolExecutor(1, mp_context=process_context()) as process:
        return process.submit(hashes_of_scenes, drawn_by, str(place), scenes, SIZE).result()
