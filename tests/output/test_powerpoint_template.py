"""Decks in the look of a template, and slides added to an existing deck."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pptx
import pytest
from click.testing import CliRunner, Result
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.presentation import Presentation
from pptx.shapes.picture import Movie
from pptx.slide import Slide
from pptx.util import Inches, Pt

from lecture.cli.main import cli
from lecture.output.slides.deck import Deck
from lecture.output.slides.make import PowerPointOptions, make_slides

_P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"


def sections(document: Presentation) -> dict[str, list[int]]:
    """Return the numbers of the slides of each section."""
    return {
        section.get("name"): [int(slide.get("id")) for slide in section.iter(f"{{{_P14}}}sldId")]
        for section in document.element.iter(f"{{{_P14}}}section")
    }


@pytest.fixture
def deck_file(tmp_path: Path) -> Path:
    """A deck of three slides in two sections, 10 by 7 inches, whose titles have 20 points."""
    document = pptx.Presentation()
    document.slide_width, document.slide_height = Inches(10), Inches(7)
    for title in ("One", "Two", "Three"):
        slide = document.slides.add_slide(document.slide_layouts[1])
        slide.shapes.title.text_frame.text = title
        slide.shapes.title.text_frame.paragraphs[0].font.size = Pt(20)
    numbers = [slide.slide_id for slide in document.slides]
    listed = []
    for index, (name, found) in enumerate(
        {"A": [numbers[1], numbers[0]], "B": numbers[2:]}.items()
    ):
        slides = "".join(f'<p14:sldId id="{number}"/>' for number in found)
        listed.append(
            f'<p14:section name="{name}" id="{{0000000{index}-0000-0000-0000-000000000000}}">'
            f"<p14:sldIdLst>{slides}</p14:sldIdLst></p14:section>"
        )
    extension = (
        '<p:extLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
        f'<p:ext uri="{{521415D9-36F7-43E2-AB2F-B90AF26B5E84}}"><p14:sectionLst xmlns:p14="{_P14}">'
        f"{''.join(listed)}</p14:sectionLst></p:ext></p:extLst>"
    )
    for earlier in document.element.findall(qn("p:extLst")):
        document.element.remove(earlier)
    document.element.append(parse_xml(extension))
    # The names of the files are not in the order of the slides, as after a move in PowerPoint.
    document.element.sldIdLst.insert(0, document.element.sldIdLst[1])
    written, path = tmp_path / "written.pptx", tmp_path / "deck.pptx"
    document.save(str(written))
    # Written by another program: with other white space than that of python-pptx.
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            target.writestr(entry, source.read(entry).replace(b"?>", b"?>\n\n"))
    written.unlink()
    return path


def contents(path: Path) -> dict[int, bytes]:
    """Return the content of the file of each slide by its number, in order."""
    document = pptx.Presentation(str(path))
    names = {
        slide.id: str(document.part.related_part(slide.rId).partname).removeprefix("/")
        for slide in document.element.sldIdLst
    }
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {number: archive.read(name) for number, name in names.items()}


@pytest.fixture
def template(deck_file: Path, tmp_path: Path) -> Path:
    """The same deck as a template, which python-pptx does not open."""
    path = tmp_path / "deck.potx"
    with zipfile.ZipFile(deck_file) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "[Content_Types].xml":
                content = content.replace(b"presentation.main+xml", b"template.main+xml")
            target.writestr(entry, content)
    with pytest.raises(ValueError, match="not a PowerPoint file"):
        pptx.Presentation(str(path))
    return path


def test_slides_have_size_layouts_and_fonts_of_a_template(
    deck: Deck, template: Path, tmp_path: Path
) -> None:
    output = tmp_path / "slides.pptx"
    make_slides(deck, output, "pptx", PowerPointOptions(template=template))
    document = pptx.Presentation(str(output))
    assert (document.slide_width, document.slide_height) == (Inches(10), Inches(7))
    first, *pages = document.slides
    assert first.slide_layout.name == "Title Slide"
    assert [shape.text_frame.text for shape in first.placeholders] == [deck.title, deck.author]
    content = document.slide_layouts[1].placeholders[1]
    for slide, page in zip(deck.slides, pages, strict=True):
        assert page.slide_layout.name == "Title and Content"
        (title,) = page.placeholders
        assert title.text_frame.text == slide.heading
        assert not title.element.xpath("p:spPr/a:xfrm")  # it stands where the layout has it
        (movie,) = (shape for shape in page.shapes if isinstance(shape, Movie))
        assert movie.width / movie.height == pytest.approx(deck.width / deck.height, rel=1e-4)
        assert content.left <= movie.left
        assert movie.left + movie.width <= content.left + content.width
        assert content.top <= movie.top
        assert movie.top + movie.height <= content.top + content.height
        full = movie.width == content.width or movie.height == content.height
        assert full
        assert page.follow_master_background
    assert sections(document) == {"A": [], "B": []}
    with zipfile.ZipFile(output) as archive:
        names = [name for name in archive.namelist() if name.startswith("ppt/slides/slide")]
    assert len(names) == len(document.slides)


def scale_of(page: Slide) -> int:
    """Return the size of the title of a slide, in percent of that of its layout."""
    (fit,) = page.shapes.title.text_frame._txBody.bodyPr.iter(qn("a:normAutofit"))
    return int(fit.get("fontScale", "100000")) // 1000


def test_titles_are_smaller_the_longer_they_are(deck: Deck, template: Path, tmp_path: Path) -> None:
    headings = ["Short", *("a word " * count for count in (10, 20, 40, 400))]
    slides = [replace(deck.slides[0], heading=heading) for heading in headings]
    output = tmp_path / "slides.pptx"
    titled = replace(deck, slides=tuple(slides))
    make_slides(titled, output, "pptx", PowerPointOptions(template=template))
    scales = [scale_of(page) for page in list(pptx.Presentation(str(output)).slides)[1:]]
    assert scales[0] == 100
    assert scales[1:4] == sorted(set(scales[1:4]), reverse=True)
    assert scales[1] < 100
    assert 30 <= scales[4] < scales[2]


@pytest.mark.parametrize("after", [0, 1, 3, None])
def test_slides_are_added_to_a_deck_whose_own_slides_keep_their_bytes(
    deck: Deck, deck_file: Path, tmp_path: Path, after: int | None
) -> None:
    output = tmp_path / "more.pptx"
    before = deck_file.read_bytes()
    own = [slide.slide_id for slide in pptx.Presentation(str(deck_file)).slides]
    make_slides(deck, output, "pptx", PowerPointOptions(into=deck_file, after=after))
    assert deck_file.read_bytes() == before
    document = pptx.Presentation(str(output))
    place = 3 if after is None else after
    numbers = [slide.slide_id for slide in document.slides]
    added = numbers[place : place + len(deck.slides)]
    assert [*numbers[:place], *numbers[place + len(deck.slides) :]] == own
    titles = [slide.shapes.title.text_frame.text for slide in document.slides]
    assert titles[place : place + len(added)] == [slide.heading for slide in deck.slides]
    assert sorted(n for found in sections(document).values() for n in found) == sorted(numbers)
    assert [n for found in sections(document).values() for n in found] == numbers
    now = contents(output)
    assert list(now) == numbers
    assert {number: now[number] for number in own} == contents(deck_file)


@pytest.fixture
def slides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, ["slides", *arguments])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--template", "deck.pptx"], "--template: is for PowerPoint only; add --to pptx"),
        (["--to", "pptx", "--after", "1"], "--after: there is no deck; name one: --into deck.pptx"),
        (
            ["--to", "pptx", "--template", "none.potx"],
            "--template: none.potx does not exist; allowed: a .pptx or .potx file",
        ),
        (
            ["--to", "pptx", "--into", "text.pptx"],
            "--into: text.pptx is not a file of PowerPoint; allowed: a .pptx or .potx file",
        ),
        (
            ["--to", "pptx", "--into", "deck.pptx", "--after", "4"],
            "--after: 4 was given; allowed: a number from 0 to 3, as deck.pptx has 3 slides",
        ),
        (
            ["--to", "pptx", "--into", "deck.pptx", "--template", "deck.pptx"],
            "--template: --into takes the look of its deck; remove one of them",
        ),
    ],
)
@pytest.mark.usefixtures("deck_file")
def test_a_file_that_cannot_be_used_is_refused_before_the_work(
    slides: Callable[..., Result], tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "text.pptx").write_text("no archive", encoding="utf-8")
    result = slides(*arguments, "--no-voice")
    assert (result.exit_code, result.stderr.strip().splitlines()[-1]) == (2, message)
    assert not (tmp_path / "media" / "cache").exists()
