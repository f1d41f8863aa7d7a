"""The gradient of the first weight as one product, each term coloured by its parts."""

from __future__ import annotations

from itertools import pairwise

from manim import MathTypst, VGroup

from scenes.layout import Point, at
from scenes.mobjects.row import Row
from scenes.symbols import indexed, slope
from scenes.theme import theme
from scenes.typeset import formula

__all__ = ["ChainProduct"]

_LARGEST = 34.0
_MOST_ON_ONE_LINE = 9
_LINE_STEP = 0.85


class ChainProduct(VGroup):
    """``∂C/∂w_1 = x σ′(h_1) · w_2 σ′(h_2) · ... · ∂C/∂y``; a long chain takes two lines.

    Parameters
    ----------
    depth
        Number of layers.
    activation
        Name of the activation.
    center
        Where the middle of the product stands.
    width
        Room for a line.

    Attributes
    ----------
    head : VGroup
        ``∂C/∂w_1 =``.
    terms : list of VGroup
        One a layer, and last ``∂C/∂y``; each brings the dot in front of it.
    rows : list of Row
        The lines.

    Examples
    --------
    >>> product = ChainProduct(3, "sigmoid", at(0.0, 0.0), 12.0)
    >>> len(product.terms), len(product.rows)
    (4, 1)
    """

    def __init__(self, depth: int, activation: str, center: Point, width: float) -> None:
        self._depth, self._activation = depth, activation
        self._set(_LARGEST)
        widest = max(row.get_right()[0] for row in self.rows) - self.head.get_left()[0]
        if widest > width:
            self._set(_LARGEST * width / widest)
        super().__init__(self.head, *self.terms)
        self.move_to(center)

    def middle(self) -> list[tuple[VGroup, VGroup]]:
        """Return the first and the last of the terms ``w_j σ′(h_j)`` on each line."""
        ends = []
        for row in self.rows:
            inner = [term for term in self.terms[1:-1] if term[0] in row.submobjects]
            if inner:
                ends.append((inner[0], inner[-1]))
        return ends

    def _set(self, size: float) -> None:
        """Set all lines at this font size."""
        count = self._depth + 1
        cut = count if self._depth <= _MOST_ON_ONE_LINE else (count + 1) // 2
        head = formula("partial C \\/ partial w_1 =", font_size=size, track_baselines=True)
        self.head = VGroup(head)
        parts = [self._term(place, size) for place in range(1, count + 1)]
        self.terms = [VGroup(*term) for term in parts]
        self.rows: list[Row] = []
        for first, last in pairwise(sorted({0, cut, count})):
            lead = [head] if first == 0 else []
            row = Row(*lead, *(p for t in parts[first:last] for p in t), font_size=size, gap=0.25)
            start = 0.0 if first == 0 else self.terms[0].get_left()[0]
            self.rows.append(row.start_at(at(start, -_LINE_STEP * len(self.rows))))

    def _term(self, place: int, size: float) -> list[MathTypst]:
        """Return the parts of a term: the dot, what leads, and the slope."""
        parts = [("dot", theme().secondary)] if place > 1 else []
        if place > self._depth:
            parts.append(("partial C \\/ partial y", theme().cost))
        else:
            lead = ("x", theme().ink) if place == 1 else (indexed("w", place), theme().weight)
            parts += [lead, (slope(self._activation, place), theme().slope)]
        return [
            formula(text, font_size=size, color=color, track_baselines=True)
            for text, color in parts
        ]
