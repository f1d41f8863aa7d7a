"""What the catalogue says that scenes read of the spec is all that they read."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from lecture.config.contract import SceneEntry
from lecture.kit.inspection import inspect_scene
from lecture.render.keys import _LOOK
from scenes import LECTURE
from scenes.spec import ChainSpec, GradientSpec

READ: set[str] = set()


class WatchedChain(ChainSpec):
    """A chain that records which of its fields are read."""

    def __getattribute__(self, name: str) -> Any:
        if name in ChainSpec.model_fields:
            READ.add(f"chain.{name}")
        return super().__getattribute__(name)


class Watched(GradientSpec):
    """A spec that records which of its fields are read."""

    def __getattribute__(self, name: str) -> Any:
        if name in GradientSpec.model_fields and name != "chain":
            READ.add(name)
        return super().__getattribute__(name)


@pytest.mark.slow
@pytest.mark.parametrize("entry", LECTURE.scenes, ids=lambda entry: entry.name)
def test_scenes_read_no_other_field_of_the_spec(entry: SceneEntry) -> None:
    scene = getattr(import_module(entry.module), entry.name)
    spec = Watched(chain=WatchedChain())
    READ.clear()
    inspect_scene(scene, spec=spec)
    assert entry.reads is not None
    # Each scene puts its look in force, so that this watching is seen to work.
    whole_chain = {f"chain.{name}" for name in ChainSpec.model_fields}
    declared = whole_chain if entry.reads == ("chain",) else set(entry.reads)
    assert set(_LOOK) - {"pace"} <= READ <= {*_LOOK, *declared}
    assert declared <= READ
