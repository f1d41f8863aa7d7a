"""Join the films of scenes to one video, packet by packet: nothing is encoded again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import srt

from lecture.files import published
from lecture.mux import write_mp4
from lecture.packets import Joined, Part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Joined", "Part", "join_captions", "join_videos"]


def join_videos(
    films: Sequence[Path], output: Path, *, fps: int, title: str = "", author: str = ""
) -> Joined:
    """Join films of one format, in the order given; the result is decoded to the end once.

    The films' sound, if they have any, is left out.

    Parameters
    ----------
    films
        The films, all encoded with the same settings.
    output
        The video's place, which is taken only when the video is whole and can be decoded.
    fps
        The frames a second that the films were drawn at.
    title, author
        Noted in the file, where they are not empty.

    Raises
    ------
    RenderError
        The films differ in format, or the result cannot be decoded.
    """
    with published(output) as draft:
        return write_mp4(draft, films, fps, tags={"title": title, "artist": author})


def join_captions(captions: Sequence[Path | None], parts: Sequence[Part], output: Path) -> None:
    """Join the scenes' subcaptions, each moved to where its scene begins.

    Parameters
    ----------
    captions
        The SubRip files, ``None`` for a scene that has none.
    parts
        Where the scenes begin.
    output
        The joined file; where no scene has captions, one of an earlier run is removed, which
        would speak of another video.
    """
    joined: list[srt.Subtitle] = []
    for file, part in zip(captions, parts, strict=True):
        if file is None:
            continue
        shift = timedelta(seconds=float(part.start))
        for line in srt.parse(file.read_text(encoding="utf-8")):
            line.start += shift
            line.end += shift
            joined.append(line)
    if not joined:
        output.unlink(missing_ok=True)
        return
    with published(output) as draft:
        draft.write_text(srt.compose(joined), encoding="utf-8")
