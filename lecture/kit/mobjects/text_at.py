"""A short text on the same baseline as numbers and texts at the same height."""

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
    font_size: float = 30,
    color: str | None = None,
) -> Typst:
    """Return a line of Typst markup at `point`, aligned like :meth:`LiveNumber.place`.

    Texts and numbers of the same font size and height have the same baseline, with or without
    descenders, because digits, not outlines, are centered vertically.

    Parameters
    ----------
    markup
        Typst markup of a single line.
    point
        Position of the text.
    edge
        Edge at `point`: ``LEFT``, ``RIGHT``, or ``ORIGIN`` for the center.
    font_size
        Font size in manim's points, at least :data:`lecture.kit.typeset.FONT_FLOOR`.
    color
        Colour; the theme's ink by default.

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
