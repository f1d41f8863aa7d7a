"""Scene WhatHelps: four remedies for one random chain, and a recap of the lecture."""

from __future__ import annotations

import math

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    Arrow,
    Create,
    FadeIn,
    FadeOut,
    Indicate,
    LaggedStart,
    TransformFromCopy,
    VGroup,
    VMobject,
)

from lecture.kit.layout import Region, at, frame
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, FACTOR, GRADIENT, RATIO, WEIGHT
from lecture.kit.theme import theme
from lecture.kit.typeset import fit
from scenes import LECTURE
from scenes.data.what_helps import DEPTH, REMEDIES, balanced_std, remedies
from scenes.mobjects.what_helps import StairPanel
from scenes.scene import GradientScene

__all__ = ["WhatHelps"]

_BIG = Region(-5.4, 6.4, -2.75, 1.75)
_PANELS_Y = (-2.6, 1.2)
_LEFT_OF_PANELS, _GAP = -5.6, 0.35
_NAMES_Y, _FACTORS_Y, _VALUES_Y = 2.3, 1.7, -3.2
_DECADES = 5
_FACTOR_OF = {
    "activation": "abs(w_j)",
    "shortcut": "1 + w_j sigma'(h_j)",
    "normalisation": "w_j sigma'(hat(h)_j) \\/ s_j",
}
# The formula of each scene, and the role of its colour.
_RECAP = {
    "DeepNetsStall": ("v_1 lt.double v_L", "gradient"),
    "GradientAsProduct": (
        "partial C \\/ partial w_1 = x sigma'(h_1) dot w_2 sigma'(h_2) dots.c",
        "gradient",
    ),
    "SigmaPrime": ("sigma'(h) <= 1 \\/ 4", "slope"),
    "VanishingProduct": ("EE ln abs(w_j sigma'(h_j)) < 0", "vanishing"),
    "UnstableGradient": ("product_j abs(w_j sigma'(h_j)) approx 1 thin ?", "ink"),
}
_RECAP_TOP, _RECAP_STEP, _BELOW_MIDDLE, _BESIDE_X = 1.9, 1.1, 0.12, 1.75


class WhatHelps(GradientScene):
    """Plot the gradient of a chain layer by layer, without and with each remedy; then recap."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.the_baseline()
        self.four_remedies()
        self.recap()

    def prepare(self) -> None:
        """Compute the chain without and with the remedies, and choose a common axis."""
        self.found = remedies()
        everything = np.concatenate([self.found.baseline, *self.found.with_remedy.values()])
        low = _DECADES * math.floor(float(everything.min()) / _DECADES)
        high = _DECADES * math.ceil(max(float(everything.max()), 1.0) / _DECADES)
        self.axis = MagnitudeScale(low, high, 0.0)

    def the_baseline(self) -> None:
        """Show the gradient of a random sigmoid chain shrinking layer by layer."""
        left = GRADIENT.from_log10(1.0, float(self.found.baseline[-1]))
        depth = COUNT(DEPTH)
        self.beat("the_baseline", depth=depth, left=left)
        self.big = StairPanel(self.axis, DEPTH, _BIG, labelled=True)
        self.stairs = self.big.stairs(self.found.baseline, theme().vanishing, width=5)
        below = at(_BIG.center[0], _BIG.bottom - 0.26)
        self.axis_word = text_at(self.label("layer"), below, font_size=24, color=theme().secondary)
        value = LiveNumber(font_size=34, align="left", name="left_baseline").set_text(left)
        self.result = Row("abs(partial y \\/ partial x) =", value, font_size=34)
        self.result.end_at(at(frame().right, 2.4))
        with self.narrate("chain", depth=depth):
            self.play(FadeIn(self.title_of()), run_time=0.6)
            self.play(FadeIn(self.big, self.axis_word), run_time=0.7)
            self.play(Create(self.stairs), run_time=1.2)
        with self.narrate("left", left=left):
            self.play(FadeIn(self.result), run_time=0.6)

    def four_remedies(self) -> None:
        """Apply the remedies one after the other, on one axis."""
        values = {key: FACTOR.from_log10(1.0, self.found.left(key)) for key in REMEDIES}
        gain = WEIGHT(balanced_std())
        self.beat("four_remedies", gain=gain, **values)  # type: ignore[arg-type]
        self.numbers: dict[str, LiveNumber] = {}
        panels = [self.panel(index) for index in range(len(REMEDIES))]
        ghosts = [p.stairs(self.found.baseline, theme().vanishing, width=2) for p in panels]
        for index, key in enumerate(REMEDIES):
            with self.narrate(key, gain=gain, value=values[key]):
                if index == 0:
                    self.make_room(panels, ghosts)
                self.apply(key, panels[index], values[key])
        worst = min(self.found.left(key) for key in REMEDIES)
        saved = float(worst - self.found.baseline[-1])
        least = self.numbers[min(REMEDIES, key=self.found.left)]
        with self.narrate("verdict", saved=RATIO.from_log10(1.0, saved)):
            self.play(Indicate(least, scale_factor=1.3, color=theme().gradient), run_time=1.2)

    def panel(self, index: int) -> StairPanel:
        """Return one of four panels side by side; the first is labelled."""
        width = (frame().right - _LEFT_OF_PANELS - 3 * _GAP) / 4
        left = _LEFT_OF_PANELS + index * (width + _GAP)
        region = Region(left, left + width, *_PANELS_Y)
        return StairPanel(self.axis, DEPTH, region, labelled=index == 0)

    def make_room(self, panels: list[StairPanel], ghosts: list[VMobject]) -> None:
        """Copy the chain without a remedy into all four panels."""
        self.play(FadeOut(self.big, self.axis_word, self.result), run_time=0.4)
        self.play(*(TransformFromCopy(self.stairs, ghost) for ghost in ghosts), run_time=0.9)
        self.remove(self.stairs)
        self.play(FadeIn(*panels), run_time=0.5)

    def apply(self, key: str, panel: StairPanel, value: str) -> None:
        """Show a remedy: its name, the factor of a layer, and the gradient."""
        x = panel.region.center[0]
        name = text_at(self.label(key), at(x, _NAMES_Y))
        factor = self.factor_of(key).move_to(at(x, _FACTORS_Y))
        stairs = panel.stairs(self.found.with_remedy[key], theme().gradient)
        number = LiveNumber(font_size=28, name=f"left_{key}").set_text(value)
        self.numbers[key] = number
        self.play(FadeIn(name), run_time=0.4)
        self.play(FadeIn(factor, shift=0.1 * DOWN), run_time=0.5)
        self.play(Create(stairs), run_time=1.2)
        self.play(FadeIn(number.place(at(x, _VALUES_Y))), run_time=0.4)

    @staticmethod
    def factor_of(key: str) -> Row:
        """Return the factor of a layer with a remedy."""
        color = theme().gradient
        if key != "initialisation":
            return Row(_FACTOR_OF[key], font_size=26, color=color)
        gain = LiveNumber(balanced_std(), WEIGHT, font_size=26, color=color, name="gain")
        return Row(gain, "dot abs(w_j)", font_size=26, color=color)

    def recap(self) -> None:
        """Show five formulas, each with an arrow to its scene, then the sources."""
        self.beat("recap")
        left, name = at(frame().left, 0), VGroup()
        for index, (scene, (text, role)) in enumerate(_RECAP.items()):
            y = _RECAP_TOP - index * _RECAP_STEP
            line = Row(text, font_size=36, color=theme().text_roles[role])
            line.start_at(left + at(0.3, y - _BELOW_MIDDLE))
            with self.narrate(scene):
                if index == 0:
                    old = [m for m in self.mobjects if m.name != "title"]
                    self.play(FadeOut(*old), run_time=0.5)
                self.play(FadeOut(name), FadeIn(line), run_time=0.6)
                name = self.pointer(scene, line, y)
                self.play(FadeIn(name, shift=0.2 * RIGHT), run_time=0.5)
        with self.narrate("sources"):
            self.play(FadeOut(name), run_time=0.4)
            self.play(LaggedStart(*self.sources(), lag_ratio=0.3), run_time=1.2)

    def pointer(self, scene: str, line: Row, y: float) -> VGroup:
        """Return an arrow from a line of the recap to the name of a scene."""
        start = max(float(line.get_right()[0]) + 0.4, 0.2)
        arrow = Arrow(at(start, y), at(1.35, y), buff=0, color=theme().secondary, stroke_width=4)
        beside = at(_BESIDE_X, y)
        topic = LECTURE.topic(scene, self.spec.language)
        name = text_at(f"*{topic}*", beside, edge=LEFT, font_size=34, color=theme().signal)
        fit(name, frame().right - _BESIDE_X).move_to(beside, aligned_edge=LEFT)
        return VGroup(arrow, name)

    def sources(self) -> list[FadeIn]:
        """Return fade-ins of the four sources."""
        entrances = []
        for index, key in enumerate(("source_1", "source_2", "source_3", "source_4")):
            beside = at(_BESIDE_X, _RECAP_TOP - (index + 0.5) * _RECAP_STEP)
            entrances.append(FadeIn(text_at(self.label(key), beside, edge=LEFT, font_size=28)))
        return entrances
