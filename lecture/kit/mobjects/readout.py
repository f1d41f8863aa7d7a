"""A card with names and values of quantities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

from manim import RoundedRectangle, VGroup

from lecture.kit.layout import at
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, on_baseline

__all__ = ["Readout"]

_ROW_STEP = 0.5
_PADDING = 0.2


class Readout(VGroup):
    """An opaque card with names on the left and live numbers on the right.

    Parameters
    ----------
    rows
        Formula, colour and number of each row; ``None`` for a heading. Numbers should be aligned
        ``"right"``.
    width
        Width of the card in units.
    font_size
        Font size of the names in manim's points.

    Attributes
    ----------
    card : RoundedRectangle
        The background.
    numbers : list of LiveNumber
        The numbers, in order.
    rows : list of VGroup
        The name of each row with its number, to show the rows one by one.

    Examples
    --------
    >>> card = Readout([("h", theme().ink, LiveNumber(1.35, align="right"))], width=2.0)
    >>> card.numbers[0].text, len(card.rows)
    ('1.350', 1)
    """

    def __init__(
        self,
        rows: Sequence[tuple[str, str, LiveNumber | None]],
        *,
        width: float,
        font_size: float = 30,
    ) -> None:
        height = _ROW_STEP * len(rows) + _PADDING
        self.card = RoundedRectangle(width=width, height=height, corner_radius=0.1)
        self.card.set_stroke(theme().grid, width=3).set_fill(theme().panel, opacity=1.0)
        self.numbers = [number for _, _, number in rows if number is not None]
        self.rows: list[VGroup] = []
        names = VGroup()
        for index, (text, color, number) in enumerate(rows):
            y = height / 2 - _PADDING / 2 - (index + 0.5) * _ROW_STEP
            line = number if number is not None else LiveNumber(font_size=font_size)
            line.place(at(width / 2 - _PADDING, y))
            name = formula(text, font_size=font_size, color=color, track_baselines=True)
            on_baseline(name, float(line.anchor[1]))
            names.add(name.shift(at(_PADDING - width / 2 - name.get_left()[0], 0.0)))
            self.rows.append(VGroup(name) if number is None else VGroup(name, number))
        super().__init__(self.card, names, *self.numbers)
        self.set_z_index(2)

    @classmethod
    def of_texts(cls, rows: Iterable[tuple[str, str, str, str]], *, width: float) -> Self:
        """Return a card of values that do not change.

        Parameters
        ----------
        rows
            Name of the number, formula, colour and formatted value of each row.
        width
            Width of the card in units.

        Examples
        --------
        >>> card = Readout.of_texts([("slope", "sigma'", theme().slope, "0.25")], width=2.0)
        >>> card.numbers[0].name, card.numbers[0].text
        ('slope', '0.25')
        """
        lines = [
            (text, color, LiveNumber(font_size=30, align="right", name=name).set_text(shown))
            for name, text, color, shown in rows
        ]
        return cls(lines, width=width)
