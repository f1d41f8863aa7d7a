"""A number that can change in every frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
from manim import VMobject
from numpy.typing import ArrayLike

from lecture.kit.layout import at
from lecture.kit.mobjects.glyphs import glyph, line_height, set_line
from lecture.kit.numbers import FACTOR
from lecture.kit.theme import theme
from lecture.kit.typeset import check_font_size

__all__ = ["Align", "LiveNumber"]

Align = Literal["left", "center", "right"]
_SHARE_LEFT_OF_ANCHOR: dict[str, float] = {"left": 0.0, "center": 0.5, "right": 1.0}


class LiveNumber(VMobject):
    """A formatted number, drawn from cached outlines of characters.

    A change takes some hundredths of a millisecond, as nothing is compiled. The baseline and the
    aligned edge stay in place.

    Parameters
    ----------
    value
        Initial value.
    number_format
        Formats a value; a :class:`lecture.kit.numbers.NumberFormat` or any other callable.
    font_size
        Font size in manim's points, at least :data:`lecture.kit.typeset.FONT_FLOOR`.
    color
        Colour; the theme's ink by default.
    align
        Edge that stays in place: ``"left"``, ``"center"`` or ``"right"``.
    **options
        Passed to :class:`manim.VMobject`, such as ``name``.

    Attributes
    ----------
    value : float
        The last value that was set.
    text : str
        The formatted number.

    Raises
    ------
    ValueError
        `font_size` is below the minimum, or `align` is unknown.

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
        font_size: float = 30,
        color: str | None = None,
        align: Align = "center",
        **options: Any,
    ) -> None:
        if align not in _SHARE_LEFT_OF_ANCHOR:
            allowed = ", ".join(_SHARE_LEFT_OF_ANCHOR)
            raise ValueError(f"align: unknown value {align!r}; choose one of: {allowed}")
        self.number_format = number_format
        self.value = float(value)
        self.text = ""
        self._size = check_font_size(float(font_size))
        self._share = _SHARE_LEFT_OF_ANCHOR[align]
        color = color if color is not None else theme().ink
        super().__init__(color=color, fill_opacity=1, stroke_width=0, **options)
        self._show(number_format(self.value), np.zeros(3), self._size)

    @property
    def font_size(self) -> float:
        """Current font size in manim's points, also after scaling."""
        height = line_height(self.text)
        return float(np.ptp(self.points[:, 1])) / height if height else self._size

    def set_value(self, value: float) -> Self:
        """Show another value; the baseline and the aligned edge stay in place."""
        self.value = float(value)
        return self.set_text(self.number_format(self.value))

    def set_text(self, text: str) -> Self:
        """Show formatted text, such as a value beyond the range of a float."""
        if text != self.text:
            self._show(text, self.anchor, self.font_size)
        return self

    def place(self, point: ArrayLike) -> Self:
        """Move the aligned edge to `point`, vertically centered on the digits.

        Numbers placed at the same height have the same baseline, with or without exponents.

        Parameters
        ----------
        point
            Position in units, shape (3,).
        """
        half_digit = self.half_digit_height() * self.font_size
        target = np.asarray(point, dtype=float) - at(0.0, half_digit)
        return self.shift(target - self.anchor)

    @property
    def anchor(self) -> np.ndarray:
        """The point on the baseline that stays in place when the value changes."""
        points, length = set_line(self.text)
        if not len(points):
            return self._last_anchor
        anchor: np.ndarray = self.points[0] - self.font_size * (points[0] + self._offset(length))
        return anchor

    def _offset(self, length: float) -> np.ndarray:
        return at(-self._share * length, 0.0)

    @staticmethod
    def half_digit_height() -> float:
        """Return half the height of a digit in a font of size 1, in units."""
        return float(glyph("0").points[:, 1].max()) / 2

    def _show(self, text: str, anchor: np.ndarray, size: float) -> None:
        points, length = set_line(text)
        self.text = text
        self._size = size
        self._last_anchor = anchor
        self.points = size * (points + self._offset(length)) + anchor

    @classmethod
    def width_of(cls, text: str, font_size: float) -> float:
        """Return the width of `text` at a font size, in units."""
        return set_line(text)[1] * font_size
