"""The colours of the dark and the light theme, by role.

Pages and decks use them too, so this module never imports manim. Scenes get colours from
:func:`lecture.kit.theme.theme`.
"""

from dataclasses import dataclass
from functools import lru_cache

__all__ = ["DARK", "LIGHT", "MIN_CONTRAST", "THEMES", "Theme", "contrast_ratio"]

MIN_CONTRAST = 4.5
"""Contrast ratio of text to the background (WCAG 2.2, success criterion 1.4.3)."""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours by role, as ``#RRGGBB``.

    Colours of text have a contrast of at least 4.5:1 to `background` (WCAG 2.2, success criterion
    1.4.3).

    Parameters
    ----------
    name
        Name of the theme in ``lecture.toml``.
    background, panel, grid
        Background of the frame, fill of cards, and grid lines; not for text.
    ink, secondary
        Text and lines; and less important ones, such as axes.
    signal, gradient, slope, weight, cost
        Activations, gradients, slopes of activation functions, weights, and the cost.
    warning, vanishing
        Bounds and exploding values; vanishing values.

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
        """Colours for text, by role."""
        others = {"name", "background", "panel", "grid"}
        return {role: color for role, color in vars(self).items() if role not in others}


# Hues by Okabe and Ito, distinguishable with colour blindness (https://jfly.uni-koeln.de/color/).
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

# The same hues, darkened to a contrast of 4.5:1.
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


@lru_cache(maxsize=1024)
def _luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
