"""The templates of ``lecture new``."""

from __future__ import annotations

from lecture.config.contract import Starter, Template
from scenes.spec import ChainSpec, DrawnBiases, DrawnWeights, GradientSpec

__all__ = ["TEMPLATES"]

_DEPTH = 6
_STEEPEST = 0.25
"""Largest slope of the sigmoid, at a weighted input of zero."""


def _vanishing(_seed: int) -> Starter:
    note = "Vanishing: each factor is far below 1, so the gradient shrinks towards layer 1."
    return _starter(ChainSpec(), note)


def _exploding(_seed: int) -> Starter:
    note = (
        "Exploding: each factor is exactly 5, weight 20 times slope 1/4, because each bias takes "
        "the weighted input to zero; so the gradient grows fivefold a layer towards layer 1."
    )
    return _starter(_steep(5.0), note)


def _balanced(_seed: int) -> Starter:
    note = (
        "Balanced: each factor is exactly 1, weight 4 times slope 1/4, because each bias takes "
        "the weighted input to zero; change one number a little, and the balance is gone."
    )
    return _starter(_steep(1.0), note)


def _steep(factor: float) -> ChainSpec:
    """Return a chain with every weighted input zero and every weight times slope `factor`."""
    weight = factor / _STEEPEST
    inputs = (ChainSpec().input, *[0.5] * (_DEPTH - 1))  # the sigmoid of zero is 1/2
    return ChainSpec(weights=(weight,) * _DEPTH, biases=tuple(-weight * value for value in inputs))


def _random(seed: int) -> Starter:
    note = "Random: drawn from normal distributions; another seed gives another chain."
    drawn = ChainSpec(weights=DrawnWeights(depth=_DEPTH, seed=seed), biases=DrawnBiases(seed=seed))
    return _starter(drawn, note)


def _starter(chain: ChainSpec, note: str) -> Starter:
    return Starter(GradientSpec(chain=chain), "chain", note)


TEMPLATES: dict[str, Template] = {
    "vanishing": _vanishing,
    "exploding": _exploding,
    "balanced": _balanced,
    "random": _random,
}
"""The templates of `lecture new`; only the random one uses the seed."""
