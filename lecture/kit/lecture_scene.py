"""The scene that all scenes of the lecture derive from: beats, narration lines, the title."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from manim import LEFT, UP, Scene, Typst, config

from lecture.config.spec import LectureSpec, active_spec
from lecture.config.words import LineWords, SceneWords
from lecture.files import RESULTS_FOLDER
from lecture.kit.languages import set_language
from lecture.kit.layout import frame, is_portrait, set_frame
from lecture.kit.pacing import Pacing, ReadingPace
from lecture.kit.theme import set_theme
from lecture.kit.typeset import baseline_height, fit, prose
from lecture.kit.words import fill, fill_line
from lecture.timeline import Beat, Line

__all__ = ["TITLE", "LectureScene"]

TITLE = "title"
"""Name that marks the title among the mobjects of a scene."""

_TITLE_SIZE = 40.0
_TITLE_DROP = 0.38
_AFTER_TOPIC = re.compile(r"^(\*[^*]+\*)(?: [—–])? ")  # where the point begins


class LectureScene(Scene):
    """A scene made of beats and narration lines.

    ``construct`` reads as a table of contents: it calls one short method a beat. Each of these
    begins with :meth:`beat` and runs its animations inside ``with self.narrate(...)`` blocks.

    Parameters
    ----------
    spec
        What the lecturer chose; read from ``lecture.toml`` unless given here or to `set_spec`.
    pacing
        How long lines last; the reading speed of the spec unless given.

    Attributes
    ----------
    spec_model : type of LectureSpec
        The model of the lecture's ``lecture.toml``; a lecture's own base scene sets it.
    spec : LectureSpec
        What the lecturer chose.
    beats : list of Beat
        The beats that have begun so far.
    lines : list of Line
        The narration lines that have ended so far.
    cache_dir : pathlib.Path
        A folder for results that take long to compute, such as trainings: the same folder for
        each process of a render and for the next render. What a scene stores there, it has to
        find again under a key of all that decides on the result; ``joblib.Memory`` does this.
    """

    spec_model: ClassVar[type[LectureSpec]] = LectureSpec
    spec: LectureSpec

    def __init__(
        self,
        *args: Any,
        spec: LectureSpec | None = None,
        pacing: Pacing | None = None,
        **kwargs: Any,
    ) -> None:
        if spec is not None or not hasattr(self, "spec"):
            self.set_spec(spec if spec is not None else active_spec(self.spec_model), pacing)
        set_language(self.spec.language)
        config.background_color = set_theme(self.spec.theme).background
        set_frame(self.spec.aspect)  # before the camera is made, which looks it up
        self.beats: list[Beat] = []
        self.lines: list[Line] = []
        super().__init__(*args, **kwargs)

    def set_spec(
        self, spec: LectureSpec, pacing: Pacing | None = None, cache_dir: Path | None = None
    ) -> None:
        """Set what a renderer decides; it calls this before ``__init__``.

        So a scene's own ``__init__`` may take any arguments, or none.

        Parameters
        ----------
        spec
            What the lecturer chose.
        pacing
            How long lines last; the reading speed of the spec unless given.
        cache_dir
            The folder for cached results; below manim's media folder unless given.
        """
        self.spec = spec
        self.pacing = pacing or ReadingPace(spec.pace)
        self.cache_dir = (cache_dir or Path(config.media_dir) / "cache" / RESULTS_FOLDER).resolve()

    @property
    def words(self) -> SceneWords:
        """The words of this scene; empty for a scene that the words file does not know."""
        name = type(self).__name__
        if self.spec.lecture is None:
            return SceneWords(title=name)
        words = self.spec.lecture.load_words(self.spec.language)
        return words.scenes.get(name, SceneWords(title=name))

    def label(self, key: str, **values: str) -> str:
        """Return a short text for the screen, as Typst markup, with its placeholders filled."""
        return fill(self.words.labels[key], values)

    def title_of(self, **values: str) -> Typst:
        """Return the title of the scene at the top left, with `values` filled in.

        It takes one line, or in a portrait frame two: the topic, and below it the point.
        """
        markup = fill(self.words.title, values)
        if is_portrait():
            markup = _AFTER_TOPIC.sub(r"\1 \\ ", markup, count=1)
        title = prose(markup, font_size=_TITLE_SIZE, track_baselines=True)
        available = frame()
        fit(title, available.width).move_to(available.top_left, aligned_edge=UP + LEFT)
        title.name = TITLE
        if is_portrait():
            return title
        # Titles stand on one line in all scenes, whatever formulas they end with.
        return title.shift((available.top - _TITLE_DROP - baseline_height(title)) * UP)

    def beat(
        self, name: str, *, notes: str | None = None, loop: bool = False, **values: str
    ) -> None:
        """Begin the beat called `name`.

        Parameters
        ----------
        name
            Key of the beat in the words file.
        notes
            Speaker notes; those of the words file unless given.
        loop
            Whether the clip of this beat may run in a loop.
        **values
            Formatted values for the placeholders of the notes.
        """
        words = self.words.beats.get(name)
        if notes is None:
            notes = fill(words.notes, values) if words is not None else ""
        self.next_section(name)
        self.beats.append(Beat(name=name, start=self._frames(), notes=notes, loop=loop))

    @contextmanager
    def say(self, caption: str, *, spoken: str | None = None, key: str = "line") -> Iterator[float]:
        """Run animations under a narration line, and hold the picture until the line has ended.

        Parameters
        ----------
        caption
            What the subcaption shows.
        spoken
            What a voice says; the caption unless given.
        key
            Names the line within its beat. Where a beat has told a line of that name already, a
            number is put behind it.

        Yields
        ------
        float
            Seconds that the line lasts, for animations that should fill it.
        """
        start = float(self.time)
        beat = self.beats[-1].name if self.beats else ""
        key = self._unused(beat, key)
        seconds = self.pacing.seconds(beat, key, caption)
        yield seconds
        self._hold_until(start + seconds)
        end = float(self.time)
        self.add_subcaption(caption, duration=end - start, offset=start - end)
        aloud = caption if spoken is None else spoken
        self.lines.append(
            Line(beat=beat, key=key, caption=caption, spoken=aloud, start=start, end=end)
        )

    @contextmanager
    def narrate(self, key: str, **values: str) -> Iterator[float]:
        """Like :meth:`say`, with the line `key` of the current beat in the words file."""
        line = fill_line(self._line(key), values)
        with self.say(line.caption, spoken=line.spoken, key=key) as seconds:
            yield seconds

    def _frames(self) -> int:
        return round(float(self.time) * float(config.frame_rate))

    def _unused(self, beat: str, key: str) -> str:
        used = {line.key for line in self.lines if line.beat == beat}
        if key not in used:
            return key
        return next(name for n in count(2) if (name := f"{key}_{n}") not in used)

    def _line(self, key: str) -> LineWords:
        beat = self.beats[-1].name
        lines = self.words.beats[beat].lines
        if key not in lines:
            known = ", ".join(lines) or "none"
            scene = type(self).__name__
            raise ValueError(f"words: {scene}.{beat} has no line {key!r}; it has: {known}")
        return lines[key]

    def _hold_until(self, moment: float) -> None:
        """Wait until `moment`, to the next full frame.

        A wait is cut down to whole frames, which over many lines would let the picture run ahead
        of the voice; so the number of frames is rounded up here, and half a frame is added to
        keep it there against rounding errors.
        """
        frame_rate = float(config.frame_rate)
        frames = math.ceil((moment - float(self.time)) * frame_rate - 1e-6)
        if frames > 0:
            self.wait((frames + 0.5) / frame_rate)
