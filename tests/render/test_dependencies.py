"""A cached result counts only while what its scene read and looked for is unchanged."""

from __future__ import annotations

import shutil
import sqlite3
import wave
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lecture.config.contract import SceneEntry
from lecture.render.cache import RenderCache
from lecture.render.dependencies import DependencyChecker
from lecture.render.keys import timeline_key
from tests.sessions import RecordingDisplay, contents, render_session, render_spec

# Each statement is part of the scene, and each change must be noticed.
READS: dict[str, tuple[str, str]] = {
    "open": ("open('open.csv').read()", "open.csv"),
    "pathlib": ("(HERE / 'pathlib.csv').read_text()", "p/pathlib.csv"),
    "parent": ("(HERE.parent / 'parent.csv').read_bytes()", "parent.csv"),
    "low level": ("os.close(os.open('low.bin', os.O_RDONLY))", "low.bin"),
    "NumPy": ("np.load(HERE / 'array.npy')", "p/array.npy"),
    "NumPy text": ("np.loadtxt('numbers.txt')", "numbers.txt"),
    "SVG": ("SVGMobject(HERE / 'mark.svg')", "p/mark.svg"),
    "picture": ("ImageMobject('picture.png')", "picture.png"),
    "database": ("sqlite3.connect(HERE / 'data.db').close()", "p/data.db"),
    "package": ("import shapes.names", "p/shapes/__init__.py"),
    "module": ("import shapes.names", "p/shapes/names.py"),
    "late module": ("from late import SIDE", "p/late.py"),
    "named module": ("importlib.import_module('named')", "p/named.py"),
    "absent module": ("with suppress(ImportError): importlib.import_module('later')", "p/later.py"),
    "absent file": ("with suppress(OSError): open('absent.json')", "absent.json"),
    "existing file": ("(HERE / 'absent.txt').exists()", "p/absent.txt"),
    "checked file": ("os.path.isfile('checked.ttf')", "checked.ttf"),
    "named file": ("C_READER.append('clip.mp4')", "clip.mp4"),
    "argument": ("subprocess.run(['cat', HERE / ('argu' + 'ment.dat')])", "p/argument.dat"),
    "listing": ("os.listdir('listed')", "listed/new.csv"),
    "walk": ("list(os.walk(HERE / 'walked'))", "p/walked/deep/new.csv"),
    "Path.glob": ("list(HERE.glob('*.tsv'))", "p/new.tsv"),
    "Path.rglob": ("list(HERE.rglob('*.yaml'))", "p/walked/deep/new.yaml"),
    "glob": ("glob.glob('glob*/*.csv')", "globbed/new.csv"),
    "iterdir": ("list((HERE / 'iterated').iterdir())", "p/iterated/new"),
    "looked for, then written": ("refill('made.txt')", "made.txt"),
}
VARIABLES = {
    "INDEXED": "os.environ['INDEXED']",
    "GETENV": "os.getenv('GETENV')",
    "DEFAULT": "os.environ.get('DEFAULT', 'x')",
    "CONTAINED": "'CONTAINED' in os.environ",
    "BYTES": "os.environb.get(b'BYTES')",
    "EXPANDED": "os.path.expandvars('$EXPANDED')",
    "FORMATTED": "'{FORMATTED}'.format_map(os.environ)",
    "TEMPLATE": "string.Template('$TEMPLATE').safe_substitute(os.environ)",
    "CHAINED": "collections.ChainMap({}, os.environ).get('CHAINED')",
}
SCENE = """
import collections, glob, importlib, os, sqlite3, string, subprocess
from contextlib import suppress
from pathlib import Path
from manim import *
{kind_import}

HERE = Path(__file__).parent
C_READER = []

def refill(name):
    if not Path(name).exists():
        Path(name).write_text("made")
    Path(name).read_text()

class A({kind}):
    def construct(self):
        os.environ["ASSIGNED"] = "by the scene"
        os.environ["ASSIGNED"]
        Path("output.txt").write_text("by the scene")
        Path("output.txt").read_text()
        with open("appended.log", "a") as log:
            log.write("by the scene")
        Path("output").mkdir(exist_ok=True)
        Path("output/a.txt").write_text("by the scene")
        (Path("output") / "a.txt").read_text()
{reads}
        self.add(Dot())
        self.wait(0.2)
"""
SET_BEFORE = ("INDEXED", "FORMATTED")


def write_scene(folder: Path, kind: str) -> SceneEntry:
    """Write a scene and all that it reads."""
    package = folder / "p"
    for name in ("shapes", "walked/deep", "iterated"):
        (package / name).mkdir(parents=True)
    for name in ("listed", "globbed"):
        (folder / name).mkdir()
    for _, file in READS.values():
        if "new" not in file and "absent" not in file and file not in {"p/later.py", "made.txt"}:
            (folder / file).write_text("SIDE = 2\n" if file.endswith(".py") else "1 2\n")
    np.save(package / "array.npy", np.arange(3.0))
    Image.new("RGB", (4, 4)).save(folder / "picture.png")
    (package / "mark.svg").write_text('<svg viewBox="0 0 1 1"><path d="M0 0L1 1"/></svg>')
    (package / "data.db").unlink()
    with closing(sqlite3.connect(package / "data.db")) as database:
        database.executescript("create table t (x)")
    reads = [*(read for read, _ in READS.values()), *VARIABLES.values()]
    (package / "a.py").write_text(
        SCENE.format(
            kind=kind,
            kind_import="from lecture.kit.lecture_scene import LectureScene",
            reads="\n".join(f"        {read}" for read in reads),
        )
    )
    return SceneEntry("A", "user_scenes.a", "A", (package / "a.py").resolve())


@pytest.fixture(scope="module", params=["Scene", "LectureScene"])
def cached(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, SceneEntry]]:
    """A folder with a scene whose timeline is cached."""
    folder = tmp_path_factory.mktemp("cached")
    entry = write_scene(folder, request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in SET_BEFORE:
            patch.setenv(name, "secret")
        session = render_session(folder / "media/cache")
        with session.locked():
            session.dry_run([render_spec(entry)])
        yield folder, entry


Cached = tuple[Path, SceneEntry]


def is_cached(folder: Path, entry: SceneEntry) -> bool:
    """Return True if a command would take the cached timeline."""
    checker = DependencyChecker()
    assert entry.file is not None
    scene_folder = entry.file.parent
    cache = RenderCache(
        folder / "media/cache", is_current=lambda found: checker.is_current(found, scene_folder)
    )
    return cache.fetch_timeline(timeline_key(render_spec(entry))) is not None


@contextmanager
def changed(file: Path) -> Iterator[None]:
    """Change a file, or make it, and undo that."""
    before = file.read_bytes() if file.exists() else None
    file.write_bytes((before or b"") + b"\n# Changed.\n")
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)


@pytest.mark.parametrize("read", READS)
def test_a_changed_file_is_noticed(cached: Cached, read: str) -> None:
    folder, entry = cached
    assert is_cached(folder, entry)
    with changed(folder / READS[read][1]):
        assert not is_cached(folder, entry)
    assert is_cached(folder, entry)


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_changed_variable_is_noticed(
    cached: Cached, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, entry = cached
    assert is_cached(folder, entry)
    monkeypatch.setenv(variable, "changed")
    assert not is_cached(folder, entry)


def test_a_removed_file_is_noticed(cached: Cached) -> None:
    folder, entry = cached
    (folder / "open.csv").rename(folder / "away.csv")
    assert not is_cached(folder, entry)
    (folder / "away.csv").rename(folder / "open.csv")
    assert is_cached(folder, entry)


def test_what_the_scene_does_not_read_is_free_to_change(
    cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, entry = cached
    for name in ("ASSIGNED", "PATH", "OTHER"):
        monkeypatch.setenv(name, "changed")
    names = "output.txt", "output/a.txt", "appended.log", "unread.csv", "media/unread.csv"
    for name in names:
        with changed(folder / name):
            assert is_cached(folder, entry)


def test_no_value_is_stored(cached: Cached) -> None:
    folder, _ = cached
    stored = [path for path in (folder / "media/cache").rglob("*") if path.is_file()]
    assert len(stored) > 1
    assert not [path for path in stored if b"secret" in path.read_bytes()]


def test_a_moved_folder_keeps_its_cache(
    cached: Cached, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, entry = cached
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    monkeypatch.chdir(moved)
    assert entry.file is not None
    parent = folder / "parent.csv"  # outside of the folder of the scene, hence by its full path
    there = SceneEntry("A", entry.module, "A", moved / "p/a.py")
    assert is_cached(moved, there)
    with changed(parent):
        assert not is_cached(moved, there)
    with changed(moved / "p/pathlib.csv"):
        assert not is_cached(moved, there)


LATE = """
import os
from manim import *
from lecture.kit.lecture_scene import LectureScene

class Late({kind}):
    def construct(self):
        self.next_section("one")
        self.add(Square(color=os.environ["LOOK"], fill_opacity=1))
        self.wait(0.2)
        self.next_section("two")
        with open("late.csv") as file:
            self.add(Dot(float(file.read()) * RIGHT))
        self.wait(0.2)
"""


@pytest.mark.parametrize("kind", ["Scene", "LectureScene"])
def test_a_change_renders_the_beats_from_the_one_that_reads_it(
    work: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "late.py").write_text(LATE.format(kind=kind))
    (work / "late.csv").write_text("1")
    monkeypatch.setenv("LOOK", "#ff0000")
    entry = SceneEntry("Late", "user_scenes.late", "Late", work / "late.py")

    def render() -> tuple[list[bytes], list[str]]:
        display = RecordingDisplay()
        session = render_session(work / "cache", display=display)
        with session.locked():
            return contents(session.render([render_spec(entry)]))[0], display.chunks

    (red, near), chunks = render()
    assert chunks == ["Late"]
    assert render() == ([red, near], [])
    (work / "late.csv").write_text("3")
    (still_red, far), chunks = render()
    assert (still_red, chunks) == (red, ["Late (2)"])
    assert far != near
    monkeypatch.setenv("LOOK", "#0000ff")
    (blue, blue_far), chunks = render()
    assert chunks == ["Late"]
    assert (blue != red, blue_far != far) == (True, True)
    assert render() == ([blue, blue_far], [])


EDITED = """
import subprocess
from pathlib import Path
from manim import *

class Edited(Scene):
    def construct(self):
        self.add(Square(float(Path("side.txt").read_text())))
        self.wait(0.2)
        subprocess.run(["sh", "-c", "echo 2 > side.txt"])
"""


def test_a_change_during_the_render_is_printed_and_the_next_render_draws_it(work: Path) -> None:
    (work / "edited.py").write_text(EDITED)
    (work / "side.txt").write_text("1")
    entry = SceneEntry("Edited", "user_scenes.edited", "Edited", work / "edited.py")
    displays = [RecordingDisplay() for _ in range(3)]
    videos = []
    for display in displays:
        session = render_session(work / "cache", display=display)
        with session.locked():
            videos.append(contents(session.render([render_spec(entry)])))
    printed = "side.txt changed while Edited was rendered; render again for a video with it"
    assert [display.notes for display in displays] == [[printed], [], []]
    assert [display.chunks for display in displays] == [["Edited"], ["Edited"], []]
    assert videos[0] != videos[1] == videos[2]


SOUND = """
from manim import *

class Beeps(Scene):
    def construct(self):
        self.add_sound("beep")
        self.wait(0.2)
"""


def test_a_changed_sound_is_noticed(work: Path) -> None:
    (work / "beeps.py").write_text(SOUND)
    entry = SceneEntry("Beeps", "user_scenes.beeps", "Beeps", work / "beeps.py")
    chunks = []
    for length in (800, 800, 1600):
        with wave.open(str(work / "beep.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(range(100)) * (length // 50))
        display = RecordingDisplay()
        session = render_session(work / "cache", display=display)
        with session.locked():
            session.render([render_spec(entry)])
        chunks.append(display.chunks)
    assert chunks == [["Beeps"], [], ["Beeps"]]
