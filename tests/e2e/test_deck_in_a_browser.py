"""Decks in a real browser, opened as files: for the audience and for the speaker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lecture.output.slides.deck import lecture_deck
from lecture.output.slides.make import make_slides
from lecture.palette import DARK, LIGHT
from lecture.timeline import RenderedScene
from tests.rendered import MOVES, NOTES

if TYPE_CHECKING:
    from playwright.sync_api import Page

# One browser serves all tests.
pytestmark = pytest.mark.xdist_group("browser")

Opened = Callable[..., "Page"]

# Of the slide that is shown: its place, and how its video does.
_SHOWN = """() => {
  const video = Reveal.getCurrentSlide().slideBackgroundContentElement.querySelector("video");
  return {place: Reveal.getIndices().h, time: video.currentTime, muted: video.muted,
          loop: video.loop, notes: Reveal.getCurrentSlide().querySelector("aside").textContent,
          text: Reveal.getCurrentSlide().querySelector("h2").textContent};
}"""
_PLAYS = """() => {
  const slide = Reveal.getCurrentSlide().slideBackgroundContentElement;
  const video = slide && slide.querySelector("video");
  return video && video.currentTime > 0.2;
}"""


@pytest.fixture(scope="module")
def made(
    rendered: Mapping[str, list[RenderedScene]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a deck of each theme."""
    folder = tmp_path_factory.mktemp("decks")
    for theme in (DARK, LIGHT):
        parts = folder / f"deck-{theme.name}"
        parts.mkdir()
        deck = lecture_deck(rendered["h264"], parts, theme, title="σ′ & <co.>")
        make_slides(deck, folder / f"slides-{theme.name}.html", "html")
    return folder


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_deck_goes_on_by_key_and_by_click(opened: Opened, theme: str, width: int) -> None:
    page = opened(f"slides-{theme}.html", viewport={"width": width, "height": 720})
    page.wait_for_function("Reveal.isReady()")
    assert page.title() == "σ′ & <co.>"
    title = page.locator("h1")
    assert title.inner_text() == "σ′ & <co.>"
    box = title.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < box["x"] + box["width"] <= width
    beats = [(scene, beat) for scene, beats in MOVES.items() for beat in beats]
    for place, (scene, beat) in enumerate(beats, start=1):
        if place % 2:
            page.keyboard.press("ArrowRight")
        else:
            page.mouse.click(200, 200)
        page.wait_for_function(f"Reveal.getIndices().h === {place}")
        page.wait_for_function(_PLAYS)
        shown = page.evaluate(_SHOWN)
        assert shown["muted"]  # without speech
        assert shown["loop"] == (beat == "one_neuron")
        assert shown["text"] == f"The scene <b>{scene}</b> & more — {beat.replace('_', ' ')}"
        assert shown["notes"] == NOTES
    page.mouse.click(200, 200)  # the last slide stays
    assert page.evaluate("Reveal.getIndices().h") == len(beats)
    assert page.title() == "σ′ & <co.>"


def test_the_speaker_sees_the_notes(opened: Opened) -> None:
    page = opened("slides-dark.html")
    page.wait_for_function("Reveal.isReady()")
    page.keyboard.press("ArrowRight")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    notes = popup.value.locator(".speaker-controls-notes .value")
    notes.locator("div").wait_for()
    assert notes.inner_text().strip() == NOTES
    assert notes.locator("script").count() == 0


_VIDEO = "Reveal.getCurrentSlide().slideBackgroundContentElement.querySelector('video')"


def test_the_speaker_drives_the_window_of_the_audience(opened: Opened) -> None:
    audience = opened("slides-dark.html")
    audience.wait_for_function("Reveal.isReady()")
    with audience.expect_popup() as popup:
        audience.keyboard.press("s")
    speaker = popup.value
    speaker.set_viewport_size({"width": 1280, "height": 720})
    frames = [
        speaker.frame_locator(f"#{name}-slide iframe").locator(":root")
        for name in ("current", "upcoming")
    ]
    for frame in frames:
        frame.wait_for()
    beats = [(scene, beat) for scene, beats in MOVES.items() for beat in beats]
    for place, _ in enumerate(beats, start=1):
        speaker.keyboard.press("ArrowRight")
        audience.wait_for_function(f"Reveal.getIndices().h === {place}")
        audience.wait_for_function(_PLAYS)
        for ahead, frame in enumerate(frames):
            if place + ahead > len(beats):  # the last slide has none after it
                continue
            frame.evaluate(_SHOWS_PICTURE, place + ahead)
            assert frame.locator("video").count() == 0
        speaker.keyboard.press("Space")
        audience.wait_for_function(f"{_VIDEO}.paused")
        speaker.keyboard.press("Space")
        audience.wait_for_function(f"!{_VIDEO}.paused || {_VIDEO}.ended")
        speaker.keyboard.press("e")
        audience.wait_for_function(f"{_VIDEO}.duration - {_VIDEO}.currentTime < 0.1")
        speaker.keyboard.press("r")
        audience.wait_for_function(f"{_VIDEO}.currentTime < {_VIDEO}.duration - 0.1")
        assert audience.locator(".slide-number").inner_text().split() == [
            str(place + 1), "/", str(len(beats) + 1)
        ]  # fmt: skip
    assert speaker.locator(".pacing").is_visible()
    assert speaker.locator(".clock").is_visible()


_SHOWS_PICTURE = """async (root, place) => {
  const frame = root.ownerDocument.defaultView;
  const condition = () => {
    const content = frame.Reveal.getCurrentSlide().slideBackgroundContentElement;
    return frame.Reveal.getIndices().h === place
      && getComputedStyle(content).backgroundImage.startsWith('url("data:image/jpeg');
  };
  while (!condition()) await new Promise((resolve) => requestAnimationFrame(resolve));
}"""
