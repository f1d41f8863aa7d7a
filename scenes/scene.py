"""The base of this lecture's scenes, which binds them to its spec."""

from __future__ import annotations

from lecture.kit.lecture_scene import LectureScene
from scenes.spec import GradientSpec

__all__ = ["GradientScene"]


class GradientScene(LectureScene):
    """A scene of the lecture on unstable gradients."""

    spec_model = GradientSpec
    spec: GradientSpec
