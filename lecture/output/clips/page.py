"""The page that shows all clips, with what makes each and what embeds it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lecture.output.clips.embed import Snippet, snippets
from lecture.output.web.pages import rendered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lecture.output.clips.report import ClipFile, ClipReport, MadeClip

__all__ = ["clips_page"]

# What plays in a browser, the best first.
_SHOWN = ("mp4", "webm", "webp", "gif", "mov")


def clips_page(report: ClipReport, tracks: Mapping[str, str]) -> str:
    """Lay out the page of clips, as HTML that needs nothing but the files beside it.

    Parameters
    ----------
    report
        The clips.
    tracks
        By the name of a clip, the address of its captions.
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
    return rendered("clips.html", report=report, scenes=scenes, total=total)


def _entry(clip: MadeClip, tracks: Mapping[str, str], language: str) -> dict[str, object]:
    return {
        "clip": clip,
        "shown": min(clip.files, key=lambda file: _SHOWN.index(file.format)),
        "track": tracks.get(clip.name),
        "files": [
            {"clip": file, "snippets": _all_snippets(clip, file, language)} for file in clip.files
        ],
    }


def _all_snippets(clip: MadeClip, file: ClipFile, language: str) -> tuple[Snippet, ...]:
    return (Snippet("The command that makes it", file.command), *snippets(clip, file, language))
