"""Lecture files: fields and defaults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from pydantic import ValidationError

import mathcore
from lecture.config.contract import SceneEntry
from lecture.config.issues import SpecError
from lecture.config.spec import active_spec, load_spec, read_scenes
from scenes import LECTURE
from scenes.spec import ActivationName, ChainSpec, CostName, DrawnBiases, DrawnWeights, GradientSpec
from tests.config.conftest import issues


def test_the_default_spec_has_all_scenes_and_the_default_chain() -> None:
    spec = load_spec(GradientSpec, None)
    assert spec.scenes == tuple(entry.name for entry in LECTURE.scenes)
    assert spec.chain.weights == (0.9, -0.8, 1.1, 0.7, -0.6, 0.95)
    assert (spec.chain.input, spec.chain.target) == (0.8, 1.0)
    assert (spec.chain.activation, spec.chain.cost) == ("sigmoid", "squared")
    chain = spec.chain.build()
    assert chain.depth == spec.chain.depth == 6
    np.testing.assert_array_equal(chain.weights, spec.chain.weights)
    np.testing.assert_array_equal(chain.biases, np.zeros(6))


def test_every_field_can_be_given(file: Path) -> None:
    file.write_text(
        """
        title = "Gradients"
        author = "A. Lecturer"
        scenes = ["BackwardPass"]
        theme = "light"
        language = "de"
        aspect = "16:9"
        pace = 12

        [chain]
        input = 1  # whole numbers are numbers
        target = 0.25
        activation = "tanh"
        cost = "half_squared"
        weights = [1, 2.5, -3]
        biases = [0, 0.5, -1]
        """,
        encoding="utf-8",
    )
    spec = load_spec(GradientSpec, file)
    assert (spec.title, spec.author, spec.theme, spec.language, spec.pace) == (
        "Gradients",
        "A. Lecturer",
        "light",
        "de",
        12,
    )
    assert spec.scenes == ("BackwardPass",)
    assert spec.chain.weights == (1, 2.5, -3)
    chain = spec.chain.build()
    np.testing.assert_array_equal(chain.biases, [0, 0.5, -1])
    assert spec.chain.activation == "tanh"


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        (name, cost)
        for name in get_args(ActivationName)
        for cost in get_args(CostName)
        if cost != "cross_entropy" or name == "sigmoid"
    ],
)
def test_every_allowed_name_exists_in_mathcore(name: str, cost: str) -> None:
    chain = ChainSpec.model_validate({"activation": name, "cost": cost})
    trace = chain.build().backward(chain.input, chain.target, cost=chain.cost)
    assert trace.grad_w.shape == (6,)


def test_every_activation_of_mathcore_is_allowed() -> None:
    with pytest.raises(ValueError, match="sigmoid") as caught:
        mathcore.activation("none of them")
    for name in get_args(ActivationName):
        assert name in str(caught.value)


def test_a_random_chain_is_the_same_for_the_same_seed() -> None:
    drawn = ChainSpec(weights=DrawnWeights(depth=5, std=2, seed=7), biases=DrawnBiases(seed=7))
    chain, again = drawn.build(), drawn.build()
    np.testing.assert_array_equal(chain.weights, again.weights)
    np.testing.assert_array_equal(chain.biases, again.biases)
    assert chain.depth == drawn.depth == 5
    # The same seed must not make biases proportional to weights.
    assert np.ptp(chain.weights / chain.biases) > 0.1
    other = ChainSpec(weights=DrawnWeights(depth=5, std=2, seed=8)).build()
    assert not np.any(other.weights == chain.weights)


def test_a_random_chain_has_the_given_standard_deviation() -> None:
    draws = [
        ChainSpec(weights=DrawnWeights(depth=12, std=3, seed=seed)).build().weights
        for seed in range(200)
    ]
    assert np.std(draws) == pytest.approx(3, rel=0.05)


PORTRAIT = ("ForwardPass", "BackwardPass")


@pytest.fixture
def landscape_scene(only_scenes: Callable[..., None]) -> tuple[SceneEntry, ...]:
    """Add a scene without a portrait layout; return all entries."""
    portrait = [entry for entry in LECTURE.scenes if entry.name in PORTRAIT]
    entries = (SceneEntry("Landscape", "scenes.landscape", "It has one layout"), *portrait)
    only_scenes(*entries)
    return entries


def test_a_portrait_lecture_has_the_scenes_with_a_portrait_layout(
    landscape_scene: tuple[SceneEntry, ...], file: Path
) -> None:
    file.write_text('aspect = "9:16"', encoding="utf-8")
    assert load_spec(GradientSpec, file).scenes == GradientSpec(aspect="9:16").scenes == PORTRAIT
    assert GradientSpec(aspect="16:9").scenes == tuple(e.name for e in landscape_scene)
    assert GradientSpec().scenes == GradientSpec(aspect="16:9").scenes
    chosen = GradientSpec(aspect="9:16", scenes=("BackwardPass",))
    assert chosen.scenes == ("BackwardPass",)


@pytest.mark.usefixtures("landscape_scene")
def test_a_scene_without_a_layout_for_the_aspect_is_an_issue(file: Path) -> None:
    scenes = 'scenes = ["ForwardPass", "Landscape"]\n'
    problem = '"Landscape" was given with aspect "9:16", for which it has no layout; allowed: '
    allowed = ", ".join(PORTRAIT)
    assert issues(file, f'aspect = "9:16"\n{scenes}') == [
        f"lecture.toml:2: scenes (number 2): {problem}{allowed}"
    ]
    # The order in the file does not matter; an invalid aspect is the only issue.
    assert issues(file, f'{scenes}aspect = "9:16"\n') == [
        f"lecture.toml:1: scenes (number 2): {problem}{allowed}"
    ]
    assert len(issues(file, f'aspect = "1:1"\n{scenes}')) == 1
    assert len(issues(file, "aspect = [1]")) == 1
    assert read_scenes(GradientSpec, "Landscape") == ("Landscape",)
    with pytest.raises(
        SpecError, match=r'^--scenes: scenes \(number 1\): "Landscape" was given with aspect'
    ):
        read_scenes(GradientSpec, "Landscape", "9:16")


def test_a_spec_is_immutable() -> None:
    with pytest.raises(ValidationError):
        GradientSpec().title = "another"  # type: ignore[misc]


def test_user_scenes_are_known_only_if_they_are_passed(file: Path) -> None:
    file.write_text('scenes = ["Mine", "ForwardPass"]\n', encoding="utf-8")
    user_scenes = (SceneEntry("Mine", "user_scenes.my_scenes", "Mine", Path("my_scenes.py")),)
    assert load_spec(GradientSpec, file, user_scenes=user_scenes).scenes == ("Mine", "ForwardPass")
    assert read_scenes(GradientSpec, "Mine", user_scenes=user_scenes) == ("Mine",)
    with pytest.raises(SpecError, match='no scene "Mine"'):
        load_spec(GradientSpec, file)
    with pytest.raises(SpecError, match=r'no scene "Mien".*did you mean "Mine"'):
        read_scenes(GradientSpec, "Mien", user_scenes=user_scenes)
    # A scene that manim runs does not check the names.
    assert active_spec(GradientSpec).scenes == ("Mine", "ForwardPass")
    file.write_text("scenes = [1]", encoding="utf-8")
    with pytest.raises(SpecError, match="1 was given"):
        active_spec(GradientSpec)


def test_the_active_spec(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert active_spec(GradientSpec) == GradientSpec()
    file.write_text('title = "Here"', encoding="utf-8")
    assert active_spec(GradientSpec).title == "Here"
    Path("other.toml").write_text('title = "Named"', encoding="utf-8")
    monkeypatch.setenv("LECTURE_SPEC", "other.toml")
    assert active_spec(GradientSpec).title == "Named"
    monkeypatch.setenv("LECTURE_SPEC", "")
    assert active_spec(GradientSpec).title == "Here"
    monkeypatch.setenv("LECTURE_SPEC", "gone.toml")
    with pytest.raises(SpecError, match="no such file"):
        active_spec(GradientSpec)
