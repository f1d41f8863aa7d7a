"""Run a scene in this process, which must not have built anything before, and film its beats."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import manim.scene.scene as manim_scene

from lecture.engine.jobs import FilmedBeat, SlicePlan
from lecture.engine.reel import Reel, Segment
from lecture.engine.renderer import film_renderer
from lecture.engine.stage import scene_class, staged
from lecture.jobs import RenderError
from lecture.records import BeatRecord, LineRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from manim import Scene

    from lecture.engine.jobs import SliceJob

__all__ = ["film", "rehearse"]


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
        """Return the lines that have been told since the last call."""
        told = self._told(beat)
        new = told[self._taken :]
        self._taken = len(told)
        return tuple(new)

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


def film(
    job: SliceJob,
    publish: Callable[[FilmedBeat], None],
    tell: Callable[[int], None] = lambda _: None,
    on_play: Callable[[str, int], None] = lambda _, __: None,
) -> SlicePlan:
    """Film the beats of a job, in this process.

    Parameters
    ----------
    job
        What to film.
    publish
        Takes each beat when it is whole.
    tell
        Is called at each frame's end with the number of frames gone through so far.
    on_play
        Is called before each animation with the name of the beat and the animation's number.

    Raises
    ------
    RenderError
        The scene has no frame.
    """
    return _run(job, publish, tell, on_play, skip=False)


def rehearse(job: SliceJob) -> SlicePlan:
    """Run a scene without drawing it, each animation at once at its end.

    What it says and the order of its beats are those of the film; the number of frames may be
    one or two off for each animation.

    Parameters
    ----------
    job
        Which scene.

    Raises
    ------
    RenderError
        The scene has no frame.
    """
    return _run(job, lambda _: None, lambda _: None, lambda _, __: None, skip=True)


def _run(
    job: SliceJob,
    publish: Callable[[FilmedBeat], None],
    tell: Callable[[int], None],
    on_play: Callable[[str, int], None],
    *,
    skip: bool,
) -> SlicePlan:
    began = time.process_time()
    witness = _Witness()
    beats: list[FilmedBeat] = []

    def take(segment: Segment) -> None:
        record = witness.beat(segment)
        beat = FilmedBeat(segment.index, record, witness.lines(record.name), segment.film)
        publish(beat)
        beats.append(FilmedBeat(beat.index, beat.record, beat.lines))

    reel = Reel(job.view.format, None if skip else job.view.encoding, job.beats, take)

    def playing(number: int) -> None:
        tell(reel.frames)
        on_play(reel.beat, number)

    with staged(job.view, job.folder):
        own, manim_scene.CairoRenderer = manim_scene.CairoRenderer, film_renderer(reel, playing)
        try:
            scene = scene_class(job.view.scene)(skip_animations=skip)
        finally:
            manim_scene.CairoRenderer = own
        witness.scene = scene
        scene.render()
        reel.finish()
    if not reel.frames:
        raise RenderError("it drew no frame: it has no animation and no wait")
    return SlicePlan(tuple(beats), not reel.ended, time.process_time() - began)
