"""Scene Recap: five pictures with one number each, and the sources of the lecture."""

from __future__ import annotations

from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, FadeIn, FadeOut, MathTypst, Typst, VGroup, VMobject

from lecture.kit.layout import at, frame, is_portrait
from lecture.kit.mobjects.live_number import Align, LiveNumber
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, prose
from scenes.data.recap import recap_numbers
from scenes.data.unstable_gradient import READ_AT
from scenes.mobjects.road_map import RoadMap
from scenes.scene import GradientScene

__all__ = ["Recap"]

_SHARE = NumberFormat(notation="plain", significant=2)
_SIZE, _MARGIN = 44, 0.05
_REST, _SOURCE_SECONDS = 1.6, 3.0
_SOURCES = ("source_1", "source_2", "source_3")


class Recap(GradientScene):
    """Repeat the lecture in five pictures, then name its sources."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.five_pictures()
        self.sources()

    def five_pictures(self) -> None:
        """Show a picture, a number and a word for each part of the lecture."""
        found = recap_numbers(self.cache_dir)
        lag, loss = COUNT(found.lag), COUNT(found.loss)
        share = _SHARE(100 * found.balanced)
        values = {"lag": lag, "loss": loss, "share": share, "layers": str(READ_AT)}
        self.beat("five_pictures", lag=lag, loss=loss, share=share, layers=str(READ_AT))
        texts: dict[str, VMobject] = {
            "lag": self.number("lag", f"{lag} ×"),
            "product": formula("w_j sigma'(h_j)", font_size=_SIZE, color=theme().gradient),
            "slope": self.bound(found.largest_slope),
            "loss": self.number("loss", f"÷ {loss}"),
            "balance": self.number("balance", f"{share} %"),
        }
        self.labels = VGroup()
        for (key, text), icon in zip(texts.items(), self.icons(), strict=True):
            label = self.place(text, self.label(key), icon)
            with self.narrate(key, **values):
                if not len(self.labels):
                    self.play(FadeIn(self.title_of()), run_time=0.6)
                self.play(FadeIn(icon, shift=0.2 * UP), run_time=0.6)
                self.play(FadeIn(text), FadeIn(label), run_time=0.6)
            self.labels.add(label)
            self.wait(_REST)

    def number(self, name: str, text: str) -> LiveNumber:
        """Return a number with its sign."""
        align: Align = "left" if is_portrait() else "center"
        return LiveNumber(font_size=_SIZE, align=align, name=name).set_text(text)

    def bound(self, slope: float) -> MathTypst:
        """Return the bound of the slope, a fraction of one."""
        text = f"sigma' <= 1 \\/ {round(1 / slope)}"
        return formula(text, font_size=_SIZE, color=theme().slope)

    def icons(self) -> list[VGroup]:
        """Return the icons of the road map at their places: in a row, in portrait in a column."""
        bounds = frame()
        if not is_portrait():
            return RoadMap(bounds.width).move_to(at(0.0, 1.2)).icons
        icons = RoadMap(5 * 2.5).icons
        for index, icon in enumerate(icons):
            icon.move_to(at(bounds.left, 4.3 - 1.95 * index), aligned_edge=LEFT)
        return icons

    def place(self, text: VMobject, word: str, icon: VGroup) -> Typst:
        """Place a number below its icon, in portrait to its right; return the word below it."""
        point, edge, above, below = icon.get_center(), ORIGIN, -1.5, -2.25
        if is_portrait():
            point, edge, above, below = icon.get_right() + 0.5 * RIGHT, LEFT, 0.3, -0.45
        if isinstance(text, LiveNumber):
            text.place(point + above * UP)
        else:
            text.move_to(point + above * UP, aligned_edge=edge)
        color = theme().secondary
        return text_at(word, point + below * UP, edge=edge, font_size=30, color=color)

    def sources(self) -> None:
        """Show the sources of the lecture and of its images, one card after the other."""
        self.beat("sources")
        with self.narrate("sources"):
            self.play(FadeOut(self.labels), run_time=0.4)
        for index, key in enumerate(_SOURCES):
            card = prose(self.label(key), font_size=30)
            corner = at(frame().left + _MARGIN, frame().bottom + _MARGIN)
            card.move_to(corner, aligned_edge=LEFT + DOWN)
            self.play(FadeIn(card), run_time=0.5)
            self.wait(_SOURCE_SECONDS)
            if index < len(_SOURCES) - 1:
                self.play(FadeOut(card), run_time=0.3)
