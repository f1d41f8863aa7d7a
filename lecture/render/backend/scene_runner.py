"""Run a scene in this process, which must not have built anything before, and film its beats."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import manim.scene.scene as manim_scene
from manim import CairoRenderer
from PIL import Image

from lecture.errors import RenderError
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.pacing import PAUSE, Pacing, ReadingPace, SpokenPace
from lecture.render.backend.isolated_config import isolated_config, scene_class
from lecture.render.backend.renderer import segment_renderer
from lecture.render.backend.segments import SectionSplitter, Segment
from lecture.render.tasks import RenderedBeat, RenderMode, RenderResult
from lecture.timeline import Beat, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from manim import Scene

    from lecture.render.tasks import RenderTask, SceneRenderSpec

__all__ = ["run_scene"]


class _TimelineRecorder:
    """Tells what a scene said of itself: notes, loops and lines of narration."""

    def __init__(self) -> None:
        self.scene: Scene | None = None
        self._taken = 0

    def beat(self, segment: Segment) -> Beat:
        """Return the record of a beat that has just ended."""
        known = [b for b in getattr(self.scene, "beats", ()) if b.name == segment.name]
        return Beat(
            name=segment.name,
            start=segment.start,
            frames=segment.frames,
            notes=known[-1].notes if known else "",
            loop=known[-1].loop if known else False,
        )

    def lines(self, beat: str) -> tuple[Line, ...]:
        """Return the lines that have been told since the last call, at the end of a beat."""
        told = self._told(beat)
        new = told[self._taken :]
        self._taken = len(told)
        return tuple(new)

    def picture(self) -> bytes:
        """Return what can be seen now, as PNG."""
        scene = self.scene
        assert scene is not None  # noqa: S101  (a beat ends only once there is a scene)
        renderer = scene.renderer
        assert isinstance(renderer, CairoRenderer)  # noqa: S101  (there is no other here)
        renderer.static_image = None
        CairoRenderer.update_frame(renderer, scene)
        picture = Image.fromarray(renderer.camera.pixel_array.copy()).convert("RGB")
        file = io.BytesIO()
        picture.save(file, "PNG", optimize=True)
        return file.getvalue()

    def _told(self, beat: str) -> list[Line]:
        told = getattr(self.scene, "lines", None)
        if told is not None:
            return [
                Line(
                    beat=t.beat or beat,
                    key=t.key,
                    caption=t.caption,
                    spoken=t.spoken,
                    start=t.start,
                    end=t.end,
                )
                for t in told
            ]
        writer: Any = getattr(getattr(self.scene, "renderer", None), "file_writer", None)
        return [
            Line(
                beat=beat,
                key=f"line_{place}",
                caption=caption.content,
                spoken=caption.content,
                start=caption.start.total_seconds(),
                end=caption.end.total_seconds(),
            )
            for place, caption in enumerate(getattr(writer, "subcaptions", ()), start=1)
        ]


def run_scene(
    job: RenderTask,
    publish: Callable[[RenderedBeat], None],
    tell: Callable[[int], None] = lambda _: None,
    on_play: Callable[[str, int], None] = lambda _, __: None,
) -> RenderResult:
    """Run a scene in this process, and make what is wanted of its beats.

    Where no films are wanted, each animation jumps to its end: the words and the order of the
    beats are the same, but the number of frames may be one off for each animation.

    Parameters
    ----------
    job
        What to make.
    publish
        Takes each beat when it is whole.
    tell
        Is called before each animation with the number of frames gone through so far.
    on_play
        Is called before each animation with the name of the beat and the animation's number.

    Raises
    ------
    RenderError
        The scene has no frame.
    """
    began = time.process_time()
    witness = _TimelineRecorder()
    beats: list[RenderedBeat] = []
    passed = 0
    filming = job.wanted is RenderMode.FILMS

    def take(segment: Segment) -> None:
        nonlocal passed
        passed += 1
        lines = witness.lines(segment.name)
        if not segment.wanted:
            return
        record = witness.beat(segment)
        film = witness.picture() if job.wanted is RenderMode.STILLS else segment.film
        beat = RenderedBeat(segment.index, record, lines, film)
        publish(beat)
        beats.append(replace(beat, film=b""))

    reel = SectionSplitter(job.view.format, job.view.encoding if filming else None, job.beats, take)

    def playing(number: int) -> None:
        tell(reel.frames)
        on_play(reel.beat, number)

    with isolated_config(job.view, job.folder):
        with _renderers(segment_renderer(reel, playing, skip_animations=not filming)):
            witness.scene = _make_scene(job)
        witness.scene.render()
        reel.finish()
    if not reel.frames:
        raise RenderError("it drew no frame: it has no animation and no wait")
    return RenderResult(tuple(beats), not reel.ended, passed, time.process_time() - began)


def _make_scene(job: RenderTask) -> Scene:
    """Return a new scene; its ``__init__`` may have any signature that needs no argument."""
    made = scene_class(job.view.scene)
    scene = made.__new__(made)
    if isinstance(scene, LectureScene):
        scene.set_spec(job.view.spec, _pacing(job.view), job.results)
    scene.__init__()  # type: ignore[misc]
    return scene


def _pacing(view: SceneRenderSpec) -> Pacing:
    reading = ReadingPace(view.spec.pace)
    if view.speech is None:
        return reading
    return SpokenPace(view.speech, pause=PAUSE, otherwise=reading)


@contextmanager
def _renderers(make: Callable[..., CairoRenderer]) -> Iterator[None]:
    """Let scenes that are made inside the block have a renderer of our own."""
    own = vars(manim_scene)["CairoRenderer"]
    vars(manim_scene)["CairoRenderer"] = make
    try:
        yield
    finally:
        vars(manim_scene)["CairoRenderer"] = own
