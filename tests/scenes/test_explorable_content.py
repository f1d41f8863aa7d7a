"""What the explorable chain is given: numbers of the lecture, and words in each language."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lecture.kit.languages import plural_categories
from mathcore import ACTIVATIONS
from scenes import LECTURE
from scenes.explorables.content import SEEDS, chain_content
from scenes.spec import ChainSpec, DrawnBiases, DrawnWeights, GradientSpec
from scenes.templates import TEMPLATES

TEXTS = Path(__file__).parents[2] / "scenes" / "explorables" / "text"


def words(code: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{code}.toml").read_text(encoding="utf-8"))


def names_in(text: str | dict[str, str]) -> list[list[str]]:
    forms = text.values() if isinstance(text, dict) else [text]
    return [sorted(re.findall(r"\{(\w+)\}", form)) for form in forms]


@pytest.mark.parametrize("code", LECTURE.languages)
def test_each_language_has_the_same_words(code: Any) -> None:
    english, found = words("en"), words(code)
    assert set(found) == set(english)
    for key, text in found.items():
        assert {tuple(names) for names in names_in(text)} == {tuple(*names_in(english[key]))}, key
        if isinstance(text, dict):
            assert set(text) == plural_categories(code), key


def test_it_begins_with_the_chain_of_the_lecture_file() -> None:
    chain = ChainSpec(weights=(1.5, -2.0), biases=0.25, activation="tanh", input=-1.0, target=0.5)
    content = chain_content(GradientSpec(chain=chain, language="de"))
    assert content.title == words("de")["title"]
    assert content.data["start"] == {
        "weights": [1.5, -2.0],
        "biases": [0.25, 0.25],
        "activation": "tanh",
        "cost": "squared",
        "input": -1.0,
        "target": 0.5,
    }
    assert set(content.data["activations"]) == set(ACTIVATIONS)
    assert content.data["activations"]["identity"] == "Identität"
    assert content.data["marks"]["decimal"] == ","


def test_presets_are_those_of_lecture_new() -> None:
    presets = chain_content(GradientSpec()).data["presets"]
    assert set(presets) | {"random"} == set(TEMPLATES)
    spec = TEMPLATES["exploding"](0).spec
    assert isinstance(spec, GradientSpec)
    assert presets["exploding"]["biases"] == list(spec.chain.build().biases)


def test_a_seed_gives_the_chain_of_the_lecture_file_at_any_depth() -> None:
    draws = chain_content(GradientSpec()).data["draws"]
    assert len(draws) == SEEDS
    for seed, depth in ((0, 2), (7, 6), (SEEDS - 1, 12)):
        weights = DrawnWeights(depth=depth, seed=seed)
        chain = ChainSpec(weights=weights, biases=DrawnBiases(seed=seed)).build()
        assert np.array_equal(chain.weights, draws[seed]["weights"][:depth])
        assert np.array_equal(chain.biases, draws[seed]["biases"][:depth])


def test_its_beats_are_in_the_lecture() -> None:
    (explorable,) = LECTURE.explorables
    beats = LECTURE.load_words("en").scenes
    for scene, beat in (name.split(".") for name in explorable.beats):
        assert beat in beats[scene].beats
