"""Decks, read by other libraries than those that wrote them."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from base64 import b64decode
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pptx
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from lecture.errors import RenderError
from lecture.output.slides.deck import Deck, DeckOptions, lecture_deck
from lecture.output.slides.make import SlidesMissingError, deck_template, make_slides
from lecture.output.slides.title import draw_title
from lecture.palette import DARK, LIGHT
from lecture.timeline import RenderedScene
from lecture.voice.narration import SpokenLecture
from tests.rendered import MOVES, NOTES

if TYPE_CHECKING:
    from playwright.sync_api import Page

RenderedScenes = Mapping[str, list[RenderedScene]]
REVEAL = Path(__file__).parents[2] / "lecture" / "output" / "web" / "reveal"

BEATS = [(scene, beat) for scene, beats in MOVES.items() for beat in beats]


@pytest.fixture(scope="module")
def html(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> BeautifulSoup:
    output = tmp_path_factory.mktemp("html") / "slides.html"
    make_slides(deck, output, "html")
    return BeautifulSoup(output.read_text(encoding="utf-8"), "lxml")


def test_reveal_is_as_published() -> None:
    lines = (line.split() for line in (REVEAL / "SHA256SUMS").read_text().splitlines())
    sums = {name: checksum for checksum, name in lines}
    files = {path.name for path in REVEAL.iterdir()} - {"SHA256SUMS"}
    assert set(sums) == files
    for name, checksum in sums.items():
        assert hashlib.sha256((REVEAL / name).read_bytes()).hexdigest() == checksum, name
    assert "`6.0.1`" in (REVEAL / "reveal.js").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in (REVEAL / "LICENSE").read_text()


def test_reveal_is_the_version_of_manim_slides() -> None:
    source = metadata.distribution("manim-slides").locate_file("manim_slides/convert.py")
    version = re.search(r'reveal_version: str = Field\("([0-9.]+)"', Path(str(source)).read_text())
    assert version is not None
    assert (REVEAL / "VERSION").read_text().strip() == version[1]


def test_one_slide_for_each_beat(deck: Deck) -> None:
    assert [slide.heading for slide in deck.slides] == [
        f"The scene <b>{scene}</b> & more — {beat.replace('_', ' ')}" for scene, beat in BEATS
    ]
    # `start_at_the_cost` is marked as a loop, but would jump.
    assert [slide.segment.stem for slide in deck.slides if slide.loop] == [
        "01-forward_pass-02-one_neuron"
    ]


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_title_is_set_in_the_theme(theme: object) -> None:
    with Image.open(io.BytesIO(draw_title(640, 360, theme, title="One two"))) as card:
        pixels = np.asarray(card.convert("RGB")).astype(int)
    assert pixels.shape == (360, 640, 3)
    background = [int(theme.background[i : i + 2], 16) for i in (1, 3, 5)]
    rows = np.flatnonzero(np.abs(pixels - background).max(axis=2).any(axis=1))
    assert np.abs(pixels[0, 0] - background).max() == 0
    # One line in the middle, and nothing else.
    assert 10 < rows.max() - rows.min() < 40
    assert abs(rows.mean() - 180) < 15


@pytest.mark.parametrize("length", [1, 60, 200])
def test_titles_of_any_length_fit(length: int) -> None:
    title = ("Wherefore deep networks " * 9)[:length]
    with Image.open(io.BytesIO(draw_title(480, 854, DARK, title=title, author="X"))) as card:
        pixels = np.asarray(card.convert("RGB")).astype(int)
    inked = np.abs(pixels - pixels[0, 0]).max(axis=2) > 40
    assert not inked[:, :8].any()
    assert not inked[:, -8:].any()
    assert not inked[:8].any()
    assert not inked[-8:].any()
    assert inked.any()


def test_titles_are_not_markup() -> None:
    as_text = draw_title(320, 180, DARK, title="#panic() *a* $x$ = b")
    assert as_text != draw_title(320, 180, DARK, title="panic() a x = b")


def test_the_page_needs_no_other_file(html: BeautifulSoup, deck: Deck) -> None:
    assert html.title.text == deck.title
    assert html.html["lang"] == "en"
    assert not html.find_all("script", src=True)
    assert not html.find_all("link")
    # The browser opens none of the addresses in the page by itself, but data URIs.
    for tag in html.find_all(True):
        for name in ("src", "href", "poster", "data-background-video"):
            assert str(tag.get(name, "data:")).startswith("data:")
    styles = "".join(style.text for style in html.find_all("style"))
    assert "@import" not in styles
    assert "http" not in styles


def test_the_page_has_the_videos_notes_and_loops(html: BeautifulSoup, deck: Deck) -> None:
    title, *slides = html.select(".slides > section")
    assert (title.h1.text, title.p.text) == (deck.title, deck.author)
    assert not title.has_attr("data-background-video")
    assert title.aside is None
    for slide, section in zip(deck.slides, slides, strict=True):
        kind, segment = section["data-background-video"].split(",")
        assert kind == "data:video/mp4;base64"
        assert b64decode(segment) == slide.segment.read_bytes()
        assert section.has_attr("data-background-video-loop") == slide.loop
        assert section.has_attr("data-background-video-muted")
        assert section["data-background-color"] == "#0e1116"
        assert section.aside.text == NOTES
        assert not section.aside.find_all(["script", "em", "strong"])


def test_slides_are_silent_without_speech(
    deck: Deck, rendered: RenderedScenes, spoken: SpokenLecture, tmp_path: Path
) -> None:
    assert deck.silent
    speaks = lecture_deck(
        rendered["h264"], tmp_path, DARK, title="T", options=DeckOptions(spoken=spoken)
    )
    make_slides(speaks, tmp_path / "slides.html", "html")
    page = BeautifulSoup((tmp_path / "slides.html").read_text(encoding="utf-8"), "lxml")
    assert not page.select("[data-background-video-muted]")
    for made, sound in ((deck, 0), (speaks, 1)):
        for slide in made.slides:
            with av.open(slide.segment) as segment:
                assert len(segment.streams.audio) == sound


@pytest.mark.parametrize("to", ["html", "pptx"])
def test_a_deck_for_students_has_no_notes(
    rendered: RenderedScenes, tmp_path: Path, to: str
) -> None:
    made = lecture_deck(
        rendered["h264"], tmp_path, DARK, title="T", options=DeckOptions(notes=False)
    )
    assert {slide.notes for slide in made.slides} == {""}
    output = tmp_path / f"slides.{to}"
    make_slides(made, output, to)
    if to == "html":
        assert "Say it" not in output.read_text(encoding="utf-8")
    else:
        assert not any(page.has_notes_slide for page in pptx.Presentation(str(output)).slides)


@pytest.mark.xdist_group("browser")
def test_the_space_bar_pauses_and_plays(deck: Deck, tmp_path: Path, page: Page) -> None:
    make_slides(deck, tmp_path / "slides.html", "html")
    page.goto((tmp_path / "slides.html").as_uri())
    page.wait_for_function("Reveal.isReady()")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # the slide that plays in a loop
    video = "Reveal.getCurrentSlide().slideBackgroundContentElement.querySelector('video')"
    page.wait_for_function(f"{video} && {video}.currentTime > 0")
    page.keyboard.press("Space")
    page.wait_for_function(f"{video}.paused")
    page.keyboard.press("Space")
    page.wait_for_function(f"!{video}.paused")
    assert page.evaluate("Reveal.getIndices().h") == 2


@pytest.mark.xdist_group("browser")
def test_a_key_shows_the_end_of_a_beat_and_the_help_names_each_key_once(
    deck: Deck, tmp_path: Path, page: Page
) -> None:
    make_slides(deck, tmp_path / "slides.html", "html")
    page.goto((tmp_path / "slides.html").as_uri())
    page.wait_for_function("Reveal.isReady()")
    page.keyboard.press("e")  # the title has no video
    page.keyboard.press("Space")
    for place in (1, 2):  # one that plays once, and one that plays in a loop
        page.keyboard.press("ArrowRight")
        video = "Reveal.getCurrentSlide().slideBackgroundContentElement.querySelector('video')"
        page.wait_for_function(f"{video} && {video}.currentTime > 0")
        page.keyboard.press("e")
        page.wait_for_function(
            f"{video}.paused && !{video}.seeking && {video}.currentTime > {video}.duration - 0.01"
        )
        assert page.evaluate("Reveal.getIndices().h") == place
        assert page.locator(".slide-number").inner_text().split() == [str(place + 1), "/", "6"]
    page.keyboard.press("Shift+Slash")
    page.locator(".r-overlay-help").wait_for()
    keys = page.locator(".r-overlay-help td:first-child").all_inner_texts()
    named = [key.strip() for cell in keys for key in cell.split(",")]
    assert named.count("SPACE") == 1
    assert named.count("Shift SPACE") == 0
    assert named.count("E") == 1
    assert len(named) == len(set(named))


def test_pdf_has_a_page_for_each_slide(deck: Deck, tmp_path: Path) -> None:
    output = tmp_path / "slides.pdf"
    make_slides(deck, output, "pdf")
    content = output.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1 + len(BEATS)
    # Texts are UTF-16 in PDF, with a backslash before parentheses and backslashes.
    for name, text in ((b"Title", deck.title), (b"Author", deck.author)):
        found = re.search(rb"/%s \(\xfe\xff((?:\\.|[^\\)])*)\)" % name, content, re.DOTALL)
        assert found is not None
        assert re.sub(rb"\\(.)", rb"\1", found[1], flags=re.DOTALL).decode("utf-16-be") == text
    # 7.5 inches high, at 72 points each.
    boxes = set(re.findall(rb"/MediaBox \[ ?0 0 ([0-9.]+) ([0-9.]+) ?\]", content))
    assert {tuple(map(float, box)) for box in boxes} == {(900, 540)}


def test_zip_holds_the_files_of_its_page(deck: Deck, tmp_path: Path) -> None:
    output = tmp_path / "slides.zip"
    make_slides(deck, output, "zip")
    with zipfile.ZipFile(output) as archive:
        names = set(archive.namelist())
        page = BeautifulSoup(archive.read("index.html"), "lxml")
    addresses = {
        str(tag[name])
        for tag in page.find_all(True)
        for name in ("src", "href", "data-background-video")
        if tag.has_attr(name)
    }
    assert len(addresses) == len(deck.slides)  # reveal.js is in the page
    assert addresses <= names


def test_nothing_is_loaded_from_the_network(
    deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With a proxy that does not exist, any request would fail, and the conversion with it.
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_slides(deck, tmp_path / "slides.html", "html")
    page = (tmp_path / "slides.html").read_text(encoding="utf-8")
    for name in ("reveal.css", "reveal.js", "notes.js"):
        assert (REVEAL / name).read_text(encoding="utf-8").strip() in page
    assert not (tmp_path / "cache").exists()


def test_a_template_that_fails_leaves_the_earlier_deck(
    deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = deck_template(deck).replace("presentation_configs[0]", "presentation_configs[7]")
    monkeypatch.setattr("lecture.output.slides.make.deck_template", lambda _: broken)
    output = tmp_path / "slides.html"
    output.write_text("good", encoding="utf-8")
    with pytest.raises(RenderError, match=r"cannot make the html file: "):
        make_slides(deck, output, "html")
    assert output.read_text(encoding="utf-8") == "good"
    assert [path.name for path in tmp_path.iterdir()] == ["slides.html"]


def test_the_error_without_manim_slides_has_the_command_that_installs_it(
    deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr("lecture.output.slides.make.distribution", missing)
    for to, package in (("html", "manim-slides"), ("zip", "manim-slides"), ("pptx", "python-pptx")):
        with pytest.raises(SlidesMissingError, match=f"{package}.*'unstable-gradients.slides.'"):
            make_slides(deck, tmp_path / f"slides.{to}", to)
    make_slides(deck, tmp_path / "slides.pdf", "pdf")


def test_notes_are_those_of_the_timeline(deck: Deck) -> None:
    assert {slide.notes for slide in deck.slides} == {NOTES}
