"""The curve of a piecewise linear function that is folded again and again."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import Animation, VMobject
from numpy.typing import ArrayLike, NDArray

from scenes.layout import Region
from scenes.mobjects.function_plot import FunctionPlot
from scenes.mobjects.strokes import Pieces, dots
from scenes.theme import theme

__all__ = ["Fold", "FoldingPlot"]


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
        """Return a dot on each peak of a curve: a rise, then a fall."""
        shares = np.asarray(values, dtype=np.float64)
        rising = np.diff(shares) > 0
        places = np.flatnonzero(rising[:-1] & ~rising[1:]) + 1
        return dots(self._points(shares)[places], radius=0.08, color=theme().ink)

    def _points(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        inputs = np.linspace(0.0, 1.0, len(values))
        return np.array([self.point(x, y) for x, y in zip(inputs, values, strict=True)])


class Fold(Animation):
    """Bend the curve of a plot from some values to others."""

    def __init__(self, plot: FoldingPlot, start: ArrayLike, end: ArrayLike, **options: Any) -> None:
        self.plot = plot
        self.start, self.end = np.asarray(start), np.asarray(end)
        curve: VMobject = plot.curve
        super().__init__(curve, **options)

    def interpolate_mobject(self, alpha: float) -> None:
        """Draw the curve that belongs to `alpha`."""
        share = self.rate_func(alpha)
        self.plot.draw((1 - share) * self.start + share * self.end)
