"""Decks for PowerPoint, read by python-pptx and as the archives that they are."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pptx
import pytest
from PIL import Image
from pptx.oxml.ns import qn
from pptx.shapes.picture import Movie
from pptx.util import Emu

from lecture.output.slides.deck import Deck
from lecture.output.slides.make import PowerPointOptions, make_slides
from tests.rendered import HEIGHT, INK, MOVES, NOTES, WIDTH

if TYPE_CHECKING:
    from pptx.slide import Slide as PowerPointSlide

BEATS = [(scene, beat) for scene, beats in MOVES.items() for beat in beats]


@pytest.fixture(scope="module")
def powerpoint(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("pptx") / "slides.pptx"
    make_slides(deck, output, "pptx")
    return output


def movie_of(page: PowerPointSlide) -> Movie:
    (movie,) = (shape for shape in page.shapes if isinstance(shape, Movie))
    return movie


def test_powerpoint_has_videos_posters_and_notes(powerpoint: Path, deck: Deck) -> None:
    document = pptx.Presentation(str(powerpoint))
    assert document.core_properties.title == deck.title
    assert document.core_properties.author == deck.author
    pages = list(document.slides)[1:]
    for slide, made in zip(deck.slides, pages, strict=True):
        movie = movie_of(made)
        assert (movie.left, movie.top) == (0, 0)
        assert (movie.width, movie.height) == (document.slide_width, document.slide_height)
        assert movie.element.find(f".//{qn('p:cNvPr')}").get("descr") == slide.heading
        link = movie.element.find(f".//{qn('a:videoFile')}").get(qn("r:link"))
        assert made.part.related_part(link).blob == slide.segment.read_bytes()
        assert movie.poster_frame.blob == slide.poster.read_bytes()
        assert made.background.fill.fore_color.rgb == pptx.dml.color.RGBColor(0x0E, 0x11, 0x16)
        # As typed: each line is a paragraph.
        paragraphs = made.notes_slide.notes_text_frame.paragraphs
        assert [line.text for line in paragraphs] == NOTES.split("\n")


def test_powerpoint_slides_have_titles_above_the_video(powerpoint: Path, deck: Deck) -> None:
    document = pptx.Presentation(str(powerpoint))
    first, *pages = document.slides
    title, author = first.placeholders
    assert (title.text_frame.text, author.text_frame.text) == (deck.title, deck.author)
    assert first.shapes.title.shape_id == title.shape_id
    assert not any(isinstance(shape, Movie) for shape in first.shapes)
    assert not first.element.findall(qn("p:timing"))
    assert not first.has_notes_slide
    for shape in (title, author):
        assert 0 <= shape.left < shape.left + shape.width <= document.slide_width
        assert 0 <= shape.top < shape.top + shape.height <= document.slide_height
    for slide, made in zip(deck.slides, pages, strict=True):
        assert made.shapes.title.text_frame.text == slide.heading
        assert made.shapes.title.top + made.shapes.title.height <= 0


@pytest.mark.parametrize(
    ("size", "inches"),
    [
        ((1920, 1080), (13.333, 7.5)),
        ((854, 480), (13.333, 7.5)),
        ((480, 854), (7.5, 13.333)),
        ((640, 480), (10, 7.5)),
        ((WIDTH, HEIGHT), (12.5, 7.5)),
    ],
)
def test_powerpoint_slides_have_the_usual_sizes(
    deck: Deck, tmp_path: Path, size: tuple[int, int], inches: tuple[float, float]
) -> None:
    width, height = size
    resized = replace(deck, width=width, height=height, slides=deck.slides[:1])
    make_slides(resized, tmp_path / "slides.pptx", "pptx")
    document = pptx.Presentation(str(tmp_path / "slides.pptx"))
    assert Emu(document.slide_width).inches == pytest.approx(inches[0], abs=0.001)
    assert Emu(document.slide_height).inches == pytest.approx(inches[1], abs=0.001)
    for owner in (document.slide_master, *document.slide_layouts, document.slides[0]):
        for shape in owner.shapes:
            assert shape.left + shape.width <= document.slide_width
            assert shape.top + shape.height <= document.slide_height


def test_posters_are_the_first_frame_that_shows_something(powerpoint: Path) -> None:
    edges = []
    for made in list(pptx.Presentation(str(powerpoint)).slides)[1:]:
        with Image.open(io.BytesIO(movie_of(made).poster_frame.blob)) as picture:
            frame = np.asarray(picture.convert("RGB")).astype(int)
        inked = np.abs(frame - INK).max(axis=2) < 40
        edges.append(int(np.flatnonzero(inked.any(axis=0))[0]))
    moves = [MOVES[scene][beat] for scene, beat in BEATS]
    shown = [next(place for place in move if place is not None) for move in moves]
    assert edges == pytest.approx(shown, abs=2)


def test_powerpoint_has_no_unused_pictures(powerpoint: Path) -> None:
    with zipfile.ZipFile(powerpoint) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("ppt/media/image")]
        shown = {archive.read(name) for name in pictures}
    pages = list(pptx.Presentation(str(powerpoint)).slides)[1:]
    assert shown == {movie_of(made).poster_frame.blob for made in pages}


@pytest.mark.parametrize("autoplay", [False, True])
def test_powerpoint_plays_at_a_click_or_at_once(
    deck: Deck, tmp_path: Path, *, autoplay: bool
) -> None:
    output = tmp_path / "slides.pptx"
    make_slides(deck, output, "pptx", PowerPointOptions(autoplay=autoplay))
    pages = list(pptx.Presentation(str(output)).slides)[1:]
    for slide, made in zip(deck.slides, pages, strict=True):
        (timing,) = made.element.findall(qn("p:timing"))
        targets = {target.get("spid") for target in timing.iter(qn("p:spTgt"))}
        assert targets == {str(movie_of(made).shape_id)}
        (play,) = timing.iter(qn("p:cmd"))
        assert play.get("cmd") == "playFrom(0.0)"
        kinds = [node.get("nodeType") for node in timing.iter(qn("p:cTn"))]
        assert ("clickEffect" in kinds) is not autoplay
        assert ("afterEffect" in kinds) is autoplay
        media = timing.find(f".//{qn('p:cMediaNode')}/{qn('p:cTn')}")
        assert media.get("repeatCount") == ("indefinite" if slide.loop else None)
