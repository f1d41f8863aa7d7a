"""The engine's frames are manim's, to the last bit, whole or in slices."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
AWKWARD = str(HERE / "awkward_scenes.py")
SIZE = ("192", "108", "10")

# How many beats each has.
SCENES = {
    "Updaters": 3,
    "Chance": 3,
    "Paths": 2,
    "Layers": 3,
    "Degenerate": 1,
    "Formulas": 2,
    "Zoom": 2,
    "Many": 1,
}
REAL = {
    "ForwardPass": "scenes.forward_pass",
    "GaussianWeights": "scenes.gaussian_weights",
    "LayersOfAbstraction": "scenes.layers_of_abstraction",
}


@pytest.fixture(scope="session")
def hashes(environment: Mapping[str, str]):  # noqa: ANN201  (a cached function)
    @cache
    def hashes_of(who: str, place: str, name: str, *beats: int) -> list[str]:
        done = subprocess.run(
            [
                sys.executable,
                str(HERE / "hash_frames.py"),
                *(who, place, name, *SIZE),
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


@pytest.mark.parametrize("name", SCENES)
def test_awkward_scenes_are_drawn_as_manim_draws_them(hashes, name: str) -> None:  # noqa: ANN001
    expected = hashes("manim", AWKWARD, name)
    assert len(set(expected)) > 3, "a scene in which nothing moves proves nothing"
    assert hashes("engine", AWKWARD, name) == expected


@pytest.mark.parametrize("name", [name for name, beats in SCENES.items() if beats > 1])
def test_slices_join_to_the_whole(hashes, name: str) -> None:  # noqa: ANN001
    last = SCENES[name] - 1
    joined = [
        *hashes("engine", AWKWARD, name, 0, last),
        *hashes("engine", AWKWARD, name, last),
    ]
    assert joined == hashes("manim", AWKWARD, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_scenes_of_the_lecture_are_drawn_as_manim_draws_them(hashes, name: str) -> None:  # noqa: ANN001
    expected = hashes("manim", REAL[name], name)
    assert len(expected) > 300
    assert hashes("engine", REAL[name], name) == expected
    assert hashes("engine", REAL[name], name, 1, 3) == expected[slice(*_frames(hashes, name))]


def _frames(hashes, name: str) -> tuple[int, int]:  # noqa: ANN001
    """Return where the beats 1 and 2 begin and end, by the length of slices."""
    begin = len(hashes("engine", REAL[name], name, 0, 1))
    return begin, len(hashes("engine", REAL[name], name, 0, 3))
