"""The engine's frames are manim's, to the last bit, whole or in slices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from lecture.formats import FrameFormat

AWKWARD = str(Path(__file__).with_name("awkward_scenes.py"))
# The shortest animation of a scene of the lecture takes a quarter of a second.
REAL_SIZE = FrameFormat(192, 108, 4)

Hashes = Callable[..., list[str]]

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
    "Between": 4,
    "Pixels": 1,
}
REAL = {
    "ForwardPass": "scenes.forward_pass",
    "LayersOfAbstraction": "scenes.layers_of_abstraction",
}


def grouped(name: str) -> ParameterSet:
    """Keep the tests of a scene in one process, which remembers the frames that it has seen."""
    return pytest.param(name, marks=pytest.mark.xdist_group(name))


@pytest.mark.parametrize("name", [grouped(name) for name in SCENES])
def test_awkward_scenes_are_drawn_as_manim_draws_them(hashes: Hashes, name: str) -> None:
    expected = hashes("manim", AWKWARD, name)
    assert len(set(expected)) > 3, "a scene in which nothing moves proves nothing"
    assert hashes("engine", AWKWARD, name) == expected


@pytest.mark.parametrize("name", [grouped(n) for n, beats in SCENES.items() if beats > 1])
def test_slices_join_to_the_whole(hashes: Hashes, name: str) -> None:
    last = SCENES[name] - 1
    joined = [
        *hashes("engine", AWKWARD, name, (0, last)),
        *hashes("engine", AWKWARD, name, (last, None)),
    ]
    assert joined == hashes("manim", AWKWARD, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_scenes_of_the_lecture_are_drawn_as_manim_draws_them(hashes: Hashes, name: str) -> None:
    expected = hashes("manim", REAL[name], name, size=REAL_SIZE)
    assert len(expected) > 150
    whole = hashes("engine", REAL[name], name, size=REAL_SIZE)
    assert whole == expected
    # From where to where the two beats in the middle are, is found by what they look like.
    middle = hashes("engine", REAL[name], name, (1, 3), REAL_SIZE)
    assert 20 < len(middle) < len(whole)
    assert any(
        whole[start : start + len(middle)] == middle for start in range(1, len(whole) - len(middle))
    )
