"""The script for recordings."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from lecture.cli.script import ScriptFormat, write_script
from lecture.output.video.transcript import as_text
from lecture.timeline import SceneTimeline

BEATS = {"start": [("a", 'Say "this", and so on.')], "end": [("b", "1. A *star*.")]}


@pytest.fixture
def records(scene: Callable[..., SceneTimeline]) -> list[SceneTimeline]:
    return [scene("One", BEATS)]


def test_text_script(records: list[SceneTimeline]) -> None:
    assert write_script(records, ScriptFormat.text) == (
        "The scene One\n=============\n\n"
        'One.start.a.wav\n    Say "this", and so on.\n\n'
        "One.end.b.wav\n    1. A *star*.\n"
    )


def test_csv_script(records: list[SceneTimeline]) -> None:
    rows = list(csv.DictReader(io.StringIO(write_script(records, ScriptFormat.csv))))
    assert rows[0] == {
        "file": "One.start.a.wav",
        "scene": "One",
        "beat": "start",
        "line": "a",
        "say": 'Say "this", and so on.',
        "caption": 'Say "this", and so on.',
    }
    assert len(rows) == 2


def test_markdown_script_is_escaped(records: list[SceneTimeline]) -> None:
    text = write_script(records, ScriptFormat.markdown)
    assert text.startswith("# Script\n\n## The scene One\n\n")
    assert "`One.end.b.wav`\n: 1\\. A \\*star\\*.\n" in text
    assert as_text("- a\n# b") == "\\- a \\# b"
