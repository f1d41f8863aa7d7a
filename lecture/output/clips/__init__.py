"""Clips: each beat of the lecture as files of its own, and a page that shows them."""
