"""Cards with the factors of the layers in the gradient."""

from __future__ import annotations

from manim import LEFT, RIGHT, RoundedRectangle, VGroup

from lecture.kit.layout import at, frame
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import FACTOR
from lecture.kit.theme import theme, tint
from lecture.kit.typeset import formula
from mathcore import BackwardTrace
from scenes.data.chain_readings import factors_in_logs
from scenes.mobjects.chain_columns import ChainColumns
from scenes.symbols import factor

__all__ = ["FactorCard", "FactorCards"]

_FULL_HEIGHT, _COMPACT_HEIGHT = 0.95, 0.5
_WIDEST = 1.6
_PADDING = 0.06  # left and right of the text of a card, together
_PER_SPACING = 0.94
_LOWEST_WITH_FORMULA = 0.8
_COMPACT_WIDTH = 1.15
_BETWEEN_ROWS = 0.32  # for the weight between two cards
_SIZE = 30.0
_HEADING_ABOVE = 0.49


class FactorCard(VGroup):
    """A card with the factor of a layer (from 1): its value, and above it its formula if given.

    A card without room for its value is empty; `text` is the value nevertheless.

    Examples
    --------
    >>> FactorCard(2, "−0.186", "w_2 sigma'(h_2)", width=1.5, height=0.95).value.text
    '−0.186'
    """

    def __init__(
        self,
        layer: int,
        text: str,
        symbol: str | None,
        *,
        width: float,
        height: float,
        empty: bool = False,
    ) -> None:
        self.text = text
        self.slot = RoundedRectangle(width=width, height=height, corner_radius=0.1)
        self.darken()
        self.value = LiveNumber(font_size=_SIZE, name=f"factor_{layer}")
        self.value.set_text("" if empty else text)
        self.value.place(at(0.0, 0.0 if symbol is None else -0.19))
        self.content = VGroup(self.value)
        if symbol is not None:
            color = theme().gradient
            self.content.add(formula(symbol, font_size=_SIZE, color=color).shift(at(0.0, 0.15)))
        super().__init__(self.slot, self.content)

    def darken(self) -> RoundedRectangle:
        """Give the slot, which is returned, the look of a card that is not lit yet."""
        self.slot.set_stroke(theme().grid, width=2).set_fill(theme().gradient, opacity=0.0)
        return self.slot

    def light(self) -> FactorCard:
        """Colour the card; for use with ``.animate``."""
        color = theme().gradient
        self.slot.set_stroke(color, width=2.5).set_fill(color, opacity=tint(color, 0.06))
        return self

    def glow(self) -> FactorCard:
        """Highlight the card; for use with ``.animate``."""
        color = theme().gradient
        self.slot.set_stroke(color, width=6).set_fill(color, opacity=tint(color, 0.12))
        return self


class FactorCards(VGroup):
    """A card for each layer, below its neuron or, where the chain runs down, to its right.

    `y` is the height of the cards or, where the chain runs down, the x-coordinate of their centres.
    `headings` holds the formulas if the cards have no room for them. Where not all values fit,
    fewer are shown, and the other cards are narrow and empty.
    """

    def __init__(
        self, trace: BackwardTrace, columns: ChainColumns, activation: str, y: float
    ) -> None:
        # Sign and logarithm are separate, so that factors too small for a float are shown.
        factors = zip(*factors_in_logs(trace, activation), strict=True)
        texts = [FACTOR.from_log10(float(sign), float(log10)) for sign, log10 in factors]
        symbols = [factor(activation, layer) for layer in range(1, len(texts) + 1)]
        width, height = _largest(columns)
        longest = formula(symbols[-1], font_size=_SIZE).width + _PADDING
        widths = _widths(columns, texts, width)
        narrowest = min(card_width for _, card_width in widths)
        self.compact = height < _LOWEST_WITH_FORMULA or longest > narrowest
        if self.compact:
            height = min(_COMPACT_HEIGHT, height)
            width = _COMPACT_WIDTH if columns.flow.down else width
            widths = _widths(columns, texts, width)
        # Beside the neurons, wider cards grow more on the side where the neurons are not.
        aside = (widths[0][1] - width) / 4 if columns.flow.down else 0.0
        self.cards = [
            FactorCard(
                layer,
                texts[layer - 1],
                None if self.compact else symbols[layer - 1],
                width=card_width,
                height=height,
                empty=not shown,
            ).move_to(columns.flow.point(columns.neuron_x[layer - 1], y + aside))
            for layer, (shown, card_width) in enumerate(widths, start=1)
        ]
        self.headings = _headings(activation, columns, y) if self.compact else VGroup()
        super().__init__(*self.cards, self.headings)

    def card(self, layer: int) -> FactorCard:
        """Return the card of a layer, from 1."""
        return self.cards[layer - 1]


def _largest(columns: ChainColumns) -> tuple[float, float]:
    """Return the greatest width and height of the cards."""
    if columns.flow.down:
        return _WIDEST, min(_FULL_HEIGHT, columns.spacing - _BETWEEN_ROWS)
    return min(_WIDEST, _PER_SPACING * columns.spacing), _FULL_HEIGHT


def _widths(columns: ChainColumns, texts: list[str], width: float) -> list[tuple[bool, float]]:
    """Return for each card whether it shows its value, and its width."""
    needed = _PADDING + max(LiveNumber.width_of(text, _SIZE) for text in texts)
    if needed <= width or columns.flow.down:
        return [(True, max(width, needed))] * len(texts)
    labelled = columns.labelled(needed)
    narrow = min(width, 2 * _PER_SPACING * columns.spacing - needed)
    return [
        (layer in labelled, needed if layer in labelled else narrow)
        for layer in range(1, len(texts) + 1)
    ]


def _headings(activation: str, columns: ChainColumns, y: float) -> VGroup:
    """Return the formulas of the first and of the other cards, at both ends of the chain."""
    color = theme().gradient
    first, other = (
        formula(factor(activation, layer), font_size=_SIZE, color=color) for layer in (1, "j")
    )
    if columns.flow.down:
        first.move_to(at(y, -columns.input_x))
        other.move_to(at(y, -columns.cost_x))
    else:
        # Above the cards, since they may reach to the ends of the chain.
        bounds, above = frame(), y + _HEADING_ABOVE
        first.move_to(at(bounds.left, above), aligned_edge=LEFT)
        other.move_to(at(bounds.right, above), aligned_edge=RIGHT)
    return VGroup(first, other)
