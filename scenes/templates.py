"""Chains to begin with, each with the property that it is named after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scenes.spec import ChainSpec, DrawnBiases, DrawnWeights

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHAINS", "StarterChain", "starter_chain"]

_DEPTH = 6
_STEEPEST = 0.25
"""Largest slope of the sigmoid, which it has where the weighted input is zero."""


class StarterChain(NamedTuple):
    """A chain, and what is worth knowing about it."""

    chain: ChainSpec
    note: str


def _vanishing(_seed: int) -> StarterChain:
    note = "Vanishing: each factor is far below 1, so the gradient shrinks towards layer 1."
    return StarterChain(ChainSpec(), note)


def _exploding(_seed: int) -> StarterChain:
    note = (
        "Exploding: each factor is exactly 5, weight 20 times slope 1/4, because each bias takes "
        "the weighted input to zero; so the gradient grows fivefold a layer towards layer 1."
    )
    return StarterChain(_steep(5.0), note)


def _balanced(_seed: int) -> StarterChain:
    note = (
        "Balanced: each factor is exactly 1, weight 4 times slope 1/4, because each bias takes "
        "the weighted input to zero; change one number a little, and the balance is gone."
    )
    return StarterChain(_steep(1.0), note)


def _steep(factor: float) -> ChainSpec:
    """Put every neuron where the sigmoid is steepest, with weights that make the factor."""
    weight = factor / _STEEPEST
    received = (ChainSpec().input, *[0.5] * (_DEPTH - 1))  # a sigmoid at zero gives one half
    return ChainSpec(
        weights=(weight,) * _DEPTH, biases=tuple(-weight * value for value in received)
    )


def _random(seed: int) -> StarterChain:
    note = "Random: drawn from normal distributions; another seed gives another chain."
    drawn = ChainSpec(weights=DrawnWeights(depth=_DEPTH, seed=seed), biases=DrawnBiases(seed=seed))
    return StarterChain(drawn, note)


CHAINS: dict[str, Callable[[int], StarterChain]] = {
    "vanishing": _vanishing,
    "exploding": _exploding,
    "balanced": _balanced,
    "random": _random,
}
"""The chains there are, each made from a seed, which only the random one heeds."""


def starter_chain(name: str, seed: int = 0) -> StarterChain:
    """Make the chain of a name.

    Parameters
    ----------
    name
        One of `CHAINS`; another one raises ``KeyError``.
    seed
        Which draw, for the random one.

    Examples
    --------
    >>> starter_chain("balanced").chain.weights
    (4.0, 4.0, 4.0, 4.0, 4.0, 4.0)
    """
    return CHAINS[name](seed)
