"""The check of a lecture: layout of every frame, pace of the speech, and still spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from lecture.kit.pacing import line_id
from lecture.timeline import BeatCheck

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lecture.render.tasks import RenderResult, SceneRenderSpec
    from lecture.timeline import Line, SceneTimeline

__all__ = ["SceneCheck", "check_scene"]

MEAN_PACE, LINE_PACE = 165.0, 190.0
"""Upper limits of the pace, in words a minute, of a scene and of a line."""

LONGEST_STILL = 6.0
"""Upper limit, in seconds, of a span in which nothing moves while the voice goes on."""

REST, QUESTION_REST = 1.5, 2.0
"""Lower limits, in seconds, of the rest at the end of a beat and after a question."""

_WORD = re.compile(r"\w(?:[\w'’.,-]*\w)?")
_FEWEST_WORDS = 4  # the pace of shorter lines says nothing
_FEWEST_WORDS_OF_SCENE = 20  # and so does the mean of one or two short lines
_TOLERANCE = 0.05


@dataclass(frozen=True, slots=True)
class SceneCheck:
    """The check of a scene.

    Parameters
    ----------
    name
        Class name of the scene.
    words_per_minute
        Mean pace of the speech; 0 for a scene without lines.
    fastest
        Pace of the fastest line, in words a minute.
    longest_still
        Longest span in seconds in which nothing moves while a line is spoken.
    shortest_rest
        Shortest rest in seconds at the end of a beat.
    faults
        What exceeds a limit, with its beat and its time.
    """

    name: str
    words_per_minute: float
    fastest: float
    longest_still: float
    shortest_rest: float
    faults: tuple[str, ...]


def check_scene(
    render_spec: SceneRenderSpec, result: RenderResult, speech: Mapping[str, float] | None
) -> SceneCheck:
    """Return the check of a scene from the result of `RenderMode.CHECK`.

    Parameters
    ----------
    render_spec
        The scene.
    result
        Its result; the data of each beat is a `BeatCheck`.
    speech
        Seconds of speech by line; ``None`` for a silent lecture, whose lines last as long as it
        takes to read them.
    """
    timeline = result.timeline(render_spec)
    checks = [BeatCheck.model_validate_json(beat.data) for beat in result.beats]
    spoken = [_Speech.of(line, speech) for line in timeline.lines]
    paces = {s.line: s.words_per_minute for s in spoken if s.words >= _FEWEST_WORDS}
    minutes = sum(s.seconds for s in spoken) / 60
    mean = sum(s.words for s in spoken) / minutes if minutes else 0.0
    rests = _rests(timeline, checks)
    stills = [(s, still) for s in spoken for check in checks for still in check.still]
    still_spoken = {(s.line, still): s.overlap(still) for s, still in stills}
    faults = [
        f"{beat.record.name}, {fault.start:.1f} s to {fault.end:.1f} s: {fault.message}"
        for beat, check in zip(result.beats, checks, strict=True)
        for fault in check.faults
    ]
    if speech is not None:
        enough = sum(s.words for s in spoken) >= _FEWEST_WORDS_OF_SCENE
        faults += _pace_faults(mean if enough else 0.0, paces)
    faults += [
        f"{line.beat}, line {line.key}: nothing moves for {seconds:.1f} s of speech from "
        f"{still[0]:.1f} s; at most {LONGEST_STILL:g} s"
        for (line, still), seconds in still_spoken.items()
        if seconds > LONGEST_STILL + _TOLERANCE
    ]
    faults += [
        f"{beat}: rests for {rest:.1f} s at its end; at least {REST:g} s"
        for beat, rest in rests.items()
        if rest < REST - _TOLERANCE
    ]
    faults += _question_faults(spoken)
    return SceneCheck(
        name=timeline.name,
        words_per_minute=mean,
        fastest=max(paces.values(), default=0.0),
        longest_still=max(still_spoken.values(), default=0.0),
        shortest_rest=min(rests.values(), default=0.0),
        faults=tuple(faults),
    )


@dataclass(frozen=True, slots=True)
class _Speech:
    line: Line
    seconds: float

    @classmethod
    def of(cls, line: Line, speech: Mapping[str, float] | None) -> _Speech:
        read = line.end - line.start
        seconds = read if speech is None else speech.get(line_id(line.beat, line.key), read)
        return cls(line, seconds)

    @property
    def end(self) -> float:
        return self.line.start + self.seconds

    @property
    def words(self) -> int:
        return len(_WORD.findall(self.line.spoken))

    @property
    def words_per_minute(self) -> float:
        return 60 * self.words / self.seconds if self.seconds else 0.0

    def overlap(self, span: tuple[float, float]) -> float:
        """Return for how many seconds the speech and a span overlap."""
        return max(0.0, min(span[1], self.end) - max(span[0], self.line.start))


def _rests(timeline: SceneTimeline, checks: Sequence[BeatCheck]) -> dict[str, float]:
    """Return for how many seconds nothing moves at the end of each beat."""
    rests = {}
    for beat, check in zip(timeline.beats, checks, strict=True):
        end = (beat.start + beat.frames) / timeline.fps
        last = check.still[-1] if check.still else (end, end)
        rests[beat.name] = last[1] - last[0] if last[1] > end - _TOLERANCE else 0.0
    return rests


def _pace_faults(mean: float, paces: Mapping[Line, float]) -> list[str]:
    faults = []
    if mean > MEAN_PACE:
        faults.append(f"{mean:.0f} words a minute on average; at most {MEAN_PACE:g}")
    return faults + [
        f"{line.beat}, line {line.key}: {pace:.0f} words a minute; at most {LINE_PACE:g}"
        for line, pace in paces.items()
        if pace > LINE_PACE
    ]


def _question_faults(spoken: Sequence[_Speech]) -> list[str]:
    faults = []
    for question, following in pairwise(spoken):
        rest = following.line.start - question.end
        if question.line.caption.rstrip().endswith("?") and rest < QUESTION_REST - _TOLERANCE:
            faults.append(
                f"{question.line.beat}, line {question.line.key}: {rest:.1f} s of silence after "
                f"the question; at least {QUESTION_REST:g} s"
            )
    return faults
