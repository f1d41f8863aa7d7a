"""Scene Momentum: each step repeats a part of the last one, and a race of two balls."""

from __future__ import annotations

from collections.abc import Sequence

from manim import Create, FadeIn, FadeOut, LaggedStart

from gradient_descent.descent import Descent, best_heavy, best_rate, descend, descend_until
from gradient_descent.race import RacePlot
from gradient_descent.scene import BowlScene, Row, Valley, card, plain, valley_layout
from lecture.kit.animations import Drive
from lecture.kit.mobjects.readout import Readout
from lecture.kit.theme import theme
from lecture.kit.typeset import in_words

__all__ = ["Momentum"]

_STEPS = 20
_SHARE = 0.01  # of the distance, at the end of the race
_PLAIN_FACTOR = "(kappa - 1) / (kappa + 1)"
_HEAVY_FACTOR = "(sqrt(kappa) - 1) / (sqrt(kappa) + 1)"


class Momentum(BowlScene):
    """Compare balls with and without momentum, and let them race."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.memory()
        self.same_rate()
        self.best_of_both()
        self.the_race()

    def prepare(self) -> None:
        """Compute the descents, and create the valley."""
        bowl = self.spec.bowl
        settings = [
            (bowl.rate, 0.0),
            (bowl.rate, bowl.momentum),
            (best_rate(*bowl.curvatures), 0.0),
            best_heavy(*bowl.curvatures),
        ]
        self.descents = [
            descend(bowl.curvatures, rate, bowl.start, _STEPS, share) for rate, share in settings
        ]
        self.layout = valley_layout()
        paths = [descent.path for descent in self.descents]
        self.valley = Valley(bowl.curvatures, paths, self.layout.valley)
        self.colors = (theme().gradient, theme().signal)
        self.paths = [
            self.valley.path_of(descent, color)
            for descent, color in zip(self.descents, self.colors * 2, strict=True)
        ]

    def memory(self) -> None:
        """Show the rule of a step with momentum."""
        self.beat("memory")
        self.settings = self.settings_of(self.descents[1], theme().ink)
        self.rule = self.layout.show_formulas("s arrow.r beta s - eta g")
        with self.narrate("heavy"):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            lines = (Create(line) for line in self.valley.lines)
            self.play(LaggedStart(*lines, lag_ratio=0.3), run_time=1.6)
            self.play(FadeIn(self.paths[0].ball), run_time=0.5)
        with self.narrate("rule"):
            self.play(FadeIn(self.rule), run_time=0.6)
            self.at_word("β")
            self.play(FadeIn(self.settings), run_time=0.6)
        self.rest()

    def same_rate(self) -> None:
        """Take the same number of steps with and without momentum."""
        self.beat("same_rate", steps=str(_STEPS))
        ball, heavy = self.descents[:2]
        self.factors = self.pair("factor", [plain(ball.factor), plain(heavy.factor)], 1)
        with self.narrate("without", steps=str(_STEPS)):
            self.walk(self.paths[0], 0, _STEPS)
        with self.narrate("with", momentum=plain(heavy.momentum)):
            self.play(FadeIn(self.paths[1].ball), run_time=0.3)
            self.walk(self.paths[1], 0, _STEPS)
        values = {"without": plain(ball.factor), "with": plain(heavy.factor)}
        with self.narrate("factors", **values):
            self.play(FadeIn(self.factors.card, self.factors.rows[0]), run_time=0.6)
            self.at_word(values["with"])
            self.play(FadeIn(self.factors.rows[2]), run_time=0.6)
            self.at_word(values["without"])
            self.play(FadeIn(self.factors.rows[1]), run_time=0.6)
        self.rest()

    def best_of_both(self) -> None:
        """Take the steps with the best rates, and the best momentum."""
        self.beat("best_of_both")
        ball, heavy = self.descents[2:]
        before = [*self.paths[:2], self.rule, self.settings, self.factors]
        self.settings = self.settings_of(heavy, self.colors[1])
        self.factors = self.pair("factor", [plain(ball.factor), plain(heavy.factor)], 1)
        self.formulas = self.layout.show_formulas(_PLAIN_FACTOR, _HEAVY_FACTOR)
        for part, color in zip(self.formulas, self.colors, strict=True):
            part.set_color(color)
        with self.narrate("best", without=plain(ball.factor)):
            self.play(FadeOut(*before), run_time=0.5)
            self.play(FadeIn(self.formulas[0], self.paths[2].ball), run_time=0.5)
            self.play(FadeIn(self.factors.card, *self.factors.rows[:2]), run_time=0.5)
            self.walk(self.paths[2], 0, _STEPS // 2)
        with self.narrate("root", **{"with": plain(heavy.factor)}):
            self.play(FadeIn(self.formulas[1], self.settings, self.paths[3].ball), run_time=0.5)
            self.play(FadeIn(self.factors.rows[2]), run_time=0.5)
            self.walk(self.paths[3], 0, _STEPS // 2)
        self.rest()

    def the_race(self) -> None:
        """Draw the distances of both balls over the steps."""
        self.beat("the_race")
        races = [descend_until(_SHARE, descent) for descent in self.descents[2:]]
        plot = RacePlot(races, _SHARE, self.colors, self.layout.valley)
        names = plot.names(self.label("distance"), self.label("steps"))
        steps = self.pair("steps", [str(race.steps) for race in races], 0)
        with self.narrate("question"):
            self.play(FadeOut(self.valley, *self.paths[2:], self.settings), run_time=0.6)
            self.play(FadeIn(plot, names), run_time=0.8)
            self.play(FadeIn(steps.card, steps.rows[0]), run_time=0.6)
        self.rest(question=True)
        for index, (key, race) in enumerate(zip(("plain", "heavy"), races, strict=True)):
            line = plot.lines[index]
            with self.narrate(key, **{key: str(race.steps)}):
                self.play(Drive(line, line.draw_to, 0, race.steps), run_time=1.8)
                self.play(FadeIn(steps.rows[1 + index]), run_time=0.6)
        self.rest()

    def settings_of(self, descent: Descent, color: str) -> Readout:
        """Return the card of a rate, whose colour says which balls have it, and a momentum."""
        rows = [
            ("eta", color, "rate", plain(descent.rate)),
            ("beta", self.colors[1], "momentum", plain(descent.momentum)),
        ]
        return card(rows, self.layout.width).move_to(self.layout.cards[0])

    def pair(self, name: str, values: Sequence[str], index: int) -> Readout:
        """Return a card with a heading and the numbers of the balls without and with momentum."""
        rows: list[Row] = [
            (in_words(self.label(name)), theme().ink, "", None),
            (in_words(self.label("without")), self.colors[0], f"{name}_without", values[0]),
            (in_words(self.label("with")), self.colors[1], f"{name}_with", values[1]),
        ]
        return card(rows, self.layout.width).move_to(self.layout.cards[index])
