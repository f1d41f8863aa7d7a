"""The title of a lecture as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from lecture.palette import Theme

__all__ = ["draw_title"]

# Texts are passed as inputs: they must not be read as markup.
_CARD = """
#let given = sys.inputs
#set page(
  width: float(given.width) * 1pt,
  height: float(given.height) * 1pt,
  margin: float(given.width) * 0.07pt,
  fill: rgb(given.background),
)
#let size = calc.min(float(given.width), float(given.height)) * 1pt
#let length = given.title.len()
#let title-size = if length <= 60 { 0.085 } else if length <= 120 { 0.065 } else { 0.05 }
#set text(fill: rgb(given.ink), size: size * title-size)
#set par(leading: 0.5em)
#set align(left + horizon)
#strong(given.title)
#if given.author != "" {
  v(0.4em)
  text(size: size * 0.045, fill: rgb(given.secondary), given.author)
}
"""


def draw_title(width: int, height: int, theme: Theme, *, title: str, author: str = "") -> bytes:
    """Return a title and an author on the background of a theme, as PNG."""
    inputs = {
        "width": str(width),
        "height": str(height),
        "background": theme.background,
        "ink": theme.ink,
        "secondary": theme.secondary,
        "title": title,
        "author": author,
    }
    drawn = typst.compile(_CARD.encode(), format="png", ppi=72, sys_inputs=inputs)
    return bytes(drawn)
