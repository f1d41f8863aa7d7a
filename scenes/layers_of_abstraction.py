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
    Rectangle,
    RoundedRectangle,
    Transform,
    TransformFromCopy,
    VGroup,
    VMobject,
    linear,
)

from lecture.kit.animations import Count
from lecture.kit.layout import Point, at, move_inside
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT
from lecture.kit.theme import theme
from lecture.kit.typeset import on_baseline
from scenes.data.chain_readings import listed
from scenes.data.layers_of_abstraction import ANGLES, FIELDS, KERNELS, Field, Tent, edge_study, tent
from scenes.mobjects.layers_of_abstraction import (
    FilterRow,
    Fold,
    FoldingPlot,
    Pieces,
    ShowPieces,
    SweepRow,
    SweepRows,
    dots,
    layers_layout,
    strokes,
)
from scenes.mobjects.pixel_image import PixelImage
from scenes.scene import GradientScene

__all__ = ["LayersOfAbstraction"]

_SWEPT_ROW = 10  # with both sides of a stroke, and the hole
_STROKE = 0.85  # share of a pixel
_DIGIT_RADIUS, _DIGIT_SHARE = 0.95, 0.077  # a pixel, relative to the radius
_FEWEST = 2  # strokes in a direction that make a wire
_REST, _AFTER_QUESTION = 1.6, 2.0  # seconds
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
        self.study, self.layout = edge_study(), layers_layout()
        self.tents = [tent(layers) for layers in range(1, _MOST_LAYERS + 1)]
        layout = self.layout
        self.image = PixelImage(self.study.image, layout.image_size, center=layout.image)
        self.rows = [
            FilterRow(kernel, answers, angle, center, layout)
            for kernel, answers, angle, center in zip(
                KERNELS, self.study.responses, ANGLES, layout.filters, strict=True
            )
        ]
        self.edge_lines = [self.edge_strokes(k) for k in range(len(ANGLES))]
        self.layer_names: list[VGroup] = []

    def edge_strokes(self, direction: int) -> Pieces:
        """Return a stroke on each pixel of the digit with an edge in a direction."""
        centers = [self.image.spot(*pixel) for pixel in self.study.edges(direction)]
        return self.strokes_at(centers, direction, self.image.pixel)

    @staticmethod
    def strokes_at(centers: list[Point], direction: int, pixel: float) -> Pieces:
        """Return strokes in a direction for pixels of a size."""
        width = float(np.clip(46 * pixel, 2.6, 6.0))
        angle, color = ANGLES[direction], theme().signal
        return strokes(centers, angle=angle, length=_STROKE * pixel, color=color, width=width)

    def strokes_of(self, field: Field, center: Point, pixel: float) -> dict[int, Pieces]:
        """Return the strokes of a field by direction; `center` is the centre of the field."""
        row, column = field.center
        found = {}
        for direction in range(len(ANGLES)):
            pixels = self.study.edges_in(field, direction)
            centers = [center + pixel * at(c - column, row - r) for r, c in pixels]
            if centers:
                found[direction] = self.strokes_at(centers, direction, pixel)
        return found

    def digit(self) -> None:
        """Show the digit."""
        pixels, label = COUNT(self.study.image.size), COUNT(self.study.label)
        self.beat("digit", pixels=pixels, label=label, images=COUNT(self.study.images))
        with self.narrate("image", pixels=pixels, label=label):
            self.show_title()
            # The digit is centred until the filters appear.
            self.image.shift(-self.layout.image[0] * RIGHT)
            self.play(FadeIn(self.image), run_time=0.9)
        self.wait(_REST)

    def edges(self) -> None:
        """Slide one filter over the digit, then show the responses of all four."""
        self.beat("edges")
        first, *others = self.rows
        pixel, across = self.image.pixel, self.study.image.shape[1]
        window, band = (
            Rectangle(width=width * pixel, height=3 * pixel, color=theme().weight, stroke_width=5)
            for width in (3, across)
        )
        window.move_to(self.image.spot(_SWEPT_ROW, 0))
        band.move_to(self.image.spot(0, (across - 1) / 2))
        with self.narrate("sweep"):
            aside = self.image.animate.shift(self.layout.image[0] * RIGHT)
            self.play(aside, FadeIn(first.kernel), run_time=0.8)
            self.play(FadeIn(first.answers, first.cover), Create(window), run_time=0.5)
            row = (window, self.image, first.cover, _SWEPT_ROW)
            self.play(SweepRow(*row), run_time=1.6, rate_func=linear)
            self.play(Transform(window, band), run_time=0.4)
            self.play(SweepRows(*row), run_time=1.2, rate_func=linear)
            self.play(FadeOut(window), run_time=0.3)
        self.remove(first.cover)
        with self.narrate("directions"):
            self.play(FadeIn(first.mark), run_time=0.4)
            self.play(LaggedStart(*(FadeIn(row) for row in others), lag_ratio=0.4), run_time=1.2)
            self.play(FadeIn(self.layer_name("edges", 0)), run_time=0.5)
        with self.narrate("light_up"):
            self.play(self.image.animate.set_opacity(0.3), run_time=0.5)
            for lines in self.edge_lines:
                self.play(ShowPieces(lines), run_time=0.7)
        self.wait(_REST)

    def layer_name(self, key: str, index: int) -> VGroup:
        """Return the name of a layer."""
        point, edge = self.layout.names[index], self.layout.name_edge
        text = text_at(self.label(key), point, edge=edge, color=theme().secondary)
        move_inside(text)
        name = VGroup(text)
        self.layer_names.append(name)
        return name

    def shapes(self) -> None:
        """Combine the edges in three parts of the digit into shapes."""
        self.beat("shapes")
        self.shape_groups: list[VGroup] = []
        cards = [self.card(center) for center in self.layout.shapes]
        with self.narrate("combine"):
            self.play(FadeIn(*cards, self.layer_name("shapes", 1)), run_time=0.6)
            pairs = list(zip(FIELDS.values(), cards, strict=True))
            parts = VGroup(*(self.part_of_image(field) for field in FIELDS.values()))
            wires = VGroup(*(self.wires_to(card, field) for field, card in pairs))
            self.play(Create(parts), Create(wires), run_time=0.7)
            for (name, field), card in zip(FIELDS.items(), cards, strict=True):
                self.at_word(self.label(name))
                self.assemble(field, card)
            self.play(FadeOut(parts), run_time=0.3)
        self.wait(_REST)

    def part_of_image(self, field: Field) -> Rectangle:
        """Return a frame around a part of the digit."""
        pixel = self.image.pixel
        (top, bottom), (left, right) = field.rows, field.columns
        part = Rectangle(width=(right - left) * pixel, height=(bottom - top) * pixel)
        return part.set_stroke(theme().ink, width=3).move_to(self.image.spot(*field.center))

    def wires_to(self, card: RoundedRectangle, field: Field) -> VGroup:
        """Return wires to a shape from the filters that answer in its part of the digit."""
        flow = self.layout.flow
        end = card.get_center() - flow.point(self.layout.card_size / 2, 0)
        return VGroup(
            *(
                self.wire(row.mark.get_center() + flow.point(0.35, 0), end)
                for direction, row in enumerate(self.rows)
                if len(self.study.edges_in(field, direction)) >= _FEWEST
            )
        )

    def card(self, center: Point) -> RoundedRectangle:
        """Return the outline of a neuron in the layer of shapes."""
        size = self.layout.card_size
        card = RoundedRectangle(width=size, height=size, corner_radius=0.15)
        card.set_stroke(theme().grid, width=3).set_fill(theme().signal, opacity=0.0)
        return card.move_to(center)

    def assemble(self, field: Field, card: RoundedRectangle) -> None:
        """Move the edges of a part of the digit from the maps of the filters into a shape."""
        longest = max(other.size for other in FIELDS.values())
        found = self.strokes_of(field, card.get_center(), 0.9 * self.layout.card_size / longest)
        moves = []
        for direction, lines in found.items():
            answers = self.rows[direction].answers
            pixels = self.study.edges_in(field, direction)
            spots = [answers.spot(*pixel) for pixel in pixels]
            source = self.strokes_at(spots, direction, answers.pixel)
            moves.append(TransformFromCopy(source, lines))
        self.play(*moves, run_time=1.0)
        self.shape_groups.append(VGroup(*found.values()))

    @staticmethod
    def wire(start: Point, end: Point) -> Line:
        """Return a thin line between two layers."""
        return Line(start, end, color=theme().secondary, stroke_width=2).set_z_index(-1)

    def whole(self) -> None:
        """Combine shapes into the digit."""
        self.beat("whole", label=COUNT(self.study.label))
        center, flow = self.layout.digit, self.layout.flow
        neuron = Circle(radius=_DIGIT_RADIUS, color=theme().signal, stroke_width=3.5)
        neuron.move_to(center).set_fill(theme().signal, opacity=0.15)
        half = self.layout.card_size / 2
        wires = VGroup(
            *(
                self.wire(card + flow.point(half, 0), center - flow.point(_DIGIT_RADIUS, 0))
                for card in self.layout.shapes
            )
        )
        with self.narrate("recognise", label=COUNT(self.study.label)):
            self.play(FadeIn(neuron, self.layer_name("digit", 2)), run_time=0.6)
            self.play(Create(wires), run_time=0.6)
            self.digit_parts = [self.part_of_digit(field, center) for field in FIELDS.values()]
            for shape, part in zip(self.shape_groups, self.digit_parts, strict=True):
                self.play(TransformFromCopy(shape, part), run_time=0.8)
            self.at_word(self.label("abstraction"))
            # From the bottom layer to the top.
            lit = (FadeToColor(name, color=theme().ink) for name in self.layer_names)
            self.play(LaggedStart(*lit, lag_ratio=0.6), run_time=1.4)
        self.wait(_REST)

    def part_of_digit(self, field: Field, center: Point) -> VGroup:
        """Return the strokes of a field where they are in the digit, around `center`."""
        pixel = _DIGIT_RADIUS * _DIGIT_SHARE
        rows = [bound for other in FIELDS.values() for bound in other.rows]
        columns = [bound for other in FIELDS.values() for bound in other.columns]
        middle = (min(rows) + max(rows) - 1) / 2, (min(columns) + max(columns) - 1) / 2
        row, column = field.center
        aside = pixel * at(column - middle[1], middle[0] - row)
        return VGroup(*self.strokes_of(field, center + aside, pixel).values())

    def power_of_depth(self) -> None:
        """Fold a line once a layer, count the teeth, and compare with a single layer."""
        last = self.tents[-1]
        layers, teeth = COUNT(last.layers), COUNT(last.teeth)
        deep, single = COUNT(last.neurons), COUNT(last.single_layer_neurons)
        self.beat(
            "power_of_depth",
            layers=layers,
            teeth=teeth,
            deep=deep,
            single=single,
            counts=listed(COUNT(tent.teeth) for tent in self.tents),
        )
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
        with self.narrate("compare", deep=deep, single=single):
            self.count_again(0, "deep", last.neurons)
            self.count_again(1, "single", last.single_layer_neurons)
        with self.narrate("promise"):
            self.play(FadeOut(self.nets[1], self.counts["single"], self.net_names[1]), run_time=0.6)
            self.at_word(self.label("train"))
            self.play(self.nets[0].animate.set_color(theme().gradient), run_time=0.8)
        self.wait(_AFTER_QUESTION)

    def count_again(self, net: int, key: str, number: int) -> None:
        """Show the neurons of a network again, one by one, with their number."""
        neurons = cast("Pieces", self.nets[net])
        self.play(ShowPieces(neurons), Count(self.counts[key], 0, number), run_time=1.2)

    def folding_mobjects(self) -> list[VMobject]:
        """Create the plot and the counters; return the labels and the counters."""
        layout = self.layout
        self.plot = FoldingPlot(self.tents[0].x, layout.curve, theme().signal)
        self.peaks, self.nets = self.plot.peaks([]), VGroup()
        deep, single = (at(net[0] - 0.2, layout.counts_y) for net in layout.nets)
        positions = {"layers": layout.layers, "teeth": layout.teeth, "deep": deep, "single": single}
        self.counts = {
            key: LiveNumber(0, COUNT, font_size=32, align="left", name=key).place(point)
            for key, point in positions.items()
        }
        grey, names = theme().secondary, VGroup()
        for key in ("layers", "teeth"):
            name = text_at(self.label(key), positions[key] - at(0.2, 0), edge=RIGHT, color=grey)
            names.add(on_baseline(name, float(self.counts[key].anchor[1])))
        self.net_names = [
            text_at(self.label(key), at(net[0], layout.net_names_y))
            for key, net in zip(("deep", "single"), layout.nets, strict=True)
        ]
        names.add(*self.net_names)
        neurons = text_at(self.label("neurons"), layout.neurons, color=grey)
        names.add(on_baseline(neurons, float(self.counts["deep"].anchor[1])))
        return [names, *self.counts.values()]

    def fold_to(self, index: int) -> None:
        """Add a layer: fold the curve, draw both networks and count."""
        now = self.tents[index]
        before = self.tents[index - 1] if index else None
        nets = self.net_pictures(now)
        start = before.y if before is not None else now.x
        if before is not None:
            self.play(FadeOut(self.peaks, self.nets), run_time=0.2)
        self.play(Fold(self.plot, start, now.y), run_time=0.7)
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
            run_time=0.6,
        )

    def net_pictures(self, now: Tent) -> VGroup:
        """Return the neurons of the deep network, and of the equivalent single layer."""
        columns = (np.arange(now.layers) - (now.layers - 1) / 2) * 0.42
        left, right = self.layout.nets
        deep = [left + at(x, y) for x in columns for y in (0.25, -0.25)]
        count = now.single_layer_neurons
        step = min(0.42, 3.9 / count)
        heights = (np.arange(count) - (count - 1) / 2) * step
        single = [right + at(0, y) for y in heights]
        color = theme().signal
        return VGroup(
            dots(deep, radius=0.13, color=color),
            dots(single, radius=min(0.13, 0.42 * step), color=color),
        )
