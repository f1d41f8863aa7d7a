"""What the catalogue says that scenes read of the spec is all that they read."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from scenes.catalogue import CATALOGUE, SceneEntry

from lecture.config.spec import LectureSpec, use_spec
from lecture.kit.inspection import inspect_scene
from lecture.render.keys import _LOOK

READ: set[str] = set()


class Watched(LectureSpec):
    """A spec that keeps in mind which of its fields are read."""

    def __getattribute__(self, name: str) -> Any:
        if name in LectureSpec.model_fields:
            READ.add(name)
        return super().__getattribute__(name)


@pytest.mark.slow
@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_scenes_read_no_other_field_of_the_spec(entry: SceneEntry) -> None:
    scene = getattr(import_module(entry.module), entry.name)
    spec = Watched()
    READ.clear()
    with use_spec(spec):
        inspect_scene(scene, spec=spec)
    assert entry.reads is not None
    # Each scene puts its look in force, so that this watching is seen to work.
    assert set(_LOOK) - {"pace"} <= READ <= {*_LOOK, *entry.reads}
    assert set(entry.reads) <= READ
