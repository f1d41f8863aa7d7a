"""A renderer that draws manim's frames with less work.

It differs from manim's in three ways: only the changed rectangles of a frame are painted and
converted, frames are not copied, and the frames of beats outside the task are stepped through, with
all updates, without being drawn. Stepping makes a chunk exact: skipping animations, as manim's
``-n`` does, gives other frames if an updater counts time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from manim import CairoRenderer, SceneFileWriter, VMobject, Wait, config
from manim.utils.iterables import list_update
from manim.utils.sounds import get_full_sound_file_path

from lecture.kit.manim_internals import draw_current_frame
from lecture.render.backend.painter import Painter, paints_in_parts
from lecture.render.backend.rectangles import Rectangle
from lecture.render.backend.segments import SceneEnded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from manim import Camera, Mobject, Scene
    from manim.typing import PixelArray, StrPath
    from numpy.typing import NDArray

    from lecture.render.backend.segments import SectionSplitter

__all__ = ["SceneEvents", "SegmentRenderer"]


@dataclass(frozen=True, slots=True)
class SceneEvents:
    """Callbacks of a renderer.

    `before_play` is called with the index of the animation, `on_frames` at each frame with the
    number of times that it is shown, `on_sound` with the path of the file and the further arguments
    of `SceneFileWriter.add_sound`.
    """

    before_play: Callable[[int], None]
    after_play: Callable[[], None]
    before_section: Callable[[], None]
    on_frames: Callable[[int], None]
    on_sound: Callable[..., None]


class SegmentRenderer(CairoRenderer):
    """Passes the frames of a scene to a `SectionSplitter`.

    With `last_frames`, each animation jumps to its end, and its frames are counted. `options` are
    those of manim's renderer.

    If a scene reads its frames after beats that were not drawn, `reads_frames` becomes true and the
    scene ends; if no beat is encoded, the current frame is drawn instead.
    """

    def __init__(
        self, splitter: SectionSplitter, events: SceneEvents, *, last_frames: bool, **options: Any
    ) -> None:
        super().__init__(file_writer_class=_writer_of(splitter, events), **options)
        self._splitter = splitter
        self._events = events
        self._last_frames = last_frames
        self.skip_animations |= last_frames
        self._omitting = False
        self._omitted: list[tuple[float, float]] = []
        camera = self.camera
        self._background: PixelArray | None = None
        self._clear_background()
        self._painter = Painter(camera) if paints_in_parts(camera) else None
        self.reads_frames = False
        self._playing = False
        self._up_to_date = True  # the pixels, which are first the background
        _watch_pixels(camera, self._before_read)
        self._everything = Rectangle(0, 0, int(camera.pixel_width), int(camera.pixel_height))

    def init_scene(self, scene: Scene, *args: Any) -> None:
        """Set up the renderer for a scene."""
        self._scene = scene
        super().init_scene(scene, *args)

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        """Play animations."""
        self._events.before_play(self.num_plays)
        self._play(scene, *args, **kwargs)
        self._events.after_play()

    def hold(self, scene: Scene, frames: int) -> None:
        """Hold the picture of a scene, without updates."""
        self._play(scene, Wait(run_time=(frames + 0.5) * self._tick, frozen_frame=True))

    def _play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        start = self.time
        self._playing = True
        if not self._splitter.drawing:
            self._up_to_date = False
        super().play(scene, *args, **kwargs)
        self._playing = False
        if self._omitting:
            self._omitted.append((start, self.time))
        elif self._last_frames:
            self._splitter.count(round((self.time - start) / self._tick))

    def update_skipping_status(self) -> None:
        """Find out if manim omits the frames of an animation, as in a skipped section."""
        super().update_skipping_status()
        self._omitting = self.skip_animations
        self.skip_animations |= self._last_frames

    def video_time(self, time: float) -> float:
        """Return the time in the video for a time of the scene, which omitted frames also take."""
        return time - sum(max(0.0, min(end, time) - start) for start, end in self._omitted)

    def update_frame(
        self,
        scene: Scene,
        mobjects: Iterable[Mobject] | None = None,
        include_submobjects: bool = True,
        ignore_skipping: bool = True,
        **kwargs: Any,
    ) -> None:
        """Paint a whole frame, if the current beat is drawn or the scene asks for it."""
        if self._splitter.drawing or not self._playing:
            self._up_to_date = True
            self._clear_background()
            plain = include_submobjects and ignore_skipping and not kwargs
            if self._playing and self._painter is not None and plain:
                self._painter.paint(_displayed(scene, mobjects))
                return
            super().update_frame(scene, mobjects, include_submobjects, ignore_skipping, **kwargs)
        else:
            self._set_up_camera(scene, mobjects)

    def save_static_frame_data(
        self, scene: Scene, static_mobjects: Iterable[Mobject]
    ) -> PixelArray | None:
        """Paint the mobjects that do not move in the next animation."""
        if not self._splitter.drawing:
            self.static_image = None
            if static_mobjects:
                self._set_up_camera(scene, static_mobjects)
            return None
        if self._painter is None:
            return super().save_static_frame_data(scene, static_mobjects)
        self._clear_background()
        static = list(static_mobjects)
        picture = self._painter.begin(static)
        self._up_to_date |= bool(static)
        self.static_image = picture if static else None
        return self.static_image

    def render(
        self,
        scene: Scene,
        time: float,  # noqa: ARG002  (manim passes it)
        moving_mobjects: Iterable[Mobject] | None = None,
    ) -> None:
        """Draw one frame of an animation."""
        if self._splitter.drawing:
            self.update_frame(scene, moving_mobjects)
            self._write(self._pixels)
        else:
            self._set_up_camera(scene, moving_mobjects)
        self._advance(1)

    def add_frame(self, frame: PixelArray, num_frames: int = 1) -> None:
        """Add a frame that is shown `num_frames` times."""
        if self._splitter.drawing:
            self._write(frame, num_frames)
        self._advance(num_frames)

    def freeze_current_frame(self, duration: float) -> None:
        """Show the current frame for `duration` seconds, rounded down to whole frames."""
        self.add_frame(self._pixels, num_frames=int(duration / self._tick))

    def draw(self) -> PixelArray:
        """Draw all mobjects as they are."""
        self._up_to_date = True
        draw_current_frame(self._scene)
        return self._pixels

    @property
    def _pixels(self) -> PixelArray:
        """The pixels of the camera, up to date or not."""
        pixels: PixelArray = vars(self.camera)["pixel_array"]
        return pixels

    def _before_read(self) -> None:
        if self._up_to_date:
            if self._painter is not None:
                self._painter.release()
            return
        if self._splitter.encodes:
            self.reads_frames = True
            raise SceneEnded
        self.draw()

    @property
    def _tick(self) -> float:
        return float(1 / self.camera.frame_rate)

    def _clear_background(self) -> None:
        """Remove the colour of a new background where it is transparent, where manim keeps it.

        Cairo, whose colours are multiplied by their opacity, would add it to everything that is
        half transparent; see https://github.com/ManimCommunity/manim/issues/2273.
        """
        background = self.camera.background
        if background is not None and background is not self._background:
            background[background[..., 3] == 0] = 0
            self._background = background

    def _set_up_camera(self, scene: Scene, mobjects: Iterable[Mobject] | None) -> None:
        """Do to the camera what drawing would do to it, without drawing."""
        camera, up_to_date = self.camera, self._up_to_date
        self._up_to_date = True  # the camera may look at the size of its pixels
        if self._painter is None:
            # A zoomed camera takes the shape of its display, and a 3D camera rotates.
            camera.capture_mobjects([])
        elif camera.get_cached_cairo_context(self._pixels) is None:
            shapes = camera.get_mobjects_to_display(_displayed(scene, mobjects))
            if any(isinstance(shape, VMobject) for shape in shapes):
                camera.get_cairo_context(self._pixels)  # with the frame of this moment
        self._up_to_date = up_to_date

    def _write(self, pixels: PixelArray, repeat: int = 1) -> None:
        if self.skip_animations:
            return
        parts = [self._everything]
        if self._painter is not None:
            if pixels is not self._pixels:
                self._painter.release()
            parts = self._painter.take_changes()
        # manim types its pixels as integers of any size; they are bytes.
        self._splitter.write(cast("NDArray[np.uint8]", pixels), parts, repeat=repeat)

    def _advance(self, frames: int) -> None:
        if self.skip_animations:
            return
        self._events.on_frames(frames)
        self.time += frames * self._tick
        self._splitter.count(frames)


def _watch_pixels(camera: Camera, before_read: Callable[[], None]) -> None:
    """Call a function whenever the pixels of a camera are read."""

    class Watched(type(camera)):  # type: ignore[misc]
        @property
        def pixel_array(self) -> PixelArray:
            before_read()
            pixels: PixelArray = self.__dict__["pixel_array"]
            return pixels

        @pixel_array.setter
        def pixel_array(self, pixels: PixelArray) -> None:
            self.__dict__["pixel_array"] = pixels

    Watched.__name__ = type(camera).__name__
    camera.__class__ = Watched


def _displayed(scene: Scene, mobjects: Iterable[Mobject] | None) -> list[Mobject]:
    """Return the mobjects that manim paints: all of a scene if none are given."""
    return list(mobjects or ()) or list_update(scene.mobjects, scene.foreground_mobjects)


def _writer_of(splitter: SectionSplitter, events: SceneEvents) -> type[SceneFileWriter]:
    """Return a class of file writers that write nothing and report sections to a splitter."""

    class Writer(SceneFileWriter):
        made = False

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.made = True

        def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
            if self.made:  # manim's __init__ begins a section, under a name that a scene may have
                if splitter.frames:
                    events.before_section()
                splitter.begin(name)
            super().next_section(name, type_, skip_animations)

        def add_sound(self, sound_file: StrPath, *args: Any, **kwargs: Any) -> None:
            if splitter.drawing:
                events.on_sound(_find_sound(sound_file), *args, **kwargs)

    return Writer


def _find_sound(sound_file: StrPath) -> Path:
    try:
        return Path(get_full_sound_file_path(sound_file, Path(config.assets_dir)))
    except OSError as error:
        message = f"the sound {sound_file} does not exist in {Path.cwd()}; correct its path"
        raise FileNotFoundError(message) from error
