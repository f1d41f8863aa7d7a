"""Numbers and words of the explorable chain."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lecture.config.contract import ExplorableContent
from lecture.kit.languages import language, use_language
from scenes import LECTURE
from scenes.spec import MAX_DEPTH, ChainSpec, DrawnBiases, DrawnWeights, GradientSpec
from scenes.templates import TEMPLATES

if TYPE_CHECKING:
    from lecture.config.spec import LectureSpec

__all__ = ["SEEDS", "chain_content"]

SEEDS = 20
_PRESETS = ("vanishing", "exploding", "balanced")
_DECIMALS_OF_MARKS = ("decimal", "group", "grouped_from")
_WORDS_OF_MARKS = ("minus", "times_ten", "to_the", "infinity")


def chain_content(spec: LectureSpec) -> ExplorableContent:
    """Return the chain of the lecture, the presets, and all words in the language of the spec.

    Random chains have the weights and biases that ``lecture.toml`` draws for the same seed.
    """
    chain = cast("GradientSpec", spec).chain
    file = Path(__file__).parent / "text" / f"{spec.language}.toml"
    words = tomllib.loads(file.read_text(encoding="utf-8"))
    terms = LECTURE.load_words(spec.language).terms
    with use_language(spec.language):
        marks = asdict(language())
    return ExplorableContent(
        title=words.pop("title"),
        data={
            "language": spec.language,
            "marks": {name: marks[name] for name in (*_DECIMALS_OF_MARKS, *_WORDS_OF_MARKS)},
            "words": words,
            "activations": {name: terms[name] for name in _activation_names()},
            "start": _chain(chain),
            "presets": {name: _chain(_template(name)) for name in _PRESETS},
            "draws": [_drawn(seed) for seed in range(SEEDS)],
        },
    )


def _activation_names() -> tuple[str, ...]:
    return tuple(ChainSpec.model_json_schema()["properties"]["activation"]["enum"])


def _template(name: str) -> ChainSpec:
    return cast("GradientSpec", TEMPLATES[name](0).spec).chain


def _chain(chain: ChainSpec) -> dict[str, Any]:
    built = chain.build()
    return {
        "weights": built.weights.tolist(),
        "biases": built.biases.tolist(),
        "activation": chain.activation,
        "cost": chain.cost,
        "input": chain.input,
        "target": chain.target,
    }


def _drawn(seed: int) -> dict[str, Any]:
    """Return the weights and biases of a seed; shallower chains have the first of them."""
    weights = DrawnWeights(depth=MAX_DEPTH, seed=seed)
    built = ChainSpec(weights=weights, biases=DrawnBiases(seed=seed)).build()
    return {"weights": built.weights.tolist(), "biases": built.biases.tolist()}
