"""Make the page for students: a folder for any static host, or to be opened as a file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from lecture.errors import RenderError
from lecture.files import atomic_folder
from lecture.output.site.explorables import import_map, moments_of
from lecture.output.slides.title import draw_title
from lecture.output.video.captions import vtt_data_uri
from lecture.output.video.manifest import scene_entries
from lecture.output.web.pages import render_template

if TYPE_CHECKING:
    from lecture.output.clips.report import ClipReport
    from lecture.output.site.explorables import SiteExplorable
    from lecture.palette import Theme
    from lecture.timeline import SceneTimeline
    from lecture.voice.narration import SpokenLecture

__all__ = ["Download", "Site", "make_site"]

FillWithClips: TypeAlias = Callable[[Path], "ClipReport"]

_CLIPS = "clips"


@dataclass(frozen=True, slots=True)
class Download:
    """A file for download, with its label; it is copied into the folder of the page."""

    label: str
    file: Path


@dataclass(frozen=True, slots=True)
class Site:
    """The contents of the page.

    Parameters
    ----------
    title, author
        Title and author of the lecture.
    theme
        Theme of the poster.
    records
        Scenes of the video, in order.
    video
        Video of the lecture.
    captions, chapters
        Its captions and chapters, as WebVTT.
    language
        Language of its texts, as BCP 47.
    downloads
        Further files, such as slides.
    spoken
        Speech, whose words light up in the transcript; ``None`` for a silent video.
    explorables
        Parts of the page whose numbers the reader can change.
    page_theme
        Theme of the page; ``None`` for both themes, of which the browser chooses.
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
    spoken: SpokenLecture | None = None
    explorables: tuple[SiteExplorable, ...] = ()
    page_theme: Theme | None = None


def make_site(site: Site, folder: Path, clips: FillWithClips | None = None) -> Path:
    """Write the page; an earlier folder stays until the new one is complete.

    Parameters
    ----------
    site
        Contents of the page.
    folder
        Folder of the page; an earlier one is replaced.
    clips
        Fills a folder with the clips of the lecture; ``None`` for a page without clips.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    RenderError
        A file cannot be read or written.
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
    downloads += [_copy(download, folder) for download in site.downloads]
    chapters = scene_entries(site.records, site.spoken)
    moments = {explorable: moments_of(explorable, chapters) for explorable in site.explorables}
    shown = {explorable: found for explorable, found in moments.items() if found}
    page = render_template(
        "site.html",
        theme=site.page_theme,
        site=site,
        size=size,
        chapters=chapters,
        explorables=shown,
        import_map=import_map(shown),
        captions=vtt_data_uri(captions),
        chapter_track=vtt_data_uri(site.chapters.read_text(encoding="utf-8")),
        downloads=downloads,
        clips=report.clips if report else (),
        clips_folder=_CLIPS,
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def _copy(download: Download, folder: Path) -> dict[str, str]:
    name = download.file.name
    shutil.copyfile(download.file, folder / name)
    return {"label": download.label, "file": name, "size": _size(download.file)}


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(size / 1e3, 0.1):.1f} kB"
