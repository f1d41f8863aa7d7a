"""Scenes of manim's documentation are drawn as manim draws them, whole and in chunks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import pytest
from _pytest.mark.structures import ParameterSet

from tests.render.hash_frames import Result
from tests.render.manim_examples import LISTS, draw, examples

# Examples share processes, since each costs less than the start of a process.
GROUPS = [LISTS["drawn"][0::2], LISTS["drawn"][1::2]]

Drawn = Callable[[str, tuple[int, int | None]], Mapping[str, Result]]


def grouped() -> list[ParameterSet]:
    return [
        pytest.param(group, name, id=name, marks=pytest.mark.xdist_group(f"examples {group}"))
        for group, names in enumerate(GROUPS)
        for name in names
    ]


@pytest.fixture(scope="module")
def drawn() -> Callable[..., Mapping[str, Result]]:
    """Draw a group of examples by ``"manim"`` or the ``"engine"``."""
    return cache(lambda group, drawn_by, *beats: draw(drawn_by, GROUPS[group], *beats))


@pytest.mark.parametrize(("group", "name"), grouped())
def test_an_example_is_drawn_as_manim_draws_it(
    drawn: Callable[..., Mapping[str, Result]], group: int, name: str
) -> None:
    expected = drawn(group, "manim")[name]
    assert isinstance(expected, list)
    assert expected
    head, tail = (drawn(group, "engine", beats)[name] for beats in ((0, 1), (1, None)))
    assert isinstance(head, list), head
    assert isinstance(tail, list), tail
    assert head + tail == expected


def test_each_example_of_the_installed_manim_is_in_one_list() -> None:
    listed = [name for names in LISTS.values() for name in names]
    assert sorted(listed) == sorted(examples())
    assert len(LISTS["drawn"]) > 40
