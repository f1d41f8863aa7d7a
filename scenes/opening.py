"""Scene Opening: two layers make one step of training, and the road map of the lecture."""

from __future__ import annotations

from textwrap import wrap

from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Arrow,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    Indicate,
    Typst,
    VGroup,
    VMobject,
)

from lecture.kit.layout import at, frame, is_portrait
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.theme import theme
from lecture.kit.typeset import escape, fit, prose
from scenes.data.chain_readings import speed_ratio
from scenes.data.opening import length_of_step
from scenes.mobjects.road_map import RoadMap
from scenes.scene import GradientScene

__all__ = ["Opening"]

_LETTERS_IN_PORTRAIT = 22  # of a line of the title
_FAST_Y, _SLOW_Y = 1.1, -1.3
_LABEL_ABOVE = 0.55
_SHORTEST_ARROW = 0.35
_DOT = 0.07
_HEADING, _REST, _AFTER_QUESTION = 1.2, 1.6, 2.1  # seconds
_ROAD = ("speeds", "product", "factors", "fate", "balance")


class Opening(GradientScene):
    """Show by how much layers differ in speed, ask why, and show the road to the answer."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.two_steps()
        self.the_question()
        self.the_road()

    def show_heading(self) -> None:
        """Show the title of the lecture and its author."""
        rows = wrap(self.spec.title, _LETTERS_IN_PORTRAIT) if is_portrait() else [self.spec.title]
        title = " \\ ".join(escape(row) for row in rows)
        lines = [prose(f"*{title}*", font_size=64)]
        if self.spec.author:
            lines.append(prose(escape(self.spec.author), font_size=36, color=theme().secondary))
        self.heading = VGroup(*(fit(line, frame().width) for line in lines))
        self.heading.arrange(DOWN, buff=0.5)
        self.play(FadeIn(self.heading, shift=0.2 * UP), run_time=0.8)
        self.wait(_HEADING)

    def two_steps(self) -> None:
        """Draw the steps of the fastest and the slowest layer as arrows on one scale."""
        chain = self.spec.chain
        trace = chain.build().backward(chain.input, chain.target, cost=chain.cost)
        self.ratio = speed_ratio(trace)
        number, unit = length_of_step(-self.ratio.log10) if self.moves else ("0", "m")
        values = {
            "fast": str(self.ratio.fast),
            "slow": str(self.ratio.slow),
            "length": number,
            "unit": self.label(unit),
            "unit_spoken": self.label(f"{unit}_spoken"),
        }
        self.beat(
            "two_steps",
            fast=values["fast"],
            slow=values["slow"],
            length=values["length"],
            unit=values["unit"],
        )
        self.show_heading()
        fast, slow = self.step(_FAST_Y, 0.0), self.step(_SLOW_Y, -self.ratio.log10)
        names = [
            text_at(
                self.label("layer", layer=str(layer)), at(frame().left, y), edge=LEFT, font_size=36
            )
            for layer, y in (
                (self.ratio.fast, _FAST_Y + _LABEL_ABOVE),
                (self.ratio.slow, _SLOW_Y + _LABEL_ABOVE),
            )
        ]
        lengths = [
            text_at(text, at(frame().right, y), edge=RIGHT, font_size=36, color=theme().gradient)
            for text, y in (
                (f"1 {self.label('m')}", _FAST_Y + _LABEL_ABOVE),
                (f"{number} {self.label(unit)}", _SLOW_Y + _LABEL_ABOVE),
            )
        ]
        self.title = self.title_of()
        if self.ratio.verdict == "dead":
            self.nothing_moves(names[1])
            return
        with self.narrate("fast", **values):
            self.play(FadeOut(self.heading), FadeIn(self.title), run_time=0.7)
            self.play(FadeIn(names[0]), run_time=0.5)
            self.at_word(self.label("moves"))
            self.play(Create(fast), run_time=1.2)
            self.play(FadeIn(lengths[0]), run_time=0.4)
        with self.narrate(self.ratio.verdict, **values):
            self.play(FadeIn(names[1]), run_time=0.5)
            self.play(Create(slow), run_time=1.2)
            self.play(FadeIn(lengths[1]), run_time=0.4)
        self.wait(_REST)
        self.shown, self.compared = VGroup(fast, slow, *names, *lengths), names

    @property
    def moves(self) -> bool:
        """True if the slowest layer moves."""
        return self.ratio.verdict not in {"stuck", "dead"}

    def step(self, y: float, log10: float) -> VMobject:
        """Return an arrow whose length is ``10**log10`` of the frame's width, at least a dot."""
        start = at(frame().left, y)
        length = frame().width * 10.0**log10
        if length < _SHORTEST_ARROW:
            return Dot(start + at(_DOT, 0.0), radius=_DOT, color=theme().gradient)
        return Arrow(
            start,
            start + at(length, 0.0),
            buff=0,
            color=theme().gradient,
            stroke_width=10,
            max_stroke_width_to_length_ratio=30,
        )

    def nothing_moves(self, name: Typst) -> None:
        """Show that no layer moves."""
        dot = Dot(at(frame().left + _DOT, _SLOW_Y), radius=_DOT, color=theme().gradient)
        with self.narrate("nothing"):
            self.play(FadeOut(self.heading), FadeIn(self.title), run_time=0.7)
            self.play(FadeIn(name, dot), run_time=0.6)
        self.wait(_REST)
        self.shown, self.compared = VGroup(name, dot), [name]

    def the_question(self) -> None:
        """Ask for the reason, and point at the two layers."""
        self.beat("the_question")
        with self.narrate("why"):
            for part in self.compared:
                self.play(Indicate(part, scale_factor=1.0, color=theme().gradient))
        self.wait(_AFTER_QUESTION)

    def the_road(self) -> None:
        """Show the five icons of the road map, each when its word is spoken."""
        self.beat("the_road")
        road_map = RoadMap(min(frame().width, 12.0)).move_to(at(0.0, 0.0))
        with self.narrate("road"):
            self.play(FadeOut(self.shown, self.title), run_time=0.5)
            for icon, word in zip(road_map.icons, _ROAD, strict=True):
                self.at_word(self.label(word))
                self.play(FadeIn(icon, shift=0.2 * UP), run_time=0.5)
        self.wait(_REST)
