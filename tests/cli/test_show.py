"""``lecture show``: the numbers of the chain, checked against long arithmetic."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import mpmath
import pytest
from click.testing import Result

Run = Callable[..., Result]

DEEP = "[chain]\nweights = [5, -9, 11, 7, -60, 9.5, 100, 900, -50, 0.000123]\ninput = 0.8\n"


def exact(weights: list[str], x: str, target: str) -> list[dict[str, mpmath.mpf]]:
    """Run a sigmoid chain without biases and with the squared cost in 600 digits."""
    with mpmath.workdps(600):
        before, rows = mpmath.mpf(x), []
        for weight in map(mpmath.mpf, weights):
            h = weight * before
            a = 1 / (1 + mpmath.exp(-h))
            slope = mpmath.exp(-h) / (1 + mpmath.exp(-h)) ** 2
            rows.append({"w": weight, "h": h, "a": a, "slope": slope, "before": before})
            before = a
        delta = 2 * (before - mpmath.mpf(target))
        for row in reversed(rows):
            delta *= row["slope"]
            row["grad"] = abs(delta * row["before"])
            delta *= row["w"]
        for row in rows:
            row["factor"] = row["w"] * row["slope"]
    return rows


def test_every_number_is_right_also_far_below_what_a_float_holds(run: Run) -> None:
    Path("lecture.toml").write_text(DEEP, encoding="utf-8")
    shown = json.loads(run("show", "--json").stdout)
    weights = ["5", "-9", "11", "7", "-60", "9.5", "100", "900", "-50", "0.000123"]
    expected = exact(weights, "0.8", "1")
    assert len(shown["rows"]) == len(expected)
    for row, right in zip(shown["rows"], expected, strict=True):
        assert row["h"] == pytest.approx(float(right["h"]), rel=1e-12)
        assert row["a"] == pytest.approx(float(right["a"]), rel=1e-12)
        assert row["slope"] == pytest.approx(float(right["slope"]), rel=1e-10)
        for name, value in (("slope", right["slope"]), ("factor", right["factor"])):
            log10 = float(mpmath.log10(abs(value)))
            assert row[f"log10_abs_{name}"] == pytest.approx(log10, abs=1e-9)
        assert row["sign_factor"] == float(mpmath.sign(right["factor"]))
        log10 = float(mpmath.log10(right["grad"]))
        assert row["log10_abs_grad_w"] == pytest.approx(log10, abs=1e-8)
    # The chain is one where a float is not enough.
    assert shown["rows"][0]["abs_grad_w"] == 0
    assert shown["rows"][0]["log10_abs_grad_w"] < -400


def test_the_table_shows_powers_of_ten_where_a_fixed_number_would_be_nought(run: Run) -> None:
    Path("lecture.toml").write_text(DEEP, encoding="utf-8")
    lines = run("show").stdout.splitlines()
    assert lines[0].startswith("10 layers, sigmoid, cost squared: x = 0.8, t = 1, y = 0.")
    assert lines[1].split() == ["layer", "w", "b", "h", "a", "σ′(h)", "w", "σ′(h)", "|dC/dw|"]
    first, eighth = lines[2].split(), lines[9].split()
    rows = exact(["5", "-9", "11", "7", "-60", "9.5", "100", "900", "-50", "0.000123"], "0.8", "1")
    exponent = int(mpmath.floor(mpmath.log10(rows[0]["grad"])))
    digits = str(-exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    assert first[-1].endswith(f"·10⁻{digits}")
    assert eighth[0] == "8"
    assert "·10⁻" in eighth[5]
    assert len({len(line) for line in lines[1:-1]}) == 1  # columns that line up
    assert lines[-1].startswith("Layer 10 learns ")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", "Layer 6 learns 2,052 times as fast as layer 1."),
        (
            '[chain]\nactivation = "relu"\nweights = [1, -1, 1]',
            "No layer learns: every gradient is exactly zero.",
        ),
        (
            "[chain]\nweights = [1, 0, 1]",
            "Layer 1 does not learn at all: its gradient is exactly zero.",
        ),
        (
            '[chain]\nactivation = "identity"\nweights = [1, 1]',
            "All layers learn equally fast, to 5 %.",
        ),
    ],
)
def test_one_sentence_says_how_the_layers_compare(run: Run, text: str, verdict: str) -> None:
    Path("lecture.toml").write_text(text, encoding="utf-8")
    result = run("show")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == verdict


def test_infinite_numbers_are_null_for_programs(run: Run) -> None:
    Path("lecture.toml").write_text("[chain]\nweights = [1, 0, 1]", encoding="utf-8")
    shown = json.loads(run("show", "--json").stdout, parse_constant=pytest.fail)
    assert shown["rows"][1]["log10_abs_factor"] is None


def test_issues_end_with_2(run: Run) -> None:
    Path("lecture.toml").write_text("[chain]\ninput = nan\n", encoding="utf-8")
    result = run("show")
    assert result.exit_code == 2
    assert result.stderr.startswith("lecture.toml:2: chain.input: nan was given")


def numbers(line: str) -> dict[str, str]:
    """Return the numbers of the first line of a table by name."""
    return dict(part.split(" = ") for part in line.partition(": ")[2].split(", "))


@pytest.mark.parametrize(
    ("activation", "cost", "weights", "x", "target", "shown"),
    [
        # 2 (σ(1000) - 1) = -2 e^-1000, and its square over 4.
        (
            "sigmoid",
            "squared",
            "[1000, 1000, 1000]",
            1.0,
            1.0,
            {"y": "1.000", "C": "2.6·10⁻⁸⁶⁹", "dC/dy": "−1.0·10⁻⁴³⁴"},
        ),
        # C = ln(1 + e^-1000), and dC/dy = -1/y.
        (
            "sigmoid",
            "cross_entropy",
            "[1000, 1000, 1000]",
            1.0,
            1.0,
            {"y": "1.000", "C": "5.1·10⁻⁴³⁵", "dC/dy": "−1.000"},
        ),
        # y = σ(-1000), on the side of the target 0.
        (
            "sigmoid",
            "half_squared",
            "[1000, 1000, -1000]",
            1.0,
            0.0,
            {"y": "5.1·10⁻⁴³⁵", "C": "1.3·10⁻⁸⁶⁹", "dC/dy": "5.1·10⁻⁴³⁵"},
        ),
        # 1 - tanh(500) = 2 e^-1000.
        (
            "tanh",
            "squared",
            "[1000, 500]",
            1.0,
            1.0,
            {"y": "1.000", "C": "1.0·10⁻⁸⁶⁸", "dC/dy": "−2.0·10⁻⁴³⁴"},
        ),
        # gelu(-40) = -40 Φ(-40).
        (
            "gelu",
            "squared",
            "[1, -1]",
            40.0,
            0.0,
            {"y": "−1.5·10⁻³⁴⁸", "C": "2.1·10⁻⁶⁹⁶", "dC/dy": "−2.9·10⁻³⁴⁸"},
        ),
        (
            "softplus",
            "squared",
            "[1, -25]",
            40.0,
            0.0,
            {"y": "5.1·10⁻⁴³⁵", "C": "2.6·10⁻⁸⁶⁹", "dC/dy": "1.0·10⁻⁴³⁴"},
        ),
        # An exact zero stays one.
        ("relu", "squared", "[1, -1]", 1.0, 0.0, {"y": "0", "C": "0", "dC/dy": "0"}),
        ("identity", "squared", "[2, 3]", 1.0, 6.0, {"y": "6.000", "C": "0", "dC/dy": "0"}),
    ],
)
def test_a_saturated_output_has_a_cost(
    run: Run,
    activation: str,
    cost: str,
    weights: str,
    x: float,
    target: float,
    shown: dict[str, str],
) -> None:
    text = f'[chain]\nweights = {weights}\nactivation = "{activation}"\ncost = "{cost}"\n'
    Path("lecture.toml").write_text(f"{text}input = {x}\ntarget = {target}\n", encoding="utf-8")
    found = numbers(run("show").stdout.splitlines()[0])
    assert {name: found[name] for name in shown} == shown


def test_programs_get_logarithms_and_signs_and_no_negative_zero(run: Run) -> None:
    text = "[chain]\nweights = [-1000, 1000]\ninput = 1\nbiases = [0, 1000]\n"
    Path("lecture.toml").write_text(text, encoding="utf-8")
    printed = run("show", "--json").stdout
    assert "-0.0" not in printed
    shown = json.loads(printed)
    tail = -1000 / math.log(10)  # log10 of σ(-1000)
    assert shown["dcost_dy"] == shown["cost"] == 0
    assert shown["sign_dcost_dy"] == -1
    assert shown["log10_abs_dcost_dy"] == pytest.approx(math.log10(2) + tail, rel=1e-14)
    assert shown["log10_cost"] == pytest.approx(2 * tail, rel=1e-14)
    assert (shown["sign_output"], shown["log10_abs_output"]) == (1, pytest.approx(0.0))
    first, second = shown["rows"]
    assert (first["a"], first["sign_a"]) == (0, 1)
    assert first["log10_abs_a"] == pytest.approx(tail, rel=1e-14)
    assert (second["sign_h"], second["log10_abs_h"]) == (1, pytest.approx(3))
    line, _, row, *_ = run("show").stdout.splitlines()
    assert numbers(line)["C"] == "2.6·10⁻⁸⁶⁹"
    assert row.split()[4:6] == ["5.1·10⁻⁴³⁵", "5.1·10⁻⁴³⁵"]
