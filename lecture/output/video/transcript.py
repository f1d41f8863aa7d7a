"""The transcript of a lecture, as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lecture.output.video.manifest import Manifest

__all__ = ["as_text", "clock", "write_transcript"]

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#+|~$&])")
_LIST_START = re.compile(r"^(\d+)([.)])(?=\s)|^([-=])")


def write_transcript(manifest: Manifest) -> str:
    """Return all captions and descriptions by scene and beat, with the times of the scenes."""
    blocks = [f"# {as_text(manifest.title)}"]
    if manifest.author:
        blocks.append(as_text(manifest.author))
    for scene in manifest.scenes:
        blocks.append(f"## {as_text(scene.title)} ({clock(scene.start)})")
        for beat in scene.beats:
            if beat.lines or beat.description:
                blocks.append(f"### {as_text(beat.heading)}")
            if beat.lines:
                blocks.append("\n".join(as_text(line.caption) for line in beat.lines))
            if beat.description:
                blocks.append(f"> {as_text(beat.description)}")
    return "\n\n".join(blocks) + "\n"


def as_text(text: str) -> str:
    r"""Escape a text for Markdown.

    Examples
    --------
    >>> print(as_text("a * b"), as_text("1. first"))
    a \* b 1\. first
    """
    line = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _LIST_START.sub(
        lambda found: f"\\{found[3]}" if found[3] else rf"{found[1]}\{found[2]}", line
    )


def clock(seconds: float) -> str:
    """Format a time as hours, minutes and seconds.

    Examples
    --------
    >>> clock(61.4), clock(3700.0)
    ('1:01', '1:01:40')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
