"""Render clips of beats in the background, of the latest request only."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import replace
from pickle import PicklingError
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.formats import Quality
from lecture.render.executors import usable_cores
from lecture.render.processes import FreshProcesses
from lecture.render.session import RenderSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from lecture.output.preview.content import BeatPreview
    from lecture.render.tasks import Executor, SceneRenderSpec

__all__ = ["ClipRenderer"]


class ClipRenderer:
    """Renders a clip in a thread of its own, until another one is asked for.

    Parameters
    ----------
    cache
        The cache folder.
    on_clip
        Called with the name of the scene, the beat and the clip.
    on_line
        Prints a line.
    """

    def __init__(
        self,
        cache: Path,
        on_clip: Callable[[str, BeatPreview, bytes], None],
        on_line: Callable[[str], None],
    ) -> None:
        self._cache = cache
        self._on_clip = on_clip
        self._on_line = on_line
        self._changed = threading.Condition()
        self._request: tuple[SceneRenderSpec, BeatPreview] | None = None
        self._processes: FreshProcesses | None = None
        self._cancelled = self._closed = False
        self._thread = threading.Thread(target=self._run, name="clips", daemon=True)
        self._thread.start()

    def render(self, render_spec: SceneRenderSpec, beat: BeatPreview) -> None:
        """Render the clip of a beat, instead of the one that is being rendered."""
        self.cancel()
        with self._changed:
            self._request = render_spec, beat
            self._changed.notify_all()

    def cancel(self) -> None:
        """Render no clip."""
        with self._changed:
            self._request = None
            self._cancelled = True
            processes = self._processes
        if processes is not None:
            processes.stop()

    def close(self) -> None:
        """End the thread and its processes."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.cancel()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._request is not None)
                if self._closed or self._request is None:
                    return
                render_spec, beat = self._request
                self._request, self._cancelled = None, False
            try:
                clip = self._clip(render_spec, beat)
            except CancelledError:
                continue
            except (RenderError, OSError, PicklingError) as error:
                if not self._cancelled:
                    self._on_line(f"no clip of {render_spec.scene.name}.{beat.name}: {error}")
                continue
            if clip is not None and not self._cancelled:
                self._on_clip(render_spec.scene.name, beat, clip)

    def _clip(self, render_spec: SceneRenderSpec, beat: BeatPreview) -> bytes | None:
        size = Quality.l.value
        if render_spec.format.height > render_spec.format.width:
            size = size.portrait()
        session = RenderSession(self._cache, self._executor, _Silent())
        render_spec = replace(render_spec, format=size)
        with session.locked():
            session.dry_run([render_spec])
            chosen = {(render_spec.scene.name, beat.name)}
            (rendered,) = session.render([render_spec], chosen)
            for one, segment in zip(rendered.record.beats, rendered.segments, strict=True):
                if one.name == beat.name and one.frames:
                    return segment.read_bytes()
        return None

    @contextmanager
    def _executor(self) -> Iterator[Executor]:
        with FreshProcesses(usable_cores(), lambda _, __: None) as processes:
            with self._changed:
                if self._cancelled:
                    raise CancelledError
                self._processes = processes
            try:
                yield processes
            finally:
                with self._changed:
                    self._processes = None


class _Silent:
    """Shows no progress: the page shows what is drawn."""

    def message(self, text: str) -> None: ...

    def step(self, text: str, *, brief: bool = False) -> None: ...

    def dry_run(self, scenes: int) -> None: ...

    def dry_run_done(self, scene: str) -> None: ...

    def speech(self, scene: str, done: int, lines: int) -> None: ...

    def begin(self, estimates: Mapping[str, float], scenes: int) -> None: ...

    def progress(self, chunk: str, frames: int) -> None: ...

    def done(self, chunk: str) -> None: ...

    def worked(self, seconds: float, *, dry_run: bool) -> None: ...
