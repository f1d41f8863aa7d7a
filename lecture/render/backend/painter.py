"""Paint only the rectangles of a frame that differ from the frame before.

The pixels are equal to those of manim's camera, bit for bit: the camera's own methods paint whole
shapes onto a scratch surface, and only the changed rectangles are copied from it. Clipping would be
simpler, but Cairo antialiases the edges of clipped shapes differently.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import Camera, Mobject, VMobject
from manim.constants import LineJointType

from lecture.render.backend.rectangles import Rectangle, cover, total_area

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import cairo
    from manim.typing import PixelArray

__all__ = ["Painter", "paints_in_parts"]

# Above this share of the frame, painting everything costs less than painting parts.
_LARGEST_SHARE = 0.55
# If more shapes change in a frame, the next frames are painted whole without a comparison.
_MOST_CHANGES, _BLIND_FRAMES = 300, 12
# Reach of a mitred corner, in half line widths: Cairo's limit.
_MITRE_LIMIT = 10.0
_SMOOTHING = 2.0  # pixels outside of an outline that antialiasing may change

_POINTS = 4  # of a cubic curve

_NOWHERE = Rectangle(0, 0, 0, 0)

State = tuple[object, ...]


def paints_in_parts(camera: Camera) -> bool:
    """Return True for manim's plain camera; one that moves changes every pixel."""
    return type(camera) is Camera


class Painter:
    """Paints frames into the pixel array of a plain camera (see `paints_in_parts`).

    As manim does, it paints all that does not move in an animation once, and each frame over it.
    Both pictures remain from one animation to the next, and only their changes are painted.
    """

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        vars(camera)["set_cairo_context_path"] = partial(_set_path, camera)
        pixels: PixelArray = vars(camera)["pixel_array"]
        scratch = np.empty_like(pixels)
        self._frame = _Picture(camera, pixels, scratch)
        self._static = _Picture(camera, np.empty_like(pixels), scratch)
        self._has_static = False
        self._background: PixelArray | None = None
        self._background_pixels = np.empty_like(pixels)
        self._line_width = camera.cairo_line_width_multiple
        self._everything = Rectangle(0, 0, camera.pixel_width, camera.pixel_height)
        # Changes of the picture behind the frame since the frame was painted.
        self._behind: list[Rectangle] = []
        self._changes: list[Rectangle] = []
        self._begun = False

    def begin(self, static: Collection[Mobject]) -> PixelArray:
        """Begin an animation; return the picture of all that does not move in it."""
        self._has_static = self._begun = bool(static)
        self._frame.compare_again()
        self._static.compare_again()
        self._paint_static(static)
        return self._static.pixels

    def paint(self, mobjects: Iterable[Mobject]) -> None:
        """Paint a frame.

        Parameters
        ----------
        mobjects
            All mobjects that move, in order.
        """
        # As manim, which shows a new background at once only if there is no static picture.
        if not self._has_static and self._camera.background is not self._background:
            self._paint_static(())
        self._notice_line_width()
        parts = self._frame.paint(self._static.pixels, self._behind, mobjects)
        self._behind, self._begun = [], False
        if self._changes:  # of a frame that was not taken
            parts = cover([*self._changes, *parts], self._everything.right, self._everything.bottom)
        self._changes = parts

    def take_changes(self) -> list[Rectangle]:
        """Return disjoint rectangles that hold all changes of the frame since the last call."""
        changes, self._changes = self._changes, []
        return changes

    def release(self) -> None:
        """Let others read or paint the pixels, which then hold what they hold in manim."""
        if self._begun:
            self._begun = False
            np.copyto(self._frame.pixels, self._static.pixels)
        self._frame.forget()
        self._changes = [self._everything]

    def _paint_static(self, mobjects: Collection[Mobject]) -> None:
        self._background = self._camera.background
        changed: list[Rectangle] = []
        background = np.asarray(self._background)
        if not np.array_equal(self._background_pixels, background):  # also if written in place
            np.copyto(self._background_pixels, background, casting="unsafe")  # as manim
            changed = [self._everything]
        self._notice_line_width()
        self._behind += self._static.paint(self._background_pixels, changed, mobjects)

    def _notice_line_width(self) -> None:
        if self._camera.cairo_line_width_multiple != self._line_width:
            self._line_width = self._camera.cairo_line_width_multiple
            self._frame.forget()
            self._static.forget()


@dataclass(slots=True)
class _Shape:
    """The state of a shape, the pixels that it may change, and its path once it was painted."""

    mobject: VMobject
    state: State
    box: Rectangle
    path: cairo.Path | None


class _Picture:
    """A picture of mobjects over a background, of which only the changes are painted."""

    def __init__(self, camera: Camera, pixels: PixelArray, scratch: PixelArray) -> None:
        self.pixels = pixels
        self._camera = camera
        self._scratch = scratch
        self._everything = Rectangle(0, 0, camera.pixel_width, camera.pixel_height)
        self._shown: dict[int, _Shape] | None = None
        self._blind = 0

    def forget(self) -> None:
        """Have everything painted the next time."""
        self._shown = None

    def compare_again(self) -> None:
        """Look for changes again, after more changes than a comparison is worth."""
        self._blind = 0

    def paint(
        self, background: PixelArray, behind: Iterable[Rectangle], mobjects: Iterable[Mobject]
    ) -> list[Rectangle]:
        """Paint mobjects, in their order, and return disjoint rectangles that hold all changes.

        `behind` holds the changes of the background.
        """
        family = self._camera.get_mobjects_to_display(mobjects)
        parts = self._changed_parts(family, behind)
        if total_area(parts) > _LARGEST_SHARE * self._everything.area:
            self._paint_all(background, family)
            return [self._everything]
        if parts:
            self._paint_parts(parts, background)
        return parts

    def _changed_parts(
        self, family: Sequence[Mobject], behind: Iterable[Rectangle]
    ) -> list[Rectangle]:
        """Return all that may have changed, and keep what is now shown."""
        old, self._shown = self._shown, None
        if self._blind:
            self._blind -= 1
            return [self._everything]
        shapes = [
            part
            for part in family
            if isinstance(part, VMobject) and part.get_background_image() is None
        ]
        if len(shapes) < len(family):  # images and point clouds, which Cairo does not paint
            return [self._everything]
        known = old or {}
        new = self._shown = {
            id(shape): self._shape(shape, known.get(id(shape))) for shape in shapes
        }
        if old is None or len(new) < len(shapes) or not _same_order(old, new):
            return [self._everything]
        changed = _changed(old, new)
        if len(changed) > _MOST_CHANGES:
            self._blind = _BLIND_FRAMES
            return [self._everything]
        return cover([*behind, *changed], self._everything.right, self._everything.bottom)

    def _paint_all(self, background: PixelArray, family: Sequence[Mobject]) -> None:
        """Paint as `Camera.capture_mobjects` does."""
        camera = self._camera
        np.copyto(self.pixels, background)
        if any(isinstance(part, VMobject) for part in family):
            camera.get_cairo_context(self.pixels).set_matrix(self._matrix())
        for kind, group in groupby(family, camera.type_or_raise):
            camera.display_funcs[kind](list(group), self.pixels)

    def _paint_parts(self, parts: Sequence[Rectangle], background: PixelArray) -> None:
        for part in parts:
            self._scratch[part.rows, part.columns] = background[part.rows, part.columns]
        context = self._camera.get_cairo_context(self._scratch)
        context.set_matrix(self._matrix())
        for shape in (self._shown or {}).values():
            if any(shape.box.meets(part) for part in parts):
                self._paint_shape(context, shape)
        for part in parts:
            self.pixels[part.rows, part.columns] = self._scratch[part.rows, part.columns]

    def _paint_shape(self, context: cairo.Context[Any], shape: _Shape) -> None:
        """Paint as `Camera.display_vectorized` does, with the same path if it has not changed."""
        camera, mobject = self._camera, shape.mobject
        if shape.path is None:
            camera.set_cairo_context_path(context, mobject)
            shape.path = context.copy_path()
        else:
            context.new_path()
            context.append_path(shape.path)
        camera.apply_stroke(context, mobject, background=True)
        camera.apply_fill(context, mobject)
        camera.apply_stroke(context, mobject)

    def _shape(self, mobject: VMobject, known: _Shape | None) -> _Shape:
        fill = self._camera.get_fill_rgbas(mobject)
        line = self._camera.get_stroke_rgbas(mobject)
        behind = self._camera.get_stroke_rgbas(mobject, background=True)
        width, width_behind = mobject.get_stroke_width(), mobject.get_stroke_width(True)
        outline = (
            mobject.points.tobytes(),
            mobject.n_points_per_cubic_curve,
            mobject.tolerance_for_point_equality,
        )
        state: State = (
            outline,
            fill.tobytes(),
            line.tobytes(),
            behind.tobytes(),
            width,
            width_behind,
            mobject.joint_type,
            mobject.cap_style,
        )
        if (
            len(fill) > 1 or len(line) > 1 or len(behind) > 1
        ):  # a colour gradient, which has two ends
            state += tuple(end.tobytes() for end in mobject.get_gradient_start_and_end_points())
        if known is not None and known.state == state:
            return known
        path = known.path if known is not None and known.state[0] == outline else None
        shows = (
            fill[:, 3].any()
            or (width and line[:, 3].any())
            or (width_behind and behind[:, 3].any())
        )
        box = self._box(mobject, max(width, width_behind)) if shows else _NOWHERE
        return _Shape(mobject, state, box, path)

    def _box(self, mobject: VMobject, stroke_width: float) -> Rectangle:
        """Return the bounds of the pixels that a shape may change."""
        points = mobject.points
        if len(points) < mobject.n_points_per_cubic_curve or not np.isfinite(points).all():
            return _NOWHERE  # manim gives it an empty path
        matrix = self._matrix()
        scale = max(abs(matrix.xx), abs(matrix.yy))
        half = float(stroke_width) * self._camera.cairo_line_width_multiple * scale / 2
        reach = _SMOOTHING + half * _reach_of_joints(mobject)
        x, y = points[:, 0], points[:, 1]
        left, top = matrix.transform_point(float(x.min()), float(y.max()))
        right, bottom = matrix.transform_point(float(x.max()), float(y.min()))
        return Rectangle(
            int(left - reach), int(top - reach), int(right + reach) + 1, int(bottom + reach) + 1
        )

    def _matrix(self) -> cairo.Matrix:
        """Return the transformation from units to pixels.

        Manim never changes the context of a plain camera, even if its frame has changed since.
        """
        return self._camera.get_cairo_context(vars(self._camera)["pixel_array"]).get_matrix()


def _set_path(camera: Camera, context: cairo.Context[Any], mobject: VMobject) -> Camera:
    """Set the path of a shape as manim does, which takes twice as long."""
    points, is_cubic = mobject.points, mobject.n_points_per_cubic_curve == _POINTS
    if not is_cubic or not len(points) or len(points) % _POINTS or not np.isfinite(points).all():
        return Camera.set_cairo_context_path(camera, context, mobject)
    is_near = mobject.consider_points_equals_2d
    start_x = start_y = end_x = end_y = math.nan  # which is near nothing
    context.new_path()
    # Numbers of manim are those of NumPy, which Cairo converts slowly.
    for x, y, a, b, c, d, u, v in points[:, :2].reshape(-1, 2 * _POINTS).tolist():
        if (x != end_x or y != end_y) and not is_near((end_x, end_y), (x, y)):
            if is_near((start_x, start_y), (end_x, end_y)):
                context.close_path()
            start_x, start_y = x, y
            context.new_sub_path()
            context.move_to(x, y)
        context.curve_to(a, b, c, d, u, v)
        end_x, end_y = u, v
    if is_near((start_x, start_y), (end_x, end_y)):
        context.close_path()
    return camera


def _reach_of_joints(mobject: VMobject) -> float:
    pointed = mobject.joint_type in (LineJointType.AUTO, LineJointType.MITER)
    return _MITRE_LIMIT if pointed else 1.5


def _same_order(old: dict[int, _Shape], new: dict[int, _Shape]) -> bool:
    return [key for key in old if key in new] == [key for key in new if key in old]


def _changed(old: dict[int, _Shape], new: dict[int, _Shape]) -> list[Rectangle]:
    """Return the boxes of all changes between two frames."""
    boxes = []
    for key, shape in new.items():
        before = old.get(key)
        if before is not shape:
            boxes += [shape.box] if before is None else [shape.box, before.box]
    return boxes + [shape.box for key, shape in old.items() if key not in new]
