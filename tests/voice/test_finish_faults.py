"""Segments, speech and timelines that do not fit together: no video is replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lecture.errors import RenderError, VoiceError
from lecture.files import SidecarFiles
from lecture.timeline import RenderedScene
from lecture.voice.narration import SpokenLecture
from tests.voice.conftest import finish


def good(output: Path) -> None:
    output.write_bytes(b"good")
    for path in (SidecarFiles.of(output).srt, SidecarFiles.of(output).manifest):
        path.write_text("good", encoding="utf-8")


def is_as_it_was(output: Path) -> bool:
    beside = SidecarFiles.of(output)
    left = {path.name for path in output.parent.iterdir() if path.is_file()}
    same = output.read_bytes() == b"good" and beside.srt.read_text(encoding="utf-8") == "good"
    return same and left == {output.name, beside.srt.name, beside.manifest.name}


def test_speech_longer_than_its_pictures_is_reported_and_nothing_is_replaced(
    made: Any, tmp_path: Path
) -> None:
    rendered, spoken = made
    record = rendered[0].record
    hasty = record.lines[1].model_copy(update={"end": record.lines[1].start + 1.0})
    lines = (record.lines[0], hasty)
    rendered[0] = RenderedScene(record.model_copy(update={"lines": lines}), rendered[0].segments)
    output = tmp_path / "out" / "lecture.mp4"
    output.parent.mkdir()
    good(output)
    with pytest.raises(
        VoiceError, match=r"One, beat start, line long: its speech takes .* 1\.00 s"
    ):
        finish(rendered, spoken, output)
    assert is_as_it_was(output)


def test_a_line_that_was_never_spoken_is_reported(made: Any, tmp_path: Path) -> None:
    rendered, spoken = made
    fewer = SpokenLecture(spoken.voices, {"One": spoken.lines["One"]})
    with pytest.raises(VoiceError, match="Two, beat end, line less was never spoken"):
        finish(rendered, fewer, tmp_path / "lecture.mp4")
    assert not (tmp_path / "lecture.mp4").exists()


def test_segments_that_differ_from_their_timeline_are_reported(made: Any, tmp_path: Path) -> None:
    rendered, spoken = made
    swapped = RenderedScene(rendered[1].record, (rendered[1].segments[1], rendered[1].segments[0]))
    output = tmp_path / "out" / "lecture.mp4"
    output.parent.mkdir()
    good(output)
    with pytest.raises(
        RenderError, match=r"Two, beat quiet: its segment has .* render the scene again"
    ):
        finish([rendered[0], swapped], spoken, output)
    missing = RenderedScene(rendered[1].record, rendered[1].segments[:1])
    with pytest.raises(RenderError, match=r"the segments have|the sound has"):
        finish([rendered[0], missing], spoken, output)
    slower = rendered[1].record.model_copy(update={"fps": 15})
    with pytest.raises(RenderError, match="one frame rate; given: One 30, Two 15"):
        finish([rendered[0], RenderedScene(slower, rendered[1].segments)], spoken, output)
    with pytest.raises(RenderError, match="no scene"):
        finish([], spoken, output)
    assert is_as_it_was(output)


def test_lines_that_overlap_are_reported(made: Any, tmp_path: Path) -> None:
    rendered, spoken = made
    record = rendered[0].record
    twice = record.model_copy(update={"lines": record.lines + record.lines[:1]})
    rendered[0] = RenderedScene(twice, rendered[0].segments)
    expected = "One, beat start, line hello begins before line long has ended"
    with pytest.raises(RenderError, match=expected):
        finish(rendered, spoken, tmp_path / "lecture.mp4")


def test_a_truncated_segment_replaces_nothing(made: Any, tmp_path: Path) -> None:
    rendered, spoken = made
    victim = rendered[0].segments[0]
    victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    output = tmp_path / "out" / "lecture.mp4"
    output.parent.mkdir()
    good(output)
    with pytest.raises(RenderError, match=r"cannot join|cannot make"):
        finish(rendered, spoken, output)
    assert is_as_it_was(output)


def test_a_path_that_cannot_be_written_is_reported(made: Any, tmp_path: Path) -> None:
    rendered, spoken = made
    with pytest.raises(RenderError, match=r"cannot (make|join)"):
        finish(rendered, spoken, tmp_path / "nowhere" / "lecture.mp4")
