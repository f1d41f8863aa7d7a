"""The slides of a lecture: a title, and one slide for each beat."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from lecture.output.clips.frames import closing_frame, frames_at, last_frame, poster_frame
from lecture.output.clips.make import is_loop
from lecture.output.clips.select import beat_clips
from lecture.output.clips.video import write_parts, write_video

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lecture.output.clips.select import BeatClip
    from lecture.palette import Theme
    from lecture.timeline import Line, RenderedScene
    from lecture.voice.narration import SpokenLecture

__all__ = ["Deck", "DeckOptions", "Pauses", "Slide", "SlideLine", "lecture_deck"]


class Pauses(Enum):
    """Where a deck pauses: after each beat, or after each line.

    A slide can show a beat and pause at the cue points of its lines, or show a line.
    """

    BEATS = "beats"
    CUE_POINTS = "cue points"
    LINE_SLIDES = "line slides"


@dataclass(frozen=True, slots=True)
class DeckOptions:
    """Options of a deck.

    Parameters
    ----------
    notes
        True for speaker notes, which belong to the lecturer.
    spoken
        The speech of the lecture; ``None`` for silent videos.
    pauses
        Where the deck pauses.
    """

    notes: bool = True
    spoken: SpokenLecture | None = None
    pauses: Pauses = Pauses.BEATS


@dataclass(frozen=True, slots=True)
class SlideLine:
    """A narration line of a slide that pauses after it.

    Parameters
    ----------
    start
        Seconds from the start of the video; 0 for the first line.
    picture
        Picture of the end of the line.
    notes
        Speaker notes, plain text.
    """

    start: float
    picture: Path
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide: a full-screen video.

    Parameters
    ----------
    heading
        Title of the slide, and text alternative of the video.
    segment
        The video.
    poster
        Picture of the video before it plays.
    picture
        Picture of what the video shows in the end, for paper.
    notes
        Speaker notes, plain text.
    loop
        Play the video in a loop.
    seconds
        Duration of the video.
    line_starts
        Starts of the narration lines, in seconds from the start of the video.
    lines
        Lines after which the video pauses; none if it plays through.
    continues
        True if the slide goes on where the one before has ended.
    """

    heading: str
    segment: Path
    poster: Path
    picture: Path
    notes: str = ""
    loop: bool = False
    seconds: float = 0.0
    line_starts: tuple[float, ...] = ()
    lines: tuple[SlideLine, ...] = ()
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck: a title slide, and the slides of the beats.

    Parameters
    ----------
    title, author
        Texts of the title slide.
    theme
        Theme of the title slide and of the background.
    width, height
        Size of the videos, in pixels.
    slides
        The slides of the beats.
    language
        Language of the texts, as BCP 47.
    silent
        True if the videos have no sound.
    """

    title: str
    author: str
    theme: Theme
    width: int
    height: int
    slides: tuple[Slide, ...]
    language: str = "en"
    silent: bool = True


def lecture_deck(
    scenes: Sequence[RenderedScene],
    folder: Path,
    theme: Theme,
    *,
    title: str,
    author: str = "",
    language: str = "en",
    options: DeckOptions = DeckOptions(),
) -> Deck:
    """Return the deck of a lecture, and write its videos.

    Parameters
    ----------
    scenes
        Rendered scenes.
    folder
        Folder of the videos and their pictures.
    theme
        Theme of the title slide and of the background.
    title, author
        Texts of the title slide.
    language
        Language of the texts, as BCP 47.
    options
        Notes, speech and pauses.
    """
    size = scenes[0].record
    slides: list[Slide] = []
    for clip in beat_clips(scenes):
        lines = _lines(clip) if options.pauses is not Pauses.BEATS else {}
        if len(lines) > 1 and options.pauses is Pauses.LINE_SLIDES:
            slides += _line_slides(clip, folder, lines, options)
        else:
            slides.append(_slide(clip, folder, lines, options))
    silent = options.spoken is None
    return Deck(title, author, theme, size.width, size.height, tuple(slides), language, silent)


def _lines(clip: BeatClip) -> dict[int, Line]:
    """Return the lines of a beat by their first frame; that of the first is 0.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lecture.output.clips.select import BeatClip
    >>> from lecture.timeline import Beat, Line, SceneTimeline
    >>> starts = [("a", 1.2), ("b", 2.0), ("c", 2.5)]
    >>> lines = tuple(
    ...     Line(beat="x", key=key, caption="", spoken="", start=start, end=start)
    ...     for key, start in starts
    ... )
    >>> beats = (Beat(name="x", start=10, frames=20),)
    >>> frame_format = {"width": 16, "height": 9, "fps": 10}
    >>> scene = SceneTimeline(name="S", title="", beats=beats, lines=lines, **frame_format)
    >>> {start: line.key for start, line in _lines(BeatClip("n", scene, 0, Path("s.mp4"))).items()}
    {0: 'a', 10: 'b', 15: 'c'}
    """
    frames = [
        (round(line.start * clip.scene.fps) - clip.beat.start, line)
        for line in clip.scene.lines_of(clip.beat_index)
    ]
    return {start if number else 0: line for number, (start, line) in enumerate(frames)}


def _slide(clip: BeatClip, folder: Path, lines: dict[int, Line], options: DeckOptions) -> Slide:
    segment, poster, picture = _paths(folder, clip.name)
    write_video(clip, segment, options.spoken)
    poster_frame(segment).save(poster)
    closing_frame(segment).save(picture)
    begin = clip.beat.start / clip.scene.fps
    parts: list[SlideLine] = []
    if len(lines) > 1:
        pictures = [_paths(folder, f"{clip.name}-line-{number}")[2] for number in range(len(lines))]
        for path, image in zip(pictures, frames_at(segment, list(lines)[1:]), strict=False):
            image.save(path)
        pictures[-1] = picture
        texts = _notes(clip, lines) if options.notes else [""] * len(lines)
        parts = [
            SlideLine(start / clip.scene.fps, path, text)
            for start, path, text in zip(lines, pictures, texts, strict=True)
        ]
    return Slide(
        heading=f"{clip.scene.title} — {clip.beat.heading}",
        segment=segment,
        poster=poster,
        picture=picture,
        notes=clip.beat.notes if options.notes else "",
        loop=not parts and is_loop(clip),
        seconds=clip.seconds,
        line_starts=tuple(
            round(line.start - begin, 3) for line in clip.scene.lines_of(clip.beat_index)
        ),
        lines=tuple(parts),
    )


def _line_slides(
    clip: BeatClip, folder: Path, lines: dict[int, Line], options: DeckOptions
) -> list[Slide]:
    """Return a slide for each line of a beat."""
    starts, count = list(lines), len(lines)
    paths = [_paths(folder, f"{clip.name}-line-{number}") for number in range(1, count + 1)]
    write_parts(clip, [segment for segment, *_ in paths], starts, options.spoken)
    slides = []
    texts, ends = _notes(clip, lines), [*starts[1:], clip.beat.frames]
    for number, (segment, poster, picture) in enumerate(paths):
        first = poster_frame(segment) if number == 0 else frames_at(segment, [0])[0]
        first.save(poster)
        ended = closing_frame(segment) if number == count - 1 else last_frame(segment)
        ended.save(picture)
        slides.append(
            Slide(
                heading=f"{clip.scene.title} — {clip.beat.heading} ({number + 1}/{count})",
                segment=segment,
                poster=poster,
                picture=picture,
                notes=texts[number] if options.notes else "",
                seconds=(ends[number] - starts[number]) / clip.scene.fps,
                continues=number > 0,
            )
        )
    return slides


def _notes(clip: BeatClip, lines: dict[int, Line]) -> list[str]:
    """Return the notes of each line: its caption, and with the first those of the beat."""
    first, *others = (line.caption for line in lines.values())
    return ["\n\n".join(filter(None, (first, clip.beat.notes))), *others]


def _paths(folder: Path, name: str) -> tuple[Path, Path, Path]:
    """Return the paths of a video, its poster and its picture."""
    return folder / f"{name}.mp4", folder / f"{name}-poster.png", folder / f"{name}-picture.png"
