"""The page of all clips, with snippets that embed each, and for lecturers its command."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lecture.output.clips.embed import Snippet, snippets
from lecture.output.web.pages import render_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lecture.output.clips.report import ClipEntry, ClipFile, ClipReport
    from lecture.palette import Theme

__all__ = ["clips_page"]

# Formats for the page, by preference.
_PREFERRED = ("mp4", "webm", "webp", "gif", "mov")


def clips_page(report: ClipReport, tracks: Mapping[str, str], theme: Theme | None = None) -> str:
    """Return the page of clips as HTML.

    Parameters
    ----------
    report
        The clips.
    tracks
        Data URIs of the captions, by the name of the clip.
    theme
        Theme of the page; ``None`` for both themes, of which the browser chooses.
    """
    scenes = [
        {
            "name": name,
            "title": title,
            "clips": [_entry(clip, tracks, report.language) for clip in clips],
        }
        for (name, title), clips in groupby(report.clips, key=lambda clip: (clip.scene, clip.title))
    ]
    total = sum(file.size for file in report.files)
    return render_template("clips.html", theme=theme, report=report, scenes=scenes, total=total)


def _entry(clip: ClipEntry, tracks: Mapping[str, str], language: str) -> dict[str, object]:
    return {
        "clip": clip,
        "shown": min(clip.files, key=lambda file: _PREFERRED.index(file.format)),
        "track": tracks.get(clip.name),
        "files": [
            {"clip": file, "snippets": _all_snippets(clip, file, language)} for file in clip.files
        ],
    }


def _all_snippets(clip: ClipEntry, file: ClipFile, language: str) -> tuple[Snippet, ...]:
    command = (Snippet("Command that makes it", file.command),) if file.command else ()
    return (*command, *snippets(clip, file, language))
