"""Run a scene in this process, which must not have built any formula, and render its beats."""

from __future__ import annotations

import io
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from lecture.errors import RenderError
from lecture.kit.layout_check import FrameCheck
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.manim_internals import after_subcaption, replaced_renderer, subcaptions
from lecture.kit.pacing import PAUSE, Pacing, ReadingPace, SpokenPace
from lecture.render.backend.isolated_config import (
    check_settings,
    isolated_config,
    restore_settings,
    scene_class,
)
from lecture.render.backend.renderer import SceneEvents, SegmentRenderer
from lecture.render.backend.scene_sounds import SoundRecorder
from lecture.render.backend.segments import SceneEnded, SectionSplitter, Segment
from lecture.render.backend.speech_turns import frames_to_wait
from lecture.render.backend.state import state_digest
from lecture.render.tasks import RenderedBeat, RenderMode, RenderResult
from lecture.timeline import Beat, Line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from manim import Scene

    from lecture.formats import FrameFormat
    from lecture.render.tasks import RenderTask, SceneRenderSpec

__all__ = ["run_scene"]


class _SceneRecorder:
    """Records the beats and narration lines of a scene, and what its mode asks for."""

    def __init__(self, scene: Scene, task: RenderTask) -> None:
        self._scene, self._mode = scene, task.mode
        self._taken: list[Line] = []
        self._check = FrameCheck(task.render_spec.format.fps)

    def frames(self, first: int, count: int) -> None:
        """Check the current frame, shown `count` times from the index `first`."""
        if self._mode is RenderMode.CHECK:
            self._check.frames(self._scene, first, count)

    def data(self, segment: Segment) -> bytes:
        """Return the video, picture or check of a beat that has just ended."""
        if self._mode is RenderMode.LAST_FRAMES:
            return self._picture()
        if self._mode is RenderMode.CHECK:
            check = self._check.end_of_beat(segment.start + segment.frames)
            return check.model_dump_json().encode()
        return segment.data

    def beat(self, segment: Segment) -> Beat:
        """Return a beat that has just ended."""
        beats = self._scene.recorded_beats if isinstance(self._scene, LectureScene) else []
        known = [beat for beat in beats if beat.name == segment.name]
        begun = known[-1] if known else Beat(name=segment.name, start=segment.start)
        return begun.model_copy(update={"start": segment.start, "frames": segment.frames})

    def lines(self, beat: str) -> tuple[Line, ...]:
        """Return the lines since the last call, at the end of a beat."""
        new = self._new_lines(beat)
        self._taken += new
        seconds = _renderer_of(self._scene).video_time
        timed = [
            line.model_copy(update={"start": seconds(line.start), "end": seconds(line.end)})
            for line in new
        ]
        # A line that was shown in skipped sections only has no frame left.
        return tuple(
            line
            for line, raw in zip(timed, new, strict=True)
            if line.end > line.start or raw.end == raw.start
        )

    def frames_to_wait(self, beat: str, render_spec: SceneRenderSpec, *, shown: bool) -> int:
        """Return the frames until the lines so far have been spoken, in the beat `beat`."""
        if render_spec.speech is None:
            return 0
        lines = [*self._taken, *self._new_lines(beat)]
        now, fps = float(self._scene.time), render_spec.format.fps
        return frames_to_wait(lines, render_spec.speech, now, fps, shown=shown)

    def current(self, splitter: SectionSplitter) -> RenderedBeat | None:
        """Return the current beat with the current frame; ``None`` if it has no frame yet."""
        segment = splitter.current()
        if segment is None:
            return None
        return RenderedBeat(segment.index, self.beat(segment), data=self._picture())

    def _picture(self) -> bytes:
        """Return the current frame as PNG."""
        picture = Image.fromarray(_renderer_of(self._scene).draw()).convert("RGB")
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=1)  # 5 % larger than at level 9, 8 times faster
        return file.getvalue()

    def _new_lines(self, beat: str) -> list[Line]:
        if isinstance(self._scene, LectureScene):
            new = self._scene.recorded_lines[len(self._taken) :]
            return [line.model_copy(update={"beat": line.beat or beat}) for line in new]
        lines = [
            Line(
                beat=beat,
                key=f"line_{number}",
                caption=text,
                spoken=text,
                start=start,
                end=end,
            )
            for number, (text, start, end) in enumerate(subcaptions(self._scene), start=1)
            if text.strip()
        ]
        return lines[len(self._taken) :]


def run_scene(
    task: RenderTask,
    on_beat: Callable[[RenderedBeat], None],
    on_progress: Callable[[int], None] = lambda _: None,
    on_play: Callable[[str, int], None] = lambda _, __: None,
    on_scene: Callable[[Scene, Callable[[], RenderedBeat | None]], None] = lambda _, __: None,
) -> RenderResult:
    """Run the scene of a task in this process.

    In the modes `LAST_FRAMES` and `TIMELINE`, each animation jumps to its end: lines and beats are
    the same, but the number of frames may differ by one for each animation.

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
    on_scene
        Called before the scene runs with the scene and a function that returns its current beat,
        with the current frame; ``None`` if the beat has no frame yet.

    Raises
    ------
    RenderError
        The scene has no frame, or another renderer.
    """
    began = time.process_time()
    beats: list[RenderedBeat] = []
    sounds = SoundRecorder()
    passed, state = 0, ""
    rendering = task.mode is RenderMode.VIDEO

    def take(segment: Segment) -> None:
        nonlocal passed, state
        passed += 1
        before = state
        if rendering and segment.index + 1 >= task.beats[0]:
            state = state_digest(scene)
        lines = recorder.lines(segment.name)
        if not segment.wanted:
            return
        record = recorder.beat(segment)
        data = recorder.data(segment)
        states = (before, state)
        beat = RenderedBeat(segment.index, record, lines, data, *sounds.take(), states)
        on_beat(beat)
        beats.append(replace(beat, data=b"", sound_files={}))

    def playing(number: int) -> None:
        check_settings(task.render_spec)
        _check_camera(scene, task.render_spec.format)
        on_progress(splitter.frames)
        on_play(splitter.beat, number)

    def catch_up(*, shown: bool) -> None:
        """Hold the picture until the lines have been spoken."""
        while frames := recorder.frames_to_wait(splitter.beat, task.render_spec, shown=shown):
            _renderer_of(scene).hold(scene, frames)

    def hear(file: Path, start: float, *gains: float | None, **gain: float | None) -> None:
        sounds.add(file, _renderer_of(scene).video_time(start), *gains, **gain)

    events = SceneEvents(
        before_play=playing,
        after_play=lambda: catch_up(shown=True),
        before_section=lambda: catch_up(shown=False),
        on_frames=lambda count: recorder.frames(splitter.frames, count),
        on_sound=hear,
    )
    with isolated_config(task.render_spec, task.folder):
        scene = _make_scene(task)
        recorder = _SceneRecorder(scene, task)
        encoding = task.render_spec.encoding if rendering else None
        splitter = SectionSplitter(task.render_spec.format, encoding, task.beats, take)
        renderer = partial(SegmentRenderer, splitter, events, last_frames=task.mode.skips_frames)
        with replaced_renderer(renderer):
            scene.__init__()  # type: ignore[misc]
        _renderer_of(scene)
        after_subcaption(scene, lambda: catch_up(shown=True))
        on_scene(scene, partial(recorder.current, splitter))
        reads_frames = _render(scene, splitter, at_end=lambda: catch_up(shown=False))
    if not splitter.frames and not reads_frames:
        raise RenderError("it drew no frame: it has no animation and no wait, or skips all of them")
    return RenderResult(
        tuple(beats),
        last=not splitter.ended and not reads_frames,
        passed=passed,
        seconds=time.process_time() - began,
        reads_frames=reads_frames,
    )


def _make_scene(task: RenderTask) -> Scene:
    """Return a new scene, before its ``__init__``, which may have any optional parameters."""
    made = scene_class(task.render_spec.scene)
    check_settings(task.render_spec, of_lecture=issubclass(made, LectureScene))
    restore_settings(task.render_spec, task.folder)
    scene = made.__new__(made)
    if isinstance(scene, LectureScene):
        scene.set_spec(task.render_spec.spec, _pacing(task.render_spec), task.results)
    return scene


def _render(scene: Scene, splitter: SectionSplitter, at_end: Callable[[], None]) -> bool:
    """Run a scene; return True if it was ended because it read frames that were not drawn."""
    with suppress(SceneEnded):
        scene.render()
    if _renderer_of(scene).reads_frames:
        return True
    if not splitter.ended:
        at_end()
    splitter.finish()
    return False


def _renderer_of(scene: Scene) -> SegmentRenderer:
    """Return the renderer of a scene, which the scene's file may have replaced."""
    if not isinstance(scene.renderer, SegmentRenderer):
        raise RenderError(
            f"it chooses its own renderer, {type(scene.renderer).__name__}; "
            "remove that choice, only manim's default (Cairo) is supported"
        )
    return scene.renderer


def _check_camera(scene: Scene, size: FrameFormat) -> None:
    """Refuse a camera, or a background picture, that has another size than the frame."""
    camera = _renderer_of(scene).camera
    frame = f"{size.width}x{size.height}"
    if (camera.pixel_width, camera.pixel_height) != (size.width, size.height):
        raise RenderError(
            f"its camera has {camera.pixel_width}x{camera.pixel_height} pixels, the frame {frame}; "
            "remove these settings, choose the size with --quality"
        )
    if camera.frame_rate != size.fps:
        raise RenderError(
            f"its camera has {camera.frame_rate:g} frames a second, the video {size.fps}; "
            "remove this setting, choose the frame rate with --fps"
        )
    height, width = np.asarray(camera.background).shape[:2]
    if (width, height) != (size.width, size.height):
        raise RenderError(
            f"the picture of its background has {width}x{height} pixels, the frame {frame}; "
            "manim only cuts larger pictures, so scale it to the frame"
        )


def _pacing(render_spec: SceneRenderSpec) -> Pacing:
    reading = ReadingPace(render_spec.spec.pace)
    if render_spec.speech is None:
        return reading
    return SpokenPace(render_spec.speech, pause=PAUSE, otherwise=reading)
