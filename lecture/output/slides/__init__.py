"""Slides: a deck with one slide a beat, through ``manim-slides convert``."""

from lecture.slides.deck import Deck, Slide, lecture_deck
from lecture.slides.make import SlidesMissingError, make_slides

__all__ = ["Deck", "Slide", "SlidesMissingError", "lecture_deck", "make_slides"]
