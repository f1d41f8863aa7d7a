"""The brand of a PowerPoint file: the colours of its theme."""

from __future__ import annotations

import posixpath
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from lecture.brand import Brand, BrandError, brand_theme
from lecture.config.issues import SpecError, SpecIssue

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_brand", "read_brand"]

_MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDES = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MAX_PART_BYTES = 4_000_000
_ACCENTS = tuple(f"accent{number}" for number in range(1, 7))


def read_brand(path: Path, option: str = "--brand") -> Brand:
    """Return the colours of the theme of a PowerPoint file.

    They are the background, the text and the six accents of its first slide master.

    Parameters
    ----------
    path
        A ``.pptx`` or ``.potx`` file.
    option
        The option that names it, for the error.

    Raises
    ------
    SpecError
        The file does not exist, or is not a file of PowerPoint.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            colors = _colors(archive)
        accents = tuple(colors[name] for name in _ACCENTS)
        return Brand(background=colors["bg1"], ink=colors["tx1"], accents=accents)
    except FileNotFoundError:
        problem = "does not exist"
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
    except (zipfile.BadZipFile, LookupError, ValueError, SyntaxError, RuntimeError):
        # a missing part, another value, no XML, an encrypted file
        problem = "is not a file of PowerPoint"
    problem += "; allowed: a .pptx or .potx file"
    raise SpecError([SpecIssue(f"{option}: {path}", problem)])


def check_brand(brand: Brand, path: Path, option: str = "--brand") -> None:
    """Refuse the brand of a file whose colours do not fit, with the nearest that do.

    Raises
    ------
    SpecError
        A colour does not fit; the error has an issue for each, and a table for ``lecture.toml``.
    """
    try:
        brand_theme(brand)
    except BrandError as error:
        file, names = f"{option}: {path}", {"background": "bg1", "ink": "tx1"}
        issues = [
            SpecIssue(
                file,
                fault.problem,
                names[fault.field] if fault.index is None else _ACCENTS[fault.index],
            )
            for fault in error.faults
        ]
        accents = ", ".join(f'"{accent}"' for accent in error.nearest.accents)
        table = f'background = "{error.nearest.background}", ink = "{error.nearest.ink}"'
        hint = f"leave out {option} and put the nearest colours that fit into lecture.toml"
        nearest = f"{hint}, table [brand]: {table}, accents = [{accents}]"
        raise SpecError([*issues, SpecIssue(file, nearest)]) from error


def _colors(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the colours of the first slide master, by their names on its slides."""
    document = _related(archive, "", "/officeDocument")
    first = _part(archive, document).find(f"{_SLIDES}sldMasterIdLst/{_SLIDES}sldMasterId")
    if first is None:
        raise LookupError("no slide master")
    master = _related(archive, document, "/slideMaster", first.get(_ID))
    scheme = _part(archive, _related(archive, master, "/theme")).find(f".//{_MAIN}clrScheme")
    named = _part(archive, master).find(f"{_SLIDES}clrMap")
    if scheme is None or named is None:
        raise LookupError("no colours")
    colors = {entry.tag.removeprefix(_MAIN): _color(entry) for entry in scheme}
    return {name: colors[of] for name, of in named.attrib.items()}


def _color(entry: ET.Element) -> str:
    """Return the colour of an entry of a colour scheme, for a system colour the last one seen."""
    value = entry[0].get("lastClr") or entry[0].get("val") or ""
    return f"#{value.upper()}"


def _related(archive: zipfile.ZipFile, part: str, kind: str, identity: str | None = None) -> str:
    """Return the part that a part names in a relation of a kind, the first or that of an ID."""
    folder, name = posixpath.split(part)
    for relation in _part(archive, posixpath.join(folder, "_rels", f"{name}.rels")):
        of_kind = relation.tag == _RELATION and relation.get("Type", "").endswith(kind)
        if of_kind and identity in (None, relation.get("Id")):
            target = posixpath.join("/", folder, relation.get("Target", ""))
            return posixpath.normpath(target).lstrip("/")
    raise LookupError(f"{part} names no {kind}")


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    with archive.open(name) as stream:
        content = stream.read(_MAX_PART_BYTES + 1)
    if len(content) > _MAX_PART_BYTES:
        raise ValueError(f"{name} is too long")
    return ET.fromstring(content)  # noqa: S314  (expat limits the growth of entities)
