"""Slides: a deck with one slide a beat, through ``manim-slides convert``."""
