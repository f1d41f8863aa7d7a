"""A real browser plays the finished video, shows its captions and knows its chapters."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lecture.files import SidecarFiles
from lecture.output.video.assemble import assemble_lecture
from lecture.timeline import RenderedScene, SceneTimeline
from lecture.voice.narration import speak_lecture

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Playback</title>
<video src="lecture.mp4" controls width="640">
<track kind="captions" srclang="en" default src="data:text/vtt;base64,{captions}">
<track kind="chapters" srclang="en" src="data:text/vtt;base64,{chapters}">
</video>
"""


@pytest.fixture
def played(
    scene: Callable[..., SceneTimeline],
    paced: Callable[..., SceneTimeline],
    rendered: Callable[[SceneTimeline], RenderedScene],
    syllables: Any,
    tmp_path: Path,
    page: Page,
) -> Page:
    """Open a page with a small finished lecture in it."""
    result = [
        scene("One", {"start": [("hello", "Hello to you."), ("again", "And so on.")]}),
        scene("Two", {"end": [("bye", "Good bye.")]}),
    ]
    spoken = speak_lecture(result, syllables(), tmp_path / "cache")
    rendered = [rendered(paced(record, spoken.seconds(record.name))) for record in result]
    output = tmp_path / "lecture.mp4"
    assemble_lecture(rendered, output, title="T", author="", spoken=spoken, spec_digest="")
    beside = SidecarFiles.of(output)
    encoded = {
        name: b64encode(file.read_bytes()).decode("ascii")
        for name, file in (("captions", beside.vtt), ("chapters", beside.chapters))
    }
    html = tmp_path / "page.html"
    html.write_text(PAGE.format(**encoded), encoding="utf-8")
    page.goto(html.as_uri())
    page.wait_for_function("document.querySelector('video').readyState >= 3")
    return page


def video(page: Page, expression: str) -> Any:
    return page.evaluate(f"(() => {{ const v = document.querySelector('video'); {expression} }})()")


def test_it_plays_with_sound_and_to_its_end(played: Page) -> None:
    assert video(played, "return [v.videoWidth, v.videoHeight, v.error]") == [64, 36, None]
    duration = video(played, "return v.duration")
    assert duration == pytest.approx(3.4, abs=0.01)
    video(played, "v.playbackRate = 2; return v.play()")
    played.wait_for_function("document.querySelector('video').currentTime > 0.5")
    assert video(played, "return v.webkitAudioDecodedByteCount") > 1000
    assert video(played, "return v.webkitVideoDecodedByteCount") > 1000
    played.wait_for_function("document.querySelector('video').ended")
    assert video(played, "return v.currentTime") == pytest.approx(duration, abs=0.01)


def test_captions_show_while_their_line_is_said(played: Page) -> None:
    shown = """text => {
        const v = document.querySelector('video');
        const track = [...v.textTracks].find(t => t.kind == 'captions');
        const texts = [...track.activeCues || []].map(cue => cue.text);
        return !v.seeking && texts.length == 1 && texts[0] == text
    }"""
    for moment, text in ((0.3, "Hello to you."), (1.5, "And so on."), (2.6, "Good bye.")):
        video(played, f"v.currentTime = {moment}")
        played.wait_for_function(shown, arg=text)


def test_chapters_are_there(played: Page) -> None:
    video(played, "v.textTracks[1].mode = 'hidden'")
    played.wait_for_function("document.querySelector('video').textTracks[1].cues?.length == 2")
    found = video(
        played,
        "return [...v.textTracks[1].cues].map(c => [c.id, c.text, c.startTime, c.endTime])",
    )
    (first, title, start, until), (second, _, begin, end) = found
    assert (first, title, start, second) == ("One", "The scene One", 0, "Two")
    assert until == begin
    assert end == pytest.approx(video(played, "return v.duration"), abs=0.01)
