"""What a deck is made of: a title slide without sound, then one slide a beat."""

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
    """One slide: a video, and what is said with it.

    Parameters
    ----------
    heading
        What it shows, for who cannot see it.
    film
        The video.
    poster
        The picture that stands for the video.
    notes
        Notes for the speaker, Markdown.
    loop
        Whether the video begins again at its end.
    """

    heading: str
    segment: Path
    poster: Path
    notes: str = ""
    loop: bool = False


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck of slides.

    Parameters
    ----------
    title, author
        As in the lecture's file.
    theme
        The colours around the videos.
    width, height
        Of the videos, in pixels.
    slides
        The slides; the first has the title.
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
    """Make the slides of a lecture, with their videos in a folder.

    Parameters
    ----------
    films
        The scenes, all of one format.
    folder
        Where the videos and their posters go.
    theme
        The colours of the title slide, and of what is around the videos.
    title, author
        Shown on the title slide.
    spoken
        The speech of the lecture; ``None`` for videos without sound.
    """
    size = scenes[0].record
    opening = folder / "00-title.mp4"
    render_title(opening, size.width, size.height, size.fps, theme, title=title, author=author)
    slides = [Slide(title, opening, _poster(opening))]
    for clip in beat_clips(scenes):
        segment = folder / f"{clip.name}.mp4"
        write_video(clip, segment, spoken)
        heading = f"{clip.scene.title} — {clip.beat.heading}"
        loop = is_loop(clip)
        slides.append(Slide(heading, segment, _poster(segment), clip.beat.notes, loop))
    return Deck(title, author, theme, size.width, size.height, tuple(slides))


def _poster(segment: Path) -> Path:
    picture = segment.with_suffix(".png")
    _, poster = last_and_poster(segment)
    poster.save(picture)
    return picture


def presentation(deck: Deck, notes: Callable[[str], str]) -> str:
    """Describe a deck to manim-slides, as one of its ``slides/<Scene>.json`` files.

    Parameters
    ----------
    deck
        The deck.
    notes
        Turns Markdown into what the notes of the format are written in.
    """
    slides = [
        {
            "file": str(slide.segment.resolve()),
            "rev_file": str(slide.segment.resolve()),  # for its own player, which we do not use
            "loop": slide.loop,
            "notes": notes(slide.notes),
            "dedent_notes": False,
        }
        for slide in deck.slides
    ]
    described = {
        "slides": slides,
        "resolution": [deck.width, deck.height],
        "background_color": deck.theme.background,
    }
    # In ASCII: it is read in whatever encoding the machine has.
    return json.dumps(described, indent=2)
