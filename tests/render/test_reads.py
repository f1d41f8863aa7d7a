"""What the catalogue says that scenes read of the spec is all that they read."""

from __future__ import annotations

import pytest

from lecture.config.contract import SceneEntry
from lecture.render.keys import _LOOK
from scenes import LECTURE
from scenes.spec import ChainSpec
from tests.stepping import SceneStepper


@pytest.mark.slow
@pytest.mark.parametrize(
    "entry",
    [pytest.param(e, marks=pytest.mark.xdist_group(e.name), id=e.name) for e in LECTURE.scenes],
)
def test_scenes_read_no_other_field_of_the_spec(entry: SceneEntry, inspected: SceneStepper) -> None:
    reads = inspected(entry.name)[0].reads
    assert entry.reads is not None
    # Each scene puts its look in force, so that this watching is seen to work.
    whole_chain = {f"chain.{name}" for name in ChainSpec.model_fields}
    declared = set(entry.reads)
    if "chain" in declared:
        declared = declared - {"chain"} | whole_chain
    # The colours of a brand are in every key, as the palette.
    assert {*_LOOK, "brand"} - {"pace"} <= reads <= {*_LOOK, "brand", *declared}
    assert declared <= reads
