"""The colours of the two themes, by role: data alone, for whatever else carries the lecture's look.

Importing this never imports manim. Scenes look colours up through :func:`lecture.kit.theme.theme`.
"""

from dataclasses import dataclass

__all__ = ["DARK", "LIGHT", "THEMES", "Theme"]


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
