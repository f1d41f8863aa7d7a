"""Colours by role, for a dark and a light theme.

The same quantity has the same colour in every scene. Colours are looked up when something is
drawn, through :func:`theme`, never bound as a default argument, so that a change of theme
reaches everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from manim import ManimColor

from lecture.kit.palette import DARK, LIGHT, THEMES, Theme

__all__ = [
    "DARK",
    "LIGHT",
    "THEMES",
    "Theme",
    "contrast_ratio",
    "mix",
    "set_theme",
    "theme",
    "use_theme",
]


_active: ContextVar[Theme] = ContextVar("active_theme", default=DARK)


def theme() -> Theme:
    """Return the theme that is in force now.

    Examples
    --------
    >>> with use_theme("light"):
    ...     theme().name
    'light'
    """
    return _active.get()


def set_theme(name: str) -> Theme:
    """Put the theme called `name` in force until it is changed again, and return it.

    Raises
    ------
    ValueError
        If there is no theme of that name.
    """
    try:
        chosen = THEMES[name]
    except KeyError:
        allowed = ", ".join(THEMES)
        raise ValueError(f"theme: unknown name {name!r}; choose one of: {allowed}") from None
    _active.set(chosen)
    return chosen


@contextmanager
def use_theme(name: str) -> Iterator[Theme]:
    """Put the theme called `name` in force for the length of a ``with`` block."""
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
    """Return the contrast ratio of two opaque colours, from 1 (none) to 21.

    ``(L1 + 0.05) / (L2 + 0.05)`` with the relative luminance of the lighter colour above that of
    the darker one (WCAG 2.2, "contrast ratio").

    Examples
    --------
    >>> round(contrast_ratio("#FFFFFF", "#000000"), 6)
    21.0
    """
    lighter, darker = sorted((_luminance(foreground), _luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(start: str, end: str, share: float) -> ManimColor:
    """Return the colour that lies `share` of the way, from 0 to 1, between two colours."""
    return ManimColor(start).interpolate(ManimColor(end), share)
