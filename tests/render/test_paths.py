"""Paths of shapes are those of manim's camera, for any points."""

from __future__ import annotations

import cairo
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from manim import Camera, VMobject
from numpy.typing import NDArray

from lecture.render.backend.painter import Painter

PLAIN = Camera(pixel_width=16, pixel_height=16, frame_rate=10)
PAINTED = Camera(pixel_width=16, pixel_height=16, frame_rate=10)
Painter(PAINTED)

# Distances between the ends of curves on both sides of manim's tolerance.
GAPS = st.sampled_from([0.0, 0.0, 9e-7, 1.1e-6, 1e-5, -1e-6, 0.5])
NUMBERS = st.floats(-8, 8) | st.sampled_from([0.0, 1e-300, 7.11, np.inf, np.nan])


def path(camera: Camera, shape: VMobject) -> str:
    context = cairo.Context(cairo.ImageSurface(cairo.FORMAT_ARGB32, 16, 16))
    context.move_to(1, 2)  # of the shape before, which stays if there is no point
    camera.set_cairo_context_path(context, shape)
    return str(context.copy_path())


@st.composite
def outlines(draw: st.DrawFn) -> NDArray[np.float64]:
    """Curves that begin where the one before ends, or nearly there, and may return to a start."""
    points: list[tuple[float, float, float]] = []
    for _ in range(draw(st.integers(0, 6))):
        previous = draw(st.sampled_from(points)) if points else (0.0, 0.0, 0.0)
        last = points[-1] if points else previous
        start = tuple(value + draw(GAPS) for value in last)
        handles = [(draw(NUMBERS), draw(NUMBERS), 0.0) for _ in range(2)]
        end = previous if draw(st.booleans()) else (draw(NUMBERS), draw(NUMBERS), 0.0)
        points += [(start[0], start[1], start[2]), *handles, end]
    excess = draw(st.integers(0, 3))  # points of a curve that is not complete
    return np.array(points + points[:excess], dtype=float).reshape(-1, 3)


@given(outlines())
def test_a_path_is_that_of_manim(points: NDArray[np.float64]) -> None:
    shape = VMobject()
    shape.points = points
    assert path(PAINTED, shape) == path(PLAIN, shape)


@given(outlines(), st.floats(0, 9), st.sampled_from([(0, 0, 0, 0), (1, 0.5, 0, 0.7)]))
def test_a_path_that_was_copied_is_painted_alike(
    points: NDArray[np.float64], width: float, color: tuple[float, ...]
) -> None:
    shape = VMobject()
    shape.points = points
    pictures = []
    copy = None
    for _ in range(2):
        surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 64, 64)
        context = cairo.Context(surface)
        context.set_matrix(cairo.Matrix(64 / 14.2, 0, 0, -64 / 14.2, 32, 32))
        if copy is None:
            PLAIN.set_cairo_context_path(context, shape)
            copy = context.copy_path()
        else:
            context.append_path(copy)
        context.set_source_rgba(*color)
        context.fill_preserve()
        context.set_source_rgba(0, 1, 0, 0.8)
        context.set_line_width(width / 4)
        context.stroke_preserve()
        pictures.append(bytes(surface.get_data()))
    assert pictures[0] == pictures[1]
