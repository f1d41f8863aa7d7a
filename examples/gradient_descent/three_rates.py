"""Scene ThreeRates: a learning rate that is too small, right, and too large."""

from __future__ import annotations

from manim import Create, FadeIn, VGroup

from gradient_descent.descent import cost, descend, factors
from gradient_descent.scene import TEXT, BowlScene, Row, card, plain
from lecture.kit.animations import Count, Drive, in_steps
from lecture.kit.layout import Region, at, frame, is_portrait
from lecture.kit.mobjects.function_plot import FunctionPlot
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import PERCENT
from lecture.kit.theme import theme
from lecture.kit.typeset import formula

__all__ = ["ThreeRates"]

_STEPS = 6
_RATES = {"small": 0.1, "right": 1.0, "large": 2.1}  # times the curvature
_WIDTH, _STEP = 3.9, 4.4


class Column:
    """A bowl with its ball, its name and its numbers."""

    def __init__(self, scene: ThreeRates, index: int, name: str) -> None:
        curvature, start = scene.spec.bowl.curvatures[1], scene.spec.bowl.start[1]
        rate = _RATES[name] / curvature
        self.factor = float(factors([curvature], rate)[0])
        self.descent = descend([curvature], rate, [start], 2 * _STEPS)
        rows: list[Row] = [
            ("eta", theme().ink, f"rate_{name}", plain(rate)),
            ("1 - eta lambda", theme().slope, f"factor_{name}", plain(self.factor)),
            ("w", theme().weight, f"w_{name}", start),
        ]
        self.card = card(rows, _WIDTH)
        if is_portrait():
            top = 4.9 - 3.4 * index
            region = Region(frame().left, -0.85, top - 2.7, top - 0.75)
            self.card.move_to(at(frame().right - _WIDTH / 2, region.center[1]))
        else:
            x = (index - 1) * _STEP
            region = Region(x - _WIDTH / 2, x + _WIDTH / 2, -0.6, 1.9)
            self.card.move_to(at(x, -1.75))
        color = theme().warning if name == "large" else theme().ink
        top_center = at(region.center[0], region.top + 0.45)
        self.name = text_at(scene.label(name), top_center, font_size=36, color=color)
        reach = 1.05 * abs(start) * abs(1.0 - _RATES["large"]) ** _STEPS
        self.plot = FunctionPlot(
            lambda w: 0.5 * curvature * w**2,
            (-reach, reach),
            (0.0, float(cost([curvature], [reach]))),
            region,
            theme().cost,
        ).slide_to(start)


class ThreeRates(BowlScene):
    """Let three balls take the same number of steps."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.columns = {name: Column(self, i, name) for i, name in enumerate(_RATES)}
        self.the_question()
        self.too_small()
        self.right()
        self.too_large()
        self.the_limit()

    def the_question(self) -> None:
        """Show three equal bowls."""
        self.beat("the_question")
        with self.narrate("question"):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            curves = [Create(column.plot.curve) for column in self.columns.values()]
            self.play(*curves, run_time=1.2)
            self.play(*(FadeIn(c.plot.dot) for c in self.columns.values()), run_time=0.5)
        self.rest(question=True)

    def too_small(self) -> None:
        """Let the first ball crawl."""
        self.beat("too_small")
        share = self.columns["small"].factor ** _STEPS
        with self.narrate("small", steps=str(_STEPS), share=PERCENT(share)):
            self.introduce("small")
            self.roll("small", 0, _STEPS)
        self.rest()

    def right(self) -> None:
        """Let the second ball reach the bottom in one step."""
        self.beat("right")
        with self.narrate("right"):
            self.introduce("right")
            self.roll("right", 0, 1)
        self.rest()

    def too_large(self) -> None:
        """Let the third ball climb."""
        self.beat("too_large")
        with self.narrate("large", factor=plain(self.columns["large"].factor)):
            self.introduce("large")
            self.roll("large", 0, _STEPS)
        self.rest()

    def the_limit(self) -> None:
        """Show the range of rates with which the ball comes down."""
        self.beat("the_limit")
        y = frame().bottom + (0.75 if is_portrait() else 0.3)
        limit = formula("0 < eta lambda < 2", font_size=TEXT + 6).move_to(at(0.0, y))
        with self.narrate("limit"):
            self.roll("small", _STEPS, 2 * _STEPS)
            self.at_word("ηλ")
            self.play(FadeIn(limit), run_time=0.6)
        self.rest()

    def introduce(self, name: str) -> None:
        """Show the name and the numbers of a column."""
        column = self.columns[name]
        self.play(FadeIn(column.name), run_time=0.5)
        self.play(FadeIn(VGroup(column.card.card, *column.card.rows)), run_time=0.6)

    def roll(self, name: str, first: int, last: int) -> None:
        """Roll the ball of a column from one step to another, and count its weight along."""
        column = self.columns[name]
        weight, plot = column.descent.at, column.plot
        self.play(
            Drive(plot.dot, lambda t: plot.slide_to(weight(t)), first, last),
            Count(column.card.numbers[2], first, last, weight),
            rate_func=in_steps(last - first),
            run_time=0.6 * (last - first),
        )
