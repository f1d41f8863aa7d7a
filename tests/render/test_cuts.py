"""Chunks of a scene join to the scene, whatever the beats before them did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.render.backend.encoding import Encoding
from lecture.render.cache import RenderCache
from lecture.render.keys import scene_key
from lecture.render.tasks import RenderMode
from lecture.timeline import RenderedScene
from tests.render.conftest import draw_together
from tests.sessions import RecordingDisplay, contents, render, render_session, render_spec

SCENES = Path(__file__).with_name("cut_scenes.py")
# The scenes that manim draws too, each with the index of a beat to cut it at.
CUTS = {
    "Skips": 1,
    "Backgrounds": 3,
    "Widths": 2,
    "Zoomed": 1,
    "Turning": 1,
    "Dice": 1,
    "Sections": 2,
}

pytestmark = pytest.mark.xdist_group("cuts")
Part = Literal["manim", "engine", "head", "tail"]
Drawn = Callable[[Part], dict[str, list[str]]]


def entry_of(name: str) -> SceneEntry:
    return SceneEntry(name, "cut_scenes", "", SCENES)


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """Draw all scenes in one process for each part: whole, up to the cut, or from there on."""

    @cache
    def draw(part: Part) -> dict[str, list[str]]:
        beats = {
            name: {"head": (0, cut), "tail": (cut, None)}.get(part, (0, None))
            for name, cut in CUTS.items()
        }
        return draw_together("manim" if part == "manim" else "engine", SCENES, beats)

    return draw


@pytest.mark.parametrize("name", CUTS)
def test_frames_are_those_of_manim(drawn: Drawn, name: str) -> None:
    expected = drawn("manim")[name]
    assert len(set(expected)) > 3, "a scene in which nothing moves proves nothing"
    assert drawn("engine")[name] == expected


@pytest.mark.parametrize("name", CUTS)
def test_parts_join_to_the_whole(drawn: Drawn, name: str) -> None:
    assert drawn("head")[name] + drawn("tail")[name] == drawn("manim")[name]


@pytest.mark.parametrize(
    ("name", "beats", "captions"),
    [
        ("Skips", {"one": 4, "three": 4, "four": 4}, {"Drawn.": (0.4, 0.8)}),
        (
            "SkipsOfALecture",
            {"one": 10, "three": 12},
            {"Drawn.": (0.0, 1.0), "Drawn again.": (1.0, 2.2)},
        ),
    ],
)
def test_skipped_sections_are_no_beats(
    work: Path, name: str, beats: dict[str, int], captions: dict[str, tuple[float, float]]
) -> None:
    entry = entry_of(name)
    (scene,) = render(work / "cache", entry)
    session = render_session(work / "cache")
    with session.locked():
        (timeline,) = session.dry_run([render_spec(entry)])
        (stills,) = session.run_each([render_spec(entry)], RenderMode.LAST_FRAMES)
    for found in (scene.record, timeline):
        assert {beat.name: beat.frames for beat in found.beats} == beats
        lines = {line.caption: (line.start, line.end) for line in found.lines}
        assert list(lines) == list(captions)
        assert all(lines[text] == pytest.approx(captions[text], abs=0.1) for text in captions)
    assert [beat.record.name for beat in stills.beats] == list(beats)
    assert len(scene.segments) == len(beats)


def test_a_scene_that_skips_all_has_no_frame(work: Path) -> None:
    with pytest.raises(RenderError, match="it has no animation and no wait, or skips all of them"):
        render(work / "cache", entry_of("SkipsAll"))


def test_the_color_of_a_transparent_background_does_not_show(work: Path) -> None:
    specs = [
        replace(render_spec(entry_of(name)), encoding=Encoding.PRORES)
        for name in ("Clear", "ClearOnWhite")
    ]
    session = render_session(work / "cache")
    with session.locked():
        clear, on_white = contents(session.render(specs))
    assert clear == on_white


def render_twice(work: Path, name: str) -> tuple[RenderedScene, RecordingDisplay]:
    """Render a scene in one chunk and in one for each beat; the results must be equal."""
    entry = entry_of(name)
    (whole,) = render(work / "whole", entry, workers=1)
    divided, display = render_divided(work, name)
    assert contents([divided]) == contents([whole])
    assert divided.record == whole.record
    return divided, display


def render_divided(work: Path, name: str) -> tuple[RenderedScene, RecordingDisplay]:
    display = RecordingDisplay()
    session = render_session(work / "divided", workers=4, display=display)
    with session.locked():
        session.dry_run([render_spec(entry_of(name))])
        display.notes.clear()
        (scene,) = session.render([render_spec(entry_of(name))])
    return scene, display


@pytest.mark.parametrize(
    "name", ["ReadsFrames", "ReadsPixels", "ReadsPicture", "ReadsWhilePlaying"]
)
def test_a_scene_that_reads_its_frames_is_rendered_in_one_chunk(work: Path, name: str) -> None:
    _, display = render_twice(work, name)
    assert display.notes == [f"{name} reads its own frames; rendering it in one chunk"]
    assert display.chunks == [name, f"{name} (2)", name]
    # Of a render that was killed, the first beat is there.
    session = render_session(work / "divided", workers=4)
    cache = RenderCache(work / "divided")
    key = scene_key(render_spec(entry_of(name)))
    (cache.folder / "segments" / key / "001.json").unlink()
    with session.locked():
        session.render([render_spec(entry_of(name))])
    assert cache.discontinuity(key) is None


def test_a_scene_that_has_its_frame_drawn_needs_no_single_chunk(work: Path) -> None:
    scene, display = render_twice(work, "DrawsItself")
    assert display.notes == []
    assert scene.record.lines[0].caption != "0 red pixels"


def test_the_dry_run_reads_frames_too(work: Path) -> None:
    session = render_session(work / "cache")
    with session.locked():
        (timeline,) = session.dry_run([render_spec(entry_of("ReadsFrames"))])
        (stills,) = session.run_each([render_spec(entry_of("ReadsFrames"))], RenderMode.LAST_FRAMES)
    drawn = int(timeline.lines[0].caption.split()[0])
    assert drawn > 100
    assert stills.beats[1].lines[0].caption == timeline.lines[0].caption


@pytest.mark.parametrize("name", ["Clock", "Entropy", "Unique", "Secret", "Colors", "Waits"])
def test_a_scene_that_differs_in_each_run_does_not_jump(work: Path, name: str) -> None:
    scene, display = render_divided(work, name)
    (note,) = display.notes
    beats = [beat.name for beat in scene.record.beats]
    assert note == (
        f"{name} is not the same in each run, from the beat {beats[1]} or before; "
        "rendering it in one chunk"
    )
    assert (len(display.chunks) > 2, display.chunks[-1]) == (True, name)
    one, two = (scene.segments[beats.index(beat)] for beat in ("one", "two"))
    assert np.abs(frames(one)[-1] - frames(two)[0]).max() < 30


def frames(path: Path) -> list[NDArray[np.int16]]:
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format="gray").astype(np.int16) for frame in file.decode(video=0)]
