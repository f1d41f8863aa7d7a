"""A card that names a few quantities and shows their values."""

from __future__ import annotations

from collections.abc import Sequence

from manim import RoundedRectangle, VGroup

from lecture.kit.layout import at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.theme import theme
from lecture.kit.typeset import baseline_height, formula

__all__ = ["Readout"]

_ROW_STEP = 0.44
_PADDING = 0.2


class Readout(VGroup):
    """Names on the left, live numbers on the right, on a card that covers what is behind it.

    The numbers keep their right edge while they change.

    Parameters
    ----------
    rows
        For each row a formula, its colour, and the number beside it; a heading has none.
    width
        Width of the card.
    font_size
        Size of the names; the numbers bring their own.

    Examples
    --------
    >>> card = Readout([("h", theme().ink, LiveNumber(1.35, align="right"))], width=2.0)
    >>> card.numbers[0].text
    '1.350'
    """

    def __init__(
        self,
        rows: Sequence[tuple[str, str, LiveNumber | None]],
        *,
        width: float,
        font_size: float = 28,
    ) -> None:
        height = _ROW_STEP * len(rows) + _PADDING
        self.card = RoundedRectangle(width=width, height=height, corner_radius=0.1)
        self.card.set_stroke(theme().grid, width=3).set_fill(theme().panel, opacity=1.0)
        self.numbers = [number for _, _, number in rows if number is not None]
        names = VGroup()
        for place, (text, color, number) in enumerate(rows):
            y = height / 2 - _PADDING / 2 - (place + 0.5) * _ROW_STEP
            line = number if number is not None else LiveNumber(font_size=font_size)
            line.place(at(width / 2 - _PADDING, y))
            name = formula(text, font_size=font_size, color=color, track_baselines=True)
            rise = float(line.anchor[1]) - baseline_height(name)
            names.add(name.shift(at(_PADDING - width / 2 - name.get_left()[0], rise)))
        super().__init__(self.card, names, *self.numbers)
        self.set_z_index(2)
