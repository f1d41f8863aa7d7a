"""Mobjects of the scene LayersOfAbstraction: filters over an image, and a folded curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from manim import LEFT, ORIGIN, Animation, Circle, Line, ManimColor, Rectangle, VGroup, VMobject
from numpy.typing import ArrayLike, NDArray

from lecture.kit.layout import DOWNWARDS, RIGHTWARDS, Flow, Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.theme import theme
from scenes.mobjects.pixel_image import PixelImage, squares

__all__ = [
    "FilterRow",
    "Fold",
    "FoldingPlot",
    "LayersLayout",
    "Pieces",
    "ShowPieces",
    "SweepRow",
    "SweepRows",
    "dots",
    "layers_layout",
    "strokes",
]


class Pieces(VMobject):
    """Equal shapes in one mobject; `outlines` has the shape (pieces, control points, 3).

    Examples
    --------
    >>> row = dots([[0, 0, 0], [1, 0, 0]], radius=0.1, color="#FFFFFF")
    >>> last = row.show_where(np.array([False, True]))
    >>> row.count, round(float(last.get_left()[0]), 3)
    (2, 0.9)
    """

    def __init__(self, outlines: NDArray[np.float64], **options: Any) -> None:
        super().__init__(**options)
        self._outlines = np.asarray(outlines, dtype=np.float64)
        self.show_up_to(self.count)

    @property
    def count(self) -> int:
        """Number of pieces."""
        return len(self._outlines)

    def show_up_to(self, end: int) -> Self:
        """Show the pieces before `end` only."""
        self.points = self._outlines[:end].reshape(-1, 3).copy()
        return self

    def show_where(self, chosen: NDArray[np.bool_]) -> Self:
        """Show the pieces with a true value only."""
        self.points = self._outlines[chosen].reshape(-1, 3).copy()
        return self


def dots(centers: ArrayLike, *, radius: float, color: str | ManimColor) -> Pieces:
    """Return a dot at each of `centers`, shape (n, 3)."""
    outline = np.array(Circle(radius=radius).points)
    middle = np.asarray(centers, dtype=np.float64).reshape(-1, 1, 3)
    pieces = Pieces(middle + outline[None], stroke_width=0)
    pieces.set_fill(color, opacity=1.0)
    return pieces


def strokes(
    centers: ArrayLike, *, angle: float, length: float, color: str | ManimColor, width: float = 5
) -> Pieces:
    """Return a short line at each of `centers`, shape (n, 3), all at the same `angle`."""
    half = 0.5 * length * at(np.cos(angle), np.sin(angle))
    outline = np.linspace(-half, half, 4)
    middle = np.asarray(centers, dtype=np.float64).reshape(-1, 1, 3)
    return Pieces(middle + outline[None], color=color, stroke_width=width)


class ShowPieces(Animation):
    """Show pieces one after the other."""

    def __init__(self, pieces: Pieces, **options: Any) -> None:
        self.pieces = pieces
        super().__init__(pieces, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the pieces up to `alpha`."""
        self.pieces.show_up_to(round(self.rate_func(alpha) * self.pieces.count))


_FILTER_SIZE = 0.72


class FilterRow(VGroup):
    """A filter, the map of its responses (`answers`), and a line along its edges (`mark`).

    They follow `flow`. `cover`, not a submobject, hides the pixels of the map that are not yet
    computed.
    """

    def __init__(
        self,
        kernel: NDArray[np.float64],
        responses: NDArray[np.float64],
        angle: float,
        center: Point,
        layout: LayersLayout,
    ) -> None:
        self.kernel = PixelImage(
            0.5 + 0.5 * kernel, _FILTER_SIZE, center=center, color=theme().weight
        )
        middle = center + layout.flow.point(layout.to_map, 0.0)
        self.answers = PixelImage(
            responses, layout.map_size, center=middle, color=theme().signal, grid=False
        )
        pixels = [self.answers.spot(*pixel) for pixel in np.ndindex(responses.shape)]
        outlines = squares(np.array(pixels), 1.05 * self.answers.pixel)
        self.cover = Pieces(outlines.reshape(len(pixels), -1, 3), stroke_width=0)
        self.cover.set_fill(theme().panel, opacity=1.0)
        half = 0.24 * at(np.cos(angle), np.sin(angle))
        end = center + layout.flow.point(layout.to_mark, 0.0)
        self.mark = Line(end - half, end + half, color=theme().signal, stroke_width=6)
        super().__init__(self.kernel, self.answers, self.mark)


class SweepRow(Animation):
    """Move a window along a row of an image, and uncover this row of the map of responses."""

    def __init__(
        self, window: Rectangle, image: PixelImage, cover: Pieces, row: int, **options: Any
    ) -> None:
        self.window, self.image, self.cover, self.row = window, image, cover, row
        super().__init__(VGroup(window, cover), **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Move the window to the column at `alpha`."""
        columns = self.image.levels.shape[1]
        done = round(self.rate_func(alpha) * columns)
        covered = np.ones(self.image.levels.shape, dtype=bool)
        covered[self.row, :done] = False
        self.window.move_to(self.image.spot(self.row, min(done, columns - 1)))
        self.cover.show_where(covered.ravel())


class SweepRows(SweepRow):
    """Move a window over the rows of an image, and uncover them in the map; `row` is uncovered."""

    def interpolate_mobject(self, alpha: float) -> None:
        """Move the window to the row at `alpha`."""
        rows, columns = self.image.levels.shape
        done = round(self.rate_func(alpha) * rows)
        covered = np.ones((rows, columns), dtype=bool)
        covered[[*range(done), self.row]] = False
        self.window.move_to(self.image.spot(min(done, rows - 1), (columns - 1) / 2))
        self.cover.show_where(covered.ravel())


class FoldingPlot(FunctionPlot):
    """Axes over the unit square, and a curve given by its values at equally spaced inputs.

    Examples
    --------
    >>> plot = FoldingPlot([0.0, 1.0, 0.0], Region(0, 2, 0, 1), "#FFFFFF")
    >>> plot.draw([0.0, 0.5, 1.0]).peaks([0.0, 1.0, 0.0]).count
    1
    """

    def __init__(self, values: ArrayLike, region: Region, color: str) -> None:
        unit = (0.0, 1.0)
        super().__init__(lambda x: 0.0 * x, unit, unit, region, color)
        self.draw(values)

    def draw(self, values: ArrayLike) -> FoldingPlot:
        """Draw the curve through other values."""
        self.curve.set_points_as_corners(self._points(np.asarray(values, dtype=np.float64)))
        return self

    def peaks(self, values: ArrayLike) -> Pieces:
        """Return a dot at each local maximum of a curve."""
        shares = np.asarray(values, dtype=np.float64)
        rising = np.diff(shares) > 0
        indices = np.flatnonzero(rising[:-1] & ~rising[1:]) + 1
        return dots(self._points(shares)[indices], radius=0.08, color=theme().ink)

    def _points(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        inputs = np.linspace(0.0, 1.0, len(values))
        return np.array([self.point(x, y) for x, y in zip(inputs, values, strict=True)])


class Fold(Animation):
    """Interpolate the curve of a plot between two sets of values."""

    def __init__(self, plot: FoldingPlot, start: ArrayLike, end: ArrayLike, **options: Any) -> None:
        self.plot = plot
        self.start, self.end = np.asarray(start), np.asarray(end)
        super().__init__(plot.curve, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Draw the curve at `alpha`."""
        share = self.rate_func(alpha)
        self.plot.draw((1 - share) * self.start + share * self.end)


@dataclass(frozen=True)
class LayersLayout:
    """Positions of the scene's parts.

    The layers follow `flow`; `to_map` and `to_mark` are distances from a filter to the map and to
    the line of its edges. `names` and `name_edge` place the names of the three layers. `curve` is
    the region of the folded line, `nets` the centres of the two networks, `net_names_y` and
    `counts_y` heights, and `layers`, `teeth` and `neurons` positions of counters and of a word.
    """

    flow: Flow
    image: Point
    image_size: float
    filters: tuple[Point, ...]
    map_size: float
    to_map: float
    to_mark: float
    shapes: tuple[Point, ...]
    card_size: float
    digit: Point
    names: tuple[Point, ...]
    name_edge: Point
    curve: Region
    layers: Point
    teeth: Point
    nets: tuple[Point, Point]
    net_names_y: float
    counts_y: float

    @property
    def neurons(self) -> Point:
        """Position of the word between the numbers of neurons."""
        return at((self.nets[0][0] + self.nets[1][0]) / 2, self.counts_y)


def layers_layout() -> LayersLayout:
    """Return the layout for the current frame.

    Examples
    --------
    >>> len(layers_layout().filters), len(layers_layout().shapes)
    (4, 3)
    """
    bounds = frame()
    if is_portrait():
        middle = 1.4
        return LayersLayout(
            flow=DOWNWARDS,
            image=at(0.0, 3.1),
            image_size=3.2,
            filters=tuple(at(middle + 1.02 * (k - 1.5), 0.8) for k in range(4)),
            map_size=0.92,
            to_map=1.0,
            to_mark=1.8,
            shapes=tuple(at(middle + 1.3 * (k - 1), -2.85) for k in range(3)),
            card_size=1.15,
            digit=at(middle, -5.3),
            names=tuple(at(bounds.left, y) for y in (-0.2, -2.85, -5.3)),
            name_edge=LEFT,
            curve=Region(bounds.left + 0.5, bounds.right - 0.4, 0.8, 4.3),
            layers=at(-1.6, -0.5),
            teeth=at(1.9, -0.5),
            nets=(at(-1.5, -3.9), at(1.5, -3.9)),
            net_names_y=-1.5,
            counts_y=-6.2,
        )
    return LayersLayout(
        flow=RIGHTWARDS,
        image=at(-4.2, -0.45),
        image_size=3.8,
        filters=tuple(at(-1.3, y) for y in (1.3, 0.13, -1.04, -2.21)),
        map_size=1.08,
        to_map=1.25,
        to_mark=2.15,
        shapes=tuple(at(2.9, y) for y in (1.2, -0.45, -2.1)),
        card_size=1.35,
        digit=at(5.55, -0.45),
        names=tuple(at(x, 2.25) for x in (-0.25, 2.9, 5.55)),
        name_edge=ORIGIN,
        curve=Region(bounds.left + 0.5, 1.3, -2.1, 1.75),
        layers=at(-4.4, -3.0),
        teeth=at(-0.9, -3.0),
        nets=(at(3.3, -0.15), at(5.6, -0.15)),
        net_names_y=2.25,
        counts_y=-3.0,
    )
