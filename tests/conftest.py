"""What the tests of several packages share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lecture import FrameFormat
from scenes.catalogue import SceneEntry

ROOT = Path(__file__).parent.parent
SMALL_SCENES = ROOT / "tests" / "e2e" / "small_scenes.py"

# Importing manim to look for doctests in a file that has none is a second for nothing, and
# Atheris is not installed here.
collect_ignore = ["e2e/small_scenes.py", "fuzz/fuzz_file.py"]

Python = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _no_spec_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LECTURE_SPEC", raising=False)


@pytest.fixture(scope="session")
def size() -> FrameFormat:
    """A format in which a frame costs next to nothing."""
    return FrameFormat(128, 72, 10)


@pytest.fixture(scope="session")
def small() -> Callable[[str], SceneEntry]:
    """Name a scene of `small_scenes.py`, which no package holds."""
    return lambda name: SceneEntry(name, "small_scenes", f"The scene {name}", SMALL_SCENES)


@pytest.fixture(scope="session")
def environment() -> Mapping[str, str]:
    """An environment in which a process in any folder finds the project."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def python(environment: Mapping[str, str], tmp_path: Path) -> Python:
    """Run Python in an empty folder, to its end."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
