"""Cards that show the factor which each layer contributes to the gradient."""

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
_BETWEEN_ROWS = 0.32  # for the weight that stands between two cards


class FactorCard(VGroup):
    """A card with the factor of one layer: its formula, if there is room, above its value.

    Parameters
    ----------
    layer
        Layer that the factor belongs to, from 1.
    sign, log10_abs
        Sign and common logarithm of the factor: ``x σ′(h_1)`` for the first layer, ``w_j σ′(h_j)``
        for the others. A factor too small for a float is shown all the same.
    activation
        Name of the activation, for the letter in the formula.
    width
        Width of the card. Below 1.12 units the formula has no room and is left out.
    height
        Height of the card. Where it is less than 0.8 units the formula is left out, too. As high
        as its content asks for, unless given.

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
        size = 26 if width >= 1.45 else 20
        self.value = LiveNumber(font_size=max(20, size - 2), name=f"factor_{layer}")
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
        """Give the card the colour of the gradient; for use with ``.animate``."""
        self.slot.set_stroke(theme().gradient, width=2.5).set_fill(theme().gradient, opacity=0.06)
        return self

    def glow(self) -> FactorCard:
        """Mark the card as the one that is being multiplied; for use with ``.animate``."""
        self.slot.set_stroke(theme().gradient, width=6).set_fill(theme().gradient, opacity=0.12)
        return self


class FactorCards(VGroup):
    """One card a layer, below its neuron, with headings where cards have no room for a formula.

    Where the chain runs downwards, the cards stand to the right of the neurons.

    Parameters
    ----------
    trace
        The pass whose factors are shown.
    columns
        Where the layers stand.
    activation
        Name of the activation, for the letter in the formulas.
    y
        Height at which the cards stand; where the chain runs downwards, the x of their middle.

    Attributes
    ----------
    headings : VGroup
        Empty when the cards show their formulas themselves.
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
    """Return width and height of the cards; the width decides where the layers are columns."""
    if not columns.flow.down:
        return min(_WIDEST, 0.88 * columns.spacing), None
    height = min(_FULL_HEIGHT, columns.spacing - _BETWEEN_ROWS)
    if height < _LOWEST_WITH_FORMULA:
        return _COMPACT_WIDTH, min(_COMPACT_HEIGHT, height)
    return _WIDEST, height


def _heading(text: str, point: Point) -> Typst:
    heading = formula(text, font_size=20, color=theme().gradient).move_to(point)
    room = frame()
    overhang = max(0.0, room.left - heading.get_left()[0])
    overhang += min(0.0, room.right - heading.get_right()[0])
    return heading.shift(at(overhang, 0.0))
