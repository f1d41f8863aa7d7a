"""Mobject of the scene VanishingProduct: a logarithmic ruler for lengths."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from manim import Line, VGroup

from lecture.kit.layout import at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import power_of_ten
from lecture.kit.theme import theme

__all__ = ["LengthRuler"]

_EVERY = 4  # decades between two ticks
_NAME_DROP = 0.76


class LengthRuler(VGroup):
    """A ruler from ``10**low`` to 1 metre, with lines at the widths of named objects.

    `things` maps names to widths in metres; `height_of` maps log10 of a width to the height of its
    line.

    Examples
    --------
    >>> ruler = LengthRuler(-16, -4.0, 4.0, 0.0, {"a step": 1.0}, lambda log10: 1.0)
    >>> ruler.x_of(-8.0), len(ruler.lines)
    (0.0, 1)
    """

    def __init__(
        self,
        low: int,
        left: float,
        right: float,
        y: float,
        things: Mapping[str, float],
        height_of: Callable[[float], float],
        unit: str = "m",
    ) -> None:
        self.low, self.left, self.right = low, left, right
        secondary = theme().secondary
        base = VGroup(Line(at(left, y), at(right, y)))
        labels, names = VGroup(), VGroup()
        for exponent in range(0, low - 1, -_EVERY):
            point = at(self.x_of(exponent), y)
            base.add(Line(point, point - at(0.0, 0.08)))
            label = LiveNumber(font_size=30, color=secondary, name="tick")
            labels.add(
                label.set_text(f"{power_of_ten(exponent)} {unit}").place(point - at(0.0, 0.28))
            )
        self.lines: dict[str, Line] = {}
        for name, length in things.items():
            log10 = math.log10(length)
            foot = at(self.x_of(log10), y)
            line = Line(foot, at(foot[0], height_of(log10)), color=theme().vanishing)
            self.lines[name] = line.set_stroke(width=2.5)
            point = foot - at(0.0, _NAME_DROP)
            names.add(text_at(name, point, color=theme().vanishing))
        super().__init__(*self.lines.values(), base.set_stroke(secondary, width=2), labels, names)

    def x_of(self, log10: float) -> float:
        """Return the x-coordinate of a length, given its common logarithm."""
        return self.left + (log10 - self.low) / -self.low * (self.right - self.left)
