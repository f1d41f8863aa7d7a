"""Scene OneStep: a ball on a bowl, its slope, and the factor of a step."""

from __future__ import annotations

from manim import RIGHT, UP, Create, FadeIn, FadeOut, Line, VGroup

from gradient_descent.descent import cost, descend, factors
from gradient_descent.scene import POSITION, TEXT, BowlScene, card, plain
from lecture.kit.animations import Count, Drive, in_steps
from lecture.kit.layout import Region, at, frame, is_portrait
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.theme import theme
from lecture.kit.typeset import formula

__all__ = ["OneStep"]

_STEPS = 5
_WIDTH = 4.3


class OneStep(BowlScene):
    """Let a ball take its first step, and then some more."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.the_ball()
        self.the_slope()
        self.the_step()
        self.the_factor()

    def prepare(self) -> None:
        """Compute the descent on the steep curvature, and create the mobjects."""
        bowl = self.spec.bowl
        self.curvature, start = bowl.curvatures[1], bowl.start[1]
        self.factor = float(factors([self.curvature], bowl.rate)[0])
        self.descent = descend([self.curvature], bowl.rate, [start], _STEPS)
        reach = 1.25 * abs(start)
        bounds, portrait = frame(), is_portrait()
        region = (
            Region(-3.0, 2.7, -0.7, 4.5) if portrait else Region(bounds.left + 0.4, 1.1, -2.6, 2.3)
        )
        self.plot = FunctionPlot(
            lambda w: 0.5 * self.curvature * w**2,
            (-reach, reach),
            (0.0, float(cost([self.curvature], [reach]))),
            region,
            theme().cost,
            y_labels="none",
        )
        self.plot.slide_to(start)
        self.letters = VGroup(
            formula("w", font_size=TEXT, color=theme().weight).next_to(
                self.plot.point(reach, 0.0), RIGHT, buff=0.15
            ),
            formula("C", font_size=TEXT, color=theme().cost).next_to(
                at(region.center[0], region.top), UP, buff=0.15
            ),
        )
        self.card = card(
            [
                ("lambda", theme().ink, "curvature", plain(self.curvature)),
                ("w", theme().weight, "w", start),
                ("lambda w", theme().gradient, "slope", self.curvature * start),
                ("eta", theme().ink, "rate", plain(bowl.rate)),
                ("1 - eta lambda", theme().slope, "factor", plain(self.factor)),
            ],
            _WIDTH,
        ).move_to(at(0.0, -3.3) if portrait else at(bounds.right - _WIDTH / 2, 0.6))
        self.formula_at = at(0.0, -5.7) if portrait else at(bounds.right - _WIDTH / 2, -1.9)
        self.w, self.slope = self.card.numbers[1], self.card.numbers[2]

    def the_ball(self) -> None:
        """Show the bowl, the ball and the curvature."""
        self.beat("the_ball")
        with self.narrate("ball"):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            self.play(FadeIn(self.plot.axes), Create(self.plot.curve), run_time=1.2)
            self.play(FadeIn(self.plot.marker), run_time=0.5)
            self.play(FadeIn(self.letters[0], self.card.card, self.card.rows[1]), run_time=0.6)
            self.at_word("C")
            self.play(FadeIn(self.letters[1]), run_time=0.4)
        with self.narrate("curvature", curvature=plain(self.curvature)):
            self.play(FadeIn(self.card.rows[0]), run_time=0.6)
        self.rest()

    def the_slope(self) -> None:
        """Show the tangent at the ball."""
        self.beat("the_slope")
        start = self.descent.at(0)
        slope, run = self.curvature * start, 0.22 * start
        top = self.plot.value(start)
        low, high = (self.plot.point(start + s * run, top + s * slope * run) for s in (-1, 1))
        self.tangent = Line(low, high, color=theme().gradient, stroke_width=6)
        with self.narrate("slope", slope=POSITION(slope)):
            self.play(Create(self.tangent), run_time=0.8)
            self.play(FadeIn(self.card.rows[2]), run_time=0.6)
        self.rest()

    def the_step(self) -> None:
        """Move the ball against the slope."""
        self.beat("the_step")
        self.rule = formula("w arrow.r w - eta lambda w", font_size=TEXT).move_to(self.formula_at)
        with self.narrate("rule", rate=plain(self.spec.bowl.rate)):
            self.play(FadeIn(self.rule), run_time=0.6)
            self.at_word("η")
            self.play(FadeIn(self.card.rows[3]), run_time=0.6)
        with self.narrate("move", w=POSITION(self.descent.at(1))):
            self.play(FadeOut(self.tangent), run_time=0.4)
            self.roll(0, 1, run_time=1.2)
        self.rest()

    def the_factor(self) -> None:
        """Write the step as a product, and take more steps."""
        self.beat("the_factor", steps=str(_STEPS))
        product = formula("w arrow.r (1 - eta lambda) w", font_size=TEXT).move_to(self.formula_at)
        with self.narrate("factor", factor=plain(self.factor)):
            self.play(FadeOut(self.rule), run_time=0.4)
            self.play(FadeIn(product), run_time=0.5)
            self.play(FadeIn(self.card.rows[4]), run_time=0.6)
        with self.narrate("more", steps=str(_STEPS), w=POSITION(self.descent.at(_STEPS))):
            self.roll(1, _STEPS, run_time=3.2)
        self.rest()

    def roll(self, first: int, last: int, *, run_time: float) -> None:
        """Roll the ball from one step to another, and count its weight and slope along."""
        weight, curvature = self.descent.at, self.curvature
        moves = (
            Drive(self.plot.marker, lambda t: self.plot.slide_to(weight(t)), first, last),
            Count(self.w, first, last, weight),
            Count(self.slope, first, last, lambda t: curvature * weight(t)),
        )
        self.play(*moves, rate_func=in_steps(last - first), run_time=run_time)
