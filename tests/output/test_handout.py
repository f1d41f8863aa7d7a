"""The handout, read by other programs than the one that sets it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.formats import FrameFormat
from lecture.output.handout.make import Handout, make_handout
from lecture.render.tasks import RenderedBeat, RenderResult, SceneRenderSpec
from lecture.timeline import Beat, Line
from scenes.spec import GradientSpec

FPS = 10
TITLE, AUTHOR = """σ′ = {{ 7*7 }} <b>, 'x' "y" \\n & $w$ #x""", "A. <i>Author</i>"
URL = "https://example.org/a%20lecture/?x=1"
SCENES = {
    "First": {"start": "It is *0.5* #read(\"/etc/passwd\") in $x^2$.", "the шаг": "The second."},
    "Second": {"start": "= No heading <b>", "empty": "", "start ": "4 · 10⁻⁴³⁴ ≈ σ′(h₁) ∂C/∂w₁."},
}  # fmt: skip
FORMULAS = {"empty": 'partial C / w_1 = "0,596"'}
ADDRESSES = [
    f"{URL}#beat={beat}"
    for beat in (
        "First.start",
        "First.the_%D1%88%D0%B0%D0%B3~496f601a",
        "Second.start",
        "Second.empty",
        "Second.start_~03caa4c5",
    )
]


def scene(name: str, size: FrameFormat) -> tuple[SceneRenderSpec, RenderResult]:
    png = io.BytesIO()
    Image.new("RGB", (size.width, size.height), (230, 159, 0)).save(png, "PNG")
    beats = []
    for index, (beat, caption) in enumerate(SCENES[name].items()):
        # A run for stills has no exact times; these are not those of the frames.
        line = Line(beat=beat, key="a", caption=caption, spoken="aloud", start=0.0, end=1.0)
        record = Beat(
            name=beat,
            start=index * 20,
            frames=20,
            notes="for the lecturer",
            description=f"It shows {name}, *{index}*.",
            formula=FORMULAS.get(beat, ""),
        )
        beats.append(RenderedBeat(index, record, (line,) if caption else (), png.getvalue()))
    entry = SceneEntry(name, "some.module", f"The scene <b>{name}</b> & *more*")
    return SceneRenderSpec(entry, size, GradientSpec()), RenderResult(tuple(beats), last=True)


def handout_of(size: FrameFormat) -> Handout:
    scenes = [scene(name, size) for name in SCENES]
    return Handout(title=TITLE, author=AUTHOR, scenes=scenes, language="de", url=URL)


@pytest.fixture(scope="module")
def handout() -> Handout:
    return handout_of(FrameFormat(160, 90, FPS))


@pytest.fixture(scope="module")
def file(handout: Handout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("handout") / "handout.pdf"
    assert make_handout(handout, file) == 5
    return file


@pytest.fixture(scope="module")
def pdf(file: Path) -> PdfReader:
    return PdfReader(file)


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)


def links_of(pdf: PdfReader) -> list[str]:
    annotations = [note.get_object() for page in pdf.pages for note in page.get("/Annots", ())]
    return list(dict.fromkeys(str(note["/A"]["/URI"]) for note in annotations))


def elements(node: Any) -> Iterator[DictionaryObject]:
    """Yield the structure elements of a PDF in reading order."""
    for child in node if isinstance(node, list) else [node]:
        found = child.get_object()
        if isinstance(found, DictionaryObject):
            if "/S" in found:
                yield found
            kids = found.get("/K", [])
            yield from elements(kids.get_object() if hasattr(kids, "get_object") else kids)
        elif isinstance(found, list):
            yield from elements(found)


def codes_of(file: Path) -> list[str]:
    """Return the texts of the QR codes, from the top of the first page on."""
    with pypdfium2.PdfDocument(file) as document:
        pages = [page.render(scale=3).to_pil() for page in document]
    found = [
        sorted(zxingcpp.read_barcodes(page), key=lambda c: c.position.top_left.y) for page in pages
    ]
    return [code.text for codes in found for code in codes]


def rows_beside_pictures(file: Path) -> list[int]:
    """Return the number of lines for notes beside each picture of the first page.

    They are counted in the quiet zone of the codes, near the right margin.
    """
    with pypdfium2.PdfDocument(file) as document:
        page = np.asarray(document[0].render(scale=4).to_pil().convert("RGB")).astype(int)
    left, right = page[:, page.shape[1] // 4], page[:, round(0.908 * page.shape[1])]
    orange = (left[:, 0] > 200) & (left[:, 2] < 50)
    edges = np.flatnonzero(np.diff(orange.astype(int), prepend=0, append=0))
    dark = right.mean(axis=1) < 220
    return [
        int((np.diff(dark[top : bottom + 4].astype(int)) > 0).sum())
        for top, bottom in edges.reshape(-1, 2)
    ]


def test_words_and_titles_are_literal_and_in_order(pdf: PdfReader) -> None:
    text, at = text_of(pdf), -1
    for name, beats in SCENES.items():
        found = [f"The scene <b>{name}</b> & *more*"]
        for index, words in enumerate(beats.values()):
            found += [words, f"It shows {name}, *{index}*."]
        for words in found:
            assert (at := text.find(words, at + 1)) >= 0, (words, text)
    assert " ".join(TITLE.split()) in text
    assert AUTHOR in text
    assert "for the lecturer" not in text


def test_metadata(pdf: PdfReader) -> None:
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.author) == (TITLE, AUTHOR)
    assert pdf.metadata.creation_date is None
    assert pdf.root_object["/Lang"] == "de"
    assert pdf.root_object["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_file_declares_pdf_ua_and_is_tagged(pdf: PdfReader) -> None:
    xmp = pdf.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    tags = list(elements(pdf.root_object["/StructTreeRoot"]["/K"]))
    pictures = [str(tag["/Alt"]) for tag in tags if tag["/S"] == "/Figure"]
    alts = [
        f"The scene <b>{name}</b> & *more*, {beat.replace('_', ' ')}"
        for name, beats in SCENES.items()
        for beat in beats
    ]
    assert pictures == [alt for pair in zip(alts, ADDRESSES, strict=True) for alt in pair]
    assert [tag["/S"] for tag in tags if str(tag["/S"]).startswith("/H")] == ["/H1"] * 2


def test_formulas_are_set_and_have_their_code_as_an_alternative(pdf: PdfReader) -> None:
    tags = elements(pdf.root_object["/StructTreeRoot"]["/K"])
    (formula,) = [tag for tag in tags if tag["/S"] == "/Formula"]
    assert str(formula["/Alt"]) == FORMULAS["empty"]
    assert "0,596" in text_of(pdf)


def test_a_formula_that_typst_cannot_read_is_an_error(handout: Handout, tmp_path: Path) -> None:
    render_spec, result = handout.scenes[0]
    record = result.beats[0].record.model_copy(update={"formula": "x^"})
    beats = (replace(result.beats[0], record=record), *result.beats[1:])
    broken = replace(handout, scenes=[(render_spec, replace(result, beats=beats))])
    with pytest.raises(RenderError, match=r"cannot make .*handout\.pdf: "):
        make_handout(broken, tmp_path / "handout.pdf")


def test_scenes_are_bookmarks(pdf: PdfReader) -> None:
    titles = [str(entry["/Title"]) for entry in pdf.outline]  # type: ignore[index,call-overload]
    assert [title.partition(" ")[2] for title in titles] == [
        f"The scene <b>{name}</b> & *more*" for name in SCENES
    ]


def test_pages_are_numbered(pdf: PdfReader) -> None:
    count = len(pdf.pages)
    assert count >= 2
    for number, page in enumerate(pdf.pages, start=1):
        assert f"{number} / {count}" in page.extract_text()


def test_each_beat_has_a_link_and_a_code(file: Path, pdf: PdfReader) -> None:
    assert links_of(pdf) == ADDRESSES
    assert codes_of(file) == ADDRESSES


def test_without_an_address_there_are_no_links(handout: Handout, tmp_path: Path) -> None:
    file = tmp_path / "handout.pdf"
    make_handout(replace(handout, url="", author=""), file)
    pdf = PdfReader(file)
    assert links_of(pdf) == codes_of(file) == []
    assert pdf.metadata is not None
    assert pdf.metadata.author is None


def test_the_same_contents_give_the_same_bytes(
    handout: Handout, file: Path, tmp_path: Path
) -> None:
    make_handout(handout, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == file.read_bytes()


def test_portrait_pictures_fit_on_the_page(tmp_path: Path) -> None:
    file = tmp_path / "handout.pdf"
    make_handout(handout_of(FrameFormat(90, 160, FPS)), file)
    assert codes_of(file) == ADDRESSES


def test_an_earlier_handout_stays_after_a_failure(handout: Handout, tmp_path: Path) -> None:
    file = tmp_path / "handout.pdf"
    file.write_bytes(b"earlier")
    render_spec, result = handout.scenes[0]
    beats = (replace(result.beats[0], data=b"no picture"), *result.beats[1:])
    broken = replace(handout, scenes=[(render_spec, replace(result, beats=beats))])
    with pytest.raises(RenderError, match=r"cannot make .*handout\.pdf: "):
        make_handout(broken, file)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("handout.pdf", b"earlier")
    ]


def test_there_are_lines_for_notes_beside_each_picture(file: Path, handout: Handout) -> None:
    """Rows of grey right of the pictures, which are orange; more where there is no code."""
    without = file.with_name("without.pdf")
    make_handout(replace(handout, url=""), without)
    (with_code, *_), (plain, *_) = rows_beside_pictures(file), rows_beside_pictures(without)
    assert with_code == 4
    assert plain == 7
