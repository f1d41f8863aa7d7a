"""The command that makes a clip, and snippets that embed it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from lecture.output.video.transcript import as_text

if TYPE_CHECKING:
    from lecture.output.clips.formats import ClipFormat
    from lecture.output.clips.report import ClipEntry, ClipFile
    from lecture.output.clips.select import BeatClip

__all__ = ["Snippet", "clip_command", "snippets"]

_FIT = 'style="max-width:100%;height:auto"'  # never wider than the column


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text to paste or steps to take, and the kind of document."""

    where: str
    text: str


def clip_command(
    clip: BeatClip, kind: ClipFormat, arguments: tuple[str, ...], width: int, fps: int
) -> str:
    """Return the command that makes one clip in one format.

    Parameters
    ----------
    clip
        The clip.
    kind
        The format.
    arguments
        Further arguments, such as the quality.
    width, fps
        Width and frame rate of animated pictures.
    """
    words = ["lecture", "clips", *arguments, "--scenes", clip.scene.name]
    words += ["--beats", clip.beat.name, "--format", kind.value]
    if kind.is_picture:
        words += ["--width", str(width), "--fps", str(fps)]
    return shlex.join(words)


def snippets(clip: ClipEntry, file: ClipFile, language: str = "en") -> tuple[Snippet, ...]:
    """Return the snippets that embed a clip, for the programs that can show its format.

    Parameters
    ----------
    clip
        The clip.
    file
        The clip in one format.
    language
        Language of the captions, as BCP 47.
    """
    if file.format in {"gif", "webp"}:
        return _for_pictures(clip, file)
    if file.format == "mov":
        keynote = f"Insert > Choose: {file.file}; or drag the file into the slide"
        return (Snippet("Keynote", keynote), *_for_powerpoint(clip, file, "PowerPoint for Mac"))
    return _for_videos(clip, file, language)


def _for_pictures(clip: ClipEntry, file: ClipFile) -> tuple[Snippet, ...]:
    alternative = _alternative(clip)
    picture = f"![{as_text(alternative)}]({file.file})"
    size = f'width="{file.width}" height="{file.height}"'
    html = f'<img src="{file.file}" alt="{escape(alternative)}" {size} {_FIT}>'
    made = (
        Snippet("HTML", html),
        Snippet("Markdown", picture),
        Snippet("Quarto", picture + '{fig-align="center"}'),
        Snippet("Jupyter", _cell("Image", f"filename={file.file!r}")),
    )
    if file.format == "webp":
        return made  # PowerPoint shows its first frame only
    return (*made, Snippet("PowerPoint", f"Insert > Pictures > This Device: {file.file}"))


def _for_videos(clip: ClipEntry, file: ClipFile, language: str) -> tuple[Snippet, ...]:
    alternative = _alternative(clip)
    attributes = "autoplay loop muted playsinline" if clip.loop else "controls playsinline"
    track = (
        f'\n  <track kind="captions" srclang="{language}" label="Captions" src="{clip.captions}">\n'
        if clip.captions
        else ""
    )
    html = (
        f'<video src="{file.file}" poster="{clip.poster}" width="{file.width}" '
        f'height="{file.height}" {_FIT} {attributes} aria-label="{escape(alternative)}">'
        f"{track}</video>"
    )
    loop = ' background-video-loop="true"' if clip.loop else ""
    slide = f'## {{background-video="{file.file}" background-size="contain"{loop}}}'
    cell = _cell("Video", f"{file.file!r}, embed=True, html_attributes={f'{attributes} {_FIT}'!r}")
    made = (
        Snippet("HTML", html),
        Snippet("Markdown", f"[![{as_text(alternative)}]({clip.picture})]({file.file})"),
        Snippet("Quarto, in text", f"{{{{< video {file.file} >}}}}"),
        Snippet("Quarto, as a reveal.js slide", slide),
        Snippet("Jupyter", cell),
    )
    if file.format != "mp4":
        return made
    return (*made, *_for_powerpoint(clip, file, "PowerPoint"), *_for_beamer(clip, file))


def _for_powerpoint(clip: ClipEntry, file: ClipFile, where: str) -> tuple[Snippet, ...]:
    video = f"Insert > Video > This Device: {file.file}"
    poster = f"Video Format > Poster Frame > Image from File: {clip.poster}"
    return (Snippet(where, f"{video}\n{poster}"),)


def _for_beamer(clip: ClipEntry, file: ClipFile) -> tuple[Snippet, ...]:
    def graphics(name: str) -> str:
        return (
            f"\\includegraphics[width=\\textwidth,height=0.8\\textheight,keepaspectratio]{{{name}}}"
        )

    movie = f"% \\usepackage{{multimedia}}\n\\movie{{{graphics(clip.poster)}}}{{{file.file}}}"
    return (
        Snippet("Beamer, played by pdfpc or Okular", movie),
        Snippet("Beamer, as a picture", graphics(clip.picture)),
    )


def _cell(name: str, arguments: str) -> str:
    return f"from IPython.display import {name}\n\n{name}({arguments})"


def _alternative(clip: ClipEntry) -> str:
    return f"{clip.title} — {clip.heading}"
