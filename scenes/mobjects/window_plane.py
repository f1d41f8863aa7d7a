"""Mobject of the scene ExplodingGradient: random chains in the plane of activation and weight."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, VGroup, VMobject
from numpy.typing import NDArray

from lecture.kit.layout import Region, at
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.theme import theme
from lecture.kit.typeset import formula
from scenes.data.exploding_gradient import LargeDraws, unbiased_window

__all__ = ["WindowPlane"]

_LEAST, _HEAVIEST = 4.0, 30.0
_BELOW_AXIS = 0.7
_DOT = 0.055  # half the diagonal
_CORNERS = ((_DOT, 0.0), (0.0, _DOT), (-_DOT, 0.0), (0.0, -_DOT), (_DOT, 0.0))


class WindowPlane(VGroup):
    """The window in which a factor exceeds 1, and a dot for each of some chains.

    A dot is at the activation that a layer receives and at the size of its weight.
    :meth:`go_to` updates :attr:`dots`, in the colour of the last layer that was reached.

    Parameters
    ----------
    drawn
        The chains.
    count
        Number of chains that are shown; those with a weight beyond the axis are not.
    region
        Region of the plot.
    """

    def __init__(self, drawn: LargeDraws, count: int, region: Region) -> None:
        roles = theme()
        self.plot = FunctionPlot(np.zeros_like, (0.0, 1.0), (0.0, _HEAVIEST), region, roles.ink)
        sizes = np.abs(drawn.weights)
        chosen = np.flatnonzero((sizes < _HEAVIEST).all(axis=1))[:count]
        self.hits = drawn.hits[chosen]
        self._places = self._on_plot(drawn.activations[chosen], sizes[chosen])
        self.window = VMobject(stroke_width=0).set_fill(roles.warning, opacity=0.3)
        edge = [(unbiased_window(w), w) for w in np.linspace(_LEAST, _HEAVIEST, 80)]
        corners = [(0.0, _LEAST), *edge, (0.0, _HEAVIEST), (0.0, _LEAST)]
        self.window.set_points_as_corners([self.plot.point(a, w) for a, w in corners])
        self.outside = VMobject(stroke_width=0).set_fill(roles.secondary, opacity=0.8)
        self.inside = VMobject(stroke_width=0).set_fill(roles.warning, opacity=1.0)
        self.dots = VGroup(self.outside, self.inside)
        diamond = VMobject().set_points_as_corners([at(x, y) for x, y in _CORNERS])
        self._outline = diamond.points
        activation = formula("a_(j-1)", color=roles.signal)
        weight = formula("abs(w_j)", color=roles.weight)
        activation.move_to(self.plot.point(0.5, 0.0) + _BELOW_AXIS * DOWN)
        weight.next_to(self.plot.point(0.0, _HEAVIEST), RIGHT, buff=0.2)
        self.names = VGroup(activation, weight.shift(0.3 * UP))
        super().__init__(self.plot.axes, self.names)
        self.go_to(0.0)

    def go_to(self, layer: float) -> WindowPlane:
        """Move the dots to a layer: 0 is the second of the chains; fractions are between layers."""
        last = self._places.shape[1] - 1
        index = min(int(layer + 1e-9), last)
        following = min(index + 1, last)
        share = layer - index
        places = (1 - share) * self._places[:, index] + share * self._places[:, following]
        hits = self.hits[:, index]
        for shape, chosen in ((self.outside, ~hits), (self.inside, hits)):
            shape.points = (places[chosen, None, :] + self._outline).reshape(-1, 3)
        return self

    def _on_plot(
        self, activations: NDArray[np.float64], sizes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return x, y and z of the dots along a new last axis."""
        region = self.plot.region
        x = region.left + activations * region.width
        y = region.bottom + sizes / _HEAVIEST * region.height
        return np.stack([x, y, np.zeros_like(x)], axis=-1)
