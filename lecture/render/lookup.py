"""Look up what a cache holds of scenes, and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lecture.render.cache import RenderCache
from lecture.render.dependencies import DependencyChecker
from lecture.render.estimates import FrameTimes, beat_frames
from lecture.render.keys import scene_folder, scene_key, timeline_key
from lecture.render.partition import MissingRange, missing_ranges

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from lecture.render.tasks import SceneRenderSpec
    from lecture.timeline import SceneTimeline

    ChosenBeats: TypeAlias = Collection[tuple[str, str]]

__all__ = ["CacheLookup", "MissingBeats"]


@dataclass(frozen=True, slots=True)
class MissingBeats:
    """A range of missing beats of a scene.

    Parameters
    ----------
    render_spec, key
        The scene and its cache key.
    beats
        The range.
    frames
        Frames of all beats of the scene.
    """

    render_spec: SceneRenderSpec
    key: str
    beats: MissingRange
    frames: Sequence[float]


@dataclass(frozen=True, slots=True)
class CacheLookup:
    """Looks up scenes in a cache.

    Parameters
    ----------
    folder
        The cache folder.
    force
        All segments count as missing.
    verify
        Compare the checksums of all cached segments (see `RenderCache`).
    """

    folder: Path
    force: bool = False
    verify: bool = False

    def cache(
        self, render_spec: SceneRenderSpec, checker: DependencyChecker | None = None
    ) -> RenderCache:
        """Return the cache for a scene, which takes all results for valid without a checker."""
        suffix = render_spec.encoding.suffix
        if checker is None:
            return RenderCache(self.folder, suffix)
        folder = scene_folder(render_spec.scene)
        return RenderCache(
            self.folder,
            suffix,
            lambda found: checker.is_current(found, folder),
            verify=self.verify,
        )

    def timelines(self, render_specs: Iterable[SceneRenderSpec]) -> dict[str, SceneTimeline]:
        """Return the cached timelines of scenes by their keys."""
        checker = DependencyChecker()
        scenes = {timeline_key(render_spec): render_spec for render_spec in render_specs}
        return {
            key: timeline
            for key, render_spec in scenes.items()
            if (timeline := self.cache(render_spec, checker).fetch_timeline(key)) is not None
        }

    def chosen(
        self, render_spec: SceneRenderSpec, beats: ChosenBeats | None
    ) -> tuple[SceneTimeline, list[int]] | None:
        """Return the timeline of a scene and the indices of the chosen beats; ``None`` for all."""
        if beats is None:
            return None
        timeline = self.cache(render_spec).fetch_timeline(timeline_key(render_spec))
        if timeline is None:
            return None
        named = [(render_spec.scene.name, beat.name) in beats for beat in timeline.beats]
        return timeline, [index for index, chosen in enumerate(named) if chosen]

    def missing(
        self, render_specs: Iterable[SceneRenderSpec], beats: ChosenBeats | None = None
    ) -> list[MissingBeats]:
        """Return the ranges of missing beats, each scene once; `beats` are the chosen ones."""
        frame_times, checker = FrameTimes.load(self.folder), DependencyChecker()
        found: list[MissingBeats] = []
        by_key = {scene_key(render_spec): render_spec for render_spec in render_specs}
        for key, render_spec in by_key.items():
            cache, chosen = self.cache(render_spec, checker), self.chosen(render_spec, beats)
            timeline = cache.fetch_timeline(timeline_key(render_spec))
            frames = beat_frames(render_spec, timeline)
            estimates = [frame_times.estimate(render_spec, count) for count in frames]
            indices = None if chosen is None else chosen[1]
            missing = indices if self.force else cache.missing(key, indices)
            present = 0 if self.force or missing is not None else cache.present(key)
            ranges = missing_ranges(missing, present, estimates)
            found += [MissingBeats(render_spec, key, part, frames) for part in ranges]
        return found

    def whole(self, render_spec: SceneRenderSpec) -> MissingBeats:
        """Return all beats of a scene as one range, whatever the cache holds of them."""
        timeline = self.cache(render_spec).fetch_timeline(timeline_key(render_spec))
        frames = beat_frames(render_spec, timeline)
        estimate = FrameTimes.load(self.folder).estimate(render_spec, sum(frames))
        beats = MissingRange(0, None, (estimate,))
        return MissingBeats(render_spec, scene_key(render_spec), beats, frames)
