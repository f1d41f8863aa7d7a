"""A horizontal axis for values, such as the axis of a histogram."""

from __future__ import annotations

from manim import DashedLine, Line, VGroup

from lecture.kit.layout import Region, at
from lecture.kit.mobjects.function_plot import round_ticks
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import PLAIN
from lecture.kit.theme import theme
from lecture.kit.typeset import formula

__all__ = ["ValueAxis"]

_TICK = 0.06
_LABEL_DROP, _LABEL_SIZE = 0.3, 30.0


class ValueAxis(VGroup):
    """A horizontal line with ticks at round values and a symbol at the right end.

    Parameters
    ----------
    low, high
        Values at the ends.
    region
        Region whose lower edge is the axis.
    letter
        Symbol of the values, in Typst's math mode.
    most
        Approximate number of ticks.

    Attributes
    ----------
    letter : MathTypst
        The symbol.

    Examples
    --------
    >>> axis = ValueAxis(0.0, 4.0, Region(-2, 2, 0, 1), "w")
    >>> axis.x_of(3.0)
    1.0
    """

    def __init__(
        self, low: float, high: float, region: Region, letter: str, *, most: int = 8
    ) -> None:
        self.low, self.high, self.region = low, high, region
        color = theme().secondary
        lines = VGroup(Line(at(region.left, region.bottom), at(region.right, region.bottom)))
        labels = VGroup()
        for value in round_ticks(low, high, most):
            point = at(self.x_of(value), region.bottom)
            lines.add(Line(point, point - at(0.0, _TICK)))
            label = LiveNumber(value, PLAIN, font_size=_LABEL_SIZE, color=color, name="tick")
            labels.add(label.place(point - at(0.0, _LABEL_DROP)))
        self.letter = formula(letter, font_size=30, color=color)
        self.letter.next_to(at(region.right, region.bottom), buff=0.15)
        super().__init__(lines.set_stroke(color, width=2), labels, self.letter)

    def x_of(self, value: float) -> float:
        """Return the x of a value, in units."""
        return self.region.left + (value - self.low) / (self.high - self.low) * self.region.width

    def mark(self, value: float, color: str, height: float) -> DashedLine:
        """Return a dashed vertical line of `height` units on the axis at `value`."""
        foot = at(self.x_of(value), self.region.bottom)
        return DashedLine(
            foot, foot + at(0.0, height), color=color, dash_length=0.1, stroke_width=3
        )
