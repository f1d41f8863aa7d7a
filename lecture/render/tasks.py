"""What a process is asked to do with a scene, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from lecture.config.contract import SceneEntry
from lecture.config.spec import LectureSpec
from lecture.formats import FrameFormat
from lecture.render.backend.encoding import Encoding
from lecture.timeline import Beat, Line, SceneTimeline

__all__ = [
    "ProgressDisplay",
    "RenderMode",
    "RenderResult",
    "RenderTask",
    "RenderedBeat",
    "SceneRenderSpec",
]


@dataclass(frozen=True, slots=True, eq=False)
class SceneRenderSpec:
    """A scene, and all that its frames depend on.

    Parameters
    ----------
    scene
        Which one.
    format
        Size and rate of the frames.
    spec
        What the lecturer chose.
    encoding
        How its films are encoded.
    speech
        Seconds of speech by line (see `lecture.kit.pacing.line_id`); ``None`` where lines are paced
        by reading.
    """

    scene: SceneEntry
    format: FrameFormat
    spec: LectureSpec
    encoding: Encoding = Encoding.H264
    speech: Mapping[str, float] | None = None

    @property
    def title(self) -> str:
        """What the scene shows: in English as in the catalogue, else its topic."""
        code, lecture = self.spec.language, self.spec.lecture
        if code == "en" or lecture is None:
            return self.scene.title
        return lecture.topic(self.scene.name, code)


class RenderMode(Enum):
    """What of a scene's beats is wanted."""

    FILMS = "films"
    STILLS = "stills"
    """Their last frames alone, as PNG."""
    WORDS = "words"
    """No picture, only what they say."""


@dataclass(frozen=True, slots=True)
class RenderTask:
    """Some beats of a scene to film.

    Parameters
    ----------
    view
        The scene.
    key
        Under which the films of its beats are kept.
    folder
        For the formulas that the scene sets and for its log; no other process may write there
        at the same time.
    beats
        Which beats, counted from 0, the end left out; without an end, to the last.
    store
        Where the films of the beats go, each as soon as it is whole; ``None`` to answer with
        them.
    wanted
        What of the beats is wanted.
    results
        Cache of what the scene computes, which processes share; ``None`` for one below `folder`.
    """

    view: SceneRenderSpec
    key: str
    folder: Path
    beats: tuple[int, int | None] = (0, None)
    store: Path | None = None
    wanted: RenderMode = RenderMode.FILMS
    results: Path | None = None

    @property
    def log(self) -> Path:
        """Where all that the process says is kept."""
        return self.folder / f"{self.view.scene.name}.log"

    @property
    def title(self) -> str:
        """The scene, and from which beat on, where not from the first: to be shown."""
        first = self.beats[0]
        return f"{self.view.scene.name} ({first + 1})" if first else self.view.scene.name


@dataclass(frozen=True, slots=True)
class RenderedBeat:
    """A beat that has been filmed, or gone through.

    Parameters
    ----------
    index
        Its place in the scene, from 0.
    record, lines
        What it holds.
    film
        The file, unless it has been stored; or the picture, where stills are wanted.
    """

    index: int
    record: Beat
    lines: tuple[Line, ...] = ()
    film: bytes = b""


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What a slice turned out to hold.

    Parameters
    ----------
    beats
        Its beats, in order.
    last
        Whether the scene ended with them.
    passed
        How many beats it went through, from the first of the scene on; where the scene ended,
        that is all of them.
    seconds
        What it cost, in seconds of a processor.
    """

    beats: tuple[RenderedBeat, ...]
    last: bool
    passed: int = 0
    seconds: float = 0.0

    def record(self, view: SceneRenderSpec) -> SceneTimeline:
        """Return the record of a scene of which this is the whole.

        Parameters
        ----------
        view
            The scene.
        """
        return SceneTimeline(
            name=view.scene.name,
            title=view.title,
            width=view.format.width,
            height=view.format.height,
            fps=view.format.fps,
            beats=tuple(beat.record for beat in self.beats),
            lines=tuple(line for beat in self.beats for line in beat.lines),
        )


class ProgressDisplay(Protocol):
    """Receives the progress of a render, from any thread."""

    def note(self, text: str) -> None:
        """Print a line."""

    def dry_run(self, scenes: int) -> None:
        """Begin the dry runs of some scenes."""

    def speak(self, done: int, lines: int) -> None:
        """Show how many of all lines are spoken."""

    def begin(self, costs: Mapping[str, float]) -> None:
        """Begin to render chunks, each with an estimate of the work."""

    def at(self, chunk: str, frames: int) -> None:
        """Show how many frames of a chunk are done."""

    def done(self, chunk: str) -> None:
        """Show that a chunk is done."""
