"""What manim documents beside plain shapes works with the pinned packages, in both renderers."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from lecture.formats import FrameFormat
from lecture.palette import THEMES
from scenes.spec import GradientSpec

SCENES = str(Path(__file__).with_name("feature_scenes.py"))
SIZE = FrameFormat(128, 72, 10)


@pytest.mark.parametrize("name", ["Picture", "Drawing", "PangoText", "Zoomed", "Solid"])
def test_a_feature_is_drawn_as_manim_draws_it(hashes: Callable[..., list[str]], name: str) -> None:
    background = bytes.fromhex(f"{THEMES[GradientSpec().theme].background[1:]}FF")
    empty = sha256(background * SIZE.width * SIZE.height).hexdigest()
    first, *rest = hashes("manim", SCENES, name, size=SIZE)
    assert first == empty
    assert empty not in rest
    assert len(set(rest)) >= 4, "a scene in which nothing moves proves nothing"
    assert hashes("engine", SCENES, name, size=SIZE) == [first, *rest]
