"""docs/mnist.md: table and picture are those of the code."""

from __future__ import annotations

import pytest
from PIL import Image

from docs.draw_kit import cropped, frames_of
from docs.draw_speeds import PAGE, PICTURE, SpeedFigure, table
from lecture.config.spec import LectureSpec
from lecture.kit.inspection import inspect_scene
from lecture.kit.layout_check import layout_faults
from scenes.data import deep_nets_stall

STALE = "run `python docs/draw_speeds.py`"


def test_the_table_is_in_step() -> None:
    assert f"\n{table()}\n" in PAGE.read_text(encoding="utf-8"), STALE


def test_the_picture_was_drawn_from_the_table() -> None:
    with Image.open(PICTURE) as picture:
        assert picture.info["Comment"] == table(), STALE
        height, width, _ = cropped(frames_of(SpeedFigure)).shape
        assert picture.size == (width, height)


def test_the_picture_has_a_layout_without_faults() -> None:
    _, snapshots = inspect_scene(SpeedFigure, spec=LectureSpec())
    assert [fault for snapshot in snapshots for fault in layout_faults(snapshot)] == []


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("_TRAINING_IMAGES", "{:,} for training"),
        ("_EPOCHS", "{} epochs"),
        ("_BATCH", "batches of {} images"),
        ("RATE", "learning rate {}"),
        ("WIDTH", "hidden layers of {} sigmoid neurons"),
    ],
)
def test_the_settings_are_those_of_the_trainings(setting: str, words: str) -> None:
    assert words.format(getattr(deep_nets_stall, setting)) in PAGE.read_text(encoding="utf-8")
