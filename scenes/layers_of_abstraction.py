"""Scene LayersOfAbstraction: edges, shapes and a digit; and the advantage of depth over width."""

from __future__ import annotations

from typing import cast

import numpy as np
from manim import (
    RIGHT,
    Circle,
    Create,
    FadeIn,
    FadeOut,
    FadeToColor,
    LaggedStart,
    Line,
    RoundedRectangle,
    Square,
    TransformFromCopy,
    VGroup,
    VMobject,
)

from lecture.kit.animations import Count
from lecture.kit.layout import Point, Region, at, frame, move_inside
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT
from lecture.kit.theme import theme
from lecture.kit.typeset import on_baseline
from scenes.data.layers_of_abstraction import ANGLES, KERNELS, Tent, edge_study, tent
from scenes.mobjects.layers_of_abstraction import (
    FilterRow,
    Fold,
    FoldingPlot,
    Pieces,
    ShowPieces,
    SweepFilter,
    dots,
    shape_lines,
    strokes,
)
from scenes.mobjects.pixel_image import PixelImage
from scenes.scene import GradientScene

__all__ = ["LayersOfAbstraction"]

_IMAGE_SIZE = 3.6
_IMAGE_AT = at(-4.2, -0.45)
_ROWS_Y = (1.3, 0.13, -1.04, -2.21)
_FILTER_X, _SHAPE_X, _DIGIT_X = -1.3, 2.9, 5.55
_MIDDLE_Y = -0.45
_NAMES_Y = 2.25
_COUNTS_Y = -3.0
_SHAPES_Y = (1.2, -0.45, -2.1)
_SHAPES = {
    "corner": ((-0.5, 0.5), (-0.5, -0.5), (0.5, -0.5)),
    "triangle": ((-0.5, -0.5), (0.0, 0.5), (0.5, -0.5), (-0.5, -0.5)),
    "rectangle": ((-0.5, -0.35), (0.5, -0.35), (0.5, 0.35), (-0.5, 0.35), (-0.5, -0.35)),
}
# Indices of the filters that detect the edges of each shape, line by line.
_EDGES_OF = {"corner": (2, 0), "triangle": (1, 3, 0), "rectangle": (0, 2, 0, 2)}
_FOUR_TRIANGLE = ((-0.45, -0.2), (0.2, 0.6), (0.2, -0.2), (-0.45, -0.2))
_FOUR_CORNER = ((0.2, -0.6), (0.2, -0.2), (0.5, -0.2))
_MOST_LAYERS = 5


class LayersOfAbstraction(GradientScene):
    """Split a digit into edges and reassemble it, then fold a line with a deep network."""

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.prepare()
        self.digit()
        self.edges()
        self.shapes()
        self.whole()
        self.power_of_depth()

    def prepare(self) -> None:
        """Filter the digit, and compute the deep networks."""
        self.study = edge_study()
        self.tents = [tent(layers) for layers in range(1, _MOST_LAYERS + 1)]
        self.image = PixelImage(self.study.image, _IMAGE_SIZE, center=_IMAGE_AT)
        self.rows = [
            FilterRow(kernel, answers, angle, at(_FILTER_X, y))
            for kernel, answers, angle, y in zip(
                KERNELS, self.study.responses, ANGLES, _ROWS_Y, strict=True
            )
        ]
        self.edge_lines = [self.edge_strokes(k) for k in range(len(ANGLES))]
        self.layer_names: list[VGroup] = []

    def edge_strokes(self, direction: int) -> Pieces:
        """Return a stroke on each pixel of the digit with an edge in a direction."""
        centers = [self.image.spot(*pixel) for pixel in self.study.edges(direction)]
        length = 0.85 * self.image.pixel
        color, angle = theme().signal, ANGLES[direction]
        return strokes(centers, angle=angle, length=length, color=color, width=6)

    def digit(self) -> None:
        """Show the digit."""
        pixels, label = COUNT(self.study.image.size), COUNT(self.study.label)
        self.beat("digit", pixels=pixels, label=label, images=COUNT(self.study.images))
        with self.narrate("image", pixels=pixels, label=label):
            self.show_title()
            # The digit is centred until the filters appear.
            self.image.shift(-_IMAGE_AT[0] * RIGHT)
            self.play(FadeIn(self.image), run_time=0.9)

    def edges(self) -> None:
        """Slide one filter over the digit, then show the responses of all four."""
        self.beat("edges")
        first, *others = self.rows
        window = Square(3 * self.image.pixel, color=theme().weight, stroke_width=5)
        window.move_to(self.image.spot(0, 0))
        with self.narrate("sweep"):
            self.play(self.image.animate.shift(_IMAGE_AT[0] * RIGHT), run_time=0.8)
            self.play(FadeIn(first.kernel), Create(window), run_time=0.7)
            self.play(FadeIn(first.answers, first.cover), run_time=0.4)
            sweep = SweepFilter(window, self.image, first.cover)
            self.play(sweep, run_time=3.6, rate_func=lambda t: t)
            self.play(FadeOut(window), run_time=0.3)
        self.remove(first.cover)
        with self.narrate("directions"):
            self.play(FadeIn(first.mark), run_time=0.4)
            self.play(LaggedStart(*(FadeIn(row) for row in others), lag_ratio=0.4), run_time=1.2)
            self.play(FadeIn(self.column_name("edges", _FILTER_X + 1.05)), run_time=0.5)
        with self.narrate("light_up"):
            self.play(self.image.animate.set_opacity(0.45), run_time=0.5)
            for lines in self.edge_lines:
                self.play(ShowPieces(lines), run_time=0.7)
        self.wait(0.6)

    def column_name(self, key: str, x: float) -> VGroup:
        """Return the name of a layer, above its column."""
        name = VGroup(text_at(self.label(key), at(x, _NAMES_Y), color=theme().secondary))
        move_inside(name)
        self.layer_names.append(name)
        return name

    def shapes(self) -> None:
        """Combine edges into shapes."""
        self.beat("shapes")
        self.shape_groups: list[VGroup] = []
        self.wires = VGroup()
        cards = VGroup(*(self.card(at(_SHAPE_X, y)) for y in _SHAPES_Y))
        with self.narrate("combine"):
            name = self.column_name("shapes", _SHAPE_X)
            self.play(FadeIn(cards, name), run_time=0.6)
            for (key, corners), y in zip(_SHAPES.items(), _SHAPES_Y, strict=True):
                self.assemble(_EDGES_OF[key], shape_lines(corners, at(_SHAPE_X, y), 0.72))

    def card(self, center: Point) -> RoundedRectangle:
        """Return the outline of a neuron in the column of shapes."""
        card = RoundedRectangle(width=1.35, height=1.35, corner_radius=0.15)
        card.set_stroke(theme().grid, width=3).set_fill(theme().signal, opacity=0.0)
        return card.move_to(center)

    def assemble(self, directions: tuple[int, ...], shape: VGroup) -> None:
        """Connect a shape to the filters of its edges, and move the edges into it."""
        marks = [self.rows[direction].mark for direction in directions]
        left = at(_SHAPE_X - 0.68, shape.get_center()[1])
        wires = VGroup(
            *(self.wire(m.get_center() + at(0.35, 0), left) for m in dict.fromkeys(marks))
        )
        self.play(Create(wires), run_time=0.5)
        moves = (TransformFromCopy(m, line) for m, line in zip(marks, shape, strict=True))
        self.play(*moves, run_time=0.9)
        self.wires.add(wires)
        self.shape_groups.append(shape)

    @staticmethod
    def wire(start: Point, end: Point) -> Line:
        """Return a thin line between two layers."""
        return Line(start, end, color=theme().secondary, stroke_width=2).set_z_index(-1)

    def whole(self) -> None:
        """Combine shapes into the digit."""
        self.beat("whole", label=COUNT(self.study.label))
        corner, triangle, _ = self.shape_groups
        center = at(_DIGIT_X, _MIDDLE_Y)
        neuron = Circle(radius=0.95, color=theme().signal, stroke_width=3.5).move_to(center)
        neuron.set_fill(theme().signal, opacity=0.15)
        parts = [shape_lines(c, center, 0.95) for c in (_FOUR_TRIANGLE, _FOUR_CORNER)]
        wires = VGroup(
            *(self.wire(at(_SHAPE_X + 0.68, y), center - at(0.95, 0)) for y in _SHAPES_Y[:2])
        )
        with self.narrate("recognise", label=COUNT(self.study.label)):
            self.play(FadeIn(neuron, self.column_name("digit", _DIGIT_X)), run_time=0.6)
            self.play(Create(wires), run_time=0.6)
            self.play(TransformFromCopy(triangle, parts[0]), run_time=0.9)
            self.play(TransformFromCopy(corner, parts[1]), run_time=0.9)
        with self.narrate("abstraction"):
            # From the bottom layer to the top.
            lit = (FadeToColor(name, color=theme().ink) for name in self.layer_names)
            self.play(LaggedStart(*lit, lag_ratio=0.6), run_time=1.8)

    def power_of_depth(self) -> None:
        """Fold a line once a layer, count the teeth, and compare with a single layer."""
        last = self.tents[-1]
        layers, teeth = COUNT(last.layers), COUNT(last.teeth)
        deep, single = COUNT(last.neurons), COUNT(last.single_layer_neurons)
        self.beat("power_of_depth", layers=layers, teeth=teeth, deep=deep, single=single)
        others = self.folding_mobjects()
        with self.narrate("fold"):
            old = [m for m in self.mobjects if m.name != "title"]
            self.play(FadeOut(*old), run_time=0.6)
            self.play(FadeIn(self.plot, *others), run_time=0.7)
            self.fold_to(0)
            self.fold_to(1)
        with self.narrate("again"):
            for index in range(2, len(self.tents)):
                self.fold_to(index)
        with self.narrate("compare", layers=layers, teeth=teeth, deep=deep, single=single):
            self.count_again(0, "deep", last.neurons)
            self.count_again(1, "single", last.single_layer_neurons)
        with self.narrate("promise"):
            self.play(FadeOut(self.nets[1], self.counts["single"], self.net_names[1]), run_time=0.6)
            self.play(self.nets[0].animate.set_color(theme().gradient), run_time=0.8)

    def count_again(self, net: int, key: str, number: int) -> None:
        """Show the neurons of a network again, one by one, with their number."""
        neurons = cast("Pieces", self.nets[net])
        self.play(ShowPieces(neurons), Count(self.counts[key], 0, number), run_time=1.2)

    def folding_mobjects(self) -> list[VMobject]:
        """Create the plot and the counters; return the labels and the counters."""
        bounds = frame()
        region = Region(bounds.left + 0.5, 1.3, -2.1, 1.75)
        self.plot = FoldingPlot(self.tents[0].x, region, theme().signal)
        self.peaks, self.nets = self.plot.peaks([]), VGroup()
        positions = {"layers": -4.4, "teeth": -0.9, "deep": 3.3, "single": 5.6}
        self.counts = {
            key: LiveNumber(0, COUNT, font_size=32, align="left", name=key) for key in positions
        }
        for key, x in positions.items():
            shift = 0.0 if key in ("layers", "teeth") else -0.2
            self.counts[key].place(at(x + shift, _COUNTS_Y))
        grey, counted = theme().secondary, float(self.counts["layers"].anchor[1])
        names = VGroup()
        for key in ("layers", "teeth"):
            beside = at(positions[key] - 0.2, 0)
            name = text_at(self.label(key), beside, edge=RIGHT, color=grey)
            names.add(on_baseline(name, counted))
        self.net_names = [
            text_at(self.label(key), at(positions[key], _NAMES_Y)) for key in ("deep", "single")
        ]
        names.add(*self.net_names)
        neurons = text_at(self.label("neurons"), at(4.45, 0), color=grey)
        names.add(on_baseline(neurons, counted))
        return [names, *self.counts.values()]

    def fold_to(self, index: int) -> None:
        """Add a layer: fold the curve, draw both networks and count."""
        now = self.tents[index]
        before = self.tents[index - 1] if index else None
        nets = self.net_pictures(now)
        start = before.y if before is not None else now.x
        if before is not None:
            self.play(FadeOut(self.peaks, self.nets), run_time=0.3)
        self.play(Fold(self.plot, start, now.y), run_time=0.8)
        self.peaks, self.nets = self.plot.peaks(now.y), nets
        quantities = {
            "layers": now.layers,
            "deep": now.neurons,
            "single": now.single_layer_neurons,
        }
        for key, number in quantities.items():
            self.counts[key].set_value(number)
        self.counts["teeth"].set_value(0)
        self.play(
            FadeIn(nets),
            ShowPieces(self.peaks),
            Count(self.counts["teeth"], 0, now.teeth),
            run_time=0.8,
        )

    def net_pictures(self, now: Tent) -> VGroup:
        """Return the neurons of the deep network, and of the equivalent single layer."""
        columns = (np.arange(now.layers) - (now.layers - 1) / 2) * 0.42
        deep = [at(3.3 + x, _MIDDLE_Y + 0.3 + y) for x in columns for y in (0.25, -0.25)]
        count = now.single_layer_neurons
        step = min(0.42, 3.9 / count)
        heights = (np.arange(count) - (count - 1) / 2) * step
        single = [at(5.6, _MIDDLE_Y + 0.3 + y) for y in heights]
        color = theme().signal
        return VGroup(
            dots(deep, radius=0.13, color=color),
            dots(single, radius=min(0.13, 0.42 * step), color=color),
        )
