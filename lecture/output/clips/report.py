"""The report of a folder of clips, with the sizes of all files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from lecture.model import FrozenModel

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ClipEntry", "ClipFile", "ClipReport", "size_table"]


class ClipFile(FrozenModel):
    """A file of a clip.

    Parameters
    ----------
    file
        Name.
    format
        Suffix without the dot.
    width, height
        Pixels.
    fps
        Frames per second.
    size
        Bytes.
    command
        Command that makes the file.
    """

    file: str
    format: str
    width: int
    height: int
    fps: int
    size: int
    command: str


class ClipEntry(FrozenModel):
    """The clip of a beat.

    Parameters
    ----------
    name
        Stem of the file names.
    scene, title
        Name and title of the scene.
    beat, heading
        Name of the beat, in snake case and in words.
    notes
        Speaker notes, as Markdown.
    seconds
        Duration.
    loop
        True if the clip plays in a loop.
    loop_error
        Difference between its last and its first frame, from 0 to 1; ``None`` unless the scene
        marks the beat as a loop.
    files
        The clip in each format.
    poster, last
        File names of the poster and the last frame.
    captions
        File name of the captions, if there are any.
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
    """The clips of a folder, in the order of the lecture.

    Parameters
    ----------
    title
        Title of the lecture.
    language
        Language of its texts, as BCP 47.
    clips
        The clips.
    """

    title: str
    language: str
    clips: tuple[ClipEntry, ...]

    @property
    def files(self) -> tuple[ClipFile, ...]:
        """Files of all clips."""
        return tuple(file for clip in self.clips for file in clip.files)

    @property
    def not_loopable(self) -> tuple[ClipEntry, ...]:
        """Clips that play once because they would jump, though their beats are marked as loops."""
        return tuple(clip for clip in self.clips if clip.loop_error is not None and not clip.loop)


def size_table(clips: Sequence[ClipEntry]) -> Table:
    """Return a table of the sizes of clips."""
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
