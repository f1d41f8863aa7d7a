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

from lecture.engine.jobs import FilmedBeat, SlicePlan, Wanted
from lecture.engine.reel import Reel, Segment
from lecture.engine.renderer import film_renderer
from lecture.engine.stage import scene_class, staged
from lecture.jobs import RenderError
from lecture.records import BeatRecord, LineRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from manim import Scene

    from lecture.engine.jobs import SliceJob

__all__ = ["run"]


class _Witness:
    """Tells what a scene said of itself: notes, loops and lines of narration."""

    def __init__(self) -> None:
        self.scene: Scene | None = None
        self._taken = 0

    def beat(self, segment: Segment) -> BeatRecord:
        """Return the record of a beat that has just ended."""
        known = [b for b in getattr(self.scene, "beats", ()) if b.name == segment.name]
        return BeatRecord(
            name=segment.name,
            start=segment.start,
            frames=segment.frames,
            notes=known[-1].notes if known else "",
            loop=known[-1].loop if known else False,
        )

    def lines(self, beat: str) -> tuple[LineRecord, ...]:
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

    def _told(self, beat: str) -> list[LineRecord]:
        told = getattr(self.scene, "lines", None)
        if told is not None:
            return [
                LineRecord(
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
            LineRecord(
                beat=beat,
                key=f"line_{place}",
                caption=caption.content,
                spoken=caption.content,
                start=caption.start.total_seconds(),
                end=caption.end.total_seconds(),
            )
            for place, caption in enumerate(getattr(writer, "subcaptions", ()), start=1)
        ]


def run(
    job: SliceJob,
    publish: Callable[[FilmedBeat], None],
    tell: Callable[[int], None] = lambda _: None,
    on_play: Callable[[str, int], None] = lambda _, __: None,
) -> SlicePlan:
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
    witness = _Witness()
    beats: list[FilmedBeat] = []
    passed = 0
    filming = job.wanted is Wanted.FILMS

    def take(segment: Segment) -> None:
        nonlocal passed
        passed += 1
        lines = witness.lines(segment.name)
        if not segment.wanted:
            return
        record = witness.beat(segment)
        film = witness.picture() if job.wanted is Wanted.STILLS else segment.film
        beat = FilmedBeat(segment.index, record, lines, film)
        publish(beat)
        beats.append(replace(beat, film=b""))

    reel = Reel(job.view.format, job.view.encoding if filming else None, job.beats, take)

    def playing(number: int) -> None:
        tell(reel.frames)
        on_play(reel.beat, number)

    with staged(job.view, job.folder):
        with _renderers(film_renderer(reel, playing)):
            witness.scene = scene_class(job.view.scene)(skip_animations=not filming)
        witness.scene.render()
        reel.finish()
    if not reel.frames:
        raise RenderError("it drew no frame: it has no animation and no wait")
    return SlicePlan(tuple(beats), not reel.ended, passed, time.process_time() - began)


@contextmanager
def _renderers(make: Callable[..., CairoRenderer]) -> Iterator[None]:
    """Let scenes that are made inside the block have a renderer of our own."""
    own = vars(manim_scene)["CairoRenderer"]
    vars(manim_scene)["CairoRenderer"] = make
    try:
        yield
    finally:
        vars(manim_scene)["CairoRenderer"] = own
