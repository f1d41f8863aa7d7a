"""The slides of a lecture: a silent title slide, then one slide for each beat."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.output.clips.frames import last_and_poster
from lecture.output.clips.make import is_loop
from lecture.output.clips.select import beat_clips
from lecture.output.clips.video import write_video
from lecture.output.slides.title import render_title

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lecture.kit.palette import Theme
    from lecture.timeline import RenderedScene
    from lecture.voice.narration import SpokenLecture

__all__ = ["Deck", "Slide", "lecture_deck", "presentation"]


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide: a full-screen video.

    Parameters
    ----------
    heading
        Text alternative of the video.
    segment
        The video.
    poster
        Picture of the video before it plays.
    notes
        Speaker notes, as Markdown.
    loop
        Play the video in a loop.
    """

    heading: str
    segment: Path
    poster: Path
    notes: str = ""
    loop: bool = False


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck of slides, of which the first is the title.

    Parameters
    ----------
    title, author
        Title and author of the lecture.
    theme
        Theme of the background.
    width, height
        Size of the videos, in pixels.
    slides
        The slides.
    """

    title: str
    author: str
    theme: Theme
    width: int
    height: int
    slides: tuple[Slide, ...]


def lecture_deck(
    scenes: Sequence[RenderedScene],
    folder: Path,
    theme: Theme,
    *,
    title: str,
    author: str = "",
    spoken: SpokenLecture | None = None,
) -> Deck:
    """Return the deck of a lecture, and write its videos.

    Parameters
    ----------
    scenes
        Rendered scenes.
    folder
        Folder of the videos and their posters.
    theme
        Theme of the title slide and of the background.
    title, author
        Texts of the title slide.
    spoken
        The speech of the lecture; ``None`` for silent videos.
    """
    size = scenes[0].record
    opening = folder / "00-title.mp4"
    render_title(opening, size.width, size.height, size.fps, theme, title=title, author=author)
    slides = [Slide(title, opening, _poster(opening))]
    for clip in beat_clips(scenes):
        segment = folder / f"{clip.name}.mp4"
        write_video(clip, segment, spoken)
        heading = f"{clip.scene.title} — {clip.beat.heading}"
        slides.append(Slide(heading, segment, _poster(segment), clip.beat.notes, is_loop(clip)))
    return Deck(title, author, theme, size.width, size.height, tuple(slides))


def _poster(segment: Path) -> Path:
    picture = segment.with_suffix(".png")
    _, poster = last_and_poster(segment)
    poster.save(picture)
    return picture


def presentation(deck: Deck, notes: Callable[[str], str]) -> str:
    """Return the configuration of manim-slides for a deck, as JSON.

    Parameters
    ----------
    deck
        The deck.
    notes
        Converts Markdown to the markup of the notes.
    """
    slides = [
        {
            "file": str(slide.segment.resolve()),
            "rev_file": str(slide.segment.resolve()),  # required, but only played by its own player
            "loop": slide.loop,
            "notes": notes(slide.notes),
            "dedent_notes": False,
        }
        for slide in deck.slides
    ]
    config = {
        "slides": slides,
        "resolution": [deck.width, deck.height],
        "background_color": deck.theme.background,
    }
    # ASCII by default, because manim-slides reads it in the encoding of the locale.
    return json.dumps(config, indent=2)
