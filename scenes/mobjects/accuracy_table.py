"""A table of networks and the shares of examples that they read correctly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import LEFT, ManimColor, VGroup
from numpy.typing import NDArray

from scenes.layout import at
from scenes.mobjects.layer_stack import LayerStack
from scenes.mobjects.live_number import LiveNumber
from scenes.numbers import PERCENT

__all__ = ["AccuracyTable"]

_ROW_STEP = 1.0


class AccuracyTable(VGroup):
    """One row a network: its picture, and one percentage a column.

    Parameters
    ----------
    hidden
        Hidden layers of each network.
    colors
        Colour of each network.
    shares
        Shares shown, by the name of their column, one a network each.
    left, top
        Left edge of the pictures, and height of the first row.
    column_x
        Right edge of each column.

    Attributes
    ----------
    stacks : list of LayerStack
        The pictures, first to last row.
    numbers : list of LiveNumber
        The percentages, row by row; named by column and hidden layers.

    Examples
    --------
    >>> shares = {"test": np.array([0.97, 0.5])}
    >>> table = AccuracyTable((1, 2), ("#FFFFFF", "#FF0000"), shares, -3, 1, (2,))
    >>> [number.text for number in table.numbers]
    ['97 %', '50 %']
    """

    def __init__(
        self,
        hidden: Sequence[int],
        colors: Sequence[str | ManimColor],
        shares: dict[str, NDArray[np.float64]],
        left: float,
        top: float,
        column_x: Sequence[float],
    ) -> None:
        self.stacks: list[LayerStack] = []
        self.numbers: list[LiveNumber] = []
        for place, (layers, color) in enumerate(zip(hidden, colors, strict=True)):
            y = top - place * _ROW_STEP
            stack = LayerStack(layers, color)
            self.stacks.append(stack.move_to(at(left, y), aligned_edge=LEFT))
            for (name, column), x in zip(shares.items(), column_x, strict=True):
                number = LiveNumber(
                    float(column[place]),
                    PERCENT,
                    font_size=30,
                    align="right",
                    name=f"{name}_{layers}",
                )
                self.numbers.append(number.place(at(x, y)))
        super().__init__(*self.stacks, *self.numbers)
