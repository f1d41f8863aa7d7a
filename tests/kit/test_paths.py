"""Contour plots, paths of iterations, moves in steps, and the rows of a card."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture.kit.animations import in_steps
from lecture.kit.layout import Region, at
from lecture.kit.mobjects.contour_plot import ContourPlot
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.readout import Readout
from lecture.kit.mobjects.step_path import StepPath
from lecture.kit.theme import theme

SQUARE = Region(0.0, 8.0, 0.0, 4.0)


def bowl(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return x**2 + 4 * y**2


def test_each_contour_is_at_its_level_and_closed() -> None:
    levels = [0.25, 1.0, 3.61]
    plot = ContourPlot(bowl, (-2, 2), (-1, 1), SQUARE, levels, "#FFFFFF")
    for line, level in zip(plot.lines, levels, strict=True):
        x, y = (line.points[:, 0] - 4) / 2, (line.points[:, 1] - 2) / 2
        np.testing.assert_allclose(bowl(x, y), level, rtol=0.01)
        np.testing.assert_allclose(line.points[0], line.points[-1], atol=1e-12)
        assert line.width == pytest.approx(4 * np.sqrt(level), rel=1e-3)


def test_a_contour_ends_at_the_edges_of_the_region() -> None:
    plot = ContourPlot(bowl, (-2, 2), (-1, 1), SQUARE, [6.0], "#FFFFFF")
    (line,) = plot.lines
    assert len(line.get_subpaths()) == 4
    assert line.get_left()[0] == pytest.approx(SQUARE.left)
    assert line.get_top()[1] == pytest.approx(SQUARE.top)


def test_a_level_out_of_reach_is_refused() -> None:
    with pytest.raises(ValueError, match=r"levels: the function does not take -1 in the ranges"):
        ContourPlot(bowl, (-2, 2), (-1, 1), SQUARE, [1.0, -1.0], "#FFFFFF")


@pytest.mark.parametrize("step", [0.0, 0.25, 1.0, 2.5, 3.0])
def test_a_path_ends_at_its_ball_and_shows_the_dots_behind_it(step: float) -> None:
    points = np.array([[0.0, 0.0], [2.0, 1.0], [2.0, -1.0], [4.0, 0.0]])
    path = StepPath(points, "#FFFFFF").reveal(step)
    expected = [np.interp(step, range(4), points[:, axis]) for axis in (0, 1)]
    np.testing.assert_allclose(path.ball.get_center()[:2], expected, atol=1e-12)
    end = path.line.points[-1, :2] if step else points[0]  # no line yet
    np.testing.assert_allclose(end, expected, atol=1e-12)
    shown = [dot.get_fill_opacity() for dot in path.dots]
    assert shown == [1.0 if index <= step else 0.0 for index in range(4)]


@given(st.integers(1, 300), st.data())
def test_moves_in_steps_stop_at_each_step(count: int, data: st.DataObject) -> None:
    rate = in_steps(count)
    step = data.draw(st.integers(0, count))
    assert rate(step / count) == pytest.approx(step / count, abs=1e-9)
    low, high = sorted(data.draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    assert 0.0 <= rate(low) <= rate(high) + 1e-12
    assert rate(high) <= 1.0
    slope = (rate((step + 1e-5) / count) - step / count) * count / 1e-5
    assert step == count or slope < 0.1


def test_the_rows_of_a_card_are_its_names_and_numbers() -> None:
    number = LiveNumber(2.0, align="right")
    card = Readout([("w", theme().ink, number), ("eta", theme().ink, None)], width=3.0)
    card.shift(at(1.0, 1.0))
    assert [len(row) for row in card.rows] == [2, 1]
    assert card.rows[0][1] is number
    members = {id(part) for part in card.get_family()}
    assert all(id(part) in members for row in card.rows for part in row)
