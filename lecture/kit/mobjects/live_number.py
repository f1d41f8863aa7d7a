"""A number on the screen that may change every frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
from manim import VMobject
from numpy.typing import ArrayLike

from lecture.kit.layout import at
from lecture.kit.mobjects.glyphs import glyph, set_line
from lecture.kit.numbers import FACTOR
from lecture.kit.theme import theme
from lecture.kit.typeset import FONT_FLOOR

__all__ = ["Align", "LiveNumber"]

Align = Literal["left", "center", "right"]
_SHARE_BEFORE_ANCHOR: dict[str, float] = {"left": 0.0, "center": 0.5, "right": 1.0}


class LiveNumber(VMobject):
    """A formatted number, drawn from cached outlines.

    Setting another value costs some hundredths of a millisecond, since nothing is compiled or
    parsed: the outlines of the characters are put side by side in one shape. The number keeps
    its baseline and its `align` edge where they are while it changes.

    Parameters
    ----------
    value
        What is shown.
    number_format
        Turns a value into text; any callable, such as `lecture.kit.numbers.NumberFormat`.
    font_size
        Size in manim's points, at least :data:`lecture.kit.typeset.FONT_FLOOR`.
    color
        The theme's ink unless given.
    align
        Which edge stays in place when the text grows: ``"left"``, ``"center"`` or ``"right"``.

    Raises
    ------
    ValueError
        If `font_size` is below the floor or `align` is unknown.

    Examples
    --------
    >>> number = LiveNumber(0.25)
    >>> number.text
    '0.250'
    >>> number.set_value(-1e-6).text
    '−1.0·10⁻⁶'
    """

    def __init__(
        self,
        value: float = 0.0,
        number_format: Callable[[float], str] = FACTOR,
        *,
        font_size: float = 24,
        color: str | None = None,
        align: Align = "center",
        **options: Any,
    ) -> None:
        if font_size < FONT_FLOOR:
            raise ValueError(
                f"font_size: got {font_size:g}; use at least {FONT_FLOOR:g}, "
                "which can be read at 480p"
            )
        if align not in _SHARE_BEFORE_ANCHOR:
            allowed = ", ".join(_SHARE_BEFORE_ANCHOR)
            raise ValueError(f"align: unknown value {align!r}; choose one of: {allowed}")
        self.number_format = number_format
        self.value = float(value)
        self.text = ""
        self._size = float(font_size)
        self._share = _SHARE_BEFORE_ANCHOR[align]
        chosen = color if color is not None else theme().ink
        super().__init__(color=chosen, fill_opacity=1, stroke_width=0, **options)
        self._show(number_format(self.value), np.zeros(3), self._size)

    @property
    def font_size(self) -> float:
        """The size in manim's points at which the number is drawn now."""
        return self._current_size()

    def set_value(self, value: float) -> Self:
        """Show `value`, the baseline and the aligned edge staying where they are."""
        self.value = float(value)
        return self.set_text(self.number_format(self.value))

    def set_text(self, text: str) -> Self:
        """Show text that was formatted elsewhere, such as a value beyond the range of a float."""
        if text != self.text:
            size = self._current_size()
            self._show(text, self.anchor, size)
        return self

    def place(self, point: ArrayLike) -> Self:
        """Put the aligned edge, at half the height of a digit, on `point`.

        Rows of numbers placed so stand on one baseline, whatever exponents some of them have.
        """
        half_digit = self.half_digit_height() * self._current_size()
        target = np.asarray(point, dtype=float) - at(0.0, half_digit)
        return self.shift(target - self.anchor)

    @property
    def anchor(self) -> np.ndarray:
        """The point on the baseline that stays in place when the value changes."""
        points, length = set_line(self.text)
        if not len(points):
            return self._last_anchor
        size = self._current_size()
        offset = self._offset(length)
        anchor: np.ndarray = self.points[0] - size * (points[0] + offset)
        return anchor

    def _offset(self, length: float) -> np.ndarray:
        return at(-self._share * length, 0.0)

    @staticmethod
    def half_digit_height() -> float:
        """Return half the height of a digit, in units, for a font of size 1."""
        return float(glyph("0").points[:, 1].max()) / 2

    def _current_size(self) -> float:
        points, _ = set_line(self.text)
        if not len(points):
            return self._size
        extent = float(np.ptp(points[:, 1]))
        return float(np.ptp(self.points[:, 1])) / extent

    def _show(self, text: str, anchor: np.ndarray, size: float) -> None:
        points, length = set_line(text)
        self.text = text
        self._size = size
        self._last_anchor = anchor
        self.points = size * (points + self._offset(length)) + anchor

    @classmethod
    def width_of(cls, text: str, font_size: float) -> float:
        """Return how wide `text` is, in units, when set at `font_size`."""
        return set_line(text)[1] * font_size
