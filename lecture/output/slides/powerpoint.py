"""Complete a PowerPoint deck of manim-slides.

Its videos have no text alternative and a poster of their first frame, its notes are plain text, and
its timing starts a video only by a click on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pptx
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.shapes.picture import Movie

from lecture.errors import RenderError
from lecture.output.web.pages import render_template
from lecture.output.web.prose import to_paragraphs

if TYPE_CHECKING:
    from pathlib import Path

    from pptx.slide import Slide as PowerPointSlide

    from lecture.output.slides.deck import Deck, Slide

__all__ = ["complete_deck"]


def complete_deck(path: Path, deck: Deck, *, autoplay: bool) -> None:
    """Add posters, notes, text alternatives and timing to a deck of manim-slides.

    Parameters
    ----------
    path
        File of the deck.
    deck
        The deck.
    autoplay
        Play videos as soon as their slides are shown, instead of at a click.
    """
    document = pptx.Presentation(str(path))
    properties = document.core_properties
    properties.title, properties.author = deck.title, deck.author
    for slide, page in zip(deck.slides, document.slides, strict=True):
        background = page.background.fill
        background.solid()
        background.fore_color.rgb = RGBColor.from_string(deck.theme.background.removeprefix("#"))  # type: ignore[no-untyped-call]
        movie = _movie(page)
        _describe(movie, slide)
        _set_poster(page, movie, slide.poster)
        _set_notes(page, slide)
        _set_start(page, movie, loop=slide.loop, autoplay=autoplay)
    document.save(str(path))


def _movie(page: PowerPointSlide) -> Movie:
    for shape in page.shapes:
        if isinstance(shape, Movie):
            return shape
    raise RenderError("manim-slides made a slide without a video; install manim-slides 5.7")


def _describe(movie: Movie, slide: Slide) -> None:
    movie.name = slide.segment.stem
    properties = movie.element.find(f".//{qn('p:cNvPr')}")
    properties.set("descr", slide.heading)


def _set_poster(page: PowerPointSlide, movie: Movie, poster: Path) -> None:
    picture = movie.element.find(f".//{qn('a:blip')}")
    before = picture.get(qn("r:embed"))
    _, relation = page.part.get_or_add_image_part(str(poster))
    picture.set(qn("r:embed"), relation)
    if before != relation:
        page.part.drop_rel(before)


def _set_notes(page: PowerPointSlide, slide: Slide) -> None:
    if not slide.notes:
        return
    frame = page.notes_slide.notes_text_frame
    if frame is None:
        raise RenderError("python-pptx made no placeholder for notes; report this as a bug")
    frame.clear()  # type: ignore[no-untyped-call]
    for index, paragraph in enumerate(to_paragraphs(slide.notes)):
        if index:
            frame.add_paragraph()  # type: ignore[no-untyped-call]
        line = frame.paragraphs[index]
        for run in paragraph.runs:
            part = line.add_run()
            part.text = run.text
            part.font.bold = run.bold or None  # None: as in the notes master
            part.font.italic = run.italic or None


def _set_start(page: PowerPointSlide, movie: Movie, *, loop: bool, autoplay: bool) -> None:
    """Start the video at the next click anywhere, or at once.

    The timing of manim-slides needs a click on the video itself, which keys and remote controls
    cannot give.
    """
    timing = render_template("timing.xml", shape=movie.shape_id, loop=loop, autoplay=autoplay)
    for earlier in page.element.findall(qn("p:timing")):
        page.element.remove(earlier)
    page.element.append(parse_xml(timing.encode()))
