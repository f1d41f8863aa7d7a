"""Text and formulas, all set by Typst with the fonts that its package carries.

Every text on the screen is made here or by :class:`scenes.mobjects.LiveNumber`, so that three
things hold everywhere: no text is smaller than the floor, the colours are those of the theme in
force, and no formula comes out of manim's in-memory SVG cache, whose copies lose the width of
fraction bars and so would make a frame depend on what was drawn before it.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from manim import UP, MathTypst, Typst, config

from lecture.kit.theme import theme

__all__ = [
    "FONT_FLOOR",
    "baseline_height",
    "escape",
    "fit",
    "formula",
    "in_words",
    "on_baseline",
    "prose",
]

FONT_FLOOR = 20.0
"""Smallest font size, in manim's points, that the last row can read at 480p."""

_TEXT_FONT = "Libertinus Serif"  # Typst's own for text, which formulas do not use by themselves

# Typst's font for formulas has no Cyrillic. Without a second one named, Typst would look for words
# in any font of the system that has their letters.
_FORMULA_FONTS = (
    f'#show math.equation: set text(font: ("New Computer Modern Math", "{_TEXT_FONT}"))'
)

# Where Typst puts a run of glyphs: its y, down from the upper edge of the page.
_GLYPH_RUN = re.compile(r'<g transform="matrix\(1 0 0 -1 \S+ (\S+)\)">')

_PIXELS_PER_UNIT_AT_1080P = 135.0
_STRING_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
    }
)
_KEPT = "\n\r\t\u200c\u200d\u200e\u200f\u00a0\u2009\u202f"


def escape(text: str) -> str:
    r"""Return Typst code that shows `text` literally, whatever it contains.

    The text becomes a string literal of Typst's code mode, in which only the backslash and the
    quotation mark mean anything; manim, which looks for ``{{ }}`` in formulas, passes over
    strings. The semicolon ends the code, or a bracket behind it would call the string. Control
    characters, which no font can show, are left out; marks that say which way to write, or that
    join what stands beside them, are kept.

    Examples
    --------
    >>> print(escape('#read("/etc/passwd") $x$'))
    #"#read(\"/etc/passwd\") $x$";
    """
    shown = "".join(c for c in text if c in _KEPT or c.isprintable())
    return f'#"{shown.translate(_STRING_ESCAPES)}";'


def _checked_size(font_size: float) -> float:
    if font_size < FONT_FLOOR:
        raise ValueError(
            f"font_size: got {font_size:g}, below the floor of {FONT_FLOOR:g} that can be read at "
            f"480p; use at least {FONT_FLOOR:g}, or say less"
        )
    return font_size


class _SteadyStrokes(Typst):
    """Text whose drawn lines, such as fraction bars, are as strong at any resolution.

    Manim makes them proportional to the number of pixels in a unit, although its strokes are
    measured in units: at 480p a fraction bar would be half as strong as at 1080p, and hard to see.

    A copy is cheap: manim keeps the parsed SVG path of each glyph, which it needs for nothing once
    the points are made, and which every animation would copy point by point.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for part in self.get_family():
            vars(part).pop("path_obj", None)

    def _refresh_svg_stroke_widths(self) -> None:
        super()._refresh_svg_stroke_widths()
        pixels_per_unit = float(config.pixel_width) / float(config.frame_width)
        for line in self._stroke_width_tracked_submobjects:
            width = line.get_stroke_width() * _PIXELS_PER_UNIT_AT_1080P / pixels_per_unit
            line.set_stroke(width=width, family=False)


class _Prose(_SteadyStrokes):
    """Typst markup with steady strokes."""


class _Formula(_SteadyStrokes, MathTypst):
    """Typst math with steady strokes."""


def prose(markup: str, *, font_size: float = 26, color: str | None = None, **options: Any) -> Typst:
    """Set Typst markup; `color` is the theme's ink unless given.

    Text that a user typed goes through :func:`escape` first.

    Parameters
    ----------
    markup
        Typst markup, for example ``"*Backward pass* in words"``.
    font_size
        Size in manim's points, at least :data:`FONT_FLOOR`.
    color
        Colour of everything that the markup does not colour itself.
    **options
        Passed on to :class:`manim.Typst`.

    Raises
    ------
    ValueError
        If `font_size` is below the floor.

    Examples
    --------
    >>> prose("log scale").typst_code
    'log scale'
    """
    chosen = color if color is not None else theme().ink
    return _Prose(
        markup, font_size=_checked_size(font_size), color=chosen, use_svg_cache=False, **options
    )


def formula(
    math: str, *, font_size: float = 28, color: str | None = None, **options: Any
) -> MathTypst:
    """Set a formula in Typst's math mode; `color` is the theme's ink unless given.

    Groups written ``{{ w_1 : w1 }}`` are found again by ``.select("w1")``.

    Raises
    ------
    ValueError
        If `font_size` is below the floor.

    Examples
    --------
    >>> product = formula("{{ w_2 : weight }} sigma'(h_2)")
    >>> len(product.select("weight"))
    2
    """
    chosen = color if color is not None else theme().ink
    return _Formula(
        math,
        font_size=_checked_size(font_size),
        color=chosen,
        use_svg_cache=False,
        typst_preamble=_FORMULA_FONTS,
        **options,
    )


def in_words(markup: str) -> str:
    """Return Typst math that shows `markup` as text, in the letters of all other text.

    Quoted text in a formula would be set in the font of the formulas, and so look like another
    voice beside :func:`prose` and the numbers.

    Examples
    --------
    >>> print(in_words("layers"))
    #text(font: "Libertinus Serif")[layers]
    """
    return f'#text(font: "{_TEXT_FONT}")[{markup}]'


def baseline_height(text: Typst) -> float:
    """Return the height at which the baseline of `text` stands on the screen now.

    The text must have been made with ``track_baselines=True``. Manim then knows where the corner
    of Typst's page is; how far below it the baseline lies stands in the SVG. Of two lines of
    glyphs, a letter and its indices, the one that comes first is taken; of more, the one with the
    most glyphs.

    Raises
    ------
    ValueError
        If `text` has no glyphs, or was made without ``track_baselines``.
    """
    drops = _GLYPH_RUN.findall(Path(str(text.file_name)).read_text(encoding="utf-8"))
    frames = text.baseline_frames
    if not drops or not frames:
        raise ValueError(
            f"baseline_height: {text!r} has no tracked baseline; make it with track_baselines=True"
        )
    corner, right, _ = frames[0]
    lines = Counter(drops)
    # An index may have more glyphs than what it belongs to: the 10 of w_10.
    drop = float(drops[0] if len(lines) == 2 else lines.most_common(1)[0][0])
    return float(corner[1] - drop * (right[0] - corner[0]))


def fit(text: Typst, width: float) -> Typst:
    """Set `text` smaller where it is wider than `width`.

    The same words are longer in one language than in another, and a number in them may be long.

    Examples
    --------
    >>> long, short = fit(prose("Rückwärtsdurchlauf"), 1.0), fit(prose("a"), 1.0)
    >>> round(float(long.width), 6), round(float(short.font_size), 6)
    (1.0, 26.0)
    """
    if text.width > width:
        text.scale(width / text.width)
    return text


def on_baseline(text: Typst, height: float) -> Typst:
    """Move `text` up or down until its baseline is at `height`.

    Words side by side stand on one line so, whatever letters reach above or below it: which ones
    do is different in every language. The text must have been made with ``track_baselines=True``.

    Examples
    --------
    >>> word = on_baseline(prose("слой", track_baselines=True), 1.5)
    >>> round(baseline_height(word), 6)
    1.5
    """
    text.shift((height - baseline_height(text)) * UP)
    return text
