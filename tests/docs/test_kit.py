"""docs/kit.md: each example runs, has a layout without faults, and is what its picture shows."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from inspect import isclass

import numpy as np
import pytest
from manim import Animation, Mobject
from PIL import Image

from docs.draw_kit import PAGE, PICTURES, WIDTH, Example, cropped, examples
from lecture.config.spec import LectureSpec
from lecture.kit import mobjects
from lecture.kit.inspection import inspect_scene
from lecture.kit.layout_check import layout_faults

STALE = "run `python docs/draw_kit.py`"
LARGEST_IN_ALL = 500_000  # bytes

EXAMPLES = examples()


def module_of(example: Example) -> str:
    return example.module.removesuffix(".py").replace("/", ".")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_example_has_a_layout_without_faults(example: Example) -> None:
    scene, snapshots = inspect_scene(example.scene_class(), spec=LectureSpec())
    assert scene.mobjects
    assert snapshots[-1].marks is not None
    assert [fault for snapshot in snapshots for fault in layout_faults(snapshot)] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_picture_was_drawn_by_the_code_shown(example: Example) -> None:
    assert example.picture.parent == PICTURES
    with Image.open(example.picture) as picture:
        assert picture.info["Comment"] == example.code, STALE
        assert WIDTH - 2 <= picture.width <= WIDTH
        assert picture.getcolors(maxcolors=2) is None  # more than a line on its background


def test_every_section_is_read_and_has_its_own_picture() -> None:
    headings = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:4] == "### "
    ]
    assert len(headings) == len(EXAMPLES)
    drawn = sorted(example.picture for example in EXAMPLES)
    assert drawn == sorted(PICTURES.iterdir())
    assert sum(picture.stat().st_size for picture in drawn) < LARGEST_IN_ALL


def test_the_page_shows_all_mobjects_and_animations_of_the_kit() -> None:
    shown = {(module_of(example), example.name) for example in EXAMPLES}
    assert all(name in import_module(module).__all__ for module, name in shown)
    modules = [
        f"{mobjects.__name__}.{info.name}" for info in pkgutil.iter_modules(mobjects.__path__)
    ]
    there = {
        (module, name)
        for module in (*modules, "lecture.kit.animations")
        for name in import_module(module).__all__
        if isclass(found := getattr(import_module(module), name))
        and issubclass(found, Mobject | Animation)
    }
    assert len(there) > 10
    assert there <= shown


def test_a_still_that_is_too_wide_is_refused() -> None:
    frame = np.zeros((90, 3 * WIDTH, 3), np.uint8)
    frame[40:50, WIDTH - 20 : WIDTH + 160] = 255
    assert cropped([frame]).shape == (74, WIDTH, 3)
    assert cropped([frame, frame]).shape == (74, WIDTH // 3 * 3, 3)
    frame[40:50, : 2 * WIDTH] = 255
    with pytest.raises(ValueError, match="640 pixels wide; its marks take 1280"):
        cropped([frame])
