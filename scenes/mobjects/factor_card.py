"""Cards with the factors of the layers in the gradient."""

from __future__ import annotations

from manim import RoundedRectangle, Typst, VGroup

from lecture.kit.layout import Point, at, frame
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import FACTOR
from lecture.kit.theme import theme
from lecture.kit.typeset import formula
from mathcore import BackwardTrace
from scenes.data.chain_readings import factors_in_logs
from scenes.mobjects.chain_columns import ChainColumns
from scenes.symbols import factor

__all__ = ["FactorCard", "FactorCards"]

_FULL_HEIGHT, _COMPACT_HEIGHT = 0.95, 0.5
_WIDEST = 1.6
_NARROWEST_WITH_FORMULA = 1.12
_LOWEST_WITH_FORMULA = 0.8
_COMPACT_WIDTH = 1.15
_BETWEEN_ROWS = 0.32  # for the weight between two cards


class FactorCard(VGroup):
    """A card with the factor of a layer (from 1): its value, and above it its formula if it fits.

    Sign and logarithm are separate, so that factors too small for a float are shown.

    Examples
    --------
    >>> FactorCard(2, -1.0, -400.5, "sigmoid", width=1.5).value.text
    '−3.2·10⁻⁴⁰¹'
    """

    def __init__(
        self,
        layer: int,
        sign: float,
        log10_abs: float,
        activation: str,
        width: float,
        *,
        height: float | None = None,
    ) -> None:
        low = height is not None and height < _LOWEST_WITH_FORMULA
        self.compact = low or width < _NARROWEST_WITH_FORMULA * 0.9
        if height is None:
            height = _COMPACT_HEIGHT if self.compact else _FULL_HEIGHT
        self.slot = RoundedRectangle(width=width, height=height, corner_radius=0.1)
        self.slot.set_stroke(theme().grid, width=2).set_fill(theme().gradient, opacity=0.0)
        size = 30
        self.value = LiveNumber(font_size=size, name=f"factor_{layer}")
        self.value.set_text(FACTOR.from_log10(sign, log10_abs))
        self.symbol: Typst | None = None
        if not self.compact:
            text = factor(activation, layer)
            self.symbol = formula(text, font_size=size, color=theme().gradient)
            self.symbol.shift(at(0.0, 0.15))
        self.value.place(at(0.0, 0.0 if self.compact else -0.19))
        self.content = VGroup(*(part for part in (self.symbol, self.value) if part is not None))
        super().__init__(self.slot, self.content)

    def light(self) -> FactorCard:
        """Colour the card; for use with ``.animate``."""
        self.slot.set_stroke(theme().gradient, width=2.5).set_fill(theme().gradient, opacity=0.06)
        return self

    def glow(self) -> FactorCard:
        """Highlight the card; for use with ``.animate``."""
        self.slot.set_stroke(theme().gradient, width=6).set_fill(theme().gradient, opacity=0.12)
        return self


class FactorCards(VGroup):
    """A card for each layer, below its neuron or, where the chain runs down, to its right.

    `y` is the height of the cards or, where the chain runs down, the x-coordinate of their centres.
    `headings` holds the formulas if the cards have no room for them.
    """

    def __init__(
        self, trace: BackwardTrace, columns: ChainColumns, activation: str, y: float
    ) -> None:
        width, height = _card_size(columns)
        factors = zip(*factors_in_logs(trace, activation), columns.neuron_x, strict=True)
        self.cards = [
            FactorCard(layer, sign, log10, activation, width, height=height).move_to(
                columns.flow.point(x, y)
            )
            for layer, (sign, log10, x) in enumerate(factors, start=1)
        ]
        self.headings = VGroup()
        if self.cards[0].compact:
            self.headings = VGroup(
                _heading(factor(activation, 1), columns.flow.point(columns.input_x, y)),
                _heading(factor(activation, "j"), columns.flow.point(columns.cost_x, y)),
            )
        super().__init__(*self.cards, self.headings)

    def card(self, layer: int) -> FactorCard:
        """Return the card of a layer, from 1."""
        return self.cards[layer - 1]


def _card_size(columns: ChainColumns) -> tuple[float, float | None]:
    """Return the width and height of the cards; no height where the layers are columns."""
    if not columns.flow.down:
        return min(_WIDEST, 0.88 * columns.spacing), None
    height = min(_FULL_HEIGHT, columns.spacing - _BETWEEN_ROWS)
    if height < _LOWEST_WITH_FORMULA:
        return _COMPACT_WIDTH, min(_COMPACT_HEIGHT, height)
    return _WIDEST, height


def _heading(text: str, point: Point) -> Typst:
    heading = formula(text, font_size=30, color=theme().gradient).move_to(point)
    bounds = frame()
    overhang = max(0.0, bounds.left - heading.get_left()[0])
    overhang += min(0.0, bounds.right - heading.get_right()[0])
    return heading.shift(at(overhang, 0.0))
