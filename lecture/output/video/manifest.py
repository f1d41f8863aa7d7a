"""The manifest of a finished lecture: what is in the video, and when, for other programs."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from lecture.model import FrozenModel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lecture.output.video.packets import Joined
    from lecture.timeline import Line, SceneTimeline
    from lecture.voice.narration import SpokenLecture

__all__ = [
    "BeatEntry",
    "LineEntry",
    "Manifest",
    "SceneEntry",
    "SoundEntry",
    "VideoEntry",
    "scene_entries",
    "video_entry",
]

_PACKAGES = ("unstable-gradients", "manim", "typst", "av")


def _package_versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in _PACKAGES}


class _Span(FrozenModel):
    """A stretch of the video.

    Parameters
    ----------
    start, end
        Seconds from the beginning of the video.
    first_frame, frames
        The first frame, counted from zero at the beginning of the video, and how many there are.
    """

    start: float
    end: float
    first_frame: int
    frames: int


class LineEntry(_Span):
    """One narration line; its speech begins at its start.

    Parameters
    ----------
    key
        Its name within its beat.
    caption, spoken
        What is shown, and what is said.
    voice
        Who says it, by the name of the voice; ``None`` in a silent lecture.
    speech_seconds
        How long the speech takes.
    """

    key: str
    caption: str
    spoken: str
    voice: str | None = None
    speech_seconds: float | None = None


class BeatEntry(_Span):
    """One beat of a scene, with its lines.

    Parameters
    ----------
    name, heading
        Its key, and the same for people.
    loop
        Whether its clip may run in a loop.
    lines
        Its narration.
    """

    name: str
    heading: str
    loop: bool
    lines: tuple[LineEntry, ...]


class SceneEntry(_Span):
    """One scene, which is also a chapter.

    Parameters
    ----------
    name, title
        Its class, and what it shows.
    beats
        Its beats.
    """

    name: str
    title: str
    beats: tuple[BeatEntry, ...]


class VideoEntry(FrozenModel):
    """The video file.

    Parameters
    ----------
    file, sha256
        Its name, and its content's digest.
    width, height, fps, frames
        Of the picture.
    seconds
        How long it runs.
    """

    file: str
    sha256: str
    width: int
    height: int
    fps: int
    frames: int
    seconds: float


class SoundEntry(FrozenModel):
    """The narration.

    Parameters
    ----------
    voices
        Engine, version and settings of each voice, by its name.
    rate
        Samples a second, of one channel.
    loudness_lufs
        Integrated over the whole lecture, by EBU R128, before the sound is encoded.
    true_peak_dbfs
        The highest peak, between samples too, before the sound is encoded.
    """

    voices: dict[str, dict[str, str]]
    rate: int
    loudness_lufs: float | None
    true_peak_dbfs: float | None


class Manifest(FrozenModel):
    """All that is known of a finished lecture.

    Parameters
    ----------
    format
        Grows when a program that reads this would have to change.
    title, author
        Of the lecture.
    language
        Of captions and narration, as BCP 47.
    spec_digest
        Of the lecture's spec, by which its drawing was decided.
    video, sound
        The file, and its narration; no sound where the lecture is silent.
    scenes
        What is shown, in order.
    versions
        Of the packages that made it.
    """

    format: Literal[1] = 1
    title: str
    author: str
    language: str
    spec_digest: str
    video: VideoEntry
    sound: SoundEntry | None
    scenes: tuple[SceneEntry, ...]
    versions: dict[str, str] = Field(default_factory=_package_versions)

    def to_json(self) -> str:
        """Write it as JSON, with a line feed at the end."""
        return self.model_dump_json(indent=2) + "\n"


def video_entry(name: str, video: Path, joined: Joined) -> VideoEntry:
    """Describe a video that will be called `name`."""
    with video.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return VideoEntry(
        file=name,
        sha256=digest,
        width=joined.width,
        height=joined.height,
        fps=int(joined.rate),
        frames=joined.frames,
        seconds=_rounded(joined.seconds),
    )


def scene_entries(
    records: Sequence[SceneTimeline], spoken: SpokenLecture | None
) -> tuple[SceneEntry, ...]:
    """Describe scenes that follow each other, with the times of the whole video."""
    entries = []
    start = Fraction(0)
    for record in records:
        first = round(start * record.fps)
        beats = tuple(
            BeatEntry(
                name=beat.name,
                heading=beat.heading,
                loop=beat.loop,
                lines=tuple(
                    _line_entry(record, line, start, spoken) for line in record.lines_of(number)
                ),
                start=_rounded(start + Fraction(beat.start, record.fps)),
                end=_rounded(start + Fraction(beat.start + beat.frames, record.fps)),
                first_frame=first + beat.start,
                frames=beat.frames,
            )
            for number, beat in enumerate(record.beats)
        )
        entry = SceneEntry(
            name=record.name,
            title=record.title,
            beats=beats,
            start=_rounded(start),
            end=_rounded(start + record.seconds),
            first_frame=first,
            frames=record.frames,
        )
        entries.append(entry)
        start += record.seconds
    return tuple(entries)


def _line_entry(
    record: SceneTimeline, line: Line, start: Fraction, spoken: SpokenLecture | None
) -> LineEntry:
    begin, end = start + Fraction(line.start), start + Fraction(line.end)
    first, until = round(begin * record.fps), round(end * record.fps)
    speech = spoken.line(record.name, line) if spoken is not None else None
    return LineEntry(
        key=line.key,
        caption=line.caption,
        spoken=line.spoken,
        voice=speech.source if speech else None,
        speech_seconds=_rounded(Fraction(speech.seconds)) if speech else None,
        start=_rounded(begin),
        end=_rounded(end),
        first_frame=first,
        frames=until - first,
    )


def _rounded(seconds: Fraction) -> float:
    return round(float(seconds), 6)
