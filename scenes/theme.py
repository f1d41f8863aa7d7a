"""Colours by role, for a dark and a light theme.

The same quantity has the same colour in every scene. Colours are looked up when something is
drawn, through :func:`theme`, never bound as a default argument, so that a change of theme
reaches everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from manim import ManimColor

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


@dataclass(frozen=True, kw_only=True)
class Theme:
    """One colour, as ``#RRGGBB``, for each role that a mark on the screen can have.

    Every role that text is set in keeps a contrast of at least 4.5 : 1 against `background`
    (WCAG 2.2, success criterion 1.4.3); `grid` and `panel` are for lines and faces only.

    Examples
    --------
    >>> DARK.signal, LIGHT.name
    ('#56B4E9', 'light')
    """

    name: str
    background: str
    panel: str
    ink: str
    secondary: str
    grid: str
    signal: str
    gradient: str
    slope: str
    weight: str
    cost: str
    warning: str
    vanishing: str

    @property
    def text_roles(self) -> dict[str, str]:
        """The roles that text may be set in, by name."""
        lines_and_faces = {"name", "background", "panel", "grid"}
        return {role: c for role, c in vars(self).items() if role not in lines_and_faces}


# The hues are those of Okabe and Ito, chosen to stay apart for colour-blind viewers
# (https://jfly.uni-koeln.de/color/).
DARK = Theme(
    name="dark",
    background="#0E1116",
    panel="#161B22",
    ink="#E6E8EB",
    secondary="#7A828E",
    grid="#222831",
    signal="#56B4E9",
    gradient="#E69F00",
    slope="#F0E442",
    weight="#009E73",
    cost="#CC79A7",
    warning="#D55E00",
    vanishing="#6C9BFF",
)

# The same hues, darkened until each keeps 4.5 : 1 on the light background.
LIGHT = Theme(
    name="light",
    background="#FBFAF7",
    panel="#F1EFE9",
    ink="#1A1D21",
    secondary="#646B75",
    grid="#DDDAD2",
    signal="#1B6FA8",
    gradient="#8F5D00",
    slope="#756B00",
    weight="#00704F",
    cost="#A23F78",
    warning="#B04A00",
    vanishing="#2F5FD0",
)

THEMES: dict[str, Theme] = {"dark": DARK, "light": LIGHT}

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
