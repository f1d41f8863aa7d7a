"""The colours of a brand, and the theme that they make.

A theme has nine colours for text. Each has a contrast of at least 4.5:1 to the background, and the
ink and the seven accents differ by at least 6 (CIEDE2000) from each other, with normal vision and
with each kind of dichromacy. Differences, simulations and the perceptual space are those of
coloraide, which takes a third of a second to import; so only a brand imports it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from lecture.model import FrozenModel, allowed
from lecture.palette import DARK, LIGHT, MIN_CONTRAST, THEMES, Theme, contrast_ratio

if TYPE_CHECKING:
    from coloraide import Color

__all__ = [
    "ACCENT_ROLES",
    "MIN_DIFFERENCE",
    "Brand",
    "BrandError",
    "BrandFault",
    "brand_theme",
    "difference",
]

MIN_DIFFERENCE = 6.0
"""Difference of two colours (CIEDE2000); 1 is just noticeable side by side, on large areas."""

ACCENT_ROLES = tuple(role for role in DARK.text_roles if role not in ("ink", "secondary"))
"""Roles of the accents, in their order."""

# Normal vision, and the simulations of Brettel, Viénot and Mollon.
_VISIONS = {"": "", "protan": "protanopia", "deutan": "deuteranopia", "tritan": "tritanopia"}
_CLEAR = 5.0  # contrast of colours that are chosen freely, for a margin on panels
_ROOM = 7.0  # contrast of a background to black or white that leaves room for all colours
_TURNS = (0, 15, -15, 30, -30, 60, -60, 90, -90, 120, -120, 150, -150, 180)  # degrees of hue
_TURN = 2 / 3  # percent of lightness that a degree of hue of other roles is worth
_COLOR = "#[0-9A-Fa-f]{6}"


class Brand(FrozenModel):
    """Colours of an institution; what is left out comes from the theme."""

    background: Annotated[str, Field(strict=True, pattern=f"^({_COLOR})?$")] = Field(
        default="",
        description="The background of the frames; if empty, that of the theme.",
        json_schema_extra=allowed('a colour such as "#FFFFFF", or ""'),
    )
    ink: Annotated[str, Field(strict=True, pattern=f"^({_COLOR})?$")] = Field(
        default="",
        description="Text and lines; if empty, the ink of the theme that fits the background.",
        json_schema_extra=allowed('a colour such as "#1A1D21", or ""'),
    )
    accents: tuple[Annotated[str, Field(strict=True, pattern=f"^{_COLOR}$")], ...] = Field(
        default=(),
        max_length=len(ACCENT_ROLES),
        description=f"The colours of {', '.join(ACCENT_ROLES)}, in this order; the other ones are "
        "those of the theme, fitted to the background and these.",
        json_schema_extra=allowed(
            f'a list of up to {len(ACCENT_ROLES)} colours such as "#0055A4", or []'
        ),
    )


@dataclass(frozen=True, slots=True)
class BrandFault:
    """A colour of a brand that does not fit.

    Parameters
    ----------
    field
        Name of the field.
    index
        Index of the accent; ``None`` for another field.
    problem
        The problem, the demand and the nearest colour that meets it, in one line.
    """

    field: str
    index: int | None
    problem: str


class BrandError(ValueError):
    """Colours of a brand do not fit.

    Parameters
    ----------
    faults
        A fault for each colour.
    nearest
        The brand with the nearest colours that fit together.
    """

    def __init__(self, faults: Sequence[BrandFault], nearest: Brand) -> None:
        super().__init__("\n".join(fault.problem for fault in faults))
        self.faults = tuple(faults)
        self.nearest = nearest


@lru_cache(maxsize=64)
def brand_theme(brand: Brand, theme: str = "dark") -> Theme:
    """Return the theme that a brand makes.

    The colours of the brand are used as they are. The other roles keep their hues of the dark or
    the light theme, whichever fits the background, with the nearest lightness that meets the
    demands; if no lightness does, with the nearest hue.

    Parameters
    ----------
    brand
        The brand.
    theme
        Name of the theme whose background is taken if the brand has none.

    Returns
    -------
    Theme
        The theme of the name ``"dark"`` or ``"light"``, by its background. The contrast of each of
        `Theme.text_roles` to the background and to the panel is at least `MIN_CONTRAST`, the
        `difference` of any two of the ink and the accents at least `MIN_DIFFERENCE`.

    Raises
    ------
    BrandError
        A colour of the brand misses these demands.

    Examples
    --------
    >>> made = brand_theme(Brand(background="#FFFFFF", accents=("#0055A4", "#B35900")))
    >>> made.name, made.signal, made.gradient
    ('light', '#0055A4', '#B35900')
    >>> brand_theme(Brand(background="#FFFFFF", accents=("#ED7D31",)))
    Traceback (most recent call last):
    ...
    lecture.brand.BrandError: "#ED7D31" was given for signal, ...; allowed: ..., such as "#C05400"
    """
    if brand == Brand():
        return THEMES[theme]
    background, colors = _fit(brand, theme)
    if faults := [*_faults(brand, background, colors)]:
        raise BrandError(faults, _nearest(brand, background, colors))
    return _theme(background, colors)


def difference(first: str, second: str) -> float:
    """Return the least difference of two colours with normal vision and each kind of dichromacy.

    Parameters
    ----------
    first, second
        Colours as ``#RRGGBB``.

    Returns
    -------
    float
        The difference (CIEDE2000), 0 for equal colours.

    Examples
    --------
    >>> round(difference("#FFFFFF", "#000000"))
    100
    >>> difference("#B00000", "#4A5A00") < 10 < difference("#B00000", "#0000B0")
    True
    """
    return min(_differences(first, second).values())


@lru_cache(maxsize=4096)
def _differences(first: str, second: str) -> dict[str, float]:
    """Return the difference of two colours with each kind of vision."""
    pairs = zip(_VISIONS.values(), _as_seen(first), _as_seen(second), strict=True)
    return {vision: one.delta_e(other, method="2000") for vision, one, other in pairs}


@lru_cache(maxsize=1024)
def _as_seen(color: str) -> tuple[Color, ...]:
    """Return a colour in CIE Lab as each kind of vision sees it."""
    given = _color(color)
    seen = (given.filter(vision) if vision else given for vision in _VISIONS)
    return tuple(one.convert("lab-d65") for one in seen)


def _color(color: str, coordinates: Sequence[float] | None = None) -> Color:
    """Return a colour of CSS, or of the name and coordinates of a space."""
    from coloraide import Color  # noqa: PLC0415  (takes a third of a second)

    return Color(color, coordinates)


def _hex(color: Color) -> str:
    # Clipping takes a seventh of the time of the other methods, which keep hue or lightness.
    return color.convert("srgb").to_string(hex=True, fit="clip").upper()


def _is_dark(background: str) -> bool:
    return contrast_ratio("#FFFFFF", background) > contrast_ratio("#000000", background)


def _variants(color: str, turn_weight: float = math.inf) -> Iterator[str]:
    """Yield a colour, then others by the change of lightness and hue.

    A turn of the hue by a degree counts as a change of lightness by `turn_weight` percent; if that
    is infinite, changes of lightness alone come first.
    """
    yield color.upper()
    lightness, chroma, hue = _color(color).convert("oklch").coords(nans=False)
    steps = [
        (step, turn)
        for turn in _TURNS
        for step in range(-100, 101, 2 if turn else 1)
        if 0 <= lightness + step / 100 <= 1
    ]
    if math.isinf(turn_weight):
        steps.sort(key=lambda one: (abs(one[1]), abs(one[0])))
    else:
        steps.sort(key=lambda one: abs(one[0]) + turn_weight * abs(one[1]))
    for step, turn in steps:
        yield _hex(_color("oklch", (lightness + step / 100, chroma, hue + turn)))


def _fit(brand: Brand, theme: str) -> tuple[str, dict[str, str]]:
    """Return the background and the colours of the roles, those of the brand where they fit."""
    given = {"ink": brand.ink} if brand.ink else {}
    given |= zip(ACCENT_ROLES, brand.accents, strict=False)
    for background in _backgrounds(brand, theme):
        base = DARK if _is_dark(background) else LIGHT
        colors: dict[str, str] = {}
        for role in ("ink", *ACCENT_ROLES):
            is_given = role in given
            found = _nearest_color(
                _variants(given[role]) if is_given else _variants(getattr(base, role), _TURN),
                MIN_CONTRAST if is_given else _CLEAR,
                background,
                colors.values(),
            )
            if found is None:
                break
            colors[role] = found
        else:
            return background, colors
    raise AssertionError("no background has room for the colours")


def _backgrounds(brand: Brand, theme: str) -> Iterator[str]:
    """Yield the background of a brand, then those of another lightness that leave more room."""
    if brand.background:
        for background in _variants(brand.background):
            room = max(contrast_ratio(extreme, background) for extreme in ("#000000", "#FFFFFF"))
            if room >= _ROOM:
                yield background
        return
    own, *others = sorted(THEMES.values(), key=lambda one: one.name != theme)
    fits = not brand.ink or contrast_ratio(brand.ink, own.background) >= MIN_CONTRAST
    yield from (one.background for one in ((own, *others) if fits else (*others, own)))


def _nearest_color(
    variants: Iterable[str], contrast: float, background: str, others: Collection[str]
) -> str | None:
    """Return the first colour that can be read and distinguished from others."""
    return next(
        (
            variant
            for variant in variants
            if contrast_ratio(variant, background) >= contrast
            and all(difference(variant, other) >= MIN_DIFFERENCE for other in others)
        ),
        None,
    )


def _theme(background: str, colors: Mapping[str, str]) -> Theme:
    """Return the theme of a background, an ink and accents."""
    ink = colors["ink"]
    shares = (0.5, 0.4, 0.3, 0.2, 0.1, 0.0)
    greys = (_mix(ink, background, share) for share in shares)
    secondary = next((grey for grey in greys if contrast_ratio(grey, background) >= _CLEAR), ink)
    texts = (secondary, *colors.values())
    away = "#000000" if _is_dark(background) else "#FFFFFF"
    panels = [_mix(background, toward, share) for toward in (ink, away) for share in (0.06, 0.03)]
    panel = next(
        (one for one in panels if all(contrast_ratio(text, one) >= MIN_CONTRAST for text in texts)),
        background,
    )
    return Theme(
        name="dark" if _is_dark(background) else "light",
        background=background,
        panel=panel,
        grid=_mix(background, ink, 0.12),
        secondary=secondary,
        **colors,
    )


def _mix(start: str, end: str, share: float) -> str:
    return _hex(_color(start).mix(end, share, space="oklab"))


def _nearest(brand: Brand, background: str, colors: Mapping[str, str]) -> Brand:
    """Return a brand with the colours that were found for those that it has."""
    return Brand(
        background=background if brand.background else "",
        ink=colors["ink"] if brand.ink else "",
        accents=tuple(colors[role] for role in ACCENT_ROLES[: len(brand.accents)]),
    )


def _faults(brand: Brand, background: str, colors: Mapping[str, str]) -> Iterator[BrandFault]:
    """Yield a fault for each colour of a brand that is not its own in the colours found."""
    if brand.background and brand.background.upper() != background:
        problem = (
            f'"{brand.background}" was given, on which there are too few colours that can be read '
            f'and distinguished; allowed: a darker or a lighter one, such as "{background}"'
        )
        yield BrandFault("background", None, problem)
    before: dict[str, str] = {}
    given = {"ink": brand.ink, **dict(zip(ACCENT_ROLES, brand.accents, strict=False))}
    for role, color in given.items():
        found = colors[role]
        if color and color.upper() != found:
            reason = _reason(color, background, before)
            problem = f'"{color}" was given for {role}, {reason}, such as "{found}"'
            index = None if role == "ink" else ACCENT_ROLES.index(role)
            yield BrandFault("ink" if index is None else "accents", index, problem)
        before[role] = found


def _reason(color: str, background: str, others: Mapping[str, str]) -> str:
    """Return what is wrong with a colour, and what is allowed."""
    contrast = contrast_ratio(color, background)
    if contrast < MIN_CONTRAST:
        # Rounded down, so that it never seems to be enough.
        found = f"whose contrast to {background} is {int(contrast * 100) / 100:.2f}:1"
        return f"{found}; allowed: at least {MIN_CONTRAST:g}:1"
    role, vision, found_difference = min(
        (
            (role, vision, value)
            for role, other in others.items()
            for vision, value in _differences(color.upper(), other).items()
        ),
        key=lambda one: one[-1],
    )
    seen = f" with {vision}" if vision else ""
    found = f"which differs from {role} ({others[role]}) by {int(found_difference * 10) / 10}{seen}"
    return f"{found}; allowed: at least {MIN_DIFFERENCE:g} (CIEDE2000)"
