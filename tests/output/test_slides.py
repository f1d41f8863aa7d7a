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
from pptx.oxml.ns import qn
from pptx.shapes.picture import Movie

from lecture.errors import RenderError
from lecture.kit.palette import DARK, LIGHT
from lecture.output.slides.deck import Deck, lecture_deck
from lecture.output.slides.make import SlidesMissingError, deck_template, make_slides
from lecture.output.slides.title import draw_title
from lecture.timeline import RenderedScene
from tests.rendered import FPS, HEIGHT, INK, MOVES, NOTES, WIDTH

if TYPE_CHECKING:
    from playwright.sync_api import Page

RenderedScenes = Mapping[str, list[RenderedScene]]
REVEAL = Path(__file__).parents[2] / "lecture" / "output" / "web" / "reveal"

TITLE = r"""σ′ 😀 = {{ 7*7 }} {% raw %} <b>, 'x' "y" \n & </script> $w$ #x"""
AUTHOR = "A. <i>Author</i>"
BEATS = [(scene, beat) for scene, beats in MOVES.items() for beat in beats]


@pytest.fixture(scope="module")
def deck(rendered: RenderedScenes, tmp_path_factory: pytest.TempPathFactory) -> Deck:
    folder = tmp_path_factory.mktemp("deck")
    return lecture_deck(rendered["h264"], folder, DARK, title=TITLE, author=AUTHOR)


@pytest.fixture(scope="module")
def html(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> BeautifulSoup:
    output = tmp_path_factory.mktemp("html") / "slides.html"
    make_slides(deck, output, "html")
    return BeautifulSoup(output.read_text(encoding="utf-8"), "lxml")


@pytest.fixture(scope="module")
def powerpoint(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("pptx") / "slides.pptx"
    make_slides(deck, output, "pptx")
    return output


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


def test_one_slide_for_each_beat_after_the_title(deck: Deck) -> None:
    assert [slide.heading for slide in deck.slides] == [
        TITLE,
        *(f"The scene <b>{scene}</b> & more — {beat.replace('_', ' ')}" for scene, beat in BEATS),
    ]
    # `start_at_the_cost` is marked as a loop, but would jump.
    assert [slide.segment.stem for slide in deck.slides if slide.loop] == [
        "01-forward_pass-02-one_neuron"
    ]


def test_the_title_slide_is_short_and_silent(deck: Deck) -> None:
    with av.open(deck.slides[0].segment) as segment:
        assert not segment.streams.audio
        assert segment.streams.video[0].frames == FPS
        assert (segment.streams.video[0].width, segment.streams.video[0].height) == (WIDTH, HEIGHT)


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


def test_the_page_needs_no_other_file(html: BeautifulSoup) -> None:
    assert html.title.text == TITLE
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
    slides = html.select(".slides > section")
    assert len(slides) == 1 + len(BEATS)
    for slide, section in zip(deck.slides, slides, strict=True):
        kind, segment = section["data-background-video"].split(",")
        assert kind == "data:video/mp4;base64"
        assert b64decode(segment) == slide.segment.read_bytes()
        assert section.has_attr("data-background-video-loop") == slide.loop
        assert section["data-background-color"] == "#0e1116"
    notes = slides[1].aside
    assert notes.em.text == "slowly"
    assert notes.strong.text == "w"
    assert not notes.find_all("script")
    assert "<script>document.title" in notes.text
    assert slides[0].aside is None


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


def test_powerpoint_has_videos_posters_and_notes(powerpoint: Path, deck: Deck) -> None:
    document = pptx.Presentation(str(powerpoint))
    assert document.core_properties.title == TITLE
    assert document.core_properties.author == AUTHOR
    assert (document.slide_width, document.slide_height) == (WIDTH * 9525, HEIGHT * 9525)
    for slide, made in zip(deck.slides, document.slides, strict=True):
        (movie,) = made.shapes
        assert isinstance(movie, Movie)
        assert (movie.left, movie.top) == (0, 0)
        assert (movie.width, movie.height) == (document.slide_width, document.slide_height)
        assert movie.element.find(f".//{qn('p:cNvPr')}").get("descr") == slide.heading
        link = movie.element.find(f".//{qn('a:videoFile')}").get(qn("r:link"))
        assert made.part.related_part(link).blob == slide.segment.read_bytes()
        assert movie.poster_frame.blob == slide.poster.read_bytes()
        assert made.background.fill.fore_color.rgb == pptx.dml.color.RGBColor(0x0E, 0x11, 0x16)
        if slide.notes:
            assert made.has_notes_slide
    notes = document.slides[1].notes_slide.notes_text_frame
    assert [line.text for line in notes.paragraphs] == [
        "Say it slowly: w < 1 & so on.",
        "<script>document.title = 'taken'</script>",
    ]
    runs = {run.text: run.font for run in notes.paragraphs[0].runs}
    assert runs["slowly"].italic
    assert runs["w"].bold
    assert not runs["Say it "].bold
    assert not document.slides[0].has_notes_slide


def test_powerpoint_posters_show_something(powerpoint: Path) -> None:
    for made in list(pptx.Presentation(str(powerpoint)).slides)[1:]:
        with Image.open(io.BytesIO(made.shapes[0].poster_frame.blob)) as picture:
            frame = np.asarray(picture.convert("RGB")).astype(int)
        assert (np.abs(frame - INK).max(axis=2) < 40).mean() > 0.05


def test_powerpoint_has_no_unused_pictures(powerpoint: Path) -> None:
    with zipfile.ZipFile(powerpoint) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("ppt/media/image")]
        shown = {archive.read(name) for name in pictures}
    posters = {
        made.shapes[0].poster_frame.blob for made in pptx.Presentation(str(powerpoint)).slides
    }
    assert shown == posters


@pytest.mark.parametrize("autoplay", [False, True])
def test_powerpoint_plays_at_a_click_or_at_once(
    deck: Deck, tmp_path: Path, *, autoplay: bool
) -> None:
    output = tmp_path / "slides.pptx"
    make_slides(deck, output, "pptx", autoplay=autoplay)
    for slide, made in zip(deck.slides, pptx.Presentation(str(output)).slides, strict=True):
        (timing,) = made.element.findall(qn("p:timing"))
        targets = {target.get("spid") for target in timing.iter(qn("p:spTgt"))}
        assert targets == {str(made.shapes[0].shape_id)}
        (play,) = timing.iter(qn("p:cmd"))
        assert play.get("cmd") == "playFrom(0.0)"
        kinds = [node.get("nodeType") for node in timing.iter(qn("p:cTn"))]
        assert ("clickEffect" in kinds) is not autoplay
        assert ("afterEffect" in kinds) is autoplay
        media = timing.find(f".//{qn('p:cMediaNode')}/{qn('p:cTn')}")
        assert media.get("repeatCount") == ("indefinite" if slide.loop else None)


def test_pdf_has_a_page_for_each_slide(deck: Deck, tmp_path: Path) -> None:
    output = tmp_path / "slides.pdf"
    make_slides(deck, output, "pdf")
    content = output.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1 + len(BEATS)


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
    with pytest.raises(SlidesMissingError, match=re.escape("'unstable-gradients[slides]'")):
        make_slides(deck, tmp_path / "slides.html", "html")


def test_notes_are_those_of_the_timeline(deck: Deck) -> None:
    assert {slide.notes for slide in deck.slides[1:]} == {NOTES}
