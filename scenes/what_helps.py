"""Scene WhatHelps: four remedies for one random chain."""

from __future__ import annotations

import math

import numpy as np
from manim import (
    DOWN,
    LEFT,
    Create,
    FadeIn,
    FadeOut,
    Indicate,
    TransformFromCopy,
    VGroup,
    VMobject,
)

from lecture.kit.layout import at, frame, move_inside
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT, WEIGHT, NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import formula, in_words
from scenes.data.what_helps import DEPTH, REMEDIES, balanced_std, gap, remedies
from scenes.mobjects.what_helps import StairPanel, changed_neuron, help_layout
from scenes.scene import GradientScene

__all__ = ["WhatHelps"]

_DECADES = 5
_RATIO = NumberFormat(decimals=1)
_REST = 1.5  # seconds
_SPEED = "abs(partial C \\/ partial w_j)"
# Distances from the top of a panel, upwards, and from its bottom, downwards.
_FACTOR_UP, _NAME_UP, _NEURON_UP, _VALUE_DOWN = 0.45, 1.02, 1.8, 0.85


class WhatHelps(GradientScene):
    """Plot the layer speeds of a chain, without and with each remedy."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.the_baseline()
        self.four_remedies()

    def prepare(self) -> None:
        """Compute the chain without and with the remedies, and choose a common axis."""
        self.layout = help_layout()
        self.found = remedies()
        everything = np.concatenate([self.found.baseline, *self.found.with_remedy.values()])
        low = _DECADES * math.floor(float(everything.min()) / _DECADES)
        high = _DECADES * math.ceil(max(float(everything.max()), 1.0) / _DECADES)
        self.axis = MagnitudeScale(low, high, 0.0)

    def the_baseline(self) -> None:
        """Show how the speeds of the layers of a random sigmoid chain differ."""
        depth, big = COUNT(DEPTH), self.layout.big
        ratio = _RATIO.from_log10(1.0, gap(self.found.baseline))
        self.beat("the_baseline", depth=depth, ratio=ratio)
        self.big = StairPanel(self.axis, DEPTH, big, labelled=True)
        self.stairs = self.big.stairs(self.found.baseline, theme().vanishing, width=5)
        below = at(big.center[0], big.bottom - 0.3)
        self.axis_words = VGroup(
            text_at(self.label("layer"), below, font_size=30, color=theme().secondary),
            self.axis_title(big.top),
        )
        value = LiveNumber(font_size=34, align="left", name="gap_baseline").set_text(ratio)
        self.result = Row(in_words(self.label("gap")), value, font_size=34, gap=0.9)
        self.result.end_at(self.layout.ratio)
        self.bracket = self.big.bracket(self.found.baseline)
        with self.narrate("chain", depth=depth):
            self.show_title()
            self.play(FadeIn(self.big, self.axis_words), run_time=0.7)
            self.play(Create(self.stairs), run_time=1.2)
        with self.narrate("ratio", ratio=ratio):
            self.play(Create(self.bracket), run_time=0.7)
            self.at_word(ratio)
            self.play(FadeIn(self.result), run_time=0.6)
        self.wait(_REST)

    def axis_title(self, top: float) -> VMobject:
        """Return the quantity on the vertical axis, above its labels."""
        title = formula(_SPEED, font_size=30, color=theme().gradient)
        return title.move_to(at(frame().left, top + _FACTOR_UP), aligned_edge=LEFT)

    def four_remedies(self) -> None:
        """Apply the remedies one after the other, on one axis."""
        found = self.found.with_remedy
        values = {key: _RATIO.from_log10(1.0, gap(found[key])) for key in REMEDIES}
        gain, depth = WEIGHT(balanced_std()), COUNT(DEPTH)
        undamped = _RATIO.from_log10(1.0, gap(self.found.undamped))
        self.beat("four_remedies", gain=gain, depth=depth, undamped=undamped)
        panels = [
            StairPanel(self.axis, DEPTH, region, labelled=index in self.layout.labelled)
            for index, region in enumerate(self.layout.panels)
        ]
        ghosts = [p.stairs(self.found.baseline, theme().vanishing, width=2) for p in panels]
        self.numbers: dict[str, LiveNumber] = {}
        for index, key in enumerate(REMEDIES):
            with self.narrate(key, gain=gain, depth=depth, value=values[key]):
                if index == 0:
                    self.make_room(panels, ghosts)
                self.apply(key, panels[index], values[key])
        widest = self.numbers[max(REMEDIES, key=lambda key: gap(found[key]))]
        with self.narrate("verdict"):
            self.play(Indicate(widest, scale_factor=1.3, color=theme().ink), run_time=1.2)

    def make_room(self, panels: list[StairPanel], ghosts: list[VMobject]) -> None:
        """Copy the chain without a remedy into all four panels."""
        old = (self.big, self.axis_words, self.result, self.bracket)
        # Beside the name of the first panel: beside its factor, it would read as one formula.
        title = self.axis_title(panels[0].region.top + _NAME_UP - _FACTOR_UP)
        self.play(FadeOut(*old), run_time=0.4)
        self.play(*(TransformFromCopy(self.stairs, ghost) for ghost in ghosts), run_time=0.9)
        self.remove(self.stairs)
        self.play(FadeIn(*panels, title), run_time=0.5)

    def apply(self, key: str, panel: StairPanel, value: str) -> None:
        """Show a remedy: the changed neuron, the factor of a layer, and the speeds."""
        x, top = panel.region.center[0], panel.region.top
        neuron = changed_neuron(key).move_to(at(x, top + _NEURON_UP))
        name = text_at(self.label(key), at(x, top + _NAME_UP), font_size=30)
        move_inside(name)
        factor = self.factor_of(key).move_to(at(x, top + _FACTOR_UP))
        speeds = self.found.with_remedy[key]
        stairs = panel.stairs(speeds, theme().gradient)
        number = LiveNumber(font_size=33, name=f"gap_{key}").set_text(value)
        self.numbers[key] = number.place(at(x, panel.region.bottom - _VALUE_DOWN))
        self.play(FadeIn(neuron, name), run_time=0.5)
        self.play(FadeIn(factor, shift=0.1 * DOWN), run_time=0.4)
        self.play(Create(stairs), run_time=1.0)
        self.at_word(value)
        self.play(FadeIn(panel.bracket(speeds), number), run_time=0.4)

    def factor_of(self, key: str) -> Row:
        """Return the factor of a layer with a remedy."""
        color = theme().gradient
        if key == "initialisation":
            gain = LiveNumber(balanced_std(), WEIGHT, font_size=30, color=color, name="gain")
            return Row(gain, "dot abs(w_j)", font_size=30, color=color)
        sd = in_words(self.label("std"))
        factors = {
            "activation": "abs(w_j)",
            "shortcut": f"1 + w_j sigma'(h_j) \\/ {DEPTH}",
            "normalisation": f"sigma'(hat(h)_j) \\/{sd};(a_(j-1))",
        }
        return Row(factors[key], font_size=30, color=color)
