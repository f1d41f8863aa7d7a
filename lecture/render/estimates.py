"""Estimates of the time that chunks take, from earlier renders."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.files import atomic_write
from lecture.kit.pacing import reading_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from lecture.render.tasks import RenderResult, SceneRenderSpec
    from lecture.timeline import SceneTimeline

__all__ = ["FRAME_TIMES_FILE", "FrameTimes", "beat_frames"]

FRAME_TIMES_FILE = "frame-times.json"
_DEFAULT_FRAME_SECONDS = 0.006
_DEFAULT_BEAT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """CPU seconds a frame, by the name of the scene, as measured in earlier renders.

    Examples
    --------
    >>> FrameTimes({"A": 0.01}).estimate("A", 300)
    3.0
    """

    seconds: dict[str, float]

    @classmethod
    def load(cls, folder: Path) -> FrameTimes:
        """Read the measurements in a cache folder; none if the file is missing or damaged."""
        try:
            read = json.loads((folder / FRAME_TIMES_FILE).read_text(encoding="utf-8"))
            return cls({str(name): float(seconds) for name, seconds in read.items()})
        except (OSError, ValueError, TypeError, AttributeError):
            return cls({})

    def estimate(self, scene: str, frames: float) -> float:
        """Return the CPU seconds for frames of a scene; an unknown scene counts as average."""
        known = self.seconds.values()
        average = sum(known) / len(known) if known else _DEFAULT_FRAME_SECONDS
        return frames * self.seconds.get(scene, average)

    def measure(self, scene: str, result: RenderResult) -> None:
        """Record the time of a chunk, unless it also stepped through beats before it."""
        if result.beats and result.beats[0].index:
            return
        frames = sum(beat.record.frames for beat in result.beats)
        if frames and result.seconds:
            self.seconds[scene] = result.seconds / frames

    def save(self, folder: Path) -> None:
        """Write the measurements to a cache folder."""
        with atomic_write(folder / FRAME_TIMES_FILE) as temporary:
            text = json.dumps(self.seconds, indent=1, sort_keys=True)
            temporary.write_text(text, encoding="utf-8")


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
