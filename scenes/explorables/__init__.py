"""The explorable of the lecture: a chain whose numbers the reader of the page can change."""
