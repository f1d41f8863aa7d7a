"""The command that makes a clip, and what embeds it elsewhere."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lecture.output.clips.formats import ClipFormat
    from lecture.output.clips.report import ClipFile, MadeClip
    from lecture.output.clips.select import BeatClip

__all__ = ["Snippet", "clip_command", "snippets"]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text to paste somewhere.

    Parameters
    ----------
    where
        Into what.
    text
        What to paste.
    """

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
        What it has to say besides, such as the quality.
    width, fps
        Of a moving picture.
    """
    words = ["lecture", "clips", *arguments, "--scenes", clip.scene.name]
    words += ["--beats", clip.beat.name, "--format", kind.value]
    if kind.is_picture:
        words += ["--width", str(width), "--fps", str(fps)]
    return shlex.join(words)


def snippets(clip: MadeClip, file: ClipFile, language: str = "en") -> tuple[Snippet, ...]:
    """Return what embeds a clip in a page, in Markdown and in Quarto.

    Parameters
    ----------
    clip
        The clip.
    file
        The clip in one format.
    language
        Of its captions, as BCP 47.
    """
    text = f"{clip.title} — {clip.heading}"
    if file.format in {"gif", "webp"}:
        picture = f"![{_markdown(text)}]({file.file})"
        size = f'width="{file.width}" height="{file.height}"'
        html = f'<img src="{file.file}" alt="{escape(text)}" {size}>'
        return (
            Snippet("HTML", html),
            Snippet("Markdown", picture),
            Snippet("Quarto", picture + '{fig-align="center"}'),
        )
    ways = "autoplay loop muted playsinline" if clip.loop else "controls playsinline"
    track = (
        f'\n  <track kind="captions" srclang="{language}" label="Captions" src="{clip.captions}">\n'
        if clip.captions
        else ""
    )
    html = (
        f'<video src="{file.file}" poster="{clip.poster}" width="{file.width}" '
        f'height="{file.height}" {ways} aria-label="{escape(text)}">{track}</video>'
    )
    loop = ' background-video-loop="true"' if clip.loop else ""
    slide = f'## {{background-video="{file.file}" background-size="contain"{loop}}}'
    return (
        Snippet("HTML", html),
        Snippet("Markdown", f"[![{_markdown(text)}]({clip.poster})]({file.file})"),
        Snippet("Quarto, in the text", f"{{{{< video {file.file} >}}}}"),
        Snippet("Quarto, a slide of reveal.js", slide),
    )


def _markdown(text: str) -> str:
    r"""Keep a text from being Markdown.

    >>> print(_markdown("a [b] *c*"))
    a \[b\] \*c\*
    """
    return "".join(f"\\{c}" if c in r"\`*_{}[]<>()#!|" else c for c in text)
