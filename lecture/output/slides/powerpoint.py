"""What a deck for PowerPoint needs besides what manim-slides puts into it.

That is a poster that shows something, notes that are set as their Markdown says, a description of
each video, and the way a video begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pptx
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.shapes.picture import Movie

from lecture.errors import RenderError
from lecture.output.web.pages import rendered
from lecture.output.web.prose import paragraphs_of

if TYPE_CHECKING:
    from pathlib import Path

    from pptx.slide import Slide as PowerPointSlide

    from lecture.output.slides.deck import Deck, Slide

__all__ = ["finish"]


def finish(path: Path, deck: Deck, *, autoplay: bool) -> None:
    """Finish a deck that manim-slides has made.

    Parameters
    ----------
    path
        The deck's file, which is written anew.
    deck
        What it was made of.
    autoplay
        Whether a video begins when its slide is shown, instead of at a click.
    """
    document = pptx.Presentation(str(path))
    properties = document.core_properties
    properties.title, properties.author = deck.title, deck.author
    for slide, made in zip(deck.slides, document.slides, strict=True):
        background = made.background.fill
        background.solid()
        background.fore_color.rgb = RGBColor.from_string(deck.theme.background.removeprefix("#"))  # type: ignore[no-untyped-call]
        movie = _movie(made)
        _describe(movie, slide)
        _set_poster(made, movie, slide.poster)
        _set_notes(made, slide)
        _set_start(made, movie, loop=slide.loop, autoplay=autoplay)
    document.save(str(path))


def _movie(made: PowerPointSlide) -> Movie:
    for shape in made.shapes:
        if isinstance(shape, Movie):
            return shape
    raise RenderError("manim-slides has changed: a slide has no video; allowed: manim-slides 5.7")


def _describe(movie: Movie, slide: Slide) -> None:
    movie.name = slide.segment.stem
    properties = movie.element.find(f".//{qn('p:cNvPr')}")
    properties.set("descr", slide.heading)


def _set_poster(made: PowerPointSlide, movie: Movie, poster: Path) -> None:
    picture = movie.element.find(f".//{qn('a:blip')}")
    before = picture.get(qn("r:embed"))
    _, place = made.part.get_or_add_image_part(str(poster))
    picture.set(qn("r:embed"), place)
    if before != place:
        made.part.drop_rel(before)


def _set_notes(made: PowerPointSlide, slide: Slide) -> None:
    if not slide.notes:
        return
    frame = made.notes_slide.notes_text_frame
    if frame is None:
        raise RenderError("python-pptx gave no place for notes")
    frame.clear()  # type: ignore[no-untyped-call]
    for place, paragraph in enumerate(paragraphs_of(slide.notes)):
        if place:
            frame.add_paragraph()  # type: ignore[no-untyped-call]
        line = frame.paragraphs[place]
        for run in paragraph.runs:
            part = line.add_run()
            part.text = run.text
            part.font.bold = run.bold or None  # as the notes are by default
            part.font.italic = run.italic or None


def _set_start(made: PowerPointSlide, movie: Movie, *, loop: bool, autoplay: bool) -> None:
    """Have the video begin at the next click wherever it is made, or at once.

    A video that begins at a click on itself, which is what manim-slides offers besides, would
    never begin for who goes on with a key or a remote control.
    """
    timing = rendered("timing.xml", shape=movie.shape_id, loop=loop, autoplay=autoplay)
    for old in made.element.findall(qn("p:timing")):
        made.element.remove(old)
    made.element.append(parse_xml(timing.encode()))
