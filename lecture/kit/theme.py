"""The active theme, and colour arithmetic.

Mobjects look up colours through :func:`theme` when they are created, never in default arguments,
so that they follow the active theme. The default colours of manim's own classes follow it too.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from manim import BLACK, BLUE, PURE_YELLOW, RED, WHITE, YELLOW, Animation, ManimColor, Mobject

from lecture.palette import DARK, MIN_CONTRAST, THEMES, Theme, contrast_ratio

__all__ = [
    "mix",
    "set_default_colors",
    "set_theme",
    "theme",
    "tint",
    "use_theme",
]

_ROLES_OF_DEFAULTS = {
    WHITE: "ink",
    BLACK: "background",
    YELLOW: "slope",
    PURE_YELLOW: "slope",
    BLUE: "signal",
    RED: "warning",
}
_Class = type[Mobject] | type[Animation]
_changed: dict[_Class, tuple[Any, Any]] = {}  # __init__ before and after a change of its defaults

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


def set_theme(chosen: str | Theme) -> Theme:
    """Set the active theme and return it.

    Parameters
    ----------
    chosen
        A theme, or ``"dark"`` or ``"light"``.

    Raises
    ------
    ValueError
        The name is unknown.
    """
    if isinstance(chosen, str):
        if chosen not in THEMES:
            raise ValueError(f"theme: unknown name {chosen!r}; choose one of: {', '.join(THEMES)}")
        chosen = THEMES[chosen]
    _active.set(chosen)
    return chosen


@contextmanager
def use_theme(chosen: str | Theme) -> Iterator[Theme]:
    """Set the active theme for a ``with`` block, and yield it.

    Parameters
    ----------
    chosen
        A theme, or ``"dark"`` or ``"light"``.

    Raises
    ------
    ValueError
        The name is unknown.
    """
    before = theme()
    try:
        yield set_theme(chosen)
    finally:
        _active.set(before)


def set_default_colors(active: Theme) -> None:
    """Set the default colours of manim's mobjects and animations to those of a theme.

    White, black, yellow, blue and red become the ink, the background and the colours of slopes,
    signals and warnings. Colours that a call passes stay, and so do defaults that a user has set.

    Parameters
    ----------
    active
        The theme.

    Examples
    --------
    >>> from manim import RIGHT, Line, Square
    >>> set_default_colors(THEMES["light"])
    >>> Square().get_color().to_hex(), Square(color="#00FF00").get_color().to_hex()
    ('#1A1D21', '#00FF00')
    >>> set_default_colors(THEMES["dark"])
    >>> Line().get_color().to_hex()
    '#E6E8EB'
    """
    for kind, roles in _default_roles():
        init = vars(kind)["__init__"]
        before, after = _changed.get(kind, (init, init))
        if init not in (before, after):
            continue  # the user has set defaults since
        setattr(kind, "__init__", before)  # noqa: B010  (mypy forbids the assignment)
        kind.set_default(**{name: getattr(active, role) for name, role in roles.items()})
        _changed[kind] = (before, vars(kind)["__init__"])


@cache
def _default_roles() -> tuple[tuple[_Class, dict[str, str]], ...]:
    """Return the classes of manim with default colours, and the roles of their parameters."""
    found: list[tuple[_Class, dict[str, str]]] = []
    for kind in (*_family(Mobject), *_family(Animation)):
        if kind.__module__.partition(".")[0] != "manim" or "__init__" not in vars(kind):
            continue
        defaults = {
            name: parameter.default
            for name, parameter in inspect.signature(kind.__init__).parameters.items()
            if isinstance(parameter.default, ManimColor)
        }
        roles = {n: r for n, d in defaults.items() if (r := _ROLES_OF_DEFAULTS.get(d)) is not None}
        if roles:
            found.append((kind, roles))
    return tuple(found)


def _family(kind: _Class) -> set[_Class]:
    """Return a class and all its subclasses."""
    return {kind}.union(*(_family(subclass) for subclass in kind.__subclasses__()))


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


def tint(fill: str, opacity: float, *texts: str, layers: int = 1) -> float:
    """Return the opacity of a fill on which texts keep a contrast of 4.5:1.

    Parameters
    ----------
    fill
        Colour of the fill, as ``#RRGGBB``.
    opacity
        The opacity, which is reduced where a text would not be readable.
    *texts
        Colours of the texts on it; that of the fill by default.
    layers
        Number of such fills on top of each other.

    Examples
    --------
    >>> with use_theme("light") as light:
    ...     tint(light.signal, 0.06), tint(light.signal, 0.06, light.ink), tint(light.signal, 0.3)
    (0.06, 0.06, 0.1)
    """
    for step in range(round(opacity * 200), 0, -1):
        reduced, under = min(step / 200, opacity), theme().background
        for _ in range(layers):
            under = mix(under, fill, reduced).to_hex()
        if all(contrast_ratio(text, under) >= MIN_CONTRAST for text in texts or (fill,)):
            return reduced
    return 0.0
