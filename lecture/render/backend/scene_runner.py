"""Run a scene in this process, which must not have built any formula, and render its beats."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image

from lecture.errors import RenderError
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.manim_internals import draw_current_frame, replaced_renderer, subcaptions
from lecture.kit.pacing import PAUSE, Pacing, ReadingPace, SpokenPace
from lecture.render.backend.isolated_config import isolated_config, scene_class
from lecture.render.backend.renderer import SegmentRenderer, segment_renderer
from lecture.render.backend.segments import SectionSplitter, Segment
from lecture.render.tasks import RenderedBeat, RenderMode, RenderResult
from lecture.timeline import Beat, Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from manim import Scene

    from lecture.render.tasks import RenderTask, SceneRenderSpec

__all__ = ["run_scene"]


class _TimelineRecorder:
    """Records the notes, loops and narration lines of a scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._taken = 0

    def beat(self, segment: Segment) -> Beat:
        """Return a beat that has just ended."""
        beats = self._scene.recorded_beats if isinstance(self._scene, LectureScene) else []
        known = [beat for beat in beats if beat.name == segment.name]
        return Beat(
            name=segment.name,
            start=segment.start,
            frames=segment.frames,
            notes=known[-1].notes if known else "",
            loop=known[-1].loop if known else False,
        )

    def lines(self, beat: str) -> tuple[Line, ...]:
        """Return the lines since the last call, at the end of a beat."""
        lines = self._lines(beat)
        new = lines[self._taken :]
        self._taken = len(lines)
        return tuple(new)

    def picture(self) -> bytes:
        """Return the current frame as PNG."""
        draw_current_frame(self._scene)
        picture = Image.fromarray(_renderer_of(self._scene).camera.pixel_array.copy()).convert(
            "RGB"
        )
        file = io.BytesIO()
        picture.save(file, "PNG", optimize=True)
        return file.getvalue()

    def _lines(self, beat: str) -> list[Line]:
        if isinstance(self._scene, LectureScene):
            lines = self._scene.recorded_lines
            return [line.model_copy(update={"beat": line.beat or beat}) for line in lines]
        return [
            Line(
                beat=beat,
                key=f"line_{number}",
                caption=text,
                spoken=text,
                start=start,
                end=end,
            )
            for number, (text, start, end) in enumerate(subcaptions(self._scene), start=1)
        ]


def run_scene(
    task: RenderTask,
    on_beat: Callable[[RenderedBeat], None],
    on_progress: Callable[[int], None] = lambda _: None,
    on_play: Callable[[str, int], None] = lambda _, __: None,
) -> RenderResult:
    """Run the scene of a task in this process.

    Unless the mode is `RenderMode.VIDEO`, each animation jumps to its end: lines and beats are the
    same, but the number of frames may differ by one for each animation.

    Parameters
    ----------
    task
        The task.
    on_beat
        Called with each rendered beat when it is complete.
    on_progress
        Called before each animation with the number of frames so far.
    on_play
        Called before each animation with the name of the beat and the index of the animation.

    Raises
    ------
    RenderError
        The scene has no frame, or another renderer.
    """
    began = time.process_time()
    beats: list[RenderedBeat] = []
    passed = 0
    rendering = task.mode is RenderMode.VIDEO

    def take(segment: Segment) -> None:
        nonlocal passed
        passed += 1
        lines = recorder.lines(segment.name)
        if not segment.wanted:
            return
        record = recorder.beat(segment)
        data = recorder.picture() if task.mode is RenderMode.LAST_FRAMES else segment.data
        beat = RenderedBeat(segment.index, record, lines, data)
        on_beat(beat)
        beats.append(replace(beat, data=b""))

    def playing(number: int) -> None:
        on_progress(splitter.frames)
        on_play(splitter.beat, number)

    with isolated_config(task.render_spec, task.folder):
        scene = _make_scene(task)
        recorder = _TimelineRecorder(scene)
        encoding = task.render_spec.encoding if rendering else None
        splitter = SectionSplitter(task.render_spec.format, encoding, task.beats, take)
        with replaced_renderer(segment_renderer(splitter, playing, skip_animations=not rendering)):
            scene.__init__()  # type: ignore[misc]
        _renderer_of(scene)
        scene.render()
        splitter.finish()
    if not splitter.frames:
        raise RenderError("it drew no frame: it has no animation and no wait")
    return RenderResult(tuple(beats), not splitter.ended, passed, time.process_time() - began)


def _make_scene(task: RenderTask) -> Scene:
    """Return a new scene, before its ``__init__``, which may have any optional parameters."""
    made = scene_class(task.render_spec.scene)
    scene = made.__new__(made)
    if isinstance(scene, LectureScene):
        scene.set_spec(task.render_spec.spec, _pacing(task.render_spec), task.results)
    return scene


def _renderer_of(scene: Scene) -> SegmentRenderer:
    """Return the renderer of a scene, which the scene's file may have replaced."""
    if not isinstance(scene.renderer, SegmentRenderer):
        raise RenderError(
            f"it chooses its own renderer, {type(scene.renderer).__name__}; "
            "remove that choice, only manim's default (Cairo) is supported"
        )
    return scene.renderer


def _pacing(render_spec: SceneRenderSpec) -> Pacing:
    reading = ReadingPace(render_spec.spec.pace)
    if render_spec.speech is None:
        return reading
    return SpokenPace(render_spec.speech, pause=PAUSE, otherwise=reading)
