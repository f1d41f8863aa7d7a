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


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text to paste into a document, and the kind of document."""

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
    """Return the snippets that embed a clip in HTML, Markdown and Quarto.

    Parameters
    ----------
    clip
        The clip.
    file
        The clip in one format.
    language
        Language of the captions, as BCP 47.
    """
    text = f"{clip.title} — {clip.heading}"
    if file.format in {"gif", "webp"}:
        picture = f"![{as_text(text)}]({file.file})"
        size = f'width="{file.width}" height="{file.height}"'
        html = f'<img src="{file.file}" alt="{escape(text)}" {size}>'
        return (
            Snippet("HTML", html),
            Snippet("Markdown", picture),
            Snippet("Quarto", picture + '{fig-align="center"}'),
        )
    attributes = "autoplay loop muted playsinline" if clip.loop else "controls playsinline"
    track = (
        f'\n  <track kind="captions" srclang="{language}" label="Captions" src="{clip.captions}">\n'
        if clip.captions
        else ""
    )
    html = (
        f'<video src="{file.file}" poster="{clip.poster}" width="{file.width}" '
        f'height="{file.height}" {attributes} aria-label="{escape(text)}">{track}</video>'
    )
    loop = ' background-video-loop="true"' if clip.loop else ""
    slide = f'## {{background-video="{file.file}" background-size="contain"{loop}}}'
    return (
        Snippet("HTML", html),
        Snippet("Markdown", f"[![{as_text(text)}]({clip.poster})]({file.file})"),
        Snippet("Quarto, in text", f"{{{{< video {file.file} >}}}}"),
        Snippet("Quarto, as a reveal.js slide", slide),
    )
