"""The base class of lecture scenes: beats, narration lines and the title."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, Self

from manim import LEFT, UP, Scene, Typst, config

from lecture.config.discovery import add_lecture_path
from lecture.config.spec import LectureSpec, active_spec
from lecture.config.words import LineWords, SceneWords
from lecture.files import RESULTS_FOLDER
from lecture.kit.languages import set_language
from lecture.kit.layout import frame, is_portrait, set_frame
from lecture.kit.pacing import Pacing, ReadingPace
from lecture.kit.theme import set_default_colors, set_theme
from lecture.kit.typeset import baseline_height, fit, prose
from lecture.kit.word_times import word_onset
from lecture.kit.words import fill, fill_line
from lecture.timeline import Beat, Line

__all__ = ["TITLE", "LectureScene"]

TITLE = "title"
"""Name of the title mobject of a scene."""

_TITLE_SIZE = 44.0
_TITLE_DROP = 0.38
_AFTER_TOPIC = re.compile(r"^(\*[^*]+\*)(?: [—–])? ")  # the bold topic, before the statement

# Files of scenes import this module before modules of their own package.
add_lecture_path()


class LectureScene(Scene):
    """A scene with beats and narration lines.

    By convention, ``construct`` calls one method per beat. The method begins with :meth:`beat` and
    plays its animations inside ``with self.narrate(...)`` blocks.

    Parameters
    ----------
    *args, **kwargs
        Passed to :class:`manim.Scene`.
    spec
        Settings of the lecture; by default from `set_spec`, else from ``lecture.toml``.
    pacing
        Times of lines; by default the reading speed of the spec.

    Attributes
    ----------
    spec_model : type of LectureSpec
        Model of ``lecture.toml``, set by the base scene of a lecture.
    spec : LectureSpec
        Settings of the lecture.
    recorded_beats : list of Beat
        Beats that have begun.
    recorded_lines : list of Line
        Narration lines that have ended.
    cache_dir : pathlib.Path
        Folder for results of long computations, such as trainings, shared by all processes of a
        render and by later renders. Cached results need a key that covers all their inputs;
        ``joblib.Memory`` computes one.

    Examples
    --------
    A scene without a words file::

        class Halves(LectureScene):
            def construct(self):
                self.beat("start", notes="Ask for a guess first.")
                with self.say("Halves add up to one.") as seconds:
                    self.play(Create(Square()), run_time=seconds)
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
        active = set_theme(self.spec.palette)
        set_default_colors(active)
        config.background_color = active.background
        set_frame(self.spec.aspect)  # before Scene.__init__ creates the camera
        self.recorded_beats: list[Beat] = []
        self.recorded_lines: list[Line] = []
        self._running_line: tuple[float, str, str, str] | None = None
        super().__init__(*args, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the scene itself, so that mobjects may hold its methods as functions.

        A copy of a mobject copies all that it holds, also the scene of a method. In manim 0.22, a
        scene holds locks and cannot be copied, and a copy would not be the scene that runs.
        """
        return self

    def set_spec(
        self, spec: LectureSpec, pacing: Pacing | None = None, cache_dir: Path | None = None
    ) -> None:
        """Set the spec, the pacing and the cache folder.

        A renderer calls this before ``__init__``, so that subclasses may have an ``__init__`` with
        any parameters.

        Parameters
        ----------
        spec
            Settings of the lecture.
        pacing
            Times of lines; by default the reading speed of the spec.
        cache_dir
            Folder for cached results; by default in manim's media folder.
        """
        self.spec = spec
        self.pacing = pacing or ReadingPace(spec.pace)
        self.cache_dir = (cache_dir or Path(config.media_dir) / "cache" / RESULTS_FOLDER).resolve()

    @cached_property
    def words(self) -> SceneWords:
        """Words of the scene in the active language; empty for a scene without words.

        A class may set its own, also by a property. A scene may use the name for something else:
        lines, labels and the title then keep the words of its class.
        """
        return self._words_of_class()

    def _words_of_class(self) -> SceneWords:
        words: Any = inspect.getattr_static(type(self), "words")
        if isinstance(words, property):
            words = words.__get__(self)
        if isinstance(words, SceneWords):
            return words
        name = type(self).__name__
        if self.spec.lecture is None:
            return SceneWords(title=name)
        scenes = self.spec.lecture.load_words(self.spec.language).scenes
        return scenes.get(name, SceneWords(title=name))

    def label(self, key: str, **values: str) -> str:
        """Return a label of the words file as Typst markup.

        Parameters
        ----------
        key
            Key of the label.
        **values
            Formatted values of its placeholders.

        Raises
        ------
        ValueError
            The words file has no such label, or a placeholder has no value.
        """
        labels = self._words_of_class().labels
        return fill(labels[self._known("label", key, labels)], values)

    def title_of(self, **values: str) -> Typst:
        """Return the title at the top left of the frame, scaled down if it is too wide.

        In a portrait frame, the title has two lines: the topic, and the rest below it.

        Parameters
        ----------
        **values
            Formatted values of the title's placeholders.
        """
        markup = fill(self._words_of_class().title, values)
        if is_portrait():
            markup = _AFTER_TOPIC.sub(r"\1 \\ ", markup, count=1)
        title = prose(markup, font_size=_TITLE_SIZE, track_baselines=True)
        available = frame()
        fit(title, available.width).move_to(available.top_left, aligned_edge=UP + LEFT)
        title.name = TITLE
        if is_portrait():
            return title
        # The same baseline in all scenes, whatever the height of formulas in the title.
        return title.shift((available.top - _TITLE_DROP - baseline_height(title)) * UP)

    def beat(
        self,
        name: str,
        *,
        notes: str | None = None,
        description: str | None = None,
        loop: bool = False,
        **values: str,
    ) -> None:
        """Begin a beat, which is also a manim section.

        Parameters
        ----------
        name
            Key of the beat, in snake case.
        notes
            Speaker notes, plain text; by default those of the words file.
        description
            What the beat shows, plain text for readers who do not see it; by default that of the
            words file.
        loop
            True if the clip of the beat may loop; its last frame should match its first.
        **values
            Formatted values of the placeholders in notes, description and formula.
        """
        words = self._words_of_class()
        if notes is None:
            notes = fill(words.beats[name].notes, values) if name in words.beats else ""
        if description is None:
            description = fill(words.descriptions.get(name, ""), values)
        formula = fill(words.formulas.get(name, ""), values)
        self.next_section(name)
        begun = Beat(
            name=name,
            start=self._frames(),
            notes=notes,
            description=description,
            formula=formula,
            loop=loop,
        )
        self.recorded_beats.append(begun)

    def add_subcaption(self, content: str, duration: float = 1, offset: float = 0) -> None:
        """Add a line that shows, and is spoken, for `duration` seconds from now plus `offset`.

        Use :meth:`say` where the animations should last as long as the line.

        Parameters
        ----------
        content
            Text of the line.
        duration
            Duration in seconds.
        offset
            Start in seconds from now.
        """
        super().add_subcaption(content, duration, offset)
        start = float(self.time) + offset
        if content.strip():
            beat = self._current_beat()
            key = self._unique_key(beat, "subcaption")
            self._record(beat, key, content, content, start, start + duration)

    @contextmanager
    def say(self, caption: str, *, spoken: str | None = None, key: str = "line") -> Iterator[float]:
        """Play animations during a narration line; wait at the end of the block for its end.

        Parameters
        ----------
        caption
            Text of the caption.
        spoken
            Text for a voice; by default the caption.
        key
            Key of the line in the beat. A key that the beat has used already gets a number.

        Yields
        ------
        float
            Duration of the line in seconds, for the ``run_time`` of animations. Longer animations
            extend the line.
        """
        start = float(self.time)
        beat = self._current_beat()
        key = self._unique_key(beat, key)
        seconds = self.pacing.seconds(beat, key, caption)
        outer, self._running_line = self._running_line, (start, beat, key, caption)
        try:
            yield seconds
        finally:
            self._running_line = outer
        self._wait_until(start + seconds)
        end = float(self.time)
        super().add_subcaption(caption, duration=end - start, offset=start - end)
        self._record(beat, key, caption, caption if spoken is None else spoken, start, end)

    @contextmanager
    def narrate(self, key: str, **values: str) -> Iterator[float]:
        """Play animations during a line of the words file; see :meth:`say`.

        Parameters
        ----------
        key
            Key of the line in the current beat.
        **values
            Formatted values of the line's placeholders.

        Yields
        ------
        float
            Duration of the line in seconds.

        Raises
        ------
        ValueError
            The beat has no such line, or a placeholder has no value.
        """
        line = fill_line(self._line(key), values)
        with self.say(line.caption, spoken=line.spoken, key=key) as seconds:
            yield seconds

    def at_word(self, word: str, *, occurrence: int = 1) -> None:
        """Wait until a word of the running line is spoken; call it in a block of a line.

        The wait ends on the frame nearest to the start of the word. There is no wait for a word
        that has begun already.

        Parameters
        ----------
        word
            A word of the caption, in the active language, or several words in a row. Case and
            punctuation do not matter.
        occurrence
            Number of the occurrence in the line, from 1.

        Raises
        ------
        ValueError
            The line has no such word, or no line is running.

        Examples
        --------
        ::

            with self.say("The first layer is the slowest of all."):
                self.at_word("slowest")
                self.play(Indicate(first_layer))
        """
        if self._running_line is None:
            hint = "call it in a block of self.say or self.narrate"
            raise ValueError(f"at_word({word!r}): no line is running; {hint}")
        start, *line = self._running_line
        onset = start + word_onset(self.pacing.words(*line), word, occurrence)
        self._wait_frames(round((onset - float(self.time)) * float(config.frame_rate)))

    def _current_beat(self) -> str:
        return self.recorded_beats[-1].name if self.recorded_beats else ""

    def _record(
        self, beat: str, key: str, caption: str, spoken: str, start: float, end: float
    ) -> None:
        self.recorded_lines.append(
            Line(beat=beat, key=key, caption=caption, spoken=spoken, start=start, end=end)
        )

    def _frames(self) -> int:
        return round(float(self.time) * float(config.frame_rate))

    def _unique_key(self, beat: str, key: str) -> str:
        used = {line.key for line in self.recorded_lines if line.beat == beat}
        if key not in used:
            return key
        return next(name for n in count(2) if (name := f"{key}_{n}") not in used)

    def _line(self, key: str) -> LineWords:
        beat, beats = self._current_beat(), self._words_of_class().beats
        lines = beats[self._known("beat", beat, beats)].lines
        return lines[self._known("line", key, lines, f".{beat}")]

    def _known(self, kind: str, key: str, keys: Collection[str], table: str = "") -> str:
        if key not in keys:
            known, words = ", ".join(keys) or "none", f"{type(self).__name__}{table}"
            raise ValueError(f"words: {words} has no {kind} {key!r}; it has: {known}")
        return key

    def _wait_until(self, time: float) -> None:
        """Wait until `time`, rounded up to a full frame."""
        # Manim truncates a wait to full frames, so over many lines the frames would run ahead of
        # the voice.
        self._wait_frames(math.ceil((time - float(self.time)) * float(config.frame_rate) - 1e-6))

    def _wait_frames(self, frames: int) -> None:
        if frames > 0:
            # The half frame guards against rounding errors.
            self.wait((frames + 0.5) / float(config.frame_rate))
