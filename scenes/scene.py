"""The base class of this lecture's scenes."""

from __future__ import annotations

from lecture.kit.lecture_scene import LectureScene
from scenes.spec import GradientSpec

__all__ = ["GradientScene"]


class GradientScene(LectureScene):
    """A scene with a `GradientSpec`."""

    spec_model = GradientSpec
    spec: GradientSpec
