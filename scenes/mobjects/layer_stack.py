"""A small picture of a network: one bar a layer."""

from __future__ import annotations

from manim import ManimColor, RoundedRectangle, VGroup

from scenes.layout import at
from scenes.theme import theme

__all__ = ["LayerStack"]

_BAR = (0.1, 0.52)
_STEP = 0.2


class LayerStack(VGroup):
    """Upright bars side by side: the input, `hidden` layers in `color`, and the output.

    Examples
    --------
    >>> len(LayerStack(3, "#FFFFFF"))
    5
    """

    def __init__(self, hidden: int, color: str | ManimColor) -> None:
        bars = [RoundedRectangle(width=_BAR[0], height=_BAR[1], corner_radius=0.05)]
        bars = [bars[0].copy().shift(at(place * _STEP, 0)) for place in range(hidden + 2)]
        for bar in bars:
            bar.set_stroke(width=0).set_fill(color, opacity=1.0)
        for bar in (bars[0], bars[-1]):
            bar.set_fill(theme().secondary, opacity=0.6)
        super().__init__(*bars)
