"""The last frame of every beat as a picture, and a sheet of them all."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from lecture.files import published_folder
from lecture.jobs import RenderError, SceneJob
from lecture.names import beat_file_stem
from lecture.process import still_scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.jobs import FrameFormat, SceneStills
    from lecture.progress import Display
    from scenes.catalogue import SceneEntry

__all__ = ["Sheet", "render_stills", "still_name"]

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


def render_stills(
    scenes: Sequence[SceneEntry],
    folder: Path,
    size: FrameFormat,
    display: Display,
    *,
    spec_file: Path | None = None,
    title: str = "",
) -> Sheet:
    """Draw the last frame of each beat of some scenes into a folder, with a page that shows them.

    The folder that was there before stays until the new one is whole.

    Parameters
    ----------
    scenes
        Which scenes, in which order.
    folder
        Where the pictures go; an earlier folder of that name is replaced.
    size
        The size of the pictures.
    display
        Is told how it goes.
    spec_file
        The lecture's file, which each scene reads for itself; ``None`` for the defaults.
    title
        The heading of the page.

    Raises
    ------
    RenderError
        A scene failed, or the disk did.
    """
    try:
        with published_folder(folder) as pictures, tempfile.TemporaryDirectory() as parts:
            count = _fill(pictures, Path(parts), scenes, size, display, spec_file, title)
    except OSError as error:
        raise RenderError(f"cannot make {folder}: {error}") from error
    return Sheet(folder / "index.html", count)


def _fill(
    pictures: Path,
    parts_folder: Path,
    scenes: Sequence[SceneEntry],
    size: FrameFormat,
    display: Display,
    spec_file: Path | None,
    title: str,
) -> int:
    parts, count = [], 0
    for place, scene in enumerate(scenes, start=1):
        display.begin(scene.name, place, len(scenes))
        drawn = still_scene(SceneJob(scene, size, parts_folder / scene.name, spec_file))
        names = _collect(drawn, place, scene, pictures)
        parts.append(_section(scene, drawn, names))
        count += len(names)
        display.done(len(names))
    page = _PAGE.format(title=escape(title), scenes="\n".join(parts))
    (pictures / "index.html").write_text(page, encoding="utf-8")
    return count


def _collect(drawn: SceneStills, place: int, scene: SceneEntry, pictures: Path) -> list[str]:
    names = []
    for beat_place, still in enumerate(drawn.stills, start=1):
        names.append(still_name(place, scene.stem, beat_place, still.beat))
        shutil.move(still.picture, pictures / names[-1])
    return names


def _section(scene: SceneEntry, drawn: SceneStills, names: Sequence[str]) -> str:
    figures = "\n".join(
        f'<figure><img src="{name}" alt="{escape(scene.name)}, last frame of the beat '
        f'{escape(still.beat)}"><figcaption>{escape(still.beat.replace("_", " "))}'
        "</figcaption></figure>"
        for name, still in zip(names, drawn.stills, strict=True)
    )
    heading = f"<h2>{escape(scene.name)}: {escape(scene.title)} ({drawn.seconds:.0f} s)</h2>"
    return f"{heading}\n<section>\n{figures}\n</section>"
