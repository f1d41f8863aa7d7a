"""Estimates of the time and the size of renders; the time is known from earlier ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.files import atomic_write
from lecture.kit.pacing import reading_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lecture.render.partition import MissingRange
    from lecture.render.tasks import RenderResult, SceneRenderSpec
    from lecture.timeline import SceneTimeline

__all__ = ["FRAME_TIMES_FILE", "FrameTimes", "Workload", "beat_frames"]

FRAME_TIMES_FILE = "frame-times.json"
_DEFAULT_BEAT_SECONDS = 10.0

# CPU seconds and bytes of a megapixel, measured with BackwardPass at 1080p and 60 frames a second.
_SECONDS = {"H264": 0.004, "VP9": 0.014, "PRORES": 0.02}
_BYTES = {"H264": 2_000, "VP9": 2_000, "PRORES": 250_000}
_FRAME_SECONDS = 0.002  # whatever its size
_STEP_SECONDS = 0.003  # for a frame before a chunk, which is not drawn
_START_SECONDS = 2.0  # for the start of a scene


@dataclass(frozen=True, slots=True)
class Workload:
    """Estimate of what a render has to do.

    Parameters
    ----------
    beats
        Number of beats to render; not more workers can share the work.
    frames
        Number of frames to render.
    seconds
        CPU seconds.
    size
        Bytes of the new segments.
    """

    beats: int = 0
    frames: float = 0.0
    seconds: float = 0.0
    size: float = 0.0

    def including(
        self, render_spec: SceneRenderSpec, beats: MissingRange, frames: Sequence[float]
    ) -> Workload:
        """Return this workload and that of a range of beats; `frames` are those of all beats."""
        missing, before = sum(frames[beats.first : beats.end]), sum(frames[: beats.first])
        seconds = _START_SECONDS + _STEP_SECONDS * before + beats.estimate
        return Workload(
            beats=self.beats + len(beats.estimates),
            frames=self.frames + missing,
            seconds=self.seconds + seconds,
            size=self.size + missing * _BYTES[render_spec.encoding.name] * _megapixels(render_spec),
        )


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """CPU seconds a frame, by scene, encoding and size, as measured in earlier renders."""

    seconds: dict[str, float]

    @classmethod
    def load(cls, folder: Path) -> FrameTimes:
        """Read the measurements in a cache folder; none if the file is missing or damaged."""
        try:
            read = json.loads((folder / FRAME_TIMES_FILE).read_text(encoding="utf-8"))
            return cls({str(name): float(seconds) for name, seconds in read.items()})
        except (OSError, ValueError, TypeError, AttributeError):
            return cls({})

    def estimate(self, render_spec: SceneRenderSpec, frames: float) -> float:
        """Return the CPU seconds for frames of a scene; an unknown scene counts as average."""
        kind = _kind(render_spec)
        known = [seconds for key, seconds in self.seconds.items() if key.endswith(kind)]
        default = _FRAME_SECONDS + _SECONDS[render_spec.encoding.name] * _megapixels(render_spec)
        average = sum(known) / len(known) if known else default
        return frames * self.seconds.get(render_spec.scene.name + kind, average)

    def measure(self, render_spec: SceneRenderSpec, result: RenderResult) -> None:
        """Record the time of a chunk, unless it also stepped through beats before it."""
        if result.beats and result.beats[0].index:
            return
        frames = sum(beat.record.frames for beat in result.beats)
        if frames and result.seconds:
            self.seconds[render_spec.scene.name + _kind(render_spec)] = result.seconds / frames

    def save(self, folder: Path) -> None:
        """Write the measurements to a cache folder."""
        with atomic_write(folder / FRAME_TIMES_FILE) as temporary:
            text = json.dumps(self.seconds, indent=1, sort_keys=True)
            temporary.write_text(text, encoding="utf-8")


def _kind(render_spec: SceneRenderSpec) -> str:
    size = render_spec.format
    return f" {render_spec.encoding.name} {size.width}x{size.height}"


def _megapixels(render_spec: SceneRenderSpec) -> float:
    return render_spec.format.width * render_spec.format.height / 1e6


def beat_frames(render_spec: SceneRenderSpec, timeline: SceneTimeline | None) -> list[float]:
    """Return the number of frames of each beat, from the timeline or else from its captions."""
    fps = render_spec.format.fps
    if timeline is not None:
        return [beat.frames * fps / timeline.fps for beat in timeline.beats]
    lecture = render_spec.spec.lecture
    known = lecture.load_words(render_spec.spec.language).scenes if lecture is not None else {}
    words = known.get(render_spec.scene.name)
    if words is None or not words.beats:
        return [_DEFAULT_BEAT_SECONDS * fps]
    pace = render_spec.spec.pace
    return [
        fps * sum(reading_seconds(line.caption, pace) for line in beat.lines.values())
        for beat in words.beats.values()
    ]
