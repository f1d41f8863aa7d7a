"""What workers are given, what they return, and the folders that they work in."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

from lecture.config.contract import SceneEntry
from lecture.config.spec import LectureSpec
from lecture.files import RESULTS_FOLDER, name_part
from lecture.formats import FrameFormat
from lecture.render.backend.encoding import Encoding
from lecture.render.backend.speech_turns import in_turn
from lecture.render.dependencies import NO_DEPENDENCIES, Dependencies
from lecture.timeline import Beat, Line, LineSpeech, SceneSound, SceneTimeline

__all__ = [
    "WORK_FOLDER",
    "Executor",
    "ProgressDisplay",
    "RenderMode",
    "RenderResult",
    "RenderTask",
    "RenderedBeat",
    "SceneRenderSpec",
    "clear_work",
    "task_in",
]

WORK_FOLDER = "work"
"""Folder of the work directories in a cache folder."""

# Error messages name the logs of failed tasks, so the latest ones stay.
_FAILED, _LOGS = "failed", 20


@dataclass(frozen=True, slots=True, eq=False)
class SceneRenderSpec:
    """A scene and everything that its frames depend on.

    Parameters
    ----------
    scene
        The scene.
    format
        Size and rate of the frames.
    spec
        The lecturer's choices.
    encoding
        Encoding of the segments.
    speech
        Times of speech by line (see `lecture.kit.pacing.line_id`); ``None`` if lines last as long
        as it takes to read them.
    """

    scene: SceneEntry
    format: FrameFormat
    spec: LectureSpec
    encoding: Encoding = Encoding.H264
    speech: Mapping[str, LineSpeech] | None = None

    @property
    def title(self) -> str:
        """Title of the scene: its entry's in English, else its topic in the language."""
        code, lecture = self.spec.language, self.spec.lecture
        if code == "en" or lecture is None:
            return self.scene.title
        return lecture.topic(self.scene.name, code)


class RenderMode(Enum):
    """What a task makes of each beat."""

    VIDEO = "video"
    LAST_FRAMES = "last frames"
    """The last frame, as PNG."""
    TIMELINE = "timeline"
    """No picture: only its times, notes and lines."""
    CHECK = "check"
    """No picture: a `lecture.timeline.BeatCheck` of all its frames, as JSON."""

    @property
    def skips_frames(self) -> bool:
        """True if each animation jumps to its end."""
        return self in {RenderMode.LAST_FRAMES, RenderMode.TIMELINE}


@dataclass(frozen=True, slots=True)
class RenderTask:
    """A range of beats of a scene to render.

    Parameters
    ----------
    render_spec
        The scene.
    key
        Cache key of the scene.
    folder
        Work directory for formulas and the log, used by no other task at the same time.
    beats
        Indices of the first beat and of the beat after the last; ``None`` for the scene's end.
    cache_folder
        Cache that receives each segment when it is complete; ``None`` to return the segments.
    mode
        What to make of each beat.
    results
        Folder for results that the scene computes, shared by all tasks; ``None`` for one in
        `folder`.
    known
        What earlier runs of the scene depended on, for workers on other machines.
    """

    render_spec: SceneRenderSpec
    key: str
    folder: Path
    beats: tuple[int, int | None] = (0, None)
    cache_folder: Path | None = None
    mode: RenderMode = RenderMode.VIDEO
    results: Path | None = None
    known: Dependencies = NO_DEPENDENCIES

    @property
    def log(self) -> Path:
        """Log of the worker process."""
        return self.folder / f"{name_part(self.render_spec.scene.name)}.log"

    @property
    def title(self) -> str:
        """Name of the scene, with the number of the first beat if that is not 1."""
        first, name = self.beats[0], self.render_spec.scene.name
        return f"{name} ({first + 1})" if first else name

    def mark_as_failed(self) -> None:
        """Let the log stay in later runs."""
        with suppress(OSError):  # a worker of a cluster has its log elsewhere; the disk may be full
            if self.log.exists():
                (self.folder / _FAILED).touch()


def task_in(
    folder: Path,
    render_spec: SceneRenderSpec,
    key: str,
    name: str,
    *,
    mode: RenderMode = RenderMode.VIDEO,
    beats: tuple[int, int | None] = (0, None),
    cache_folder: Path | None = None,
) -> RenderTask:
    """Return a task with a work directory of its own in a cache folder.

    The directory is named after the scene, its key and `name`.
    """
    work_dir = folder / WORK_FOLDER / f"{name_part(render_spec.scene.name)}-{key[:8]}-{name}"
    results = folder / RESULTS_FOLDER
    return RenderTask(render_spec, key, work_dir, beats, cache_folder, mode, results)


@dataclass(frozen=True, slots=True)
class RenderedBeat:
    """A rendered beat.

    Parameters
    ----------
    index
        Index in the scene, from 0.
    record, lines, sounds
        The beat, its narration lines and its sounds.
    data
        The segment, unless it is in the cache; the picture in `RenderMode.LAST_FRAMES`, the check
        in `RenderMode.CHECK`.
    sound_files
        Contents of the files of the sounds by checksum, unless they are in the cache.
    states
        Digests of the state of the scene before the beat and after it.
    dependencies
        What the scene depended on up to the end of the beat.
    """

    index: int
    record: Beat
    lines: tuple[Line, ...] = ()
    data: bytes = b""
    sounds: tuple[SceneSound, ...] = ()
    sound_files: Mapping[str, bytes] = field(default_factory=dict)
    states: tuple[str, str] = ("", "")
    dependencies: Dependencies = NO_DEPENDENCIES


@dataclass(frozen=True, slots=True)
class RenderResult:
    """The result of a task.

    Parameters
    ----------
    beats
        The rendered beats, in order.
    last
        True if the scene ran to its end.
    passed
        Number of beats that the scene ran through, from its first on.
    seconds
        CPU seconds.
    reads_frames
        True if the scene read frames that the task did not draw, and was ended: all its beats must
        be rendered by one task.
    dependencies
        What the scene depended on.
    """

    beats: tuple[RenderedBeat, ...]
    last: bool
    passed: int = 0
    seconds: float = 0.0
    reads_frames: bool = False
    dependencies: Dependencies = NO_DEPENDENCIES

    def timeline(self, render_spec: SceneRenderSpec, *, exact: bool = True) -> SceneTimeline:
        """Return the timeline of the scene; the result must hold all its beats.

        Unless its times are `exact`, it has all lines, even if they seem to show no frame.
        """
        return SceneTimeline(
            name=render_spec.scene.name,
            title=render_spec.title,
            width=render_spec.format.width,
            height=render_spec.format.height,
            fps=render_spec.format.fps,
            beats=tuple(beat.record for beat in self.beats),
            lines=self._lines(render_spec, exact=exact),
            sounds=tuple(sound for beat in self.beats for sound in beat.sounds),
        )

    def _lines(self, render_spec: SceneRenderSpec, *, exact: bool) -> tuple[Line, ...]:
        """Return all lines, each cut where the next line or the end of the scene comes first.

        A plain scene of manim may add subcaptions that overlap, begin before it, outlast it, or
        show no frame. If times are exact, the last ones are left out.
        """
        fps = render_spec.format.fps
        given = [line for beat in self.beats for line in beat.lines]
        lines = in_turn(given, render_spec.speech or {})
        seconds = sum(beat.record.frames for beat in self.beats) / fps
        limits = [*(line.start for line in lines), seconds if exact else math.inf][1:]
        cut = [
            line.model_copy(update={"end": limit}) if line.end > limit + 1e-6 else line
            for line, limit in zip(lines, limits, strict=True)
        ]
        return tuple(line for line in cut if not exact or line.end - line.start > 0.5 / fps)


class Executor(Protocol):
    """Runs render tasks: in processes of this machine, or on the workers of a cluster."""

    @property
    def workers(self) -> int:
        """Number of tasks that run at the same time."""

    @property
    def shares_disk(self) -> bool:
        """True if workers can write to the cache; else results carry the segments."""

    def submit(self, task: RenderTask, priority: float = 0.0) -> Future[RenderResult]:
        """Run a task as soon as a worker is free, those of the highest priority first.

        The future raises `RenderError` if the task fails.
        """


class ProgressDisplay(Protocol):
    """Shows the progress of a render; its methods may be called from any thread."""

    def message(self, text: str) -> None:
        """Print a line."""

    def step(self, text: str, *, brief: bool = False) -> None:
        """Show that a step of unknown length begins; a log leaves out a brief one."""

    def dry_run(self, scenes: int) -> None:
        """Show that the dry runs of some scenes begin."""

    def dry_run_done(self, scene: str) -> None:
        """Show that the dry run of a scene is done."""

    def speech(self, scene: str, done: int, lines: int) -> None:
        """Show how many lines of a scene are spoken."""

    def begin(self, estimates: Mapping[str, float], scenes: int) -> None:
        """Show that the chunks of some scenes begin, each with its estimated seconds of work."""

    def progress(self, chunk: str, frames: int) -> None:
        """Show how many frames of a chunk are done."""

    def done(self, chunk: str) -> None:
        """Show that a chunk is done."""

    def worked(self, seconds: float, *, dry_run: bool) -> None:
        """Count CPU seconds of a worker for the dry runs, or for drawing and encoding."""


def clear_work(folder: Path) -> None:
    """Remove what failed and killed processes have left, but for the latest logs of failures."""
    marks = sorted(folder.glob(f"*/{_FAILED}"), key=lambda mark: mark.stat().st_mtime)
    stay = {mark.parent for mark in marks[-_LOGS:]}
    for work_dir in folder.glob("*"):
        if work_dir not in stay:
            shutil.rmtree(work_dir, ignore_errors=True)
    for path in folder.glob("*/*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix != ".log" and path.name != _FAILED:
            path.unlink(missing_ok=True)
