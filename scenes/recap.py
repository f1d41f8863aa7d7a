"""Scene Recap: five pictures with one number each, and the sources of the lecture."""

from __future__ import annotations

from manim import DOWN, LEFT, RIGHT, UP, FadeIn, FadeOut, Typst, VGroup, VMobject

from lecture.kit.layout import Point, at, frame, is_portrait
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, prose
from scenes.data.recap import LAYERS, recap_numbers
from scenes.mobjects.road_map import RoadMap
from scenes.scene import GradientScene

__all__ = ["Recap"]

_LINES = ("lag", "product", "slope", "loss", "balance")
_RATIO, _SHARE = NumberFormat(notation="integer"), NumberFormat(notation="plain", significant=2)
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
        lag, loss = _RATIO(found.lag), _RATIO(found.loss)
        share = _SHARE(100 * found.balanced)
        values = {"lag": lag, "loss": loss, "share": share, "layers": str(LAYERS)}
        self.beat("five_pictures", lag=lag, loss=loss, share=share, layers=str(LAYERS))
        texts: dict[str, VMobject] = {
            "lag": self.number("lag", f"{lag} ×"),
            "product": formula("w_j sigma'(h_j)", font_size=_SIZE, color=theme().gradient),
            "slope": formula(f"sigma' <= {_fraction(found.largest_slope)}", font_size=_SIZE),
            "loss": self.number("loss", f"÷ {loss}"),
            "balance": self.number("balance", f"{share} %"),
        }
        texts["slope"].set_color(theme().slope)
        icons = self.icons()
        self.labels = VGroup()
        for index, key in enumerate(_LINES):
            number, label = self.place(texts[key], self.label(key), icons[index])
            self.labels.add(label)
            with self.narrate(key, **values):
                if index == 0:
                    self.play(FadeIn(self.title_of()), run_time=0.6)
                self.play(FadeIn(icons[index], shift=0.2 * UP), run_time=0.6)
                self.play(FadeIn(number), FadeIn(label), run_time=0.6)
            self.wait(_REST)

    def number(self, name: str, text: str) -> LiveNumber:
        """Return a number with its sign."""
        return LiveNumber(font_size=_SIZE, name=name).set_text(text)

    def icons(self) -> list[VGroup]:
        """Return the icons of the road map at their places: in a row, in portrait in a column."""
        bounds = frame()
        if not is_portrait():
            return RoadMap(bounds.width).move_to(at(0.0, 1.2)).icons
        icons = RoadMap(5 * 2.5).icons
        for index, icon in enumerate(icons):
            icon.move_to(at(bounds.left, 4.3 - 1.95 * index), aligned_edge=LEFT)
        return icons

    def place(self, text: VMobject, word: str, icon: VGroup) -> tuple[VMobject, Typst]:
        """Place a number and a word: below their icon, in portrait to its right."""
        x, y = float(icon.get_center()[0]), float(icon.get_center()[1])
        spots: tuple[Point, Point] = at(x, y - 1.5), at(x, y - 2.25)
        edge = 0.0 * RIGHT
        if is_portrait():
            left = float(icon.get_right()[0]) + 0.5
            spots, edge = (at(left, y + 0.3), at(left, y - 0.45)), LEFT
        label = text_at(word, spots[1], edge=edge, font_size=30, color=theme().secondary)
        if isinstance(text, LiveNumber):
            text.place(spots[0] + (text.width / 2 * RIGHT if is_portrait() else 0.0 * RIGHT))
        else:
            text.move_to(spots[0], aligned_edge=edge)
        return text, label

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


def _fraction(value: float) -> str:
    """Return a fraction of one in Typst."""
    return f"1 \\/ {round(1 / value)}"
