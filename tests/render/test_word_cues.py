"""Motions that start with a word: their frames in the dry run, in the check and in the video."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import pytest

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.kit.pacing import PAUSE
from lecture.render.tasks import RenderMode
from lecture.timeline import LineSpeech, RenderedScene, SpokenWord
from tests.sessions import SIZE, contents, render_session, render_spec

SCENES = """
from manim import *
from lecture.kit.lecture_scene import LectureScene


class Cued(LectureScene):
    def construct(self):
        for name in ("one", "two"):
            self.beat(name)
            with self.say("The first is the slowest of all.", key="slow"):
                self.at_word("slowest")
                self.add(Square(fill_opacity=1))
                self.wait(0.2)
            self.clear()


class Misspelt(LectureScene):
    def construct(self):
        with self.say("The first is the slowest of all."):
            self.at_word("slowst")
"""
ONSETS = {"one": 1.34, "two": 0.72}
SECONDS = 2.0


def speech() -> dict[str, LineSpeech]:
    """Return the speech of the lines, in which only "slowest" has a time of its own."""
    return {
        f"{beat}.slow": LineSpeech(
            seconds=SECONDS,
            words=(
                SpokenWord(word="The", start=0.0, end=onset),
                SpokenWord(word="slowest", start=onset, end=SECONDS),
            ),
        )
        for beat, onset in ONSETS.items()
    }


@pytest.fixture
def entry(tmp_path: Path) -> SceneEntry:
    file = tmp_path / "own.py"
    file.write_text(SCENES, encoding="utf-8")
    return SceneEntry("Cued", "own", "", file)


def rendered(entry: SceneEntry, folder: Path, *, workers: int) -> RenderedScene:
    session = render_session(folder, workers=workers)
    with session.locked():
        (scene,) = session.render([replace(render_spec(entry), speech=speech())])
    return scene


def test_the_motion_starts_on_the_frame_of_the_word(entry: SceneEntry, tmp_path: Path) -> None:
    scene = rendered(entry, tmp_path / "cache", workers=2)
    for segment, onset in zip(scene.segments, ONSETS.values(), strict=True):
        with av.open(segment) as video:
            lit = [frame.to_ndarray(format="gray").max() > 60 for frame in video.decode(video=0)]
        assert lit.index(True) == round(onset * SIZE.fps)
        assert len(lit) == round((SECONDS + PAUSE) * SIZE.fps)
    alone = rendered(entry, tmp_path / "alone", workers=1)
    assert alone.record == scene.record
    assert contents([alone]) == contents([scene])


def test_the_check_has_the_times_of_the_video(entry: SceneEntry, tmp_path: Path) -> None:
    scene = rendered(entry, tmp_path / "cache", workers=2)
    spec = replace(render_spec(entry), speech=speech())
    session = render_session(tmp_path / "cache")
    with session.locked():
        (result,) = session.run_each([spec], RenderMode.CHECK)
    assert result.timeline(spec) == scene.record


def test_the_dry_run_has_about_the_times_of_a_silent_video(
    entry: SceneEntry, tmp_path: Path
) -> None:
    session = render_session(tmp_path / "cache")
    with session.locked():
        (timeline,) = session.dry_run([render_spec(entry)])
        (scene,) = session.render([render_spec(entry)])
    assert [beat.name for beat in timeline.beats] == [beat.name for beat in scene.record.beats]
    # In a dry run, each of the three waits of a beat may be a frame longer.
    for quick, exact in zip(timeline.beats, scene.record.beats, strict=True):
        assert 0 <= quick.frames - exact.frames <= 3


def test_the_error_names_the_words_and_the_line_of_the_file(
    entry: SceneEntry, tmp_path: Path
) -> None:
    session = render_session(tmp_path / "cache")
    spec = render_spec(replace(entry, name="Misspelt"))
    with session.locked(), pytest.raises(RenderError, match=r"'slowst'; its words: The, first, is"):
        session.dry_run([spec])
