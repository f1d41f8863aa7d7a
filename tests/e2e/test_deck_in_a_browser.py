"""Decks in a real browser, opened as files: for the audience and for the speaker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lecture.output.slides.deck import DeckOptions, Pauses, lecture_deck
from lecture.output.slides.make import make_slides
from lecture.palette import DARK, LIGHT
from lecture.timeline import RenderedScene
from tests.rendered import FPS, MOVES, NOTES, with_lines

if TYPE_CHECKING:
    from playwright.sync_api import Page

# One browser serves all tests.
pytestmark = pytest.mark.xdist_group("browser")

LINES = (0.2, 0.5, 1.1)  # seconds

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
    (folder / "deck-lines").mkdir()
    scenes = [with_lines(scene, *LINES) for scene in rendered["h264"]]
    options = DeckOptions(pauses=Pauses.CUE_POINTS)
    deck = lecture_deck(scenes, folder / "deck-lines", DARK, title="Lines", options=options)
    make_slides(deck, folder / "slides-lines.html", "html")
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


# The place of the current slide and line, and of its video, once it has stopped.
_STOPPED = """(expected) => {
  const video = Reveal.getCurrentSlide().slideBackgroundContentElement?.querySelector("video");
  const {h, f} = Reveal.getIndices();
  return video && h === expected.place && f === expected.line - 1 && video.paused && !video.seeking
    && Math.abs(video.currentTime - expected.time) < 0.001;
}"""
# Where videos have been started since the last call.
_WATCH = """() => {
  window.started = [];
  document.addEventListener("play", ({target}) => {
    const {h, f} = Reveal.getIndices();
    started.push([h, f + 1, target.currentTime]);
  }, true);
}"""
_PICTURE = """async (root, expected) => {
  const frame = root.ownerDocument.defaultView;
  const picture = () => {
    const slide = frame.Reveal.getCurrentSlide();
    const shown = slide.querySelectorAll(".fragment.visible").length;
    return frame.Reveal.getIndices().h === expected.place && shown === expected.line
      && getComputedStyle(slide.slideBackgroundContentElement).backgroundImage;
  };
  while (!picture()) await new Promise((resolve) => requestAnimationFrame(resolve));
  const image = new Image();
  image.src = picture().slice(5, -2);
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"),
    {width: image.width, height: image.height});
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const row = context.getImageData(0, image.height / 2, image.width, 1).data;
  // The left edge of the square, which is orange.
  for (let x = 0; x < image.width; x += 1) if (row[4 * x] > 120) return x;
  return null;
}"""


def test_a_deck_that_pauses_at_lines_is_driven_from_both_windows(opened: Opened) -> None:
    audience = opened("slides-lines.html")
    audience.wait_for_function("Reveal.isReady()")
    with audience.expect_popup() as popup:
        audience.keyboard.press("s")
    speaker = popup.value
    speaker.set_viewport_size({"width": 1280, "height": 720})
    frame = speaker.frame_locator("#current-slide iframe").locator(":root")
    frame.wait_for()
    notes = speaker.locator(".speaker-controls-notes .value")
    beats = [(beat, move) for beats in MOVES.values() for beat, move in beats.items()]
    windows = [audience, speaker]
    for place, (beat, move) in enumerate(beats, start=1):
        times = [*LINES[1:], len(move) / FPS]
        for line, time in enumerate(times):
            # Each window in turn goes on.
            windows[(place + line) % 2].keyboard.press("ArrowRight")
            audience.wait_for_function(_STOPPED, arg={"place": place, "line": line, "time": time})
            caption = f"<i>Line {line + 1}</i> of {beat.replace('_', ' ')} & more."
            text = notes.filter(has_text=caption).inner_text().strip()
            assert text == (caption if line else f"{caption}\n\n{NOTES}")
            edge = frame.evaluate(_PICTURE, {"place": place, "line": line})
            if line < len(times) - 1:
                assert edge == pytest.approx(move[round(time * FPS)], abs=2)
    assert audience.evaluate("Reveal.isLastSlide()")


def test_keys_go_back_a_line_repeat_it_and_show_the_end(opened: Opened) -> None:
    page = opened("slides-lines.html")
    page.wait_for_function("Reveal.isReady()")
    end = len(MOVES["ForwardPass"]["the_chain"]) / FPS

    def stopped(place: int, line: int, time: float) -> None:
        page.wait_for_function(_STOPPED, arg={"place": place, "line": line, "time": time})

    page.evaluate(_WATCH)
    for key, place, line, time, begin in [
        ("ArrowRight", 1, 0, LINES[1], 0),
        ("r", 1, 0, LINES[1], 0),  # the line again
        ("Space", 1, 1, LINES[2], LINES[1]),  # at a pause it goes on, as a click does
        ("ArrowLeft", 1, 0, LINES[1], 0),
        ("e", 1, 2, end, LINES[2]),
        ("ArrowLeft", 1, 1, LINES[2], LINES[1]),
        ("ArrowRight", 1, 2, end, LINES[2]),
        ("ArrowRight", 2, 0, LINES[1], 0),
        ("ArrowLeft", 1, 2, end, LINES[2]),  # the last line of the slide before
        ("ArrowRight", 2, 0, LINES[1], 0),
    ]:
        page.keyboard.press(key)
        stopped(place, line, time)
        started = page.evaluate("window.started.splice(0)")
        assert [found[:2] for found in started] == [[place, line]], key
        # The video may have played on before the event.
        assert begin - 0.01 <= started[0][2] < begin + 0.3, key
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # before the line has ended
    stopped(2, 2, len(MOVES["ForwardPass"]["one_neuron"]) / FPS)
    page.mouse.click(200, 200)
    stopped(3, 0, LINES[1])
    assert not page.locator("[data-background-video-loop]").count()
