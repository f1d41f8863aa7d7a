"""Copies and families of mobjects, for which methods of manim are replaced by faster ones."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import Arrow, Axes, Dot, Group, Mobject, Square, ValueTracker, VGroup
from manim.utils.iterables import remove_list_redundancies

from lecture.kit.manim_internals import replace_slow_methods
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import WEIGHT
from lecture.kit.typeset import formula


def as_manim(self: Mobject, memo: dict[int, Any]) -> Mobject:
    """Copy each attribute by `copy.deepcopy`."""
    result = type(self).__new__(type(self))
    memo[id(self)] = result
    for name, value in vars(self).items():
        setattr(result, name, copy.deepcopy(value, memo))
    result.original_id = str(id(self))
    return result


def with_odd_attributes() -> Mobject:
    square, dot = Square(), Dot()
    square.held = dot.points  # the same array in two mobjects
    square.again = square.held
    square.columns = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    square.masked = np.ma.masked_less(np.arange(3), 1)
    square.parts = np.array([dot, [1, 2], None], dtype=object)
    square.number, square.pair, square.empty = np.float64(0.1), (dot, "text"), []
    square.cycle = square
    return VGroup(square, dot)


@pytest.mark.parametrize(
    "make",
    [
        with_odd_attributes,
        lambda: Group(Axes(), Arrow(), ValueTracker(3)),
        lambda: VGroup(LiveNumber(0.25, WEIGHT), formula("w_1 / 2")),
    ],
)
def test_a_copy_is_that_of_manim(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_slow_methods()
    original = make()
    ours = original.copy()
    monkeypatch.setattr(Mobject, "__deepcopy__", as_manim)
    # Attributes that are the same object are so in a pickle, too.
    assert pickle.dumps(ours) == pickle.dumps(original.copy())


def test_a_copy_shares_no_array_with_its_original() -> None:
    replace_slow_methods()
    original = with_odd_attributes()
    ours = original.copy()
    ours[0].shift([1, 0, 0])
    ours[0].columns[:] = 0
    assert ours[0].held is ours[0].again is ours[1].points
    assert original[0].get_center()[0] == 0
    assert original[0].columns.sum() == 15
    assert ours[0].cycle is ours[0]


def test_updaters_and_functions_go_along() -> None:
    replace_slow_methods()
    moved = Square().add_updater(lambda mobject, dt: mobject.shift([dt, 0, 0]))
    ours = moved.copy()
    ours.update(0.5)
    assert (ours.get_center()[0], moved.get_center()[0]) == (0.5, 0.0)
    assert ours.updaters is not moved.updaters


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_a_family_is_that_of_manim(pairs: list[tuple[int, int]]) -> None:
    # Members may occur several times, and in their own family.
    replace_slow_methods()
    members = [Mobject(name=str(index)) for index in range(10)]
    for index in range(1, 10):
        members[index // 2].submobjects.append(members[index])
    for parent, child in pairs:
        members[parent].submobjects.append(members[child])
    for member in members:
        found = member.get_family()
        assert found == remove_list_redundancies(list(member._iter_family(set())))
    whole = members[0].get_family()
    assert set(whole) == set(members)
