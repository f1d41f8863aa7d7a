"""Scene Recap: five pictures with a number each, and the sources of the lecture."""

from __future__ import annotations

from fractions import Fraction

from manim import (
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    LaggedStart,
    RoundedRectangle,
    VGroup,
    VMobject,
)

from lecture.kit.layout import frame
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, RATIO, NumberFormat, percent
from lecture.kit.theme import theme
from lecture.kit.typeset import fit, formula, prose
from scenes.data.recap import STARTS, recap_numbers
from scenes.mobjects.recap import drawings, picture_frame, recap_layout
from scenes.scene import GradientScene

__all__ = ["Recap"]

_PRODUCT = "product_(j=2)^L w_j sigma'(h_j)"
_WHOLE_PERCENT = NumberFormat(decimals=0)
_MEAN = NumberFormat(decimals=3)
_FRAMES = ("speeds", "product", "slope", "factor", "balance")
_SOURCES = {"follows": ("course", "book"), "read_on": ("papers", "images")}
_NUMBER_SIZE, _REST = 44.0, 1.5
_DRAWN_SINGLY = 20


class Recap(GradientScene):
    """Collect the findings of the lecture in five frames, then name the sources."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.five_frames()
        self.sources()

    def five_frames(self) -> None:
        """Show one frame after the other; all stay on the screen."""
        numbers, self.layout = recap_numbers(), recap_layout()
        values = {
            "ratio": RATIO(numbers.ratio),
            "hidden": COUNT(len(numbers.speeds)),
            "factor": RATIO(10.0**numbers.decades),
            "layers": COUNT(numbers.layers),
            "share": _WHOLE_PERCENT(100 * numbers.share),
        }
        self.beat(
            "five_frames",
            starts=COUNT(STARTS),
            hidden=values["hidden"],
            decades=_MEAN(numbers.decades),
            share=values["share"],
            layers=values["layers"],
        )
        peak = str(Fraction(numbers.peak))
        shown: tuple[VMobject, ...] = (
            self.number("ratio", f"{values['ratio']} ×", theme().gradient),
            formula(_PRODUCT, font_size=34, color=theme().gradient),
            self.number("peak", f"≤ {peak}", theme().slope),
            self.number("factor", f"÷ {values['factor']}", theme().vanishing),
            self.number("share", percent(numbers.share), theme().ink),
        )
        # The number of a frame appears with the word that names it.
        cues = {key: self.label(key) for key in _FRAMES}
        cues |= {"speeds": values["ratio"], "factor": values["factor"], "balance": values["share"]}
        self.labels = VGroup()
        for index, (key, drawing) in enumerate(zip(_FRAMES, drawings(numbers), strict=True)):
            card = picture_frame().move_to(self.layout.frames[index])
            drawing.shift(self.layout.frames[index])
            label = text_at(self.label(key), self.layout.labels[index], font_size=30)
            self.labels.add(label)
            with self.narrate(key, **values):
                if index == 0:
                    self.show_title()
                self.show_frame(card, drawing)
                self.at_word(cues[key])
                self.play(FadeIn(self.place(shown[index], index), shift=0.1 * UP), run_time=0.6)
                self.play(FadeIn(label), run_time=0.5)
        self.wait(_REST)

    @staticmethod
    def number(name: str, text: str, color: str) -> LiveNumber:
        """Return the number of a frame."""
        return LiveNumber(font_size=_NUMBER_SIZE, color=color, name=name).set_text(text)

    def place(self, number: VMobject, index: int) -> VMobject:
        """Move a number, or a formula, to its frame."""
        point = self.layout.numbers[index]
        return number.place(point) if isinstance(number, LiveNumber) else number.move_to(point)

    def show_frame(self, card: RoundedRectangle, drawing: VGroup) -> None:
        """Fade in a frame, then draw its picture, in one if it has many parts."""
        self.play(FadeIn(card), run_time=0.4)
        if len(drawing) > _DRAWN_SINGLY:
            self.play(FadeIn(drawing, shift=0.1 * RIGHT), run_time=1.0)
            return
        grow = [Create(part) for part in drawing]
        self.play(LaggedStart(*grow, lag_ratio=0.2), run_time=1.0)

    def sources(self) -> None:
        """Show the sources of the lecture and of its images, one card after the other."""
        self.beat("sources")
        card: VMobject = self.labels
        for line, keys in _SOURCES.items():
            with self.narrate(line):
                for key in keys:
                    self.play(FadeOut(card), run_time=0.4)
                    card = fit(prose(self.label(f"source_{key}"), font_size=30), frame().width)
                    card.move_to(self.layout.sources)
                    self.play(FadeIn(card, shift=0.1 * UP), run_time=0.6)
                    self.wait(_REST)
        self.wait(_REST)
