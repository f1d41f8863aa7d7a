"""Manim's own mobjects and animations in the colours of the theme, and the check of contrasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from manim import (
    DOWN,
    LEFT,
    ORIGIN,
    RIGHT,
    UP,
    WHITE,
    Arrow,
    Axes,
    Brace,
    Circle,
    DashedVMobject,
    DecimalNumber,
    Dot,
    FadeIn,
    FunctionGraph,
    Graph,
    Indicate,
    Line,
    MarkupText,
    Mobject,
    NumberLine,
    NumberPlane,
    Polygon,
    Square,
    SurroundingRectangle,
    Table,
    Text,
    TracedPath,
    Vector,
    VMobject,
    tempconfig,
)

from lecture.brand import Brand
from lecture.config.spec import LectureSpec
from lecture.kit.inspection import inspect_scene
from lecture.kit.layout_check import layout_faults, scene_faults
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.theme import set_default_colors, theme
from lecture.palette import DARK, LIGHT, THEMES, Theme, contrast_ratio

MAKERS: dict[str, Callable[[], VMobject]] = {
    "Text": lambda: Text("word"),
    "MarkupText": lambda: MarkupText("<b>word</b>"),
    "DecimalNumber": lambda: DecimalNumber(1.5, mob_class=Text),
    "Axes": Axes,
    "graph": lambda: Axes().plot(lambda x: x),
    "NumberLine": NumberLine,
    "Line": Line,
    "Arrow": lambda: Arrow(LEFT, RIGHT),
    "Vector": lambda: Vector(UP),
    "Dot": Dot,
    "Square": Square,
    "Polygon": lambda: Polygon(LEFT, UP, RIGHT),
    "Circle": Circle,
    "Brace": lambda: Brace(Square()),
    "Table": lambda: Table([["a", "b"], ["c", "d"]]),
    "Graph": lambda: Graph([1, 2], [(1, 2)]),
    "FunctionGraph": lambda: FunctionGraph(lambda x: x),
    "SurroundingRectangle": lambda: SurroundingRectangle(Square()),
    "DashedVMobject": lambda: DashedVMobject(Line()),
}


@pytest.fixture(autouse=True)
def _dark_again(tmp_path: Path) -> Iterator[None]:
    with tempconfig({"media_dir": str(tmp_path)}):
        yield
    set_default_colors(DARK)


def colors_of(mobject: VMobject) -> set[str]:
    found = set()
    for part in mobject.family_members_with_points():
        if part.get_fill_opacity() > 0:
            found.add(part.get_fill_color().to_hex())
        if part.get_stroke_width() > 0 and part.get_stroke_opacity() > 0:
            found.add(part.get_stroke_color().to_hex())
    return found


@pytest.mark.parametrize("active", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("name", MAKERS)
def test_a_mobject_without_a_colour_can_be_seen(name: str, active: Theme) -> None:
    set_default_colors(active)
    colors = colors_of(MAKERS[name]())
    assert colors
    for color in colors:
        assert color in {c.upper() for c in active.text_roles.values()}
        assert contrast_ratio(color, active.background) >= 3


def test_axes_and_moving_marks_follow_the_theme() -> None:
    set_default_colors(LIGHT)
    assert LIGHT.ink in colors_of(NumberPlane())
    assert TracedPath(lambda: ORIGIN).get_stroke_color().to_hex() == LIGHT.ink
    assert Indicate(Square()).color == LIGHT.slope


def test_colours_that_are_given_stay() -> None:
    set_default_colors(LIGHT)
    assert colors_of(Text("word", color=WHITE)) == {"#FFFFFF"}
    assert colors_of(Square(color="#123456")) == {"#123456"}
    assert colors_of(Dot().set_color(WHITE)) == {"#FFFFFF"}


def test_defaults_of_a_user_stay() -> None:
    Dot.set_default(color="#123456")
    try:
        set_default_colors(LIGHT)
        assert colors_of(Dot()) == {"#123456"}
        assert colors_of(Square()) == {LIGHT.ink}
    finally:
        Dot.set_default()


def test_many_scenes_in_a_process_do_not_pile_up() -> None:
    for _ in range(2000):  # nested calls would exceed the limit of recursion
        set_default_colors(LIGHT)
        set_default_colors(DARK)
    assert colors_of(Dot()) == {DARK.ink}


class Plain(LectureScene):
    """What a user of manim writes first."""

    def construct(self) -> None:
        self.beat("all", notes="")
        self.play(FadeIn(Text("Rates").shift(2 * UP), Axes(x_length=4, y_length=2)))
        self.play(FadeIn(DecimalNumber(2.5, mob_class=Text).shift(2 * DOWN), Dot(3 * LEFT)))


def mobject_scene(make: Callable[[], Mobject]) -> type[LectureScene]:
    class White(LectureScene):
        def construct(self) -> None:
            self.beat("all", notes="")
            self.play(FadeIn(make()))

    return White


def test_a_scene_is_drawn_in_the_colours_of_its_brand() -> None:
    brand = Brand(background="#002B45", ink="#FFFFFF", accents=("#FFCC33",))
    before = theme()
    _, snapshots = inspect_scene(Plain, spec=LectureSpec(brand=brand))
    texts = {text.content: text for text in snapshots[-1].texts}
    assert {text.color for text in texts.values()} == {"#FFFFFF"}
    assert snapshots[-1].background == "#002B45"
    assert theme() is before


def test_a_scene_with_manims_defaults_has_no_faults_in_any_theme() -> None:
    assert scene_faults(Plain) == []
    scene, snapshots = inspect_scene(Plain, spec=LectureSpec(theme="light"))
    texts = {text.content: text for text in snapshots[-1].texts}
    assert {"Rates", "2.5"} <= set(texts)
    assert {text.color for text in texts.values()} == {LIGHT.ink}
    assert scene.recorded_beats[0].name == "all"


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: Text("Rates", color=WHITE), "'Rates' has a contrast of 1.04"),
        (lambda: MarkupText("Rates", color=WHITE), "'Rates' has a contrast of 1.04"),
        (
            lambda: DecimalNumber(2.5, mob_class=Text, color=WHITE),
            "'2.5' has a contrast of 1.04",
        ),
        (lambda: Square(color=WHITE), "Square at x "),
        (lambda: Line(color=WHITE), "Line at x "),
        (lambda: Dot(color=WHITE), "Dot at x "),
    ],
)
def test_the_check_finds_what_one_theme_hides(make: Callable[[], Any], fault: str) -> None:
    White = mobject_scene(make)  # noqa: N806
    _, snapshots = inspect_scene(White, spec=LectureSpec(theme="dark"))
    assert [f for shot in snapshots for f in layout_faults(shot)] == []
    (found,) = scene_faults(White)
    assert found.startswith("light: all at")
    assert fault in found


def test_a_cover_of_the_background_is_no_fault() -> None:
    cover = mobject_scene(
        lambda: Square(fill_opacity=1, stroke_width=0, color=THEMES["dark"].background)
    )
    _, snapshots = inspect_scene(cover, spec=LectureSpec(theme="dark"))
    assert [f for shot in snapshots for f in layout_faults(shot)] == []
