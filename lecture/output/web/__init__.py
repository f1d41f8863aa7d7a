"""Pages: their templates, their look, and the reveal.js that decks are shown with."""
