"""``lecture new``: a file that says the defaults, and chains that have the property they name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from lecture.config.reference import spec_template
from lecture.config.spec import load_spec
from scenes.spec import GradientSpec

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., Result]


def test_the_file_says_every_default(run: Run) -> None:
    assert run("new").exit_code == 0
    text = Path("lecture.toml").read_text(encoding="utf-8")
    assert load_spec(GradientSpec, Path("lecture.toml")) == GradientSpec()
    given = tomllib.loads(text)
    derived = {"title", "scenes"}
    assert set(given) == set(GradientSpec.model_fields) - derived
    shown = tomllib.loads(
        re.sub(r"^# (title = |scenes = |    \"|\])", r"\1", text, flags=re.MULTILINE)
    )
    assert {name: shown[name] for name in derived} == {
        "title": GradientSpec().title,
        "scenes": list(GradientSpec().scenes),
    }
    assert set(given["chain"]) == set(type(GradientSpec().chain).model_fields)
    assert max(map(len, text.splitlines())) <= 100


def test_the_file_of_the_repository_is_what_the_command_writes(run: Run) -> None:
    run("new")
    assert Path("lecture.toml").read_bytes() == (ROOT / "lecture.toml").read_bytes()


def test_each_field_stands_below_what_it_is_for(run: Run) -> None:
    run("new")
    text = " ".join(Path("lecture.toml").read_text(encoding="utf-8").replace("#", "").split())
    for model in (GradientSpec, type(GradientSpec().chain)):
        for name, field in model.model_fields.items():
            assert str(field.description) in text, name


def test_any_text_survives_being_written() -> None:
    title = 'He said "\\n" \\ #read("/etc/passwd") $x$ *b* \u200fשלום 😀'
    spec = GradientSpec(title=title, author="]'''\"\"\"")
    assert GradientSpec.model_validate(tomllib.loads(spec_template(spec))) == spec


def test_scenes_that_a_lecturer_chose_are_values() -> None:
    spec = GradientSpec(scenes=("Recap", "Opening"))
    assert tomllib.loads(spec_template(spec))["scenes"] == ["Recap", "Opening"]


def gradients(run: Run, *arguments: object) -> tuple[np.ndarray, np.ndarray]:
    assert run("new", "--force", *arguments).exit_code == 0
    chain = load_spec(GradientSpec, Path("lecture.toml")).chain
    trace = chain.build().backward(chain.input, chain.target, cost=chain.cost)
    return np.abs(trace.factors), np.abs(trace.grad_w)


def test_the_vanishing_chain_vanishes(run: Run) -> None:
    factors, gradient = gradients(run, "--template", "vanishing")
    assert factors.max() < 0.3
    assert gradient[0] < 1e-3 * gradient[-1]
    assert (np.diff(gradient) > 0).all()


def test_the_exploding_chain_explodes(run: Run) -> None:
    factors, gradient = gradients(run, "--template", "exploding")
    np.testing.assert_allclose(factors, 5.0, rtol=1e-15)
    assert gradient[0] > 1e3 * gradient[-1]
    np.testing.assert_allclose(gradient[1:-1] / gradient[2:], 5.0, rtol=1e-12)


def test_the_balanced_chain_is_balanced(run: Run) -> None:
    factors, gradient = gradients(run, "--template", "balanced")
    np.testing.assert_allclose(factors, 1.0, rtol=1e-15)
    assert gradient.max() < 2 * gradient.min()
    assert gradient.min() > 0.1


def test_a_random_chain_is_the_one_of_its_seed(run: Run) -> None:
    first, _ = gradients(run, "--template", "random", "--seed", 5)
    again, _ = gradients(run, "--template", "random", "--seed", 5)
    other, _ = gradients(run, "--template", "random", "--seed", 6)
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    assert "{ distribution = " in Path("lecture.toml").read_text(encoding="utf-8")


def test_a_file_that_is_there_stays(run: Run) -> None:
    Path("lecture.toml").write_text("title = 'Mine'", encoding="utf-8")
    result = run("new")
    assert result.exit_code == 2
    assert "lecture.toml exists; choose another name or pass --force" in result.stderr
    assert Path("lecture.toml").read_text(encoding="utf-8") == "title = 'Mine'"
    assert run("new", "--force").exit_code == 0
    assert load_spec(GradientSpec, Path("lecture.toml")) == GradientSpec()
    assert [path.name for path in Path().iterdir()] == ["lecture.toml"]


def test_a_file_elsewhere_is_named_in_what_to_do_next(run: Run) -> None:
    result = run("new", "talks/mine.toml")
    assert result.exit_code == 0
    assert "lecture render --spec talks/mine.toml" in result.stdout
    assert load_spec(GradientSpec, Path("talks/mine.toml")) == GradientSpec()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["lecture.yaml"], 2, "FILE: lecture.yaml was given; allowed: a name that ends in .toml"),
        (["a.toml"], 2, "FILE: a.toml is a folder; allowed: the name of a file in it"),
        (["b/c.toml"], 1, "b/c.toml cannot be written: File exists"),
        (
            ["--template", "wobbly"],
            2,
            "--template: wobbly was given; allowed: vanishing, exploding, balanced, random",
        ),
        (["--seed", "-1"], 2, "-1 is not in the range 0<=x<="),
    ],
)
def test_what_cannot_be_written_is_said(
    run: Run, arguments: list[str], code: int, said: str
) -> None:
    Path("a.toml").mkdir()
    Path("b").touch()
    result = run("new", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
