"""What a scene is known to hold once it has run: its beats and lines, with their times.

Captions, chapters, clips, slides and pages are all made from these records; no scene has to run
again for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from lecture.model import FrozenModel

__all__ = ["Beat", "Line", "RenderedScene", "SceneTimeline"]


class Beat(FrozenModel):
    """One beat of a scene.

    Parameters
    ----------
    name
        Its key, in snake case.
    start, frames
        Its first frame, counted from the scene's, and how many it has; none while it runs.
    notes
        Notes for the speaker, Markdown.
    loop
        Whether its clip may run in a loop.
    """

    name: str
    start: int
    frames: int = 0
    notes: str = ""
    loop: bool = False

    @property
    def heading(self) -> str:
        """The name, for people.

        Examples
        --------
        >>> Beat(name="the_log_axis", start=0, frames=1).heading
        'the log axis'
        """
        return self.name.replace("_", " ")


class Line(FrozenModel):
    """One narration line.

    Parameters
    ----------
    beat, key
        The names of its beat and of the line within it.
    caption, spoken
        What is shown, and what a voice says.
    start, end
        Seconds from the beginning of the scene.
    """

    beat: str
    key: str
    caption: str
    spoken: str
    start: float
    end: float


class SceneTimeline(FrozenModel):
    """One scene of a film.

    Parameters
    ----------
    name, title
        The scene's class, and what it shows in plain words.
    width, height, fps
        Of its frames.
    beats
        Its beats, which follow each other without a gap and hold all its frames.
    lines
        Its narration, in order.
    """

    name: str
    title: str
    width: int
    height: int
    fps: int
    beats: tuple[Beat, ...]
    lines: tuple[Line, ...] = ()

    @property
    def frames(self) -> int:
        """How many frames there are in all."""
        return sum(beat.frames for beat in self.beats)

    @property
    def seconds(self) -> Fraction:
        """How long the scene runs."""
        return Fraction(self.frames, self.fps)

    def lines_of(self, beat_index: int) -> tuple[Line, ...]:
        """Return the lines that begin in a beat.

        Examples
        --------
        >>> line = Line(beat="b", key="k", caption="", spoken="", start=1.0, end=2.0)
        >>> first = Beat(name="a", start=0, frames=15)
        >>> beats = (first, Beat(name="b", start=15, frames=9))
        >>> form = {"width": 854, "height": 480, "fps": 15}
        >>> record = SceneTimeline(name="S", title="", beats=beats, lines=(line,), **form)
        >>> record.lines_of(0), record.lines_of(1) == (line,)
        ((), True)
        """
        beat = self.beats[beat_index]
        until = beat.start + beat.frames
        # Lines begin on frames, but for rounding.
        return tuple(
            line for line in self.lines if beat.start <= round(line.start * self.fps) < until
        )


@dataclass(frozen=True, slots=True)
class RenderedScene:
    """A scene that has been filmed.

    Parameters
    ----------
    record
        What it holds.
    segments
        A film for each beat, without sound, all encoded with the same settings; each begins with
        a key frame, so they can be joined packet by packet, or each be used as a clip.
    """

    record: SceneTimeline
    segments: tuple[Path, ...]
