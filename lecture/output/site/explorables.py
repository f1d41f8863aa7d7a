"""Explorables of a lecture, put into the page: modules, style sheets and data.

Browsers load no module from a file beside a page that is opened as a file. So the page holds every
module as a ``data:`` address, named by an import map.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.errors import InputError, describe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lecture.config.contract import Explorable, ExplorableContent
    from lecture.config.spec import LectureSpec
    from lecture.output.video.manifest import BeatEntry, SceneEntry

__all__ = ["Moment", "SiteExplorable", "import_map", "load_explorables", "moments_of"]

_IMPORT = re.compile(r'\b(from|import)\s*"\./([^"]+)"')


@dataclass(frozen=True)
class SiteExplorable:
    """An explorable with the texts of its files.

    Parameters
    ----------
    name, title
        Name, and heading.
    beats
        Beats that it belongs to, as ``"Scene.beat"``.
    module
        Name of its main module in the import map.
    modules
        Names and texts of all its modules, which import each other by these names.
    style
        Text of the style sheet.
    data
        JSON for the module.
    """

    name: str
    title: str
    beats: tuple[str, ...]
    module: str
    modules: tuple[tuple[str, str], ...]
    style: str
    data: str


@dataclass(frozen=True)
class Moment:
    """A beat of the video that an explorable belongs to, with its first caption."""

    caption: str
    beat: BeatEntry


def load_explorables(spec: LectureSpec) -> tuple[SiteExplorable, ...]:
    """Return the explorables of the spec's lecture.

    Raises
    ------
    InputError
        A file is missing or cannot be read, or data cannot be written as JSON.
    """
    lecture = type(spec).lecture
    if lecture is None:
        return ()
    return tuple(
        _load(one, lecture.folder, lecture.explorable_content(one, spec))
        for one in lecture.explorables
    )


def moments_of(explorable: SiteExplorable, scenes: Iterable[SceneEntry]) -> tuple[Moment, ...]:
    """Return the beats of an explorable that the video has, in the order of the video."""
    return tuple(
        # A beat without words has the title of its scene.
        Moment(next((line.caption for line in beat.captioned_lines), scene.title), beat)
        for scene in scenes
        for beat in scene.beats
        if f"{scene.name}.{beat.name}" in explorable.beats
    )


def import_map(explorables: Iterable[SiteExplorable]) -> dict[str, dict[str, str]]:
    """Return the import map of all modules, as ``data:`` addresses."""
    texts = {name: text for explorable in explorables for name, text in explorable.modules}
    return {"imports": {name: _data_uri(text) for name, text in texts.items()}}


def _load(explorable: Explorable, package: Path, content: ExplorableContent) -> SiteExplorable:
    main = package / explorable.module
    try:
        data = json.dumps(content.data, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        problem = f"data of the explorable {explorable.name!r} cannot be written as JSON: {error}"
        raise InputError(f"{package.name}: {problem}") from error
    return SiteExplorable(
        name=explorable.name,
        title=content.title,
        beats=explorable.beats,
        module=f"{explorable.name}/{main.name}",
        modules=tuple(_modules(main, explorable.name).items()),
        style=_read(package / explorable.style) if explorable.style else "",
        # No text of the data can end the element that holds it.
        data=data.replace("<", r"\u003c"),
    )


def _modules(main: Path, prefix: str) -> dict[str, str]:
    """Return the texts of a module and of those that it imports, with the names of the map."""
    texts: dict[str, str] = {}
    missing = [main.name]
    while missing:
        name = missing.pop()
        text = _read(main.parent / name)
        missing += [found[2] for found in _IMPORT.finditer(text)]
        texts[f"{prefix}/{name}"] = _IMPORT.sub(rf'\1 "{prefix}/\2"', text)
        missing = [name for name in missing if f"{prefix}/{name}" not in texts]
    return texts


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read: {describe(error)}") from error


def _data_uri(text: str) -> str:
    return f"data:text/javascript;base64,{b64encode(text.encode()).decode()}"
