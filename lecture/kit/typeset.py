"""Text and formulas, set by Typst with the fonts of its package.

All text on the screen is created here or by
:class:`lecture.kit.mobjects.live_number.LiveNumber`: with a minimum font size, in colours of the
active theme, and without manim's in-memory SVG cache. Copies from that cache lose the width of
fraction bars, so a frame would depend on what was drawn before it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from manim import UP, MathTypst, Typst

from lecture.kit.manim_internals import SteadyStrokes, svg_baselines
from lecture.kit.theme import theme

__all__ = [
    "EXPONENT_RISES",
    "EXPONENT_SCALE",
    "FONT_FLOOR",
    "baseline_height",
    "check_font_size",
    "escape",
    "fit",
    "formula",
    "in_words",
    "on_baseline",
    "prose",
]

FONT_FLOOR = 30.0
"""Minimum font size in manim's points; at 480p, digits are 11 pixels high, exponents 8."""

EXPONENT_SCALE = 0.72
"""Font size of exponents, and of their own exponents, as a share of that of the text."""

EXPONENT_RISES = 0.3, 0.45
"""Height of the baseline of exponents, and of their own exponents, in font sizes of the text."""

_TEXT_FONT = "Libertinus Serif"  # Typst's default for text

# Typst's math font has no Cyrillic letters; without a second font, Typst would take them from any
# font of the system.
_FORMULA_FONTS = (
    f'#show math.equation: set text(font: ("New Computer Modern Math", "{_TEXT_FONT}"))'
)

# The superscript characters of fonts are too small to read in a room, and Typst's `super` does not
# raise an exponent of an exponent above it.
_RAISED_EXPONENTS = (
    f"#let _size = {EXPONENT_SCALE}em\n"
    f"#let (_low, _high) = ({EXPONENT_RISES[0]}em, {EXPONENT_RISES[1]}em)"
    r"""
#let _exponent(rise, text) = super(
  typographic: false, size: _size, baseline: -rise, text.normalize(form: "nfkc"),
)
#show regex("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+"): it => _exponent(_low, it.text)
#show regex("10\^\([^()]+\)"): it => {
  let (first, second) = it.text.match(regex("\(([^⁰¹²³⁴⁵⁶⁷⁸⁹⁻]*)(.*)\)")).captures
  [10#_exponent(_low, first)#_exponent(_high, second)]
}
"""
)

_STRING_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
    }
)
_ALLOWED = "\n\r\t\u200c\u200d\u200e\u200f\u00a0\u2009\u202f"  # joiners, directions and spaces


def escape(text: str) -> str:
    r"""Return Typst code that shows `text` literally, in markup and in formulas.

    The text becomes a string literal of Typst's code mode, without control characters. Manim,
    which parses ``{{ }}`` in formulas, skips string literals.

    Examples
    --------
    >>> print(escape('#read("/etc/passwd") $x$'))
    #"#read(\"/etc/passwd\") $x$";
    """
    printable = "".join(c for c in text if c in _ALLOWED or c.isprintable())
    # Without the semicolon, a following bracket would call the string.
    return f'#"{printable.translate(_STRING_ESCAPES)}";'


def check_font_size(font_size: float) -> float:
    """Return `font_size`; raise ``ValueError`` if it is below :data:`FONT_FLOOR`."""
    if font_size < FONT_FLOOR:
        raise ValueError(
            f"font_size: got {font_size:g}; use at least {FONT_FLOOR:g}, legible in a large room"
        )
    return font_size


class _Prose(SteadyStrokes):
    """Typst markup with steady strokes."""


class _Formula(SteadyStrokes, MathTypst):
    """Typst math with steady strokes."""


def prose(markup: str, *, font_size: float = 30, color: str | None = None, **options: Any) -> Typst:
    """Return Typst markup as a mobject.

    Parameters
    ----------
    markup
        Typst markup, such as ``"*Backward pass* in words"``; user input needs :func:`escape`. The
        exponents of formatted numbers, such as ``10⁻⁵`` and ``10^(b·10ⁿ)``, are as large as those
        of :class:`~lecture.kit.mobjects.live_number.LiveNumber`.
    font_size
        Font size in manim's points, at least :data:`FONT_FLOOR`.
    color
        Default colour of the text; the theme's ink by default.
    **options
        Passed to :class:`manim.Typst`, such as ``track_baselines=True``.

    Raises
    ------
    ValueError
        `font_size` is below the minimum.

    Examples
    --------
    >>> prose("log scale").typst_code
    'log scale'
    """
    return _Prose(markup, typst_preamble=_RAISED_EXPONENTS, **_options(font_size, color), **options)


def _options(font_size: float, color: str | None) -> dict[str, Any]:
    color = color if color is not None else theme().ink
    return {"font_size": check_font_size(font_size), "color": color, "use_svg_cache": False}


def formula(
    math: str, *, font_size: float = 30, color: str | None = None, **options: Any
) -> MathTypst:
    """Return a formula of Typst's math mode as a mobject.

    Parameters
    ----------
    math
        Typst math. Parts written as ``{{ w_1 : w1 }}`` can be selected by ``.select("w1")``.
    font_size
        Font size in manim's points, at least :data:`FONT_FLOOR`.
    color
        Default colour of the formula; the theme's ink by default.
    **options
        Passed to :class:`manim.MathTypst`.

    Raises
    ------
    ValueError
        `font_size` is below the minimum.

    Examples
    --------
    >>> product = formula("{{ w_2 : weight }} sigma'(h_2)")
    >>> len(product.select("weight"))
    2
    """
    return _Formula(math, typst_preamble=_FORMULA_FONTS, **_options(font_size, color), **options)


def in_words(markup: str) -> str:
    """Return Typst math that shows `markup` in the font of :func:`prose`.

    Quoted text in a formula has the math font instead.

    Examples
    --------
    >>> print(in_words("layers"))
    #text(font: "Libertinus Serif")[layers]
    """
    return f'#text(font: "{_TEXT_FONT}")[{markup}]'


def baseline_height(text: Typst) -> float:
    """Return the y of the baseline of a text, in units.

    Parameters
    ----------
    text
        Text created with ``track_baselines=True``. If it has several baselines, the first of two
        is used (a letter and its index), or the one with most glyphs of more.

    Raises
    ------
    ValueError
        The text has no glyphs, or was created without ``track_baselines=True``.
    """
    # Manim tracks the corner of Typst's page; the SVG has the baselines relative to it.
    drops = svg_baselines(text)
    frames = text.baseline_frames
    if not drops or not frames:
        raise ValueError(
            f"baseline_height: {text!r} has no tracked baseline; make it with track_baselines=True"
        )
    corner, right, _ = frames[0]
    lines = Counter(drops)
    # An index may have more glyphs than its letter, as in w_10.
    drop = drops[0] if len(lines) == 2 else lines.most_common(1)[0][0]
    return float(corner[1] - drop * (right[0] - corner[0]))


def fit(text: Typst, width: float) -> Typst:
    """Scale `text` down to `width` if it is wider, and return it.

    Parameters
    ----------
    text
        The text; it changes in place.
    width
        Maximum width in units.

    Examples
    --------
    >>> long, short = fit(prose("Rückwärtsdurchlauf"), 1.0), fit(prose("a"), 1.0)
    >>> round(float(long.width), 6), round(float(short.font_size), 6)
    (1.0, 30.0)
    """
    if text.width > width:
        text.scale(width / text.width)
    return text


def on_baseline(text: Typst, height: float) -> Typst:
    """Move the baseline of `text` to `height`, and return the text.

    Texts side by side need a common baseline, not a common center: ascenders and descenders differ
    between words.

    Parameters
    ----------
    text
        Text created with ``track_baselines=True``; it changes in place.
    height
        The y of the baseline, in units.

    Raises
    ------
    ValueError
        The text has no glyphs, or was created without ``track_baselines=True``.

    Examples
    --------
    >>> word = on_baseline(prose("слой", track_baselines=True), 1.5)
    >>> round(baseline_height(word), 6)
    1.5
    """
    text.shift((height - baseline_height(text)) * UP)
    return text
