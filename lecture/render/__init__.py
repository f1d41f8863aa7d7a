"""Render scenes in parallel, with a cache and with the frames of manim."""
