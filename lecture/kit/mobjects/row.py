"""A row of formulas and numbers on a common baseline."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, MathTypst, VGroup
from numpy.typing import ArrayLike

from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.typeset import baseline_height, formula

__all__ = ["Part", "Row"]

_NARROW, _WIDE = 0.35, 1.4  # gaps beside brackets and equals signs, relative to others
Part = str | MathTypst | LiveNumber


class Row(VGroup):
    """Formulas and live numbers side by side on a common baseline.

    Parameters
    ----------
    *parts
        Formulas of Typst's math mode, as strings or mobjects, and live numbers.
    font_size
        Font size of the strings in manim's points.
    color
        Colour of the strings; the theme's ink by default.
    gap
        Gap between parts relative to the font size; narrower beside brackets, wider beside equals
        signs.

    Examples
    --------
    >>> row = Row("h_2 =", LiveNumber(-0.538), font_size=30)
    >>> row[1].text
    '−0.538'
    """

    def __init__(
        self, *parts: Part, font_size: float = 30, color: str | None = None, gap: float = 0.3
    ) -> None:
        members = [self._member(part, font_size, color) for part in parts]
        super().__init__(*members)
        self._first = members[0]
        space = gap * font_size * 10 / 960
        for index, member in enumerate(members[1:], start=1):
            previous = members[index - 1]
            left = previous.get_right()[0] + space * _relative_gap(parts[index - 1], parts[index])
            member.shift((left - member.get_left()[0]) * RIGHT)
            member.shift((_baseline(member) - _baseline(members[0])) * DOWN)

    @staticmethod
    def _member(part: Part, font_size: float, color: str | None) -> MathTypst | LiveNumber:
        if not isinstance(part, str):
            return part
        return formula(part, font_size=font_size, color=color, track_baselines=True)

    def fit(self, width: float) -> Row:
        """Scale the row down to `width` units if it is wider, and return it."""
        if self.width > width:
            self.scale(width / self.width)
        return self

    def start_at(self, point: ArrayLike) -> Row:
        """Move the left end of the baseline to `point`."""
        return self._shift_baseline(self.get_left(), point)

    def end_at(self, point: ArrayLike) -> Row:
        """Move the right end of the baseline to `point`."""
        return self._shift_baseline(self.get_right(), point)

    def _shift_baseline(self, edge: np.ndarray, point: ArrayLike) -> Row:
        x, y, _ = np.asarray(point, dtype=float)
        self.shift((x - edge[0]) * RIGHT)
        return self.shift((_baseline(self._first) - y) * DOWN)


def _relative_gap(left: Part, right: Part) -> float:
    last, first = _code(left)[-1:], _code(right)[:1]
    if last == "(" or first == ")":
        return _NARROW
    return _WIDE if "=" in (last, first) else 1.0


def _code(part: Part) -> str:
    if isinstance(part, LiveNumber):
        return ""
    return part if isinstance(part, str) else str(part.typst_code).strip("$ ")


def _baseline(member: MathTypst | LiveNumber) -> float:
    if isinstance(member, LiveNumber):
        return float(member.anchor[1])
    return baseline_height(member)
