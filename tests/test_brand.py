"""The themes of brands: contrasts and differences by formulas of our own, and what is refused."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture.brand import (
    ACCENT_ROLES,
    MIN_DIFFERENCE,
    Brand,
    BrandError,
    brand_theme,
    difference,
)
from lecture.palette import DARK, LIGHT, MIN_CONTRAST, THEMES, Theme

Floats = npt.NDArray[np.float64]

# Linear RGB to the responses of the long, middle and short cones, and the planes to which
# dichromats reduce them: Viénot, Brettel and Mollon (1999), equations 1, 5 and 6.
CONES = np.array(
    [[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]]
)
VISIONS = {
    "": np.eye(3),
    "protanopia": np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]]),
    "deuteranopia": np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]]),
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(color: str) -> Floats:
    values = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    light, lighter = sorted(
        float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (first, second)
    )
    return (lighter + 0.05) / (light + 0.05)


def lab(color: str, vision: str = "") -> Floats:
    """Return CIE L*a*b* of a colour as a kind of vision sees it."""
    seen = np.linalg.inv(CONES) @ VISIONS[vision] @ CONES @ linear(color)
    share = XYZ @ seen / (XYZ @ np.ones(3))
    t = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / 3 * (29 / 6) ** 2 + 4 / 29)
    return np.array([116 * t[1] - 16, 500 * (t[0] - t[1]), 200 * (t[1] - t[2])])


def ciede2000(first: Floats, second: Floats) -> float:
    """Return the difference of two colours by Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25**7))
    c1, c2 = np.hypot(a1 * g, b1), np.hypot(a2 * g, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * g)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    h = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    c, mid = (c1 + c2) / 2, (l1 + l2) / 2 - 50
    t = (
        1
        - 0.17 * np.cos(np.radians(h - 30))
        + 0.24 * np.cos(np.radians(2 * h))
        + 0.32 * np.cos(np.radians(3 * h + 6))
        - 0.20 * np.cos(np.radians(4 * h - 63))
    )
    sl = 1 + 0.015 * mid**2 / np.sqrt(20 + mid**2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rt = (
        -2
        * np.sqrt(c**7 / (c**7 + 25**7))
        * np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    )
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, dh / sh
    return float(np.sqrt(dl**2 + dc**2 + dh**2 + rt * dc * dh))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_formula_of_these_tests_gives_published_differences(
    first: tuple[float, ...], second: tuple[float, ...], expected: float
) -> None:
    assert ciede2000(np.array(first), np.array(second)) == pytest.approx(expected, abs=1e-4)


def assert_guaranteed(theme: Theme) -> None:
    for role, color in theme.text_roles.items():
        assert contrast(color, theme.background) >= MIN_CONTRAST, role
        assert contrast(color, theme.panel) >= MIN_CONTRAST, role
    for one, other in combinations(("ink", *ACCENT_ROLES), 2):
        first, second = getattr(theme, one), getattr(theme, other)
        assert difference(first, second) >= MIN_DIFFERENCE, (one, other)
        for vision in VISIONS:  # of tritanopia there is no formula as short
            found = ciede2000(lab(first, vision), lab(second, vision))
            assert found >= MIN_DIFFERENCE - 0.05, (one, other, vision)


def assert_explained(error: BrandError, brand: Brand) -> None:
    assert error.faults
    assert error.nearest != brand
    for fault in error.faults:
        wrong, right = (getattr(one, fault.field) for one in (brand, error.nearest))
        if fault.index is not None:
            wrong, right = wrong[fault.index], right[fault.index]
        assert wrong != right
        assert fault.problem.startswith(f'"{wrong}" was given')
        assert fault.problem.endswith(f'such as "{right}"')


COLORS = st.integers(0, 0xFFFFFF).map("#{:06X}".format)
BRANDS = st.builds(
    Brand,
    background=COLORS | st.sampled_from(["", "#FFFFFF", "#000000"]),
    ink=COLORS | st.just(""),
    accents=st.lists(COLORS, max_size=len(ACCENT_ROLES)).map(tuple),
)


@settings(max_examples=50)
@given(BRANDS, st.sampled_from(sorted(THEMES)))
def test_a_brand_is_taken_as_it_is_or_refused_with_colours_that_fit(
    brand: Brand, theme: str
) -> None:
    if brand == Brand():
        assert brand_theme(brand, theme) is THEMES[theme]
        return
    try:
        made = brand_theme(brand, theme)
    except BrandError as error:
        assert_explained(error, brand)
        brand = error.nearest
        made = brand_theme(brand, theme)
    assert_guaranteed(made)
    given_accents = dict(zip(ACCENT_ROLES, brand.accents, strict=False))
    assert {role: getattr(made, role) for role in given_accents} == given_accents
    assert made.background == (brand.background or made.background)
    assert made.ink == (brand.ink or made.ink)


@given(st.sampled_from(["#FFFFFF", "#000000", "#F4F1EA", "#0A2540"]), st.data())
@settings(max_examples=20)
def test_accents_that_fit_alone_are_taken(background: str, data: st.DataObject) -> None:
    accent = data.draw(COLORS.filter(lambda color: contrast(color, background) >= 4.5))
    ink = "#000000" if contrast("#000000", background) > 7 else "#FFFFFF"
    if difference(accent, ink) < MIN_DIFFERENCE:
        return
    made = brand_theme(Brand(background=background, ink=ink, accents=(accent,)))
    assert made.signal == accent


def test_a_brand_takes_what_it_lacks_from_the_theme_that_fits() -> None:
    assert brand_theme(Brand(background="#FFFFFF")).ink == LIGHT.ink
    assert brand_theme(Brand(background="#000000"), "light").ink == DARK.ink
    assert brand_theme(Brand(ink="#000000"), "dark").background == LIGHT.background
    assert brand_theme(Brand(accents=("#0055A4",)), "light").background == LIGHT.background
    made = brand_theme(Brand(background="#ffffff", accents=("#0055a4",)))
    assert (made.name, made.background, made.signal) == ("light", "#FFFFFF", "#0055A4")
    # The hues of the other roles stay.
    assert (made.gradient, made.weight) == (LIGHT.gradient, LIGHT.weight)


@pytest.mark.parametrize(
    ("brand", "problem"),
    [
        (
            Brand(background="#FFFFFF", ink="#AAAAAA"),
            (
                '"#AAAAAA" was given for ink, whose contrast to #FFFFFF is 2.32:1; allowed: at '
                'least 4.5:1, such as "#747474"'
            ),
        ),
        (
            Brand(background="#777777"),
            (
                '"#777777" was given, on which there are too few colours that can be read and '
                'distinguished; allowed: a darker or a lighter one, such as "#959595"'
            ),
        ),
    ],
)
def test_a_refusal_names_the_role_the_demand_and_the_nearest_colour(
    brand: Brand, problem: str
) -> None:
    with pytest.raises(BrandError) as raised:
        brand_theme(brand)
    assert [fault.problem for fault in raised.value.faults] == [problem]


def test_colours_that_look_alike_to_a_dichromat_are_refused() -> None:
    brown, green = "#9A4A00", "#5F6B00"
    assert ciede2000(lab(brown), lab(green)) > 30
    assert ciede2000(lab(brown, "deuteranopia"), lab(green, "deuteranopia")) < 3
    brand = Brand(background="#FFFFFF", accents=(brown, green))
    with pytest.raises(BrandError, match=r"gradient, .* from signal \(#9A4A00\) by 2.* deutera"):
        brand_theme(brand)
