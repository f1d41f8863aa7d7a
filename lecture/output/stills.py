"""The last frame of every beat as a picture, and a sheet of them all."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.files import atomic_folder, beat_file_stem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lecture.config.contract import SceneEntry
    from lecture.render.tasks import RenderResult, SceneRenderSpec

__all__ = ["Sheet", "still_name", "write_stills"]

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}: stills</title>
<style>
  :root {{ color-scheme: light dark; font-family: system-ui, sans-serif; }}
  body {{ margin: 1.5rem; }}
  section {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr));
    gap: 1rem; margin-bottom: 2rem; }}
  figure {{ margin: 0; }}
  img {{ width: 100%; height: auto; border-radius: 4px; }}
  figcaption {{ font-size: 0.9rem; opacity: 0.8; }}
</style>
<h1>{title}</h1>
{scenes}
</html>
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A folder of stills.

    Parameters
    ----------
    page
        The page that shows them all.
    pictures
        How many there are.
    """

    page: Path
    pictures: int


def still_name(place: int, stem: str, beat_place: int, beat: str) -> str:
    """Name the picture of a beat; sorted by name, pictures stand in the order of the lecture.

    Parameters
    ----------
    place, beat_place
        The scene's place in the lecture and the beat's in the scene, from 1.
    stem, beat
        The scene's and the beat's name.

    Examples
    --------
    >>> still_name(5, "backward_pass", 2, "the log/axis")
    '05-backward_pass-02-the_log_axis.png'
    """
    return f"{beat_file_stem(place, stem, beat_place, beat)}.png"


def write_stills(
    scenes: Sequence[tuple[SceneRenderSpec, RenderResult]], folder: Path, title: str
) -> Sheet:
    """Write the last frame of each beat into a folder, with a page that shows them.

    The folder that was there before stays until the new one is whole.

    Parameters
    ----------
    scenes
        The scenes in order, each with its beats and their pictures.
    folder
        Where the pictures go; an earlier folder of that name is replaced.
    title
        The heading of the page.

    Raises
    ------
    RenderError
        The disk failed.
    """
    try:
        with atomic_folder(folder) as pictures:
            parts, count = [], 0
            for place, (render_spec, result) in enumerate(scenes, start=1):
                names = _write(pictures, place, render_spec.scene, result)
                parts.append(_section(render_spec, result, names))
                count += len(names)
            page = _PAGE.format(title=escape(title), scenes="\n".join(parts))
            (pictures / "index.html").write_text(page, encoding="utf-8")
    except OSError as error:
        raise RenderError(f"cannot make {folder}: {error}") from error
    return Sheet(folder / "index.html", count)


def _write(pictures: Path, place: int, scene: SceneEntry, result: RenderResult) -> list[str]:
    names = []
    for beat in result.beats:
        names.append(still_name(place, scene.stem, beat.index + 1, beat.record.name))
        (pictures / names[-1]).write_bytes(beat.data)
    return names


def _section(render_spec: SceneRenderSpec, result: RenderResult, names: Sequence[str]) -> str:
    scene = render_spec.scene
    figures = "\n".join(
        f'<figure><img src="{name}" alt="{escape(scene.name)}, last frame of the beat '
        f'{escape(beat.record.name)}"><figcaption>{escape(beat.record.heading)}'
        "</figcaption></figure>"
        for name, beat in zip(names, result.beats, strict=True)
    )
    seconds = float(result.timeline(render_spec).seconds)
    heading = f"<h2>{escape(scene.name)}: {escape(render_spec.title)} ({seconds:.0f} s)</h2>"
    return f"{heading}\n<section>\n{figures}\n</section>"
