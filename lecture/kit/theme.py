"""The active theme, and colour arithmetic.

Mobjects look up colours through :func:`theme` when they are created, never in default arguments,
so that they follow the active theme.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from manim import ManimColor

from lecture.kit.palette import DARK, THEMES, Theme

__all__ = ["contrast_ratio", "mix", "set_theme", "theme", "use_theme"]

_active: ContextVar[Theme] = ContextVar("active_theme", default=DARK)


def theme() -> Theme:
    """Return the active theme.

    Examples
    --------
    >>> with use_theme("light"):
    ...     theme().name
    'light'
    """
    return _active.get()


def set_theme(name: str) -> Theme:
    """Set the active theme and return it.

    Parameters
    ----------
    name
        ``"dark"`` or ``"light"``.

    Raises
    ------
    ValueError
        The name is unknown.
    """
    if name not in THEMES:
        raise ValueError(f"theme: unknown name {name!r}; choose one of: {', '.join(THEMES)}")
    _active.set(THEMES[name])
    return THEMES[name]


@contextmanager
def use_theme(name: str) -> Iterator[Theme]:
    """Set the active theme for a ``with`` block, and yield it.

    Parameters
    ----------
    name
        ``"dark"`` or ``"light"``.

    Raises
    ------
    ValueError
        The name is unknown.
    """
    before = theme()
    try:
        yield set_theme(name)
    finally:
        _active.set(before)


def _luminance(color: str) -> float:
    channels = (float(c) for c in ManimColor(color).to_rgb())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(foreground: str, background: str) -> float:
    """Return the contrast ratio of two opaque colours, from 1 to 21, as defined by WCAG 2.2.

    Parameters
    ----------
    foreground, background
        Colours as ``#RRGGBB``; their order does not matter.

    Examples
    --------
    >>> round(contrast_ratio("#FFFFFF", "#000000"), 6)
    21.0
    """
    lighter, darker = sorted((_luminance(foreground), _luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(start: str, end: str, share: float) -> ManimColor:
    """Return the linear interpolation of two colours.

    Parameters
    ----------
    start, end
        Colours as ``#RRGGBB``.
    share
        Weight of `end`, from 0 to 1.

    Examples
    --------
    >>> mix("#000000", "#FFFFFF", 0.2).to_hex()
    '#333333'
    """
    return ManimColor(start).interpolate(ManimColor(end), share)
