"""The report of a folder of clips, with the sizes of all files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError
from rich.table import Table

from lecture.errors import InputError
from lecture.model import FrozenModel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["REPORT_FILE", "ClipEntry", "ClipFile", "ClipReport", "earlier_clips", "size_table"]

REPORT_FILE = "clips.json"
"""Name of the report in a folder of clips."""


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
        Command that makes the file; empty in a report for students.
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
    description
        What the picture shows, plain text; empty without a description.
    notes
        Speaker notes, plain text; empty in a report for students.
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
        File names of the poster, which is the first frame that shows something, and of the last
        frame.
    picture
        The one of the two that stands for the clip where it does not play: the last frame, unless
        that is empty.
    captions
        File name of the captions, if there are any.
    """

    name: str
    scene: str
    title: str
    beat: str
    heading: str
    description: str = ""
    notes: str
    seconds: float
    loop: bool
    loop_error: float | None
    files: tuple[ClipFile, ...]
    poster: str
    last: str
    picture: str
    captions: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all files."""
        beside = (self.poster, self.last, self.captions)
        return (*(file.file for file in self.files), *(name for name in beside if name))

    def for_students(self) -> ClipEntry:
        """Return the clip without notes and commands."""
        files = tuple(file.model_copy(update={"command": ""}) for file in self.files)
        return self.model_copy(update={"notes": "", "files": files})


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

    def including(self, earlier: ClipReport | None) -> ClipReport:
        """Return these clips and the earlier ones; of the same file, the earlier one is dropped."""
        clips = {clip.name: clip for clip in earlier.clips} if earlier else {}
        for clip in self.clips:
            made = {file.file for file in clip.files}
            earlier_files = clips[clip.name].files if clip.name in clips else ()
            files = (*clip.files, *(file for file in earlier_files if file.file not in made))
            clips[clip.name] = clip.model_copy(update={"files": files})
        return self.model_copy(update={"clips": tuple(clips[name] for name in sorted(clips))})

    @property
    def not_loopable(self) -> tuple[ClipEntry, ...]:
        """Clips that play once because they would jump, though their beats are marked as loops."""
        return tuple(clip for clip in self.clips if clip.loop_error is not None and not clip.loop)


def earlier_clips(folder: Path) -> ClipReport | None:
    """Return the report of the clips in a folder; ``None`` if it has none.

    Raises
    ------
    InputError
        The report cannot be read.
    """
    try:
        text = (folder / REPORT_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{folder / REPORT_FILE} cannot be read: {error.strerror}") from error
    try:
        return ClipReport.model_validate_json(text)
    except ValidationError:
        hint = "choose another --output, or pass --replace"
        raise InputError(
            f"{folder / REPORT_FILE} is damaged or of another version; {hint}"
        ) from None


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
