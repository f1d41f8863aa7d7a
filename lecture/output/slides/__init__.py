"""Slides: a deck with one slide for each beat, by ``manim-slides convert``."""
