"""The manifest of a lecture: the contents of its video with their times, for other programs."""

from __future__ import annotations

from fractions import Fraction
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from lecture.files import checksum
from lecture.kit.word_times import aligned_words, caption_parts
from lecture.model import FrozenModel
from lecture.timeline import SpokenWord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lecture.output.video.packets import Joined
    from lecture.timeline import Line, SceneTimeline
    from lecture.voice.narration import SpokenLecture, SpokenLine

__all__ = [
    "BeatEntry",
    "LineEntry",
    "Manifest",
    "SceneEntry",
    "SoundEntry",
    "VideoEntry",
    "scene_entries",
    "video_entry",
    "with_starts",
]

_PACKAGES = ("unstable-gradients", "manim", "typst", "av")


def _package_versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in _PACKAGES}


class _Span(FrozenModel):
    """A range of the video, in seconds and in frames from 0."""

    start: float
    end: float
    first_frame: int
    frames: int


class LineEntry(_Span):
    """A narration line; its speech begins at its start.

    Parameters
    ----------
    key
        Name of the line, unique in its beat.
    caption, spoken
        The text of the caption and of the speech.
    voice
        Name of the voice; ``None`` in a silent lecture.
    speech_seconds
        Duration of the speech.
    words
        Words of the caption, with the seconds of the video at which they are spoken; none in a
        silent lecture.
    """

    key: str
    caption: str
    spoken: str
    voice: str | None = None
    speech_seconds: float | None = None
    words: tuple[SpokenWord, ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, SpokenWord | None], ...]:
        """Caption in parts: its words, each with its times, and the text between them."""
        return caption_parts(self.caption, self.words)


class BeatEntry(_Span):
    """A beat with its lines.

    Parameters
    ----------
    id
        Name in addresses of the page, unique in the lecture.
    name, heading
        Name in snake case, and in words.
    description
        What the beat shows, plain text; empty without a description.
    loop
        True if the scene marks the beat as a loop.
    lines
        Narration lines.
    """

    id: str
    name: str
    heading: str
    description: str
    loop: bool
    lines: tuple[LineEntry, ...]

    @property
    def captioned_lines(self) -> tuple[LineEntry, ...]:
        """Lines that have a caption."""
        return tuple(line for line in self.lines if line.caption.strip())


class SceneEntry(_Span):
    """A scene, which is also a chapter.

    Parameters
    ----------
    name, title
        Class name, and title of the chapter.
    beats
        Beats, in order.
    """

    name: str
    title: str
    beats: tuple[BeatEntry, ...]

    @property
    def captioned_lines(self) -> tuple[LineEntry, ...]:
        """Lines of all beats that have a caption."""
        return tuple(line for beat in self.beats for line in beat.captioned_lines)


class VideoEntry(FrozenModel):
    """The video file.

    Parameters
    ----------
    file, sha256
        Name and checksum.
    width, height, fps, frames
        Size, rate and number of the frames.
    seconds
        Duration.
    """

    file: str
    sha256: str
    width: int
    height: int
    fps: int
    frames: int
    seconds: float


class SoundEntry(FrozenModel):
    """The speech and the sounds of scenes.

    Parameters
    ----------
    voices
        Engine, version and settings of each voice, by its name.
    rate
        Sample rate of the one channel.
    loudness_lufs
        Integrated loudness by EBU R128, before encoding; measured if there is speech.
    true_peak_dbfs
        True peak, before encoding; measured if there is speech.
    """

    voices: dict[str, dict[str, str]]
    rate: int
    loudness_lufs: float | None
    true_peak_dbfs: float | None


class Manifest(FrozenModel):
    """The contents of a lecture.

    Parameters
    ----------
    format
        Version of this format; incremented by incompatible changes.
    title, author
        Title and author of the lecture.
    language
        Language of captions and narration, as BCP 47.
    spec_digest
        Digest of the spec.
    video, sound
        Video file and its sound; no sound in a silent lecture.
    scenes
        Scenes, in order.
    versions
        Versions of the packages that rendered the lecture.
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
        """Return the manifest as JSON, with a final line feed."""
        return self.model_dump_json(indent=2) + "\n"


def with_starts(records: Sequence[SceneTimeline]) -> Iterator[tuple[SceneTimeline, Fraction]]:
    """Yield consecutive scenes with their start times in the video, in seconds."""
    start = Fraction(0)
    for record in records:
        yield record, start
        start += record.seconds


def video_entry(name: str, video: Path, joined: Joined) -> VideoEntry:
    """Return the entry of a video that will be renamed to `name`."""
    return VideoEntry(
        file=name,
        sha256=checksum(video),
        width=joined.width,
        height=joined.height,
        fps=int(joined.rate),
        frames=joined.frames,
        seconds=_rounded(joined.seconds),
    )


def scene_entries(
    records: Sequence[SceneTimeline], spoken: SpokenLecture | None = None
) -> tuple[SceneEntry, ...]:
    """Return the entries of consecutive scenes, timed from the start of the video.

    Examples
    --------
    >>> from lecture.timeline import Beat, SceneTimeline
    >>> beats = (Beat(name="b", start=0, frames=25),)
    >>> scene = SceneTimeline(name="A", title="", width=16, height=16, fps=10, beats=beats)
    >>> [(entry.start, entry.end) for entry in scene_entries([scene, scene])]
    [(0.0, 2.5), (2.5, 5.0)]
    """
    return tuple(
        SceneEntry(
            name=record.name,
            title=record.title,
            beats=tuple(
                _beat_entry(record, index, start, spoken) for index in range(len(record.beats))
            ),
            start=_rounded(start),
            end=_rounded(start + record.seconds),
            first_frame=round(start * record.fps),
            frames=record.frames,
        )
        for record, start in with_starts(records)
    )


def _beat_entry(
    record: SceneTimeline, index: int, start: Fraction, spoken: SpokenLecture | None
) -> BeatEntry:
    beat = record.beats[index]
    return BeatEntry(
        id=record.beat_id(index),
        name=beat.name,
        heading=beat.heading,
        description=beat.description,
        loop=beat.loop,
        lines=tuple(_line_entry(record, line, start, spoken) for line in record.lines_of(index)),
        start=_rounded(start + Fraction(beat.start, record.fps)),
        end=_rounded(start + Fraction(beat.start + beat.frames, record.fps)),
        first_frame=round(start * record.fps) + beat.start,
        frames=beat.frames,
    )


def _line_entry(
    record: SceneTimeline, line: Line, start: Fraction, spoken: SpokenLecture | None
) -> LineEntry:
    begin, end = start + Fraction(line.start), start + Fraction(line.end)
    first_frame = round(begin * record.fps)
    speech = spoken.line(record.name, line) if spoken is not None else None
    return LineEntry(
        key=line.key,
        caption=line.caption,
        spoken=line.spoken,
        voice=speech.source if speech else None,
        speech_seconds=_rounded(Fraction(speech.seconds)) if speech else None,
        words=_words(line, begin, speech) if speech else (),
        start=_rounded(begin),
        end=_rounded(end),
        first_frame=first_frame,
        frames=round(end * record.fps) - first_frame,
    )


def _words(line: Line, begin: Fraction, speech: SpokenLine) -> tuple[SpokenWord, ...]:
    if not speech.words:
        return ()
    return tuple(
        SpokenWord(
            word=word.word,
            start=_rounded(begin + Fraction(word.start)),
            end=_rounded(begin + Fraction(word.end)),
        )
        for word in aligned_words(line.caption, speech.words)
    )


def _rounded(seconds: Fraction) -> float:
    return round(float(seconds), 6)
