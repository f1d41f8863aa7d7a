"""Scenes are run once for each spec and test process, without drawing; tests read the snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

import pytest
from manim import tempconfig

from scenes.catalogue import CATALOGUE
from scenes.inspection import Snapshot, inspect_scene
from scenes.lecture_scene import LectureScene
from scenes.spec import ChainSpec, LectureSpec

Inspected = tuple[LectureScene, list[Snapshot]]

CHAINS = {
    "default": ChainSpec(),
    "depth_2": ChainSpec(weights=(0.9, -0.8)),
    "depth_12": ChainSpec(
        weights=(1.1, -0.9, 1.3, 0.7, -1.6, 0.95, 1.2, -0.8, 0.5, 1.9, -1.4, 0.85),
        biases=(0.1, 0.0, -0.3, 0.2, 0.5, -0.6, 0.0, 0.4, 0.1, -0.2, 0.3, 0.25),
    ),
    "relu": ChainSpec(
        weights=(1.2, 0.9, 1.1, 1.3, -0.7), biases=(0.1, -0.2, 0.0, 0.1, 0.9), activation="relu"
    ),
    "zero_and_negative": ChainSpec(
        weights=(-1.2, 0.9, -2.1, 1.3, 0.0, 1.7, 0.4, -1.5),
        biases=0.3,
        activation="tanh",
        cost="half_squared",
        input=-1.5,
        target=-0.4,
    ),
    "beyond_floats": ChainSpec(
        weights=(5.0, -9.0, 11.0, 7.0, -60.0, 9.5, 100.0, 900.0, -50.0, 0.000123),
        cost="cross_entropy",
    ),
    "growing": ChainSpec(weights=(9.0, 8.0, 12.5, 20.0), activation="identity"),
}
"""Chains that scenes have to hold with: short, long, saturated, dead and growing ones."""


@pytest.fixture(scope="session", autouse=True)
def _media_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with tempconfig({"media_dir": str(tmp_path_factory.mktemp("media"))}):
        yield


@cache
def _inspected(name: str, chain: str, theme: str) -> Inspected:
    entry = next(entry for entry in CATALOGUE if entry.name == name)
    scene_class = getattr(import_module(entry.module), name)
    return inspect_scene(scene_class, spec=LectureSpec(chain=CHAINS[chain], theme=theme))


@pytest.fixture(scope="session")
def inspected(_media_folder: None) -> Callable[[str, str, str], Inspected]:
    """Run a scene, by the names of scene, chain and theme, or recall an earlier run."""
    return _inspected
