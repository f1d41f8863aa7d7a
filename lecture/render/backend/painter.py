"""Paint only the rectangles of a frame that differ from the frame before.

The pixels are equal to those of manim's camera, bit for bit: the camera's own methods paint whole
shapes onto a scratch surface, and only the changed rectangles are copied from it. Clipping would be
simpler, but Cairo antialiases the edges of clipped shapes differently.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import Camera, Mobject, VMobject
from manim.constants import LineJointType

from lecture.render.backend.rectangles import Rectangle, cover, total_area

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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

# Tolerance of manim for the ends of curves that are joined, besides that of the shape.
_RELATIVE_TOLERANCE = 1e-5

State = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """The state of a shape and the pixels that it may change.

    A shape without a path has no box: for it, the camera paints the path of the previous shape
    again, so everything must be painted.
    """

    state: State
    box: Rectangle | None


def paints_in_parts(camera: Camera) -> bool:
    """Return True for manim's plain camera; one that moves changes every pixel."""
    return type(camera) is Camera


class Painter:
    """Paints frames into the pixel array of a plain camera (see `paints_in_parts`)."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        vars(camera)["set_cairo_context_path"] = self._set_path
        self._scratch: PixelArray = np.empty_like(camera.pixel_array)
        self._everything = Rectangle(0, 0, camera.pixel_width, camera.pixel_height)
        self.begin(None)

    def begin(self, static: PixelArray | None) -> None:
        """Begin an animation, whose first frame is painted whole.

        `static` is the picture of all that does not move; ``None`` if all moves.
        """
        self._static = static
        self._background: PixelArray | None = None
        self._line_width = 0.0
        self._shown: dict[int, _Shape] | None = None
        self._blind = 0

    def paint(self, mobjects: Iterable[Mobject]) -> list[Rectangle]:
        """Paint a frame.

        Parameters
        ----------
        mobjects
            All mobjects above the background, in order.

        Returns
        -------
        list of Rectangle
            Disjoint rectangles that hold all changed pixels.
        """
        self._notice_changes_of_camera()
        if self._blind:
            self._blind -= 1
            return self._paint_all(mobjects)
        family = self._camera.get_mobjects_to_display(mobjects)
        shapes = [
            part
            for part in family
            if isinstance(part, VMobject) and part.get_background_image() is None
        ]
        if len(shapes) < len(family):  # images and point clouds, which Cairo does not paint
            self._shown = None
            return self._paint_all(mobjects)
        new = {id(shape): self._shape(shape) for shape in shapes}
        old, self._shown = self._shown, new
        pathless = any(shape.box is None for shape in new.values())
        if old is None or pathless or len(new) != len(shapes):
            return self._paint_all(mobjects)
        changed = _changed(old, new)
        if changed is None or len(changed) > _MOST_CHANGES:
            if changed is not None:
                self._blind, self._shown = _BLIND_FRAMES, None
            return self._paint_all(mobjects)
        parts = cover(changed, self._everything.right, self._everything.bottom)
        if total_area(parts) > _LARGEST_SHARE * self._everything.area:
            return self._paint_all(mobjects)
        if parts:
            self._paint_parts(parts, shapes, new)
        return parts

    def _notice_changes_of_camera(self) -> None:
        """Have the next frame painted whole if the camera has another background or line width."""
        camera = self._camera
        # As manim, which shows a new background at once only if there is no static picture.
        background = camera.background if self._static is None else self._static
        if background is not self._background:
            self._background, self._shown = background, None
        if camera.cairo_line_width_multiple != self._line_width:
            self._line_width, self._shown = camera.cairo_line_width_multiple, None

    def _paint_all(self, mobjects: Iterable[Mobject]) -> list[Rectangle]:
        np.copyto(self._camera.pixel_array, np.asarray(self._background))
        self._camera.capture_mobjects(mobjects)
        return [self._everything]

    def _paint_parts(
        self, parts: Sequence[Rectangle], shapes: Sequence[VMobject], new: dict[int, _Shape]
    ) -> None:
        camera, background = self._camera, np.asarray(self._background)
        for part in parts:
            self._scratch[part.rows, part.columns] = background[part.rows, part.columns]
        context = camera.get_cairo_context(self._scratch)
        # Manim never changes the context of a plain camera, even if its frame has changed since.
        context.set_matrix(self._matrix())
        for shape in shapes:
            box = new[id(shape)].box
            if box is not None and any(box.meets(part) for part in parts):
                camera.display_vectorized(shape, context)
        for part in parts:
            camera.pixel_array[part.rows, part.columns] = self._scratch[part.rows, part.columns]

    def _set_path(self, context: cairo.Context[Any], shape: VMobject) -> Camera:
        """Set the path of a shape as manim does, which takes twice as long."""
        points, step = shape.points, shape.n_points_per_cubic_curve
        if len(points) < step or not np.isfinite(points).all():
            return Camera.set_cairo_context_path(self._camera, context, shape)
        flat = points[:, :2]
        starts, ends = flat[step::step], flat[step - 1 : -1 : step]
        tolerances = shape.tolerance_for_point_equality + _RELATIVE_TOLERANCE * np.abs(starts)
        apart = (np.abs(ends - starts) > tolerances).any(axis=1)
        bounds = [0, *((np.flatnonzero(apart) + 1) * step).tolist(), len(points)]
        xy = flat.ravel().tolist()  # manim's numbers are numpy's, which Cairo converts slowly
        context.new_path()
        for start, end in pairwise(bounds):
            if end - start < step:
                continue
            context.new_sub_path()
            context.move_to(xy[2 * start], xy[2 * start + 1])
            for index in range(2 * start + 2, 2 * (end - step) + 3, 2 * step):
                context.curve_to(*xy[index : index + 6])
            if shape.consider_points_equals_2d(flat[start], flat[end - 1]):
                context.close_path()
        return self._camera

    def _shape(self, shape: VMobject) -> _Shape:
        fill = self._camera.get_fill_rgbas(shape)
        line = self._camera.get_stroke_rgbas(shape)
        behind = self._camera.get_stroke_rgbas(shape, background=True)
        widths = shape.get_stroke_width(), shape.get_stroke_width(True)
        state: State = (
            shape.points.tobytes(),
            fill.tobytes(),
            line.tobytes(),
            behind.tobytes(),
            widths,
            shape.joint_type,
            shape.cap_style,
        )
        if (
            len(fill) > 1 or len(line) > 1 or len(behind) > 1
        ):  # a colour gradient, which has two ends
            state += tuple(end.tobytes() for end in shape.get_gradient_start_and_end_points())
        known = self._shown.get(id(shape)) if self._shown is not None else None
        if known is not None and known.state == state:
            return known
        return _Shape(state, self._box(shape, max(widths)))

    def _box(self, shape: VMobject, stroke_width: float) -> Rectangle | None:
        """Return the bounds of the pixels that a shape may change."""
        points = shape.points
        if len(points) < shape.n_points_per_cubic_curve or not np.isfinite(points).all():
            return None
        matrix = self._matrix()
        scale = max(abs(matrix.xx), abs(matrix.yy))
        half = float(stroke_width) * self._camera.cairo_line_width_multiple * scale / 2
        reach = _SMOOTHING + half * _reach_of_joints(shape)
        x, y = points[:, 0], points[:, 1]
        left, top = matrix.transform_point(float(x.min()), float(y.max()))
        right, bottom = matrix.transform_point(float(x.max()), float(y.min()))
        return Rectangle(
            int(left - reach), int(top - reach), int(right + reach) + 1, int(bottom + reach) + 1
        )

    def _matrix(self) -> cairo.Matrix:
        """Return the transformation from units to pixels."""
        return self._camera.get_cairo_context(self._camera.pixel_array).get_matrix()


def _reach_of_joints(shape: VMobject) -> float:
    pointed = shape.joint_type in (LineJointType.AUTO, LineJointType.MITER)
    return _MITRE_LIMIT if pointed else 1.5


def _changed(old: dict[int, _Shape], new: dict[int, _Shape]) -> list[Rectangle] | None:
    """Return the boxes of all changes between two frames; ``None`` if the order changed."""
    if [key for key in old if key in new] != [key for key in new if key in old]:
        return None
    boxes: list[Rectangle | None] = []
    for key, shape in new.items():
        before = old.get(key)
        if before is shape or (before is not None and before.state == shape.state):
            continue
        boxes.append(shape.box)
        if before is not None:
            boxes.append(before.box)
    boxes.extend(shape.box for key, shape in old.items() if key not in new)
    return None if None in boxes else [box for box in boxes if box is not None]
