"""Stills: the last frame of each beat, and a page of all stills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lecture.errors import RenderError
from lecture.files import atomic_folder, beat_file_stem
from lecture.output.web.pages import render_template

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lecture.palette import Theme
    from lecture.render.tasks import RenderResult, SceneRenderSpec

__all__ = ["Sheet", "write_stills"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A folder of stills: its page, and the number of pictures."""

    page: Path
    pictures: int


def write_stills(
    scenes: Sequence[tuple[SceneRenderSpec, RenderResult]],
    folder: Path,
    title: str,
    theme: Theme | None = None,
) -> Sheet:
    """Write the last frame of each beat into a folder, with a page of all stills.

    An earlier folder stays until the new one is complete.

    Parameters
    ----------
    scenes
        Scenes in order, with the results of `RenderMode.LAST_FRAMES`.
    folder
        Folder of the pictures; an earlier one is replaced.
    title
        Heading of the page.
    theme
        Theme of the page; ``None`` for both themes, of which the browser chooses.

    Raises
    ------
    RenderError
        A file cannot be written.
    """
    entries = [
        _entry(number, render_spec, result)
        for number, (render_spec, result) in enumerate(scenes, start=1)
    ]
    try:
        with atomic_folder(folder) as temporary:
            for entry, (_, result) in zip(entries, scenes, strict=True):
                for still, beat in zip(entry["stills"], result.beats, strict=True):
                    (temporary / still["file"]).write_bytes(beat.data)
            page = render_template("stills.html", theme=theme, title=title, scenes=entries)
            (temporary / "index.html").write_text(page, encoding="utf-8")
    except OSError as error:
        raise RenderError(f"cannot make {folder}: {error}") from error
    return Sheet(folder / "index.html", sum(len(entry["stills"]) for entry in entries))


def _entry(number: int, render_spec: SceneRenderSpec, result: RenderResult) -> dict[str, Any]:
    stem = render_spec.scene.stem
    return {
        "name": render_spec.scene.name,
        "title": render_spec.title,
        "seconds": float(result.timeline(render_spec).seconds),
        "stills": [
            {
                "file": f"{beat_file_stem(number, stem, beat.index + 1, beat.record.name)}.png",
                "beat": beat.record,
            }
            for beat in result.beats
        ],
    }
