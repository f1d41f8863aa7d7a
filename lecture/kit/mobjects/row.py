"""A line of formulas and numbers on one baseline."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, MathTypst, VGroup
from numpy.typing import ArrayLike

from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.typeset import baseline_height, formula

__all__ = ["Row"]

_CLOSE, _CLEAR = 0.35, 1.4
Part = str | MathTypst | LiveNumber


class Row(VGroup):
    """Formulas and live numbers, set one after the other on a common baseline.

    Parameters
    ----------
    *parts
        A string is set as a formula; a number is a :class:`LiveNumber`.
    font_size
        Size at which strings are set; numbers bring their own.
    color
        Colour of the strings.
    gap
        Space between neighbours as a share of the font size in units.

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
        for place, member in enumerate(members[1:], start=1):
            before = members[place - 1]
            left = before.get_right()[0] + space * _share_of_gap(parts[place - 1], parts[place])
            member.shift((left - member.get_left()[0]) * RIGHT)
            member.shift((_baseline(member) - _baseline(members[0])) * DOWN)

    @staticmethod
    def _member(part: Part, font_size: float, color: str | None) -> MathTypst | LiveNumber:
        if not isinstance(part, str):
            return part
        return formula(part, font_size=font_size, color=color, track_baselines=True)

    def fit(self, room: float) -> Row:
        """Set the row smaller if it is wider than `room`."""
        if self.width > room:
            self.scale(room / self.width)
        return self

    def start_at(self, point: ArrayLike) -> Row:
        """Put the left end of the baseline on `point`."""
        x, y, _ = np.asarray(point, dtype=float)
        self.shift((x - self.get_left()[0]) * RIGHT)
        return self.shift((_baseline(self._first) - y) * DOWN)

    def end_at(self, point: ArrayLike) -> Row:
        """Put the right end of the baseline on `point`."""
        x, y, _ = np.asarray(point, dtype=float)
        self.shift((x - self.get_right()[0]) * RIGHT)
        return self.shift((_baseline(self._first) - y) * DOWN)


def _share_of_gap(before: Part, after: Part) -> float:
    """Return how much of the gap lies between two parts."""
    ends, begins = _code(before)[-1:], _code(after)[:1]
    # A bracket stands close to what it encloses, an equals sign clear of both sides.
    if ends == "(" or begins == ")":
        return _CLOSE
    return _CLEAR if "=" in (ends, begins) else 1.0


def _code(part: Part) -> str:
    if isinstance(part, LiveNumber):
        return ""
    return part if isinstance(part, str) else str(part.typst_code).strip("$ ")


def _baseline(member: MathTypst | LiveNumber) -> float:
    if isinstance(member, LiveNumber):
        return float(member.anchor[1])
    return baseline_height(member)
