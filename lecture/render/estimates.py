"""Estimates of how long slices take, from the last runs."""

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

__all__ = ["FrameTimes", "beat_frames"]

_FILE = "costs.json"
_USUAL_BEAT = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """What a frame of each scene cost the last time, in seconds of a processor.

    Parameters
    ----------
    seconds
        By the name of the scene.

    Examples
    --------
    >>> FrameTimes({"A": 0.01}).of("A", 300)
    3.0
    """

    seconds: dict[str, float]

    @classmethod
    def load(cls, folder: Path) -> FrameTimes:
        """Read what is known; where the file is damaged, nothing is."""
        try:
            read = json.loads((folder / _FILE).read_text(encoding="utf-8"))
            return cls({str(name): float(cost) for name, cost in read.items()})
        except (OSError, ValueError, TypeError, AttributeError):
            return cls({})

    def of(self, scene: str, frames: float) -> float:
        """Estimate what frames of a scene cost; an unknown scene is taken for an average one."""
        average = sum(self.seconds.values()) / len(self.seconds) if self.seconds else 0.006
        return frames * self.seconds.get(scene, average)

    def note(self, scene: str, plan: RenderResult) -> None:
        """Take note of what a slice cost, unless it had to go through beats before it."""
        if plan.beats and plan.beats[0].index:
            return
        frames = sum(beat.record.frames for beat in plan.beats)
        if frames and plan.seconds:
            self.seconds[scene] = plan.seconds / frames

    def save(self, folder: Path) -> None:
        """Write down what is known."""
        with atomic_write(folder / _FILE) as draft:
            draft.write_text(json.dumps(self.seconds, indent=1, sort_keys=True), encoding="utf-8")


def beat_frames(view: SceneRenderSpec, rehearsed: SceneTimeline | None) -> list[float]:
    """Estimate how many frames each beat of a scene has.

    Parameters
    ----------
    view
        The scene.
    rehearsed
        What is known from a rehearsal; else the lengths of its lines are looked up.
    """
    fps = view.format.fps
    if rehearsed is not None:
        return [beat.frames * fps / rehearsed.fps for beat in rehearsed.beats]
    lecture = view.spec.lecture
    known = lecture.load_words(view.spec.language).scenes if lecture is not None else {}
    words = known.get(view.scene.name)
    if words is None or not words.beats:
        return [_USUAL_BEAT * fps]
    pace = view.spec.pace
    return [
        fps * sum(reading_seconds(line.caption, pace) for line in beat.lines.values())
        for beat in words.beats.values()
    ]
