"""Scene PartialSums: each term is the same share of the remainder."""

from __future__ import annotations

from manim import LEFT, FadeIn, Rectangle

from geometric_series.data import SUM, partial_sums
from geometric_series.spec import SeriesSpec
from lecture.kit.animations import Count
from lecture.kit.layout import at
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.theme import theme
from lecture.kit.typeset import formula

__all__ = ["PartialSums"]

_WIDTH, _LEFT, _Y = 12.0, -6.0, 0.0


class PartialSums(LectureScene):
    """Fill a bar of the length of the limit with the terms of the series."""

    spec_model = SeriesSpec
    spec: SeriesSpec

    def construct(self) -> None:
        """Run the beats of the scene."""
        series = self.spec.series
        self.found = partial_sums(series.ratio, series.terms)
        self.the_bar()
        self.the_terms()
        self.the_limit()

    def the_bar(self) -> None:
        """Show an empty bar as long as the limit."""
        self.beat("the_bar", terms=str(len(self.found.terms)))
        self.total = LiveNumber(0.0, SUM, font_size=60, name="sum")
        self.total.place(at(0.0, 1.8))
        bar = Rectangle(width=_WIDTH, height=1.2, color=theme().secondary)
        bar.move_to(at(_LEFT, _Y), aligned_edge=LEFT)
        with self.narrate("question", terms=str(len(self.found.terms))):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            self.play(FadeIn(bar, self.total), run_time=0.6)

    def the_terms(self) -> None:
        """Add the terms to the bar, one after the other."""
        self.beat("the_terms")
        start, before = _LEFT, 0.0
        with self.narrate("terms"):
            for number, (term, total) in enumerate(
                zip(self.found.terms, self.found.sums, strict=True)
            ):
                width = _WIDTH * float(term) / self.found.limit
                piece = Rectangle(width=width, height=1.2, fill_opacity=0.9, stroke_width=1)
                piece.set_fill(theme().signal if number % 2 else theme().gradient)
                piece.move_to(at(start, _Y), aligned_edge=LEFT)
                start += width
                count = Count(self.total, before, float(total))
                self.play(FadeIn(piece), count, run_time=0.5)
                before = float(total)

    def the_limit(self) -> None:
        """Show the limit."""
        self.beat("the_limit")
        limit = formula("1/(1 - r)", font_size=44).move_to(at(0.0, -2.2))
        with self.narrate("limit", limit=SUM(self.found.limit)):
            self.play(FadeIn(limit), run_time=0.6)
