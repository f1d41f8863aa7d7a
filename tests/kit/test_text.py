"""Texts and formulas: fonts, baselines, gaps, and the z order of pulses and letters."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Self

import numpy as np
import pytest
from manim import LEFT, MathTypst, Typst, config

from lecture.kit.layout import at
from lecture.kit.manim_internals import SteadyStrokes
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.mobjects.row import Row
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.numbers import COUNT
from lecture.kit.theme import theme
from lecture.kit.typeset import baseline_height, escape, formula, in_words, prose
from mathcore import Chain
from scenes.mobjects.neuron_chain import NeuronChain


def test_words_in_a_formula_have_the_font_of_prose() -> None:
    words = "decades a layer"
    in_formula, in_prose = formula(in_words(words), font_size=30), prose(words, font_size=30)
    assert in_formula.width == pytest.approx(in_prose.width, abs=1e-6)
    # The math font is wider.
    assert formula(f'"{words}"', font_size=30).width > 1.04 * in_prose.width


@pytest.mark.parametrize("text", ["10⁻¹¹", "10^(−1.1·10⁷)", "−3.2·10⁻⁴¹"])
def test_exponents_are_legible_in_a_large_room(text: str) -> None:
    pixels_per_unit = 480 / config.frame_height
    digits = [part for part in prose(text) if part.height * pixels_per_unit > 5]  # no dot, no minus
    assert all(digit.height * pixels_per_unit >= 8 for digit in digits)

    number = LiveNumber(1.0).set_text(text)
    highest = max(digit.get_top()[1] for digit in digits) - digits[0].get_bottom()[1]
    assert highest == pytest.approx(number.height, abs=0.02)  # as high as that of a number


def test_the_exponent_of_an_exponent_is_raised_above_it_also_in_quoted_text() -> None:
    base, _, _, _, _, *_, last, its_own = prose(escape("10^(1.1·10⁷)"))
    assert base.get_bottom()[1] < last.get_bottom()[1] < its_own.get_bottom()[1]


@pytest.mark.parametrize("word", ["ace", "flag", "epoch", "Layer"])
def test_a_text_has_the_baseline_of_numbers_at_the_same_height(word: str) -> None:
    number = LiveNumber(1234.0, COUNT, font_size=30).place(at(2.0, 1.5))
    text = text_at(word, at(-1.0, 1.5), edge=LEFT, font_size=30)
    assert baseline_height(text) == pytest.approx(number.anchor[1], abs=1e-9)
    assert text.get_left()[0] == pytest.approx(-1.0)


@pytest.mark.parametrize("index", ["1", "10", "123"])
def test_the_baseline_of_a_letter_is_not_that_of_its_index(index: str) -> None:
    letter = formula(f"w_{index}", font_size=34, track_baselines=True)
    bottom = letter.submobjects[0].get_bottom()[1]
    assert baseline_height(letter) == pytest.approx(bottom, abs=0.01)


def test_letters_with_long_and_short_indices_have_one_baseline_in_a_row() -> None:
    row = Row("w_9", "dot", "w_10", font_size=34)
    nine, ten = row[0].submobjects[0], row[2].submobjects[0]
    assert nine.get_bottom()[1] == pytest.approx(ten.get_bottom()[1], abs=1e-6)


def test_the_gap_beside_an_equals_sign_is_wider_than_beside_a_bracket() -> None:
    row = Row("y =", LiveNumber(0.5), "(", LiveNumber(0.5), font_size=30)
    gaps = [b.get_left()[0] - a.get_right()[0] for a, b in pairwise(row)]
    assert gaps[0] > gaps[1] > gaps[2] > 0


def test_a_pulse_is_drawn_over_circles_and_under_letters() -> None:
    chain = Chain([0.9, -0.8])
    drawn, pulse = NeuronChain(chain, chain.forward(0.8), y=0.0), Pulse("#FFFFFF")
    for neuron in drawn.neurons:
        assert neuron.symbol.z_index > pulse.z_index > neuron.body.z_index
    for body, letter in (drawn.input_node, drawn.cost_node):
        assert letter.z_index > pulse.z_index > body.z_index


class _ReadByManim(SteadyStrokes):
    def generate_mobject(self) -> Self:
        return super(SteadyStrokes, self).generate_mobject()


class _FormulaReadByManim(_ReadByManim, MathTypst):
    pass


_PROSE = [
    "Hello *bold* _italic_ слой",
    "#underline[ab] #text(fill: red)[c] #highlight[d] #strike[e]",
    "#rotate(20deg)[x #underline[y]] #scale(200%)[#overline[q]]",
    "#box(stroke: 1pt)[q] #circle(radius: 3pt) #line(length: 5pt)",
    "#text(fill: gradient.linear(red, blue))[a gradient] #rect(width: 4pt, height: 2pt)",
    "#[a label] <label>",
    "",
]
_FORMULAS = [
    "{{ w_1 : weight }} sigma'({{ h_j : h }}) = 1/2",
    "{{ a + {{ b : inner }} : outer }} product_(j=1)^L sqrt(x) cancel(y)",
    'cases(1, "if" x > 1,5) hat(h) mat(1, 2; 3, 4) abs(x)',
]


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize(
    ("make", "expected", "code"),
    [(prose, _ReadByManim, code) for code in _PROSE]
    + [(formula, _FormulaReadByManim, code) for code in _FORMULAS],
)
def test_a_text_is_the_one_that_manim_reads(
    make: Callable[..., Typst], expected: type[Typst], code: str, tracked: bool
) -> None:
    options = {"font_size": 30, "color": theme().ink, "track_baselines": tracked}
    read, by_manim = make(code, **options), expected(code, use_svg_cache=False, **options)
    assert len(read.submobjects) == len(by_manim.submobjects)
    for part, other in zip(read.submobjects, by_manim.submobjects, strict=True):
        assert type(part) is type(other)
        found, wanted = dict(vars(part)), dict(vars(other))
        del wanted["path_obj"]
        assert found.keys() == wanted.keys()
        for key, value in wanted.items():
            if isinstance(value, np.ndarray | float):
                np.testing.assert_allclose(found[key], value, rtol=0, atol=1e-12, err_msg=key)
            else:
                assert found[key] == value, key
    assert read._label_aliases.keys() == by_manim._label_aliases.keys()
    for label in by_manim._label_aliases:
        assert _indices(read, label) == _indices(by_manim, label)
    np.testing.assert_allclose(read.baseline_frames, by_manim.baseline_frames, atol=1e-12)


def _indices(text: Typst, label: str) -> list[int]:
    return [text.submobjects.index(part) for part in text.select(label)]
