"""Timelines: the beats and narration lines of a scene with their times.

Captions, chapters, clips, slides and pages are made from timelines, without running a scene.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from lecture.files import name_part
from lecture.model import FrozenModel

__all__ = [
    "OPENING",
    "WHOLE",
    "Beat",
    "BeatCheck",
    "LayoutFault",
    "Line",
    "LineSpeech",
    "RenderedScene",
    "SceneSound",
    "SceneTimeline",
    "SpokenWord",
]

OPENING, WHOLE = "opening", "whole"
"""Names of the frames before the first beat of a scene, and of a scene without beats.

A scene may have beats of these names, too.
"""


class Beat(FrozenModel):
    """A beat of a scene.

    Parameters
    ----------
    name
        Key of the beat, in snake case.
    start
        Index of the first frame, from the first frame of the scene.
    frames
        Number of frames; 0 while the beat runs.
    notes
        Speaker notes, plain text.
    description
        What the beat shows, plain text.
    formula
        Formula of the beat, Typst math.
    loop
        True if the clip of the beat may loop.
    """

    name: str
    start: int
    frames: int = 0
    notes: str = ""
    description: str = ""
    formula: str = ""
    loop: bool = False

    @property
    def heading(self) -> str:
        """Name in words.

        Examples
        --------
        >>> Beat(name="the_log_axis", start=0, frames=1).heading
        'the log axis'
        """
        return self.name.replace("_", " ")


class Line(FrozenModel):
    """A narration line.

    Parameters
    ----------
    beat
        Key of its beat.
    key
        Key of the line in the beat.
    caption
        Text of the caption.
    spoken
        Text for a voice.
    start, end
        Seconds from the start of the scene.
    """

    beat: str
    key: str
    caption: str
    spoken: str
    start: float
    end: float


class SpokenWord(FrozenModel):
    """A word of a narration line and when it is spoken.

    Parameters
    ----------
    word
        The word, without punctuation.
    start, end
        Seconds from the start of the line.
    """

    word: str
    start: float
    end: float


class LineSpeech(FrozenModel):
    """The times of the speech of a narration line.

    Parameters
    ----------
    seconds
        Duration.
    words
        Words of the spoken text in order; none if only the duration is known.
    """

    seconds: float
    words: tuple[SpokenWord, ...] = ()


class SceneSound(FrozenModel):
    """A sound that a scene adds with ``add_sound``.

    Parameters
    ----------
    file
        The sound file; for a rendered scene, the copy in the cache.
    sha256
        Checksum of the file.
    start
        Seconds from the start of the scene.
    gain
        Gain in dB.
    background_gain
        Gain in dB of the sounds before, as long as this one lasts.
    """

    file: Path
    sha256: str
    start: float
    gain: float = 0.0
    background_gain: float = 0.0


class SceneTimeline(FrozenModel):
    """The timeline of a scene.

    Parameters
    ----------
    name
        Class name of the scene.
    title
        Title, plain text.
    width, height
        Frame size in pixels.
    fps
        Frames per second.
    beats
        Beats in order, without gaps.
    lines
        Narration lines in order.
    sounds
        Sounds of the scene in the order in which they were added.
    """

    name: str
    title: str
    width: int
    height: int
    fps: int
    beats: tuple[Beat, ...]
    lines: tuple[Line, ...] = ()
    sounds: tuple[SceneSound, ...] = ()

    @property
    def frames(self) -> int:
        """Number of frames."""
        return sum(beat.frames for beat in self.beats)

    @property
    def seconds(self) -> Fraction:
        """Duration."""
        return Fraction(self.frames, self.fps)

    def beat_id(self, beat_index: int) -> str:
        """Return the name of a beat in addresses of the page, unique among all scenes.

        Examples
        --------
        >>> beats = tuple(Beat(name=name, start=0) for name in ("step", "the/end", "step"))
        >>> timeline = SceneTimeline(name="S", title="", width=1, height=1, fps=1, beats=beats)
        >>> [timeline.beat_id(index) for index in range(3)]
        ['S.step', 'S.the_end~df5da894', 'S.step.2']
        """
        name = self.beats[beat_index].name
        number = sum(beat.name == name for beat in self.beats[: beat_index + 1])
        parts = [name_part(self.name), name_part(name), *([str(number)] if number > 1 else [])]
        return ".".join(parts)

    def lines_of(self, beat_index: int) -> tuple[Line, ...]:
        """Return the lines that begin in a beat.

        Examples
        --------
        >>> line = Line(beat="b", key="k", caption="", spoken="", start=1.0, end=2.0)
        >>> first = Beat(name="a", start=0, frames=15)
        >>> beats = (first, Beat(name="b", start=15, frames=9))
        >>> frame_format = {"width": 854, "height": 480, "fps": 15}
        >>> timeline = SceneTimeline(name="S", title="", beats=beats, lines=(line,), **frame_format)
        >>> timeline.lines_of(0), timeline.lines_of(1) == (line,)
        ((), True)
        """
        beat = self.beats[beat_index]
        end = beat.start + beat.frames
        # Lines begin on frames, except for rounding errors.
        return tuple(
            line for line in self.lines if beat.start <= round(line.start * self.fps) < end
        )


class LayoutFault(FrozenModel):
    """A fault of the layout, such as a text that overlaps another.

    Parameters
    ----------
    message
        The fault, such as ``"'w_1' overlaps '0.727'"``.
    start, end
        Seconds from the start of the scene, of the first and after the last frame that has it.
    """

    message: str
    start: float
    end: float


class BeatCheck(FrozenModel):
    """The check of all frames of a beat.

    Parameters
    ----------
    faults
        Faults of the layout, in order.
    still
        Start and end, in seconds from the start of the scene, of each span without a change.
    """

    faults: tuple[LayoutFault, ...]
    still: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class RenderedScene:
    """A rendered scene.

    Parameters
    ----------
    record
        Timeline of the scene.
    segments
        Videos of the beats, without sound, all encoded with the same settings. Each begins with a
        key frame, so segments can be concatenated without encoding, or used as clips. Where only
        some beats were asked for, the others have none, and their times are estimates.
    """

    record: SceneTimeline
    segments: tuple[Path, ...]
