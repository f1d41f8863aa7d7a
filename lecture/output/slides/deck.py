"""The slides of a lecture: a title, and one slide for each beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.output.clips.frames import closing_frame, poster_frame
from lecture.output.clips.make import is_loop
from lecture.output.clips.select import beat_clips
from lecture.output.clips.video import write_video

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lecture.output.clips.select import BeatClip
    from lecture.palette import Theme
    from lecture.timeline import RenderedScene
    from lecture.voice.narration import SpokenLecture

__all__ = ["Deck", "Slide", "lecture_deck"]


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
    """

    heading: str
    segment: Path
    poster: Path
    picture: Path
    notes: str = ""
    loop: bool = False
    seconds: float = 0.0
    line_starts: tuple[float, ...] = ()


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
    notes: bool = True,
    spoken: SpokenLecture | None = None,
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
    notes
        True for speaker notes, which belong to the lecturer.
    spoken
        The speech of the lecture; ``None`` for silent videos.
    """
    size = scenes[0].record
    slides = tuple(_slide(clip, folder, spoken, notes=notes) for clip in beat_clips(scenes))
    silent = spoken is None
    return Deck(title, author, theme, size.width, size.height, slides, language, silent)


def _slide(clip: BeatClip, folder: Path, spoken: SpokenLecture | None, *, notes: bool) -> Slide:
    segment, poster, picture = (
        folder / f"{clip.name}{suffix}" for suffix in (".mp4", "-poster.png", "-picture.png")
    )
    write_video(clip, segment, spoken)
    poster_frame(segment).save(poster)
    closing_frame(segment).save(picture)
    begin = clip.beat.start / clip.scene.fps
    return Slide(
        heading=f"{clip.scene.title} — {clip.beat.heading}",
        segment=segment,
        poster=poster,
        picture=picture,
        notes=clip.beat.notes if notes else "",
        loop=is_loop(clip),
        seconds=clip.seconds,
        line_starts=tuple(
            round(line.start - begin, 3) for line in clip.scene.lines_of(clip.beat_index)
        ),
    )
