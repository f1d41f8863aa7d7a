"""Pages: their templates, their look, and the reveal.js that decks are shown with."""

from lecture.web.pages import rendered
from lecture.web.prose import html_of, plain_of

__all__ = ["html_of", "plain_of", "rendered"]
