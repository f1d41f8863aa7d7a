"""The base class of this lecture's scenes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import DOWN, FadeIn, FadeOut

from lecture.kit.layout import at, frame, is_portrait
from lecture.kit.lecture_scene import LectureScene
from scenes.mobjects.road_map import STATIONS, RoadMap
from scenes.spec import GradientSpec

if TYPE_CHECKING:
    from manim import Typst

__all__ = ["GradientScene"]

_MAP_WIDTH, _MAP_ABOVE_BOTTOM, _MAP_BELOW_TITLE = 5.0, 0.4, 0.3


class GradientScene(LectureScene):
    """A scene with a `GradientSpec`."""

    spec_model = GradientSpec
    spec: GradientSpec

    def show_title(self, title: Typst | None = None) -> None:
        """Fade in the title and, for a moment, the road map with the station of the scene.

        The road map is at the bottom of the frame, in portrait below the title.

        Parameters
        ----------
        title
            The title; by default the one of the words file, without values.
        """
        road_map = RoadMap(_MAP_WIDTH, lit=STATIONS.get(type(self).__name__))
        title = self.title_of() if title is None else title
        if is_portrait():
            road_map.next_to(title, DOWN, buff=_MAP_BELOW_TITLE).set_x(0.0)
        else:
            road_map.move_to(at(0.0, frame().bottom + _MAP_ABOVE_BOTTOM))
        self.play(FadeIn(title), FadeIn(road_map), run_time=0.6)
        self.wait(0.8)
        self.play(FadeOut(road_map), run_time=0.4)
