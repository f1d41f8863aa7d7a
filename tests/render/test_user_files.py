"""Scenes in files of users run as manim runs them."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.files import beat_file_stem
from lecture.output.video.captions import Cue
from lecture.output.video.mux import _chapter_entry
from lecture.render.backend.isolated_config import cause_of
from lecture.render.keys import forget_files, scene_key
from tests.render.conftest import draw_together
from tests.sessions import contents, render, render_spec

HELPERS = {
    "sizes.py": "SIDE = 2",
    "shapes/__init__.py": "",
    "shapes/colors.py": "from shapes.names import NAME\nCOLOR = NAME",
    "shapes/names.py": "NAME = 'RED'",
    "with_helpers.py": """
from manim import *
from sizes import SIDE
from shapes.colors import COLOR

class WithHelpers(Scene):
    def construct(self):
        self.play(Create(Square(SIDE, color=COLOR)), run_time=0.2)
""",
}
OWN_ATTRIBUTES = """
from manim import *
from lecture.kit.lecture_scene import LectureScene

class Plain(Scene):
    def construct(self):
        self.lines = VGroup(Line(LEFT, RIGHT), Line(UP, DOWN))
        self.beats = 3
        self.play(Create(self.lines), run_time=0.2)

class OfALecture(LectureScene):
    def construct(self):
        self.lines = VGroup(Line(LEFT, RIGHT), Line(UP, DOWN))
        self.beats = 3
        self.words = Text("words")
        self.beat("a")
        with self.say("Look."):
            self.play(Create(self.lines), run_time=0.2)
"""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_file_imports_modules_and_packages_beside_it(work: Path) -> None:
    write(work / "p", HELPERS)
    entry = SceneEntry("WithHelpers", "with_helpers", "", work / "p" / "with_helpers.py")
    (scene,) = render(work / "cache", entry)
    assert scene.record.frames == 2


@pytest.mark.parametrize("changed", ["sizes.py", "shapes/colors.py", "shapes/names.py"])
def test_a_change_of_a_helper_changes_the_cache_key(work: Path, changed: str) -> None:
    write(work, HELPERS)
    entry = SceneEntry("WithHelpers", "with_helpers", "", work / "with_helpers.py")
    before = scene_key(render_spec(entry))
    (work / changed).write_text(HELPERS[changed] + "\n# changed", encoding="utf-8")
    forget_files()
    assert scene_key(render_spec(entry)) != before


def test_an_edited_scene_is_rendered_again_by_the_same_process(work: Path) -> None:
    write(work, HELPERS)
    entry = SceneEntry("WithHelpers", "with_helpers", "", work / "with_helpers.py")
    before = contents(render(work / "cache", entry))
    (work / "sizes.py").write_text("SIDE = 1", encoding="utf-8")
    after = contents(render(work / "cache", entry))
    assert after != before
    assert contents(render(work / "cache", entry)) == after


INITS = """
from manim import *

class Shapes(Scene):
    def construct(self):
        self.play(Create(Square(self.side)), run_time=0.2)

class NoArguments(Shapes):
    def __init__(self):
        super().__init__()
        self.side = 2

class Before(Shapes):
    def __init__(self, side=2, *sides, **options):
        self.side = side
        super().__init__(**options)

class Keyword(Shapes):
    def __init__(self, *, side=2, random_seed=3):
        super().__init__(random_seed=random_seed)
        self.side = side

class ManimsOwn(Shapes):
    def __init__(self, renderer=None, camera_class=MovingCamera, always_update_mobjects=False,
                 random_seed=None, skip_animations=False):
        super().__init__(renderer, camera_class, always_update_mobjects, random_seed,
                         skip_animations)
        self.side = 2

class Partial(Shapes):
    side = 2
    def __init__(self):
        from functools import partial
        super().__init__(camera_class=partial(Camera, background_color=TEAL))

class New(Shapes):
    def __new__(cls, *arguments):
        scene = super().__new__(cls)
        scene.side = 2
        return scene
    def __init__(self, side=2):
        super().__init__()

class WithoutSuper(Shapes):
    side = 2
    def __init__(self):
        Scene.__init__(self, always_update_mobjects=True)

class NeedsOne(Shapes):
    def __init__(self, side):
        super().__init__()

class Skipping(Shapes):
    side = 2
    def __init__(self):
        super().__init__(skip_animations=True)
"""


OF_ANY_SIGNATURE = (
    "NoArguments",
    "Before",
    "Keyword",
    "ManimsOwn",
    "Partial",
    "New",
    "WithoutSuper",
)


@pytest.fixture(scope="module")
def inits(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, list[str]]]:
    """Draw the scenes with any ``__init__``."""
    folder = tmp_path_factory.mktemp("inits")
    write(folder, {"inits.py": INITS})
    scenes = dict.fromkeys(OF_ANY_SIGNATURE, (0, None))
    return cache(lambda drawn_by: draw_together(drawn_by, folder / "inits.py", scenes))


@pytest.mark.parametrize("name", OF_ANY_SIGNATURE)
def test_a_scene_may_have_any_init(inits: Callable[[str], dict[str, list[str]]], name: str) -> None:
    assert len(set(inits("manim")[name])) == 2
    assert inits("engine")[name] == inits("manim")[name]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("NeedsOne", "missing 1 required positional argument: 'side'"),
        ("Skipping", "no animation and no wait, or skips all of them"),
    ],
)
def test_a_scene_that_manim_does_not_draw_is_named(work: Path, name: str, problem: str) -> None:
    write(work, {"inits.py": INITS})
    with pytest.raises(RenderError, match=f"^{name}.* failed: .*{problem}"):
        render(work / "cache", SceneEntry(name, "inits", "", work / "inits.py"))


@pytest.mark.parametrize(("name", "captions"), [("Plain", []), ("OfALecture", ["Look."])])
def test_attributes_of_a_scene_are_its_own(work: Path, name: str, captions: list[str]) -> None:
    write(work, {"own.py": OWN_ATTRIBUTES})
    (scene,) = render(work / "cache", SceneEntry(name, "own", "", work / "own.py"))
    assert [line.caption for line in scene.record.lines] == captions


SUBCAPTIONS = """
from manim import *

class Captioned(Scene):
    def construct(self):
        self.add_subcaption("Stays.", duration=4)
        self.play(Create(Square()), run_time=1)
        self.add_subcaption("Comes.", duration=1)
        self.wait(1)
        self.add_subcaption("Blinks.", duration=0.0004)
        self.wait(1)
        self.add_subcaption("Runs on.", duration=10)
        self.wait(1)
"""


def test_subcaptions_end_at_the_next_and_with_the_scene(work: Path) -> None:
    write(work, {"captioned.py": SUBCAPTIONS})
    entry = SceneEntry("Captioned", "captioned", "", work / "captioned.py")
    (scene,) = render(work / "cache", entry)
    times = [(line.caption, line.start, line.end) for line in scene.record.lines]
    assert times == [("Stays.", 0.0, 1.0), ("Comes.", 1.0, 2.0), ("Runs on.", 3.0, 4.0)]


def test_missing_latex_has_a_hint() -> None:
    missing = FileNotFoundError(errno.ENOENT, "No such file or directory", "latex")
    assert cause_of(missing).startswith("Tex and MathTex need latex, which is not installed; use ")


def test_the_line_of_an_error_is_in_the_users_file(tmp_path: Path) -> None:
    write(tmp_path, {"reader.py": "from pathlib import Path\nPath('no.json').read_text()\n"})
    code = compile((tmp_path / "reader.py").read_text(), str(tmp_path / "reader.py"), "exec")
    with pytest.raises(FileNotFoundError) as caught:
        exec(code, {})  # noqa: S102
    assert cause_of(caught.value).endswith("reader.py, line 2)")


def test_long_names_of_beats_fit_into_a_file_name() -> None:
    assert len(beat_file_stem(1, "s" * 300, 1, "x" * 300)) < 200


def test_a_long_title_of_a_chapter_is_cut_between_letters() -> None:
    title = _chapter_entry(0, Cue("", 0, 1, "a" + "\u0431" * 200))["metadata"]["title"]  # type: ignore[arg-type]
    assert title == "a" + "\u0431" * 127


MOVES = """
import os
from manim import *
from lecture.kit.lecture_scene import LectureScene

os.makedirs("at import", exist_ok=True)
os.chdir("at import")

class Moves(LectureScene):
    def construct(self):
        os.makedirs("elsewhere", exist_ok=True)
        self.next_section("one")
        os.chdir("elsewhere")
        self.play(FadeIn(Typst("moved")), run_time=0.2)
        (self.cache_dir / "result").parent.mkdir(exist_ok=True)
        (self.cache_dir / "result").write_text("1")
        self.next_section("two")
        os.chdir("/")
        self.play(FadeIn(Typst("again")), run_time=0.2)

class Fails(Moves):
    def construct(self):
        super().construct()
        1 / 0
"""


def test_a_scene_that_changes_its_folder_moves_no_file(work: Path) -> None:
    write(work, {"moves.py": MOVES})
    moves, fails = (SceneEntry(name, "moves", "", work / "moves.py") for name in ("Moves", "Fails"))
    (scene,) = render(Path("cache"), moves)
    assert [path.is_file() for path in scene.segments] == [True, True]
    with pytest.raises(RenderError, match=r"\(moves.py, line 24\)"):
        render(Path("cache"), fails)
    assert (work / "cache/results/result").is_file()
    outside = [path for path in work.rglob("*") if work / "cache" not in (path, *path.parents)]
    names = {path.relative_to(work).as_posix() for path in outside}
    cached_by_python = {name for name in names if "__pycache__" in name}
    assert names - cached_by_python == {"moves.py", "at import", "at import/elsewhere"}


SVG = """
import os, sys
from pathlib import Path
from manim import *

class Drawn(Scene):
    def construct(self):
        written = []

        def note(event, arguments):
            if event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR):
                written.append(Path(arguments[0]).resolve().parent)

        sys.addaudithook(note)
        self.add(SVGMobject("mark.svg"))
        assert written
        assert Path.cwd() not in written
        self.wait(0.2)
"""


def test_an_svg_file_is_drawn_without_a_file_beside_it(work: Path) -> None:
    svg = '<svg viewBox="0 0 1 1"><path d="M0 0L1 1L1 0Z"/></svg>'
    write(work, {"drawn.py": SVG, "mark.svg": svg})
    (scene,) = render(work / "cache", SceneEntry("Drawn", "drawn", "", work / "drawn.py"))
    assert scene.record.frames == 2
