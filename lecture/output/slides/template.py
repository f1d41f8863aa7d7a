"""The page that manim-slides fills: its own, with what ours needs besides."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from lecture.errors import RenderError

if TYPE_CHECKING:
    from lecture.output.slides.deck import Deck

__all__ = ["deck_template"]

_OURS = """
<style>
  .reveal .progress { color: ACCENT; }
  .heading { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
</style>
<script>
  // A click goes on, but for one on what has a use of its own.
  document.querySelector(".reveal").addEventListener("click", (event) => {
    const other = "a, button, input, .controls, .progress, .slide-number, .r-overlay";
    if (!event.target.closest(other) && !Reveal.isOverview() && !Reveal.isPaused()) Reveal.next();
  });
  // The videos are the ground of the slides: a heading says what each shows to who cannot see it.
  const headings = HEADINGS;
  document.querySelectorAll(".slides > section").forEach((slide, place) => {
    const heading = document.createElement("h2");
    heading.className = "heading";
    heading.textContent = headings[place];
    slide.prepend(heading);
  });
</script>
"""


def deck_template(deck: Deck) -> str:
    """Return the template of manim-slides, with our additions.

    Parameters
    ----------
    deck
        The deck, whose headings are added.

    Raises
    ------
    RenderError
        The installed manim-slides has a template that we do not know.
    """
    # Found without importing it, which would import manim or Qt.
    own = Path(
        str(distribution("manim-slides").locate_file("manim_slides/templates/revealjs.html"))
    )
    template = own.read_text(encoding="utf-8")
    headings = json.dumps([slide.heading for slide in deck.slides])
    # Escaped, so that in a heading nothing ends the script and no brace is the template's own.
    headings = headings.replace("<", "\\u003c").replace("{", "\\u007b")
    for before, after in (
        ("<html>", '<html lang="en">'),
        # On a narrow screen reveal.js would lay the slides out in a column, and its videos would
        # wait for ever for what is after the comma of their addresses.
        ("Reveal.initialize({", "Reveal.initialize({\n        scrollActivationWidth: 0,"),
        (
            "</body>",
            _OURS.replace("ACCENT", deck.theme.signal).replace("HEADINGS", headings) + "</body>",
        ),
    ):
        if template.count(before) != 1:
            raise RenderError(
                f"manim-slides has changed: its page has no {before}; allowed: manim-slides 5.7"
            )
        template = template.replace(before, after)
    return template
