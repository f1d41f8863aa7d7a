"""Scene LongValley: two curvatures, one rate, and the condition number."""

from __future__ import annotations

from manim import Create, FadeIn, FadeOut, LaggedStart

from gradient_descent.descent import best_rate, descend, factors
from gradient_descent.scene import BowlScene, Valley, card, plain, valley_layout
from lecture.kit.mobjects.readout import Readout
from lecture.kit.numbers import PERCENT
from lecture.kit.theme import theme

__all__ = ["LongValley"]

_STEPS = 20


class LongValley(BowlScene):
    """Look at a bowl with two curvatures from above, and search for the best rate."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.two_weights()
        self.one_rate()
        self.best_rate()

    def prepare(self) -> None:
        """Compute both descents, and create the mobjects."""
        bowl = self.spec.bowl
        self.flat, self.steep = bowl.curvatures
        self.best = best_rate(self.flat, self.steep)
        self.descents = [
            descend(bowl.curvatures, rate, bowl.start, _STEPS) for rate in (bowl.rate, self.best)
        ]
        self.layout = valley_layout()
        paths = [descent.path for descent in self.descents]
        self.valley = Valley(bowl.curvatures, paths, self.layout.valley)
        self.slow, self.fast = (
            self.valley.path_of(descent, theme().gradient) for descent in self.descents
        )
        ink = theme().ink
        curvatures = [
            ("lambda_1", ink, "curvature_1", plain(self.flat)),
            ("lambda_2", ink, "curvature_2", plain(self.steep)),
            ("kappa", ink, "condition", plain(self.steep / self.flat)),
        ]
        self.curvatures = card(curvatures, self.layout.width).move_to(self.layout.cards[0])

    def two_weights(self) -> None:
        """Show the bowl from above, and its curvatures."""
        self.beat("two_weights")
        with self.narrate("above"):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            lines = (Create(line) for line in self.valley.lines)
            self.play(LaggedStart(*lines, lag_ratio=0.4), run_time=2.4)
        with self.narrate("curvatures", flat=plain(self.flat), steep=plain(self.steep)):
            self.play(FadeIn(self.curvatures.card, self.curvatures.rows[0]), run_time=0.6)
            self.at_word(plain(self.steep))
            self.play(FadeIn(self.curvatures.rows[1]), run_time=0.6)
        with self.narrate("condition", condition=plain(self.steep / self.flat)):
            self.play(FadeIn(self.curvatures.rows[2]), run_time=0.6)
        self.rest()

    def one_rate(self) -> None:
        """Take some steps with the rate of the table."""
        self.beat("one_rate", steps=str(_STEPS))
        rate = self.spec.bowl.rate
        along, across = factors(self.spec.bowl.curvatures, rate)
        self.numbers = self.numbers_of(rate)
        with self.narrate("factors", along=plain(along), across=plain(across)):
            self.play(FadeIn(self.slow.ball), run_time=0.4)
            self.play(FadeIn(self.numbers.card, *self.numbers.rows), run_time=0.6)
            self.walk(self.slow, 0, _STEPS // 2)
        with self.narrate("left", steps=str(_STEPS), share=PERCENT(abs(along) ** _STEPS)):
            self.walk(self.slow, _STEPS // 2, _STEPS)
        self.rest()

    def best_rate(self) -> None:
        """Take as many steps with the best rate."""
        self.beat("best_rate")
        before, self.numbers = self.numbers, self.numbers_of(self.best)
        formulas = self.layout.show_formulas(
            "eta = 2 / (lambda_1 + lambda_2)", "(kappa - 1) / (kappa + 1)"
        )
        with self.narrate("rate", rate=plain(self.best)):
            self.play(FadeOut(before, self.slow), run_time=0.5)
            self.play(FadeIn(self.fast.ball), FadeIn(formulas[0]), run_time=0.6)
        size = (self.steep - self.flat) / (self.steep + self.flat)
        with self.narrate("zigzag"):
            self.play(FadeIn(self.numbers), run_time=0.5)
            self.walk(self.fast, 0, _STEPS)
        with self.narrate("size", size=plain(size)):
            self.at_word(plain(size))
            self.play(FadeIn(formulas[1]), run_time=0.6)
        self.rest()

    def numbers_of(self, rate: float) -> Readout:
        """Return the card of a rate and its factors."""
        along, across = factors(self.spec.bowl.curvatures, rate)
        rows = [
            ("eta", theme().ink, "rate", plain(rate)),
            ("1 - eta lambda_1", theme().slope, "factor_1", plain(along)),
            ("1 - eta lambda_2", theme().slope, "factor_2", plain(across)),
        ]
        return card(rows, self.layout.width).move_to(self.layout.cards[1])
