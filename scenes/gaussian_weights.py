"""Scene GaussianWeights: a thousand weights, and their factors with the slope of the sigmoid."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from manim import (
    DOWN,
    LEFT,
    UP,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    Indicate,
    MathTypst,
    Succession,
    VGroup,
    VMobject,
    rush_into,
)
from numpy.typing import NDArray

from lecture.kit.animations import Drive
from lecture.kit.layout import Point, Region, at, frame, is_portrait
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.readout import Readout
from lecture.kit.numbers import COUNT, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, in_words
from mathcore.stability import prob_weight_below
from scenes.data.gaussian_weights import draw_factors, share_reaching
from scenes.mobjects.gaussian_weights import Bins, Grains, MovingAxis, View, heap
from scenes.scene import GradientScene

__all__ = ["GaussianWeights", "WeightsLayout", "weights_layout"]

_DRAWS, _SEED = 1000, 2
_SPAN, _BIN = 4.0, 0.25
# 1/4 is an edge of the fine bins, so that no bin contains it.
_FINE_SPAN, _FINE_BIN = 1.125, 0.03125
_BOUND = 0.25
_FACTOR = "|w| dot sigma'(h)"
_TENTHS = NumberFormat(decimals=1, notation="fixed")
_WEIGHT = NumberFormat(decimals=2, notation="fixed")
_LIT, _DIM = 0.9, 0.3
_CARD = 3.5  # units wide
_REST = 1.5  # seconds after a reveal


def _percent(share: float) -> str:
    return f"{_TENTHS(100 * share)} %"


class GaussianWeights(GradientScene):
    """Draw weights, multiply them by one quarter and by slopes, and count those below 1/4."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.draw()
        self.the_band()
        self.the_fold()
        self.one_quarter()
        self.the_slope()
        self.the_bias()

    def prepare(self) -> None:
        """Draw the weights and stack the grains for each scale."""
        self.layout = weights_layout()
        region, columns = self.layout.region, self.layout.columns
        self.sample = draw_factors(_DRAWS, _SEED)
        self.inside = prob_weight_below()
        size = np.abs(self.sample.weights)
        self.views = {
            "both": View.over(region, -_SPAN, _SPAN),
            "sizes": View.over(region, 0.0, _SPAN),
            "close": View.over(region, 0.0, _FINE_SPAN),
        }
        both, sizes, close = self.views.values()
        coarse = Bins(0.0, _SPAN, width=_BIN, columns=2 * columns)
        narrow = replace(coarse, high=_SPAN / 4, width=_BIN / 4)
        fine = Bins(0.0, _FINE_SPAN, width=_FINE_BIN, columns=self.layout.fine_columns)
        base = region.bottom
        weights = heap(
            self.sample.weights, both, base, replace(coarse, low=-_SPAN, columns=columns)
        )
        # The folded half has half the room, so its grains are half as wide.
        tall = weights.height
        self.heaps = {
            "weights": weights,
            "folded": heap(size, both, base, coarse, height=tall),
            "sizes": heap(size, sizes, base, coarse, height=tall),
            "quarter": heap(_BOUND * size, sizes, base, narrow, height=tall),
            "close": heap(_BOUND * size, close, base, fine),
            "plain": heap(self.sample.plain, close, base, fine),
            "biased": heap(self.sample.biased, close, base, fine),
        }
        self.axis = MovingAxis(region)
        self.axis.to(both, low=-1.0, high=1.0)
        self.grains = Grains(weights, theme().weight)
        self.letter = self.axis_letter("w")

    def axis_letter(self, letter: str) -> MathTypst:
        """Return the name of the quantity on the axis, below its middle."""
        name = formula(letter, font_size=32, color=theme().secondary)
        return name.move_to(at(self.layout.region.center[0], self.layout.letter_y))

    def draw(self) -> None:
        """Drop the weights into the histogram, slowly at first."""
        self.beat("draw", count=COUNT(_DRAWS), latest=_WEIGHT(float(self.sample.weights[-1])))
        factor = formula("{{ w_j : weight }} {{ sigma'(h_j) : slope }}", font_size=48)
        factor.select("weight").set_color(theme().weight)
        factor.select("slope").set_color(theme().secondary)
        law = formula("w tilde cal(N)(0, 1)", font_size=36, color=theme().weight)
        law.move_to(self.layout.law, aligned_edge=LEFT)
        number = LiveNumber(0, COUNT, font_size=30, align="right", name="draws")
        latest = LiveNumber(0.0, _WEIGHT, font_size=30, align="right", name="latest")
        drawn = in_words(self.label("drawn"))
        self.card = Readout(
            [(drawn, theme().ink, number), ("w", theme().weight, latest)], width=_CARD
        ).move_to(self.layout.card)
        self.rain_to(0.0)
        bell = self.bell()
        with self.narrate("law"):
            self.show_title()
            self.play(FadeIn(factor, scale=0.8), run_time=0.5)
            self.play(FadeOut(factor), run_time=0.4)
            axis = self.axis.line, self.axis.negative, self.axis.whole, self.letter
            self.play(FadeIn(*axis), FadeIn(law, shift=0.1 * UP), run_time=0.6)
            self.play(Create(bell), run_time=1.0)
        with self.narrate("rain", count=COUNT(_DRAWS)):
            self.play(FadeIn(self.card), run_time=0.4)
            raining = VGroup(self.grains, self.card)
            rain = Drive(raining, self.rain_to, 0.0, 1.0, rate_func=rush_into)
            self.play(rain, run_time=2.8)
        self.wait(_REST)
        self.law = VGroup(law, bell)

    def bell(self) -> VMobject:
        """Return the normal density, scaled to the expected histogram."""
        w = np.linspace(-_SPAN, _SPAN, 161)
        density = np.exp(-w * w / 2) / np.sqrt(2 * np.pi)
        rows = _DRAWS * density * _BIN / self.layout.columns
        heights = self.layout.region.bottom + rows * self.heaps["weights"].height
        curve = VMobject(color=theme().secondary, stroke_width=3)
        view = self.views["both"]
        return curve.set_points_as_corners(
            [at(view.x_of(x), y) for x, y in zip(w, heights, strict=True)]
        )

    def rain_to(self, progress: float) -> None:
        """Show the draws up to `progress` (0 to 1), their number and the latest weight."""
        landed = self.grains.rain(progress, top=self.layout.rain_from).landed
        draws, latest = self.card.numbers
        draws.set_value(landed)
        if landed:
            latest.set_value(self.sample.weights[landed - 1])
        else:
            latest.set_text("")

    def the_band(self) -> None:
        """Shade the weights below 1, and count them."""
        percent = _TENTHS(100 * self.inside)
        inside = np.abs(self.sample.weights) < 1.0
        self.beat(
            "the_band",
            others=str(round(1 / (1 - self.inside))),
            here=_TENTHS(100 * float(inside.mean())),
            percent=percent,
        )
        self.grains.choose(inside)
        card = self.share_card("|w| < 1", theme().weight, inside, self.inside)
        with self.narrate("share", percent=percent):
            self.play(FadeOut(self.card), run_time=0.4)
            dim = self.grains.rest.animate.set_fill(opacity=_DIM)
            self.play(FadeIn(self.axis.band), dim, run_time=0.9)
            self.at_word(percent)
            self.play(FadeIn(card), run_time=0.6)
        self.wait(_REST)
        self.card = card

    def share_card(self, event: str, color: str, here: NDArray[np.bool_], exact: float) -> Readout:
        """Return a card with the share of an event in the sample and its probability."""
        numbers = [
            LiveNumber(share, _percent, font_size=30, align="right", name=name)
            for name, share in (("share_here", float(np.mean(here))), ("share_exact", exact))
        ]
        rows: list[tuple[str, str, LiveNumber | None]] = [
            (event, color, None),
            (in_words(self.label("here", count=COUNT(_DRAWS))), theme().ink, numbers[0]),
            (in_words(self.label("long_run")), theme().ink, numbers[1]),
        ]
        return Readout(rows, width=_CARD).move_to(self.layout.card)

    def the_fold(self) -> None:
        """Fold the negative weights over a hinge at 0, then stretch the axis."""
        self.beat("the_fold")
        axis = self.axis
        with self.narrate("fold"):
            self.play(FadeOut(self.law), run_time=0.4)
            self.play(FadeIn(axis.hinge, shift=0.2 * DOWN), run_time=0.4)
            self.at_word(self.label("fold"))
            self.play(FadeOut(axis.band, axis.negative), run_time=0.3)
            self.fold()
            axis.to(self.views["both"], low=0.0, high=1.0)
            self.play(FadeIn(axis.band), run_time=0.3)
            self.glide(("folded", "sizes"), ("both", "sizes"), (1.0, 1.0), seconds=1.0)
        self.play(FadeOut(axis.hinge), FadeIn(axis.edge), run_time=0.5)
        self.wait(_REST)

    def fold(self) -> None:
        """Turn the left half of the histogram over the hinge, and rename the axis."""
        start, end = self.heaps["weights"], self.heaps["folded"]
        hinge = self.views["both"].origin

        def turn(share: float) -> None:
            self.grains.fold(start, end, hinge, share)

        drive = Drive(self.grains, turn, 0.0, 1.0)
        self.play(drive, self.rename("|w|", seconds=1.4), run_time=1.4)

    def rename(self, letter: str, *, seconds: float) -> Succession:
        """Return the change of the name below the axis."""
        before, self.letter = self.letter, self.axis_letter(letter)
        half = seconds / 2
        return Succession(FadeOut(before, run_time=half), FadeIn(self.letter, run_time=half))

    def glide(
        self,
        heaps: tuple[str, str],
        views: tuple[str, str],
        edges: tuple[float, float],
        *,
        seconds: float,
        letter: str | None = None,
    ) -> None:
        """Move grains, axis and band together, the right edge of the band to another value."""
        start, end = (self.heaps[name] for name in heaps)
        before, after = (self.views[name] for name in views)
        axis = self.axis
        shown = set(self.mobjects)
        parts = axis.whole, axis.quarters, axis.band, axis.edge, axis.hinge
        moving = VGroup(self.grains, *(part for part in parts if part in shown))

        def move(share: float) -> None:
            self.grains.between(start, end, share)
            high = edges[0] + share * (edges[1] - edges[0])
            axis.to(before.toward(after, share), low=0.0, high=high)

        changes: list[Animation] = [Drive(moving, move, 0.0, 1.0)]
        if letter is not None:
            changes.append(self.rename(letter, seconds=seconds))
        self.play(*changes, run_time=seconds)

    def one_quarter(self) -> None:
        """Multiply every weight by 1/4; the share inside stays."""
        percent = _TENTHS(100 * self.inside)
        self.beat("one_quarter", percent=percent)
        self.rule = self.rules("1 \\/ 4", "sigma'(h) <= 1 \\/ 4")
        inside = np.abs(self.sample.weights) < 1.0
        card = self.share_card("|w| dot 1 \\/ 4 < 1 \\/ 4", theme().gradient, inside, self.inside)
        with self.narrate("largest"):
            self.at_word(self.label("quarter"))
            self.play(FadeIn(self.rule, shift=0.1 * UP), run_time=0.7)
        with self.narrate("edge", percent=percent):
            color = theme().gradient
            shown = (*self.grains, self.axis.band)
            self.play(*(part.animate.set_fill(color) for part in shown), run_time=0.3)
            self.at_word(self.label("slides"))
            views = "sizes", "sizes"
            letter = "|w| dot 1 \\/ 4"
            self.glide(("sizes", "quarter"), views, (1.0, _BOUND), seconds=1.2, letter=letter)
            # Both events are the same, so the shares stay.
            self.play(FadeOut(self.card.rows[0]), run_time=0.3)
            self.play(FadeIn(card.rows[0]), run_time=0.4)
            self.remove(*self.card.get_family(), card.rows[0])
            self.add(card)
            self.card = card
        self.wait(_REST)

    def rules(self, factor: str, below: str) -> VGroup:
        """Return the product of a weight and `factor`, and a formula below it."""
        product = formula(f"{{{{ |w| : weight }}}} dot {{{{ {factor} : slope }}}}", font_size=38)
        product.select("weight").set_color(theme().weight)
        product.select("slope").set_color(theme().slope)
        lines = product, formula(below, font_size=32)
        for line, point in zip(lines, self.layout.rules, strict=True):
            line.move_to(point, aligned_edge=LEFT)
        return VGroup(*lines)

    def the_slope(self) -> None:
        """Magnify the axis, and multiply each weight by its own slope instead."""
        exact = 1 - share_reaching(_BOUND, bias_std=0.0)
        percent = _TENTHS(100 * exact)
        here = _TENTHS(100 * float(np.mean(self.sample.plain < _BOUND)))
        self.beat("the_slope", percent=percent, here=here)
        rule = self.rules("sigma'(h)", "h = w \\/ 2")
        with self.narrate("slope", percent=percent):
            self.play(FadeOut(self.card, self.rule), run_time=0.4)
            self.glide(("quarter", "close"), ("sizes", "close"), (_BOUND, _BOUND), seconds=1.0)
            self.play(FadeIn(self.axis.quarters), FadeIn(rule, shift=0.1 * UP), run_time=0.5)
            self.recount("close", "plain", self.sample.plain, exact)
        self.wait(_REST)
        self.rule = rule

    def recount(self, before: str, after: str, factors: NDArray[np.float64], exact: float) -> None:
        """Move the grains to other factors, and show the share below 1/4 when the voice says it."""
        below, event = factors < _BOUND, f"{_FACTOR} < 1 \\/ 4"
        view = "close", "close"
        self.play(self.grains.rest.animate.set_fill(opacity=_LIT), run_time=0.3)
        self.glide(
            (before, after),
            view,
            (_BOUND, _BOUND),
            seconds=1.2,
            letter=_FACTOR if before == "close" else None,
        )
        self.grains.choose(below)
        self.play(self.grains.rest.animate.set_fill(opacity=_DIM), run_time=0.4)
        self.card = self.share_card(event, theme().gradient, below, exact)
        self.at_word(_TENTHS(100 * exact))
        self.play(FadeIn(self.card), run_time=0.5)

    def the_bias(self) -> None:
        """Add a random bias to each neuron and count again."""
        exact = 1 - share_reaching(_BOUND, bias_std=1.0)
        percent = _TENTHS(100 * exact)
        odds = COUNT(float(f"{1 / share_reaching(1.0, bias_std=1.0):.2g}"))
        here = _TENTHS(100 * float(np.mean(self.sample.biased < _BOUND)))
        self.beat("the_bias", percent=percent, odds=odds, here=here)
        rule = self.rules("sigma'(h)", "h = w \\/ 2 + b, quad b tilde cal(N)(0, 1)")[1]
        with self.narrate("bias", percent=percent):
            self.play(FadeOut(self.card, self.rule[1]), run_time=0.4)
            self.play(FadeIn(rule, shift=0.1 * UP), run_time=0.4)
            self.recount("plain", "biased", self.sample.biased, exact)
        self.wait(_REST)
        with self.narrate("informal", count=COUNT(_DRAWS)):
            one = self.axis.whole.labels[1]
            self.at_word(self.label("exceeds"))
            self.play(Indicate(one, color=theme().ink, scale_factor=1.4), run_time=1.2)
        self.wait(_REST)


@dataclass(frozen=True)
class WeightsLayout:
    """Positions of the scene's parts.

    `region` is the histogram, with `columns` grains abreast in a coarse bin and `fine_columns` in
    a fine one. `law` and `rules` are left ends of formulas, `card` is the centre of the shares.
    """

    region: Region
    columns: int
    fine_columns: int
    letter_y: float
    rain_from: float
    law: Point
    rules: tuple[Point, Point]
    card: Point


def weights_layout() -> WeightsLayout:
    """Return the layout for the current frame.

    Examples
    --------
    >>> bool(weights_layout().region.bottom < weights_layout().card[1])
    True
    """
    bounds = frame()
    left, right = bounds.left + 0.4, bounds.right - 0.4
    if is_portrait():
        base = -5.3
        return WeightsLayout(
            region=Region(left, right, base, base + 6.1),
            columns=2,
            fine_columns=2,
            letter_y=base - 0.85,
            rain_from=0.9,
            law=at(bounds.left, 4.0),
            rules=(at(bounds.left, 4.0), at(bounds.left, 3.35)),
            card=at(bounds.right - 1.75, 2.0),
        )
    base = -2.5
    return WeightsLayout(
        region=Region(left, right, base, 1.85),
        columns=3,
        fine_columns=4,
        letter_y=base - 0.8,
        rain_from=2.2,
        law=at(left, 1.95),
        rules=(at(-2.3, 1.95), at(-2.3, 1.3)),
        card=at(bounds.right - 1.75, 1.2),
    )
