"""Make the page for students: a folder that any static host can serve, or none at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from lecture.errors import RenderError
from lecture.files import atomic_folder
from lecture.output.clips.captions import track_address
from lecture.output.site.outline import outline
from lecture.output.slides.title import draw_title
from lecture.output.web.pages import rendered

if TYPE_CHECKING:
    from lecture.kit.palette import Theme
    from lecture.output.clips.report import ClipReport
    from lecture.timeline import SceneTimeline

__all__ = ["Download", "Site", "make_site"]

_CLIPS = "clips"
FillWithClips: TypeAlias = Callable[[Path], "ClipReport"]


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the page offers.

    Parameters
    ----------
    label
        What it is.
    file
        The file, which is copied into the page's folder.
    """

    label: str
    file: Path


@dataclass(frozen=True, slots=True)
class Site:
    """What a page is made of.

    Parameters
    ----------
    title, author
        As in the lecture's file.
    theme
        The colours of the picture that stands for the video.
    records
        The scenes of the video, in its order.
    video
        The lecture's video.
    captions, chapters
        Beside it, as WebVTT.
    language
        Of the words, as BCP 47.
    downloads
        What else is offered, such as slides and captions.
    """

    title: str
    author: str
    theme: Theme
    records: tuple[SceneTimeline, ...]
    video: Path
    captions: Path
    chapters: Path
    language: str = "en"
    downloads: tuple[Download, ...] = ()


def make_site(site: Site, folder: Path, clips: FillWithClips | None = None) -> Path:
    """Write the page; the folder that was there before stays until the new one is whole.

    Parameters
    ----------
    site
        What it is made of.
    folder
        The page's folder; an earlier one of that name is replaced.
    clips
        Fills a folder with the clips of the lecture, such as `lecture.clips.fill_with_clips`;
        the page has none where it is left out.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    RenderError
        The disk failed.
    """
    try:
        with atomic_folder(folder) as temporary:
            _fill(site, temporary, clips)
    except OSError as error:
        raise RenderError(f"cannot make {folder}: {error}") from error
    return folder / "index.html"


def _fill(site: Site, folder: Path, clips: FillWithClips | None) -> None:
    report = None
    if clips is not None:
        (folder / _CLIPS).mkdir()
        report = clips(folder / _CLIPS)
    shutil.copyfile(site.video, folder / "lecture.mp4")
    size = site.records[0]
    card = draw_title(size.width, size.height, site.theme, title=site.title, author=site.author)
    (folder / "poster.png").write_bytes(card)
    captions = site.captions.read_text(encoding="utf-8")
    (folder / "lecture.vtt").write_text(captions, encoding="utf-8")
    downloads = [{"label": "Video (MP4)", "file": "lecture.mp4", "size": _size(site.video)}]
    downloads += [_offered(download, folder) for download in site.downloads]
    page = rendered(
        "site.html",
        site=site,
        size=size,
        chapters=outline(site.records),
        captions=track_address(captions),
        chapter_track=track_address(site.chapters.read_text(encoding="utf-8")),
        downloads=downloads,
        clips=report.clips if report else (),
        clips_folder=_CLIPS,
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def _offered(download: Download, folder: Path) -> dict[str, str]:
    shutil.copyfile(download.file, folder / download.file.name)
    return {
        "label": download.label,
        "file": download.file.name,
        "size": _size(download.file),
    }


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(size / 1e3, 0.1):.1f} kB"
