"""Symbols of a chain's quantities in Typst's math mode."""

from __future__ import annotations

from lecture.kit.languages import language
from scenes import LECTURE

__all__ = ["activation_name", "activation_symbol", "factor", "slope"]


def activation_name(name: str) -> str:
    """Return the name of an activation in the active language.

    Examples
    --------
    >>> activation_name("relu")
    'ReLU'
    """
    return LECTURE.load_words(language().code).terms[name]


def activation_symbol(name: str) -> str:
    """Return the letter of an activation: σ for the sigmoid, φ for any other.

    Examples
    --------
    >>> activation_symbol("sigmoid"), activation_symbol("relu")
    ('sigma', 'phi.alt')
    """
    return "sigma" if name == "sigmoid" else "phi.alt"


def slope(activation: str, index: int | str) -> str:
    """Return the slope of the activation at the weighted input of a layer: ``σ′(h_2)``."""
    return f"{activation_symbol(activation)}'(h_{index})"


def factor(activation: str, index: int | str) -> str:
    """Return the factor of a layer in the gradient: ``x σ′(h_1)`` for the first.

    Examples
    --------
    >>> factor("sigmoid", 1), factor("sigmoid", "j")
    ("x sigma'(h_1)", "w_j sigma'(h_j)")
    """
    lead = "x" if index == 1 else f"w_{index}"
    return f"{lead} {slope(activation, index)}"
