"""Templates and existing decks of PowerPoint: their layouts, and slides that stay as they are."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import CONTENT_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from lecture.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pptx.presentation import Presentation
    from pptx.shapes.base import BaseShape
    from pptx.slide import SlideLayout

__all__ = [
    "Box",
    "clip_box",
    "clip_layout",
    "is_title",
    "move_slides",
    "open_deck",
    "remove_slides",
    "restore_slides",
    "title_layout",
]

_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_CONTENTS = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.MEDIA_CLIP, PP_PLACEHOLDER.BODY)
_TYPES = "[Content_Types].xml"
_MAIN = "ppt/presentation.xml"
_RELATIONS = "ppt/_rels/presentation.xml.rels"
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
    """Return the layout of a title slide."""
    return _first(document, ["title"]) or document.slide_layouts[0]


def clip_layout(document: Presentation, option: str) -> SlideLayout:
    """Return the layout of a slide with a title and one content, else one with a title only.

    Raises
    ------
    InputError
        No layout has a title.
    """
    titled = [
        one
        for one in document.slide_layouts
        if any(map(is_title, one.iter_cloneable_placeholders()))
    ]
    if found := _first(document, ["obj", "titleOnly"]) or next(iter(titled), None):
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
