"""Where the parts of the scene SigmaPrime stand, in a frame that lies and in one that stands."""

from __future__ import annotations

from dataclasses import dataclass

from scenes.layout import Point, Region, at, frame, is_portrait

__all__ = ["SlopeLayout", "slope_layout"]

_EDGE = 0.9  # units between the margins and the plots, for the labels of the axes
_SQUARE_SIDE = 3.6
_ASIDE = 0.3  # to the right of the middle, since the name of one side stands at the left


@dataclass(frozen=True)
class SlopeLayout:
    """Regions and heights of the scene.

    Parameters
    ----------
    upper, lower
        The sigmoid and its slope.
    parabola, square
        The slope over the output, and the unit square.
    rule_x, rule_y
        Where the formula begins, and its height.
    alone
        How far below its place the sigmoid stands while it is alone on the screen.
    card
        The middle of the card with the numbers.
    """

    upper: Region
    lower: Region
    parabola: Region
    square: Region
    rule_x: float
    rule_y: float
    alone: float
    card: Point


def slope_layout() -> SlopeLayout:
    """Return the layout for the frame as it is now.

    Examples
    --------
    >>> slope_layout().upper.bottom > slope_layout().lower.top
    True
    """
    room = frame()
    left, right = room.left + _EDGE, room.right - _EDGE
    if is_portrait():
        half = _SQUARE_SIDE / 2
        return SlopeLayout(
            upper=Region(left, right, 1.0, 4.2),
            lower=Region(left, right, -4.4, -1.0),
            parabola=Region(left, right, 0.2, 3.2),
            square=Region(_ASIDE - half, _ASIDE + half, -5.3, -5.3 + _SQUARE_SIDE),
            rule_x=room.left,
            rule_y=4.3,
            alone=2.6,
            card=at(right - 1.05, -5.65),
        )
    return SlopeLayout(
        upper=Region(left, right, 0.1, 2.3),
        lower=Region(left, right, -3.05, -0.85),
        parabola=Region(left, -0.9, -2.9, 0.7),
        square=Region(right - _SQUARE_SIDE, right, -2.9, -2.9 + _SQUARE_SIDE),
        rule_x=left,
        rule_y=1.95,
        alone=1.4,
        card=at(right - 1.4, 1.05),
    )
