"""Decks for PowerPoint, Keynote and Google Slides, by python-pptx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from lecture.errors import InputError
from lecture.output.slides.template import (
    Box,
    add_footers,
    clip_box,
    clip_layout,
    fit_text,
    is_title,
    move_slides,
    nearest_footers,
    open_deck,
    remove_slides,
    restore_slides,
    title_layout,
)
from lecture.output.web.pages import render_template

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pptx.presentation import Presentation
    from pptx.shapes.picture import Movie
    from pptx.slide import Slide as PowerPointSlide
    from pptx.util import Length

    from lecture.output.slides.deck import Deck, Slide
    from lecture.output.slides.make import PowerPointOptions

__all__ = ["check_options", "write_powerpoint"]

_TITLE_SLIDE, _TITLE_ONLY = 0, 5  # layouts of python-pptx's template
_SHORT_SIDE = 7.5  # inches, as in PowerPoint's own sizes
_WIDE = 16 / 9


def write_powerpoint(deck: Deck, output: Path, options: PowerPointOptions) -> None:
    """Write a deck whose slides have titles, posters, text alternatives and notes.

    Parameters
    ----------
    deck
        The deck.
    output
        Path of the file.
    options
        A template with the look of the slides, or a deck that they are added to, and when the
        videos start.

    Raises
    ------
    InputError
        The template or the deck cannot be used (see `check_options`).
    """
    if options.into is not None:
        _insert(deck, output, options.into, options)
        return
    if options.template is None:
        document = pptx.Presentation()
        _resize(document, *_slide_size(deck.width, deck.height))
        _add_title(document, deck)
        for slide in deck.slides:
            _add_full_slide(document, deck, slide, options)
    else:
        document = open_deck(options.template, "--template")
        # The texts and dates of a template are samples.
        numbers = [
            one
            for one in nearest_footers(document, 1)
            if one.ph.type == PP_PLACEHOLDER.SLIDE_NUMBER
        ]
        remove_slides(document)
        _fill_title(document, deck)
        _add_slides(document, deck, options, numbers)
    properties = document.core_properties
    properties.title, properties.author = deck.title, deck.author
    properties.language = deck.language
    document.save(str(output))


def check_options(options: PowerPointOptions) -> None:
    """Raise an `InputError` if a template or a deck cannot be used, before any work.

    It is no file of PowerPoint, has no layout with a title, or has fewer slides than `after`.
    """
    if options.template is not None:
        clip_layout(open_deck(options.template, "--template"), "--template")
    if options.into is not None:
        document = open_deck(options.into, "--into")
        clip_layout(document, "--into")
        count = len(document.slides)
        if (options.after or 0) > count:
            allowed = f"a number from 0 to {count}, as {options.into} has {count} slides"
            raise InputError(f"--after: {options.after} was given; allowed: {allowed}")


def _insert(deck: Deck, output: Path, source: Path, options: PowerPointOptions) -> None:
    """Write a copy of a deck with the slides of a lecture; its own slides keep their bytes."""
    document = open_deck(source, "--into")
    after = len(document.slides) if options.after is None else options.after
    _add_slides(document, deck, options, nearest_footers(document, after))
    move_slides(document, len(deck.slides), after)
    document.save(str(output))
    restore_slides(output, source)


def _fill_title(document: Presentation, deck: Deck) -> None:
    page = document.slides.add_slide(title_layout(document))
    texts = [deck.title, deck.author]
    for shape in sorted(page.placeholders, key=is_title, reverse=True):
        text = texts.pop(0) if texts else ""
        if text and shape.has_text_frame:
            fit_text(shape, text, page.slide_layout)
        else:
            shape.element.getparent().remove(shape.element)


def _add_slides(
    document: Presentation, deck: Deck, options: PowerPointOptions, footers: Sequence[Any]
) -> None:
    """Add the slides, each with a title and the video in the content of a layout."""
    layout = clip_layout(document, "--template" if options.into is None else "--into")
    box = clip_box(document, layout).fit(deck.width, deck.height)
    for slide in deck.slides:
        page = document.slides.add_slide(layout)
        for shape in list(page.placeholders):
            if is_title(shape):
                fit_text(shape, slide.heading, layout)
            else:
                shape.element.getparent().remove(shape.element)
        add_footers(page, footers)
        _add_movie(page, slide, box, options)


def _add_full_slide(
    document: Presentation, deck: Deck, slide: Slide, options: PowerPointOptions
) -> None:
    """Add a slide that the video fills."""
    page = document.slides.add_slide(document.slide_layouts[_TITLE_ONLY])
    width, height = document.slide_width or Inches(1), document.slide_height or Inches(1)
    _set_background(page, deck)
    _hide_title(page, slide.heading, width, Inches(1))
    _add_movie(page, slide, Box(0, 0, width, height), options)


def _add_movie(page: PowerPointSlide, slide: Slide, box: Box, options: PowerPointOptions) -> None:
    movie: Any = page.shapes.add_movie(
        str(slide.segment),
        Emu(box.left),
        Emu(box.top),
        Emu(box.width),
        Emu(box.height),
        poster_frame_image=str(slide.poster),
        mime_type="video/mp4",
    )
    movie.name = slide.segment.stem
    movie.element.find(f".//{qn('p:cNvPr')}").set("descr", slide.heading)
    if slide.notes and (frame := page.notes_slide.notes_text_frame) is not None:
        frame.text = slide.notes
    _set_start(page, movie, loop=slide.loop, autoplay=options.autoplay or slide.continues)


def _slide_size(width: int, height: int) -> tuple[Length, Length]:
    """Return PowerPoint's slide size for the aspect of a video: 7.5 inches on the short side.

    854 by 480 pixels are 16:9, too.
    """
    aspect = max(width, height) / min(width, height)
    long_side = _SHORT_SIDE * (_WIDE if abs(aspect - _WIDE) < 0.01 else aspect)
    long, short = Inches(round(long_side, 3)), Inches(_SHORT_SIDE)
    return (long, short) if width >= height else (short, long)


def _resize(document: Presentation, width: Length, height: Length) -> None:
    """Set the size of slides, and scale the placeholders of the template, which is 4:3."""
    across = width / (document.slide_width or width)
    down = height / (document.slide_height or height)
    document.slide_width, document.slide_height = width, height
    master = document.slide_master
    for owner in (master, *master.slide_layouts):
        for shape in owner.shapes:
            if shape.element.xpath("p:spPr/a:xfrm"):  # else it has the position of the master
                shape.left, shape.width = round(shape.left * across), round(shape.width * across)
                shape.top, shape.height = round(shape.top * down), round(shape.height * down)


def _add_title(document: Presentation, deck: Deck) -> None:
    page = document.slides.add_slide(document.slide_layouts[_TITLE_SLIDE])
    _set_background(page, deck)
    title, author = page.placeholders
    for shape, text, colour in (
        (title, deck.title, deck.theme.ink),
        (author, deck.author, deck.theme.secondary),
    ):
        frame = shape.text_frame
        frame.text = text
        frame.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
        for paragraph in frame.paragraphs:
            paragraph.font.color.rgb = _rgb(colour)
            paragraph.font.size = Pt(44 if len(text) <= 60 else 32 if len(text) <= 120 else 24)
    if not deck.author:
        author.element.getparent().remove(author.element)


def _hide_title(page: PowerPointSlide, heading: str, width: Length, height: Length) -> None:
    """Put the title above the slide, as PowerPoint's own *Add hidden slide title* does.

    The outline, the search and screen readers find it; the video fills the slide.
    """
    if (title := page.shapes.title) is not None:
        title.left, title.top, title.width, title.height = Emu(0), Emu(-height), width, height
        title.text_frame.text = heading
        title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM  # a long one grows upwards


def _set_background(page: PowerPointSlide, deck: Deck) -> None:
    background = page.background.fill
    background.solid()
    background.fore_color.rgb = _rgb(deck.theme.background)


def _rgb(colour: str) -> RGBColor:
    rgb: RGBColor = RGBColor.from_string(colour.removeprefix("#"))  # type: ignore[no-untyped-call]
    return rgb


def _set_start(page: PowerPointSlide, movie: Movie, *, loop: bool, autoplay: bool) -> None:
    """Start the video at the next click anywhere, or at once.

    The timing of python-pptx needs a click on the video itself, which keys and remote controls
    cannot give.
    """
    timing = render_template("timing.xml", shape=movie.shape_id, loop=loop, autoplay=autoplay)
    for earlier in page.element.findall(qn("p:timing")):
        page.element.remove(earlier)
    page.element.append(parse_xml(timing.encode()))
