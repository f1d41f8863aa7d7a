"""A renderer that draws manim's frames with less work.

It differs from manim's in three ways: only the changed rectangles of a frame are painted and
converted, frames are not copied, and the frames of beats outside the task are stepped through, with
all updates, without being drawn. Stepping makes a chunk exact: skipping animations, as manim's
``-n`` does, gives other frames if an updater counts time.
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
    """Passes the frames of a scene to a `SectionSplitter`.

    `on_play` is called before each animation with its index; `options` are those of manim's
    renderer.
    """

    def __init__(
        self, splitter: SectionSplitter, on_play: Callable[[int], None], **options: Any
    ) -> None:
        super().__init__(file_writer_class=_writer_of(splitter), **options)
        self._splitter = splitter
        self._on_play = on_play
        camera = self.camera
        # A transparent background keeps its colour in manim. Cairo, whose colours are multiplied by
        # their opacity, would add it to everything that is half transparent; see
        # https://github.com/ManimCommunity/manim/issues/2273.
        if (background := camera.background) is not None:
            background[background[..., 3] == 0] = 0
        self._painter = Painter(camera) if paints_in_parts(camera) else None
        self._everything = Rectangle(0, 0, int(camera.pixel_width), int(camera.pixel_height))

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        """Play animations."""
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
        """Paint a whole frame, if the current beat is drawn."""
        if self._splitter.drawing:
            super().update_frame(scene, mobjects, include_submobjects, ignore_skipping, **kwargs)

    def save_static_frame_data(
        self, scene: Scene, static_mobjects: Iterable[Mobject]
    ) -> PixelArray | None:
        """Paint the mobjects that do not move in the next animation."""
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
        time: float,  # noqa: ARG002  (manim passes it)
        moving_mobjects: Iterable[Mobject] | None = None,
    ) -> None:
        """Draw one frame of an animation."""
        if self._splitter.drawing:
            self._write(self.camera.pixel_array, self._paint(scene, moving_mobjects))
        self._advance(1)

    def add_frame(self, frame: PixelArray, num_frames: int = 1) -> None:
        """Add a frame that is shown `num_frames` times."""
        if self.skip_animations:
            return
        if self._splitter.drawing:
            self._write(frame, [self._everything], num_frames)
        self._advance(num_frames)

    def get_frame(self) -> PixelArray:
        """Return the current frame, as a copy if the current beat is drawn."""
        return super().get_frame() if self._splitter.drawing else self.camera.pixel_array

    def freeze_current_frame(self, duration: float) -> None:
        """Show the current frame for `duration` seconds, rounded down to whole frames."""
        self.add_frame(self.camera.pixel_array, num_frames=int(duration / self._tick))

    @property
    def _tick(self) -> float:
        return float(1 / self.camera.frame_rate)

    def _paint(self, scene: Scene, moving: Iterable[Mobject] | None) -> list[Rectangle]:
        # If nothing moves, manim paints all mobjects again over the static frame.
        mobjects = list(moving or ()) or list_update(scene.mobjects, scene.foreground_mobjects)
        if self._painter is None:
            super().update_frame(scene, moving)
            return [self._everything]
        return self._painter.paint(mobjects)

    def _write(self, pixels: PixelArray, parts: list[Rectangle], repeat: int = 1) -> None:
        # manim types its pixels as integers of any size; they are bytes.
        self._splitter.write(cast("NDArray[np.uint8]", pixels), parts, repeat=repeat)

    def _advance(self, frames: int) -> None:
        if self.skip_animations:
            return
        self.time += frames * self._tick
        self._splitter.count(frames)


def _writer_of(splitter: SectionSplitter) -> type[SceneFileWriter]:
    """Return a class of file writers that write nothing and report sections to a splitter."""

    class Writer(SceneFileWriter):
        made = False

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.made = True

        def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
            if self.made:  # manim's __init__ begins a section, under a name that a scene may have
                try:
                    splitter.begin(name)
                except LastSectionReached:
                    raise EndSceneEarlyException from None
            super().next_section(name, type_, skip_animations)

    return Writer


def segment_renderer(
    splitter: SectionSplitter, on_play: Callable[[int], None], *, skip_animations: bool
) -> Callable[..., SegmentRenderer]:
    """Return a function that takes the place of `manim.CairoRenderer` while a scene is created.

    With `skip_animations`, each animation jumps to its end.
    """

    def make(**options: Any) -> SegmentRenderer:
        return SegmentRenderer(splitter, on_play, **{**options, "skip_animations": skip_animations})

    return make
