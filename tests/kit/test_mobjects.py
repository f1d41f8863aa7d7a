"""The kit's mobjects: aligned numbers, texts on a baseline, scales and plots."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import MathTypst, Typst, tempconfig

from lecture.kit.animations import Count
from lecture.kit.layout import Region, at, frame
from lecture.kit.manim_internals import _parsed
from lecture.kit.mobjects.function_plot import FunctionPlot, round_ticks
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.magnitude_axis import MagnitudeScale, tick_step
from lecture.kit.mobjects.row import Row
from lecture.kit.numbers import COUNT, FACTOR, GRADIENT, PLAIN, TIMES_TEN
from lecture.kit.theme import theme, use_theme
from lecture.kit.typeset import baseline_height, escape, formula, prose
from lecture.palette import THEMES, contrast_ratio
from mathcore import Chain
from scenes.data.chain_readings import factors_in_logs, running_products, speed_ratio
from scenes.mobjects.chain_columns import ChainColumns
from scenes.mobjects.gradient_bars import GradientBars
from scenes.mobjects.neuron_chain import NeuronChain


def test_wide_tick_labels_are_fewer_and_stay_inside_the_frame() -> None:
    narrow = Region(-0.9, 0.9, -1.0, 1.0)
    few, many = (
        FunctionPlot(np.square, span, (0.0, 1.0), narrow, theme().signal).axes[1]
        for span in ((0.0, 130_000.0), (0.0, 2.0))
    )
    for labels in (few, many):
        row = sorted(labels, key=lambda label: float(label.get_left()[0]))
        below = [label for label in row if label.get_center()[1] < -1.0]
        assert below
        for before, after in pairwise(below):
            assert after.get_left()[0] - before.get_right()[0] >= 0.1
    assert len(few) < len(many)
    at_edge = Region(frame().right - 4.0, frame().right, -1.0, 1.0)
    plot = FunctionPlot(np.square, (0.0, 100_000.0), (0.0, 1.0), at_edge, theme().signal)
    assert float(plot.axes[1].get_right()[0]) <= frame().right + 1e-9


def test_a_number_that_counts_up_from_zero_has_no_power_of_ten_on_its_way() -> None:
    number = LiveNumber(0.0, PLAIN)
    small, large = Count(number, 0.0, 0.1), Count(number, 0.0, 1e-7)
    shown = [(small.interpolate_mobject(share), number.text)[1] for share in (0.0005, 0.02, 1.0)]
    assert not [text for text in shown if TIMES_TEN in text]
    assert float(shown[-1]) == 0.1
    large.interpolate_mobject(0.5)
    assert TIMES_TEN in number.text


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_the_aligned_edge_and_the_baseline_of_a_number_stay_in_place(align: str) -> None:
    number = LiveNumber(0.5, FACTOR, font_size=30, align=align).place(at(1.5, -2.0))  # type: ignore[arg-type]
    anchor = number.anchor
    for value in (-0.123, 7e-9, 1234.5, -88.0, 0.0, 3e200):
        number.set_value(value)
        np.testing.assert_allclose(number.anchor, anchor, atol=1e-9)
    edge = {"left": number.get_left(), "center": number.get_center(), "right": number.get_right()}
    assert edge[align][0] == pytest.approx(1.5, abs=0.03)


def test_a_moved_and_scaled_number_keeps_its_position_and_size() -> None:
    number = LiveNumber(0.25, FACTOR, font_size=30).scale(2).shift(at(1.0, 1.0))
    anchor = number.anchor
    number.set_value(-4.0e-7)
    np.testing.assert_allclose(number.anchor, anchor, atol=1e-9)
    assert number.font_size == pytest.approx(60)


def test_a_number_looks_like_typst_sets_it() -> None:
    number, text = LiveNumber(0.673, font_size=48), Typst("0.673", font_size=48)
    assert number.width == pytest.approx(text.width, abs=1e-3)
    assert number.height == pytest.approx(text.height, abs=1e-3)


def test_the_outline_of_a_number_does_not_depend_on_earlier_values() -> None:
    counted = LiveNumber(1.0, GRADIENT)
    for value in np.geomspace(1.0, 1e-6, 40):
        counted.set_value(float(value))
    fresh = LiveNumber(1e-6, GRADIENT)
    np.testing.assert_allclose(counted.points, fresh.points, atol=1e-9)


@pytest.mark.parametrize(
    "make",
    [
        lambda: LiveNumber(1.0, font_size=29),
        lambda: prose("a", font_size=12),
        lambda: formula("a", font_size=29.9),
    ],
)
def test_a_font_size_below_the_minimum_raises(make: object) -> None:
    with pytest.raises(ValueError, match=r"font_size.*at least 30"):
        make()  # type: ignore[operator]


def test_an_unknown_alignment_raises() -> None:
    with pytest.raises(ValueError, match=r"align.*'middle'.*left, center, right"):
        LiveNumber(1.0, align="middle")  # type: ignore[arg-type]


def test_the_parts_of_a_row_have_one_baseline() -> None:
    number = LiveNumber(-0.8, FACTOR, font_size=40)
    row = Row(
        "h_2 =", number, "dot", "(", LiveNumber(3e-5, FACTOR, font_size=40), ")^2", font_size=40
    )
    row.start_at(at(-3.0, 1.0))
    heights = [
        part.anchor[1] if isinstance(part, LiveNumber) else baseline_height(part) for part in row
    ]
    np.testing.assert_allclose(heights, 1.0, atol=1e-6)
    lefts = [part.get_left()[0] for part in row]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd")',
        "$x$ *bold* _it_",
        'back\\slash "quoted"',
        "]#panic()[",
        "<label> @ref",
        "//",
        "שלום",
    ],
)
def test_escaped_input_is_shown_literally(text: str) -> None:
    mobject = prose(escape(text))
    source = Path(str(mobject.file_name)).with_suffix(".typ").read_text(encoding="utf-8")
    assert source.rstrip().endswith(escape(text))
    # Markup would change the number of glyphs.
    visible = [c for c in text if not c.isspace()]
    ligatures = 1  # a font may join two letters
    assert len(visible) - ligatures <= len(mobject.submobjects) <= len(visible)


def test_a_formula_created_twice_has_the_same_points_and_strokes() -> None:
    first, second = (formula("(partial C) / (partial w_j)", font_size=40) for _ in range(2))
    for a, b in zip(
        first.family_members_with_points(), second.family_members_with_points(), strict=True
    ):
        np.testing.assert_array_equal(a.points, b.points)
        assert a.get_stroke_width() == b.get_stroke_width()


@pytest.mark.parametrize("pixels", [(480, 270), (854, 480), (3840, 2160)])
def test_the_width_of_fraction_bars_does_not_depend_on_the_resolution(
    pixels: tuple[int, int],
) -> None:
    def widths() -> list[float]:
        bar = formula("(partial C) / (partial w_j)", font_size=40).scale(0.8)
        return [part.get_stroke_width() for part in bar.family_members_with_points()]

    full_hd = {"pixel_width": 1920, "pixel_height": 1080}
    with tempconfig(full_hd):
        expected = widths()
    assert max(expected) > 1
    with tempconfig({"pixel_width": pixels[0], "pixel_height": pixels[1]}):
        assert widths() == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    "math", ["(partial C) / (partial w_j)", "{{ w_2 : weight }} {{ sigma'(h_2) : slope }}"]
)
def test_a_text_of_a_parsed_file_is_like_the_first_and_apart_from_it(math: str) -> None:
    def state(text: MathTypst) -> dict[str, object]:
        parts = text.family_members_with_points()
        found: dict[str, object] = {
            "points": [part.points.tolist() for part in parts],
            "strokes": [part.get_stroke_width() for part in parts],
            "colors": [part.get_fill_color().to_hex() for part in parts],
            "frames": [np.asarray(f).tolist() for f in text.baseline_frames],
            "baseline": baseline_height(text),
        }
        for label in ("weight", "slope") if "{{" in math else ():
            selected = text.select(label).family_members_with_points()
            found[label] = [parts.index(part) for part in selected]
            assert found[label]
        return found

    _parsed.cache_clear()
    first = formula(math, font_size=40, track_baselines=True)
    expected = state(first)
    second = formula(math, font_size=40, track_baselines=True)
    assert _parsed.cache_info().hits == 1
    assert state(second) == expected
    second.scale(2.0).set_color("#FF0000")
    assert state(first) == expected
    assert state(formula(math, font_size=40, track_baselines=True)) == expected
    # The widths of strokes follow the size, as they do in the first text.
    assert state(first.scale(2.0).set_color("#FF0000")) == state(second)


@pytest.mark.parametrize("name", THEMES)
def test_colours_of_text_have_contrast_to_the_background(name: str) -> None:
    with use_theme(name) as active:
        assert theme() is active
        for role, color in active.text_roles.items():
            assert contrast_ratio(color, active.background) >= 4.5, role


def test_an_unknown_theme_raises() -> None:
    with pytest.raises(ValueError, match=r"'sepia'.*dark, light"), use_theme("sepia"):
        pass


@given(st.integers(2, 12))
def test_columns_are_apart_and_inside_the_frame(depth: int) -> None:
    columns = ChainColumns.in_frame(depth)
    xs = [columns.input_x, *columns.neuron_x, columns.cost_x]
    np.testing.assert_allclose(np.diff(xs), columns.spacing)
    assert frame().left <= xs[0]
    assert xs[-1] <= frame().right
    assert columns.spacing > 2 * columns.radius + 0.3


@given(st.lists(st.floats(-400, 400), min_size=1, max_size=12))
def test_a_scale_covers_its_magnitudes_in_order(logs: list[float]) -> None:
    log10 = np.array(logs)
    scale = MagnitudeScale.covering(log10)
    logarithmic, linear = scale.logarithmic(log10), scale.linear(log10)
    assert ((logarithmic > 0) & (logarithmic <= 1 + 1e-12)).all()
    assert ((linear >= 0) & (linear <= 1 + 1e-9)).all()
    order = np.argsort(log10, kind="stable")
    assert (np.diff(logarithmic[order]) >= 0).all()
    assert (np.diff(linear[order]) >= 0).all()
    assert linear.max() > 0.39  # 2/5 of the axis: the top is at most 2.5 times the maximum
    assert len(scale.labelled()) <= 6


def test_zero_has_height_zero() -> None:
    scale = MagnitudeScale.covering(np.array([-np.inf, -2.0]))
    assert scale.logarithmic(np.array([-np.inf])).tolist() == [0.0]
    assert scale.linear(np.array([-np.inf])).tolist() == [0.0]
    assert MagnitudeScale.covering(np.array([-np.inf])).labelled()


@given(st.integers(1, 5000), st.integers(2, 12))
def test_the_tick_step_is_the_least_possible(span: int, most: int) -> None:
    step = tick_step(span, most)
    assert step * most >= span
    smaller = {1: 0, 2: 1, 5: 2}[int(str(step)[0])] * 10 ** (len(str(step)) - 1)
    if str(step)[0] == "1":
        smaller = step // 2
    assert smaller * most < span


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_round_ticks_are_few_and_in_the_range(low: float, width: float) -> None:
    ticks = round_ticks(low, low + width)
    assert len(ticks) <= 6
    assert all(low - 1e-6 * width <= tick <= low + width * (1 + 1e-6) for tick in ticks)


def test_bars_change_from_the_logarithmic_to_the_linear_axis() -> None:
    logs = np.array([-4.0, -2.0, -1.0])
    bars = GradientBars(np.ones(3), logs, ChainColumns.in_frame(3), Region(-5, 5, -3, -1))
    np.testing.assert_allclose(bars.heights, [0.2, 0.6, 0.8])
    np.testing.assert_allclose(bars.bend(0.0).heights, [1e-3, 0.1, 1.0])
    np.testing.assert_allclose(bars.grow(2, 0.5).heights, [1e-3, 0.05, 1.0])
    bottoms = [bar.get_bottom()[1] for bar in bars]
    np.testing.assert_allclose(bottoms, -3.0)
    tops = [bar.get_top()[1] for bar in bars]
    np.testing.assert_allclose(tops, -3 + 2 * bars.heights)


def test_the_dot_of_a_plot_is_on_the_curve() -> None:
    plot = FunctionPlot(np.square, (-2.0, 3.0), (0.0, 9.0), Region(0, 5, 0, 3), "#FFFFFF")
    for x in (-2.0, 0.0, 1.5, 3.0):
        np.testing.assert_allclose(
            plot.slide_to(x).dot.get_center(), [x + 2, x * x / 3, 0.0], atol=1e-9
        )


def test_a_drawn_chain_shows_its_weights() -> None:
    chain = Chain([0.9, -0.8, 1e-3])
    drawn = NeuronChain(chain, chain.forward(0.8), y=0.0)
    assert [value.text for value in drawn.weight_values] == ["0.90", "−0.80", "1.0·10⁻³"]
    assert len(drawn.arrows) == 4


def test_running_products_are_the_partial_products_of_the_factors() -> None:
    chain = Chain([0.9, -0.8, 1.1, 0.7], [0.1, -0.2, 0.3, 0.0])
    trace = chain.backward(0.8, 1.0)
    signs, logs = np.array(running_products(trace)).T
    x, *inner = [0.8 * trace.slope[0], *(chain.weights[1:] * trace.slope[1:])]
    products = np.cumprod([float(trace.dcost_dy), *reversed(inner), x])[::-1]
    np.testing.assert_allclose(signs * 10**logs, products, rtol=1e-12)
    assert products[0] == pytest.approx(trace.grad_w[0], rel=1e-12)


def test_logarithms_of_factors_are_exact_beyond_the_range_of_floats() -> None:
    trace = Chain([1.0, 900.0, -2.0]).backward(2.0, 0.0)
    sign, log10 = factors_in_logs(trace, "sigmoid")
    h = trace.h
    exact = (
        [np.log10(2.0), np.log10(900.0), np.log10(2.0)]
        - h / np.log(10.0)
        - 2 * np.log10(1 + np.exp(-np.abs(h)))
        + np.where(h < 0, 2 * h / np.log(10.0), 0.0)
    )
    np.testing.assert_allclose(log10, exact, rtol=1e-12)
    assert sign.tolist() == [1.0, 1.0, -1.0]


@pytest.mark.parametrize("activation", ["gelu", "silu"])
def test_the_sign_of_a_slope_that_underflows_is_that_of_the_trace(activation: str) -> None:
    trace = Chain([-800.0, 2.0], activation=activation).backward(1.0, 0.5)
    assert trace.slope[0] == 0.0
    signs, log10 = factors_in_logs(trace, activation)
    assert np.isfinite(log10[0])
    assert (
        np.prod(signs) * np.sign(trace.dcost_dy)
        == trace.sign_grad_w[0]
        == -1.0 * np.sign(trace.dcost_dy)
    )


def test_speed_ratios_have_a_verdict() -> None:
    ratio = speed_ratio(Chain([1.0, 1.0], activation="identity").backward(1.0, 0.0))
    assert (ratio.verdict, ratio.trend) == ("similar", "level")
    stuck = speed_ratio(Chain([1.0, 0.0]).backward(1.0, 0.0))
    assert (stuck.verdict, stuck.trend) == ("stuck", "stopped")
    dead = speed_ratio(Chain([-1.0] * 12, -0.1, "relu").backward(0.8, 1.0))
    assert (dead.verdict, dead.trend, dead.log10) == ("dead", "dead", 0.0)
    # The last layer receives tanh(0) = 0; the trend is that of the layers with a gradient.
    gap = speed_ratio(Chain([9.0, 3.0, 0.0, 1.0], [0, 0, 0, 1], "tanh").backward(0.01, 1.0))
    assert (gap.verdict, gap.slow) == ("stuck", 1)
    none_last = Chain([2.0, 0.5, 1.0], [0.0, -0.5 * np.tanh(2.0), 1.0], "tanh").backward(1.0, 0.0)
    assert none_last.sign_grad_w.tolist()[:2] != [0.0, 0.0]
    assert none_last.sign_grad_w[2] == 0.0
    assert speed_ratio(none_last).trend != "stopped"
    assert COUNT(1234.4) == "1,234"


def test_labels_of_a_function_plot_are_beside_its_curve() -> None:
    region = Region(-4, 4, -2, 2)
    plot = FunctionPlot(lambda x: x**3, (-2, 2), (-8, 8), region, "#FFFFFF")
    ticks = [part for part in plot.axes[1] if part.get_center()[0] != 0]
    along = [tick for tick in ticks if abs(tick.get_center()[1]) < 0.5]
    assert len(along) >= 2
    for tick in along:
        x, y, _ = tick.get_center()
        assert np.sign(y) == -np.sign(x)
