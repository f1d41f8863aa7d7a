"""What the tests of clips, slides and pages share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from lecture.kit.pacing import line_id
from lecture.output.clips.formats import ClipFormat
from lecture.output.clips.make import ClipOptions, Clips, make_clips
from lecture.output.slides.deck import Deck, lecture_deck
from lecture.palette import DARK
from lecture.timeline import RenderedScene
from lecture.voice.narration import SpokenLecture, SpokenLine
from lecture.voice.sound import RATE, write_wav

RenderedScenes = Mapping[str, list[RenderedScene]]

TITLE = r"""σ′ 😀 = {{ 7*7 }} {% raw %} <b>, 'x' "y" \n & </script> $w$ #x"""
AUTHOR = "A. <i>Author</i>"


@pytest.fixture(scope="session")
def clips(rendered: RenderedScenes, tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Clips of all beats in all formats."""
    options = ClipOptions(
        formats=tuple(ClipFormat),
        width=120,
        fps=5,
        title="σ′ & <co.>",
        arguments=("-q", "l"),
        notes=True,
    )
    return make_clips(rendered, tmp_path_factory.mktemp("made") / "clips", options)


@pytest.fixture(scope="session")
def deck(rendered: RenderedScenes, tmp_path_factory: pytest.TempPathFactory) -> Deck:
    folder = tmp_path_factory.mktemp("deck")
    return lecture_deck(rendered["h264"], folder, DARK, title=TITLE, author=AUTHOR)


@pytest.fixture(scope="session")
def spoken(rendered: RenderedScenes, tmp_path_factory: pytest.TempPathFactory) -> SpokenLecture:
    """Speech of half a second for each line: tones of 300 Hz, 400 Hz and so on."""
    folder = tmp_path_factory.mktemp("speech")
    lines: dict[str, dict[str, SpokenLine]] = {}
    pitch = 300
    for scene in rendered["h264"]:
        for line in scene.record.lines:
            time = np.arange(RATE // 2) / RATE
            tone = (0.3 * np.sin(2 * np.pi * pitch * time)).astype(np.float32)
            path = folder / f"{pitch}.wav"
            write_wav(path, tone)
            of_scene = lines.setdefault(scene.record.name, {})
            of_scene[line_id(line.beat, line.key)] = SpokenLine("tone", path, len(tone), 1.0)
            pitch += 100
    return SpokenLecture({"tone": {"engine": "tone"}}, lines)
