"""Decks for PowerPoint, opened by LibreOffice: one start of it converts them all to PDF."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pptx
import pypdfium2 as pdfium
import pytest
from PIL import Image
from pptx.util import Inches

from lecture.output.slides.deck import Deck, lecture_deck
from lecture.output.slides.make import PowerPointOptions, make_slides
from lecture.palette import DARK
from lecture.timeline import RenderedScene
from tests.waiting import LONG

LONG_HEADING = "The forward pass: a signal travels through the chain — " * 3 + "the end"
POINTS = 72  # an inch
FOOTER = "Course 7, week 3"


def _office() -> str:
    app = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
    found = shutil.which("soffice") or (str(app) if app.exists() else None)
    if found is None:
        pytest.fail("there is no LibreOffice; tools/install-system --tests installs it")
    return found


def _own_deck(path: Path) -> None:
    """Make a deck of two slides of 10 by 7.5 inches, with footers and slide numbers."""
    document = pptx.Presentation()
    layout = document.slide_layouts[1]
    for title in ("First", "Second"):
        slide = document.slides.add_slide(layout)
        slide.shapes.title.text_frame.text = title
        for shape in layout.placeholders:
            if shape.placeholder_format.idx in (11, 12):  # footer and number
                copied = deepcopy(shape.element)
                slide.shapes._spTree.append(copied)
                if shape.placeholder_format.idx == 11:
                    slide.placeholders[11].text_frame.text = FOOTER
    document.save(str(path))


def _template(path: Path) -> None:
    """Save a template of 13 by 7 inches as LibreOffice does: the title slide is title and text."""
    document = pptx.Presentation()
    document.slide_width, document.slide_height = Inches(13), Inches(7)
    document.slide_layouts[0].element.set("type", "tx")
    blank = document.slide_master.slide_layouts[6]
    layouts = document.slide_master.element.sldLayoutIdLst
    layouts.insert(0, layouts[document.slide_layouts.index(blank)])
    document.save(str(path))


@pytest.fixture(scope="module")
def deck(
    rendered: Mapping[str, list[RenderedScene]], tmp_path_factory: pytest.TempPathFactory
) -> Deck:
    folder = tmp_path_factory.mktemp("deck")
    made = lecture_deck(rendered["h264"], folder, DARK, title="Two words", author="An Author")
    first, *others = made.slides
    return replace(made, slides=(replace(first, heading=LONG_HEADING), *others))


@pytest.fixture(scope="module")
def folder(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Decks without a template, with one and in an existing deck, and their PDF files."""
    folder = tmp_path_factory.mktemp("decks")
    _own_deck(folder / "own.pptx")
    _template(folder / "template.pptx")
    options = {
        "plain": PowerPointOptions(),
        "templated": PowerPointOptions(template=folder / "template.pptx"),
        "inserted": PowerPointOptions(into=folder / "own.pptx", after=1),
    }
    for name, option in options.items():
        make_slides(deck, folder / f"{name}.pptx", "pptx", option)
    profile = (folder / "profile").as_uri()
    subprocess.run(
        [
            *(_office(), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"),
            *("--outdir", str(folder), *(str(folder / f"{name}.pptx") for name in options)),
        ],
        check=True,
        capture_output=True,
        timeout=LONG,
    )
    return folder


def pages(folder: Path, name: str) -> list[pdfium.PdfPage]:
    return list(pdfium.PdfDocument(folder / f"{name}.pdf"))


def text_of(page: pdfium.PdfPage) -> str:
    return " ".join(page.get_textpage().get_text_bounded().split())


def check_picture(page: pdfium.PdfPage, poster: Path, box: tuple[float, ...]) -> None:
    """Check that a page shows a poster in a box, in inches from the left and the top."""
    left, top, right, bottom = (round(side * POINTS) for side in box)
    drawn = page.render(scale=1).to_pil().convert("RGB").crop((left, top, right, bottom))
    with Image.open(poster) as picture:
        expected = picture.convert("RGB").resize(drawn.size, Image.Resampling.BILINEAR)
    difference = np.abs(np.asarray(drawn).astype(int) - np.asarray(expected))[3:-3, 3:-3]
    assert difference.mean() < 3
    assert np.percentile(difference, 98) < 60


def test_without_a_template_the_posters_fill_the_slides(folder: Path, deck: Deck) -> None:
    title, *shown = pages(folder, "plain")
    assert text_of(title) == "Two words An Author"
    assert np.asarray(title.render().to_pil())[3, 3].tolist() == [14, 17, 22]
    for page, slide in zip(shown, deck.slides, strict=True):
        assert page.get_size() == pytest.approx((12.5 * POINTS, 7.5 * POINTS), abs=0.5)
        check_picture(page, slide.poster, (0, 0, 12.5, 7.5))
        assert text_of(page) == ""  # its title is above the slide


def _clip_box(size: tuple[float, float]) -> tuple[float, float, float, float]:
    """Return the box of a clip of 5 : 3 in the content of python-pptx's layout, in inches.

    The layout keeps its places whatever the size of the slides.
    """
    left, top, width, height = 0.5, 1.75, 9.0, 4.95
    across = min(width, height * 5 / 3)
    down = across * 3 / 5
    left, top = left + (width - across) / 2, top + (height - down) / 2
    assert left + across <= size[0]
    return left, top, left + across, top + down


@pytest.mark.parametrize("name", ["templated", "inserted"])
def test_in_a_layout_the_clip_is_below_a_title_that_fits(
    folder: Path, deck: Deck, name: str
) -> None:
    shown = pages(folder, name)[1 : 1 + len(deck.slides)]
    for page, slide in zip(shown, deck.slides, strict=True):
        width, height = page.get_size()
        _, top, _, bottom = box = _clip_box((width / POINTS, height / POINTS))
        check_picture(page, slide.poster, box)
        text = page.get_textpage()
        letters = [text.get_charbox(index) for index in range(text.count_chars())]
        letters = [letter for letter in letters if letter[2] > letter[0]]
        above = [letter for letter in letters if letter[1] >= height - top * POINTS]
        below = [letter for letter in letters if letter[3] <= height - bottom * POINTS]
        assert len(above) + len(below) == len(letters)
        assert len(above) >= len("".join(slide.heading.split()))
        for letter in letters:
            assert 0 <= letter[0] < letter[2] <= width
            assert 0 <= letter[1] < letter[3] <= height


def test_the_title_slide_of_a_template_has_the_title(folder: Path) -> None:
    assert text_of(pages(folder, "templated")[0]) == "Two words An Author"


def test_inserted_slides_have_the_footers_of_their_neighbours(folder: Path, deck: Deck) -> None:
    shown = pages(folder, "inserted")
    headings = ["First", *(slide.heading for slide in deck.slides), "Second"]
    for number, (page, heading) in enumerate(zip(shown, headings, strict=True), start=1):
        expected = f"{heading} {FOOTER} {number}".split()
        assert sorted(text_of(page).split()) == sorted(expected)


@pytest.mark.parametrize("name", ["plain", "templated", "inserted"])
def test_decks_are_valid_by_the_schema(folder: Path, name: str) -> None:
    from openxml_audit import validate_pptx  # noqa: PLC0415  (slow)

    assert [str(error) for error in validate_pptx(folder / f"{name}.pptx").errors] == []
