"""A short text that stands on one baseline with the numbers and texts beside it."""

from __future__ import annotations

from manim import ORIGIN, Typst

from lecture.kit.layout import Point
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.typeset import on_baseline, prose

__all__ = ["text_at"]


def text_at(
    markup: str,
    point: Point,
    *,
    edge: Point = ORIGIN,
    font_size: float = 26,
    color: str | None = None,
) -> Typst:
    """Set one line of Typst markup as :meth:`LiveNumber.place` sets a number.

    Texts that are centred on a height stand on different baselines: one that has a descender
    stands higher than one that has none. Here half the height of a digit is at `point`, so
    everything that is placed at the same height, numbers of the same size too, stands on one line.

    Parameters
    ----------
    markup
        Typst markup of a single line.
    point
        Where the text stands.
    edge
        Which edge is there, ``LEFT`` or ``RIGHT``; the middle unless given.
    font_size, color
        As for :func:`lecture.kit.typeset.prose`.

    Examples
    --------
    >>> from lecture.kit.typeset import baseline_height
    >>> low, high = (text_at(word, ORIGIN) for word in ("ace", "flag"))
    >>> bool(abs(baseline_height(low) - baseline_height(high)) < 1e-6)
    True
    """
    text = prose(markup, font_size=font_size, color=color, track_baselines=True)
    text.move_to(point, aligned_edge=edge)
    return on_baseline(text, float(point[1]) - LiveNumber.half_digit_height() * font_size)
