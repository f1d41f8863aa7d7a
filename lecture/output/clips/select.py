"""Which beats become clips, and what their files are called."""

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
    """A beat, with the film that it is made from.

    Parameters
    ----------
    name
        What its files are called, without a suffix.
    scene
        The scene.
    beat_place
        The beat's place in the scene, from 0.
    film
        The beat's film.
    """

    name: str
    scene: SceneTimeline
    beat_place: int
    segment: Path

    @property
    def beat(self) -> Beat:
        """The beat."""
        return self.scene.beats[self.beat_place]

    @property
    def seconds(self) -> float:
        """How long it runs."""
        return self.beat.frames / self.scene.fps


def beat_clips(
    scenes: Sequence[RenderedScene],
    beats: Collection[tuple[str, str]] | None = None,
    order: Sequence[str] = (),
) -> tuple[BeatClip, ...]:
    """List the beats of films, each with its name.

    Parameters
    ----------
    films
        The films.
    beats
        Only these, each a scene's and a beat's name; all unless given.
    order
        The names of all the scenes of the lecture: a scene's number in the names of its clips is
        its place there, so that it stays the same however few scenes are filmed. Scenes that are
        not in it follow.
    """
    names = list(dict.fromkeys([*order, *(rendered.record.name for rendered in scenes)]))
    clips = []
    for rendered in scenes:
        scene = rendered.record
        place, stem = names.index(scene.name) + 1, snake_case(scene.name)
        for number, (beat, segment) in enumerate(zip(scene.beats, rendered.segments, strict=True)):
            if beat.frames and (beats is None or (scene.name, beat.name) in beats):
                name = beat_file_stem(place, stem, number + 1, beat.name)
                clips.append(BeatClip(name, scene, number, segment))
    return tuple(sorted(clips, key=lambda clip: clip.name))


def known_beats(lecture: Lecture | None, scenes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Name the beats of scenes, as far as the words of the lecture tell before a scene has run.

    Parameters
    ----------
    lecture
        The lecture whose words are looked up.
    scenes
        The scenes; those that the words do not know are left out.

    Examples
    --------
    >>> from lecture.config.discovery import find_lecture
    >>> known_beats(find_lecture().lecture, ["ForwardPass", "OfSomebodyElse"])
    {'ForwardPass': ('the_chain', 'one_neuron', 'the_rest', 'the_cost')}
    """
    words = lecture.load_words().scenes if lecture is not None else {}
    return {scene: tuple(words[scene].beats) for scene in scenes if scene in words}


def read_beats(names: str, beats: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Read a list of beats as the command line gives it.

    Parameters
    ----------
    names
        Names of beats with commas between them. Where several scenes have a beat of that name,
        all are meant, or the one that is named before a dot.
    beats
        The beats there are, by scene.

    Returns
    -------
    tuple of (str, str)
        Each the name of a scene and of one of its beats.

    Raises
    ------
    SpecError
        A name is not known.

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
