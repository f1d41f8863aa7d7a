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
# Below a heading, on slides of 980 by 552 and 1280 by 720 pixels.
_FIT_SLIDEV = 'style="max-width:100%;max-height:400px;margin:auto"'
_FIT_MARP = 'style="max-width:100%;max-height:500px;width:auto"'
_SLIDEV = "Slidev, with the files in the folder public"


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
        Snippet("Marp", picture),
        Snippet(_SLIDEV, f"![{as_text(alternative)}](/{file.file})"),
        Snippet("Jupyter", _cell("Image", f"filename={file.file!r}, alt={alternative!r}")),
    )
    if file.format == "webp":
        return made  # PowerPoint shows its first frame only
    steps = f"Insert > Pictures > This Device: {file.file}\n{_alt_text(clip)}"
    return (*made, Snippet("PowerPoint", steps))


def _for_videos(clip: ClipEntry, file: ClipFile, language: str) -> tuple[Snippet, ...]:
    label = _label(clip)
    plays = "autoplay loop muted playsinline" if clip.loop else "controls playsinline"
    size = f'width="{file.width}" height="{file.height}" {_FIT}'
    html = (
        f'<video src="{file.file}" poster="{clip.poster}" {size} {plays} '
        f'aria-label="{escape(label)}">{_track(clip, language)}</video>'
    )
    marp = html.replace(_FIT, _FIT_MARP)
    loop = ' background-video-loop="true"' if clip.loop else ""
    slide = f'## {{background-video="{file.file}" background-size="contain"{loop}}}'
    title = label.replace('"', "'")
    made = (
        Snippet("HTML", html),
        Snippet("Markdown", f"[![{as_text(_alternative(clip))}]({clip.picture})]({file.file})"),
        Snippet("reveal.js", _reveal_slide(clip, file, language)),
        Snippet("Quarto, in text", f'{{{{< video {file.file} aria-label="{title}" >}}}}'),
        Snippet("Quarto, with captions", f"```{{=html}}\n{html}\n```"),
        Snippet("Quarto, as a reveal.js slide", slide),
        Snippet("Marp, shown by marp --html", marp),
        Snippet(_SLIDEV, _slidev_video(clip, file, language)),
        Snippet("Jupyter", _video_cell(clip, file, plays, language)),
    )
    if file.format != "mp4":
        return made
    return (*made, *_for_powerpoint(clip, file, "PowerPoint"), *_for_beamer(clip, file))


def _track(clip: ClipEntry, language: str, prefix: str = "") -> str:
    """Return the track of the captions, on a line of its own; empty without captions."""
    if not clip.captions:
        return ""
    captions = f'srclang="{language}" label="Captions" src="{prefix}{clip.captions}"'
    return f'\n  <track kind="captions" {captions}>\n'


def _reveal_slide(clip: ClipEntry, file: ClipFile, language: str) -> str:
    """Return a slide whose video starts with it."""
    plays = "loop muted" if clip.loop else "controls"
    video = (
        f'<video class="r-stretch" src="{file.file}" poster="{clip.poster}" data-autoplay {plays} '
        f'playsinline aria-label="{escape(_label(clip))}">{_track(clip, language)}</video>'
    )
    return f"<section>\n{video}\n</section>"


def _slidev_video(clip: ClipEntry, file: ClipFile, language: str) -> str:
    """Return the component of a video that starts with its slide."""
    plays = "loop muted" if clip.loop else "controls"
    track = _track(clip, language, "/").replace(">\n", " />\n")
    return (
        f'<SlidevVideo autoplay {plays} poster="/{clip.poster}" {_FIT_SLIDEV} '
        f'aria-label="{escape(_label(clip))}">\n'
        f'  <source src="/{file.file}" type="{_mime_type(file)}" />{track or chr(10)}</SlidevVideo>'
    )


def _video_cell(clip: ClipEntry, file: ClipFile, plays: str, language: str) -> str:
    """Return a cell whose output holds the video, and its captions if it has any."""
    attributes = f'{plays} {_FIT} aria-label="{escape(_label(clip))}"'
    if not clip.captions:
        arguments = f"{file.file!r}, embed=True, html_attributes={attributes!r}"
        return _cell("Video", arguments)
    track = f'<track kind="captions" srclang="{language}" label="Captions" src="{{captions}}">'
    return f"""\
from base64 import b64encode
from pathlib import Path
from IPython.display import HTML

def embed(file, kind):
    return f"data:{{kind}};base64,{{b64encode(Path(file).read_bytes()).decode()}}"

video = embed({file.file!r}, {_mime_type(file)!r})
captions = embed({clip.captions!r}, "text/vtt")
HTML(f{f'<video src="{{video}}" {_braced(attributes)}>{track}</video>'!r})"""


def _mime_type(file: ClipFile) -> str:
    return "video/webm" if file.format == "webm" else "video/mp4"


def _braced(text: str) -> str:
    """Return a text for an f-string, with its braces doubled."""
    return text.replace("{", "{{").replace("}", "}}")


def _for_powerpoint(clip: ClipEntry, file: ClipFile, where: str) -> tuple[Snippet, ...]:
    steps = [
        f"Insert > Video > This Device: {file.file}",
        f"Video Format > Poster Frame > Image from File: {clip.poster}",
        _alt_text(clip),
    ]
    if clip.captions:
        steps.append(f"Playback > Insert Captions: {clip.captions}")
    return (Snippet(where, "\n".join(steps)),)


def _alt_text(clip: ClipEntry) -> str:
    return f"Right-click > View Alt Text: {_alternative(clip)}"


def _for_beamer(clip: ClipEntry, file: ClipFile) -> tuple[Snippet, ...]:
    def graphics(name: str) -> str:
        size = "width=\\textwidth,height=0.8\\textheight,keepaspectratio"
        return f"\\includegraphics[{size}]{{{name}}}"

    movie = f"% \\usepackage{{multimedia}}\n\\movie{{{graphics(clip.poster)}}}{{{file.file}}}"
    return (
        Snippet("Beamer, played by pdfpc or Okular", movie),
        Snippet("Beamer, as a picture", graphics(clip.picture)),
    )


def _cell(name: str, arguments: str) -> str:
    return f"from IPython.display import {name}\n\n{name}({arguments})"


def _label(clip: ClipEntry) -> str:
    return f"{clip.title} — {clip.heading}"


def _alternative(clip: ClipEntry) -> str:
    """Return the text that stands for the picture: its description, if it has one."""
    return clip.description or _label(clip)
