"""The gradient of a first layer as boxes within boxes: what each layer receives."""

from __future__ import annotations

from collections.abc import Callable

from manim import LEFT, MathTypst, RoundedRectangle, VGroup

from scenes.layout import Point, at
from scenes.mobjects.row import Row
from scenes.mobjects.text_at import text_at
from scenes.symbols import factor
from scenes.theme import theme
from scenes.typeset import formula

__all__ = ["NestedProduct"]

_SIZE = 32.0
_INNER_WIDTH, _TERM_ROOM = 2.25, 0.3
_INNER_TOP, _TOP_STEP, _BOTTOM, _BOTTOM_STEP = 0.95, 0.6, -0.5, 0.2
_SIDE_STEP = 0.2


class NestedProduct(VGroup):
    """``∂C/∂w_1`` for a few layers, with a box around what each layer receives.

    Parameters
    ----------
    depth
        Number of layers.
    activation
        Name of the activation.
    name_of
        Returns the words on the box of a layer.
    center
        Where the middle of the whole stands.

    Attributes
    ----------
    boxes : list of VGroup
        A frame with its name for each layer from the last to the first, from inside out.
    terms : list of MathTypst
        What each box adds, in the same order: first ``∂C/∂y``, then ``w_j σ′(h_j)``.
    head : VGroup
        ``∂C/∂w_1 = x σ′(h_1)``.

    Examples
    --------
    >>> drawn = NestedProduct(3, "sigmoid", "layer {}".format, at(0.0, 0.0))
    >>> inner, outer = drawn.boxes[0][0], drawn.boxes[-1][0]
    >>> bool(inner.width < outer.width), len(drawn.terms)
    (True, 3)
    """

    def __init__(
        self, depth: int, activation: str, name_of: Callable[[int], str], center: Point
    ) -> None:
        self.terms: list[MathTypst] = []
        self.boxes: list[VGroup] = []
        left = 0.0
        for place in range(depth):
            layer = depth - place
            left = self._add(place, layer, activation, name_of(layer), left)
        self.head = self._head(activation, left)
        super().__init__(self.head, *self.boxes, *self.terms)
        self.move_to(center)

    def _add(self, place: int, layer: int, activation: str, name: str, left: float) -> float:
        """Put the term that a layer receives in front, and its box around all; return its left."""
        text = "partial C \\/ partial y" if place == 0 else factor(activation, layer + 1)
        color = theme().cost if place == 0 else theme().gradient
        term = formula(text, font_size=_SIZE, color=color, track_baselines=True)
        if place == 0:
            width, start = _INNER_WIDTH, 0.0
            Row(term).start_at(at(-(_INNER_WIDTH + term.width) / 2, 0.0))
        else:
            start = left - term.width - 2 * _TERM_ROOM + 0.1
            Row(term).start_at(at(start + _TERM_ROOM - 0.05, 0.0))
            width = -start + place * _SIDE_STEP
        if place == 0:
            start = -_INNER_WIDTH
        top = _INNER_TOP + place * _TOP_STEP
        bottom = _BOTTOM - place * _BOTTOM_STEP
        frame = RoundedRectangle(width=width, height=top - bottom, corner_radius=0.12)
        frame.set_stroke(theme().gradient, width=3).set_fill(theme().gradient, opacity=0.025)
        frame.move_to(at(start + width / 2, (top + bottom) / 2))
        words = text_at(name, at(start + 0.14, top - 0.27), edge=LEFT, font_size=24)
        self.terms.append(term)
        self.boxes.append(VGroup(frame, words))
        return start

    def _head(self, activation: str, left: float) -> VGroup:
        row = Row("partial C \\/ partial w_1 =", factor(activation, 1), "dot", font_size=_SIZE)
        return VGroup(*row.end_at(at(left - 0.15, 0.0)))
