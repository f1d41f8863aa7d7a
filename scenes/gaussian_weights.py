"""Scene GaussianWeights: a thousand weights, and their factors with the slope of the sigmoid."""

from __future__ import annotations

from functools import partial

import numpy as np
from manim import (
    LEFT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    MathTypst,
    Rectangle,
    VGroup,
    VMobject,
    rush_into,
)

from lecture.kit.animations import Drive
from lecture.kit.layout import Region, at, frame
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.readout import Readout
from lecture.kit.mobjects.value_axis import ValueAxis
from lecture.kit.numbers import COUNT, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, in_words
from mathcore.stability import prob_weight_below
from scenes.data.gaussian_weights import draw_factors, share_reaching
from scenes.mobjects.gaussian_weights import Grains, heap
from scenes.scene import GradientScene

__all__ = ["GaussianWeights"]

_DRAWS, _SEED = 1000, 2
_SPAN, _BINS, _COLUMNS = 4.0, 32, 3
_SQUEEZE = 4
# 1/4 is an edge of the fine bins, so that no bin contains it.
_FINE_SPAN, _FINE_BINS, _FINE_COLUMNS = 1.125, 36, 4
_BOUND = 0.25
_BASE, _TOP, _RAIN_FROM = -2.9, 1.75, 2.2
_SHARE = NumberFormat(decimals=4, notation="fixed")
_SAMPLE_SHARE = NumberFormat(decimals=3, notation="fixed")
_WEIGHT = NumberFormat(decimals=2, notation="fixed")
_PERCENT = NumberFormat(decimals=1, notation="fixed")
_DIM = 0.35
_RULE_X, _LAST_CARD_X = -2.3, 2.3

_REST = 1.6  # seconds after a reveal


class GaussianWeights(GradientScene):
    """Draw weights into a histogram, multiply them by slopes, and count those below 1/4."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.draw()
        self.the_band()
        self.the_factor()
        self.the_bound()

    def prepare(self) -> None:
        """Draw the weights and stack the grains for each axis."""
        bounds = frame()
        region = Region(bounds.left + 0.75, bounds.right - 0.75, _BASE, _TOP)
        self.sample = draw_factors(_DRAWS, _SEED)
        self.axes = {
            "weight": ValueAxis(-_SPAN, _SPAN, region, "w"),
            "size": ValueAxis(0.0, _SPAN, region, "|w|"),
            "factor": ValueAxis(0.0, _SPAN, region, "|w sigma'|"),
            "close": ValueAxis(0.0, _FINE_SPAN, region, "|w sigma'|", most=12),
        }
        size = np.abs(self.sample.weights)
        coarse = {"bins": _BINS, "columns": _COLUMNS}
        fine = {"bins": _FINE_BINS, "columns": _FINE_COLUMNS}
        sizes = heap(size, self.axes["size"], **coarse)
        # The slope of the sigmoid is at most 1/4, so the bins of the factors are finer.
        narrow = {"bins": _SQUEEZE * _BINS, "columns": _COLUMNS}
        self.heaps = {
            "weight": heap(self.sample.weights, self.axes["weight"], **coarse),
            "size": sizes,
            "factor": heap(self.sample.plain, self.axes["factor"], height=sizes.height, **narrow),
            "plain": heap(self.sample.plain, self.axes["close"], **fine),
            "biased": heap(self.sample.biased, self.axes["close"], **fine),
        }
        self.grains = Grains(self.heaps["weight"], theme().weight)
        self.region = region

    def draw(self) -> None:
        """Drop the weights into the histogram, slowly at first."""
        self.beat("draw", count=COUNT(_DRAWS))
        law = formula("w tilde cal(N)(0, 1)", font_size=36, color=theme().weight)
        law.move_to(at(self.region.left, 1.95), aligned_edge=LEFT)
        number = LiveNumber(0, COUNT, font_size=30, align="right", name="draws")
        latest = LiveNumber(0.0, _WEIGHT, font_size=30, align="right", name="latest")
        drawn = in_words(self.label("drawn"))
        self.card = Readout(
            [(drawn, theme().ink, number), ("w", theme().weight, latest)], width=3.2
        ).move_to(self.card_center())
        self.rain_to(0.0)
        bell = self.bell()
        with self.narrate("law"):
            self.show_title()
            self.play(FadeIn(self.axes["weight"]), run_time=0.6)
            self.play(FadeIn(law, shift=0.1 * UP), run_time=0.6)
            self.play(Create(bell), run_time=1.2)
        with self.narrate("rain", count=COUNT(_DRAWS)):
            self.play(FadeIn(self.card), run_time=0.5)
            raining = VGroup(self.grains, self.card)
            rain = Drive(raining, self.rain_to, 0.0, 1.0, rate_func=rush_into)
            self.play(rain, run_time=4.8)
        self.wait(_REST)
        self.law = VGroup(law, bell)

    def bell(self) -> VMobject:
        """Return the normal density, scaled to the expected histogram."""
        axis, weights_heap = self.axes["weight"], self.heaps["weight"]
        w = np.linspace(-_SPAN, _SPAN, 161)
        density = np.exp(-w * w / 2) / np.sqrt(2 * np.pi)
        grains = _DRAWS * density * (2 * _SPAN / _BINS) / _COLUMNS
        heights = _BASE + grains * weights_heap.height
        curve = VMobject(color=theme().secondary, stroke_width=3)
        return curve.set_points_as_corners(
            [at(axis.x_of(x), y) for x, y in zip(w, heights, strict=True)]
        )

    def card_center(self) -> np.ndarray:
        """Return the centre of the card, above the right tail of the histogram."""
        return at(self.region.right - 1.6, 1.05)

    def rain_to(self, progress: float) -> None:
        """Show the draws up to `progress` (0 to 1), their number and the latest weight."""
        landed = self.grains.rain(progress, top=_RAIN_FROM).landed
        draws, latest = self.card.numbers
        draws.set_value(landed)
        if landed:
            latest.set_value(self.sample.weights[landed - 1])
        else:
            latest.set_text("")

    def the_band(self) -> None:
        """Shade the weights below 1, and count them."""
        self.beat("the_band")
        axis, exact = self.axes["weight"], prob_weight_below()
        band = Rectangle(width=axis.x_of(1.0) - axis.x_of(-1.0), height=_TOP - _BASE)
        band.set_stroke(width=0).set_fill(theme().weight, opacity=0.14).set_z_index(-1)
        band.move_to(at((axis.x_of(1.0) + axis.x_of(-1.0)) / 2, (_TOP + _BASE) / 2))
        inside = np.abs(self.sample.weights) < 1.0
        self.grains.choose(inside)
        card = self.share_card("|w| < 1", theme().weight, float(inside.mean()), exact)
        with self.narrate("share", percent=_PERCENT(100 * exact)):
            self.play(FadeOut(self.card), run_time=0.4)
            self.play(FadeIn(band), self.grains.rest.animate.set_fill(opacity=_DIM), run_time=0.9)
            self.play(FadeIn(card), run_time=0.6)
        with self.narrate("usually", others=str(round(1 / (1 - exact)))):
            self.wait(0.2)
        self.band, self.card = band, card

    def share_card(self, event: str, color: str, here: float, exact: float) -> Readout:
        """Return a card with the share of an event in the sample and its probability."""
        numbers = [
            LiveNumber(here, _SAMPLE_SHARE, font_size=30, align="right", name="share_here"),
            LiveNumber(exact, _SHARE, font_size=30, align="right", name="share_exact"),
        ]
        rows: list[tuple[str, str, LiveNumber | None]] = [
            (event, color, None),
            (in_words(self.label("here", count=COUNT(_DRAWS))), theme().ink, numbers[0]),
            (in_words(self.label("long_run")), theme().ink, numbers[1]),
        ]
        return Readout(rows, width=3.2, font_size=30).move_to(self.card_center())

    def the_factor(self) -> None:
        """Fold the histogram to magnitudes, then multiply each weight by its slope."""
        self.beat("the_factor")
        self.rule = self.rules("h = w \\/ 2")
        with self.narrate("fold"):
            self.play(FadeOut(self.band, self.card, self.law), run_time=0.5)
            self.play(self.grains.rest.animate.set_fill(opacity=0.9), run_time=0.4)
            self.play(FadeOut(self.axes["weight"]), run_time=0.4)
            self.move("weight", "size", seconds=1.1)
            self.play(FadeIn(self.axes["size"]), run_time=0.4)
        with self.narrate("slope"):
            self.play(FadeIn(self.rule, shift=0.1 * UP), run_time=0.7)
        with self.narrate("squeeze"):
            letters = self.axes["size"].letter, self.axes["factor"].letter
            self.play(FadeOut(letters[0]), run_time=0.3)
            self.axes["size"].remove(letters[0])  # or it would fade out with the axis once more
            self.play(self.grains.animate.set_color(theme().gradient), run_time=0.5)
            self.move("size", "factor", seconds=1.2)
            self.play(FadeIn(letters[1]), run_time=0.3)
        self.wait(_REST)

    def rules(self, weighted_input: str) -> VGroup:
        """Return the factor and its weighted input, in two lines."""
        text = "{{ w : weight }} dot {{ sigma'(h) : slope }}"
        product = formula(text, font_size=38)
        product.select("weight").set_color(theme().weight)
        product.select("slope").set_color(theme().slope)
        below = formula(weighted_input, font_size=32)
        product.move_to(at(_RULE_X, 1.95), aligned_edge=LEFT)
        below.move_to(at(_RULE_X, 1.35), aligned_edge=LEFT)
        return VGroup(product, below)

    def move(self, before: str, after: str, *, seconds: float) -> None:
        """Move every grain to its position in another heap."""
        move = partial(self.grains.between, self.heaps[before], self.heaps[after])
        self.play(Drive(self.grains, move, 0.0, 1.0), run_time=seconds)

    def the_bound(self) -> None:
        """Magnify the axis, count the factors below 1/4, then add biases."""
        plain, biased = (1 - share_reaching(_BOUND, bias_std=std) for std in (0.0, 1.0))
        percents = {"plain": _PERCENT(100 * plain), "biased": _PERCENT(100 * biased)}
        self.beat(
            "the_bound",
            plain=percents["plain"],
            biased=percents["biased"],
            band=_PERCENT(100 * prob_weight_below()),
        )
        marks = self.bounds()
        with self.narrate("magnify", percent=percents["plain"]):
            self.play(FadeOut(self.axes["size"], self.axes["factor"].letter), run_time=0.4)
            self.move("factor", "plain", seconds=1.2)
            self.play(FadeIn(self.axes["close"]), run_time=0.4)
            self.play(Create(marks[0]), FadeIn(marks[1]), run_time=0.6)
            self.divide(self.sample.plain)
            here = float(np.mean(self.sample.plain < _BOUND))
            card = self.share_card("|w sigma'(h)| < 1 \\/ 4", theme().gradient, here, plain)
            card.move_to(at(_LAST_CARD_X, 1.05))
            self.play(FadeIn(card), run_time=0.5)
        with self.narrate("bias", percent=percents["biased"]):
            self.add_biases(card, biased)
        odds = 1 / share_reaching(1.0, bias_std=1.0)
        largest = float(self.sample.biased.max())
        with self.narrate("none" if largest < 1 else "some", odds=COUNT(float(f"{odds:.2g}"))):
            self.play(Create(marks[2]), FadeIn(marks[3]), run_time=0.8)
        with self.narrate("informal"):
            self.wait(0.2)

    def bounds(self) -> list[VMobject]:
        """Return dashed lines at 1/4 and at 1, each followed by its label."""
        axis = self.axes["close"]
        marks: list[VMobject] = []
        for value, text in ((_BOUND, "1 \\/ 4"), (1.0, "1")):
            line = axis.mark(value, theme().warning, _TOP - _BASE)
            name: MathTypst = formula(text, font_size=30, color=theme().warning)
            marks += [line, name.next_to(line, UP, buff=0.12)]
        return marks

    def divide(self, factors: np.ndarray) -> None:
        """Colour the factors of at least 1/4."""
        self.grains.choose(factors < _BOUND)
        self.play(self.grains.rest.animate.set_fill(theme().warning), run_time=0.5)

    def add_biases(self, card: Readout, exact: float) -> None:
        """Add a bias to each neuron, move the grains and count again."""
        rule = self.rules("h = w \\/ 2 + b")[1]
        self.play(FadeOut(self.rule[1]), run_time=0.3)
        self.play(FadeIn(rule), run_time=0.4)
        self.play(self.grains.rest.animate.set_fill(theme().gradient), run_time=0.3)
        self.move("plain", "biased", seconds=1.2)
        self.divide(self.sample.biased)
        here = float(np.mean(self.sample.biased < _BOUND))
        counts = (card.numbers[0], here), (card.numbers[1], exact)
        self.play(
            *(Drive(number, number.set_value, number.value, end) for number, end in counts),
            run_time=0.6,
        )
