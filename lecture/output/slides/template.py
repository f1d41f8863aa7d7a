"""Templates and existing decks of PowerPoint: their layouts, and slides that stay as they are."""

from __future__ import annotations

import textwrap
import zipfile
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import CONTENT_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Centipoints

from lecture.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pptx.presentation import Presentation
    from pptx.shapes.base import BaseShape
    from pptx.shapes.placeholder import SlidePlaceholder
    from pptx.slide import Slide, SlideLayout, SlideMaster

__all__ = [
    "Box",
    "add_footers",
    "clip_box",
    "clip_layout",
    "fit_text",
    "is_title",
    "move_slides",
    "nearest_footers",
    "open_deck",
    "remove_slides",
    "restore_slides",
    "title_layout",
]

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_NUMBER = PP_PLACEHOLDER.SLIDE_NUMBER
_FOOTERS = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, _NUMBER)
_CONTENTS = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.MEDIA_CLIP, PP_PLACEHOLDER.BODY)
_TYPES = "[Content_Types].xml"
_MAIN = "ppt/presentation.xml"
_RELATIONS = "ppt/_rels/presentation.xml.rels"
_SIZE = 4400  # hundredths of a point: that of a title in PowerPoint
_SMALLEST = 30  # percent of the size
_CHARACTER, _CAPITAL = 0.55, 0.7  # widths of an average character, in font sizes
_LINE = 1.2  # height of a line, in font sizes
_PADDING = 2 * 91_440  # EMU: the insets of a text, left and right
_SECTION = "{http://schemas.microsoft.com/office/powerpoint/2010/main}section"
_SECTION_SLIDE = "{http://schemas.microsoft.com/office/powerpoint/2010/main}sldId"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a slide, in EMU (914,400 an inch)."""

    left: int
    top: int
    width: int
    height: int

    def fit(self, width: int, height: int) -> Box:
        """Return the largest rectangle of the aspect `width` : `height` in the middle of the box.

        Examples
        --------
        >>> Box(0, 0, 400, 100).fit(16, 9)
        Box(left=111, top=0, width=178, height=100)
        """
        scale = min(self.width / width, self.height / height)
        across, down = round(width * scale), round(height * scale)
        left, top = (self.width - across) // 2, (self.height - down) // 2
        return Box(self.left + left, self.top + top, across, down)


def open_deck(path: Path, option: str) -> Presentation:
    """Return a deck or a template.

    Parameters
    ----------
    path
        A ``.pptx`` or ``.potx`` file.
    option
        The option that names it, for the error.

    Raises
    ------
    InputError
        The file does not exist, or is none of PowerPoint.
    """
    try:
        return pptx.Presentation(_as_presentation(path))
    except FileNotFoundError:
        problem = "does not exist"
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, PackageNotFoundError):
        problem = "is not a file of PowerPoint"
    raise InputError(f"{option}: {path} {problem}; allowed: a .pptx or .potx file")


def _as_presentation(path: Path) -> BytesIO:
    """Return a copy of a file in which a template is a presentation, as python-pptx reads no other.

    See https://github.com/scanny/python-pptx/issues/1070
    """
    copy = BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == _TYPES:
                for kind in (CONTENT_TYPE.PML_TEMPLATE_MAIN, CONTENT_TYPE.PML_SLIDESHOW_MAIN):
                    content = content.replace(
                        kind.encode(), CONTENT_TYPE.PML_PRESENTATION_MAIN.encode()
                    )
            target.writestr(entry, content)
    copy.seek(0)
    return copy


def remove_slides(document: Presentation) -> None:
    """Remove all slides of a template, and the lists that name them."""
    slides = document.slides._sldIdLst  # noqa: SLF001  (python-pptx cannot remove slides)
    for slide in list(slides):
        document.part.drop_rel(slide.rId)
        slides.remove(slide)
    for shows in document.element.findall(qn("p:custShowLst")):
        document.element.remove(shows)
    for listed in list(_sections(document)):
        for slide in listed:
            listed.remove(slide)


def _sections(document: Presentation) -> Iterator[Any]:
    """Yield the list of slides of each section."""
    for section in document.element.iter(_SECTION):
        yield from section.findall(f"{_SECTION_SLIDE}Lst")


def title_layout(document: Presentation) -> SlideLayout:
    """Return the layout of a title slide: the one of that type, else the first with a subtitle.

    LibreOffice saves it as the type of a title and a text.
    """
    return _first(document, ["title"]) or next(
        (one for one in document.slide_layouts if _has(one, (PP_PLACEHOLDER.SUBTITLE,))),
        document.slide_layouts[0],
    )


def _has(layout: SlideLayout, kinds: Sequence[PP_PLACEHOLDER]) -> bool:
    return any(shape.placeholder_format.type in kinds for shape in _placeholders(layout))


def _placeholders(owner: SlideLayout | SlideMaster) -> list[Any]:
    placeholders: Any = owner.placeholders  # its type cannot be iterated
    return list(placeholders)


def clip_layout(document: Presentation, option: str) -> SlideLayout:
    """Return the layout of a slide with a title and one content, else one with a title only.

    Raises
    ------
    InputError
        No layout has a title.
    """
    titled = (one for one in document.slide_layouts if _has(one, _TITLES))
    if found := _first(document, ["obj", "titleOnly"]) or next(titled, None):
        return found
    raise InputError(f"{option}: no layout of the file has a title; add one with a title")


def _first(document: Presentation, kinds: Sequence[str]) -> SlideLayout | None:
    of_kind = {layout.element.get("type"): layout for layout in reversed(document.slide_layouts)}
    return next((of_kind[kind] for kind in kinds if kind in of_kind), None)


def is_title(shape: BaseShape) -> bool:
    """Return True if a placeholder is the title."""
    return shape.placeholder_format.type in _TITLES


def clip_box(document: Presentation, layout: SlideLayout) -> Box:
    """Return the largest content of a layout, else the area below its title."""
    contents = [
        Box(int(shape.left), int(shape.top), int(shape.width), int(shape.height))
        for shape in layout.iter_cloneable_placeholders()
        if shape.placeholder_format.type in _CONTENTS
    ]
    if contents:
        return max(contents, key=lambda box: box.width * box.height)
    title = next(filter(is_title, layout.iter_cloneable_placeholders()))
    height = int(document.slide_height or 0)
    margin, top = height // 20, int(title.top + title.height)
    return Box(int(title.left), top, int(title.width), height - margin - top)


def fit_text(shape: SlidePlaceholder, text: str, layout: SlideLayout) -> None:
    """Set the text of a placeholder, smaller where it would not fit.

    PowerPoint finds the size of a text only when it is edited, so the file has an estimate.
    """
    frame: Any = shape.text_frame
    frame.text = text
    frame.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
    properties = _text_properties(shape, layout)
    size = Centipoints(next((int(one.get("sz")) for one in properties if one.get("sz")), _SIZE))
    capitals = next((one.get("cap") for one in properties if one.get("cap")), "none")
    character = _CAPITAL if capitals == "all" else _CHARACTER
    for percent in range(100, _SMALLEST - 1, -10):
        font = size * percent / 100
        line = max(1, int((shape.width - _PADDING) / (font * character)))
        if len(textwrap.wrap(text, line)) * font * _LINE <= shape.height:
            break
    if percent < 100:
        # Not in python-pptx: https://github.com/scanny/python-pptx/issues/969
        frame._txBody.bodyPr.find(qn("a:normAutofit")).set("fontScale", str(1000 * percent))  # noqa: SLF001


def _text_properties(shape: SlidePlaceholder, layout: SlideLayout) -> list[Any]:
    """Return the properties of the text of a placeholder, those that count most first."""
    kind = shape.placeholder_format.type
    found: list[Any] = []
    for owner in (layout, layout.slide_master):
        for other in _placeholders(owner):
            if other.placeholder_format.type == kind or (is_title(other) and kind in _TITLES):
                found += other.element.xpath("p:txBody/a:lstStyle/a:lvl1pPr/a:defRPr")
    style = "titleStyle" if kind in _TITLES else "bodyStyle"
    path = f"p:txStyles/p:{style}/a:lvl1pPr/a:defRPr"
    return [*found, *layout.slide_master.element.xpath(path)]


def nearest_footers(document: Presentation, after: int) -> list[Any]:
    """Return date, footer and slide number of the slide next to a place that has any of them."""
    slides = list(document.slides)
    for number in sorted(range(len(slides)), key=lambda number: abs(number + 1 - after)):
        shapes = [
            shape.element
            for shape in slides[number].placeholders
            if shape.placeholder_format.type in _FOOTERS
        ]
        if shapes:
            return shapes
    return []


def add_footers(slide: Slide, footers: Sequence[Any]) -> None:
    """Copy date, footer and slide number to a slide, to where its layout has them."""
    places = {
        shape.placeholder_format.type: shape.placeholder_format.idx
        for shape in _placeholders(slide.slide_layout)
    }
    for footer in footers:
        if footer.ph.type not in places:
            continue
        copied = deepcopy(footer)
        copied.ph.idx = places[footer.ph.type]
        copied.nvSpPr.cNvPr.set("id", str(slide.shapes._next_shape_id))  # noqa: SLF001
        for own in copied.xpath("p:spPr/*"):
            own.getparent().remove(own)
        slide.shapes._spTree.append(copied)  # noqa: SLF001  (python-pptx copies no footers)


def move_slides(document: Presentation, count: int, after: int) -> None:
    """Move the last `count` slides to the place after the slide number `after`."""
    slides = document.slides._sldIdLst  # noqa: SLF001  (python-pptx cannot move slides)
    moved = list(slides)[-count:]
    before = list(slides)[after - 1] if after else None
    for place, slide in enumerate(moved, start=after):
        slides.insert(place, slide)
    for listed in _sections(document):
        numbers = [slide.get("id") for slide in listed]
        if before is None or str(before.id) in numbers:
            place = 0 if before is None else numbers.index(str(before.id)) + 1
            for slide in reversed(moved):
                listed.insert(place, listed.makeelement(_SECTION_SLIDE, {"id": str(slide.id)}))
            return


def restore_slides(written: Path, source: Path) -> None:
    """Give the slides that a deck had before their bytes back, which python-pptx writes anew.

    Parameters
    ----------
    written
        The deck with more slides, which changes.
    source
        The deck as it was.
    """
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(written) as after:
        original, names = _slide_files(before), _slide_files(after)
        same = {names[number]: before.read(name) for number, name in original.items()}
        contents = [
            (entry, same.get(entry.filename) or after.read(entry)) for entry in after.infolist()
        ]
    with zipfile.ZipFile(written, "w") as target:
        for entry, content in contents:
            target.writestr(entry, content)


def _slide_files(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the name of the file of each slide by its number, which never changes."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in parse_xml(archive.read(_RELATIONS))
    }
    slides = parse_xml(archive.read(_MAIN)).iter(qn("p:sldId"))
    return {
        slide.get("id", ""): f"ppt/{targets[slide.get(qn('r:id'))].removeprefix('/ppt/')}"
        for slide in slides
    }
