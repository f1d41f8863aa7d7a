"""Pages: Jinja templates, and the parts of reveal.js that slides need."""
