"""Scenes of manim are drawn as manim draws them, except for the differences that a page lists."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from tests.render.hash_frames import Result
from tests.render.manim_examples import LISTS, draw, draw_files, examples

PAGE = Path(__file__).parents[2] / "docs" / "own-scenes.md"

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
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"compare {len(LISTS['drawn'])} scenes of manim's documentation with manim" in text


PLAIN = """
import random
import time
from manim import *
{at_top}
class Row(Scene):
    def construct(self):
        square = Square(fill_opacity=1)
        self.add(square)
        {inside}
"""
OF_A_LECTURE = PLAIN.replace("(Scene)", "(LectureScene)").replace(
    "{at_top}", "from lecture.kit.lecture_scene import LectureScene\n{at_top}"
)
PLAY = "self.play(Create(Circle()), run_time=0.4)"


def source(at_top: str = "", inside: str = "pass", scene: str = PLAIN, end: str = PLAY) -> str:
    return scene.format(at_top=at_top, inside=f"{inside}\n        {end}")


# The file of each row of the table, by its first cell.
ROWS = {
    "`config.pixel_width = 540`": source("config.pixel_width = 540"),
    "`config.frame_rate = 24`": source("config.frame_rate = 24"),
    "`config.background_opacity = 0.5`": source("config.background_opacity = 0.5"),
    '`config.renderer = "opengl"`': source('config.renderer = "opengl"'),
    "`config.background_color = WHITE`, in the file of a `LectureScene`": source(
        "config.background_color = WHITE", scene=OF_A_LECTURE
    ),
    "`config.frame_width = 20`, in the file of a `LectureScene`": source(
        "config.frame_width = 20", scene=OF_A_LECTURE
    ),
    '`config.media_dir = "elsewhere"` and other settings of files, previews and messages': source(
        'config.media_dir = "elsewhere"; config.preview = True'
    ),
    "no background colour": source(),
    "no animation and no wait": source(end=""),
    "pixels of `self.camera.background` set during an animation": source(
        inside="square.add_updater(lambda _: self.camera.background.fill(round(99 * self.time)))",
        end="self.play(FadeIn(Dot()), run_time=1)",
    ),
    "`self.renderer.get_frame()`": source(
        inside=f"{PLAY}; square.scale(self.renderer.get_frame().mean() / 100)"
    ),
    "`random.random()`, without a seed": source(
        "at = random.random(); random.seed()", "square.shift(random.random() * UP + at * LEFT)"
    ),
    "the time of day": source(inside="square.shift(time.time() % 3 * UP)"),
}
# What is compared with manim, where it is not the same file.
IN_MANIM = {"no background colour": source("config.background_color = BLACK")}


def table() -> dict[str, str]:
    """Return the second cell of each row of the page by its first cell."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index("| In a file | Result here | Reason |") + 2
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines[start:])
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    return {cell: result for cell, result, _ in cells}


@pytest.fixture(scope="module")
def rows() -> Callable[[str], Mapping[str, Result]]:
    """Draw the scenes of the rows by ``"manim"`` or the ``"engine"``."""
    drawn = {row for row, result in table().items() if result != "refused"}
    files = {"manim": {row: (ROWS | IN_MANIM)[row] for row in ROWS if row in drawn}, "engine": ROWS}

    def draw_rows(drawn_by: str) -> dict[str, Result]:
        by_number = {f"{n}.Row": text for n, text in enumerate(files[drawn_by].values())}
        return dict(zip(files[drawn_by], draw_files(drawn_by, by_number).values(), strict=True))

    return cache(draw_rows)


def test_the_table_has_a_row_for_each_difference() -> None:
    assert [*table()] == [*ROWS]
    assert {*table().values()} == {"refused", "same frames", "other frames"}


@pytest.mark.xdist_group("rows")
@pytest.mark.parametrize("row", ROWS)
def test_the_table_of_differences_is_true(
    rows: Callable[[str], Mapping[str, Result]], row: str
) -> None:
    here = rows("engine")[row]
    if table()[row] == "refused":
        assert isinstance(here, str)
        assert here.startswith("RenderError: ")
        return
    in_manim = rows("manim")[row]
    assert isinstance(here, list), here
    assert isinstance(in_manim, list), in_manim
    assert len(here) == len(in_manim)
    assert (here == in_manim) == (table()[row] == "same frames")
