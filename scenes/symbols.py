"""How the quantities of a chain are written in Typst's math mode."""

from __future__ import annotations

from lecture.kit.languages import language
from scenes import LECTURE

__all__ = ["activation_name", "activation_symbol", "factor", "indexed", "partial", "slope"]


def activation_name(name: str) -> str:
    """Return what an activation is called on the screen, in the language in force.

    Examples
    --------
    >>> activation_name("relu")
    'ReLU'
    """
    return LECTURE.load_words(language().code).terms[name]


def activation_symbol(name: str) -> str:
    """Return the letter for an activation: σ for the sigmoid, φ for any other.

    Examples
    --------
    >>> activation_symbol("sigmoid"), activation_symbol("relu")
    ('sigma', 'phi.alt')
    """
    return "sigma" if name == "sigmoid" else "phi.alt"


def indexed(letter: str, index: int) -> str:
    """Return a letter with an index.

    Examples
    --------
    >>> indexed("w", 12)
    'w_12'
    """
    return f"{letter}_{index}"


def slope(activation: str, index: int | str) -> str:
    """Return the slope of the activation at the weighted input of a layer.

    Examples
    --------
    >>> slope("sigmoid", 2)
    "sigma'(h_2)"
    """
    return f"{activation_symbol(activation)}'(h_{index})"


def factor(activation: str, index: int | str) -> str:
    """Return the factor that a layer contributes to the gradient: ``x σ′(h_1)`` for the first.

    Examples
    --------
    >>> factor("sigmoid", 1), factor("sigmoid", "j")
    ("x sigma'(h_1)", "w_j sigma'(h_j)")
    """
    lead = "x" if index == 1 else f"w_{index}"
    return f"{lead} {slope(activation, index)}"


def partial(quantity: str) -> str:
    """Return the derivative of the cost by a quantity, as a fraction.

    Examples
    --------
    >>> partial("w_j")
    '(partial C) / (partial w_j)'
    """
    return f"(partial C) / (partial {quantity})"
