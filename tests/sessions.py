"""Render sessions for tests, and a display that records the progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from lecture.config.contract import SceneEntry
from lecture.formats import FrameFormat
from lecture.kit.pacing import line_id
from lecture.render.executors import executor_factory
from lecture.render.session import RenderSession
from lecture.render.tasks import Executor, SceneRenderSpec
from lecture.timeline import LineSpeech, RenderedScene, SceneTimeline
from scenes.spec import GradientSpec

SIZE = FrameFormat(128, 72, 10)


@dataclass
class RecordingDisplay:
    """Records the progress of a session."""

    notes: list[str] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def message(self, text: str) -> None:
        self.notes.append(text)

    def step(self, text: str, *, brief: bool = False) -> None:
        if not brief:
            self.notes.append(f"{text} ...")

    def dry_run(self, scenes: int) -> None:
        self.notes.append(f"{scenes} dry runs")

    def dry_run_done(self, scene: str) -> None:
        """Forget that it ended."""

    def speech(self, scene: str, done: int, lines: int) -> None:
        """Forget how far it is."""

    def begin(self, estimates: Mapping[str, float], scenes: int) -> None:
        assert 0 < scenes <= len(estimates)
        self.chunks += estimates

    def progress(self, chunk: str, frames: int) -> None:
        """Forget how far it is."""

    def done(self, chunk: str) -> None:
        self.ended.append(chunk)

    def worked(self, seconds: float, *, dry_run: bool) -> None:
        """Forget what it cost."""


def render_spec(entry: SceneEntry, size: FrameFormat = SIZE) -> SceneRenderSpec:
    """Look at a scene as the lecturer of the defaults does."""
    return SceneRenderSpec(entry, size, GradientSpec())


def with_speech(
    silent: SceneRenderSpec, timeline: SceneTimeline, seconds: float = 1.0
) -> SceneRenderSpec:
    """Return a scene whose first line has a speech of some seconds."""
    line = timeline.lines[0]
    return replace(silent, speech={line_id(line.beat, line.key): LineSpeech(seconds=seconds)})


def render_session(
    folder: Path,
    *,
    workers: int = 2,
    display: RecordingDisplay | None = None,
    force: bool = False,
    executor: Callable[[], AbstractContextManager[Executor]] | None = None,
) -> RenderSession:
    """Return a session that renders into a cache folder."""
    display = display or RecordingDisplay()
    return RenderSession(
        folder, executor or executor_factory(display, workers=workers), display, force=force
    )


def render(folder: Path, *entries: SceneEntry, workers: int = 2) -> list[RenderedScene]:
    """Render scenes, as the command line does."""
    opened = render_session(folder, workers=workers)
    with opened.locked():
        return opened.render([render_spec(entry) for entry in entries])


def contents(rendered: list[RenderedScene]) -> list[list[bytes]]:
    """Return the bytes of each segment of each scene."""
    return [[path.read_bytes() for path in scene.segments] for scene in rendered]
