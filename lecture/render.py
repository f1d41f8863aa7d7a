"""Render a lecture: its scenes one after the other, then all of them as one video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lecture.jobs import RenderError, SceneFilm, SceneJob
from lecture.join import Joined, join_captions, join_videos
from lecture.process import film_scene

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lecture.jobs import FrameFormat
    from lecture.progress import Display
    from scenes.catalogue import SceneEntry

__all__ = ["parts_folder", "render_lecture"]


def parts_folder(output: Path) -> Path:
    """Name the folder for the scenes' own films, beside the video they are joined to.

    Parameters
    ----------
    output
        The video.

    Examples
    --------
    >>> from pathlib import Path
    >>> parts_folder(Path("media/lecture.mp4")).as_posix()
    'media/lecture.parts'
    """
    return output.with_suffix(".parts")


def render_lecture(
    scenes: Sequence[SceneEntry],
    output: Path,
    size: FrameFormat,
    display: Display,
    *,
    spec_file: Path | None = None,
    title: str = "",
    author: str = "",
) -> Joined:
    """Render scenes and join them; the video there was before stays until the new one is whole.

    Parameters
    ----------
    scenes
        Which scenes, in which order.
    output
        The video's place. Its captions lie beside it, as ``.srt``, the scenes' own films and
        logs in a folder beside it, as ``.parts``.
    size
        Size and rate of the frames.
    display
        Is told how it goes.
    spec_file
        The lecture's file, which each scene reads for itself; ``None`` for the defaults.
    title, author
        Noted in the video.

    Raises
    ------
    RenderError
        A scene failed, or the disk did.
    """
    try:
        films = _film(scenes, output, size, display, spec_file)
        joined = join_videos(
            [film.video for film in films], output, fps=size.fps, title=title, author=author
        )
        captions = output.with_suffix(".srt")
        join_captions([film.captions for film in films], joined.parts, captions)
    except OSError as error:
        raise RenderError(f"cannot make {output}: {error}") from error
    return joined


def _film(
    scenes: Sequence[SceneEntry],
    output: Path,
    size: FrameFormat,
    display: Display,
    spec_file: Path | None,
) -> list[SceneFilm]:
    parts = parts_folder(output) / f"{size.width}x{size.height}@{size.fps}"
    films = []
    for place, scene in enumerate(scenes, start=1):
        display.begin(scene.name, place, len(scenes))
        job = SceneJob(scene, size, parts / scene.name, spec_file)
        film = film_scene(job, display.frames)
        display.done(film.frames)
        films.append(film)
    return films
