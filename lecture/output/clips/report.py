"""What was made of each beat, and how large it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from lecture.model import FrozenModel

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ClipFile", "ClipReport", "MadeClip", "size_table"]


class ClipFile(FrozenModel):
    """One file of a clip.

    Parameters
    ----------
    file
        Its name.
    format
        Its suffix, without the dot.
    width, height
        In pixels.
    fps
        Frames a second.
    size
        In bytes.
    command
        What makes it.
    """

    file: str
    format: str
    width: int
    height: int
    fps: int
    size: int
    command: str


class MadeClip(FrozenModel):
    """A beat that has become a clip.

    Parameters
    ----------
    name
        What its files are called, without a suffix.
    scene, title, beat, heading
        The scene's name, what it shows, the beat's name, and that for people.
    notes
        Notes for the speaker, Markdown.
    seconds
        How long it runs.
    loop
        Whether it plays in a loop: the beat says so, and its end joins its beginning.
    seam
        How far its last frame is from its first, from 0 to 1;
        measured only where the beat says that it may loop.
    files
        The clip in each format.
    poster, last
        The picture that stands for it before it plays, and its last frame.
    captions
        Its captions, as WebVTT, where anything is said in it.
    """

    name: str
    scene: str
    title: str
    beat: str
    heading: str
    notes: str
    seconds: float
    loop: bool
    loop_error: float | None
    files: tuple[ClipFile, ...]
    poster: str
    last: str
    captions: str | None


class ClipReport(FrozenModel):
    """A folder of clips.

    Parameters
    ----------
    title
        The lecture's.
    language
        Of its words, as BCP 47.
    clips
        The clips, in the order of the lecture.
    """

    title: str
    language: str
    clips: tuple[MadeClip, ...]

    @property
    def files(self) -> tuple[ClipFile, ...]:
        """All clips in all formats."""
        return tuple(file for clip in self.clips for file in clip.files)

    @property
    def not_loopable(self) -> tuple[MadeClip, ...]:
        """The clips that do not loop, though their beat says that they may."""
        return tuple(clip for clip in self.clips if clip.loop_error is not None and not clip.loop)


def size_table(clips: Sequence[MadeClip]) -> Table:
    """Lay out the sizes of clips as a table.

    Parameters
    ----------
    clips
        The clips.
    """
    table = Table(box=None, pad_edge=False)
    table.add_column("clip", no_wrap=True)
    for heading in ("seconds", "frame", "fps", "kB"):
        table.add_column(heading, justify="right")
    for clip in clips:
        table.add_row(clip.name, f"{clip.seconds:.1f}")
        for file in clip.files:
            frame = f"{file.width}x{file.height}"
            table.add_row(f"  {file.format}", "", frame, str(file.fps), f"{file.size / 1000:,.0f}")
    total = sum(file.size for clip in clips for file in clip.files)
    table.add_section()
    table.add_row("total", "", "", "", f"{total / 1000:,.0f}")
    return table
