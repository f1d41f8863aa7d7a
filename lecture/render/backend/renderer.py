"""A renderer for manim's scenes that makes the same frames with less work.

It differs from manim's own in three ways: of each frame only what changed is painted and
converted, nothing is copied that is not kept, and frames of beats that are not wanted are gone
through, updates and all, without drawing them. Going through them is what makes parts of a scene
exact: skipping animations, as manim's ``-n`` does, gives other frames where an updater counts time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from manim import CairoRenderer, SceneFileWriter
from manim.utils.exceptions import EndSceneEarlyException
from manim.utils.iterables import list_update

from lecture.render.backend.painter import Painter, paints_in_parts
from lecture.render.backend.rectangles import Rectangle
from lecture.render.backend.segments import LastSectionReached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from manim import Mobject, Scene
    from manim.typing import PixelArray
    from numpy.typing import NDArray

    from lecture.render.backend.segments import SectionSplitter

__all__ = ["SegmentRenderer", "segment_renderer"]


class SegmentRenderer(CairoRenderer):
    """Hands a scene's frames to a reel.

    Parameters
    ----------
    reel
        Takes the frames.
    on_play
        Is called before each animation with its number, from 0.
    **options
        As manim's renderer takes them.
    """

    def __init__(
        self, splitter: SectionSplitter, on_play: Callable[[int], None], **options: Any
    ) -> None:
        super().__init__(file_writer_class=_writer_of(splitter), **options)
        self._splitter = splitter
        self._on_play = on_play
        camera = self.camera
        # manim leaves its colour in a ground that cannot be seen; Cairo, which takes colours as
        # multiplied by their opacity, would add it to whatever is half transparent.
        if (background := camera.background) is not None:
            background[background[..., 3] == 0] = 0
        self._painter = Painter(camera) if paints_in_parts(camera) else None
        self._everything = Rectangle(0, 0, int(camera.pixel_width), int(camera.pixel_height))

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        """Play animations, as a scene asks for them."""
        self._on_play(self.num_plays)
        start = self.time
        super().play(scene, *args, **kwargs)
        if self.skip_animations:
            self._splitter.count(round((self.time - start) / self._tick))

    def update_frame(
        self,
        scene: Scene,
        mobjects: Iterable[Mobject] | None = None,
        include_submobjects: bool = True,
        ignore_skipping: bool = True,
        **kwargs: Any,
    ) -> None:
        """Paint a picture whole, where pictures are wanted."""
        if self._splitter.drawing:
            super().update_frame(scene, mobjects, include_submobjects, ignore_skipping, **kwargs)

    def save_static_frame_data(
        self, scene: Scene, static_mobjects: Iterable[Mobject]
    ) -> PixelArray | None:
        """Paint what does not move in the animation that begins."""
        if not self._splitter.drawing:
            self.static_image = None
            return None
        background = super().save_static_frame_data(scene, static_mobjects)
        if self._painter is not None:
            self._painter.begin(background)
        return background

    def render(
        self,
        scene: Scene,
        time: float,  # noqa: ARG002  (as manim calls it)
        moving_mobjects: Iterable[Mobject] | None = None,
    ) -> None:
        """Film one frame of an animation."""
        if self._splitter.drawing:
            self._segment(self.camera.pixel_array, self._paint(scene, moving_mobjects))
        self._pass(1)

    def add_frame(self, frame: PixelArray, num_frames: int = 1) -> None:
        """Film a picture that stands for some frames."""
        if self.skip_animations:
            return
        if self._splitter.drawing:
            self._segment(frame, [self._everything], num_frames)
        self._pass(num_frames)

    def get_frame(self) -> PixelArray:
        """Return the picture: a copy where somebody may keep it, as manim does."""
        return super().get_frame() if self._splitter.drawing else self.camera.pixel_array

    def freeze_current_frame(self, duration: float) -> None:
        """Film the picture that there is for some seconds, cut down to whole frames."""
        self.add_frame(self.camera.pixel_array, num_frames=int(duration / self._tick))

    @property
    def _tick(self) -> float:
        return float(1 / self.camera.frame_rate)

    def _paint(self, scene: Scene, moving: Iterable[Mobject] | None) -> list[Rectangle]:
        # Without anything that moves, manim paints everything once more above what stands.
        mobjects = list(moving or ()) or list_update(scene.mobjects, scene.foreground_mobjects)
        if self._painter is None:
            super().update_frame(scene, moving)
            return [self._everything]
        return self._painter.paint(mobjects)

    def _segment(self, pixels: PixelArray, parts: list[Rectangle], repeat: int = 1) -> None:
        # manim calls its pixels integers of any kind; they are bytes.
        self._splitter.write(cast("NDArray[np.uint8]", pixels), parts, repeat=repeat)

    def _pass(self, frames: int) -> None:
        if self.skip_animations:
            return
        self.time += frames * self._tick
        self._splitter.count(frames)


def _writer_of(splitter: SectionSplitter) -> type[SceneFileWriter]:
    """Return manim's writer, which here writes nothing, made to tell a reel of the sections."""

    class Writer(SceneFileWriter):
        def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
            try:
                splitter.begin(name)
            except LastSectionReached:
                raise EndSceneEarlyException from None
            super().next_section(name, type_, skip_animations)

    return Writer


def segment_renderer(
    splitter: SectionSplitter, on_play: Callable[[int], None], *, skip_animations: bool
) -> Callable[..., SegmentRenderer]:
    """Return what stands in for manim's class of renderers while a scene is made.

    Parameters
    ----------
    reel
        Takes the frames.
    on_play
        Is called before each animation with its number, from 0.
    skip_animations
        True to jump to the end of each animation.
    """

    def make(**options: Any) -> SegmentRenderer:
        return SegmentRenderer(splitter, on_play, **{**options, "skip_animations": skip_animations})

    return make
