"""Select the beats of clips, and name their files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.config.issues import SpecError, SpecIssue, did_you_mean, format_value
from lecture.files import beat_file_stem, snake_case

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from lecture.config.contract import Lecture
    from lecture.timeline import Beat, RenderedScene, SceneTimeline

__all__ = ["BeatClip", "beat_clips", "known_beats", "read_beats"]


@dataclass(frozen=True, slots=True)
class BeatClip:
    """A beat of which a clip is made.

    Parameters
    ----------
    name
        Stem of the file names.
    scene
        The scene.
    beat_index
        Index of the beat, from 0.
    segment
        Segment of the beat.
    """

    name: str
    scene: SceneTimeline
    beat_index: int
    segment: Path

    @property
    def beat(self) -> Beat:
        """The beat."""
        return self.scene.beats[self.beat_index]

    @property
    def seconds(self) -> float:
        """Duration."""
        return self.beat.frames / self.scene.fps


def beat_clips(
    scenes: Sequence[RenderedScene],
    beats: Collection[tuple[str, str]] | None = None,
    order: Sequence[str] = (),
) -> tuple[BeatClip, ...]:
    """Return the beats of scenes, in the order of the lecture.

    Parameters
    ----------
    scenes
        Rendered scenes.
    beats
        Names of scene and beat of the selected beats; ``None`` for all.
    order
        Names of all scenes of the lecture, which number the clips, so that a clip has the same
        name in each selection. Other scenes follow.
    """
    names = list(dict.fromkeys([*order, *(rendered.record.name for rendered in scenes)]))
    clips: dict[tuple[int, int], BeatClip] = {}
    for rendered in scenes:
        scene = rendered.record
        position, stem = names.index(scene.name) + 1, snake_case(scene.name)
        for index, (beat, segment) in enumerate(zip(scene.beats, rendered.segments, strict=True)):
            if beat.frames and (beats is None or (scene.name, beat.name) in beats):
                name = beat_file_stem(position, stem, index + 1, beat.name)
                clips[position, index] = BeatClip(name, scene, index, segment)
    return tuple(clips[position] for position in sorted(clips))


def known_beats(lecture: Lecture | None, scenes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the names of the beats in the words file, by scene.

    Parameters
    ----------
    lecture
        The lecture; ``None`` if there is none.
    scenes
        Names of scenes; scenes without words are left out.

    Examples
    --------
    >>> from lecture.config.discovery import find_lecture
    >>> known_beats(find_lecture().lecture, ["ForwardPass", "UserScene"])
    {'ForwardPass': ('the_chain', 'one_neuron', 'the_rest', 'the_cost', 'the_question')}
    """
    words = lecture.load_words().scenes if lecture is not None else {}
    return {scene: tuple(words[scene].beats) for scene in scenes if scene in words}


def read_beats(names: str, beats: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Parse the value of ``--beats``.

    Parameters
    ----------
    names
        Names of beats, as BEAT or SCENE.BEAT, separated by commas. BEAT selects the beats of that
        name in all scenes.
    beats
        Names of the existing beats, by scene.

    Returns
    -------
    tuple of (str, str)
        Names of scene and beat.

    Raises
    ------
    SpecError
        There is no beat of that name.

    Examples
    --------
    >>> read_beats("c, A.b", {"A": ["a", "b"], "B": ["b", "c"]})
    (('B', 'c'), ('A', 'b'))
    """
    known = [(scene, beat) for scene in beats for beat in beats[scene]]
    listed = [name.strip() for name in names.split(",")]
    found = [
        [pair for pair in known if name in (pair[1], f"{pair[0]}.{pair[1]}")] for name in listed
    ]
    issues = [
        SpecIssue("--beats", _unknown(name, known))
        for name, pairs in zip(listed, found, strict=True)
        if not pairs
    ]
    if issues:
        raise SpecError(issues)
    return tuple(dict.fromkeys(pair for pairs in found for pair in pairs))


def _unknown(name: str, known: Sequence[tuple[str, str]]) -> str:
    names = [".".join(pair) for pair in known] if "." in name else [beat for _, beat in known]
    allowed = ", ".join(names)
    return f"there is no beat {format_value(name)}; allowed: {allowed}{did_you_mean(name, names)}"
